"""Sign-magnitude numbers: an encoding of its own beside two's complement."""

from dataclasses import dataclass, field

import numpy as np

from sim.errors import SimError
from sim.formats import MAX_BITS, IntArray, IntFormat


@dataclass(frozen=True, slots=True)
class SignMagnitude(IntFormat):
    """A sign bit on top of `bits - 1` bits of magnitude.

    Zero has two patterns: `encode` gives the one with sign 0, `decode` takes
    both. The range is symmetric.

    Parameters
    ----------
    bits
        Number of bits, the sign included, 2 to 62.

    Raises
    ------
    SimError
        If `bits` is out of range.

    Examples
    --------
    >>> SignMagnitude(4).min, SignMagnitude(4).max
    (-7, 7)
    >>> str(SignMagnitude(8))
    'm8'
    """

    signed: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        if not 2 <= self.bits <= MAX_BITS:
            raise SimError(f"a sign-magnitude format has 2 to {MAX_BITS} bits, not {self.bits}")

    def __str__(self) -> str:
        return f"m{self.bits}"

    @property
    def min(self) -> int:
        """Smallest value."""
        return -self.max

    def wrap(self, values: IntArray) -> IntArray:  # noqa: ARG002 - the base class has it
        """Not defined: there is no modulus.

        Raises
        ------
        SimError
            Always.
        """
        raise SimError(f"{self} does not wrap: sign-magnitude numbers have no modulus")

    def encode(self, values: IntArray) -> IntArray:
        """The bit patterns of `values` as non-negative integers; same shape, int64.

        Raises
        ------
        SimError
            If a value is out of range.

        >>> SignMagnitude(4).encode(np.array([-1, 0, 3])).tolist()
        [9, 0, 3]
        """
        if not self.contains(values):
            raise SimError(
                f"{self} holds {self.min} to {self.max}, "
                f"but got values from {values.min()} to {values.max()}"
            )
        magnitudes = np.abs(np.asarray(values, dtype=np.int64))
        return np.where(values < 0, magnitudes + (1 << (self.bits - 1)), magnitudes)

    def decode(self, patterns: IntArray) -> IntArray:
        """The values of bit patterns, minus zero included; same shape, int64.

        >>> SignMagnitude(4).decode(np.array([9, 8, 3])).tolist()
        [-1, 0, 3]
        """
        magnitudes = np.asarray(patterns, dtype=np.int64) & self.max
        return np.where(patterns >> (self.bits - 1) != 0, -magnitudes, magnitudes)
