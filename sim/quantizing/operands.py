"""Integers of a format, made of the float network's tensors where a layer needs them."""

from dataclasses import replace

import numpy as np

from sim.errors import SimError
from sim.formats import IntFormat
from sim.kept_values import KeptValues
from sim.lookup import Lookup
from sim.quantizers import batch_norm_step, steps
from sim.quantizing.requantizers import requantizer
from sim.quantizing.tensors import Tensors
from sim.reals import Real
from sim.schemes import Scheme


class Operands:
    """Puts requantizers in, one for each tensor, format and step.

    Parameters
    ----------
    scheme
        What the integers are.
    tensors
        What is made so far.
    """

    def __init__(self, scheme: Scheme, tensors: Tensors) -> None:
        self._scheme, self._tensors = scheme, tensors
        self._made: dict[tuple[str, IntFormat, float | None], Real] = {}
        self._looked_up: dict[tuple[str, KeptValues], Real] = {}

    def linear(self, source: str) -> Real:
        """A tensor that is not rectified, or is so already."""
        real = self._tensors.reals[source]
        return self.residual(source) if real.relu else real

    def residual(self, source: str) -> Real:
        """A tensor as integers that are not multiplied."""
        real = self._tensors.reals[source]
        bits = self._scheme.residual_bits
        return self.integers(source, IntFormat(bits, signed=not real.positive))

    def multiplied(
        self,
        source: str,
        bits: int,
        step: float | None = None,
        kept: KeptValues | None = None,
    ) -> Real:
        """A tensor as integers that a unit multiplies.

        Parameters
        ----------
        source
            The tensor.
        bits
            Of the integers.
        step
            That they have; found if None.
        kept
            The only integers that they may be, behind a lookup of the nearest; None keeps all.

        Raises
        ------
        SimError
            If the tensor may be negative where the scheme has unsigned operands, or kept
            values are none of the format.
        """
        if kept is not None:
            return self._kept(source, bits, step, kept)
        real = self._tensors.reals[source]
        if real.levels:
            return self._pixels(source, real, bits)
        number = self._scheme.activation_format(bits, real.positive)
        if not real.positive and not number.signed:
            raise SimError(
                f"its input {source} may be negative, {self._scheme.kind} takes unsigned "
                "activations: put a ReLU before it, or take signed"
            )
        return self.integers(source, number, step)

    def integers(self, source: str, number: IntFormat, step: float | None = None) -> Real:
        """A tensor as integers of a format, of a given step or one that is found; made once."""
        real = self._tensors.reals[source]
        if step is None and real.integers is not None and real.integers[1].bits <= number.bits:
            return real
        key = (source, number, step)
        if key in self._made:
            return self._made[key]
        low = 0 if real.positive else number.min
        given = step
        step = given or self._step(real, low, number.max)
        names = tuple(name for name, _ in real.terms)
        factors = tuple(scale / step for _, scale in real.terms)
        node = f"{source}.{number}" + ("" if given is None else f".{given:.9g}")
        made = requantizer(factors, real.offset / step, number, low, self._scheme.rounding)
        self._tensors.emit(node, made, names)
        self._made[key] = Real(((node, np.array([step])),), np.zeros(1), positive=real.positive,
                                integers=(node, number))  # fmt: skip
        return self._made[key]

    def names(self, source: str) -> set[str]:
        """Integer tensors that may still be read where a tensor is."""
        found = {name for name, _ in self._tensors.reals[source].terms}
        for (made, *_), real in self._made.items():
            if made == source:
                found |= {name for name, _ in real.terms}
        looked_up = [real for (name, _), real in self._looked_up.items() if name in found]
        return found | {name for real in looked_up for name, _ in real.terms}

    def _kept(self, source: str, bits: int, step: float | None, kept: KeptValues) -> Real:
        real = self._tensors.reals[source]
        if step is None and not real.levels and real.integers is None:
            number = self._scheme.activation_format(bits, real.positive)
            kept.check(number, "activations")
            step = float(kept.steps(self._tensors.sampled(real).astype(np.float64))[0])
        operand = self.multiplied(source, bits, step)
        ((name, scale),) = operand.terms
        if (name, kept) not in self._looked_up:
            assert operand.integers is not None
            number = operand.integers[1]
            kept.check(number, "activations")
            count = sum(other == name for other, _ in self._looked_up)
            node = f"{name}.kept" + (f".{count}" if count else "")
            self._tensors.emit(node, Lookup.nearest(kept, number), (name,))
            made = replace(operand, terms=((node, scale),), integers=(node, number))
            self._looked_up[name, kept] = made
        return self._looked_up[name, kept]

    def _pixels(self, source: str, real: Real, bits: int) -> Real:
        number = self._scheme.activation_format(bits)
        ((name, scale),) = real.terms
        if real.levels <= number.max:
            return replace(real, integers=(name, number))
        key = (source, number, None)
        if key not in self._made:
            factor = number.max / real.levels
            made = requantizer((np.array([factor]),), np.zeros(1), number, 0, self._scheme.rounding)
            node = f"{source}.{number}"
            self._tensors.emit(node, made, (name,))
            self._made[key] = replace(
                real, terms=((node, scale / factor),), integers=(node, number)
            )
        return self._made[key]

    def _step(self, real: Real, low: int, high: int) -> float:
        rule = self._scheme.activation_rule
        if rule == "batchnorm":
            if real.normal is not None and real.relu:
                return batch_norm_step(*real.normal, high)
            rule = "minmax"  # sums of rectified tensors, of which batch norms say nothing
        return float(steps(self._tensors.sampled(real), low, high, rule)[0])
