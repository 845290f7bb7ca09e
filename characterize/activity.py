"""Activity: what the nets of a netlist did during a stimulus."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from characterize.errors import CharacterizeError
from sim.formats import IntArray

# Blocks of which a confidence interval is made: with fewer it is itself ill known.
_FEWEST_BLOCKS = 64


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

    def followed_by(self, later: "Activity") -> "Activity":
        """The activity of a stream of which this is the beginning, in fewer, larger blocks.

        Parameters
        ----------
        later
            Of the operations that follow, in the blocks that `nested_blocks` gives.
        """
        operations = np.concatenate([self.operations, later.operations])
        begins = np.cumsum(operations) - operations
        firsts = np.flatnonzero(np.diff(begins // _block_size(operations.sum()), prepend=-1))

        def merged(mine: IntArray, others: IntArray) -> IntArray:
            return np.add.reduceat(np.concatenate([mine, others]), firsts, axis=0)

        block_ones = None
        if self.block_ones is not None and later.block_ones is not None:
            block_ones = merged(self.block_ones, later.block_ones)
        return Activity(
            merged(self.operations, later.operations),
            merged(self.toggles, later.toggles),
            merged(self.functional, later.functional),
            self.ones + later.ones,
            self.cycles_per_op,
            block_ones,
        )

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


def nested_blocks(first: int, end: int, whole: int) -> IntArray:
    """Sizes of the blocks of the operations from one to another, for a confidence interval.

    Those of a whole stream are equal but for the last, and at least 64; of a shorter one
    they are parts of these.
    """
    size = _block_size(whole)
    inner = np.arange(first // size + 1, -(-end // size), dtype=np.int64) * size
    return np.diff(inner, prepend=first, append=end)


def _block_size(operations: int) -> int:
    """The largest power of two of which there are enough."""
    return 1 << max(0, (int(operations) // _FEWEST_BLOCKS).bit_length() - 1)


def block_sizes(operations: int, blocks: int) -> IntArray:
    """Sizes of consecutive blocks, as equal as possible; shape (blocks,)."""
    edges = np.arange(blocks + 1, dtype=np.int64) * operations // blocks
    return np.diff(edges)
