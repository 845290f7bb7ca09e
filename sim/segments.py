"""Functions in straight pieces: the tables of sigmoid, exp and reciprocal units.

The upper bits of an operand choose a segment, the lower ones say where in it: the value is
base + slope low, or base - slope low of a falling function. All segments of a function are of
one length. A table is made by a formula alone, so that software and hardware have the same.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray

WIDTHS = (8, 16)
# Bits below the result's lowest one: what rounding of slopes and bases is worth.
GUARD_BITS = 2
# More bits of a fraction than of the result: what is cut off behind them is a quarter of it.
_FRACTION_EXCESS = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """What a function's table is made of, at one width.

    Attributes
    ----------
    function
        The real function.
    first, last
        Where its segments begin and end.
    segment_bits, low_bits
        Bits of an operand that choose a segment, and those below them.
    scale
        Of a result: its value is round(function times scale), but for the error.
    highest
        What results are kept at or below, in steps of the result; none is below 0.
    falling
        Whether the function falls.
    rounded
        Whether half a step of the result is in the bases, so that cutting off rounds.
    """

    function: Callable[[float], float]
    first: float
    last: float
    segment_bits: int
    low_bits: int
    scale: int
    highest: int
    falling: bool = False
    rounded: bool = True


@dataclass(frozen=True, eq=False)
class Segments:
    """A function's table.

    Attributes
    ----------
    slopes, bases
        Of each segment, shape (segments,), in steps of 2^-GUARD_BITS of the result's.
    low_bits
        Bits of an operand below those that choose its segment.
    falling
        Whether slopes are subtracted.
    """

    slopes: IntArray
    bases: IntArray
    low_bits: int
    falling: bool

    def __call__(self, x: IntArray) -> IntArray:
        """The function of operands 0 to 2^(segment and low bits) - 1, guard bits included."""
        segment, low = x >> self.low_bits, x & ((1 << self.low_bits) - 1)
        rise = self.slopes[segment] * low
        total = (self.bases[segment] << self.low_bits) + (-rise if self.falling else rise)
        return np.asarray(total >> self.low_bits, dtype=np.int64)


def shape_of(name: str, bits: int) -> Shape:
    """What the table of a function is made of.

    Parameters
    ----------
    name
        `sigmoid` from -8 to 8, `power` (2^-f of a fraction f, of an exp
        unit) or `reciprocal` (1 / (1 + f)).
    bits
        Of the result, 8 or 16.

    Raises
    ------
    SimError
        If there is no such function or width.
    """
    if bits not in WIDTHS:
        raise SimError(f"{name} of {bits} bits: there are units of 8 and 16 bits")
    wide = bits == 16
    one, fraction = 1 << bits, bits + _FRACTION_EXCESS
    match name:
        case "sigmoid":
            upper = 7 if wide else 5
            return Shape(_sigmoid, -8, 8, upper, bits - upper, one, one - 1)
        case "power":
            upper = 5 if wide else 3
            return Shape(_power, 0, 1, upper, fraction - upper, one, one - 1,
                         falling=True, rounded=False)  # fmt: skip
        case "reciprocal":
            upper = 6 if wide else 4
            return Shape(_reciprocal, 0, 1, upper, fraction - upper, one, one - 1, falling=True)
    raise SimError(f"no table of '{name}': there are sigmoid, power, reciprocal")


@cache
def segments(name: str, bits: int) -> Segments:
    """The table of a function.

    The slope of a segment is that of the chord between its ends, rounded; its base lies
    amid what then remains between the function and the line, over all operands of the
    segment, where no result leaves its range. Of a function that bends one way in the
    segment no line has a smaller worst error, but for rounding.

    Parameters
    ----------
    name, bits
        As `shape_of`.

    Raises
    ------
    SimError
        As `shape_of`.

    Notes
    -----
    Source of the line parallel to the chord: J.-M. Muller, Elementary Functions, 3rd ed.
    2016, chapter 3 (polynomials of least maximum error).
    """
    shape = shape_of(name, bits)
    count, points = 1 << shape.segment_bits, 1 << shape.low_bits
    step = (shape.last - shape.first) / (count * points)
    unit = shape.scale << GUARD_BITS
    wanted = unit * np.array(
        [shape.function(shape.first + step * n) for n in range(count * points + 1)]
    )
    ends = wanted[::points]
    slopes = np.rint(np.abs(np.diff(ends))).astype(np.int64)
    low = np.arange(points, dtype=np.int64)
    lines = (slopes[:, None] * low / points) * (-1 if shape.falling else 1)
    rest = wanted[:-1].reshape(count, points) - lines
    half = (1 << GUARD_BITS) >> 1
    bases = np.rint((rest.max(axis=1) + rest.min(axis=1)) / 2).astype(np.int64) + half
    # No result leaves its range once half a step is in it.
    steps = np.floor(lines).astype(np.int64)
    highest = ((shape.highest + 1) << GUARD_BITS) - 1 - steps.max(axis=1)
    lowest = -steps.min(axis=1)
    bases = np.clip(bases, lowest, highest) - (0 if shape.rounded else half)
    return Segments(slopes, bases, shape.low_bits, shape.falling)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _power(x: float) -> float:
    return float(2.0**-x)


def _reciprocal(x: float) -> float:
    return 1 / (1 + x)
