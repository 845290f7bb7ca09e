"""From sums to numbers of a format: scaling and rounding."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.layers import FloatArray, Shape
from sim.patches import Array

ROUNDINGS = ("half-even", "shift")
MAX_SHIFT = 47


@dataclass(frozen=True, eq=False)
class Requantize:
    """A number of a given format from sums: scaled, added, shifted, rounded, clipped.

    With `half-even`, the result is the sum over inputs of a m, plus the offset, in
    float64, rounded half to even. With `shift`, multipliers and offset are integers
    and the result is (a m + offset + 2^(shift-1)) >> shift, as the hardware has it.
    A ReLU is the clipping at 0.

    Parameters
    ----------
    multipliers
        Of each input, shape (C,) or (1,).
    offset
        Shape (C,) or (1,).
    output
        Format of the result.
    rounding
        `half-even` or `shift`.
    shift
        Places, with `shift`.
    low, high
        Lowest and highest result, if not those of the format.
    zero
        Zero point, added after rounding.

    Raises
    ------
    SimError
        If the rounding is unknown, or `shift` gets numbers that are no integers.
    """

    multipliers: tuple[FloatArray, ...]
    offset: FloatArray
    output: IntFormat
    rounding: str = "half-even"
    shift: int = 0
    low: int | None = None
    high: int | None = None
    zero: int = 0

    def __post_init__(self) -> None:
        if self.rounding not in ROUNDINGS:
            raise SimError(f"unknown rounding '{self.rounding}': known are {', '.join(ROUNDINGS)}")
        if self.rounding == "shift":
            numbers = np.concatenate([*self.multipliers, self.offset])
            if np.any(numbers != np.rint(numbers)) or not 0 <= self.shift <= MAX_SHIFT:
                raise SimError("a shifting requantizer needs integers, and a shift from 0 to 47")

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        if len(set(inputs)) != 1 or len(inputs) != len(self.multipliers):
            raise SimError(f"{len(self.multipliers)} inputs of one shape are wanted, got {inputs}")
        for numbers in (*self.multipliers, self.offset):
            if numbers.size not in (1, inputs[0][-1]):
                raise SimError(f"{numbers.size} multipliers for {inputs[0][-1]} channels")
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Integers of the output's format, in a narrow dtype."""
        low = self.output.min if self.low is None else self.low
        values = self._shifted(inputs) if self.rounding == "shift" else self._rounded(inputs)
        if self.zero:
            values += self.zero
        high = self.output.max if self.high is None else self.high
        np.clip(values, low, high, out=values)
        return values.astype(_narrow(self.output))

    def _rounded(self, inputs: tuple[Array, ...]) -> FloatArray:
        total = inputs[0].astype(np.float64)
        total *= self.multipliers[0]
        for values, multiplier in zip(inputs[1:], self.multipliers[1:], strict=True):
            total += values.astype(np.float64) * multiplier
        total += self.offset
        return np.rint(total, out=total)

    def _shifted(self, inputs: tuple[Array, ...]) -> IntArray:
        total = inputs[0].astype(np.int64)
        total *= self.multipliers[0].astype(np.int64)
        for values, multiplier in zip(inputs[1:], self.multipliers[1:], strict=True):
            total += values.astype(np.int64) * multiplier.astype(np.int64)
        total += self.offset.astype(np.int64) + ((1 << self.shift) >> 1)
        total >>= self.shift
        return total


@dataclass(frozen=True, eq=False)
class Scale:
    """Real numbers from integers: a s + offset, in float64; what a network ends with."""

    scales: tuple[FloatArray, ...]
    offset: FloatArray

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        if len(set(inputs)) != 1 or len(inputs) != len(self.scales):
            raise SimError(f"{len(self.scales)} inputs of one shape are wanted, got {inputs}")
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Float64, of the inputs' shape."""
        total = sum(v.astype(np.float64) * s for v, s in zip(inputs, self.scales, strict=True))
        return np.asarray(total + self.offset)


def _narrow(number: IntFormat) -> npt.DTypeLike:
    smallest = np.min_scalar_type(number.min if number.signed else number.max)
    return np.promote_types(smallest, np.min_scalar_type(number.max)) if number.signed else smallest
