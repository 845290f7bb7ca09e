"""Everything that a small unit can be given: all operands, all transitions, long streams.

Operands are codes here: bit patterns as non-negative integers, of any integer type.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from characterize.delays import ZERO, Delays
from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.engine import best_kernel
from characterize.simulators.bitparallel.generated import Totals, count_generated, fill_walk
from characterize.simulators.bitparallel.lanes import Job, WordArray, unpack
from characterize.simulators.bitparallel.oracle import settled_rows
from characterize.simulators.bitparallel.planes import ByteArray, PlaneBuilder
from characterize.simulators.bitparallel.program import Program, compile_netlist
from characterize.simulators.bitparallel.stream import Kernel, Stream

Codes = Mapping[str, npt.NDArray[Any]]
# All ordered transitions of two operands of 8 bits.
MOST_TRANSITION_BITS = 16


def count_chunks(
    netlist: Netlist,
    chunks: Iterable[Codes],
    delays: Delays = ZERO,
    kernel: Kernel | None = None,
    jobs: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> Totals:
    """Count a stream of any length, of which only a chunk is in memory at a time.

    Parameters
    ----------
    chunks
        Name of each input port but the clock -> codes, one a cycle. The first cycle of
        a unit without state is not counted, nor are the first four of the others,
        which have to clear it.
    jobs
        Number of threads.
    progress
        Called with the number of cycles after each chunk.

    Raises
    ------
    CharacterizeError
        If the netlist cannot be run, or a flip-flop is unknown behind the first cycles.
    """
    program = compile_netlist(netlist, delays)
    kernel = kernel or best_kernel()
    cycles = 0
    toggles, functional, ones = np.zeros((3, program.nets), dtype=np.int64)
    state: ByteArray | None = None
    last: dict[str, npt.NDArray[Any]] = {}
    for codes in chunks:
        whole = {name: np.concatenate([last.get(name, c[:0]), c]) for name, c in codes.items()}
        length = len(next(iter(whole.values())))
        begin = 1 if state is not None or not program.flip_flops else 4
        builder = PlaneBuilder(length)
        for name, values in whole.items():
            _drive(builder, netlist, name, values)
        counts = Stream(kernel, program, builder.planes(), jobs).run([begin, length], state)
        state = counts.state
        last = {name: values[-1:] for name, values in whole.items()}
        cycles += length - begin
        toggles += counts.toggles[0]
        functional += counts.functional[0]
        ones += counts.ones.sum(axis=0)
        progress(length - begin)
    return Totals(cycles, toggles, functional, ones)


def _drive(builder: PlaneBuilder, netlist: Netlist, name: str, codes: npt.NDArray[Any]) -> None:
    nets = netlist.ports[name]
    if codes.size and not 0 <= int(codes.min()) <= int(codes.max()) < 1 << len(nets):
        raise CharacterizeError(
            f"{netlist.unit.name}: {name} (net n{nets[0]}) has {len(nets)} bits, "
            f"but got codes from {codes.min()} to {codes.max()}"
        )
    builder.drive(nets, codes)


def transitions(
    netlist: Netlist, delays: Delays = ZERO, kernel: Kernel | None = None, jobs: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> Totals:  # fmt: skip
    """Every ordered transition between two states of the operands, each once.

    Raises
    ------
    CharacterizeError
        If the unit has state, or operands of more than 16 bits together.
    """
    ports = _stateless_ports(netlist, MOST_TRANSITION_BITS)
    states = 1 << sum(len(netlist.ports[name]) for name in ports)
    return count_generated(
        netlist, ports, partial(fill_walk, states), states * states + 1, delays, kernel, jobs,
        progress,
    )  # fmt: skip


def expected_toggles(netlist: Netlist, probabilities: Mapping[str, FloatArray]) -> FloatArray:
    """Toggles of each net per operation, exactly, from all combinations of operands.

    Parameters
    ----------
    probabilities
        Name of each of the two operand ports -> probability of each code. Operands
        are independent of each other and of those before them; no delays.

    Returns
    -------
    FloatArray
        2 p (1 - p) where p is the probability of 1, shape (nets,).

    Raises
    ------
    CharacterizeError
        If the unit has state, more than 24 operand bits, or other ports.
    """
    ports = _stateless_ports(netlist, 24)
    if list(probabilities) != ports or len(ports) != 2:
        raise CharacterizeError(
            f"{netlist.unit.name}: needs probabilities of two operands, {', '.join(ports)}"
        )
    low, high = ports
    bits = len(netlist.ports[low])
    size = 1 << (bits + len(netlist.ports[high]))
    rows = _all_values(compile_netlist(netlist), netlist, low, high)
    found = np.zeros(netlist.nets)
    for net in range(netlist.nets):
        values = unpack(rows[net], size).reshape(-1, 1 << bits)
        found[net] = probabilities[high] @ (values @ probabilities[low])
    return np.asarray(2 * found * (1 - found), dtype=np.float64)


def _all_values(program: Program, netlist: Netlist, low: str, high: str) -> WordArray:
    """Settled values of all signals, a lane for each combination of operands."""
    nets = (*netlist.ports[low], *netlist.ports[high])
    lanes = np.arange(1 << len(nets))
    builder = PlaneBuilder(lanes.size)
    builder.drive(nets, lanes)
    no_state = np.zeros((0, -(-lanes.size // 64)), dtype=np.uint64)
    return settled_rows(Job(program, builder.planes(), lanes, 0, 0, no_state))


def _stateless_ports(netlist: Netlist, most_bits: int) -> list[str]:
    unit = netlist.unit
    names = [port.name for port in unit.ports if port.direction == "input"]
    bits = sum(len(netlist.ports[name]) for name in names)
    if unit.clock is not None or bits > most_bits:
        raise CharacterizeError(
            f"{unit.name}: needs a unit without state and at most {most_bits} operand bits, "
            f"this has {bits}" + (" and a clock" if unit.clock else "")
        )
    return names
