"""The C kernel, with each instruction set, against the same algorithm in NumPy."""

import itertools
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from characterize.errors import CharacterizeError
from characterize.simulators.bitparallel import binding
from characterize.simulators.bitparallel.binding import CKernel, known_functions, library
from characterize.simulators.bitparallel.lanes import Counts, Job, unpack
from characterize.simulators.bitparallel.layout import match, permuted
from characterize.simulators.bitparallel.oracle import NumpyKernel, lookup, settled_rows
from characterize.simulators.bitparallel.planes import PlaneBuilder
from characterize.simulators.bitparallel.program import FlipFlop, Op, Program
from characterize.simulators.bitparallel.stream import Kernel, Stream
from tests.unit.random_programs import RandomCase, random_case, random_job

SEEDS = st.integers(0, 2**32 - 1)
CYCLES = 250
# `nox -s fuzz` tries more.
EXAMPLES = int(os.environ.get("GATEWATT_FUZZ_EXAMPLES", "25"))

needs_kernel = pytest.mark.skipif(not binding.levels(), reason="the C kernel was not built")


def _same(one: Counts, other: Counts, job: Job) -> None:
    lanes = job.first.size
    assert np.array_equal(unpack(one.state, lanes), unpack(other.state, lanes))
    if job.count:
        assert np.array_equal(one.toggles, other.toggles)
        assert np.array_equal(one.functional, other.functional)
        assert np.array_equal(one.ones, other.ones)
    assert (one.wrong is None) == (other.wrong is None)
    if one.wrong is not None and other.wrong is not None:
        assert one.wrong.cycle == other.wrong.cycle
        assert np.array_equal(one.wrong.bits, other.wrong.bits)


