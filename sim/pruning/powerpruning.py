"""PowerPruning: a network whose weights and activations are those that cost little energy and time.

Three methods, each with the corrections that all quantized networks get (`sim.corrections`):

    global   as published: one set of weights, those of least energy in the network as a whole;
             then weights and activations are removed until the slowest transition fits
    layers   each layer has weights of its own, by its own activations' energies: a weight becomes
             the integer of least error plus price times energy; a common price first, then the
             layers of most energy are offered a higher one
    pann     the same at one price, on PANN's grid: R additions a weight, and x of fewer bits

Less is taken to be no better: what meets the allowed loss is searched for by halving. Choices
are made on training images. With a voltage, each supply that the law of delays allows is tried.

Sources: R. Petri et al., PowerPruning, DAC 2023 (arXiv 2303.13997); Y. Fang, B. Zhang, J. Huang,
Layer-wise Weight Selection for Power-Efficient Neural Network Acceleration, arXiv 2511.17123.
Thresholds are open in both: here they follow from the loss that is allowed, or are given.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray
from sim.kept_values import KeptValues
from sim.priced_values import PricedValues
from sim.pruning.pruned_networks import Candidate, Judge
from sim.pruning.selection import Selection, by_delay, by_energy, cheapest, finest
from sim.pruning.table_energy import layer_energies_nj
from sim.pruning.weight_tables import WeightTables
from sim.schemes import Scheme, Widths
from sim.searching.halving import last_good
from sim.sources import Source

METHODS = ("global", "layers", "pann")
_COUNTS = (192, 128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3)
_PRICES = tuple(0.004 * 2.0**level for level in range(16))
_ADDITIONS = tuple(8.0 * 2.0 ** (-level / 2) for level in range(10))
_LOWER_V = 0.02
Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes
    ----------
    method
        One of `METHODS`.
    points
        Of accuracy that may be lost against the unpruned network, on validation images.
    voltage
        Whether the supply may fall.
    vdd_v
        The supply; None chooses it.
    most_fj, most_ps
        Thresholds of `global`; None searches them.
    bits_x
        Of `layers` and `pann`; None takes those of the tables.
    higher
        Layers that are offered a higher price, those of most energy first.

    Raises
    ------
    SimError
        If something is unknown or out of range.
    """

    method: str = "global"
    points: float = 1.0
    voltage: bool = True
    vdd_v: float | None = None
    most_fj: float | None = None
    most_ps: float | None = None
    bits_x: int | None = None
    higher: int = 8

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise SimError(f"unknown method '{self.method}': known are {', '.join(METHODS)}")
        if self.method != "global" and (self.most_fj is not None or self.most_ps is not None):
            raise SimError(f"thresholds are for the method global, not for {self.method}")
        if self.vdd_v is not None and not self.voltage:
            raise SimError(f"a supply of {self.vdd_v:g} V is given, and that it may not fall")
        if self.method == "global" and self.bits_x is not None:
            raise SimError("bits of x are for the methods layers and pann, not for global")
        if not self.points >= 0:
            raise SimError(f"0 points or more may be lost, not {self.points:g}")


