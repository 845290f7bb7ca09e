"""Quantized ONNX networks as networks of integers: QONNX, and ONNX with QDQ nodes.

Quantizers become requantizers, rounding half to even, or shifting where they round down binary
fractions; what stands between a sum and the next quantizer (batch norms, biases, scales) is
gathered in it.

Sources: A. Pappalardo et al., QONNX: Representing Arbitrary-Precision Quantized Neural
Networks, 2022, and its operator definitions; ONNX operators QuantizeLinear,
DequantizeLinear.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.importers.graph import FLOATS, INT64, Constant, Graph, GraphNode, padding, pair, told
from sim.layers import Flatten, FloatArray, Layer, MaxPool, Shape, Subsample, SumPool
from sim.lookup import Lookup
from sim.network import INPUT, Network, Node
from sim.notes import Notes
from sim.reals import Real, column, times_channels
from sim.requantize import MAX_SHIFT, Requantize, Scale
from sim.weighted import Conv2d, Linear

QUANTIZERS = ("Quant", "IntQuant", "BipolarQuant", "QuantizeLinear")
_LARGEST_BITS = 32


@dataclass(frozen=True, eq=False, slots=True)
class _Weights:
    """Quantized constants: integers, what they are multiples of, their format."""

    integers: IntArray
    step: FloatArray
    number: IntFormat

    @property
    def values(self) -> FloatArray:
        """The real numbers."""
        return np.asarray(self.integers * self.step)


def integer_network(
    graph: Graph, levels: int, accumulator: Accumulator | None, notes: Notes | None = None
) -> Network:
    """A network of integers from a graph with quantizers.

    Parameters
    ----------
    graph
        The graph.
    levels
        The pixel that the network takes as 1.
    accumulator
        What sums are kept in; if None, what the notes say, or 32 bits.
    notes
        What the file says of layers beside the graph.

    Raises
    ------
    SimError
        If an operator is not supported, or an operand of a multiplication is not
        quantized; the message names the node.
    """
    return _Builder(graph, levels, accumulator, notes or Notes()).network


class _Builder:
    def __init__(
        self, graph: Graph, levels: int, accumulator: Accumulator | None, notes: Notes
    ) -> None:
        self._graph, self._accumulator, self._notes = graph, accumulator, notes
        image = (*graph.shape[1:], graph.shape[0]) if len(graph.shape) == 3 else graph.shape
        self._nodes: list[Node] = []
        self._weights: dict[str, _Weights] = {}
        self._shapes: dict[str, Shape] = {INPUT: image}
        self._reals = {graph.input: Real(((INPUT, np.array([1 / levels])),), np.zeros(1))}
        self._image: dict[str, Shape] = {graph.input: image}
        known: Mapping[str, Callable[[GraphNode], None]] = {
            "Quant": self._quant, "IntQuant": self._quant, "BipolarQuant": self._bipolar,
            "QuantizeLinear": self._quantize, "DequantizeLinear": self._dequantize,
            "Conv": self._conv, "MatMul": self._product, "Gemm": self._product,
            "BatchNormalization": self._batch_norm, "Add": self._affine, "Sub": self._affine,
            "Mul": self._affine, "Div": self._affine, "Relu": self._relu,
            "MaxPool": self._pool, "AveragePool": self._pool, "GlobalAveragePool": self._pool,
            "Flatten": self._flatten, "Reshape": self._flatten, "Transpose": self._transpose,
            "Identity": self._same, "Dropout": self._same, "Cast": self._cast,
            "Floor": self._round, "Round": self._round,
            "Slice": self._slice, "Pad": self._pad, "Gather": self._gather,
        }  # fmt: skip
        for node in graph.nodes():
            if node.op not in known:
                raise SimError(f"{node.label}: not supported: known are {', '.join(known)}")
            with told(node):
                known[node.op](node)
        if graph.output not in self._reals:
            raise SimError(f"its output '{graph.output}' is not made of the image")
        self.network = self._finished(image)

    def _finished(self, image: Shape) -> Network:
        real = self._reals[self._graph.output]
        if real.relu or real.rounded:
            raise SimError("the network ends with a ReLU or rounding that no quantizer follows")
        scales = tuple(scale for _, scale in real.terms)
        names = tuple(name for name, _ in real.terms)
        self._nodes.append(Node("output", Scale(scales, real.offset), names))
        return Network(self._nodes, image)

    # --- what an input is -----------------------------------------------------

    def _real(self, node: GraphNode, index: int = 0) -> Real:
        if node.inputs[index] not in self._reals:
            raise SimError(f"its input '{node.inputs[index]}' does not come from the image")
        return self._reals[node.inputs[index]]

    def _plain(self, node: GraphNode, index: int = 0) -> Real:
        real = self._real(node, index)
        if real.relu:
            raise SimError("a ReLU before it is not followed by a quantizer")
        if real.rounded:
            raise SimError("a rounding before it is not followed by a quantizer")
        return real

    def _constant(self, node: GraphNode, index: int) -> Constant:
        name = node.inputs[index]
        if name in self._weights:
            return self._weights[name].values
        if name not in self._graph.constants:
            raise SimError(f"its input '{name}' must be constant")
        return self._graph.constants[name].astype(np.float64)

    def _channels(self, values: Constant) -> FloatArray:
        """A number a channel, or one for all, from a constant that is broadcast."""
        flat = np.asarray(values, dtype=np.float64).reshape(-1)
        if flat.size != max(values.shape, default=1):
            raise SimError(f"a constant of shape {values.shape} is not one number a channel")
        return flat

    def _set(self, node: GraphNode, real: Real, shape: Shape | None = None) -> None:
        self._reals[node.output] = real
        self._image[node.output] = self._image[node.inputs[0]] if shape is None else shape

    def _emit(self, node: GraphNode, layer: Layer, *sources: str) -> Shape:
        self._nodes.append(Node(node.name, layer, sources))
        self._shapes[node.name] = layer.shape(*(self._shapes[source] for source in sources))
        return self._shapes[node.name]

    # --- quantizers -----------------------------------------------------------

    def _quant(self, node: GraphNode) -> None:
        rounding = node.attributes.get("rounding_mode", b"ROUND").decode()
        if rounding not in ("ROUND", "HALF_EVEN", "FLOOR"):
            raise SimError(
                f"rounding mode {rounding}: ROUND, half to even, and FLOOR are supported"
            )
        scale, zero, width = (self._constant(node, i) for i in (1, 2, 3))
        bits = int(width.reshape(-1)[0])
        if width.size != 1 or not 1 <= bits <= _LARGEST_BITS:
            raise SimError(f"a bit width of {width.tolist()}: one from 1 to {_LARGEST_BITS}")
        number = IntFormat(bits, bool(node.attributes.get("signed", 1)))
        narrow = int(bool(node.attributes.get("narrow", 0)))
        low = number.min + (narrow if number.signed else 0)
        high = number.max - (0 if number.signed else narrow)
        down = rounding == "FLOOR"
        self._quantized(node, scale, zero, number, low, high, zero_rounded=True, down=down)

    def _bipolar(self, node: GraphNode) -> None:
        if node.inputs[0] in self._reals:
            raise SimError("bipolar activations are not supported, bipolar weights are")
        values, scale = self._constant(node, 0), self._constant(node, 1)
        integers = np.where(values >= 0, 1, -1).astype(np.int64)
        self._weights[node.output] = _Weights(integers, scale, IntFormat(2, signed=True))

    def _quantize(self, node: GraphNode) -> None:
        zero = self._graph.constants[node.inputs[2]] if len(node.inputs) > 2 else np.uint8(0)
        kind = np.asarray(zero).dtype
        if kind.kind not in "iu":
            raise SimError(f"zero points of {kind} are not supported: integers are")
        number = IntFormat(8 * kind.itemsize, kind.kind == "i")
        scale, offset = self._constant(node, 1), np.asarray(zero, dtype=np.float64)
        self._quantized(node, scale, offset, number, number.min, number.max, zero_rounded=False)

    def _dequantize(self, node: GraphNode) -> None:
        name = node.inputs[0]
        if name in self._reals:
            self._same(node)  # `_quantize` gave the real numbers already
            return
        if name in self._weights:
            self._weights[node.output] = self._weights[name]
            return
        integers = self._graph.constants[name]
        zero = self._graph.constants[node.inputs[2]] if len(node.inputs) > 2 else np.int64(0)
        axis = int(node.attributes.get("axis", 1))
        scale = _along(self._constant(node, 1), integers.ndim, axis)
        shifted = integers.astype(np.int64) - _along(np.asarray(zero), integers.ndim, axis).astype(
            np.int64
        )
        bits = max(int(np.abs(shifted).max(initial=1)).bit_length() + 1, 8 * integers.itemsize)
        self._weights[node.output] = _Weights(shifted, scale, IntFormat(bits, signed=True))

    def _quantized(
        self,
        node: GraphNode,
        scale: Constant,
        zero: Constant,
        number: IntFormat,
        low: int,
        high: int,
        zero_rounded: bool,
        down: bool = False,
    ) -> None:
        if np.any(scale <= 0) or np.any(zero != np.rint(zero)):
            raise SimError("scales must be positive, and zero points integers")
        if node.inputs[0] not in self._reals:
            values = self._constant(node, 0)
            integers = np.rint(np.clip(values / scale + zero, low, high)).astype(np.int64)
            if np.any(zero) or down:
                raise SimError("weights with a zero point, or rounded down, are not supported")
            self._weights[node.output] = _Weights(integers, scale, number)
            return
        real = self._real(node)
        step, shift = self._channels(scale), self._channels(zero)
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
        shape = self._emit(node, made, *(name for name, _ in real.terms))
        self._set(node, Real(((node.name, step),), -step * shift, positive=lowest >= shift[0],
                             integers=(node.name, number)), shape)  # fmt: skip

    # --- layers ---------------------------------------------------------------

    def _operands(self, node: GraphNode) -> tuple[Real, IntFormat, _Weights]:
        real = self._plain(node)
        if real.integers is None:
            raise SimError(f"its input '{node.inputs[0]}' is not quantized")
        if node.inputs[1] not in self._weights:
            raise SimError(f"its weights '{node.inputs[1]}' are not quantized")
        return real, real.integers[1], self._weights[node.inputs[1]]

    def _noted(
        self, node: GraphNode, x_format: IntFormat, w_format: IntFormat
    ) -> tuple[IntFormat, IntFormat, Accumulator]:
        """Formats and accumulator of a layer, as the graph has them and the notes add."""
        notes = self._notes.layers.get(node.name)
        if notes is None:
            return x_format, w_format, self._accumulator or Accumulator()
        for given, noted in ((x_format, notes.x_format), (w_format, notes.w_format)):
            if (given.bits, given.signed) != (noted.bits, noted.signed):
                raise SimError(f"its graph has numbers of {given}, its metadata says {noted}")
        own = notes.accumulator
        if self._accumulator is not None:
            own = replace(self._accumulator, split=own.split)
        return notes.x_format, notes.w_format, own

    def _weighted(
        self, node: GraphNode, layer: Layer, integers: IntArray, step: FloatArray, real: Real,
        groups: int = 1, bias: FloatArray | None = None,
    ) -> None:  # fmt: skip
        ((name, x_scale),) = real.terms
        shape = self._emit(node, layer, name)
        # What the zero point adds to every sum.
        zero = times_channels(integers * column(step, integers.ndim), real.offset, groups)
        offset = zero.reshape(len(integers), -1).sum(axis=1)
        offset = offset if bias is None else offset + bias
        self._set(node, Real(((node.name, x_scale * step),), offset), shape)

    def _conv(self, node: GraphNode) -> None:
        real, x_format, weights = self._operands(node)
        integers, step = weights.integers, self._rows(weights)
        kernel = (integers.shape[2], integers.shape[3])
        groups = int(node.attributes.get("group", 1))
        ((_, x_scale),) = real.terms
        border = np.rint(-real.offset / x_scale).astype(np.int64)
        x_format, w_format, accumulator = self._noted(node, x_format, weights.number)
        layer = Conv2d(
            integers, x_format, w_format, accumulator,
            stride=pair(node, "strides", 1), padding=padding(node, kernel), groups=groups,
            pad_value=border,
        )  # fmt: skip
        bias = self._constant(node, 2).reshape(-1) if len(node.inputs) > 2 else None
        self._weighted(node, layer, integers, step, real, groups, bias)

    def _product(self, node: GraphNode) -> None:
        real, x_format, weights = self._operands(node)
        gemm = {name: node.attributes.get(name, 1) for name in ("alpha", "beta")}
        if set(gemm.values()) != {1} or node.attributes.get("transA", 0):
            raise SimError("only x W + b is supported")
        if not node.attributes.get("transB", 0):
            weights = _Weights(weights.integers.T, _turned(weights.step), weights.number)
        x_format, w_format, accumulator = self._noted(node, x_format, weights.number)
        layer = Linear(np.ascontiguousarray(weights.integers), x_format, w_format, accumulator)
        bias = self._constant(node, 2).reshape(-1) if len(node.inputs) > 2 else None
        self._weighted(node, layer, layer.weight, self._rows(weights), real, bias=bias)

    def _rows(self, weights: _Weights) -> FloatArray:
        """The step of each output."""
        outputs = len(weights.integers)
        step = np.asarray(weights.step, dtype=np.float64)
        if step.size not in (1, outputs) or (step.size > 1 and step.shape[0] != outputs):
            raise SimError(f"scales of shape {step.shape} are not one number an output")
        return step.reshape(-1)

    def _batch_norm(self, node: GraphNode) -> None:
        gamma, beta, mean, variance = (self._constant(node, i) for i in range(1, 5))
        scale = gamma / np.sqrt(variance + float(node.attributes.get("epsilon", 1e-5)))
        self._set(node, self._plain(node).scaled(scale, beta - mean * scale))

    def _affine(self, node: GraphNode) -> None:
        first, second = node.inputs
        if first in self._reals and second in self._reals and node.op == "Add":
            reals = [self._plain(node, i) for i in (0, 1)]
            terms = reals[0].terms + reals[1].terms
            self._set(node, Real(terms, reals[0].offset + reals[1].offset))
            return
        index = 0 if first in self._reals else 1
        if node.inputs[1 - index] in self._reals or (index == 1 and node.op in ("Sub", "Div")):
            raise SimError("only an image and a constant, or sums of two images")
        real, value = self._plain(node, index), self._channels(self._constant(node, 1 - index))
        one, zero = np.ones(1), np.zeros(1)
        scale, shift = one, zero
        if node.op in ("Add", "Sub"):
            shift = value if node.op == "Add" else -value
        else:
            scale = value if node.op == "Mul" else 1 / value
        made = real.scaled(scale, shift)
        if np.all(scale == 1) and len(real.terms) == 1:
            steps = made.offset / real.terms[0][1]
            # Integers from which a zero point is subtracted are still multiplied as they are.
            kept = real.integers if np.all(steps == np.rint(steps)) else None
            made = replace(made, integers=kept)
        self._reals[node.output] = made
        self._image[node.output] = self._image[node.inputs[index]]

    def _relu(self, node: GraphNode) -> None:
        self._set(node, replace(self._plain(node), positive=True, relu=True, integers=None))

    def _same(self, node: GraphNode) -> None:
        self._set(node, self._real(node))

    def _round(self, node: GraphNode) -> None:
        real = self._real(node)
        if real.rounded:
            raise SimError("its input is rounded already")
        how = "down" if node.op == "Floor" else "half-even"
        self._set(node, replace(real, rounded=how, integers=None))

    def _cast(self, node: GraphNode) -> None:
        real = self._real(node)
        whole = real.integers is not None and _unscaled(real) and not np.any(real.offset)
        if node.attributes.get("to") not in FLOATS and not (
            node.attributes.get("to") == INT64 and whole
        ):
            raise SimError("only to float or double, and of integers to int64")
        self._same(node)

    def _gather(self, node: GraphNode) -> None:
        """A table's numbers: of a known length, the integers of its input are its places."""
        if node.inputs[0] not in self._graph.constants or node.inputs[1] not in self._reals:
            raise SimError("only from a constant table, by an image")
        table, real = self._constant(node, 0), self._real(node, 1)
        if real.integers is None or not _unscaled(real) or table.ndim != 1:
            raise SimError("only from a table of one dimension, by integers of scale 1")
        name, number = real.integers
        if np.any(table != np.rint(table)) or np.any(real.offset != -number.min):
            raise SimError(f"its table has no integer for each value of {number}")
        if node.attributes.get("axis", 0) != 0:
            raise SimError("only along the first axis")
        shape = self._emit(node, Lookup(table.astype(np.int64), number), name)
        self._reals[node.output] = Real(((node.name, np.ones(1)),), np.zeros(1),
                                        positive=not number.signed,
                                        integers=(node.name, number))  # fmt: skip
        self._image[node.output] = shape

    def _slice(self, node: GraphNode) -> None:
        starts, ends, axes, steps = (
            self._constant(node, i).astype(np.int64).tolist() for i in range(1, 5)
        )
        height, width, _ = self._image[node.inputs[0]]
        whole = len(ends) == 2 and ends[0] >= height and ends[1] >= width
        if starts != [0, 0] or not whole or axes != [2, 3] or steps[0] != steps[1]:
            raise SimError("only every n-th pixel, down and across, can be taken")
        self._moved(node, Subsample(steps[0], 0, 0), self._plain(node))

    def _pad(self, node: GraphNode) -> None:
        real = self._plain(node)
        pads = self._constant(node, 1).astype(np.int64).tolist()
        other = [pad for i, pad in enumerate(pads) if i not in (1, 5)]
        if len(pads) != 8 or any(other) or len(node.inputs) > 2 or np.any(real.offset):
            raise SimError("only channels of zeros can be added")
        if any(scale.size > 1 for _, scale in real.terms):
            raise SimError("its input has a scale a channel that no quantizer followed")
        self._moved(node, Subsample(1, pads[1], pads[5]), real)

    def _moved(self, node: GraphNode, layer: Layer, real: Real, area: int = 1) -> None:
        if len(real.terms) != 1:
            raise SimError("its input is a sum that is not quantized")
        ((name, scale),) = real.terms
        shape = self._emit(node, layer, name)
        number = None if real.integers is None or area > 1 else (node.name, real.integers[1])
        self._set(node, replace(real, terms=((node.name, scale / area),), integers=number), shape)

    def _pool(self, node: GraphNode) -> None:
        real = self._plain(node)
        if real.integers is None:
            raise SimError("its input is not quantized")
        if node.op == "GlobalAveragePool":
            height, width, _ = self._image[node.inputs[0]]
            self._moved(node, SumPool((height, width), (height, width)), real, height * width)
            return
        kernel, stride = pair(node, "kernel_shape", 1), pair(node, "strides", 1)
        border = padding(node, kernel)
        if node.op == "MaxPool":
            self._moved(node, MaxPool(kernel, stride, border), real)
        elif border != (0, 0) and not (
            node.attributes.get("count_include_pad") and not np.any(real.offset)
        ):
            raise SimError("an average with a border that does not count is not supported")
        else:
            self._moved(node, SumPool(kernel, stride, border), real, prod(kernel))

    def _flatten(self, node: GraphNode) -> None:
        if node.op == "Reshape":
            target = self._graph.constants.get(node.inputs[1], np.zeros(0)).reshape(-1)
            size = prod(self._image[node.inputs[0]])
            if target.size == len(self._image[node.inputs[0]]) + 1:
                raise SimError(f"a reshape to {target.tolist()}: only to features")
            if target.size != 2 or target[1] not in (-1, size):
                raise SimError(f"a reshape to {target.tolist()}: only to (N, {size})")
        elif node.attributes.get("axis", 1) != 1:
            raise SimError("only images can be made features")
        real = self._plain(node)
        if any(scale.size > 1 for _, scale in real.terms) or real.offset.size > 1:
            raise SimError("its input has a scale a channel that no quantizer followed")
        self._moved(node, Flatten(), real)

    def _transpose(self, node: GraphNode) -> None:
        if node.inputs[0] not in self._weights or list(node.attributes.get("perm", [1, 0])) != [
            1,
            0,
        ]:
            raise SimError("only weights of two dimensions can be transposed")
        found = self._weights[node.inputs[0]]
        self._weights[node.output] = _Weights(found.integers.T, _turned(found.step), found.number)


def _unscaled(real: Real) -> bool:
    """Whether it is one tensor of integers itself, but for an offset."""
    return len(real.terms) == 1 and bool(np.all(real.terms[0][1] == 1))


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


def _turned(step: FloatArray) -> FloatArray:
    return step.T if step.ndim == 2 else step if step.size == 1 else step.reshape(-1, 1)


def _along(values: Constant, dimensions: int, axis: int) -> Constant:
    """One number, or one for each index of an axis, ready to be broadcast."""
    if values.size == 1:
        return values.reshape(-1)
    shape = [1] * dimensions
    shape[axis] = values.size
    return values.reshape(shape)
