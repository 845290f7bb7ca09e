"""Nodes of a graph that move integers, or take them together: pools, features, channels."""

from math import prod

import numpy as np

from sim.errors import SimError
from sim.importers.building import Building
from sim.importers.graph import GraphNode, padding, pair
from sim.layers import Flatten, MaxPool, Subsample, SumPool


def every_nth(built: Building, node: GraphNode) -> None:
    """Every n-th pixel, down and across."""
    starts, ends, axes, steps = (
        built.constant(node, i).astype(np.int64).tolist() for i in range(1, 5)
    )
    height, width, _ = built.shapes[node.inputs[0]]
    whole = len(ends) == 2 and ends[0] >= height and ends[1] >= width
    if starts != [0, 0] or not whole or axes != [2, 3] or steps[0] != steps[1]:
        raise SimError("only every n-th pixel, down and across, can be taken")
    built.moved(node, Subsample(steps[0], 0, 0), built.plain(node))


def more_channels(built: Building, node: GraphNode) -> None:
    """Channels of zeros beside the others."""
    real = built.plain(node)
    pads = built.constant(node, 1).astype(np.int64).tolist()
    other = [pad for i, pad in enumerate(pads) if i not in (1, 5)]
    if len(pads) != 8 or any(other) or len(node.inputs) > 2 or np.any(real.offset):
        raise SimError("only channels of zeros can be added")
    if any(scale.size > 1 for _, scale in real.terms):
        raise SimError("its input has a scale a channel that no quantizer followed")
    built.moved(node, Subsample(1, pads[1], pads[5]), real)


def pool(built: Building, node: GraphNode) -> None:
    """The largest of a window, or the sum that its mean is made of."""
    real = built.plain(node)
    if real.integers is None:
        raise SimError("its input is not quantized")
    if node.op == "GlobalAveragePool":
        height, width, _ = built.shapes[node.inputs[0]]
        built.moved(node, SumPool((height, width), (height, width)), real, height * width)
        return
    kernel, stride = pair(node, "kernel_shape", 1), pair(node, "strides", 1)
    border = padding(node, kernel)
    if node.op == "MaxPool":
        built.moved(node, MaxPool(kernel, stride, border), real)
    elif border != (0, 0) and not (
        node.attributes.get("count_include_pad") and not np.any(real.offset)
    ):
        raise SimError("an average with a border that does not count is not supported")
    else:
        built.moved(node, SumPool(kernel, stride, border), real, prod(kernel))


def flatten(built: Building, node: GraphNode) -> None:
    """Features of an image."""
    if node.op == "Reshape":
        target = built.graph.constants.get(node.inputs[1], np.zeros(0)).reshape(-1)
        size = prod(built.shapes[node.inputs[0]])
        if target.size == len(built.shapes[node.inputs[0]]) + 1:
            raise SimError(f"a reshape to {target.tolist()}: only to features")
        if target.size != 2 or target[1] not in (-1, size):
            raise SimError(f"a reshape to {target.tolist()}: only to (N, {size})")
    elif node.attributes.get("axis", 1) != 1:
        raise SimError("only images can be made features")
    real = built.plain(node)
    if any(scale.size > 1 for _, scale in real.terms) or real.offset.size > 1:
        raise SimError("its input has a scale a channel that no quantizer followed")
    built.moved(node, Flatten(), real)
