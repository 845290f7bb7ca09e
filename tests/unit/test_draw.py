"""Operands that C draws are those that NumPy draws, integer by integer."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from characterize import draw, samples
from characterize.simulators.bitparallel import binding
from characterize.stimulus import Stimulus
from characterize.units import Registry
from sim.formats import IntArray, IntFormat
from sim.signmag import SignMagnitude

pytestmark = pytest.mark.skipif(not binding.levels(), reason="no C kernel")

MANY = 5000
widths = st.integers(1, 32)
counts = st.integers(0, 300)
names = st.text("abc 0", max_size=8)


def by_numpy(what: Any, *arguments: Any) -> IntArray:
    """What NumPy makes of the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "library", lambda: None)
        found: IntArray = what(*arguments)
    return found


def same(what: Any, *arguments: Any) -> IntArray:
    found: IntArray = what(*arguments)
    expected = by_numpy(what, *arguments)
    assert found.dtype == expected.dtype == np.int64
    assert found.tolist() == expected.tolist()
    return found


def test_the_generator_is_pcg64() -> None:
    """32-bit words, one by one, in the integers of Python."""
    name, count = "1 uniform x u32", 200
    inner = samples.generator(name).state["state"]
    at, expected = inner["state"], []
    for _ in range(count):
        at = (at * 0x2360ED051FC65DA44385DF649FCCF645 + inner["inc"]) % 2**128
        word, turn = (at >> 64) ^ at % 2**64, at >> 122
        expected.append(((word >> turn | word << (64 - turn)) % 2**64) >> 32)
    assert same(draw.uniform, name, count, IntFormat(32, signed=False)).tolist() == expected


@settings(deadline=None)
@given(names, counts, widths, st.booleans())
def test_uniform(name: str, count: int, bits: int, signed: bool) -> None:
    number = IntFormat(bits, signed)
    found = same(draw.uniform, name, count, number)
    assert number.contains(found)


@settings(deadline=None)
@given(names, counts, widths, st.booleans(), st.floats(1e-3, 1e5))
def test_gaussian(name: str, count: int, bits: int, signed: bool, sigma: float) -> None:
    same(draw.gaussian, name, count, IntFormat(bits, signed), sigma)


@settings(deadline=None)
@given(names, counts, st.integers(2, 32), st.floats(1e-3, 1e5), st.floats(-0.99, 0.99))
def test_correlated(name: str, count: int, bits: int, sigma: float, rho: float) -> None:
    same(draw.correlated, name, count, IntFormat(bits, signed=True), sigma, rho)


@settings(deadline=None)
@given(names, counts, st.floats(0, 1))
def test_zeros(name: str, count: int, probability: float) -> None:
    values = draw.uniform("values", count, IntFormat(8, signed=True))

    def zeroed() -> IntArray:
        found = values.copy()
        draw.zeros(found, name, probability)
        return found

    same(zeroed)


@pytest.mark.parametrize("number", [IntFormat(8, signed=True), SignMagnitude(8)])
def test_a_word_that_is_a_threshold_reaches_it(
    number: IntFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = samples.words("hit", 100)
    bounds = np.sort(np.concatenate([drawn, drawn + 1, drawn - 1, drawn[:9], [0, 2**32]]))
    monkeypatch.setattr(samples, "thresholds", lambda *_: (3, bounds, -7))
    monkeypatch.setattr(samples, "guide", samples.guide.__wrapped__)
    monkeypatch.setattr(draw, "_guide", draw._guide.__wrapped__)
    found = same(draw.gaussian, "hit", 100, number, 1.0)
    expected = [
        8 * (sum(bound <= word for bound in bounds.tolist()) - 7) + word % 8
        for word in drawn.tolist()
    ]
    assert found.tolist() == expected


@pytest.mark.parametrize("text", ["uniform", "gaussian", "relu", "sparse(0.4)", "correlated(0.9)"])
@pytest.mark.parametrize(
    "name", ["mac_split_x8u_w8u_a32", "multiplier_signmag_x5m_w5m", "adder_ripple_x32s_y32s"]
)
def test_operands_of_units(registry: Registry, text: str, name: str) -> None:
    unit = registry.unit(name)
    found = Stimulus(text).operands(unit, MANY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "library", lambda: None)
        expected = Stimulus(text).operands(unit, MANY)
    assert found.keys() == expected.keys()
    for role, values in expected.items():
        assert found[role].tolist() == values.tolist(), role


def test_numbers_that_are_wider_than_a_word_are_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    number = IntFormat(40, signed=True)
    expected = samples.gaussian(samples.words("wide", 50), number, 1e9)
    assert draw.gaussian("wide", 50, number, 1e9).tolist() == expected.tolist()
    # A kernel of a compiler without integers of 128 bits has none of it.
    monkeypatch.setattr(draw, "library", _Without)
    narrow = IntFormat(4, signed=True)
    expected = samples.uniform(samples.words("narrow", 50), narrow)
    assert draw.uniform("narrow", 50, narrow).tolist() == expected.tolist()


class _Without:
    """A kernel that draws nothing."""

    def gw_draws(self) -> int:
        return 0
