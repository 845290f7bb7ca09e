"""Widths of each layer under one total budget.

Losses of layers add up as long as each is small; then the best choice under a budget is, for
some price of a unit of cost, each layer's own least loss plus price times cost. All those
choices lie on the lower convex hulls of the layers' options, and are met in the order of how
much loss a unit of cost takes away.

Source: H. Everett, Generalized Lagrange Multiplier Method for Solving Problems of Optimum
Allocation of Resources, Operations Research 11 (1963).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.errors import SimError
from sim.schemes import Widths


@dataclass(frozen=True, slots=True)
class Option:
    """Widths that a layer may have.

    Attributes
    ----------
    widths
        They.
    cost
        In units of the budget, for one image.
    loss
        What they add to the loss.
    """

    widths: Widths
    cost: float
    loss: float


def allocate(options: Mapping[str, Sequence[Option]], budget: float) -> dict[str, Option]:
    """The option of each layer.

    Parameters
    ----------
    options
        Of each layer, one or more.
    budget
        The sum of all costs does not exceed it.

    Returns
    -------
    dict
        Layer -> option. Where the budget is the cost of a choice on the hulls, no choice of
        the same cost has less loss; elsewhere what is left over is spent where it helps most.

    Raises
    ------
    SimError
        If the cheapest options together cost more than the budget.
    """
    hulls = {layer: _hull(given) for layer, given in options.items()}
    chosen = {layer: hull[0] for layer, hull in hulls.items()}
    spent = sum(option.cost for option in chosen.values())
    if spent > budget:
        raise SimError(
            f"the cheapest widths of all layers cost {spent:.6g}, more than the budget of "
            f"{budget:.6g}"
        )
    steps = [
        ((lower.loss - upper.loss) / (upper.cost - lower.cost), layer, lower, upper)
        for layer, hull in hulls.items()
        for lower, upper in pairwise(hull)
    ]
    steps.sort(key=lambda step: -step[0])
    for _, layer, lower, upper in steps:
        # A step is taken on top of the one before it, or not at all.
        if chosen[layer] is lower and spent + upper.cost - lower.cost <= budget:
            chosen[layer] = upper
            spent += upper.cost - lower.cost
    return _spend_rest(chosen, options, budget)


def _hull(options: Sequence[Option]) -> list[Option]:
    """Options that are the best at some price, the cheapest first."""
    found: list[Option] = []
    for option in sorted(options, key=lambda o: (o.cost, o.loss)):
        if found and option.loss >= found[-1].loss:
            continue
        while len(found) > 1 and _slope(found[-2], found[-1]) <= _slope(found[-1], option):
            found.pop()
        found.append(option)
    return found


def _slope(lower: Option, upper: Option) -> float:
    return (lower.loss - upper.loss) / (upper.cost - lower.cost)


def _spend_rest(
    chosen: dict[str, Option], options: Mapping[str, Sequence[Option]], budget: float
) -> dict[str, Option]:
    """Exchange single options for better ones that still fit."""
    while True:
        left = budget - sum(option.cost for option in chosen.values())
        gains = [
            (chosen[layer].loss - option.loss, layer, option)
            for layer, given in options.items()
            for option in given
            if option.cost - chosen[layer].cost <= left and option.loss < chosen[layer].loss
        ]
        if not gains:
            return chosen
        _, layer, option = max(gains, key=lambda gain: gain[0])
        chosen[layer] = option