class Pruning(Judge):
    """The search for one network.

    Parameters
    ----------
    source
        A float network and its images.
    tables
        Of the unit that multiplies, under the unpruned network's operands.
    wish
        What is asked for.
    jobs
        Threads.
    advance
        Told each judged network.

    Raises
    ------
    SimError
        If the network is quantized already, or the tables are of another one.
    """

    def __init__(
        self, source: Source, tables: WeightTables, wish: Wish, jobs: int = 1,
        advance: Callable[[Candidate], None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(source, tables, wish.voltage, jobs, advance)
        self.wish = wish
        self._finest: dict[float, Selection | None] = {}

    def run(self) -> list[Candidate]:
        """Every network that was judged, the best that meets the loss first.

        Raises
        ------
        SimError
            If a threshold leaves nothing, or nothing meets the loss.
        """
        methods = {"global": self._global, "layers": self._layers, "pann": self._pann}
        methods[self.wish.method]()
        found = sorted(self.made.values(), key=lambda each: (not self._meets(each), each.scaled_nj))
        if not self._meets(found[0]):
            raise SimError(f"no network loses {self.wish.points:g} points or less: allow more")
        return found

    # --- methods --------------------------------------------------------------

    def _global(self) -> None:
        wish, tables = self.wish, self.tables
        if wish.most_fj is not None:
            weights = by_energy(tables.weights, self.energy_fj, wish.most_fj)
            most_ps = wish.most_ps or tables.conditions.static_critical_ps
            self._selected(f"{wish.most_fj:g} fJ, {most_ps:g} ps", self._fast(weights, most_ps))
            return
        limits: list[float | None] = [wish.most_ps]
        if wish.most_ps is None:
            limits = list(self._limits_ps())
        counts = [count for count in _COUNTS if count < tables.weights.size]
        for limit in limits:

            def tried(count: int, limit: float | None = limit) -> Candidate | None:
                weights = cheapest(tables.weights, self.energy_fj, count)
                try:
                    selection = self._fast(weights, limit)
                except SimError:  # nothing is left
                    return None
                return self._selected(f"{count} weights{_of(limit)}", selection)

            self._halved(counts, tried)

    def _layers(self) -> None:
        starts: list[tuple[Candidate, int, Selection]] = []
        for limit in self._limits_ps():
            selection = self._allowed(limit)
            if selection is None:
                continue

            def tried(
                level: int, selection: Selection = selection, limit: float | None = limit
            ) -> Candidate | None:
                levels = dict.fromkeys(self.layers, level)
                return self._priced(f"price {level}{_of(limit)}", levels, selection)

            found = self._halved(range(len(_PRICES)), tried)
            if found is not None:
                starts.append((*found, selection))
        if starts:
            best, level, selection = min(starts, key=lambda each: each[0].scaled_nj)
            self._higher(best, level, selection)

    def _higher(self, best: Candidate, level: int, selection: Selection) -> None:
        """Offer the layers of most energy a higher price, one after the other."""
        spent = layer_energies_nj(best.network, self.tables)
        levels = dict.fromkeys(self.layers, level)
        ordered = sorted(self.layers, key=lambda name: -spent[name])
        for name in ordered[: self.wish.higher]:
            offered = levels | {name: min(level + 2, len(_PRICES) - 1)}
            label = f"price {level}, higher: {sum(v > level for v in offered.values())}"
            found = self._priced(label, offered, selection)
            if self._meets(found) and found.scaled_nj < best.scaled_nj:
                levels, best = offered, found

    def _pann(self) -> None:
        bits_x = self.wish.bits_x or self.bits
        for limit in self._limits_ps():
            selection = self._allowed(limit)
            if selection is None:
                continue

            def alone(
                additions: float, selection: Selection = selection,
                limit: float | None = limit,
            ) -> Candidate | None:  # fmt: skip
                return self._additions(bits_x, additions, None, selection, limit)

            found = self._halved(_ADDITIONS, alone)
            if found is None:
                continue
            fewest = _ADDITIONS.index(found[1])
            # More additions leave room for a price.
            for additions in _ADDITIONS[max(fewest - 4, 0) : fewest + 1 : 2]:

                def priced(
                    level: int, additions: float = additions,
                    selection: Selection = selection, limit: float | None = limit,
                ) -> Candidate | None:  # fmt: skip
                    return self._additions(bits_x, additions, level, selection, limit)

                self._halved(range(len(_PRICES)), priced)

    def _halved(
        self, choices: Sequence[Choice], tried: Callable[[Choice], Candidate | None]
    ) -> tuple[Candidate, Choice] | None:
        """The last of ever harder choices that meets the loss; None if none does."""

        def good(choice: Choice) -> Candidate | None:
            found = tried(choice)
            return found if found is not None and self._meets(found) else None

        return last_good(choices, good)

    # --- what a selection is --------------------------------------------------

    def _limits_ps(self) -> Iterator[float | None]:
        """How long transitions may take; None as long as they do.

        The lowest supply whose fast values meet the loss is found first, at no price; it and
        two higher ones, which leave room for a price, are tried.
        """
        supply = self.supply
        if supply is None:
            yield None
        elif self.wish.vdd_v is not None:
            yield supply.allowed_ps(self.wish.vdd_v)
        else:
            yield None
            free_v = supply.lowest_v(float(self.tables.arrival_ps.max()))
            count = math.floor((free_v - supply.vmin_v) / _LOWER_V + 1e-6)
            supplies = [round(free_v - step * _LOWER_V, 6) for step in range(1, count + 1)]

            def tried(vdd_v: float) -> Candidate | None:
                limit = supply.allowed_ps(vdd_v)
                selection = self._allowed(limit)
                if selection is None:
                    return None
                return self._selected(f"no price{_of(limit)}", selection)

            found = self._halved(supplies, tried)
            last = -1 if found is None else supplies.index(found[1])
            for index in (last, last - 1, last - 3):
                if index >= 0:
                    yield supply.allowed_ps(supplies[index])

    def _fast(self, weights: IntArray, limit: float | None) -> Selection:
        tables = self.tables
        if limit is None:
            return Selection(tuple(weights.tolist()), tuple(tables.activations.tolist()))
        return by_delay(tables.arrival_ps, tables.weights, tables.activations, weights,
                        tables.activations, limit, self.energy_fj)  # fmt: skip

    def _allowed(self, limit: float | None) -> Selection | None:
        """All values that are fast enough; None where that leaves too few.

        The published greedy for `global`; number formats too for the others.
        """
        if limit is None:
            return self._fast(self.tables.weights, None)
        if self.wish.method == "global":
            try:
                return self._fast(self.tables.weights, limit)
            except SimError:  # nothing is left
                return None
        if limit not in self._finest:
            tables = self.tables
            self._finest[limit] = finest(tables.arrival_ps, tables.weights, tables.activations,
                                         limit, self.energy_fj)  # fmt: skip
        return self._finest[limit]

    def _activations(self, selection: Selection) -> KeptValues | None:
        """None where all are kept: no lookup is needed then."""
        kept = selection.kept_activations
        return None if len(kept.values) == self.tables.activations.size else kept

    # --- one network ----------------------------------------------------------

    def _selected(self, label: str, selection: Selection) -> Candidate:
        weights = tuple((name, selection.kept_weights) for name in self.layers)
        bits_x = self.wish.bits_x or self.bits
        scheme = replace(self.base, bits_x=bits_x, kept_weights=weights)
        return self._with_activations(label, scheme, selection)

    def _priced(
        self, label: str, levels: dict[str, int], selection: Selection
    ) -> Candidate:  # fmt: skip
        weights = np.array(selection.weights)
        kept = []
        for name in self.layers:
            row = self.tables.energy_fj[self.tables.row(name)]
            its = tuple(row[weights - self.tables.weights[0]].tolist())
            priced = PricedValues(tuple(weights.tolist()), its, _PRICES[levels[name]])
            kept.append((name, priced))
        bits_x = self.wish.bits_x or self.bits
        scheme = replace(self.base, bits_x=bits_x, kept_weights=tuple(kept))
        return self._with_activations(label, scheme, selection)

    def _additions(
        self, bits_x: int, additions: float, level: int | None, selection: Selection,
        limit: float | None,
    ) -> Candidate:  # fmt: skip
        weights = np.array(selection.weights)
        label = f"pann x{bits_x} R{additions:.3g}"
        price = 0.0
        if level is not None:
            price, label = _PRICES[level], f"{label} price {level}"
        kept = []
        for name in self.layers:
            row = self.tables.energy_fj[self.tables.row(name)]
            each = row[weights - self.tables.weights[0]]
            kept.append((name, KeptValues.priced(weights, each, price)))
        plain = self.scheme("pann", Widths(bits_x, additions=additions))
        scheme = replace(plain, kept_weights=tuple(kept))
        if self.base.kind == "signed":  # the unit's sign takes a bit of x
            scheme = replace(scheme, bits_x=min(bits_x, self.bits - 1))
        return self._with_activations(f"{label}{_of(limit)}", scheme, selection)

    def _with_activations(
        self, label: str, scheme: Scheme, selection: Selection
    ) -> Candidate:  # fmt: skip
        kept = self._activations(selection)
        if kept is not None:
            highest = scheme.activation_format(scheme.bits_x).max
            lowest = self.tables.activations[0]
            fitting = KeptValues.of(v for v in kept.values if lowest <= v <= highest)
            scheme = replace(
                scheme, kept_activations=tuple((name, fitting) for name in self.layers)
            )
        return self.judged(label, scheme)

    def _meets(self, candidate: Candidate) -> bool:
        return candidate.loss <= self.wish.points


def _of(limit: float | None) -> str:
    return "" if limit is None else f", {limit:g} ps"
