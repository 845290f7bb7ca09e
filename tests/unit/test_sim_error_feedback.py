"""Error feedback: never worse than nearest rounding, and as its definition says."""

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.errors import SimError
from sim.floats import FloatConv2d, FloatLinear
from sim.layers import FloatArray
from sim.quantizing.error_feedback import ErrorFeedback, output_error
from sim.quantizing.grids import Grid, digit_count
from sim.quantizing.input_moments import InputMoments, input_rows, weight_rows, weights_of_rows

GRIDS = [
    Grid(), Grid(dead_zone=0.7), Grid(-1, 1), Grid(-8, 7), Grid(-3, 3),
    Grid(-15, 15, digits=1), Grid(-31, 31, 0.6, digits=2),
]  # fmt: skip


def _layer(seed: int, outputs: int, inputs: int) -> tuple[FloatArray, FloatArray]:
    """Weights of magnitude 2, and second moments of correlated, rectified inputs."""
    random = np.random.default_rng(seed)
    mixed = random.standard_normal((inputs, inputs)) + np.eye(inputs)
    rows = np.maximum(random.standard_normal((8 * inputs, inputs)) @ mixed, 0)
    return random.standard_normal((outputs, inputs)) * 2, rows.T @ rows / len(rows)


@pytest.mark.parametrize("grid", GRIDS, ids=str)
@given(seed=st.integers(0, 2**32 - 1), outputs=st.integers(1, 6), inputs=st.integers(1, 24))
@settings(max_examples=25, deadline=None)
def test_no_row_is_worse_than_nearest_rounding(
    grid: Grid, seed: int, outputs: int, inputs: int
) -> None:
    weights, hessian = _layer(seed, outputs, inputs)
    step = np.random.default_rng(seed).uniform(0.3, 3, outputs)
    found = ErrorFeedback(hessian)(weights, step, grid)
    nearest = grid(weights / step[:, None])
    errors, others = (
        output_error(integers * step[:, None] - weights, hessian) for integers in (found, nearest)
    )
    assert np.all(errors <= others * (1 + 1e-9) + 1e-12)
    allowed = grid(np.arange(-200.0, 201))
    assert np.isin(found, allowed).all()


def test_much_of_the_error_of_correlated_inputs_goes() -> None:
    weights, hessian = _layer(1, 32, 64)
    for grid in GRIDS[:2]:
        found = ErrorFeedback(hessian)(weights, np.ones(1), grid)
        before = output_error(grid(weights) - weights, hessian).sum()
        assert output_error(found - weights, hessian).sum() < 0.6 * before


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_independent_inputs_are_rounded_to_the_nearest(grid: Grid) -> None:
    weights, _ = _layer(2, 5, 20)
    powers = np.random.default_rng(3).uniform(0.1, 4, 20)
    powers[7] = 0.0
    found = ErrorFeedback(np.diag(powers))(weights, np.full(5, 0.4), grid)
    assert np.array_equal(found, grid(weights / 0.4))


def test_inputs_that_are_never_on() -> None:
    weights, _ = _layer(4, 3, 6)
    assert np.array_equal(
        ErrorFeedback(np.zeros((6, 6)))(weights, np.ones(1), Grid()), np.rint(weights)
    )


def test_against_all_integers_of_tiny_layers() -> None:
    """Of 625 roundings a row: never below the best, mostly the best itself."""
    grid, hits, rows = Grid(-2, 2), 0, 0
    every = np.array(list(product(range(-2, 3), repeat=4)), dtype=np.float64)
    for seed in range(60):
        weights, hessian = _layer(seed, 3, 4)
        found = ErrorFeedback(hessian)(weights, np.ones(1), grid)
        errors = output_error(found - weights, hessian)
        for row, error in zip(weights, errors, strict=True):
            best = output_error(every - row, hessian).min()
            assert error >= best * (1 - 1e-9)
            hits += bool(error <= best * (1 + 1e-9))
            rows += 1
    assert rows == 180
    assert hits > 0.7 * rows


