"""Activity: what the nets of a netlist did during a stimulus."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from characterize.errors import CharacterizeError
from sim.formats import IntArray


@dataclass(frozen=True, eq=False)
class Activity:
    """Toggles of every net, in consecutive blocks of operations.

    Attributes
    ----------
    operations
        Operations of each block, shape (blocks,).
    toggles
        All toggles of each net with the run's delay model, the clock's too, shape
        (blocks, nets).
    functional
        Those that are there without delays, shape (blocks, nets); `beside_zero_delays`
        fills them in where the run had delays.
    ones
        In how many of the counted clock cycles each net settled at 1, shape (nets,).
    cycles_per_op
        Clock cycles of an operation.
    block_ones
        `ones` of each block, shape (blocks, nets); None where an engine does not tell.
    """

    operations: IntArray
    toggles: IntArray
    functional: IntArray
    ones: IntArray
    cycles_per_op: int = 1
    block_ones: IntArray | None = None

    @property
    def total_operations(self) -> int:
        """Operations of all blocks."""
        return int(self.operations.sum())

    @property
    def total_cycles(self) -> int:
        """Clock cycles of all blocks."""
        return self.total_operations * self.cycles_per_op

    @cached_property
    def toggle_rate(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Toggles of each net per operation, shape (nets,)."""
        return np.asarray(self.toggles.sum(axis=0) / self.total_operations, dtype=np.float64)

    def without_delays(self) -> "Activity":
        """The functional toggles alone, as a run without delays counts them."""
        return replace(self, toggles=self.functional)

    def beside_zero_delays(self, zero: "Activity") -> "Activity":
        """The same activity, with the toggles of a run without delays as its functional ones.

        Raises
        ------
        CharacterizeError
            If the two did not settle at the same values.
        """
        if not np.array_equal(self.ones, zero.ones):
            net = int(np.flatnonzero(self.ones != zero.ones)[0])
            raise CharacterizeError(
                f"net n{net} settles at 1 in {self.ones[net]} cycles with delays, "
                f"in {zero.ones[net]} without: a net had not come to rest at a clock edge"
            )
        return replace(self, functional=zero.toggles)


def block_sizes(operations: int, blocks: int) -> IntArray:
    """Sizes of consecutive blocks, as equal as possible; shape (blocks,)."""
    edges = np.arange(blocks + 1, dtype=np.int64) * operations // blocks
    return np.diff(edges)
