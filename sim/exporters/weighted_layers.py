"""Layers with weights as nodes of ONNX."""

import numpy as np

from sim.exporters.graph import GraphWriter
from sim.network import Node
from sim.weighted import Conv2d, Linear


def convolution(graph: GraphWriter, node: Node, layer: Conv2d) -> str:
    """A convolution; a border that is not 0 is taken out before it, and added behind it."""
    source = graph.source(node, 0, layer.x_format)
    before, shape = (graph.shapes[name] for name in (node.inputs[0], node.name))
    border = np.broadcast_to(np.atleast_1d(layer.pad_value), (before[2],))
    framed = layer.padding != (0, 0) and bool(np.any(border))
    if framed:
        values = border[:1] if np.all(border == border[0]) else border
        level = graph.channels(f"{node.name}.border", values.astype(np.float64), before,
                               np.float32)  # fmt: skip
        source = graph.emit("Sub", graph.piece(f"{node.name}.centred"), [source, level], before)
    weights = graph.weights(node.name, layer, layer.weight)
    down, across = layer.padding
    found = graph.emit(
        "Conv", node.name, [source, weights], shape, kernel_shape=list(layer.kernel),
        strides=list(layer.stride), pads=[down, across] * 2, group=layer.groups,
    )  # fmt: skip
    if not framed:
        return found
    # Each group's weights meet its own channels.
    each = border.reshape(layer.groups, 1, -1, 1, 1)
    parts = layer.weight.reshape(layer.groups, -1, *layer.weight.shape[1:])
    sums = (parts * each).sum(axis=(2, 3, 4)).reshape(-1)
    added = graph.channels(f"{node.name}.borders", sums.astype(np.float64), shape, np.float32)
    return graph.emit("Add", graph.piece(f"{node.name}.sum"), [found, added], shape)


def product(graph: GraphWriter, node: Node, layer: Linear) -> str:
    """A product with turned weights."""
    source = graph.source(node, 0, layer.x_format)
    weights = graph.weights(node.name, layer, layer.weight.T)
    return graph.emit("MatMul", node.name, [source, weights], graph.shapes[node.name])
