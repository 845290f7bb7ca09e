"""Streams that are made while they run: C, NumPy and plain loops give the same bytes."""

import itertools

import numpy as np
import pytest

from characterize.delays import DELAY_MODELS, delays_of
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.bitparallel import binding, generated
from characterize.simulators.bitparallel.exhaustive import count_chunks, transitions
from characterize.simulators.bitparallel.generated import fill_uniform, fill_walk, uniform
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry

BY = [
    pytest.param("C", marks=pytest.mark.skipif(not binding.levels(), reason="no C kernel")),
    "numpy",
]


@pytest.fixture(params=BY)
def by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which code fills streams."""
    if request.param == "numpy":
        monkeypatch.setattr(generated, "library", lambda: None)
    return str(request.param)


def _walk(states: int) -> list[int]:
    """For each a: a, then a and b for all b above it; at last 0."""
    walk = []
    for a in range(states):
        walk += [a, *(code for b in range(a + 1, states) for code in (a, b))]
    return [*walk, 0]


@pytest.mark.usefixtures("by")
@pytest.mark.parametrize("states", [1, 2, 4, 16, 64, 512])
def test_the_walk_has_each_ordered_pair_once(states: int) -> None:
    walk = _walk(states)
    assert sorted(itertools.pairwise(walk)) == list(itertools.product(range(states), repeat=2))
    streams = [np.zeros(len(walk), dtype=np.uint8) for _ in range(2)]
    fill_walk(states, 0, streams)
    assert (streams[0] + 256 * streams[1].astype(int)).tolist() == walk
    for begin, end in ((0, 1), (states, len(walk)), (len(walk) // 3, len(walk) // 2 + 1)):
        some = [np.zeros(end - begin, dtype=np.uint8) for _ in range(2)]
        fill_walk(states, begin, some)
        assert (some[0] + 256 * some[1].astype(int)).tolist() == walk[begin:end]


@pytest.mark.usefixtures("by")
def test_the_walk_of_the_largest_units_ends_right() -> None:
    states = 1 << 16
    tail = [np.zeros(8, dtype=np.uint8) for _ in range(2)]
    fill_walk(states, states * states + 1 - 8, tail)
    top = states - 1
    codes = (tail[0] + 256 * tail[1].astype(int)).tolist()
    # ... a, top - 1, a, top; then top - 1, top - 1, top; then top; then 0.
    assert codes == [top - 1, top - 2, top, top - 1, top - 1, top, top, 0]


@pytest.mark.usefixtures("by")
@pytest.mark.parametrize(("begin", "size"), [(0, 64), (3, 1), (5, 7), (13, 1000), (8, 8)])
def test_random_bytes_are_those_of_splitmix(begin: int, size: int) -> None:
    def mix(state: int) -> int:
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        state = (state ^ state >> 27) * 0x94D049BB133111EB % 2**64
        return state ^ state >> 31

    step = 0x9E3779B97F4A7C15
    # The published sequence of seed 1234567.
    assert [mix((1234567 + k * step) % 2**64) for k in (1, 2)] == [
        6457827717110365317,
        3203168211198807973,
    ]
    streams = [np.zeros(size, dtype=np.uint8) for _ in range(3)]
    fill_uniform(7, begin, streams)
    for number, stream in enumerate(streams):
        own = mix((7 * 256 + number + 1) * step % 2**64)
        words = [mix((own + (k + 1) * step) % 2**64) for k in range((begin + size) // 8 + 1)]
        every = b"".join(word.to_bytes(8, "little") for word in words)
        assert stream.tobytes() == every[begin : begin + size]


@pytest.mark.parametrize("model", DELAY_MODELS)
def test_generated_streams_count_what_the_same_codes_count(
    registry: Registry, asap7: CellLibrary, model: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    netlist = synthesize(registry.unit("multiplier_array_x3s_w2s"), asap7)
    delays = delays_of(netlist, analyze(netlist), model)
    walk = np.array(_walk(32))
    whole = count_chunks(netlist, [{"x_i": walk & 7, "w_i": walk >> 3}], delays)
    codes = [np.zeros(5001, dtype=np.uint8)]
    fill_uniform(3, 0, codes)
    random = count_chunks(netlist, [{"x_i": codes[0] & 7, "w_i": codes[0] >> 3 & 3}], delays)
    assert by in {"C", "numpy"}
    for chunk in (1 << 22, 100, 1024):
        monkeypatch.setattr(generated, "_CHUNK", chunk)
        seen: list[int] = []
        every = transitions(netlist, delays, jobs=2, progress=seen.append)
        assert every.cycles == sum(seen) == 1024
        some = uniform(netlist, 5000, 3, delays)
        assert some.cycles == 5000
        for found, expected in ((every, whole), (some, random)):
            assert np.array_equal(found.toggles, expected.toggles)
            assert np.array_equal(found.functional, expected.functional)
            assert np.array_equal(found.ones, expected.ones)


def test_uniform_codes_toggle_half_of_the_time(registry: Registry, asap7: CellLibrary) -> None:
    netlist = synthesize(registry.unit("multiplier_array_x8s_w8s"), asap7)
    found = uniform(netlist, 1_000_000, seed=-5)
    inputs = [*netlist.ports["x_i"], *netlist.ports["w_i"]]
    # Five standard deviations.
    assert np.allclose(found.toggles[inputs] / found.cycles, 0.5, atol=0.0025)
    assert np.allclose(found.ones[inputs] / found.cycles, 0.5, atol=0.0025)
    other = uniform(netlist, 1_000_000, seed=6)
    assert (found.toggles[inputs] != other.toggles[inputs]).any()


def test_what_cannot_be_uniform(registry: Registry, asap7: CellLibrary) -> None:
    clocked = synthesize(registry.unit("mac_split_gated_x2u_w2u_a8"), asap7)
    with pytest.raises(CharacterizeError, match=r"without state .* got 5 and a clock$"):
        uniform(clocked, 5)
    small = synthesize(registry.unit("multiplier_array_x2u_w2u"), asap7)
    with pytest.raises(CharacterizeError, match=r"at least one cycle, got 0$"):
        uniform(small, 0)
