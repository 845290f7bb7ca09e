"""Single cycles from anywhere in a stream through the gates of one unit.

Each is a lane of two cycles, the one before it and itself, which begins with the state
that the stream leaves there: registers that a result shows hold a known sum, and what
others hold is found from the cycles in front, which must leave the same whatever was
assumed before them.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from characterize.delays import ZERO, Delays
from characterize.errors import CharacterizeError
from characterize.netlist import Netlist
from characterize.network.chunks import Values
from characterize.network.gates import GateCounts
from characterize.network.positions import SUMS, Operands
from characterize.simulators.bitparallel.engine import best_kernel
from characterize.simulators.bitparallel.lanes import Job, pack, unpack
from characterize.simulators.bitparallel.planes import ByteArray, PlaneBuilder, Planes
from characterize.simulators.bitparallel.program import Program, compile_netlist
from characterize.simulators.bitparallel.stream import Kernel
from characterize.simulators.protocol import LEAD_IN
from sim.formats import IntArray

_GUESSES = 8  # states of registers that no result shows
_FIRST_LEAD = 8  # cycles in front; twice as many where the guesses still differ
_BUFFER, _INVERTER = 0b10, 0b01


@dataclass(frozen=True, eq=False)
class Transitions:
    """Cycles to be counted.

    Attributes
    ----------
    codes
        Role of each operand -> bits in the cycle before and in the cycle, shape (cycles, 2).
    results
        Sum -> what its port shows in the cycle, shape (cycles,).
    state
        Flip-flop outputs in the cycle before, shape (flip-flops, cycles).
    """

    codes: dict[str, Values]
    results: dict[str, IntArray]
    state: ByteArray

    def __len__(self) -> int:
        return int(self.state.shape[1])


def joined(parts: Sequence[Transitions], order: IntArray) -> Transitions:
    """Parts one behind the other, put in an order."""
    first = parts[0]
    return Transitions(
        {role: np.concatenate([part.codes[role] for part in parts])[order] for role in first.codes},
        {
            role: np.concatenate([part.results[role] for part in parts])[order]
            for role in first.results
        },
        np.concatenate([part.state for part in parts], axis=1)[:, order],
    )


class Scattered:
    """Counts toggles of a unit in cycles that lie anywhere.

    Parameters
    ----------
    netlist
        Of a unit of one cycle an operation.
    delays
        Of its gates.
    kernel
        What runs the lanes; the best there is if None.
    """

    def __init__(
        self, netlist: Netlist, delays: Delays = ZERO, kernel: Kernel | None = None
    ) -> None:
        self._netlist = netlist
        self._program = compile_netlist(netlist, delays)
        self._kernel = kernel or best_kernel()
        self._lanes = max(self._kernel.most_lanes(self._program, watch=True), 1)
        self._lead_in = max(LEAD_IN, netlist.unit.lead_in)
        self._shown = _shown(netlist, self._program)

    def prepare(self, operands: Operands, positions: IntArray) -> Transitions:
        """What is needed to count these cycles.

        Raises
        ------
        CharacterizeError
            If a register's state cannot be found.
        """
        ports = [port for port in self._netlist.unit.results if port.role in SUMS]
        shown = {port.role: operands.results(positions - port.latency)[port.role] for port in ports}
        codes = self._codes(operands, positions[:, None] + np.array([-1, 0]))
        return Transitions(codes, shown, self._states(operands, positions))

    def count(self, transitions: Transitions, blocks: int = 1) -> list[GateCounts]:
        """Toggles in consecutive blocks of cycles, at most one a cycle; results are compared.

        Raises
        ------
        CharacterizeError
            If a result is not the one that is wanted.
        """
        planes = self._planes(transitions)
        blocks = min(blocks, len(transitions))
        edges = np.arange(blocks + 1) * len(transitions) // blocks
        return [
            self._count(transitions, planes, int(begin), int(end))
            for begin, end in itertools.pairwise(edges)
        ]

    def _count(self, transitions: Transitions, planes: Planes, begin: int, end: int) -> GateCounts:
        toggles, functional, ones = np.zeros((3, self._program.nets), dtype=np.int64)
        for part in _parts(begin, end, self._lanes):
            first = np.arange(part.start, part.stop) * 2
            state = pack(transitions.state[:, part])
            counts = self._kernel.run(Job(self._program, planes, first, 1, first.size, state))
            if counts.wrong is not None:
                raise CharacterizeError(
                    f"{self._netlist.unit.name}: a result of sampled cycle "
                    f"{counts.wrong.cycle // 2} is not the one that is wanted"
                )
            toggles += counts.toggles
            functional += counts.functional
            ones += counts.ones
        cycles = end - begin
        clock = self._netlist.unit.clock
        if clock is not None:
            for net in self._netlist.ports[clock.name]:
                toggles[net] = functional[net] = 2 * cycles
        return GateCounts(cycles, toggles, functional, ones, cycles * len(transitions.results))

    def _planes(self, transitions: Transitions) -> Planes:
        """Two cycles a lane; results are compared in the second one."""
        builder = PlaneBuilder(2 * len(transitions))
        self._drive(builder, transitions.codes)
        counted = np.tile(np.array([0, 1]), len(transitions))
        for port in self._netlist.unit.results:
            if port.role in transitions.results:
                codes = port.format.encode(port.format.wrap(transitions.results[port.role]))
                builder.expect(self._netlist.ports[port.name], np.repeat(codes, 2), counted)
        return builder.planes()

    def _drive(self, builder: PlaneBuilder, codes: dict[str, Values]) -> None:
        for port in self._netlist.unit.operands:
            builder.drive(self._netlist.ports[port.name], codes[port.role].ravel().astype(np.int64))

    def _codes(self, operands: Operands, positions: IntArray) -> dict[str, Values]:
        """Operands, in the shape of their positions; in front of all, what leads in."""
        flat = positions.ravel()
        found = operands.codes(flat)
        # As in `network.gates`: the largest operands, then the first ones.
        largest = flat <= -self._lead_in
        if largest.any():
            for port in self._netlist.unit.operands:
                if port.format.bits > 1:
                    found[port.role][largest] = port.format.encode(np.array([port.format.max]))[0]
        return {role: codes.reshape(positions.shape) for role, codes in found.items()}

    def _states(self, operands: Operands, positions: IntArray) -> ByteArray:
        """Flip-flop outputs in the cycle before each, shape (flip-flops, cycles)."""
        flip_flops = len(self._program.flip_flops)
        hidden = np.setdiff1d(np.arange(flip_flops), [number for number, *_ in self._shown])
        if not hidden.size:
            return self._known(operands, positions - 1)
        states = np.zeros((flip_flops, len(positions)), dtype=np.uint8)
        lead, open_ones = _FIRST_LEAD, np.arange(len(positions))
        while open_ones.size:
            some = positions[open_ones]
            found, same = self._led_in(operands, some - 1, lead, hidden)
            if not same.all() and (some[~same] < -self._lead_in + lead).all():
                raise CharacterizeError(
                    f"{self._netlist.unit.name}: a register that no result shows stays unknown"
                )
            states[:, open_ones[same]] = found[:, same]
            open_ones = open_ones[~same]
            lead *= 2
        return states

    def _led_in(
        self, operands: Operands, cycles: IntArray, lead: int, hidden: IntArray
    ) -> tuple[ByteArray, npt.NDArray[np.bool_]]:
        """States in these cycles, run from `lead` cycles before; whether all guesses agree."""
        begins = self._known(operands, cycles - lead)
        codes = self._codes(operands, cycles[:, None] + np.arange(-lead, 1))
        builder = PlaneBuilder(len(cycles) * (lead + 1))
        self._drive(builder, codes)
        planes = builder.planes()
        found = []
        for guess in _guesses(hidden.size):
            begins[hidden] = guess[:, None]
            found.append(np.empty_like(begins))
            for part in _parts(0, len(cycles), self._lanes):
                first = np.arange(part.start, part.stop) * (lead + 1)
                job = Job(
                    self._program, planes, first, lead, first.size, pack(begins[:, part]),
                    count=False, check=False, settled=False,
                )  # fmt: skip
                found[-1][:, part] = unpack(self._kernel.run(job).state, first.size)
        same = np.ones(len(cycles), dtype=np.bool_)
        for other in found[1:]:
            same &= (found[0] == other).all(axis=0)
        return found[0], same

    def _known(self, operands: Operands, cycles: IntArray) -> ByteArray:
        """What results show of the flip-flops in these cycles; 0 where they show nothing."""
        states = np.zeros((len(self._program.flip_flops), len(cycles)), dtype=np.uint8)
        values: dict[int, dict[str, IntArray]] = {}
        for number, role, latency, bit, inverted in self._shown:
            if latency not in values:
                values[latency] = operands.results(cycles - latency)
            states[number] = (values[latency][role] >> bit & 1) ^ inverted
        return states


def _shown(netlist: Netlist, program: Program) -> list[tuple[int, str, int, int, int]]:
    """Flip-flops that a bit of a result shows: number, sum, latency, bit, whether inverted."""
    through = {
        op.output: (op.inputs[0], int(op.table == _INVERTER))
        for op in program.ops
        if len(op.inputs) == 1 and op.table in (_BUFFER, _INVERTER)
    }
    number_of = {flip_flop.output: number for number, flip_flop in enumerate(program.flip_flops)}
    found: dict[int, tuple[int, str, int, int, int]] = {}
    for port in netlist.unit.results:
        if port.role not in SUMS:
            continue
        for bit, output in enumerate(netlist.ports[port.name]):
            net, inverted = output, 0
            while net in through:
                net, inverts = through[net]
                inverted ^= inverts
            if net in number_of:
                number = number_of[net]
                found.setdefault(number, (number, port.role, port.latency, bit, inverted))
    return list(found.values())


def _guesses(bits: int) -> ByteArray:
    """All 0, all 1, and patterns in between; all there are of a few bits."""
    if 1 << bits <= _GUESSES:
        every = np.arange(1 << bits)
        return (every[:, None] >> np.arange(bits) & 1).astype(np.uint8)
    random = np.random.default_rng(0).integers(0, 2, (_GUESSES - 2, bits), dtype=np.uint8)
    return np.concatenate([np.zeros((1, bits), np.uint8), np.ones((1, bits), np.uint8), random])


def _parts(begin: int, end: int, size: int) -> Iterator[slice]:
    for first in range(begin, end, size):
        yield slice(first, min(first + size, end))
