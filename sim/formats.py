"""Integer number formats."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import SimError

IntArray = npt.NDArray[np.int64]

MAX_BITS = 62  # sums of two such values still fit a signed 64-bit word


@dataclass(frozen=True, slots=True)
class IntFormat:
    """An integer of `bits` bits, unsigned or two's complement.

    Parameters
    ----------
    bits
        Number of bits, 1 to 62.
    signed
        Two's complement if true.

    Raises
    ------
    SimError
        If `bits` is out of range.

    Examples
    --------
    >>> IntFormat(4, signed=True).min, IntFormat(4, signed=True).max
    (-8, 7)
    >>> str(IntFormat(8, signed=False))
    'u8'
    """

    bits: int
    signed: bool

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= MAX_BITS:
            raise SimError(f"an integer format has 1 to {MAX_BITS} bits, not {self.bits}")

    def __str__(self) -> str:
        return f"{'s' if self.signed else 'u'}{self.bits}"

    @property
    def min(self) -> int:
        """Smallest value."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def max(self) -> int:
        """Largest value."""
        return (1 << (self.bits - 1)) - 1 if self.signed else (1 << self.bits) - 1

    def values(self) -> IntArray:
        """Every value in ascending order; shape (2**bits,), int64."""
        return np.arange(self.min, self.max + 1, dtype=np.int64)

    def contains(self, values: IntArray) -> bool:
        """Whether every one of `values` is in the range."""
        return values.size == 0 or bool(self.min <= values.min() and values.max() <= self.max)

    def wrap(self, values: IntArray) -> IntArray:
        """`values` modulo 2**bits, brought into the range; same shape, int64.

        >>> IntFormat(4, signed=True).wrap(np.array([7, 8, -9])).tolist()
        [7, -8, 7]
        """
        turns = (np.asarray(values, dtype=np.int64) - self.min) & ((1 << self.bits) - 1)
        return turns + self.min

    def encode(self, values: IntArray) -> IntArray:
        """The bit patterns of `values` as non-negative integers; same shape, int64.

        Raises
        ------
        SimError
            If a value is out of range.

        >>> IntFormat(4, signed=True).encode(np.array([-1, 3])).tolist()
        [15, 3]
        """
        if not self.contains(values):
            raise SimError(
                f"{self} holds {self.min} to {self.max}, "
                f"but got values from {values.min()} to {values.max()}"
            )
        return np.asarray(values, dtype=np.int64) & ((1 << self.bits) - 1)
