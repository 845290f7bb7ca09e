"""Lookups: another integer for each integer of a format."""

from dataclasses import dataclass

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.kept_values import KeptValues
from sim.layers import Shape
from sim.patches import Array


@dataclass(frozen=True, eq=False)
class Lookup:
    """What a table says of each integer; hardware has it behind the requantizer.

    Parameters
    ----------
    table
        The result of each value of the format, in ascending order; shape (2**bits,).
    number
        Format of inputs and results.

    Raises
    ------
    SimError
        If the table has another length, or results that the format does not hold.
    """

    table: IntArray
    number: IntFormat

    def __post_init__(self) -> None:
        wanted = self.number.max - self.number.min + 1
        if self.table.shape != (wanted,) or not self.number.contains(self.table):
            raise SimError(
                f"a lookup of {self.number} has {wanted} results from {self.number.min} to "
                f"{self.number.max}, not {self.table.size} from {self.table.min(initial=0)} to "
                f"{self.table.max(initial=0)}"
            )

    @classmethod
    def nearest(cls, kept: KeptValues, number: IntFormat) -> "Lookup":
        """Each value becomes a kept one."""
        values = np.arange(number.min, number.max + 1)
        return cls(kept(values.astype(np.float64)).astype(np.int64), number)

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Integers of the input's dtype."""
        (x,) = inputs
        narrow = self.table.astype(x.dtype)
        return np.asarray(narrow[x.astype(np.int64) - self.number.min])
