"""Activity: what the nets of a netlist did during a stimulus."""

from dataclasses import dataclass

import numpy as np

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
        Those that are there without delays, shape (blocks, nets).
    ones
        In how many of the counted clock cycles each net settled at 1, shape (nets,).
    cycles_per_op
        Clock cycles of an operation.
    """

    operations: IntArray
    toggles: IntArray
    functional: IntArray
    ones: IntArray
    cycles_per_op: int = 1

    @property
    def total_operations(self) -> int:
        """Operations of all blocks."""
        return int(self.operations.sum())

    @property
    def total_cycles(self) -> int:
        """Clock cycles of all blocks."""
        return self.total_operations * self.cycles_per_op

    @property
    def toggle_rate(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Toggles of each net per operation, shape (nets,)."""
        return np.asarray(self.toggles.sum(axis=0) / self.total_operations, dtype=np.float64)


def block_sizes(operations: int, blocks: int) -> IntArray:
    """Sizes of consecutive blocks, as equal as possible; shape (blocks,)."""
    edges = np.arange(blocks + 1, dtype=np.int64) * operations // blocks
    return np.diff(edges)
