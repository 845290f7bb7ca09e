"""The C kernel, through ctypes."""

import ctypes
import os
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.simulators.bitparallel.lanes import (
    WORD,
    Counts,
    Job,
    Watch,
    Watched,
    Wrong,
    unpack,
    words,
)
from characterize.simulators.bitparallel.layout import kept_signals, match, places, schedule
from characterize.simulators.bitparallel.planes import Planes
from characterize.simulators.bitparallel.program import MOST_INPUTS, Op, Program
from sim.formats import IntArray

# Instruction sets, the best first, numbered as in module.c.
LEVELS = ("avx512", "avx2", "portable")
_LEVEL_VARIABLE = "GATEWATT_SIMD"
_FILE_VARIABLE = "GATEWATT_KERNEL"
_NARROW, _MIDDLE, _WIDE = _ROWS = (512, 1024, 4096)  # lanes of a row
_LIMIT_WORDS = 4


class _Op(ctypes.Structure):
    _fields_ = (
        ("function", ctypes.c_int32),
        ("inputs", ctypes.c_int32),
        ("input", ctypes.c_int32 * MOST_INPUTS),
        ("output", ctypes.c_int32),
        ("delay", ctypes.c_int32),
        ("table", ctypes.c_uint64),
    )


class _FlipFlop(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_int32) for name in ("data", "output", "gate", "inverted", "delay")
    )


class _ClockGate(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_int32) for name in ("enable", "test", "output", "parent"))


class _Job(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int32) for name in ("mode", "wide", "count", "settled", "check")),
        *((name, ctypes.c_int32) for name in ("nets", "signals", "ops", "flip_flops")),
        *((name, ctypes.c_int32) for name in ("clock_gates", "constants")),
        *(
            (name, ctypes.c_void_p)
            for name in ("op", "flip_flop", "clock_gate", "constant", "place", "keep")
        ),
        *((name, ctypes.c_int32) for name in ("rows", "slots", "operand_delay")),
        *((name, ctypes.c_int32) for name in ("streams", "plane_rows", "drives", "checks")),
        *((name, ctypes.c_void_p) for name in ("stream", "plane_row", "drive", "expect")),
        *((name, ctypes.c_int64) for name in ("lanes", "steps", "full")),
        *((name, ctypes.c_void_p) for name in ("first", "state")),
        *((name, ctypes.c_void_p) for name in ("toggles", "functional", "ones")),
        ("weight", ctypes.c_void_p),
        *((name, ctypes.c_int32) for name in ("sum_planes", "sets")),
        *((name, ctypes.c_void_p) for name in ("member", "sums", "latest")),
        ("wrong_step", ctypes.c_int64),
        ("wrong", ctypes.c_void_p),
    )


_MODE_LANES, _MODE_BATCH, _MODE_TIMED = range(3)


@cache
def library() -> ctypes.CDLL | None:
    """The compiled kernel; None where it was not built.

    The environment variable GATEWATT_KERNEL names the file of another build of it.
    """
    found = find_spec("characterize.simulators.bitparallel._kernel")
    path = os.environ.get(_FILE_VARIABLE) or (found and found.origin)
    if not path:
        return None
    loaded = ctypes.CDLL(path)
    loaded.gw_run.argtypes = [ctypes.c_int, ctypes.POINTER(_Job)]
    loaded.gw_limit.argtypes = [ctypes.c_int, ctypes.c_int64]
    loaded.gw_limit.restype = ctypes.c_int64
    loaded.gw_fill_walk.argtypes = [
        ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_int,
        ctypes.POINTER(ctypes.c_void_p),
    ]  # fmt: skip
    loaded.gw_fill_walk.restype = None
    loaded.gw_fill_random.argtypes = [
        ctypes.c_uint64, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p
    ]  # fmt: skip
    loaded.gw_fill_random.restype = None
    _declare_draws(loaded)
    loaded.gw_function.argtypes = [ctypes.c_int, ctypes.POINTER(ctypes.c_uint64)]
    return loaded


