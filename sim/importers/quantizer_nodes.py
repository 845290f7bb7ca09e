"""Quantizers of a graph: requantizers of what depends on the image, integers of constants."""

from dataclasses import replace

import numpy as np

from sim.errors import SimError
from sim.formats import IntFormat
from sim.importers.building import Building, Weights
from sim.importers.graph import Constant, GraphNode
from sim.reals import Real
from sim.requantize import MAX_SHIFT, Requantize

_LARGEST_BITS = 32


def quant(built: Building, node: GraphNode) -> None:
    """QONNX's quantizer to integers of a width."""
    rounding = node.attributes.get("rounding_mode", b"ROUND").decode()
    if rounding not in ("ROUND", "HALF_EVEN", "FLOOR"):
        raise SimError(f"rounding mode {rounding}: ROUND, half to even, and FLOOR are supported")
    scale, zero, width = (built.constant(node, i) for i in (1, 2, 3))
    bits = int(width.reshape(-1)[0])
    if width.size != 1 or not 1 <= bits <= _LARGEST_BITS:
        raise SimError(f"a bit width of {width.tolist()}: one from 1 to {_LARGEST_BITS}")
    number = IntFormat(bits, bool(node.attributes.get("signed", 1)))
    narrow = int(bool(node.attributes.get("narrow", 0)))
    low = number.min + (narrow if number.signed else 0)
    high = number.max - (0 if number.signed else narrow)
    down = rounding == "FLOOR"
    _quantized(built, node, scale, zero, number, low, high, zero_rounded=True, down=down)


def bipolar(built: Building, node: GraphNode) -> None:
    """QONNX's quantizer of weights to -1 and 1."""
    if node.inputs[0] in built.reals:
        raise SimError("bipolar activations are not supported, bipolar weights are")
    values, scale = built.constant(node, 0), built.constant(node, 1)
    integers = np.where(values >= 0, 1, -1).astype(np.int64)
    built.weights[node.output] = Weights(integers, scale, IntFormat(2, signed=True))


def quantize(built: Building, node: GraphNode) -> None:
    """ONNX's quantizer, whose zero point has the type of its integers."""
    zero = built.graph.constants[node.inputs[2]] if len(node.inputs) > 2 else np.uint8(0)
    kind = np.asarray(zero).dtype
    if kind.kind not in "iu":
        raise SimError(f"zero points of {kind} are not supported: integers are")
    number = IntFormat(8 * kind.itemsize, kind.kind == "i")
    scale, offset = built.constant(node, 1), np.asarray(zero, dtype=np.float64)
    _quantized(built, node, scale, offset, number, number.min, number.max, zero_rounded=False)


def dequantize(built: Building, node: GraphNode) -> None:
    """Real numbers of integers; of constants those that are kept as weights."""
    name = node.inputs[0]
    if name in built.reals:
        built.put(node, built.real(node))  # `quantize` gave the real numbers already
        return
    if name in built.weights:
        built.weights[node.output] = built.weights[name]
        return
    integers = built.graph.constants[name]
    zero = built.graph.constants[node.inputs[2]] if len(node.inputs) > 2 else np.int64(0)
    axis = int(node.attributes.get("axis", 1))
    scale = _along(built.constant(node, 1), integers.ndim, axis)
    shifted = integers.astype(np.int64) - _along(np.asarray(zero), integers.ndim, axis).astype(
        np.int64
    )
    bits = max(int(np.abs(shifted).max(initial=1)).bit_length() + 1, 8 * integers.itemsize)
    built.weights[node.output] = Weights(shifted, scale, IntFormat(bits, signed=True))


def _quantized(
    built: Building,
    node: GraphNode,
    scale: Constant,
    zero: Constant,
    number: IntFormat,
    low: int,
    high: int,
    zero_rounded: bool,
    down: bool = False,
) -> None:
    """Integers from `low` to `high`: weights of a constant, else a requantizer."""
    if np.any(scale <= 0) or np.any(zero != np.rint(zero)):
        raise SimError("scales must be positive, and zero points integers")
    if node.inputs[0] not in built.reals:
        values = built.constant(node, 0)
        integers = np.rint(np.clip(values / scale + zero, low, high)).astype(np.int64)
        if np.any(zero) or down:
            raise SimError("weights with a zero point, or rounded down, are not supported")
        built.weights[node.output] = Weights(integers, scale, number)
        return
    real = built.real(node)
    step, shift = built.channels(scale), built.channels(zero)
    if step.size > 1 or shift.size > 1:
        raise SimError("activations have one scale and one zero point")
    # Rectified before it is quantized: what is under the zero point is clipped to it.
    lowest = max(low, int(shift[0])) if real.relu else low
    factors = tuple(found / step for _, found in real.terms)
    # Of QONNX a zero point is rounded with the number, of ONNX it is added afterwards.
    added = int(shift[0])
    offset = real.offset / step + (added if zero_rounded else 0)
    if real.rounded:
        if step[0] != 1 or added:
            raise SimError("rounded numbers are quantized with scale 1 and zero point 0 only")
        down = real.rounded == "down"
    made = Requantize(factors, offset, number, low=lowest, high=high,
                      zero=0 if zero_rounded else added)  # fmt: skip
    if down:
        made = _shifting(made)
    shape = built.emit(node, made, *(name for name, _ in real.terms))
    built.put(node, Real(((node.name, step),), -step * shift, positive=lowest >= shift[0],
                         integers=(node.name, number)), shape)  # fmt: skip


def _shifting(layer: Requantize) -> Requantize:
    """The same, rounding down: what is added for rounding to the nearest is in its offset."""
    for shift in range(MAX_SHIFT + 1):
        one = float(1 << shift)
        multipliers = tuple(factor * one for factor in layer.multipliers)
        offset = layer.offset * one - ((1 << shift) >> 1)
        if all(np.all(numbers == np.rint(numbers)) for numbers in (*multipliers, offset)):
            return replace(layer, multipliers=multipliers, offset=offset, rounding="shift",
                           shift=shift)  # fmt: skip
    raise SimError(
        f"rounding mode FLOOR: of scales that are binary fractions to 2^-{MAX_SHIFT} only"
    )


def _along(values: Constant, dimensions: int, axis: int) -> Constant:
    """One number, or one for each index of an axis, ready to be broadcast."""
    if values.size == 1:
        return values.reshape(-1)
    shape = [1] * dimensions
    shape[axis] = values.size
    return values.reshape(shape)
