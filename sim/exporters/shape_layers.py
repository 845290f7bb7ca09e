"""Layers that move integers, or take them together, as nodes of ONNX."""

from typing import Any

import numpy as np

from sim.exporters.graph import GraphWriter
from sim.formats import IntFormat
from sim.layers import Flatten, MaxPool, Subsample, SumPool
from sim.network import Node

_SUM_BITS = 24  # what float32 holds


def max_pool(graph: GraphWriter, node: Node, layer: MaxPool) -> str:
    """The largest of each window."""
    shape, window = graph.shapes[node.name], _window(layer)
    return graph.emit("MaxPool", node.name, [graph.source(node)], shape, **window)


def sum_pool(graph: GraphWriter, node: Node, layer: SumPool) -> str:
    """The sum of each window, from its mean."""
    shape, window = graph.shapes[node.name], _window(layer)
    area = layer.kernel[0] * layer.kernel[1]
    mean = graph.emit("AveragePool", node.name, [graph.source(node)], shape,
                      count_include_pad=1, **window)  # fmt: skip
    constant = graph.constant(f"{node.name}.area", np.array(area, dtype=np.float32))
    total = graph.emit("Mul", graph.piece(f"{node.name}.times"), [mean, constant], shape)
    piece = graph.piece(f"{node.name}.sum")
    return graph.quant(piece, total, IntFormat(_SUM_BITS, signed=True), shape)


def subsample(graph: GraphWriter, node: Node, layer: Subsample) -> str:
    """Every n-th pixel, and channels of zeros."""
    shape, before = (graph.shapes[name] for name in (node.name, node.inputs[0]))
    constants = {
        "starts": [0, 0], "ends": list(before[:2]), "axes": [2, 3],
        "steps": [layer.stride] * 2, "pads": [0, layer.before, 0, 0, 0, layer.after, 0, 0],
    }  # fmt: skip
    names = {
        key: graph.constant(f"{node.name}.{key}", np.array(values, dtype=np.int64))
        for key, values in constants.items()
    }
    pads = names.pop("pads")
    kept = (*shape[:2], before[2])
    piece = graph.piece(f"{node.name}.cut")
    cut = graph.emit("Slice", piece, [graph.source(node), *names.values()], kept)
    return graph.emit("Pad", node.name, [cut, pads], shape)


def flatten(graph: GraphWriter, node: Node, _: Flatten) -> str:
    """Features of an image."""
    shape = graph.shapes[node.name]
    return graph.emit("Flatten", node.name, [graph.source(node)], shape, axis=1)


def _window(layer: MaxPool | SumPool) -> dict[str, Any]:
    return {"kernel_shape": list(layer.kernel), "strides": list(layer.stride),
            "pads": list(layer.padding) * 2}  # fmt: skip
