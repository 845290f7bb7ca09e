"""What float layers without weights become."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from sim.errors import SimError
from sim.floats import AvgPool, BatchNorm, Normalize
from sim.layers import Add, Flatten, FloatArray, Layer, MaxPool, Relu, Shape, Subsample, SumPool
from sim.network import INPUT, Node
from sim.nonlinear import FloatFunction, Function
from sim.quantizing.moments import moments_of
from sim.quantizing.operands import Operands
from sim.quantizing.reference import Reference
from sim.quantizing.tensors import Tensors
from sim.reals import Real
from sim.schemes import Scheme


class OtherLayers:
    """Pixels, batch norms, pools and whatever else one network has between its weights.

    Parameters
    ----------
    shapes
        Of the float network's tensors.
    scheme
        What the integers are.
    tensors
        What is made so far.
    operands
        Integers of it.
    reference
        What the float network has there.
    """

    def __init__(
        self, shapes: Mapping[str, Shape], scheme: Scheme, tensors: Tensors, operands: Operands,
        reference: Reference,
    ) -> None:  # fmt: skip
        self._shapes, self._scheme = shapes, scheme
        self._tensors, self._operands, self._reference = tensors, operands, reference
        self._known: dict[type, Callable[[Node, Any], Real]] = {
            Normalize: self._pixels, BatchNorm: self._batch_norm, Relu: self._relu,
            Add: self._add, AvgPool: self._average, MaxPool: self._max_pool,
            Subsample: self._subsample, Flatten: self._flatten,
        }  # fmt: skip

    def made(self, node: Node) -> Real:
        """Emit layers of integers as needed, and say what the float tensor is made of.

        Raises
        ------
        SimError
            If the layer is unknown, or not where it can be.
        """
        if isinstance(node.layer, FloatFunction):
            return self._function(node, node.layer)
        known = self._known.get(type(node.layer))
        if known is None:
            raise SimError(f"cannot quantize a {type(node.layer).__name__}")
        return known(node, node.layer)

    def _pixels(self, _: Node, layer: Normalize) -> Real:
        if self._tensors.nodes or self._tensors.reals:
            raise SimError("only the first layer can take pixels")
        if np.any(layer.deviation <= 0) or not np.all(np.isfinite(layer.mean)):
            raise SimError("means must be numbers, and deviations positive")
        deviation = layer.deviation.astype(np.float64)
        scale = 1 / (layer.levels * deviation)
        return Real(((INPUT, scale),), -layer.mean / deviation, levels=layer.levels)

    def _batch_norm(self, node: Node, layer: BatchNorm) -> Real:
        (source,) = node.inputs
        real = self._operands.linear(source)
        mean, variance = layer.mean.astype(np.float64), layer.variance.astype(np.float64)
        if self._scheme.batch_norm == "reestimated" and source in self._reference.moments:
            # Training saw augmented images, so the same images are compared, float and
            # quantized, and the stored statistics move as theirs do.
            found = moments_of(self._tensors.evaluated(real))
            trained = self._reference.moments[source]
            mean = mean + found.mean - trained.mean
            variance = variance * (found.variance / np.maximum(trained.variance, layer.epsilon))
        gamma, beta = layer.gamma.astype(np.float64), layer.beta.astype(np.float64)
        scale = gamma / np.sqrt(variance + layer.epsilon)
        scaled = real.scaled(scale, beta - mean * scale)
        return replace(scaled, normal=(beta, np.abs(gamma)))

    def _relu(self, node: Node, _: Relu) -> Real:
        real = self._operands.linear(node.inputs[0])
        return replace(real, positive=True, relu=True, levels=0, integers=None)

    def _add(self, node: Node, _: Add) -> Real:
        reals = [self._operands.linear(name) for name in node.inputs]
        terms = tuple(term for real in reals for term in real.terms)
        offset = np.asarray(sum(real.offset for real in reals), dtype=np.float64)
        known = [real.normal for real in reals if real.normal is not None]
        normal = None
        if len(known) == len(reals):
            deviation = np.sqrt(sum(np.square(deviation) for _, deviation in known))
            normal = (np.asarray(sum(mean for mean, _ in known)), deviation)
        return Real(terms, offset, all(real.positive for real in reals), normal=normal)

    def _average(self, node: Node, layer: AvgPool) -> Real:
        area = layer.kernel[0] * layer.kernel[1]
        pool = SumPool(layer.kernel, layer.stride, layer.padding)
        found = self._moved(node.name, pool, self._operands.residual(node.inputs[0]))
        terms = tuple((name, scale / area) for name, scale in found.terms)
        return replace(found, terms=terms, integers=None)

    def _max_pool(self, node: Node, layer: MaxPool) -> Real:
        # Layers with widths of their own are not narrowed by the pool before them.
        own = bool(self._scheme.layers or self._scheme.activation_steps)
        bits = self._scheme.residual_bits if own else self._scheme.bits_x
        return self._moved(node.name, layer, self._operands.multiplied(node.inputs[0], bits))

    def _subsample(self, node: Node, layer: Subsample) -> Real:
        return self._moved(node.name, layer, self._operands.residual(node.inputs[0]))

    def _flatten(self, node: Node, layer: Flatten) -> Real:
        (source,) = node.inputs
        real = self._operands.linear(source)
        pixels = prod(self._shapes[source][:-1])
        whole = real if len(real.terms) == 1 else self._operands.residual(source)
        found = self._moved(node.name, layer, whole)

        def spread(numbers: FloatArray) -> FloatArray:
            return numbers if numbers.size == 1 else np.repeat(numbers, pixels)

        terms = tuple((name, spread(scale)) for name, scale in found.terms)
        normal = None if real.normal is None else (spread(real.normal[0]), spread(real.normal[1]))
        return replace(found, terms=terms, offset=spread(found.offset), normal=normal)

    def _function(self, node: Node, layer: FloatFunction) -> Real:
        """A function of numbers with a fixed point, and what it gives."""
        function = Function.of(layer, self._scheme.function_bits)
        point = function.point
        step = 2.0**-point.operand_fraction
        ((given, _),) = self._operands.integers(node.inputs[0], point.operand, step).terms
        self._tensors.emit(node.name, function, (given,))
        scale = np.array([2.0**-point.result_fraction])
        return Real(((node.name, scale),), np.zeros(1), positive=not point.result.signed,
                    integers=(node.name, point.result))  # fmt: skip

    def _moved(self, name: str, layer: Layer, real: Real) -> Real:
        """Behind a layer that moves, adds or compares integers."""
        ((source, scale),) = real.terms
        self._tensors.emit(name, layer, (source,))
        number = None if real.integers is None else (name, real.integers[1])
        return replace(real, terms=((name, scale),), integers=number, relu=False)
