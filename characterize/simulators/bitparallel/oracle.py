"""The engine in plain NumPy: the oracle of the kernel, and what runs where there is none."""

import itertools
from dataclasses import dataclass

import numpy as np

from characterize.simulators.bitparallel.lanes import (
    Counts,
    Job,
    Watched,
    WordArray,
    Wrong,
    lane_mask,
    pack,
    unpack,
    words,
)
from characterize.simulators.bitparallel.program import Op, Program
from sim.formats import IntArray

_ONES = np.uint64(0xFFFFFFFFFFFFFFFF)


class NumpyKernel:
    """Runs lanes with NumPy's operators on arrays of words."""

    name = "numpy"

    def most_lanes(self, program: Program, watch: bool = False) -> int:  # noqa: ARG002
        """Lanes that one job may have, with a watch or without."""
        return 1 << 14

    def run(self, job: Job) -> Counts:
        """Run a job: see `Job`."""
        return _Run(job).counts()


def lookup(table: int, inputs: list[WordArray]) -> WordArray:
    """A Boolean function by its truth table, bit by bit of the words."""
    *rest, last = inputs
    size = 1 << len(rest)
    every = (1 << size) - 1
    low, high = table & every, table >> size
    if not rest:
        return {0: last ^ last, 1: ~last, 2: last, 3: last | ~last}[table]
    if low == high:
        return lookup(low, rest)
    if low == high ^ every:
        return lookup(low, rest) ^ last
    if 0 in (low, high):
        return lookup(high, rest) & last if low == 0 else lookup(low, rest) & ~last
    if every in (low, high):
        return lookup(high, rest) | ~last if low == every else lookup(low, rest) | last
    return (lookup(high, rest) & last) | (lookup(low, rest) & ~last)


def settled_rows(job: Job) -> WordArray:
    """Values of all signals in a job's first cycle; shape (signals, words)."""
    return _Run(job).settled()


@dataclass(slots=True)
class _Wave:
    """Values of a signal during a cycle: the first before it, the others from `times` on."""

    times: list[int]
    values: list[WordArray]


