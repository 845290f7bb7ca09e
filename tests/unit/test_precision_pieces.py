"""Operations counted in pieces are those of one run; blocks of pieces are those of the whole."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from characterize.activity import Activity, nested_blocks
from characterize.delays import delays_of
from characterize.library import CellLibrary
from characterize.precision import OperandStream, more_vectors, pieces
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.protocol import Simulation
from characterize.simulators.referee import referee_vectors
from characterize.stimulus import Stimulus
from characterize.sweep import Choice
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry

# Without state; sums; operands that stay in registers; weights that are held, and loaded;
# several cycles an operation; weights of many additions.
UNITS = {
    "multiplier_array_x3u_w3s": "relu",
    "mac_split_gated_x3u_w3u_a32": "gaussian",
    "mac_zero_skip_x3s_w3s_a32": "sparse(0.8)",
    "pe_stationary_gated_x3u_w3s_addend16s_a16": "uniform",
    "multiplier_serial_x3s_w3s": "uniform",
    "pann_segmented_q5u_x4u_a16_m2": "relu",
    "csd_x4s_shift2u_a32": "correlated(0.5)",
}
EDGES = (0, 700, 1000, 2300, 2301, 4000)


@pytest.mark.parametrize("name", UNITS)
def test_pieces_are_one_run(registry: Registry, asap7: CellLibrary, name: str) -> None:
    unit = registry.unit(name)
    netlist = synthesize(unit, asap7)
    delays = delays_of(netlist, analyze(netlist), "library")
    stimulus = Stimulus(UNITS[name])
    whole = Simulation(
        unit, stimulus.operands(unit, EDGES[-1] + 1), netlist,
        tuple(nested_blocks(0, EDGES[-1], EDGES[-1]).tolist()), delays,
    )  # fmt: skip
    stream = OperandStream(stimulus, unit)
    engine = BitParallel()
    found: Activity | None = None
    for first, end in pairwise(EDGES):
        operands, uncounted = stream.between(first, end, EDGES[-1])
        blocks = tuple(nested_blocks(first, end, EDGES[-1]).tolist())
        piece = Simulation(unit, operands, netlist, blocks, delays, uncounted)
        assert piece.operations == end - first
        (outcome,) = engine.run([piece])
        assert outcome.activity is not None
        found = outcome.activity if found is None else found.followed_by(outcome.activity)
    (outcome,) = engine.run([whole])
    assert found is not None
    assert outcome.activity is not None
    for field in dataclasses.fields(Activity):
        ours, once = (getattr(some, field.name) for some in (found, outcome.activity))
        assert np.array_equal(ours, once), field.name


@given(st.integers(1, 100_000), st.lists(st.integers(0, 100_000), max_size=4), st.integers(64, 128))
def test_blocks_of_pieces_are_parts_of_those_of_the_whole(
    whole: int, cuts: list[int], most: int
) -> None:
    blocks = nested_blocks(0, whole, whole)
    assert blocks.sum() == whole
    assert (blocks[:-1] == blocks[0]).all()
    assert 0 < blocks[-1] <= blocks[0]
    if whole >= most:
        assert 64 <= blocks.size <= 129
    edges = sorted({0, whole, *(cut for cut in cuts if cut < whole)})
    ends: set[int] = set()
    for first, end in pairwise(edges):
        some = nested_blocks(first, end, whole)
        assert (some > 0).all()
        assert some.sum() == end - first
        ends |= set((first + np.cumsum(some)).tolist())
    assert ends == set(np.cumsum(blocks).tolist()) | set(edges[1:])


@given(st.integers(0, 3_000_000), st.integers(1, 3_000_000))
def test_pieces_leave_nothing_out(first: int, count: int) -> None:
    found = list(pieces(first, first + count))
    assert found[0][0] == first
    assert found[-1][1] == first + count
    assert all(a[1] == b[0] for a, b in pairwise(found))
    assert all(0 < end - begin <= 1 << 18 for begin, end in found)


@pytest.mark.parametrize("text", ["uniform", "gaussian", "relu", "sparse(0.3)", "correlated(0.9)"])
def test_operands_begin_anywhere(registry: Registry, text: str) -> None:
    for name in UNITS:
        unit = registry.unit(name)
        whole, part = (Stimulus(text).operands(unit, 900, first) for first in (0, 300))
        for role, values in whole.items():
            assert values[300:].tolist() == part[role].tolist(), (name, role)


def test_more_operations_until_the_interval_is_narrow(registry: Registry) -> None:
    (case, *_) = Choice().cases([registry.unit("adder_ripple_x8u_y8u")])
    assert more_vectors(case, 50_000, 0.001) == 50_000
    # A little too wide: a little more, whole ten thousands.
    assert more_vectors(case, 1_000_000, 0.00101) == 1_030_000
    # Far too wide: most of what it asks for, but not too much at once.
    assert more_vectors(case, 50_000, 0.002) == 170_000
    assert more_vectors(case, 50_000, 0.1) == 400_000
    assert more_vectors(case, 9_000_000, 0.1) == 10_000_000
    assert more_vectors(dataclasses.replace(case, precision_percent=None), 9, 1.0) == 9


def test_large_netlists_run_fewer_operations_in_the_referee() -> None:
    assert [referee_vectors(gates) for gates in (0, 1, 80, 100, 200, 5000)] == [
        500, 500, 500, 400, 200, 200,
    ]  # fmt: skip
