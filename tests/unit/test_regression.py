"""Regression of energies against direct solutions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.counting.regression import fit, held_out, precision_percent
from sim.errors import SimError


@given(
    st.lists(st.floats(0.1, 1e3), min_size=2, max_size=2),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_exact_energies_give_their_coefficients(
    wanted: list[float], seed: int, intercept: bool
) -> None:
    random = np.random.default_rng(seed)
    counts = np.exp(random.uniform(0, 20, (12, 2)))
    energy = counts @ np.array(wanted) + 50.0 * intercept
    found = fit(counts, energy, intercept)
    np.testing.assert_allclose(found(counts), energy, rtol=1e-6)
    np.testing.assert_allclose(found.coefficients, wanted, rtol=1e-4)
    assert found.relative_rms < 1e-6
    assert found.intercept == pytest.approx(50.0 * intercept, rel=1e-4)


def test_a_fit_of_one_count_is_the_least_relative_error() -> None:
    random = np.random.default_rng(1)
    counts = np.exp(random.uniform(0, 10, 40))
    energy = 3 * counts * random.uniform(0.5, 1.5, 40)
    found = fit(counts[:, None], energy).coefficients[0]

    def loss(coefficient: float) -> float:
        return float(np.square(coefficient * counts / energy - 1).sum())

    assert all(loss(found) < loss(found * (1 + step)) for step in (-1e-3, 1e-3))
    ratio = counts / energy
    assert found == pytest.approx(ratio.sum() / np.square(ratio).sum())


@pytest.mark.parametrize("size", [1, 4])
def test_what_is_held_out_is_said_by_the_others_alone(size: int) -> None:
    random = np.random.default_rng(2)
    counts = random.uniform(1, 100, (12, 1))
    energy = counts[:, 0] * random.uniform(1, 2, 12)
    groups = [str(n // size) for n in range(12)]
    found = held_out(counts, energy, groups)
    for n in range(12):
        others = [m for m in range(12) if m // size != n // size]
        ratio = counts[others, 0] / energy[others]
        own = ratio.sum() / np.square(ratio).sum() * counts[n, 0]
        assert found[n] == pytest.approx(own)
    # Its own energy does not matter.
    energy[:size] *= 100
    np.testing.assert_allclose(held_out(counts, energy, groups)[:size], found[:size])


def test_precision_is_that_of_the_paper() -> None:
    found = precision_percent(np.array([90.0, 110.0, 100.0, 350.0]), np.full(4, 100.0))
    np.testing.assert_allclose(found, [90, 90, 100, -150])


@pytest.mark.parametrize(
    ("counts", "energy", "message"),
    [
        ([[1.0], [2.0]], [1.0, 0.0], "positive"),
        ([[1.0, 2.0]], [1.0], "1 networks for 2 coefficients"),
        ([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [1.0, 2.0, 3.0], "in proportion"),
        ([[0.0], [0.0]], [1.0, 1.0], "bring more networks"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    counts: list[list[float]], energy: list[float], message: str
) -> None:
    with pytest.raises(SimError, match=message):
        fit(np.array(counts), np.array(energy))


def test_holding_out_everything_is_refused() -> None:
    with pytest.raises(SimError, match="nothing is left"):
        held_out(np.ones((3, 1)), np.ones(3), ["a", "a", "a"])
