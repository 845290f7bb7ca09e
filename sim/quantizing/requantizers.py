"""Requantizers with the multipliers that hardware has."""

import numpy as np

from sim.formats import IntFormat
from sim.layers import FloatArray
from sim.requantize import Requantize

_MULTIPLIER_BITS = 16
_LARGEST_SHIFT = 40  # leaves room for sums in 64 bits


def requantizer(
    factors: tuple[FloatArray, ...],
    offset: FloatArray,
    number: IntFormat,
    low: int,
    rounding: str,
) -> Requantize:
    """What makes integers of a format of integer tensors.

    Parameters
    ----------
    factors
        Of each tensor, in steps of the results; shape (C,) or (1,).
    offset
        That is added, likewise.
    number, low
        Format of the results, and the lowest of them.
    rounding
        One of `sim.requantize.ROUNDINGS`; where it shifts, factors are rounded to 16 bits.
    """
    if rounding == "half-even":
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
