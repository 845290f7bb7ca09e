"""Lanes: pieces of a stream of clock cycles that run side by side, one bit each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from characterize.simulators.bitparallel.planes import Planes
from characterize.simulators.bitparallel.program import Program
from sim.formats import IntArray

WordArray = npt.NDArray[np.uint64]
WORD = 64


@dataclass(frozen=True, eq=False)
class Watch:
    """What is noted of each cycle, not only summed up.

    Attributes
    ----------
    weights
        Weight of a toggle of each net, shape (nets,), for a sum in each cycle; None
        for no sums.
    sets
        Sets of nets, shape (sets, nets), for the time of the last change in each.
    """

    weights: IntArray | None
    sets: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Watched:
    """What was noted; lanes or cycles that did not count hold anything.

    Attributes
    ----------
    sums
        Toggles times weights, shape (cycles,), in lanes (lanes, steps); all 0
        without weights.
    latest
        Step of time after the clock's edge at which a net of a set changed last, -1
        where none did; shape (sets, cycles), in lanes (sets, lanes, steps). A gated
        clock's pulses do not count as changes.
    """

    sums: IntArray
    latest: IntArray


@dataclass(frozen=True, eq=False)
class Job:
    """Lanes to run: each begins with one uncounted cycle, whose values are the first "before".

    Attributes
    ----------
    first
        The uncounted cycle of each lane, shape (lanes,).
    steps
        Counted cycles of a lane.
    full
        Lanes from this one on count one cycle less.
    state
        Flip-flop outputs during the first cycle, shape (flip-flops, words); bit l of
        a row is lane l.
    count, check
        Whether toggles are counted, outputs compared.
    settled
        Whether `ones` are counted too; without, they are 0 or right.
    watch
        What is noted of each cycle.
    """

    program: Program
    planes: Planes
    first: IntArray
    steps: int
    full: int
    state: WordArray
    count: bool = True
    check: bool = True
    settled: bool = True
    watch: Watch | None = None

    def counted(self, step: int) -> int:
        """Number of lanes, from the first, that count in a step (from 1 on)."""
        return self.first.size if step < self.steps else self.full


@dataclass(frozen=True, eq=False)
class Wrong:
    """The first cycle in which an output differed: its number, and all outputs' bits."""

    cycle: int
    bits: npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Counts:
    """What lanes did.

    Attributes
    ----------
    toggles, functional, ones
        Of each net, over all counted cycles, shape (nets,): changes with the
        program's delays, those without, and cycles that ended at 1.
    state
        Flip-flop outputs in the last counted cycle of each lane, shape (flip-flops,
        words).
    wrong
        The first wrong output; None if there is none.
    watched
        What the job's watch asked for; None without one.
    """

    toggles: IntArray
    functional: IntArray
    ones: IntArray
    state: WordArray
    wrong: Wrong | None
    watched: Watched | None = None


def words(lanes: int) -> int:
    """Words of a row of so many lanes."""
    return -(-lanes // WORD)


def lane_mask(lanes: int, size: int) -> WordArray:
    """A row of `size` words whose first `lanes` bits are set."""
    bits = np.zeros(size * WORD, dtype=np.uint8)
    bits[:lanes] = 1
    return pack(bits)


def pack(bits: npt.NDArray[np.uint8]) -> WordArray:
    """Bits, shape (..., lanes), as words, shape (..., words)."""
    lanes = bits.shape[-1]
    padded = np.zeros((*bits.shape[:-1], words(lanes) * WORD), dtype=np.uint8)
    padded[..., :lanes] = bits
    return np.packbits(padded, axis=-1, bitorder="little").view(np.uint64)


def unpack(row: WordArray, lanes: int) -> npt.NDArray[np.uint8]:
    """The first `lanes` bits of words: shape (..., words) -> (..., lanes)."""
    whole = np.ascontiguousarray(row).view(np.uint8)
    return np.unpackbits(whole, axis=-1, bitorder="little")[..., :lanes]
