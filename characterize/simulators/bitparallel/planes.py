"""Bit planes: what is driven, and what is expected, as streams of bytes."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.netlist import Netlist
from characterize.simulators.protocol import Simulation
from characterize.units import Port
from sim.formats import IntArray

ByteArray = npt.NDArray[np.uint8]
CodeArray = npt.NDArray[Any]  # integers of any type, not negative
MARGIN = 64  # kernels read eight cycles around those that they count
_CHUNK = 1 << 15  # cycles at a time: what is computed of them stays in the processor's caches
_ONE = np.ones(1, dtype=np.uint8)


@dataclass(frozen=True, eq=False)
class Planes:
    """Streams of bytes, one byte a cycle; row 8 p + b is bit b of stream p.

    Attributes
    ----------
    streams
        Each of shape (cycles,), contiguous, with MARGIN readable bytes on both sides.
    cycles
        Number of cycles.
    drives
        (net, row): the net is driven by the row.
    checks
        (net, row, care): where the row `care` is 1 the net must equal the row.
    """

    streams: tuple[ByteArray, ...]
    cycles: int
    drives: tuple[tuple[int, int], ...]
    checks: tuple[tuple[int, int, int], ...]

    def bits(self, rows: IntArray, cycles: IntArray) -> ByteArray:
        """The bits of rows in these cycles, shape (rows, cycles)."""
        numbers, places = np.unique(rows // 8, return_inverse=True)
        used = np.stack([self.streams[number][cycles] for number in numbers])
        found = used[places] >> (rows % 8).astype(np.uint8)[:, None] & np.uint8(1)
        return np.asarray(found, dtype=np.uint8)

    @property
    def checked(self) -> frozenset[int]:
        """Nets that are compared."""
        return frozenset(net for net, _, _ in self.checks)


class Field:
    """Bits of streams that belong to some nets, the lowest bit first.

    Attributes
    ----------
    rows
        Row of each bit.
    """

    def __init__(self, pieces: Sequence[tuple[int, ByteArray, int, int]]) -> None:
        self._pieces = pieces
        self.rows = [
            8 * number + used + bit for number, _, used, bits in pieces for bit in range(bits)
        ]

    def put(self, cycles: slice, codes: CodeArray) -> None:
        """Put codes where there were none: one for each of the cycles."""
        for at, (_, stream, used, bits) in enumerate(self._pieces):
            part = (codes >> 8 * at if at else codes).astype(np.uint8)
            if bits < 8:
                part = (part & np.uint8((1 << bits) - 1)) << np.uint8(used)
            stream[cycles] |= part


class PlaneBuilder:
    """Collects fields of bits into streams of bytes.

    Fields of whole bytes get streams of their own; the rest share some.
    """

    def __init__(self, cycles: int) -> None:
        self._cycles = cycles
        self._streams: list[ByteArray] = []
        self._used: list[int] = []  # bits of each stream
        self._drives: list[tuple[int, int]] = []
        self._checks: list[tuple[int, int, int]] = []

    def driven(self, nets: Sequence[int]) -> Field:
        """A field, all 0, that `nets` follow."""
        field = self._field(len(nets))
        self._drives += zip(nets, field.rows, strict=True)
        return field

    def drive(self, nets: Sequence[int], codes: CodeArray) -> None:
        """Let `nets`, the lowest bit first, follow codes of shape (cycles,)."""
        self._put(self.driven(nets), codes)

    def expected(self, nets: Sequence[int]) -> tuple[Field, Field]:
        """A field, all 0, of what is expected on `nets`, and one that is 1 where it is."""
        field, care = self._field(len(nets)), self._field(1)
        self._checks += [
            (net, row, care.rows[0]) for net, row in zip(nets, field.rows, strict=True)
        ]
        return field, care

    def expect(self, nets: Sequence[int], codes: CodeArray, care: CodeArray) -> None:
        """Expect codes on `nets` in the cycles in which `care` is 1."""
        for field, values in zip(self.expected(nets), (codes, care), strict=True):
            self._put(field, values)

    def planes(self) -> Planes:
        """Everything collected."""
        return Planes(tuple(self._streams), self._cycles, tuple(self._drives), tuple(self._checks))

    def _put(self, field: Field, codes: CodeArray) -> None:
        for begin in range(0, self._cycles, _CHUNK):
            cycles = slice(begin, begin + _CHUNK)
            field.put(cycles, codes[cycles])

    def _field(self, bits: int) -> Field:
        return Field([self._piece(min(8, bits - low)) for low in range(0, bits, 8)])

    def _piece(self, bits: int) -> tuple[int, ByteArray, int, int]:
        """Number of a stream with room, the stream, the bits in use before, the bits."""
        for number, used in enumerate(self._used):
            if used + bits <= 8:
                self._used[number] += bits
                return number, self._streams[number], used, bits
        self._used.append(bits)
        self._streams.append(np.zeros(self._cycles + 2 * MARGIN, dtype=np.uint8)[MARGIN:-MARGIN])
        return len(self._streams) - 1, self._streams[-1], 0, bits


def planes_of(simulation: Simulation, netlist: Netlist) -> Planes:
    """The planes of a simulation: its operands, and what the reference operators expect.

    Raises
    ------
    CharacterizeError
        If an operand is out of its port's range.
    """
    unit, cycles, per_op = simulation.unit, simulation.cycles, simulation.unit.cycles_per_op
    builder = PlaneBuilder(cycles)
    operands: list[tuple[Port, Field]] = []
    results: list[tuple[Port, Field, Field]] = []
    for port in unit.ports:
        nets = netlist.ports[port.name]
        if port in unit.operands:
            _check_range(simulation, port, nets[0])
            operands.append((port, builder.driven(nets)))
        elif port.role == "valid":
            valid, care = builder.expected(nets)
            valid.put(slice(port.latency, cycles, per_op), _ONE)
            care.put(slice(unit.latency, cycles), _ONE)
        elif port.direction == "output":
            results.append((port, *builder.expected(nets)))
        elif port.role != "clock":
            builder.drive(nets, simulation.protocol(port.role))
    for begin, end in itertools.pairwise(_cuts(simulation)):
        held = simulation.held_between(begin, end)
        first, last = begin * per_op, end * per_op
        for port, field in operands:
            codes = port.format.encode(held[port.role])
            field.put(slice(first, last), np.repeat(codes, per_op))
        references = unit.references(held)
        for port, field, care in results:
            if port.role not in references:
                continue
            codes = port.format.encode(references[port.role])
            out = range(cycles)[first + port.latency : last + port.latency : per_op]
            field.put(slice(out.start, out.stop, out.step), codes[: len(out)])
            care.put(slice(out.start, out.stop, out.step), _ONE)
    return builder.planes()


def _check_range(simulation: Simulation, port: Port, net: int) -> None:
    values = simulation.operands[port.role]
    if port.format.contains(values):
        return
    bad = int(np.flatnonzero((values < port.format.min) | (values > port.format.max))[0])
    raise CharacterizeError(
        f"{simulation.label}: operand {port.role} of operation {bad} is {values[bad]}, "
        f"but {port.name} (net n{net}) holds {port.format.min} to {port.format.max}"
    )


def _cuts(simulation: Simulation) -> list[int]:
    """Where operations are cut into chunks: references know nothing of what was before.

    Sums know nothing of what was before they were cleared, and what keeps no state
    nothing at all.
    """
    unit, operations = simulation.unit, simulation.operations + simulation.lead_in
    wanted = np.arange(_CHUNK, operations, _CHUNK)
    if unit.port("clear") is not None:
        clears = np.flatnonzero(simulation.operands["clear"]) + simulation.driven_before - 1
        wanted = clears[np.searchsorted(clears, wanted[wanted <= clears.max(initial=0)])]
    elif unit.port("enable") is not None:
        wanted = wanted[:0]
    return [0, *np.unique(wanted).tolist(), operations]