def _declare_draws(loaded: ctypes.CDLL) -> None:
    """Types of what draws operands; some is only where there are integers of 128 bits."""
    integer, small, address = ctypes.c_int64, ctypes.c_int, ctypes.c_void_p
    declared = {"gw_correlate": [integer, integer, small, integer, address]}
    if loaded.gw_draws():
        declared |= {
            "gw_draw_uniform": [address, ctypes.c_uint64, integer, integer, address],
            "gw_draw_zeros": [address, ctypes.c_uint64, integer, address],
            "gw_draw_gaussian": [
                address, address, small, address, ctypes.c_int32, integer, small, integer, address,
            ],
        }  # fmt: skip
    for name, types in declared.items():
        function = getattr(loaded, name)
        function.argtypes, function.restype = types, None


def known_functions(loaded: ctypes.CDLL) -> tuple[tuple[int, int], ...]:
    """(inputs, truth table) of each function that the kernel knows by name."""
    found = []
    for number in range(loaded.gw_functions()):
        table = ctypes.c_uint64()
        inputs = loaded.gw_function(number, ctypes.byref(table))
        found.append((inputs, table.value))
    return tuple(found)


def levels() -> tuple[str, ...]:
    """Instruction sets that the kernel has and this processor too, the best first."""
    loaded = library()
    if loaded is None:
        return ()
    return tuple(name for number, name in enumerate(LEVELS) if loaded.gw_has(number))


class CKernel:
    """Runs lanes in compiled code.

    Parameters
    ----------
    level
        Instruction set, one of `levels()`; None takes that of the environment
        variable GATEWATT_SIMD, or the best.

    Raises
    ------
    CharacterizeError
        If there is no kernel, or not this instruction set.
    """

    def __init__(self, level: str | None = None) -> None:
        loaded = library()
        if loaded is None:
            raise CharacterizeError(
                "the bit-parallel kernel was not built: install with a C compiler, "
                "or use the engine bitparallel-numpy"
            )
        wanted = level or os.environ.get(_LEVEL_VARIABLE) or levels()[0]
        if wanted not in levels():
            raise CharacterizeError(
                f"instruction set '{wanted}': this processor runs {', '.join(levels())}"
            )
        self.name = wanted
        self._level = LEVELS.index(wanted)
        self._library = loaded
        self._functions = known_functions(loaded)
        self._lock = Lock()
        self._arranged: WeakKeyDictionary[Program, dict[tuple[int, frozenset[int]], _Arranged]] = (
            WeakKeyDictionary()
        )
        self._prepared: WeakKeyDictionary[Planes, dict[tuple[int, int], _Prepared]] = (
            WeakKeyDictionary()
        )

    def most_lanes(self, program: Program, watch: bool = False) -> int:
        """Lanes that one job may have, with a watch or without."""
        if not program.timed and not program.flip_flops and not watch:
            return 1
        # Values that wait fill the caches: all of a netlist, or those of inertial gates.
        if not program.timed:
            return _NARROW
        return _MIDDLE if any(op.delay > 1 for op in program.ops) else _WIDE

    def run(self, job: Job) -> Counts:
        """Run a job: see `Job`.

        Raises
        ------
        MemoryError
            If there is not enough memory.
        """
        mode = _mode(job)
        call = _Call(job, self._prepare(job, mode))
        if self._library.gw_run(self._level, ctypes.byref(call.job)):
            raise MemoryError("no memory for the rows of the bit-parallel kernel")
        return call.counts()

    @property
    def register_loop_bits(self) -> int:
        """Bits that a round of the register-only loop handles."""
        return _LIMIT_WORDS * int(self._library.gw_limit_bits(self._level))

    def register_loop(self, rounds: int) -> None:
        """Run the loop of limit.h, which has the arithmetic of a kernel and no memory."""
        self._library.gw_limit(self._level, rounds)

    def _prepare(self, job: Job, mode: int) -> "_Prepared":
        """What all jobs of a stream share; threads ask for it at once."""
        with self._lock:
            known = self._prepared.setdefault(job.planes, {})
            key = mode, id(job.program)
            if key not in known:
                arranged = self._arrange(job.program, mode, job.planes.checked)
                known[key] = _Prepared(job.program, job.planes, arranged)
            return known[key]

    def _arrange(self, program: Program, mode: int, outputs: frozenset[int]) -> "_Arranged":
        """What a program keeps for other planes: a case tries several numbers of operations."""
        known = self._arranged.setdefault(program, {})
        if (mode, outputs) not in known:
            known[mode, outputs] = _Arranged(program, mode, outputs, self._functions)
        return known[mode, outputs]


