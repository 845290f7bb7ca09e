"""Grids: which integers a weight may become, and which of them is the nearest."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from sim.kept_values import KeptValues
from sim.layers import FloatArray
from sim.ops import csd_digits


@dataclass(frozen=True, slots=True)
class Grid:
    """Integers that weights are rounded to.

    Parameters
    ----------
    lowest, highest
        Range; None has no end.
    dead_zone
        Magnitudes below it become 0; from 0.5, which is nearest rounding, to 1.
    digits
        At most so many canonical signed digits are not 0; None does not count them.
        Needs a range.
    kept
        The only integers there are, within the range; None keeps all.

    Examples
    --------
    >>> Grid(-3, 3)(np.array([-9.0, 0.6, 2.5])).tolist()
    [-3.0, 1.0, 2.0]
    >>> Grid(dead_zone=0.7)(np.array([-0.69, 0.71, 90.2])).tolist()
    [0.0, 1.0, 90.0]
    >>> Grid(-15, 15, digits=1)(np.array([3.1, -5.9, 15.0])).tolist()
    [4.0, -4.0, 8.0]
    """

    lowest: int | None = None
    highest: int | None = None
    dead_zone: float = 0.5
    digits: int | None = None
    kept: KeptValues | None = None

    def __call__(self, values: npt.NDArray[np.floating]) -> FloatArray:
        """The integer of each value, in units of the step: half to even; float64, same shape."""
        values = np.asarray(values, dtype=np.float64)
        if self.kept is not None:
            found = self.kept(values)
        elif self.digits is not None and self.lowest is not None and self.highest is not None:
            known = _with_digits(self.lowest, self.highest, self.digits)
            found = known[np.searchsorted((known[1:] + known[:-1]) / 2, values)]
        else:
            found = np.rint(values)
            if self.lowest is not None or self.highest is not None:
                found = np.clip(found, self.lowest, self.highest)
        if self.dead_zone > 0.5:
            found = np.where(np.abs(values) < self.dead_zone, 0.0, found)
        return np.asarray(found)


@cache
def _with_digits(lowest: int, highest: int, digits: int) -> FloatArray:
    """The integers of a range that have at most so many digits, ascending."""
    found = [n for n in range(lowest, highest + 1) if digit_count(n) <= digits]
    return np.array(found, dtype=np.float64)


@cache
def digit_count(integer: int) -> int:
    """How many canonical signed digits of an integer are not 0.

    >>> [digit_count(n) for n in (0, 4, 7, -11)]
    [0, 1, 2, 3]
    """
    return sum(digit != 0 for digit in csd_digits(integer))
