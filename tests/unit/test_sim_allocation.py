"""Widths under a budget: against every choice there is, and within the budget."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SimError
from sim.schemes import Widths
from sim.searching.allocation import Option, _hull, allocate

numbers = st.floats(0.01, 10)
one_layer = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5)
many_layers = st.lists(one_layer, min_size=1, max_size=4)


def _options(layers: list[list[tuple[float, float]]]) -> dict[str, list[Option]]:
    return {
        f"layer{i}": [Option(Widths(j + 1), cost, loss) for j, (cost, loss) in enumerate(layer)]
        for i, layer in enumerate(layers)
    }


def _best(options: dict[str, list[Option]], budget: float) -> float:
    """The least loss of all choices within a budget."""
    return min(
        sum(option.loss for option in choice)
        for choice in product(*options.values())
        if sum(option.cost for option in choice) <= budget * (1 + 1e-12)
    )


@given(many_layers, st.floats(0, 1))
@settings(deadline=None)
def test_at_a_price_the_choice_is_the_best_of_all(
    layers: list[list[tuple[float, float]]], logarithm: float
) -> None:
    """Whatever a unit of cost is worth, what it leads to is the optimum of its own budget."""
    options, price = _options(layers), 10 ** (4 * logarithm - 2)
    priced = [min(given, key=lambda o: o.loss + price * o.cost) for given in options.values()]
    budget = sum(option.cost for option in priced)
    chosen = allocate(options, budget * (1 + 1e-12))
    assert sum(o.loss for o in chosen.values()) == pytest.approx(_best(options, budget))


@given(many_layers, st.floats(0, 1))
@settings(deadline=None)
def test_between_the_budget_is_kept_and_little_is_lost(
    layers: list[list[tuple[float, float]]], share: float
) -> None:
    options = _options(layers)
    least = sum(min(o.cost for o in given) for given in options.values())
    most = sum(max(o.cost for o in given) for given in options.values())
    budget = (least + share * (most - least)) * (1 + 1e-12)
    chosen = allocate(options, budget)
    assert sum(o.cost for o in chosen.values()) <= budget * (1 + 1e-9)
    hulls = [_hull(given) for given in options.values()]
    steps = [a.loss - b.loss for hull in hulls for a, b in pairwise(hull)]
    loss = sum(o.loss for o in chosen.values())
    assert _best(options, budget) <= loss + 1e-9
    assert loss <= _best(options, budget) + max(steps, default=0) + 1e-9
    assert all(chosen[name] in given for name, given in options.items())


def test_the_hull_leaves_out_what_no_price_wants() -> None:
    given_options = _options([[(1, 10), (2, 9.9), (3, 4), (4, 4), (2.5, 20), (5, 1)]])["layer0"]
    assert [(o.cost, o.loss) for o in _hull(given_options)] == [(1, 10), (3, 4), (5, 1)]


def test_too_small_a_budget_is_refused() -> None:
    options = _options([[(2, 1), (3, 0)], [(4, 1)]])
    message = "the cheapest widths of all layers cost 6, more than the budget of 5.5"
    with pytest.raises(SimError, match=message):
        allocate(options, 5.5)


def test_costs_are_counted_without_drift() -> None:
    """Many steps of a tenth fill a budget exactly."""
    layers = [[(0.1 * k, float(10 - k)) for k in range(1, 11)] for _ in range(20)]
    chosen = allocate(_options(layers), 20.0 * (1 + 1e-12))
    assert np.isclose(sum(o.cost for o in chosen.values()), 20.0)
