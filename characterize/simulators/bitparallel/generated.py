"""Streams of operands that are made while they run: enumerations and random codes.

Each stream has the same bytes with the compiled kernel and with NumPy.
"""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from characterize.delays import ZERO, Delays
from characterize.errors import CharacterizeError
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.binding import library
from characterize.simulators.bitparallel.engine import best_kernel
from characterize.simulators.bitparallel.planes import MARGIN, ByteArray, Planes
from characterize.simulators.bitparallel.program import compile_netlist
from characterize.simulators.bitparallel.stream import Kernel, Stream
from sim.formats import IntArray

# Fills streams with bytes, the lowest bits first, from a cycle on.
Fill = Callable[[int, Sequence[ByteArray]], None]

_CHUNK = 1 << 22


@dataclass(frozen=True, eq=False)
class Totals:
    """Counts of a long stream: `Activity` without blocks.

    Attributes
    ----------
    cycles
        Counted cycles.
    toggles, functional, ones
        Of each net, shape (nets,).
    """

    cycles: int
    toggles: IntArray
    functional: IntArray
    ones: IntArray


def count_generated(
    netlist: Netlist,
    ports: Sequence[str],
    fill: Fill,
    cycles: int,
    delays: Delays = ZERO,
    kernel: Kernel | None = None,
    jobs: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> Totals:
    """Count a unit without state over a stream of codes that `fill` makes.

    Parameters
    ----------
    ports
        All input ports; a code is their bits one after the other, the first port lowest.
    cycles
        Cycles of the stream; the first is not counted.

    Raises
    ------
    CharacterizeError
        If the netlist cannot be run.
    """
    program = compile_netlist(netlist, delays)
    nets = [net for port in ports for net in netlist.ports[port]]
    size = min(_CHUNK, cycles - 1) + 1
    # Filled again and again: what the kernel prepares belongs to the planes.
    streams = tuple(
        np.zeros(size + 2 * MARGIN, dtype=np.uint8)[MARGIN:-MARGIN] for _ in range(0, len(nets), 8)
    )
    planes = Planes(streams, size, tuple((net, row) for row, net in enumerate(nets)), ())
    stream = Stream(kernel or best_kernel(), program, planes, jobs)
    toggles, functional, ones = np.zeros((3, program.nets), dtype=np.int64)
    nothing = np.zeros(0, dtype=np.uint8)
    for begin in range(0, cycles - 1, _CHUNK):
        length = min(_CHUNK, cycles - 1 - begin)
        fill(begin, [bytes_[: length + 1] for bytes_ in streams])
        counts = stream.run([1, length + 1], nothing)
        toggles += counts.toggles[0]
        functional += counts.functional[0]
        ones += counts.ones.sum(axis=0)
        progress(length)
    return Totals(cycles - 1, toggles, functional, ones)


def uniform(
    netlist: Netlist,
    cycles: int,
    seed: int = 0,
    delays: Delays = ZERO,
    kernel: Kernel | None = None,
    jobs: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> Totals:
    """Count a unit without state over uniform, independent codes: `cycles` transitions.

    Raises
    ------
    CharacterizeError
        If the unit has a clock, or no cycle is asked for.
    """
    unit = netlist.unit
    if unit.clock is not None or cycles < 1:
        raise CharacterizeError(
            f"{unit.name}: needs a unit without state and at least one cycle, "
            f"got {cycles}" + (" and a clock" if unit.clock else "")
        )
    ports = [port.name for port in unit.ports if port.direction == "input"]
    fill = partial(fill_uniform, seed)
    return count_generated(netlist, ports, fill, cycles + 1, delays, kernel, jobs, progress)


def fill_walk(states: int, begin: int, streams: Sequence[ByteArray]) -> None:
    """A walk in which each ordered pair of states stands side by side once.

    For each a: a, then a, b for all b above it; at last back to 0.

    Source: Fredricksen and Maiorana, Discrete Mathematics 23, 1978 (words of length 2).
    """
    loaded = library()
    count = streams[0].size
    if loaded is not None:
        pointers = (ctypes.c_void_p * len(streams))(*(s.ctypes.data for s in streams))
        loaded.gw_fill_walk(states, begin, count, len(streams), pointers)
        return
    cycle = np.arange(begin, begin + count, dtype=np.int64)
    # Part a has 2 (states - a) - 1 cycles, so that it begins in cycle 2 states a - a^2.
    starts = np.arange(states + 1, dtype=np.int64)
    starts = 2 * states * starts - starts * starts
    a = np.searchsorted(starts, cycle, side="right") - 1
    offset = cycle - starts[a]
    codes = np.where(a == states, 0, np.where(offset & 1, a, a + offset // 2))
    for number, stream in enumerate(streams):
        stream[:] = codes >> (8 * number) & 255


def fill_uniform(seed: int, begin: int, streams: Sequence[ByteArray]) -> None:
    """Independent uniform bytes, a sequence of its own for each stream.

    Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
    OOPSLA 2014 (SplitMix64).
    """
    loaded = library()
    for number, stream in enumerate(streams):
        # The sequence's seed is itself a mixed number: sequences do not overlap.
        (own,) = _mixed(np.array([((seed << 8) + number + 1) % (1 << 64)], dtype=np.uint64) * _STEP)
        if loaded is not None:
            loaded.gw_fill_random(int(own), begin, stream.size, stream.ctypes.data)
            continue
        first, last = begin // 8, (begin + stream.size + 7) // 8
        words = np.arange(first + 1, last + 1, dtype=np.uint64) * _STEP + own
        stream[:] = _mixed(words).astype("<u8").view(np.uint8)[begin % 8 :][: stream.size]


_STEP = np.uint64(0x9E3779B97F4A7C15)


def _mixed(
    state: "np.ndarray[tuple[int], np.dtype[np.uint64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    state = (state ^ state >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ state >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return state ^ state >> np.uint64(31)
