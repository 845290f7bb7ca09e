"""What float layers with weights become: integers, the border, biases, and corrected means."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import reduce
from math import prod
from operator import add

import numpy as np

from sim.corrections import centred
from sim.errors import SimError
from sim.floats import FloatConv2d, FloatLinear
from sim.formats import IntArray, IntFormat
from sim.layers import FloatArray
from sim.network import Network
from sim.quantizing.input_moments import InputMoments, moments_in_steps
from sim.quantizing.moments import moments_of
from sim.quantizing.operands import Operands
from sim.quantizing.reference import Reference
from sim.quantizing.tensors import Tensors, batches
from sim.quantizing.weights import integer_weights
from sim.reals import Real, column, times_channels
from sim.schemes import Scheme
from sim.weighted import Conv2d, Linear

_ROWS = 1 << 17  # dot products from which error feedback learns, or the images' own if fewer


class WeightedLayers:
    """Convolutions and products of one network.

    Parameters
    ----------
    network
        The float network.
    names
        Of its layers with weights.
    scheme
        What the integers are.
    tensors
        What is made so far.
    operands
        Integers of it.
    reference
        What the float network has there.
    pool
        Threads.
    """

    def __init__(
        self, network: Network, names: list[str], scheme: Scheme, tensors: Tensors,
        operands: Operands, reference: Reference, pool: ThreadPoolExecutor,
    ) -> None:  # fmt: skip
        self._network, self._scheme, self._pool = network, scheme, pool
        self._first, self._last = names[0], names[-1]
        self._tensors, self._operands, self._reference = tensors, operands, reference

    def made(self, name: str, layer: FloatConv2d | FloatLinear, source: str) -> Real:
        """Emit the layer of integers, and say what the float one's tensor is made of.

        Raises
        ------
        SimError
            If weights are not finite, or operands and weights are none of the scheme.
        """
        if not np.all(np.isfinite(layer.weight)):
            count = int(np.count_nonzero(~np.isfinite(layer.weight)))
            raise SimError(f"{count} of its {layer.weight.size} weights are NaN or infinite")
        scheme = self._scheme
        widths = scheme.widths(name, name == self._first, name == self._last)
        x_step = dict(scheme.activation_steps).get(name)
        kept = dict(scheme.kept_activations).get(name)
        operand = self._operands.multiplied(source, widths.bits_x, x_step, kept)
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
        found = integer_weights(
            scheme, weight, widths, moments, centred(self._network, name, scheme),
            dict(scheme.kept_weights).get(name), dict(scheme.weight_steps).get(name),
        )  # fmt: skip
        self._tensors.emit(
            name, self._layer(layer, found.integers, x_format, found.format, border), (x_name,)
        )
        offset = _bias(layer, found.integers, found.step, operand, groups)
        return self._corrected(name, Real(((name, found.step),), offset))

    def _layer(
        self, layer: FloatConv2d | FloatLinear, integers: IntArray, x_format: IntFormat,
        w_format: IntFormat, border: IntArray,
    ) -> Conv2d | Linear:  # fmt: skip
        scheme = self._scheme
        made: Conv2d | Linear
        if isinstance(layer, FloatConv2d):
            made = Conv2d(integers, x_format, w_format, scheme.sums, stride=layer.stride,
                          padding=layer.padding, groups=layer.groups, pad_value=border)  # fmt: skip
        else:
            made = Linear(integers, x_format, w_format, scheme.sums)
        if scheme.safe_accumulators:
            made = replace(made, accumulator=replace(scheme.sums, bits=max(made.safe_bits, 2)))
        return made

    def _corrected(self, name: str, real: Real) -> Real:
        """Without the mean error of each channel, where the scheme takes it out."""
        if not self._scheme.bias_correction:
            return real
        found = moments_of(self._tensors.evaluated(real))
        error = found.mean - self._reference.moments[name].mean
        return replace(real, offset=real.offset - error)

    def _input_moments(
        self, layer: FloatConv2d | FloatLinear, source: str, operand: Real, border: IntArray
    ) -> list[InputMoments]:
        """Of a layer's inputs on the calibration images, in steps of the integer inputs."""
        ((x_name, x_scale),) = operand.terms
        tensors = [self._tensors[x_name]]
        if self._scheme.compensated:
            tensors.append(self._reference[source])
        pixels = prod(layer.shape(tensors[0].shape[1:])[:-1])
        every = max(len(tensors[0]) * pixels // _ROWS, 1)
        parts = zip(*(batches(tensor[::every]) for tensor in tensors), strict=True)
        moments = moments_in_steps(layer, x_scale, operand.offset / x_scale, border)
        return [reduce(add, group) for group in zip(*self._pool.map(moments, parts), strict=True)]


def _bias(
    layer: FloatConv2d | FloatLinear, integers: IntArray, step: FloatArray, operand: Real,
    groups: int,
) -> FloatArray:  # fmt: skip
    """Of each channel, with what every input is too low or too high by: the offset of pixels."""
    ((_, x_scale),) = operand.terms
    offset = np.zeros(1) if layer.bias is None else layer.bias.astype(np.float64)
    moved = times_channels(integers * column(step, integers.ndim),
                           operand.offset / x_scale, groups)  # fmt: skip
    return np.asarray(offset + moved.reshape(len(integers), -1).sum(axis=1))