class _Run:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.program = job.program
        self.size = words(job.first.size)
        self.rows = np.zeros((self.program.signals, self.size), dtype=np.uint64)
        for net, value in self.program.constants.items():
            self.rows[net] = _ONES * np.uint64(value)
        for number, flip_flop in enumerate(self.program.flip_flops):
            self.rows[flip_flop.output] = job.state[number]
        self.toggles = np.zeros(self.program.nets, dtype=np.int64)
        self.functional = np.zeros(self.program.nets, dtype=np.int64)
        self.ones = np.zeros(self.program.nets, dtype=np.int64)
        self.wrong: Wrong | None = None
        self.watched: Watched | None = None
        if job.watch is not None:
            shape = job.first.size, job.steps
            sets = len(job.watch.sets)
            self.watched = Watched(
                np.zeros(shape, dtype=np.int64), np.full((sets, *shape), -1, dtype=np.int64)
            )

    def settled(self) -> WordArray:
        self._settle(self._driven(0))
        return self.rows

    def counts(self) -> Counts:
        job = self.job
        self.settled()
        before = last = self._state()
        self._check(0, job.first.size)
        for step in range(1, job.steps + 1):
            lanes = job.counted(step)
            mask = lane_mask(lanes, self.size)
            old = self.rows.copy()
            pulses = self._pulses()
            sources = self._stored(pulses) | self._driven(step)
            if self.program.timed and job.count:
                self._ripple(sources, old, mask, step)
            else:
                self._settle(sources)
            before, last = last, self._state()
            self._check(step, lanes)
            if job.count:
                self._count(old, pulses, mask, step)
        full = lane_mask(job.full, self.size)
        return Counts(
            self.toggles if self.program.timed else self.functional,
            self.functional,
            self.ones,
            (last & full) | (before & ~full),
            self.wrong,
            self.watched,
        )

    def _driven(self, step: int) -> dict[int, WordArray]:
        """Rows of the operands in a step."""
        planes = self._planes(step)
        return {net: planes[row] for net, row in self.job.planes.drives}

    def _planes(self, step: int) -> WordArray:
        # A lane that counts one cycle less may have none behind it.
        cycles = np.minimum(self.job.first + step, self.job.planes.cycles - 1)
        streams = [stream[cycles] for stream in self.job.planes.streams]
        bits = np.unpackbits(np.array(streams), bitorder="little")
        return pack(bits.reshape(len(streams), -1, 8).transpose(0, 2, 1)).reshape(
            8 * len(streams), -1
        )

    def _pulses(self) -> list[WordArray]:
        """For each clock gate the lanes in which the next pulse passes."""
        found: list[WordArray] = []
        for gate in self.program.clock_gates:
            opened = np.bitwise_or.reduce([self.rows[net] for net in gate.enables])
            found.append(opened if gate.parent is None else opened & found[gate.parent])
        return found

    def _stored(self, pulses: list[WordArray]) -> dict[int, WordArray]:
        """What the flip-flops put out after the edge."""
        found = {}
        for flip_flop in self.program.flip_flops:
            data = self.rows[flip_flop.data]
            if flip_flop.inverted:
                data = ~data
            if flip_flop.gate is not None:
                held = self.rows[flip_flop.output]
                data = held ^ ((held ^ data) & pulses[flip_flop.gate])
            found[flip_flop.output] = data.copy()
        return found

    def _state(self) -> WordArray:
        outputs = [flip_flop.output for flip_flop in self.program.flip_flops]
        return self.rows[outputs]

    def _settle(self, sources: dict[int, WordArray]) -> None:
        """All signals at rest, without delays."""
        for net, row in sources.items():
            self.rows[net] = row
        for op in self.program.ops:
            self.rows[op.output] = lookup(op.table, [self.rows[signal] for signal in op.inputs])

    def _ripple(
        self, sources: dict[int, WordArray], old: WordArray, mask: WordArray, step: int
    ) -> None:
        """All changes of all signals, with delays; counts them."""
        delays = {f.output: f.delay for f in self.program.flip_flops}
        waves = [_Wave([], [row]) for row in old]
        for net, row in sources.items():
            _append(waves[net], delays.get(net, self.program.operand_delay), row)
        for op in self.program.ops:
            waves[op.output] = _gate_wave(op, [waves[signal] for signal in op.inputs])
        for signal, wave in enumerate(waves):
            self.rows[signal] = wave.values[-1]
            if signal < self.program.nets:
                for time, (one, other) in zip(
                    wave.times, itertools.pairwise(wave.values), strict=True
                ):
                    self.toggles[signal] += _population((one ^ other) & mask)
                    self._watch(step, signal, one ^ other, time)

    def _watch(self, step: int, net: int, changes: WordArray, time: int) -> None:
        """Note changes of a net."""
        watch, watched = self.job.watch, self.watched
        if watch is None or watched is None:
            return
        lanes = unpack(changes, self.job.first.size).astype(np.int64)
        if watch.weights is not None:
            watched.sums[:, step - 1] += lanes * watch.weights[net]
        for number in np.flatnonzero(watch.sets[:, net]):
            latest = watched.latest[number, :, step - 1]
            np.maximum(latest, np.where(lanes, time, -1), out=latest)

    def _count(self, old: WordArray, pulses: list[WordArray], mask: WordArray, step: int) -> None:
        nets = self.program.nets
        self.functional += _populations((self.rows[:nets] ^ old[:nets]) & mask)
        self.ones += _populations(self.rows[:nets] & mask)
        if not self.program.timed:
            for net in range(nets) if self.job.watch is not None else ():
                self._watch(step, net, self.rows[net] ^ old[net], 0)
        for gate, row in zip(self.program.clock_gates, pulses, strict=True):
            edges = 2 * _population(row & mask)
            self.functional[gate.output] += edges
            self.toggles[gate.output] += edges
            if self.job.watch is not None and self.job.watch.weights is not None:
                weight = 2 * self.job.watch.weights[gate.output]
                assert self.watched is not None
                lanes = unpack(row, self.job.first.size).astype(np.int64)
                self.watched.sums[:, step - 1] += weight * lanes

    def _check(self, step: int, lanes: int) -> None:
        if not self.job.check or self.wrong is not None or not self.job.planes.checks:
            return
        planes = self._planes(step)
        nets, rows, cares = (list(column) for column in zip(*self.job.planes.checks, strict=True))
        bad = np.bitwise_or.reduce((self.rows[nets] ^ planes[rows]) & planes[cares])
        wrong = np.flatnonzero(unpack(bad & lane_mask(lanes, self.size), lanes))
        if wrong.size:
            lane = int(wrong[0])
            bits = unpack(self.rows[nets], lanes)[:, lane]
            self.wrong = Wrong(int(self.job.first[lane]) + step, bits)


def _append(wave: _Wave, time: int, value: WordArray) -> None:
    """A change of a signal; none where no lane changes."""
    if (value != wave.values[-1]).any():
        wave.times.append(time)
        wave.values.append(value)


def _gate_wave(op: Op, inputs: list[_Wave]) -> _Wave:
    """What a gate puts out: what it wants, where it wants it for as long as its delay.

    A change is swallowed where the gate changes its mind before the change is due;
    exactly when it is due is too late.
    """
    wanted = _Wave([], [lookup(op.table, [wave.values[0] for wave in inputs])])
    positions = [0] * len(inputs)
    for time in sorted({time for wave in inputs for time in wave.times}):
        for k, wave in enumerate(inputs):
            if positions[k] < len(wave.times) and wave.times[positions[k]] == time:
                positions[k] += 1
        values = [wave.values[position] for wave, position in zip(inputs, positions, strict=True)]
        _append(wanted, time, lookup(op.table, values))
    out = _Wave([], wanted.values[:1])
    for index, time in enumerate(wanted.times):
        swallowed = np.zeros_like(wanted.values[0])
        for later in range(index + 1, len(wanted.times)):
            if wanted.times[later] >= time + op.delay:
                break
            swallowed |= wanted.values[later] ^ wanted.values[later + 1]
        held, value = out.values[-1], wanted.values[index + 1]
        _append(out, time + op.delay, held ^ ((held ^ value) & ~swallowed))
    return out


def _population(row: WordArray) -> int:
    return int(np.bitwise_count(row).sum(dtype=np.int64))


def _populations(rows: WordArray) -> IntArray:
    found: IntArray = np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
    return found
