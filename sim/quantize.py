"""From a float network to one of integers, layer after layer, without training.

Every tensor of the float network is made of integer tensors (`sim.reals`). Scales of batch
norms, biases and pixels' means gather there; only where a layer needs integers of a format is a
requantizer put in, which does it all at once. What is measured on the way (ranges, batch-norm
statistics, errors of means) is measured on calibration images in the network that is quantized
so far.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import reduce
from math import prod
from operator import add

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from sim.corrections import centred
from sim.errors import SimError
from sim.floats import AvgPool, BatchNorm, FloatConv2d, FloatLinear, Normalize
from sim.formats import IntArray, IntFormat
from sim.input_moments import InputMoments, moments_in_steps
from sim.kept_values import KeptValues
from sim.layers import Add, Flatten, FloatArray, Layer, MaxPool, Relu, Subsample, SumPool
from sim.lookup import Lookup
from sim.moments import Moments, moments_of, together
from sim.network import BATCH, INPUT, Network, Node
from sim.nonlinear import FloatFunction, Function
from sim.patches import Array
from sim.quantizers import batch_norm_step, steps
from sim.reals import Real, column, times_channels
from sim.requantize import Requantize, Scale
from sim.schemes import Scheme
from sim.weighted import Conv2d, Linear
from sim.weights import integer_weights

_MULTIPLIER_BITS = 16
_LARGEST_SHIFT = 40  # leaves room for sums in 64 bits
_SAMPLES = 1 << 18
_ROWS = 1 << 17  # dot products from which error feedback learns, or the images' own if fewer
Images = npt.NDArray[np.uint8]


def quantize(
    network: Network,
    scheme: Scheme,
    calibration: Images,
    jobs: int = 1,
    advance: Callable[[int], None] | None = None,
) -> Network:
    """A network of integers.

    Parameters
    ----------
    network
        The float network; its first layer is `Normalize`.
    scheme
        What the integers are.
    calibration
        Training images, shape (N, *network's input), on which ranges and statistics are
        measured.
    jobs
        Threads.
    advance
        Told after each layer.

    Returns
    -------
    Network
        Takes the same images; its last layer gives real numbers (`Scale`).

    Raises
    ------
    SimError
        If a layer is unknown, has weights that are not finite, sums that do not fit, or
        an operand that may be negative where the scheme has unsigned ones.
    """
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(jobs) as pool:
        compiler = _Compiler(network, scheme, calibration, pool)
        for node in network.nodes:
            try:
                compiler.add(node)
            except SimError as error:
                raise SimError(f"layer {node.name}: {error}") from error
            if advance is not None:
                advance(1)
        return compiler.finish()


class _Compiler:
    def __init__(
        self, network: Network, scheme: Scheme, calibration: Images, pool: ThreadPoolExecutor
    ) -> None:
        self._network, self._scheme, self._pool = network, scheme, pool
        self._nodes: list[Node] = []
        self._reals: dict[str, Real] = {}
        self._values: dict[str, Array] = {INPUT: calibration}
        # The float network's tensors, kept beside it where weights are to make up for both.
        self._floats: dict[str, Array] = {INPUT: calibration}
        self._made: dict[tuple[str, IntFormat, float | None], Real] = {}
        self._looked_up: dict[tuple[str, KeptValues], Real] = {}
        self._last_use = {name: i for i, n in enumerate(network.nodes) for name in n.inputs}
        self._index = 0
        weighted = [n.name for n in network.nodes if isinstance(n.layer, FloatConv2d | FloatLinear)]
        if not weighted:
            raise SimError("the network has no layer with weights")
        self._first, self._last = weighted[0], weighted[-1]
        compared = scheme.bias_correction or scheme.batch_norm == "reestimated"
        self._float = self._float_moments(weighted, calibration) if compared else {}

    def _float_moments(self, names: list[str], images: Images) -> dict[str, Moments]:
        """Moments of each channel of float layers."""

        def sums(part: Images) -> dict[str, Moments]:
            kept = self._network.run(part, names).kept
            return {name: moments_of(kept[name]) for name in names}

        found = list(self._pool.map(sums, _parts(images)))
        return {name: together([each[name] for each in found]) for name in names}

    # --- float layers ---------------------------------------------------------

    def add(self, node: Node) -> None:
        """Translate one float layer."""
        layer, sources = node.layer, node.inputs
        if self._scheme.compensated:
            given = zip(*(_parts(self._floats[name]) for name in sources), strict=True)
            made = self._pool.map(lambda parts: layer(*parts), given)
            self._floats[node.name] = np.concatenate(list(made))
        if isinstance(layer, Normalize):
            real = self._pixels(layer)
        elif isinstance(layer, FloatConv2d | FloatLinear):
            real = self._weighted(node.name, layer, sources[0])
        elif isinstance(layer, BatchNorm):
            real = self._batch_norm(layer, sources[0])
        elif isinstance(layer, Relu):
            real = replace(
                self._linear(sources[0]), positive=True, relu=True, levels=0, integers=None
            )
        elif isinstance(layer, Add):
            real = self._add([self._linear(name) for name in sources])
        elif isinstance(layer, AvgPool):
            area = layer.kernel[0] * layer.kernel[1]
            pool = SumPool(layer.kernel, layer.stride, layer.padding)
            found = self._move(node.name, pool, self._residual(sources[0]))
            real = replace(found, terms=tuple((n, s / area) for n, s in found.terms), integers=None)
        elif isinstance(layer, MaxPool):
            # Layers with widths of their own are not narrowed by the pool before them.
            own = bool(self._scheme.layers or self._scheme.activation_steps)
            bits = self._scheme.residual_bits if own else self._scheme.bits_x
            real = self._move(node.name, layer, self._operand(sources[0], bits))
        elif isinstance(layer, Subsample):
            real = self._move(node.name, layer, self._residual(sources[0]))
        elif isinstance(layer, Flatten):
            real = self._flatten(node, sources[0])
        elif isinstance(layer, FloatFunction):
            real = self._function(
                node.name, Function.of(layer, self._scheme.function_bits), sources[0]
            )
        else:
            raise SimError(f"cannot quantize a {type(layer).__name__}")
        self._reals[node.name] = real
        self._index += 1
        self._forget()

    def finish(self) -> Network:
        """The network, with real numbers at its end."""
        real = self._reals[self._network.nodes[-1].name]
        if real.relu:
            real = self._residual(self._network.nodes[-1].name)
        scales = tuple(scale for _, scale in real.terms)
        names = tuple(name for name, _ in real.terms)
        self._nodes.append(Node("output", Scale(scales, real.offset), names))
        return Network(self._nodes, self._network.shapes[INPUT])

    def _pixels(self, layer: Normalize) -> Real:
        if self._nodes or self._reals:
            raise SimError("only the first layer can take pixels")
        if np.any(layer.deviation <= 0) or not np.all(np.isfinite(layer.mean)):
            raise SimError("means must be numbers, and deviations positive")
        deviation = layer.deviation.astype(np.float64)
        scale = 1 / (layer.levels * deviation)
        return Real(((INPUT, scale),), -layer.mean / deviation, levels=layer.levels)

    def _batch_norm(self, layer: BatchNorm, source: str) -> Real:
        real = self._linear(source)
        mean, variance = layer.mean.astype(np.float64), layer.variance.astype(np.float64)
        if self._scheme.batch_norm == "reestimated" and source in self._float:
            # Training saw augmented images, so the same images are compared, float and
            # quantized, and the stored statistics move as theirs do.
            found, trained = moments_of(self._evaluate(real)), self._float[source]
            mean = mean + found.mean - trained.mean
            variance = variance * (found.variance / np.maximum(trained.variance, layer.epsilon))
        gamma, beta = layer.gamma.astype(np.float64), layer.beta.astype(np.float64)
        scale = gamma / np.sqrt(variance + layer.epsilon)
        scaled = real.scaled(scale, beta - mean * scale)
        return replace(scaled, normal=(beta, np.abs(gamma)))

    def _add(self, reals: list[Real]) -> Real:
        terms = tuple(term for real in reals for term in real.terms)
        offset = np.asarray(sum(real.offset for real in reals), dtype=np.float64)
        known = [real.normal for real in reals if real.normal is not None]
        normal = None
        if len(known) == len(reals):
            deviation = np.sqrt(sum(np.square(deviation) for _, deviation in known))
            normal = (np.asarray(sum(mean for mean, _ in known)), deviation)
        return Real(terms, offset, all(real.positive for real in reals), normal=normal)

    def _flatten(self, node: Node, source: str) -> Real:
        real = self._linear(source)
        shape = self._network.shapes[source]
        pixels = prod(shape[:-1])
        found = (
            self._move(node.name, Flatten(), real)
            if len(real.terms) == 1
            else self._move(node.name, Flatten(), self._residual(source))
        )

        def spread(numbers: FloatArray) -> FloatArray:
            return numbers if numbers.size == 1 else np.repeat(numbers, pixels)

        terms = tuple((name, spread(scale)) for name, scale in found.terms)
        normal = None if real.normal is None else (spread(real.normal[0]), spread(real.normal[1]))
        return replace(found, terms=terms, offset=spread(found.offset), normal=normal)

    def _function(self, name: str, function: Function, source: str) -> Real:
        """A function of numbers with a fixed point, and what it gives."""
        point = function.point
        step = 2.0**-point.operand_fraction
        ((given, _),) = self._integers(source, point.operand, step).terms
        self._emit(name, function, (given,))
        return Real(((name, np.array([2.0**-point.result_fraction])),), np.zeros(1),
                    positive=not point.result.signed, integers=(name, point.result))  # fmt: skip

    def _weighted(self, name: str, layer: FloatConv2d | FloatLinear, source: str) -> Real:
        if not np.all(np.isfinite(layer.weight)):
            count = int(np.count_nonzero(~np.isfinite(layer.weight)))
            raise SimError(f"{count} of its {layer.weight.size} weights are NaN or infinite")
        scheme = self._scheme
        widths = scheme.widths(name, name == self._first, name == self._last)
        x_step = dict(scheme.activation_steps).get(name)
        kept = dict(scheme.kept_activations).get(name)
        if kept is None:
            operand = self._operand(source, widths.bits_x, x_step)
        else:
            operand = self._kept_operand(source, widths.bits_x, x_step, kept)
        ((x_name, x_scale),) = operand.terms
        assert operand.integers is not None
        groups = layer.groups if isinstance(layer, FloatConv2d) else 1
        weight = times_channels(layer.weight.astype(np.float64), x_scale, groups)
        x_format = operand.integers[1]
        border = np.rint(-operand.offset / x_scale).astype(np.int64)
        border = np.clip(border, x_format.min, x_format.max)
        if kept is not None:
            border = kept(border).astype(np.int64)
        moments = None
        if scheme.weight_rounding == "feedback":
            moments = self._input_moments(layer, source, operand, border)
        made_of = integer_weights(
            scheme, weight, widths, moments, centred(self._network, name, scheme),
            dict(scheme.kept_weights).get(name), dict(scheme.weight_steps).get(name),
        )  # fmt: skip
        integers, step, number = made_of.integers, made_of.step, made_of.format
        offset = np.zeros(1) if layer.bias is None else layer.bias.astype(np.float64)
        # What every input is too low or too high by: the offset of pixels.
        offset = offset + times_channels(integers * column(step, integers.ndim),
                                          operand.offset / x_scale, groups,
                                          ).reshape(len(integers), -1).sum(axis=1)  # fmt: skip
        made: Layer
        if isinstance(layer, FloatConv2d):
            made = Conv2d(integers, x_format, number, scheme.sums, stride=layer.stride,
                          padding=layer.padding, groups=groups, pad_value=border)  # fmt: skip
        else:
            made = Linear(integers, x_format, number, scheme.sums)
        if scheme.safe_accumulators:
            made = replace(made, accumulator=replace(scheme.sums, bits=max(made.safe_bits, 2)))
        self._emit(name, made, (x_name,))
        real = Real(((name, step),), offset)
        if scheme.bias_correction:
            error = moments_of(self._evaluate(real)).mean - self._float[name].mean
            real = replace(real, offset=real.offset - error)
        return real

    def _input_moments(
        self, layer: FloatConv2d | FloatLinear, source: str, operand: Real, border: IntArray
    ) -> list[InputMoments]:
        """Of a layer's inputs on the calibration images, in steps of the integer inputs."""
        ((x_name, x_scale),) = operand.terms
        tensors = [self._values[x_name]]
        if self._scheme.compensated:
            tensors.append(self._floats[source])
        pixels = prod(layer.shape(tensors[0].shape[1:])[:-1])
        every = max(len(tensors[0]) * pixels // _ROWS, 1)
        parts = zip(*(_parts(tensor[::every]) for tensor in tensors), strict=True)
        moments = moments_in_steps(layer, x_scale, operand.offset / x_scale, border)
        return [reduce(add, group) for group in zip(*self._pool.map(moments, parts), strict=True)]

    # --- integers -------------------------------------------------------------

    def _linear(self, source: str) -> Real:
        """A tensor that is not rectified, or is so already."""
        real = self._reals[source]
        return self._residual(source) if real.relu else real

    def _residual(self, source: str) -> Real:
        """A tensor as integers that are not multiplied."""
        real = self._reals[source]
        bits = self._scheme.residual_bits
        return self._integers(source, IntFormat(bits, signed=not real.positive))

    def _operand(self, source: str, bits: int, step: float | None = None) -> Real:
        """A tensor as integers that a unit multiplies."""
        real = self._reals[source]
        if real.levels:
            return self._pixel_operand(source, real, bits)
        number = self._scheme.activation_format(bits, real.positive)
        if not real.positive and not number.signed:
            raise SimError(
                f"its input {source} may be negative, {self._scheme.kind} takes unsigned "
                "activations: put a ReLU before it, or take signed"
            )
        return self._integers(source, number, step)

    def _kept_operand(
        self, source: str, bits: int, step: float | None, kept: KeptValues
    ) -> Real:  # fmt: skip
        """The same behind a lookup of the nearest kept value."""
        real = self._reals[source]
        if step is None and not real.levels and real.integers is None:
            number = self._scheme.activation_format(bits, real.positive)
            kept.check(number, "activations")
            step = float(kept.steps(self._sampled(real))[0])
        operand = self._operand(source, bits, step)
        ((name, scale),) = operand.terms
        if (name, kept) not in self._looked_up:
            assert operand.integers is not None
            number = operand.integers[1]
            kept.check(number, "activations")
            count = sum(other == name for other, _ in self._looked_up)
            node = f"{name}.kept" + (f".{count}" if count else "")
            self._emit(node, Lookup.nearest(kept, number), (name,))
            made = replace(operand, terms=((node, scale),), integers=(node, number))
            self._looked_up[name, kept] = made
        return self._looked_up[name, kept]

    def _pixel_operand(self, source: str, real: Real, bits: int) -> Real:
        number = self._scheme.activation_format(bits)
        ((name, scale),) = real.terms
        if real.levels <= number.max:
            return replace(real, integers=(name, number))
        key = (source, number, None)
        if key not in self._made:
            factor = number.max / real.levels
            made = self._requantizer((np.array([factor]),), np.zeros(1), number, 0)
            node = f"{source}.{number}"
            self._emit(node, made, (name,))
            self._made[key] = replace(
                real, terms=((node, scale / factor),), integers=(node, number)
            )
        return self._made[key]

    def _integers(self, source: str, number: IntFormat, step: float | None = None) -> Real:
        """A tensor as integers of a format, of a given step or one that is found; made once."""
        real = self._reals[source]
        if step is None and real.integers is not None and real.integers[1].bits <= number.bits:
            return real
        key = (source, number, step)
        if key in self._made:
            return self._made[key]
        low = 0 if real.positive else number.min
        values = self._evaluate(real)
        if real.relu:
            np.maximum(values, 0, out=values)
        given = step
        step = given or self._step(real, values, low, number.max)
        names = tuple(name for name, _ in real.terms)
        factors = tuple(scale / step for _, scale in real.terms)
        node = f"{source}.{number}" + ("" if given is None else f".{given:.9g}")
        self._emit(node, self._requantizer(factors, real.offset / step, number, low), names)
        self._made[key] = Real(((node, np.array([step])),), np.zeros(1), positive=real.positive,
                                integers=(node, number))  # fmt: skip
        return self._made[key]

    def _step(self, real: Real, values: npt.NDArray[np.float32], low: int, high: int) -> float:
        rule = self._scheme.activation_rule
        if rule == "batchnorm":
            if real.normal is not None and real.relu:
                return batch_norm_step(*real.normal, high)
            rule = "minmax"  # sums of rectified tensors, of which batch norms say nothing
        return float(steps(_sample(values), low, high, rule)[0])

    def _sampled(self, real: Real) -> FloatArray:
        """Some of a tensor's values on the calibration images, behind its ReLU."""
        values = _sample(self._evaluate(real)).astype(np.float64)
        return np.maximum(values, 0) if real.relu else values

    def _requantizer(
        self, factors: tuple[FloatArray, ...], offset: FloatArray, number: IntFormat, low: int
    ) -> Requantize:
        if self._scheme.rounding == "half-even":
            return Requantize(factors, offset, number, "half-even", low=low)
        largest = max(float(np.abs(factor).max()) for factor in factors)
        shift = int(np.floor(_MULTIPLIER_BITS - 1 - np.log2(largest))) if largest else 0
        shift = min(max(shift, 0), _LARGEST_SHIFT)
        # A power of two would be one more than 16 bits with a sign hold.
        shift -= shift > 0 and np.rint(largest * 2.0**shift) == 1 << (_MULTIPLIER_BITS - 1)
        return Requantize(
            tuple(np.rint(factor * 2.0**shift) for factor in factors),
            np.rint(offset * 2.0**shift), number, "shift", shift, low,
        )  # fmt: skip

    def _move(self, name: str, layer: Layer, real: Real) -> Real:
        """A layer that moves, adds or compares integers."""
        ((source, scale),) = real.terms
        self._emit(name, layer, (source,))
        number = None if real.integers is None else (name, real.integers[1])
        return replace(real, terms=((name, scale),), integers=number, relu=False)

    # --- calibration ----------------------------------------------------------

    def _emit(self, name: str, layer: Layer, inputs: tuple[str, ...]) -> None:
        self._nodes.append(Node(name, layer, inputs))
        tensors = [self._values[source] for source in inputs]
        parts = zip(*(_parts(tensor) for tensor in tensors), strict=True)
        self._values[name] = np.concatenate(list(self._pool.map(lambda p: layer(*p), parts)))

    def _evaluate(self, real: Real) -> npt.NDArray[np.float32]:
        """The tensor on the calibration images, before a ReLU."""
        total = real.offset.astype(np.float32)
        for name, scale in real.terms:
            total = total + self._values[name].astype(np.float32) * scale.astype(np.float32)
        return np.asarray(total, dtype=np.float32)

    def _forget(self) -> None:
        """Drop calibration tensors that nothing will read."""
        needed = {
            name
            for source, real in self._reals.items()
            if self._last_use.get(source, self._index) >= self._index
            for name in [n for n, _ in real.terms]
            + [n for (made, *_), r in self._made.items() if made == source for n, _ in r.terms]
        }
        needed |= {
            n for (name, _), r in self._looked_up.items() if name in needed for n, _ in r.terms
        }
        self._values = {name: v for name, v in self._values.items() if name in needed}
        self._floats = {
            name: values
            for name, values in self._floats.items()
            if self._last_use.get(name, self._index) >= self._index
        }


def _sample(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Some of a tensor's values, as one row."""
    stride = max(values.size // _SAMPLES, 1) | 1  # odd: it meets every channel
    return values.reshape(1, -1)[:, ::stride]


def _parts(images: Array) -> list[Array]:
    return [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
