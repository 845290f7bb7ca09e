"""A stream of operations through the gates of one unit, part after part."""

from dataclasses import dataclass

import numpy as np

from characterize.delays import ZERO, Delays
from characterize.errors import CharacterizeError
from characterize.netlist import Netlist
from characterize.network.chunks import CYCLES, Chunk, Values
from characterize.simulators.bitparallel.engine import best_kernel
from characterize.simulators.bitparallel.lanes import Wrong
from characterize.simulators.bitparallel.planes import MARGIN, ByteArray, Planes
from characterize.simulators.bitparallel.program import compile_netlist
from characterize.simulators.bitparallel.stream import Kernel, Stream, StreamCounts
from characterize.simulators.protocol import LEAD_IN
from characterize.units import Port
from sim.formats import IntArray

_BYTE = 8


@dataclass(frozen=True, eq=False)
class GateCounts:
    """What the nets of a unit did in a number of cycles.

    Attributes
    ----------
    cycles
        How many; each was counted.
    toggles, functional, ones
        Of each net, as in `Activity`, shape (nets,).
    results
        Results that were compared with those that are wanted; all were equal.
    """

    cycles: int
    toggles: IntArray
    functional: IntArray
    ones: IntArray
    results: int

    def __add__(self, other: "GateCounts") -> "GateCounts":
        return GateCounts(
            self.cycles + other.cycles,
            self.toggles + other.toggles,
            self.functional + other.functional,
            self.ones + other.ones,
            self.results + other.results,
        )