def _mode(job: Job) -> int:
    program = job.program
    if program.timed and job.count:
        return _MODE_TIMED
    lanes = program.flip_flops or job.first.size > 1 or job.watch is not None
    return _MODE_LANES if lanes else _MODE_BATCH


class _Memory:
    """Arrays that C reads, and keeps no hold of."""

    def __init__(self) -> None:
        self._held: list[Any] = []

    def structures(self, kind: Any, items: list[Any]) -> int:
        """Address of an array of structures."""
        array = (kind * max(1, len(items)))(*items)
        self._held.append(array)
        return ctypes.addressof(array)

    def integers(self, values: Sequence[Any]) -> int:
        """Address of an array of 32-bit integers."""
        return self.array(np.array(values, dtype=np.int32))

    def array(self, array: npt.NDArray[Any]) -> int:
        """Address of an array."""
        self._held.append(array)
        return array.ctypes.data


class _Arranged:
    """A program as C sees it in a mode, for all planes that check the same nets, `outputs`.

    Attributes
    ----------
    fields
        Those of `_Job` that it decides.
    most_toggles
        Of each net in a cycle, shape (nets,).
    """

    def __init__(
        self, program: Program, mode: int, outputs: frozenset[int],
        functions: Sequence[tuple[int, int]],
    ) -> None:  # fmt: skip
        self._memory = memory = _Memory()
        kept = kept_signals(program) | outputs
        sizes = [1] * program.signals
        if mode == _MODE_TIMED:
            sizes = [arrivals.bit_count() + 1 for arrivals in program.arrivals]
        if mode != _MODE_LANES:
            program = schedule(program, sizes)
        # A gated clock has two toggles in a cycle, everything else its arrivals.
        self.most_toggles = np.array(
            [max(2, arrivals.bit_count()) for arrivals in program.arrivals[: program.nets]]
        )
        place, recycled = places(program, sizes, outputs)
        ops = [_op(op, functions) for op in program.ops]
        flip_flops = [
            _FlipFlop(f.data, f.output, _or_minus_one(f.gate), f.inverted, f.delay)
            for f in program.flip_flops
        ]
        clock_gates = [
            _ClockGate(gate.enables[0], gate.enables[-1], gate.output, _or_minus_one(gate.parent))
            for gate in program.clock_gates
        ]
        keep = np.array([signal in kept for signal in range(program.signals)], dtype=np.uint8)
        self.fields = {
            "mode": mode,
            "nets": program.nets,
            "signals": program.signals,
            "ops": len(ops),
            "flip_flops": len(flip_flops),
            "clock_gates": len(clock_gates),
            "constants": len(program.constants),
            "op": memory.structures(_Op, ops),
            "flip_flop": memory.structures(_FlipFlop, flip_flops),
            "clock_gate": memory.structures(_ClockGate, clock_gates),
            "constant": memory.integers(list(program.constants.items())),
            "place": memory.integers(place),
            "keep": memory.array(keep),
            "rows": recycled,
            "slots": max(arrivals.bit_length() for arrivals in program.arrivals) + 1,
            "operand_delay": program.operand_delay,
        }


