"""A stream of operations that is counted in pieces, until its energy is known well enough.

What was counted stays: a longer stream goes on where the shorter one ended. The
figures are those of so many operations in one run.
"""

import itertools
import math
from collections.abc import Iterator

import numpy as np

from characterize.case import Case
from characterize.simulators.bitparallel.stream import MEMORY
from characterize.stimulus import DOT_PRODUCT_LENGTH, Stimulus
from characterize.units import UnitSpec
from sim.formats import IntArray

# The numbers of operations that are tried go up in these steps. What an interval asks for is
# itself a sample: most of it is run at once, or a little more than there is, and then asked
# again. At the end there are 7 % more than needed; with all of it at once 13 %.
_STEP = 10_000
_SHARE, _LITTLE_MORE = 0.8, 1.15
# Of few operations the interval is ill known, and of held weights far too wide: by how much
# their number may grow at once.
_GROWTH = 8
MOST_VECTORS = 10_000_000
# Operations that are run at once: memory that is used again is faster than more of it.
_PIECE = 1 << 18


def more_vectors(case: Case, vectors: int, relative_ci: float) -> int:
    """How many operations the wanted precision takes; `vectors` where it is reached.

    Parameters
    ----------
    relative_ci
        Half width of the interval that so many operations gave, over the energy.
    """
    if case.precision_percent is None:
        return vectors
    excess = relative_ci * 100 / case.precision_percent
    if excess <= 1:
        return vectors
    asked = vectors * excess**2
    wanted = max(_SHARE * asked, min(asked, _LITTLE_MORE * vectors))
    rounded = math.ceil((wanted + 1) / _STEP) * _STEP
    return max(vectors, min(rounded, _GROWTH * vectors, MOST_VECTORS))


def pieces(first: int, end: int) -> Iterator[tuple[int, int]]:
    """Begin and end of what is run at once of the operations from one to another."""
    count = -(-(end - first) // _PIECE)
    # Ends of pieces are no ends of blocks: what is cut is put together again.
    edges = [first + (end - first) * number // max(count, 1) for number in range(count + 1)]
    yield from itertools.pairwise(edges)


class OperandStream:
    """The operands of a unit with a stimulus, in pieces.

    Parameters
    ----------
    stimulus, unit
        Whose they are.
    """

    def __init__(self, stimulus: Stimulus, unit: UnitSpec) -> None:
        self._stimulus = stimulus
        self._unit = unit
        self._anywhere = stimulus.begins_anywhere(unit)
        self._drawn: dict[str, IntArray] = {}
        self._length = 0

    def between(self, first: int, end: int, whole: int) -> tuple[dict[str, IntArray], int]:
        """The operands of counted operations from one to another, and of those before them.

        Parameters
        ----------
        whole
            Operations that will be asked for before others are.

        Returns
        -------
        operands
            Role of each operand port -> values, one more than operations.
        uncounted
            Operations among them, behind the first of them, that are there for what the
            unit holds at `first`.
        """
        begin = self._begin(first, whole)
        if self._anywhere:
            return self._stimulus.operands(self._unit, end + 1, begin), first - begin
        some = {role: values[begin : end + 1] for role, values in self._all(whole).items()}
        return some, first - begin

    def _all(self, operations: int) -> dict[str, IntArray]:
        if self._length < operations:
            self._drawn = self._stimulus.operands(self._unit, operations + 1)
            self._length = operations
        return self._drawn

    def _begin(self, first: int, whole: int) -> int:
        """From which operation on the unit comes to hold at `first` what it holds there."""
        unit = self._unit
        if unit.clock is None:
            return first
        before = max(0, first - MEMORY - unit.lead_in)
        sets = [role for role in ("clear", "load") if unit.port(role) is not None]
        if not sets:
            return 0 if unit.port("enable") is not None or unit.entry.foreign else before
        if self._anywhere:
            return before // DOT_PRODUCT_LENGTH * DOT_PRODUCT_LENGTH
        streams = self._all(whole)
        together = np.logical_and.reduce([streams[role][: before + 1] for role in sets])
        return int(np.flatnonzero(together).max(initial=0))