def test_the_sequence_is_that_of_its_definition() -> None:
    """Each rounded weight leaves the least-squares problem of the others, solved directly."""
    damping, grid = 0.05, Grid(-3, 3)
    for seed in range(20):
        weights, hessian = _layer(seed, 2, 7)
        found = ErrorFeedback(hessian, damping).sequential(weights, grid)
        diagonal = np.diagonal(hessian)
        damped = hessian + damping * diagonal.mean() * np.eye(7)
        order = np.argsort(-diagonal, kind="stable")
        for row, integers in zip(weights, found, strict=True):
            values = row.copy()
            for place, j in enumerate(order):
                assert integers[j] == grid(values[j])
                done, rest = order[: place + 1], order[place + 1 :]
                missed = integers[done] - row[done]
                pull = damped[np.ix_(rest, done)] @ missed
                values[rest] = row[rest] - np.linalg.solve(damped[np.ix_(rest, rest)], pull)


def test_what_cannot_be_is_refused() -> None:
    weights, hessian = _layer(1, 2, 3)
    with pytest.raises(SimError, match=r"damping is positive, 0\.01 for instance, not 0$"):
        ErrorFeedback(hessian, 0)
    with pytest.raises(SimError, match="second moments of 2 inputs for weights of 3"):
        ErrorFeedback(hessian[:2, :2])(weights, np.ones(1), Grid())


# --- grids --------------------------------------------------------------------


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_digits_of_every_weight(digits: int) -> None:
    """The nearest integer with so few signed digits, against sums of signed powers of two."""
    signed = [0] + [sign * 2**place for place in range(9) for sign in (1, -1)]
    allowed = {sum(each) for each in product(signed, repeat=digits)}
    grid = Grid(-127, 127, digits=digits)
    within = sorted(n for n in allowed if -127 <= n <= 127)
    for value in np.arange(-140, 140.01, 0.25):
        found = int(grid(np.array(value)))
        assert found in within
        assert digit_count(found) <= digits
        assert abs(found - value) == min(abs(n - value) for n in within)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=30), st.floats(0.5, 1))
@example([0.6, -0.69, 0.71, -1.6], 0.7)
@settings(deadline=None)
def test_dead_zones_widen_only_zero(values: list[float], zone: float) -> None:
    given_values = np.array(values)
    found = Grid(dead_zone=zone)(given_values)
    inside = np.abs(given_values) < zone
    assert not found[inside].any()
    assert np.array_equal(found[~inside], np.rint(given_values[~inside]))


# --- moments of inputs --------------------------------------------------------


@pytest.mark.parametrize("groups", [1, 2])
def test_rows_of_inputs_meet_rows_of_weights(groups: int) -> None:
    random = np.random.default_rng(5)
    weight = random.standard_normal((4, 6 // groups, 3, 2))
    layer = FloatConv2d(weight.astype(np.float32), None, (2, 1), (1, 1), groups)
    x = random.standard_normal((3, 7, 6, 6)).astype(np.float32)
    parts = zip(input_rows(layer, x, 0.0), np.split(weight, groups), strict=True)
    found = np.concatenate([rows @ weight_rows(part).T for rows, part in parts], axis=1)
    assert np.allclose(found.reshape(layer(x).shape), layer(x), atol=1e-5)
    assert np.array_equal(weights_of_rows(weight_rows(weight), weight.shape), weight)
    linear, features = FloatLinear(layer.weight[:, :, 0, 0]), x[0, 0, :, : 6 // groups]
    (rows,) = input_rows(linear, features, 0.0)
    assert np.allclose(rows @ weight_rows(weight[:, :, 0, 0]).T, linear(features), atol=1e-5)


def test_moments_of_batches_add_up() -> None:
    random = np.random.default_rng(6)
    x, floats = random.uniform(0, 9, (90, 4)), random.uniform(0, 9, (90, 4))
    parts = [InputMoments.of(x[i : i + 30], floats[i : i + 30]) for i in (0, 30, 60)]
    whole = parts[0] + parts[1] + parts[2]
    assert np.allclose(whole.hessian(centred=False), x.T @ x / 90)
    assert np.allclose(whole.hessian(centred=True), np.cov(x.T, bias=True))
    weights = random.standard_normal((2, 4))
    found = whole.target(weights, False, 1e-9)
    assert np.allclose(found, np.linalg.lstsq(x, floats @ weights.T)[0].T, atol=1e-6)
    centred = whole.target(weights, True, 1e-9)
    wanted = np.linalg.lstsq(x - x.mean(0), (floats - floats.mean(0)) @ weights.T)[0].T
    assert np.allclose(centred, wanted, atol=1e-6)
    # Inputs that are the float ones themselves want no other weights, whatever the damping.
    same = InputMoments.of(x, x)
    assert np.allclose(same.target(weights, True, 0.3), weights)
