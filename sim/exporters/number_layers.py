"""Layers that change each number as nodes of ONNX: requantizers, scales, sums, tables."""

import numpy as np

from sim.errors import SimError
from sim.exporters.graph import DOUBLE, FLOAT, INT64, GraphWriter
from sim.layers import Add, FloatArray
from sim.lookup import Lookup
from sim.network import Node
from sim.requantize import Requantize, Scale


def requantize(graph: GraphWriter, node: Node, layer: Requantize) -> str:
    """A requantizer, in doubles and exact."""
    number, shape = layer.output, graph.shapes[node.name]
    if layer.zero:
        raise SimError("a zero point behind the rounding has no exact counterpart in QONNX")
    low = number.min if layer.low is None else layer.low
    high = number.max if layer.high is None else layer.high
    if low not in (number.min, 0) or high != number.max:
        raise SimError(
            f"results from {low} to {high}: only ranges of a format ({number}: {number.min} "
            f"to {number.max}), or from 0, can be exported"
        )
    shifted = layer.rounding == "shift"
    fraction = 0.5**layer.shift if shifted else 1.0
    half = (1 << layer.shift) >> 1 if shifted else 0
    factors = tuple(factor * fraction for factor in layer.multipliers)
    real = _affine(graph, node, factors, (layer.offset + half) * fraction)
    if low == 0 and number.signed:
        real = graph.emit("Relu", graph.piece(f"{node.name}.relu"), [real], shape, DOUBLE)
    operator, piece = "Floor" if shifted else "Round", graph.piece(f"{node.name}.rounded")
    real = graph.emit(operator, piece, [real], shape, DOUBLE)
    # What float32 does not hold is clipped anyway.
    narrow = graph.cast(f"{node.name}.float", real, shape, FLOAT)
    return graph.quant(node.name, narrow, number, shape)


def scale(graph: GraphWriter, node: Node, layer: Scale) -> str:
    """The network's real numbers."""
    return _affine(graph, node, layer.scales, layer.offset)


def add(graph: GraphWriter, node: Node, _: Add) -> str:
    """The sum of all inputs."""
    total, shape = graph.source(node), graph.shapes[node.name]
    for index in range(1, len(node.inputs)):
        last = index == len(node.inputs) - 1
        name = node.name if last else graph.piece(f"{node.name}.{index}")
        total = graph.emit("Add", name, [total, graph.source(node, index)], shape)
    return total


def lookup(graph: GraphWriter, node: Node, layer: Lookup) -> str:
    """A table's numbers."""
    shape = graph.shapes[node.name]
    index = graph.cast(f"{node.name}.index", graph.source(node, 0, layer.number), shape, INT64)
    if layer.number.signed:
        lowest = graph.constant(f"{node.name}.lowest", np.array(layer.number.min))
        piece = graph.piece(f"{node.name}.place")
        index = graph.emit("Sub", piece, [index, lowest], shape, INT64)
    table = graph.constant(f"{node.name}.table", layer.table.astype(np.float32))
    return graph.emit("Gather", node.name, [table, index], shape, axis=0)


def _affine(
    graph: GraphWriter, node: Node, factors: tuple[FloatArray, ...], offset: FloatArray
) -> str:
    """Inputs times factors, plus an offset, in doubles and in this order."""
    shape = graph.shapes[node.name]
    total = ""
    for index, factor in enumerate(factors):
        name = f"{node.name}.{index}"
        wide = graph.cast(f"{name}.double", graph.source(node, index), shape, DOUBLE)
        constant = graph.channels(f"{name}.factor", factor, shape)
        piece = graph.piece(f"{name}.scaled")
        scaled = graph.emit("Mul", piece, [wide, constant], shape, DOUBLE)
        if total:
            piece = graph.piece(f"{name}.added")
            scaled = graph.emit("Add", piece, [total, scaled], shape, DOUBLE)
        total = scaled
    constant = graph.channels(f"{node.name}.offset", offset, shape)
    piece = graph.piece(f"{node.name}.real")
    return graph.emit("Add", piece, [total, constant], shape, DOUBLE)
