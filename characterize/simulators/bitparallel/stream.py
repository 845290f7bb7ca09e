"""A whole stream of cycles: pieces of it in lanes, whose states fit together.

A lane of a unit with flip-flops has to begin with the state in which the lane before
it ends. Where that is not known it is guessed: from the outputs that are expected, which
show most flip-flops; for the others each lane's end runs first, from
nothing, and accumulators that are cleared on the way end right. Then all lanes run
and the ends are compared with the beginnings that were assumed; where some differ,
all run again from the ends that were found, without delays and uncounted, until none
does. No guess enters a result: what is counted began, lane by lane, as the one
before it ended, back to the first cycle.
"""

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from characterize.errors import CharacterizeError
from characterize.netlist import net_name
from characterize.simulators.bitparallel.lanes import (
    Counts,
    Job,
    Watch,
    Watched,
    Wrong,
    pack,
    unpack,
)
from characterize.simulators.bitparallel.planes import ByteArray, Planes
from characterize.simulators.bitparallel.program import Program
from sim.formats import IntArray

# Cycles that a guess of a state runs where nobody says more: a dot product, and a weight
# of a PANN unit that reaches beyond its end. Where lanes are shorter than that, less is tried
# first, and more where it is too little.
MEMORY = 320
_LEAST_MEMORY = 32
# Lanes of a unit with state are at least so long, as a guess takes its time. The
# first ones have nothing before them to guess from: what they begin with is found lane
# after lane within a dot product, so they are longer.
_SHORTEST_LANE, _SHORTEST_SETTLING_LANE = 4, 24
# Kernels handle as many lanes in about the same time as one. Each takes a little more time
# with few than with many, and with many the one cycle more with which all begin weighs more.
_FEW_LANES = 512
_FEW_LANES_COST = 1.15
_INVERTER = 0b01  # truth table
# Cycles that one call of a kernel handles.
_PIECE_CYCLES = 4096 * 1031
# Lanes that are as long as a multiple of this compete for the same lines of a cache.
_COMPETING = 64


class Kernel(Protocol):
    """Runs lanes."""

    name: str

    def most_lanes(self, program: Program, watch: bool = False) -> int:
        """Lanes that one job may have, with a watch or without."""
        ...

    def run(self, job: Job) -> Counts:
        """Run a job."""
        ...


@dataclass(frozen=True, eq=False)
class StreamCounts:
    """Counts of a stream.

    Attributes
    ----------
    toggles, functional
        Of each block and net, shape (blocks, nets).
    ones
        Cycles of each block that each net ended at 1, shape (blocks, nets).
    state
        Flip-flop outputs in the last cycle, shape (flip-flops,).
    wrong
        The first output that was not as expected.
    watched
        Of each counted cycle; None if nothing was watched.
    """

    toggles: IntArray
    functional: IntArray
    ones: IntArray
    state: ByteArray
    wrong: Wrong | None
    watched: Watched | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    block: int
    begin: int
    end: int


@dataclass(frozen=True, eq=False)
class _Run:
    """A piece that ran: from which state, and to which; shape (flip-flops,)."""

    counts: Counts
    began: ByteArray
    ended: ByteArray


