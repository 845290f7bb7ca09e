"""Bits, and PANN's additions, of each layer: what widths cost, and the best under a budget."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise, product

import numpy as np

from sim.charges import ADDING
from sim.corrections import corrected
from sim.floats import FloatConv2d, FloatLinear
from sim.network import Network
from sim.pann import mac_bit_flips, pann_bit_flips
from sim.schemes import Scheme, Widths
from sim.searching.allocation import Option, allocate
from sim.searching.sensitivities import Probe, Sensitivity, measure

# Of a multiplication: (layer, bits of activations, bits of weights or mean additions) -> cost.
Cost = Callable[[str, int, float], float]
WIDEST = 8
BITS = tuple(range(2, WIDEST + 1))
# Whose losses are measured; between them the logarithms of both are a line.
ADDITIONS = tuple(float(additions) for additions in np.geomspace(0.125, 8, 13))
_BETWEEN = 4
_LEAST_LOSS = 1e-9


def base_of(kind: str) -> Scheme:
    """What a scheme is before its layers get widths of their own: wide, with all corrections."""
    pann = kind == "pann"
    widths = Widths(WIDEST, additions=1.0) if pann else Widths(WIDEST, WIDEST)
    return corrected(kind, widths, "all")


def flips_cost(scheme: Scheme) -> Cost:
    """Bit flips of a multiplication by the formula, as `sim.charges` charges them."""
    if scheme.kind in ADDING:
        return lambda _, bits_x, additions: pann_bit_flips(bits_x, additions)
    signed, bits = not scheme.split, scheme.accumulator.bits
    beside = scheme.kind == "split-signed"  # the sign does not reach the multiplier
    return lambda _, bits_x, bits_w: sum(
        mac_bit_flips(bits_x, int(bits_w) - beside, signed, bits).values()
    )


def multiplications(network: Network) -> dict[str, int]:
    """Of one image, by layer with weights of a float network."""
    return {
        node.name: int(np.prod(network.shapes[node.name]) * np.prod(node.layer.weight.shape[1:]))
        for node in network.nodes
        if isinstance(node.layer, FloatConv2d | FloatLinear)
    }


def sensitivities(
    probe: Probe, pann: bool, advance: Callable[[int], None] | None = None
) -> dict[str, Sensitivity]:
    """Losses of all widths that `widths_under` chooses from."""
    weights = (
        [Widths(BITS[-1], additions=additions) for additions in ADDITIONS]
        if pann
        else [Widths(BITS[-1], bits) for bits in BITS]
    )
    return measure(probe, BITS, weights, advance)


def options(
    found: Mapping[str, Sensitivity], counts: Mapping[str, int], cost: Cost, pann: bool
) -> dict[str, list[Option]]:
    """Every pair of widths of every layer, with its cost for an image, and its loss.

    Losses of activations and of weights are added.
    """
    made = {}
    for layer, sensitivity in found.items():
        weights = _between(sensitivity.weights) if pann else sensitivity.weights
        made[layer] = [
            Option(
                Widths(bits_x, additions=value) if pann else Widths(bits_x, int(value)),
                counts[layer] * cost(layer, bits_x, sensitivity.charged.get(value, value)),
                loss_x + loss_w,
            )
            for (bits_x, loss_x), (value, loss_w) in product(
                sensitivity.activations.items(), weights.items()
            )
        ]
    return made


def widths_under(
    scheme: Scheme,
    found: Mapping[str, Sensitivity],
    counts: Mapping[str, int],
    budget: float,
    cost: Cost | None = None,
) -> Scheme:
    """A scheme whose layers have the widths of least total loss under a budget.

    Parameters
    ----------
    scheme
        Everything else.
    found
        Sensitivities of its kind of weights.
    counts
        Multiplications of each layer.
    budget
        Mean cost of a multiplication, over all layers.
    cost
        Of one; bit flips by the formula if None.

    Raises
    ------
    SimError
        If no choice meets the budget.
    """
    pann = scheme.kind == "pann"
    given = options(found, counts, cost or flips_cost(scheme), pann)
    chosen = allocate(given, budget * sum(counts.values()))
    return replace(scheme, layers=tuple((name, chosen[name].widths) for name in found))


def mean_widths(scheme: Scheme, counts: Mapping[str, int]) -> tuple[float, float | None]:
    """Mean bits of activations, and mean additions, over all multiplications."""
    if not scheme.layers:
        return scheme.bits_x, scheme.additions
    total = sum(counts.values())
    own = dict(scheme.layers)
    bits_x = sum(own[name].bits_x * count for name, count in counts.items()) / total
    if scheme.kind != "pann":
        return bits_x, None
    return bits_x, sum((own[name].additions or 0) * n for name, n in counts.items()) / total


def _between(losses: Mapping[float, float]) -> dict[float, float]:
    """Losses of more additions, from those that were measured."""
    found = dict(losses)
    for (low, loss), (high, other) in pairwise(sorted(losses.items())):
        logarithms = np.log([max(loss, _LEAST_LOSS), max(other, _LEAST_LOSS)])
        for part in range(1, _BETWEEN):
            share = part / _BETWEEN
            value = float(low ** (1 - share) * high**share)
            found[value] = float(np.exp(logarithms @ [1 - share, share]))
    return found
