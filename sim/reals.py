"""Real tensors made of integer ones: scales, offsets and rectification, put off.

A real tensor is a sum of integer tensors times scales, plus an offset, rectified or not.
Batch norms, biases, means of pixels and zero points change scales and offset only; a
requantizer applies them all at once, where integers of a format are wanted.
"""

from dataclasses import dataclass

import numpy as np

from sim.errors import SimError
from sim.formats import IntFormat
from sim.layers import FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Real:
    """What a float tensor is made of.

    Attributes
    ----------
    terms
        Integer tensors and their scales, each of shape (C,) or (1,).
    offset
        Shape (C,) or (1,).
    positive
        Whether it cannot be negative: `relu` clips it there, or it needs no clipping.
    levels
        Of unsigned pixels, the largest; else 0.
    normal
        Mean and deviation of each channel before the ReLU, where batch norms tell.
    rounded
        `half-even` or `down`, where what is put off ends with a rounding.
    integers
        Name and format of the integer tensor that it is a multiple of, if it is.
    """

    terms: tuple[tuple[str, FloatArray], ...]
    offset: FloatArray
    positive: bool = False
    relu: bool = False
    levels: int = 0
    normal: tuple[FloatArray, FloatArray] | None = None
    integers: tuple[str, IntFormat] | None = None
    rounded: str = ""

    def scaled(self, scale: FloatArray, shift: FloatArray) -> "Real":
        """The tensor times `scale`, plus `shift`."""
        terms = tuple((name, old * scale) for name, old in self.terms)
        return Real(terms, self.offset * scale + shift)


def times_channels(weight: FloatArray, scale: FloatArray, groups: int) -> FloatArray:
    """Weights times a factor an input channel; (M, C / groups, ...)."""
    if scale.size == 1:
        return np.asarray(weight * scale[0])
    if groups > 1:
        raise SimError("input channels of different scales cannot be in groups")
    return np.asarray(weight * scale.reshape(1, -1, *[1] * (weight.ndim - 2)))


def column(step: FloatArray, dimensions: int) -> FloatArray:
    """A number a row, of shape (M, 1, ...)."""
    return step.reshape(-1, *[1] * (dimensions - 1))