class GateStream:
    """Counts toggles of a unit while operations come in parts.

    Every operation is counted, the first one as if it had stood before itself too.

    Parameters
    ----------
    netlist
        Of a unit of one cycle an operation.
    delays
        Of its gates.
    kernel
        What runs the lanes; the best there is if None.
    jobs
        Number of threads.
    """

    def __init__(
        self,
        netlist: Netlist,
        delays: Delays = ZERO,
        kernel: Kernel | None = None,
        jobs: int = 1,
    ) -> None:
        unit = netlist.unit
        if unit.cycles_per_op != 1:
            raise CharacterizeError(
                f"{unit.name} takes {unit.cycles_per_op} cycles an operation: "
                "networks run on units of one"
            )
        self._netlist = netlist
        self._program = compile_netlist(netlist, delays)
        self._kernel, self._jobs = kernel or best_kernel(), jobs
        self._lead_in_cycles = max(LEAD_IN, unit.lead_in)
        self._make_room(CYCLES)
        self.restart()

    def _make_room(self, cycles: int) -> None:
        """Buffers for parts of so many cycles."""
        self._room = cycles
        self._buffers = _Buffers(self._netlist, cycles + self._lead_in_cycles)
        self._stream = Stream(self._kernel, self._program, self._buffers.planes, self._jobs)

    def restart(self) -> None:
        """Begin a stream of its own; what is counted so far is forgotten."""
        self._state: ByteArray | None = None
        self._before: dict[str, Values] = {}
        # Results that are out behind the last part: role -> (cycles until then, values).
        self._due: dict[str, tuple[IntArray, IntArray]] = {}
        nothing = np.zeros(self._program.nets, dtype=np.int64)
        self._counts = GateCounts(0, nothing, nothing, nothing, 0)

    def run(self, chunk: Chunk) -> None:
        """Count the next part.

        Raises
        ------
        CharacterizeError
            If a result is not the one that is wanted.
        """
        counts, compared = self._run(chunk)
        self._before = {role: codes[-1:] for role, codes in chunk.codes.items()}
        self._state = counts.state
        self._counts += GateCounts(
            chunk.cycles, counts.toggles[0], counts.functional[0], counts.ones[0], compared
        )

    def finish(self) -> GateCounts:
        """What all parts did, when the last results are out and compared."""
        if self._due and self._before:
            still = max(port.latency for port in self._netlist.unit.results)
            last = {role: np.repeat(codes, still) for role, codes in self._before.items()}
            _, compared = self._run(Chunk(last, np.zeros(0, dtype=np.int64), {}, still, still))
            nothing = np.zeros(self._program.nets, dtype=np.int64)
            self._counts += GateCounts(0, nothing, nothing, nothing, compared)
        counts = self._counts
        clock = self._netlist.unit.clock
        if clock is not None:
            for net in self._netlist.ports[clock.name]:
                counts.toggles[net] = counts.functional[net] = 2 * counts.cycles
        self.restart()
        return counts

    def _run(self, chunk: Chunk) -> tuple[StreamCounts, int]:
        """Run a part; also how many results were compared."""
        first = self._state is None
        before = self._lead_in(chunk) if first else self._before
        start = self._lead_in_cycles if first else 1
        if chunk.cycles > self._room:
            self._make_room(chunk.cycles)
        self._buffers.fill(chunk, before, start)
        compared = 0
        for port in self._netlist.unit.results:
            late, values = self._due.pop(port.role, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
            if port.role in chunk.results:
                late = np.concatenate([late, chunk.ends + port.latency])
                values = np.concatenate([values, chunk.results[port.role]])
            inside = late < chunk.cycles
            if not inside.all():
                self._due[port.role] = late[~inside] - chunk.cycles, values[~inside]
            self._buffers.expect(port, late[inside] + start, values[inside])
            compared += int(inside.sum())
        self._stream.memory = chunk.memory + self._lead_in_cycles
        counts = self._stream.run([start, start + chunk.cycles], self._state)
        if counts.wrong is not None:
            raise CharacterizeError(self._wrong(counts.wrong, start))
        return counts, compared

    def _lead_in(self, chunk: Chunk) -> dict[str, Values]:
        """The largest operands, which write every register, then the first ones."""
        before: dict[str, Values] = {}
        for port in self._netlist.unit.operands:
            codes = chunk.codes[port.role]
            before[port.role] = np.repeat(codes[:1], self._lead_in_cycles)
            if port.format.bits > 1:
                before[port.role][0] = port.format.encode(np.array([port.format.max]))[0]
        return before

    def _wrong(self, wrong: Wrong, start: int) -> str:
        cycle = self._counts.cycles + wrong.cycle - start
        position = 0
        found = []
        for port in self._netlist.unit.results:
            bits = wrong.bits[position : position + port.format.bits]
            position += port.format.bits
            pattern = sum(int(bit) << place for place, bit in enumerate(bits))
            value = int(port.format.wrap(np.array([pattern]))[0])
            wanted = self._buffers.wanted(port, wrong.cycle)
            if wanted is not None:
                found.append(f"{port.name} is {value} and not {wanted}")
        return f"{self._netlist.unit.name}, cycle {cycle}: {'; '.join(found)}"


class _Buffers:
    """Streams of bytes that are filled again and again: the kernel prepares them once.

    Single bits share streams, with them the bits that say where results are compared.
    """

    def __init__(self, netlist: Netlist, cycles: int) -> None:
        self._cycles = cycles
        self._streams: list[ByteArray] = []
        unit = netlist.unit
        single = [port for port in unit.operands if port.format.bits == 1]
        wide = [port for port in unit.operands if port.format.bits > 1]
        flags = [port.role for port in single] + [f"care {port.role}" for port in unit.results]
        self._flags = {
            flag: (self._new(number % _BYTE == 0), number % _BYTE)
            for number, flag in enumerate(flags)
        }
        rows = {flag: [_BYTE * stream + bit] for flag, (stream, bit) in self._flags.items()}
        self._bytes: dict[str, list[ByteArray]] = {}
        for port in (*wide, *unit.results):
            first = len(self._streams)
            count = -(-port.format.bits // _BYTE)
            self._bytes[port.role] = [self._streams[self._new()] for _ in range(count)]
            rows[port.role] = list(range(_BYTE * first, _BYTE * first + port.format.bits))
        drives = [
            pair
            for port in unit.operands
            for pair in zip(netlist.ports[port.name], rows[port.role], strict=True)
        ]
        checks = [
            (net, row, rows[f"care {port.role}"][0])
            for port in unit.results
            for net, row in zip(netlist.ports[port.name], rows[port.role], strict=True)
        ]
        self._wide = [port.role for port in wide]
        self._single = [port.role for port in single]
        self.planes = Planes(tuple(self._streams), cycles, tuple(drives), tuple(checks))

    def fill(self, chunk: Chunk, before: dict[str, Values], start: int) -> None:
        """Put a part behind `start` cycles of what stood before it; compare nothing."""
        end = start + chunk.cycles
        for number in {number for number, _ in self._flags.values()}:
            self._streams[number][:end] = 0
        for role in (*self._single, *self._wide):
            for part, codes in (
                (slice(start), before[role]),
                (slice(start, end), chunk.codes[role]),
            ):
                self._put(role, part, codes)

    def _put(self, role: str, part: slice, codes: Values) -> None:
        if role in self._flags:
            number, bit = self._flags[role]
            target = self._streams[number][part]
            np.bitwise_or(target, codes.astype(np.uint8) << np.uint8(bit), out=target)
            return
        for byte, stream in enumerate(self._bytes[role]):
            stream[part] = (codes >> _BYTE * byte if byte else codes).astype(np.uint8)

    def expect(self, port: Port, cycles: IntArray, values: IntArray) -> None:
        """Let a result be compared in these cycles too."""
        number, bit = self._flags[f"care {port.role}"]
        self._streams[number][cycles] |= 1 << bit
        # Modulo the port's width: the bits above it are not looked at.
        for byte, stream in enumerate(self._bytes[port.role]):
            stream[cycles] = (values >> (_BYTE * byte)).astype(np.uint8)

    def wanted(self, port: Port, cycle: int) -> int | None:
        """The result that is expected in a cycle; None if none is."""
        number, bit = self._flags[f"care {port.role}"]
        if not self._streams[number][cycle] >> bit & 1:
            return None
        streams = self._bytes[port.role]
        pattern = sum(int(stream[cycle]) << (_BYTE * byte) for byte, stream in enumerate(streams))
        return int(port.format.wrap(np.array([pattern]))[0])

    def _new(self, wanted: bool = True) -> int:
        """The number of a new stream, or of the last one."""
        if wanted:
            whole = np.zeros(self._cycles + 2 * MARGIN, dtype=np.uint8)
            self._streams.append(whole[MARGIN:-MARGIN])
        return len(self._streams) - 1