class _Prepared:
    """A program and its planes as C sees them, for all jobs of a mode."""

    def __init__(self, program: Program, planes: Planes, arranged: _Arranged) -> None:
        self._memory = memory = _Memory()
        self._program = program  # as long as this is alive, no other has its id
        self._arranged = arranged
        self.most_toggles = arranged.most_toggles
        rows = sorted({row for _, row in planes.drives} | {r for c in planes.checks for r in c[1:]})
        dense = {row: number for number, row in enumerate(rows)}
        plane_row = [dense.get(row, -1) for row in range(8 * len(planes.streams))]
        pointers = [stream.ctypes.data for stream in planes.streams]
        self._job = _Job(
            **arranged.fields,
            streams=len(pointers),
            plane_rows=len(rows),
            drives=len(planes.drives),
            checks=len(planes.checks),
            stream=memory.array(np.array(pointers, dtype=np.uintp)),
            plane_row=memory.integers(plane_row),
            drive=memory.integers([(net, dense[row]) for net, row in planes.drives]),
            expect=memory.integers([(net, dense[r], dense[c]) for net, r, c in planes.checks]),
        )

    def job(self) -> _Job:
        """A job of it, without lanes yet."""
        return _Job.from_buffer_copy(self._job)


class _Call:
    """A job with its lanes, and what it leaves."""

    def __init__(self, source: Job, prepared: _Prepared) -> None:
        program = source.program
        self._source = source
        self._prepared = prepared  # owns what the job points to
        self.job = job = prepared.job()
        lanes = source.first.size
        wide = bisect_left(_ROWS, lanes)
        self._words = _ROWS[wide] // WORD
        self._first = np.ascontiguousarray(source.first, dtype=np.int64)
        self._state = np.zeros((len(program.flip_flops), self._words), dtype=np.uint64)
        self._state[:, : words(lanes)] = source.state
        self._toggles, self._functional, self._ones = np.zeros((3, program.nets), dtype=np.int64)
        self._wrong = np.zeros((1 + job.checks, self._words), dtype=np.uint64)
        job.wide, job.count, job.check = wide, source.count, source.check
        job.settled = source.settled
        job.lanes, job.steps, job.full = lanes, source.steps, source.full
        job.first = self._first.ctypes.data
        job.state = self._state.ctypes.data
        job.toggles = self._toggles.ctypes.data
        job.functional = self._functional.ctypes.data
        job.ones = self._ones.ctypes.data
        job.wrong = self._wrong.ctypes.data
        self._watched: Watched | None = None
        if source.watch is not None:
            self._watched = self._watch(source.watch, prepared.most_toggles)

    def _watch(self, watch: Watch, most_toggles: IntArray) -> Watched:
        """Let the job note what is watched."""
        job, shape = self.job, (self.job.lanes, self.job.steps)
        watched = Watched(
            np.zeros(shape, dtype=np.int64),
            np.zeros((len(watch.sets), *shape), dtype=np.int64),
        )
        self._weights = np.ascontiguousarray(
            np.zeros(0) if watch.weights is None else watch.weights, dtype=np.int64
        )
        self._member = np.ascontiguousarray(watch.sets, dtype=np.uint8)
        if watch.weights is not None:
            job.weight = self._weights.ctypes.data
            largest = sum(
                abs(weight) * toggles
                for weight, toggles in zip(
                    watch.weights.tolist(), most_toggles.tolist(), strict=True
                )
            )
            job.sum_planes = min(64, largest.bit_length() + 1)
        job.sets = len(watch.sets)
        job.member = self._member.ctypes.data
        job.sums, job.latest = watched.sums.ctypes.data, watched.latest.ctypes.data
        return watched

    def counts(self) -> Counts:
        """What the kernel left."""
        return Counts(
            self._toggles,
            self._functional,
            self._ones,
            self._state[:, : words(self._source.first.size)],
            self._first_wrong(),
            self._watched,
        )

    def _first_wrong(self) -> Wrong | None:
        if not self._wrong[0].any():
            return None
        bits = unpack(self._wrong, self._wrong.shape[1] * WORD)
        position = int(np.flatnonzero(bits[0])[0])
        cycle = int(self._source.first[position]) + self.job.wrong_step
        return Wrong(cycle, bits[1:, position])


def _op(op: Op, functions: Sequence[tuple[int, int]]) -> _Op:
    number, inputs = match(op, functions)
    padded = (ctypes.c_int32 * MOST_INPUTS)(*inputs)
    return _Op(number, len(inputs), padded, op.output, op.delay, op.table)


def _or_minus_one(number: int | None) -> int:
    return -1 if number is None else number