@needs_kernel
@pytest.mark.parametrize("level", binding.levels())
@pytest.mark.parametrize("stateful", [False, True])
@pytest.mark.parametrize("timed", [False, True])
@settings(deadline=None, max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_the_kernel_equals_numpy(level: str, timed: bool, stateful: bool, seed: int) -> None:
    case = random_case(seed, timed, stateful, CYCLES)
    job = random_job(case, seed)
    if job.first.size > CKernel(level).most_lanes(case.program):
        job = Job(
            job.program, job.planes, job.first[:512], job.steps, min(job.full, 512),
            job.state[:, :8], job.count,
        )  # fmt: skip
    _same(CKernel(level).run(job), NumpyKernel().run(job), job)


@needs_kernel
@pytest.mark.parametrize("level", binding.levels())
@settings(deadline=None, max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_a_stretch_of_consecutive_cycles(level: str, seed: int) -> None:
    """Blocks of thousands of cycles and what is left of them, net by net."""
    case = random_case(seed, False, False, 20_000)
    rng = np.random.default_rng(seed)
    first = int(rng.integers(0, 100))
    # Also none, one, and a block of each instruction set, just so or not quite.
    sizes = [0, 1, *(k * 2048 + d for k in (1, 2, 4, 8) for d in (-1, 0, 1))]
    steps = int(rng.choice([*sizes, int(rng.integers(case.cycles - first))]))
    full = int(rng.integers(2))
    no_state = np.zeros((0, 1), dtype=np.uint64)
    settled = bool(rng.integers(2))
    job = Job(
        case.program, case.planes, np.array([first]), steps, full, no_state, settled=settled
    )  # fmt: skip
    counts = CKernel(level).run(job)

    cycles = np.arange(first, first + max(1, steps + full))
    no_states = np.zeros((0, -(-cycles.size // 64)), dtype=np.uint64)
    every = Job(case.program, case.planes, cycles, 0, 0, no_states)
    values = unpack(settled_rows(every), cycles.size)
    changes = (values[:, 1:] != values[:, :-1]).sum(axis=1)
    assert np.array_equal(counts.functional, changes)
    assert np.array_equal(counts.toggles, changes)
    if settled:
        assert np.array_equal(counts.ones, values[:, 1:].sum(axis=1, dtype=np.int64))
    bits = {
        row: case.planes.streams[row // 8][cycles] >> row % 8 & 1
        for check in case.planes.checks
        for row in check[1:]
    }
    wrong = np.zeros(cycles.size, dtype=np.bool_)
    for net, row, care in case.planes.checks:
        wrong |= (values[net] != bits[row]) & (bits[care] == 1)
    assert (counts.wrong is None) == (not wrong.any())
    if counts.wrong is not None:
        at = int(np.flatnonzero(wrong)[0])
        assert counts.wrong.cycle == first + at
        nets = [net for net, _, _ in case.planes.checks]
        assert np.array_equal(counts.wrong.bits, values[nets, at])


def _one_lane(case: RandomCase, begin: int, end: int) -> Counts:
    """Cycles from `begin` up to `end`, one after the other from the first cycle on."""
    nothing = np.zeros((len(case.program.flip_flops), 1), dtype=np.uint64)
    lead_in = Job(
        case.program, case.planes, np.array([0]), begin - 1, 1, nothing, count=False, check=False
    )
    state = NumpyKernel().run(lead_in).state
    first = np.array([begin - 1])
    return NumpyKernel().run(
        Job(case.program, case.planes, first, end - begin, 1, state, check=False)
    )


@pytest.mark.parametrize("level", ["numpy", *binding.levels()])
@settings(deadline=None, max_examples=EXAMPLES // 5)
@given(seed=SEEDS, timed=st.booleans(), stateful=st.booleans())
def test_lanes_fit_together(level: str, timed: bool, stateful: bool, seed: int) -> None:
    """A stream in lanes and blocks counts what one lane counts, cycle by cycle."""
    case = random_case(seed, timed, stateful, CYCLES)
    edges = [4, 4 + seed % 50, 150, CYCLES]
    kernel: Kernel = NumpyKernel() if level == "numpy" else CKernel(level)
    counts = Stream(kernel, case.program, case.planes, jobs=2).run(edges)
    for block, (begin, end) in enumerate(itertools.pairwise(edges)):
        if begin == end:
            continue
        expected = _one_lane(case, begin, end)
        assert np.array_equal(counts.toggles[block], expected.toggles)
        assert np.array_equal(counts.functional[block], expected.functional)
        assert np.array_equal(counts.ones[block], expected.ones)


@given(table=st.integers(0, 2**64 - 1), inputs=st.integers(1, 6), seed=SEEDS)
def test_lookup_is_the_truth_table(table: int, inputs: int, seed: int) -> None:
    table &= (1 << (1 << inputs)) - 1
    bits = np.random.default_rng(seed).integers(0, 2, size=(inputs, 64)).astype(np.uint64)
    words = [
        np.bitwise_or.reduce(row << np.arange(64, dtype=np.uint64), keepdims=True) for row in bits
    ]
    (value,) = lookup(table, words)
    index = sum(row.astype(np.int64) << k for k, row in enumerate(bits))
    for lane in range(64):
        assert int(value) >> lane & 1 == table >> int(index[lane]) & 1


@needs_kernel
def test_known_functions_are_found_with_their_inputs_in_any_order() -> None:
    loaded = library()
    assert loaded is not None
    functions = known_functions(loaded)
    assert len(functions) == len(set(functions))
    for number, (inputs, table) in enumerate(functions):
        for other in permuted(table, inputs):
            found, order = match(Op(other, tuple(range(inputs)), 0, 0), functions)
            assert functions[found][0] == inputs
            rebuilt = 0
            for index in range(1 << inputs):
                mine = sum((index >> order[k] & 1) << k for k in range(inputs))
                rebuilt |= (functions[found][1] >> mine & 1) << index
            assert rebuilt == other
        assert match(Op(table, tuple(range(inputs)), 0, 0), functions)[0] <= number
    assert match(Op(0x123456789ABCDEF0, tuple(range(6)), 0, 0), functions)[0] == len(functions)


@needs_kernel
def test_an_instruction_set_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CharacterizeError, match="instruction set 'mmx': this processor"):
        CKernel("mmx")
    monkeypatch.setenv("GATEWATT_SIMD", "portable")
    assert CKernel().name == "portable"


def test_a_register_that_nothing_clears_is_named() -> None:
    """Net 2 keeps what it held at first, whatever that was."""
    keeps = Program(
        nets=3, signals=3, inputs=(0,), constants={}, ops=(Op(0b01, (2,), 1, 0),),
        flip_flops=(FlipFlop(1, 2, None, True, 0),), clock_gates=(), timed=False, operand_delay=0,
    )  # fmt: skip
    builder = PlaneBuilder(10)
    builder.drive([0], np.zeros(10, dtype=np.int64))
    with pytest.raises(CharacterizeError, match="flip-flop output n2 is still unknown when"):
        Stream(NumpyKernel(), keeps, builder.planes()).run([4, 10])
