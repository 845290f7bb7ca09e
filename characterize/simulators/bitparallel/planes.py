"""Bit planes: what is driven, and what is expected, as streams of bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.netlist import Netlist
from characterize.simulators.protocol import Simulation
from sim.formats import IntArray

ByteArray = npt.NDArray[np.uint8]
MARGIN = 64  # kernels read eight cycles around those that they count


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


class PlaneBuilder:
    """Collects fields of bits into streams of bytes.

    Fields of whole bytes get streams of their own; the rest share some.
    """

    def __init__(self, cycles: int) -> None:
        self._cycles = cycles
        self._streams: list[ByteArray] = []
        self._shared: list[tuple[int, int]] = []  # stream, bits used
        self._drives: list[tuple[int, int]] = []
        self._checks: list[tuple[int, int, int]] = []

    def drive(self, nets: Sequence[int], codes: IntArray) -> None:
        """Let `nets`, the lowest bit first, follow codes of shape (cycles,)."""
        self._drives += zip(nets, self._rows(codes, len(nets)), strict=True)

    def expect(self, nets: Sequence[int], codes: IntArray, care: IntArray) -> None:
        """Expect codes on `nets` in the cycles in which `care` is 1."""
        rows = self._rows(codes, len(nets))
        (cared,) = self._rows(care, 1)
        self._checks += [(net, row, cared) for net, row in zip(nets, rows, strict=True)]

    def planes(self) -> Planes:
        """Everything collected."""
        return Planes(tuple(self._streams), self._cycles, tuple(self._drives), tuple(self._checks))

    def _rows(self, codes: IntArray, bits: int) -> list[int]:
        rows: list[int] = []
        for low in range(0, bits, 8):
            rows += self._field(codes >> low if low else codes, min(8, bits - low))
        return rows

    def _field(self, codes: IntArray, bits: int) -> list[int]:
        for index, (number, used) in enumerate(self._shared):
            if used + bits <= 8:
                part = (codes & ((1 << bits) - 1)).astype(np.uint8) << np.uint8(used)
                self._streams[number] |= part
                self._shared[index] = number, used + bits
                return [8 * number + used + bit for bit in range(bits)]
        stream = np.zeros(self._cycles + 2 * MARGIN, dtype=np.uint8)[MARGIN:-MARGIN]
        np.bitwise_and(codes, (1 << bits) - 1, out=stream, casting="unsafe")
        self._streams.append(stream)
        self._shared.append((len(self._streams) - 1, bits))
        return [8 * (len(self._streams) - 1) + bit for bit in range(bits)]


def planes_of(simulation: Simulation, netlist: Netlist) -> Planes:
    """The planes of a simulation: its operands, and what the reference operators expect.

    Raises
    ------
    CharacterizeError
        If an operand is out of its port's range.
    """
    unit = simulation.unit
    builder = PlaneBuilder(simulation.cycles)
    held = simulation.held
    for port in unit.operands:
        if not port.format.contains(held[port.role]):
            bad = int(
                np.flatnonzero(
                    (simulation.operands[port.role] < port.format.min)
                    | (simulation.operands[port.role] > port.format.max)
                )[0]
            )
            raise CharacterizeError(
                f"{simulation.label}: operand {port.role} of operation {bad} is "
                f"{simulation.operands[port.role][bad]}, but {port.name} "
                f"(net n{netlist.ports[port.name][0]}) holds {port.format.min} to {port.format.max}"
            )
    results = unit.references(held)
    for port in unit.ports:
        nets = netlist.ports[port.name]
        if port.role == "clock":
            continue
        if port.direction == "input" and port not in unit.operands:
            builder.drive(nets, simulation.protocol(port.role))
        elif port.direction == "input":
            codes = port.format.encode(held[port.role])
            builder.drive(nets, np.repeat(codes, unit.cycles_per_op))
        else:
            out = np.arange(port.latency, simulation.cycles, unit.cycles_per_op)
            codes = np.zeros(simulation.cycles, dtype=np.int64)
            care = np.zeros(simulation.cycles, dtype=np.int64)
            if port.role == "valid":
                codes[out] = 1
                care[unit.latency :] = 1
            elif port.role in results:
                codes[out] = port.format.encode(results[port.role][: out.size])
                care[out] = 1
            builder.expect(nets, codes, care)
    return builder.planes()
