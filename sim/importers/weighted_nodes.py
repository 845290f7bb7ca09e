"""Convolutions and products of a graph, and what is done to their weights."""

from dataclasses import replace

import numpy as np

from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.importers.building import Building, Weights
from sim.importers.graph import GraphNode, padding, pair
from sim.layers import FloatArray, Layer
from sim.reals import Real, column, times_channels
from sim.weighted import Conv2d, Linear


def convolution(built: Building, node: GraphNode) -> None:
    """A convolution of quantized operands; its border is the zero point."""
    real, x_format, weights = _operands(built, node)
    integers, step = weights.integers, _rows(weights)
    kernel = (integers.shape[2], integers.shape[3])
    groups = int(node.attributes.get("group", 1))
    ((_, x_scale),) = real.terms
    border = np.rint(-real.offset / x_scale).astype(np.int64)
    x_format, w_format, accumulator = _noted(built, node, x_format, weights.number)
    layer = Conv2d(
        integers, x_format, w_format, accumulator,
        stride=pair(node, "strides", 1), padding=padding(node, kernel), groups=groups,
        pad_value=border,
    )  # fmt: skip
    bias = built.constant(node, 2).reshape(-1) if len(node.inputs) > 2 else None
    _weighted(built, node, layer, integers, step, real, groups, bias)


def product(built: Building, node: GraphNode) -> None:
    """A product with quantized weights, of either order of their axes."""
    real, x_format, weights = _operands(built, node)
    gemm = {name: node.attributes.get(name, 1) for name in ("alpha", "beta")}
    if set(gemm.values()) != {1} or node.attributes.get("transA", 0):
        raise SimError("only x W + b is supported")
    if not node.attributes.get("transB", 0):
        weights = Weights(weights.integers.T, _turned(weights.step), weights.number)
    x_format, w_format, accumulator = _noted(built, node, x_format, weights.number)
    layer = Linear(np.ascontiguousarray(weights.integers), x_format, w_format, accumulator)
    bias = built.constant(node, 2).reshape(-1) if len(node.inputs) > 2 else None
    _weighted(built, node, layer, layer.weight, _rows(weights), real, bias=bias)


def transpose(built: Building, node: GraphNode) -> None:
    """Weights turned."""
    turned = list(node.attributes.get("perm", [1, 0])) == [1, 0]
    if node.inputs[0] not in built.weights or not turned:
        raise SimError("only weights of two dimensions can be transposed")
    found = built.weights[node.inputs[0]]
    built.weights[node.output] = Weights(found.integers.T, _turned(found.step), found.number)


def _operands(built: Building, node: GraphNode) -> tuple[Real, IntFormat, Weights]:
    """Inputs, their format, and weights of a node that multiplies."""
    real = built.plain(node)
    if real.integers is None:
        raise SimError(f"its input '{node.inputs[0]}' is not quantized")
    if node.inputs[1] not in built.weights:
        raise SimError(f"its weights '{node.inputs[1]}' are not quantized")
    return real, real.integers[1], built.weights[node.inputs[1]]


def _noted(
    built: Building, node: GraphNode, x_format: IntFormat, w_format: IntFormat
) -> tuple[IntFormat, IntFormat, Accumulator]:
    """Formats and accumulator of a layer, as the graph has them and the notes add."""
    notes = built.notes.layers.get(node.name)
    if notes is None:
        return x_format, w_format, built.accumulator or Accumulator()
    for given, noted in ((x_format, notes.x_format), (w_format, notes.w_format)):
        if (given.bits, given.signed) != (noted.bits, noted.signed):
            raise SimError(f"its graph has numbers of {given}, its metadata says {noted}")
    own = notes.accumulator
    if built.accumulator is not None:
        own = replace(built.accumulator, split=own.split)
    return notes.x_format, notes.w_format, own


def _weighted(
    built: Building, node: GraphNode, layer: Layer, integers: IntArray, step: FloatArray,
    real: Real, groups: int = 1, bias: FloatArray | None = None,
) -> None:  # fmt: skip
    """Emit the layer; what its sums stand for."""
    ((name, x_scale),) = real.terms
    shape = built.emit(node, layer, name)
    # What the zero point adds to every sum.
    zero = times_channels(integers * column(step, integers.ndim), real.offset, groups)
    offset = zero.reshape(len(integers), -1).sum(axis=1)
    offset = offset if bias is None else offset + bias
    built.put(node, Real(((node.name, x_scale * step),), offset), shape)


def _rows(weights: Weights) -> FloatArray:
    """The step of each output."""
    outputs = len(weights.integers)
    step = np.asarray(weights.step, dtype=np.float64)
    if step.size not in (1, outputs) or (step.size > 1 and step.shape[0] != outputs):
        raise SimError(f"scales of shape {step.shape} are not one number an output")
    return step.reshape(-1)


def _turned(step: FloatArray) -> FloatArray:
    return step.T if step.ndim == 2 else step if step.size == 1 else step.reshape(-1, 1)