class Stream:
    """Runs a program over a stream.

    Parameters
    ----------
    kernel
        What runs lanes.
    jobs
        Number of threads.
    watch
        What is noted of each counted cycle.
    memory
        Cycles after which a state mostly does not depend on the one before them: the
        better it is known, the fewer lanes run again.
    """

    def __init__(
        self,
        kernel: Kernel,
        program: Program,
        planes: Planes,
        jobs: int = 1,
        watch: Watch | None = None,
        memory: int = MEMORY,
    ) -> None:
        self._kernel = kernel
        self._program = program
        self._planes = planes
        self._jobs = jobs
        self._watch = watch
        self.memory = memory
        self._lanes = kernel.most_lanes(program, watch is not None)
        self._shown = _shown(program, planes)
        self._short_memory = _LEAST_MEMORY

    def run(self, edges: Sequence[int], state: ByteArray | None = None) -> StreamCounts:
        """Count blocks of cycles.

        Parameters
        ----------
        edges
            First cycle of each block, and the end of the last; at least one cycle
            stands before the first.
        state
            Flip-flop outputs in the cycle before the first counted one; None runs the
            cycles before it to find them.

        Raises
        ------
        CharacterizeError
            If a flip-flop is still unknown when the count begins.
        """
        wrong = None
        if state is None:
            state, wrong = self._lead_in(edges[0])
        pieces = list(self._pieces(edges))
        blocks = len(edges) - 1
        toggles = np.zeros((blocks, self._program.nets), dtype=np.int64)
        functional = np.zeros_like(toggles)
        ones = np.zeros_like(toggles)
        watched: list[Watched] = []
        for piece, run in self._runs(pieces, state):
            state = run.ended
            toggles[piece.block] += run.counts.toggles
            functional[piece.block] += run.counts.functional
            ones[piece.block] += run.counts.ones
            wrong = wrong or run.counts.wrong
            if run.counts.watched is not None:
                watched.append(_in_order(run.counts.watched, piece.end - piece.begin))
        together = None
        if watched:
            together = Watched(
                np.concatenate([some.sums for some in watched]),
                np.concatenate([some.latest for some in watched], axis=1),
            )
        return StreamCounts(toggles, functional, ones, state, wrong, together)

    def _runs(self, pieces: Sequence[_Piece], state: ByteArray) -> Iterator[tuple[_Piece, _Run]]:
        """Pieces one after the other, each from the state in which the one before it ended."""
        if self._jobs == 1:
            for piece in pieces:
                run = self._piece(piece, state)
                state = run.ended
                yield piece, run
            return
        with ThreadPoolExecutor(self._jobs) as pool:
            # A few at a time: every waiting result holds its counts.
            for first in range(0, len(pieces), 4 * self._jobs):
                some = pieces[first : first + 4 * self._jobs]
                begins = [state, *([None] * (len(some) - 1))]
                for piece, done in zip(some, pool.map(self._piece, some, begins), strict=True):
                    run = done if np.array_equal(done.began, state) else self._piece(piece, state)
                    state = run.ended
                    yield piece, run

    def _pieces(self, edges: Sequence[int]) -> Iterator[_Piece]:
        lanes = self._lanes
        for block, (first, end) in enumerate(itertools.pairwise(edges)):
            begin = first
            while begin < end:
                length = min(_PIECE_CYCLES, end - begin)
                steps = length // lanes
                if lanes > 1 and steps >= 8 * _COMPETING and steps % _COMPETING == 0:
                    length = lanes * (steps - 8)
                yield _Piece(block, begin, begin + length)
                begin += length

    def _lead_in(self, cycles: int) -> tuple[ByteArray, Wrong | None]:
        """The state in the last uncounted cycle: whatever the flip-flops held at first."""
        flip_flops = self._program.flip_flops
        unknown = np.tile(np.array([2], dtype=np.uint64), (len(flip_flops), 1))
        first = np.zeros(2, dtype=np.int64)
        counts = self._kernel.run(
            Job(self._program, self._planes, first, cycles - 1, 2, unknown, count=False)
        )
        low, high = unpack(counts.state, 2).T
        if (low != high).any():
            net = flip_flops[int(np.flatnonzero(low != high)[0])].output
            raise CharacterizeError(
                f"flip-flop output {net_name(net)} is still unknown when the count begins: "
                "the first operands have to clear it"
            )
        return low, counts.wrong

    def _piece(self, piece: _Piece, state: ByteArray | None) -> _Run:
        """Run a piece, from a given state or from a guessed one."""
        length = piece.end - piece.begin
        stateful = bool(self._program.flip_flops)
        # Before all lanes but the first, whose state is known, there is enough to run.
        guessed = stateful and max(piece.begin - 1, length // self._lanes) >= self.memory
        shortest = _SHORTEST_LANE if guessed else _SHORTEST_SETTLING_LANE
        first, steps, full = self._lanes_of(piece, 1)
        shown = stateful and self._all_shown(first[1:])
        if stateful and not shown:
            first, steps, full = self._lanes_of(piece, shortest)
        guessed, lanes = guessed or shown, first.size
        memory = 0 if shown else min(self.memory, max(self._short_memory, 4 * steps))
        if guessed:
            begins = self._guess(first, memory)
        else:
            begins = np.zeros((len(self._program.flip_flops), lanes), dtype=np.uint8)
        if state is not None:
            begins[:, 0] = state
        job = Job(self._program, self._planes, first, steps, full, pack(begins), watch=self._watch)
        settled = not stateful or shown or (guessed and memory == self.memory)
        while True:
            counts = self._kernel.run(
                replace(
                    job,
                    state=pack(begins),
                    count=settled,
                    check=settled,
                    watch=self._watch if settled else None,
                )
            )
            ends = unpack(counts.state, lanes)
            fits = np.array_equal(ends[:, :-1], begins[:, 1:])
            if fits and settled:
                return _Run(counts, begins[:, 0], ends[:, -1])
            if not fits and not settled and guessed and 0 < memory < self.memory:
                # Short of what the unit remembers: lane after lane would take far longer.
                self._short_memory = memory = min(self.memory, 4 * memory)
                begins[:, 1:] = self._guess(first[1:], memory)
                settled = memory == self.memory
            else:
                begins[:, 1:] = ends[:, :-1]
                settled = fits

    def _all_shown(self, cycles: IntArray) -> bool:
        """Whether outputs show every flip-flop in these cycles."""
        if self._shown.rows.size < len(self._program.flip_flops):
            return False
        return bool(self._planes.bits(self._shown.cares, cycles).all())

    def _lanes_of(self, piece: _Piece, shortest: int) -> tuple[IntArray, int, int]:
        """The lanes that run a piece soonest: what stands before each, and their cycles.

        The first so many run as many cycles as said, the others one less.
        """
        length = piece.end - piece.begin
        choices = []
        for width, cost in ((_FEW_LANES, _FEW_LANES_COST), (self._lanes, 1.0)):
            lanes = min(width, self._lanes, max(1, length // shortest))
            steps = -(-length // lanes)
            choices.append(((steps + 1) * width * cost, lanes, steps))
        _, lanes, steps = min(choices)
        full = length - (steps - 1) * lanes
        number = np.arange(lanes)
        first = piece.begin - 1 + number * steps - np.maximum(number - full, 0)
        return first, steps, full

    def _guess(self, first: IntArray, memory: int) -> ByteArray:
        """States in the cycles `first`: what outputs show, and what runs so long before them."""
        before = np.maximum(first - memory, 0)
        begins = self._show(before)
        if not memory:
            return begins
        job = Job(self._program, self._planes, before, memory, first.size, pack(begins))
        state = self._kernel.run(replace(job, count=False, check=False)).state
        return self._show(first, unpack(state, first.size))

    def _show(self, cycles: IntArray, states: ByteArray | None = None) -> ByteArray:
        """States in these cycles as far as outputs show them; of others these, or nothing."""
        shape = len(self._program.flip_flops), cycles.size
        found = np.zeros(shape, dtype=np.uint8) if states is None else states.copy()
        shown = self._shown
        if shown.rows.size:
            bits = self._planes.bits(shown.rows, cycles) ^ shown.inverted[:, None]
            expected = self._planes.bits(shown.cares, cycles)
            found[shown.flip_flops] = np.where(expected, bits, found[shown.flip_flops])
        return found


@dataclass(frozen=True, eq=False)
class _Shown:
    """Flip-flops that outputs show.

    Attributes
    ----------
    flip_flops, rows, cares, inverted
        Their indices, the outputs' rows, rows that are 1 where these are expected, 1 for
        inverted ones.
    """

    flip_flops: IntArray
    rows: IntArray
    cares: IntArray
    inverted: ByteArray


def _shown(program: Program, planes: Planes) -> _Shown:
    """Which flip-flops outputs show, themselves or behind an inverter."""
    rows = {net: (row, care, 0) for net, row, care in planes.checks}
    for op in program.ops:
        if len(op.inputs) == 1 and op.output in planes.checked:
            row, care, _ = rows[op.output]
            rows.setdefault(op.inputs[0], (row, care, int(op.table & 3 == _INVERTER)))
    found = [
        (index, *rows[flip_flop.output])
        for index, flip_flop in enumerate(program.flip_flops)
        if flip_flop.output in rows
    ]
    indices, shown, cares, inverted = np.array(found, dtype=np.int64).reshape(-1, 4).T
    return _Shown(indices, shown, cares, inverted.astype(np.uint8))


def _in_order(watched: Watched, cycles: int) -> Watched:
    """Lanes one behind the other: the last ones may have a step less."""
    lanes, steps = watched.sums.shape
    counted = np.ones((lanes, steps), dtype=np.bool_)
    counted[cycles - (steps - 1) * lanes :, -1] = False
    return Watched(watched.sums[counted], watched.latest[:, counted])
