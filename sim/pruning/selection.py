"""Which values of weights and activations are kept: by energy, then by delay.

Source: R. Petri et al., PowerPruning: Selecting Weights and Activations for Power-Efficient
Neural Network Acceleration, DAC 2023 (arXiv 2303.13997). What the paper leaves open here: which
value of a transition that is too slow goes. The one that is in most of them does, the more
expensive of two weights, the larger of two activations; 0 never does.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.formats import IntArray
from sim.kept_values import KeptValues
from sim.layers import FloatArray

_POWERS = 7  # multiples of 1 to 64


@dataclass(frozen=True, slots=True)
class Selection:
    """Kept weights and activations, the same for the layers that they are for."""

    weights: tuple[int, ...]
    activations: tuple[int, ...]

    @property
    def kept_weights(self) -> KeptValues:
        """The weights, each for all numbers that are nearest."""
        return KeptValues(self.weights)

    @property
    def kept_activations(self) -> KeptValues:
        """The activations likewise."""
        return KeptValues(self.activations)


def by_energy(weights: IntArray, energy_fj: FloatArray, most_fj: float) -> IntArray:
    """Weights whose energy is at most a threshold, and 0; ascending.

    Parameters
    ----------
    weights, energy_fj
        Each value and its energy, shape (W,).
    most_fj
        The threshold.

    Raises
    ------
    SimError
        If no weight but 0 is left.
    """
    kept = np.asarray(weights[(energy_fj <= most_fj) | (weights == 0)])
    if kept.size < 2:
        raise SimError(
            f"no weight but 0 takes {most_fj:g} fJ or less: the cheapest other takes "
            f"{energy_fj[weights != 0].min():g} fJ: allow more"
        )
    return kept


def cheapest(weights: IntArray, energy_fj: FloatArray, count: int) -> IntArray:
    """The so many weights of least energy, 0 among them; ascending.

    Raises
    ------
    SimError
        If fewer than two are wanted, or more than there are.
    """
    if not 2 <= count <= weights.size:
        raise SimError(f"2 to {weights.size} weights can be kept, not {count}")
    dear = np.where(weights == 0, -np.inf, energy_fj)
    return np.sort(weights[np.argsort(dear, kind="stable")[:count]])


def by_delay(
    arrival_ps: npt.NDArray[np.float32],
    weights: IntArray,
    activations: IntArray,
    kept_weights: IntArray,
    kept_activations: IntArray,
    most_ps: float,
    energy_fj: FloatArray,
) -> Selection:
    """Remove values until no transition of those that are left takes longer than a threshold.

    Parameters
    ----------
    arrival_ps
        Shape (W, X, X), see `sim.pruning.weight_tables`.
    weights, activations
        What its axes stand for, shapes (W,) and (X,).
    kept_weights, kept_activations
        Of which values are removed.
    most_ps
        The threshold.
    energy_fj
        Of each of `weights`: of two that are in as many slow transitions the dearer goes.

    Returns
    -------
    Selection
        0 is in both.

    Raises
    ------
    SimError
        If nothing but 0 is left of either.
    """
    at_w = np.searchsorted(weights, kept_weights)
    at_x = np.searchsorted(activations, kept_activations)
    slow = arrival_ps[np.ix_(at_w, at_x, at_x)] > most_ps
    live_w, live_x = np.ones(at_w.size, dtype=bool), np.ones(at_x.size, dtype=bool)
    fixed_w, fixed_x = kept_weights == 0, kept_activations == 0
    of_weight = slow.sum(axis=(1, 2), dtype=np.int64)
    pairs = slow.sum(axis=0, dtype=np.int64)
    while of_weight[live_w].sum():
        of_x = pairs.sum(axis=0) + pairs.sum(axis=1) - np.diagonal(pairs)
        most_w = _most(of_weight, live_w & ~fixed_w, energy_fj[at_w])
        most_x = _most(of_x, live_x & ~fixed_x, np.abs(kept_activations).astype(np.float64))
        if most_w is None and most_x is None:
            break
        if most_x is None or (most_w is not None and of_weight[most_w] >= of_x[most_x]):
            assert most_w is not None
            live_w[most_w] = False
            pairs -= slow[most_w]
            of_weight[most_w] = 0
            slow[most_w] = False
        else:
            live_x[most_x] = False
            of_weight -= slow[:, most_x].sum(axis=1) + slow[:, :, most_x].sum(axis=1)
            of_weight += slow[:, most_x, most_x]
            slow[:, most_x], slow[:, :, most_x] = False, False
            pairs[most_x], pairs[:, most_x] = 0, 0
    left_w, left_x = kept_weights[live_w], kept_activations[live_x]
    if left_w.size < 2 or left_x.size < 2 or of_weight.sum():
        raise SimError(
            f"nothing but 0 is left of {'weights' if left_w.size < 2 else 'activations'} whose "
            f"transitions take {most_ps:g} ps or less: allow more"
        )
    return Selection(tuple(left_w.tolist()), tuple(left_x.tolist()))


def finest(
    arrival_ps: npt.NDArray[np.float32],
    weights: IntArray,
    activations: IntArray,
    most_ps: float,
    energy_fj: FloatArray,
) -> Selection | None:
    """The finest of selections that begin with multiples of powers of two.

    A product of multiples moves no low bit, and the adder's carries have a shorter way: number
    formats are a selection by delay, which the greedy one of single values does not find. From
    each pair of powers values are removed as `by_delay` does; the pair counts whose values
    leave least noise, if that falls by four with each bit of weights or activations.

    Parameters
    ----------
    arrival_ps, weights, activations, most_ps, energy_fj
        See `by_delay`.

    Returns
    -------
    Selection or None
        None if nothing but 0 is left of any.
    """
    best, least = None, np.inf
    for of_w, of_x in product(range(_POWERS), repeat=2):
        some_w, some_x = weights[weights % (1 << of_w) == 0], activations[
            activations % (1 << of_x) == 0
        ]  # fmt: skip
        if some_w.size < 2 or some_x.size < 2 or some_w.size**-2.0 + some_x.size**-2.0 >= least:
            continue  # removing values makes it worse only
        try:
            found = by_delay(arrival_ps, weights, activations, some_w, some_x, most_ps, energy_fj)
        except SimError:  # nothing is left
            continue
        noise = len(found.weights) ** -2.0 + len(found.activations) ** -2.0
        if noise < least:
            best, least = found, noise
    return best


def longest_ps(
    arrival_ps: npt.NDArray[np.float32],
    weights: IntArray,
    activations: IntArray,
    selection: Selection,
) -> float:
    """The slowest transition among kept values; exhaustive."""
    at_w = np.searchsorted(weights, selection.weights)
    at_x = np.searchsorted(activations, selection.activations)
    return float(arrival_ps[np.ix_(at_w, at_x, at_x)].max())


def _most(counts: IntArray, among: npt.NDArray[np.bool_], second: FloatArray) -> int | None:
    """Place of the largest count of some, of equals where `second` is largest; None if all 0."""
    if not among.any() or not counts[among].max():
        return None
    places = np.flatnonzero(among & (counts == counts[among].max()))
    return int(places[np.argmax(second[places])])
