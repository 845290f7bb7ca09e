"""Layers of functions that are not linear, in exact integers: as their units compute them."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from sim import activations
from sim.activations import MOST_SUMMED, Point, point_of
from sim.errors import SimError
from sim.floats import FloatSigmoid, FloatSoftmax, FloatTanh
from sim.layers import Shape
from sim.patches import Array

FUNCTIONS = ("sigmoid", "tanh", "softmax")
FloatFunction: TypeAlias = FloatSigmoid | FloatTanh | FloatSoftmax
_NAMES = {FloatSigmoid: "sigmoid", FloatTanh: "tanh", FloatSoftmax: "softmax"}


@dataclass(frozen=True, slots=True)
class Function:
    """A sigmoid, hyperbolic tangent or softmax of integers.

    Parameters
    ----------
    name
        `sigmoid`, `tanh`, or `softmax` over the last axis.
    bits
        Of operand and result, 8 or 16; `sim.activations.point_of` says where their binary
        points are.

    Raises
    ------
    SimError
        If there is no such function or width.
    """

    name: str
    bits: int = 8

    def __post_init__(self) -> None:
        if self.name not in FUNCTIONS:
            raise SimError(f"unknown function '{self.name}': known are {', '.join(FUNCTIONS)}")
        point_of(self.name, self.bits)

    @classmethod
    def of(cls, layer: FloatFunction, bits: int) -> "Function":
        """What stands for a float layer."""
        return cls(_NAMES[type(layer)], bits)

    @property
    def point(self) -> Point:
        """Formats of operand and result."""
        return point_of(self.name, self.bits)

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        (shape,) = inputs
        if self.name == "softmax" and not 2 <= shape[-1] <= MOST_SUMMED:
            raise SimError(f"a softmax takes 2 to {MOST_SUMMED} terms, not {shape[-1]}")
        return shape

    def __call__(self, *inputs: Array) -> Array:
        """Integers of the result's format, of the input's shape.

        Raises
        ------
        SimError
            If the input is not in the operand's format.
        """
        x = inputs[0].astype(np.int64)
        point = self.point
        if not point.operand.contains(x):
            raise SimError(
                f"{self.name} takes {point.operand.min} to {point.operand.max}, "
                f"not {x.min()} to {x.max()}"
            )
        operators = {
            "sigmoid": activations.sigmoid,
            "tanh": activations.tanh,
            "softmax": activations.softmax,
        }
        return operators[self.name](x, point.result)
