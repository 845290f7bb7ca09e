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
from typing import TypeVar

from sim.errors import SimError
from sim.pruning.pruned_networks import Candidate
from sim.pruning.restricted import PRICES, Restricting, said
from sim.pruning.selection import Selection, by_energy, cheapest
from sim.pruning.table_energy import layer_energies_nj
from sim.searching.halving import last_good

_COUNTS = (192, 128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3)
_ADDITIONS = tuple(8.0 * 2.0 ** (-level / 2) for level in range(10))
_LOWER_V = 0.02
Choice = TypeVar("Choice")


class Pruning(Restricting):
    """The search for one network, made of what `Restricting` is made of."""

    def run(self) -> list[Candidate]:
        """Every network that was judged, the best that meets the loss first.

        Raises
        ------
        SimError
            If a threshold leaves nothing, or nothing meets the loss.
        """
        methods = {"global": self._global, "layers": self._layers, "pann": self._pann}
        methods[self.wish.method]()
        found = sorted(self.made.values(), key=lambda each: (not self.meets(each), each.scaled_nj))
        if not self.meets(found[0]):
            raise SimError(f"no network loses {self.wish.points:g} points or less: allow more")
        return found

    # --- methods --------------------------------------------------------------

    def _global(self) -> None:
        wish, tables = self.wish, self.tables
        if wish.most_fj is not None:
            weights = by_energy(tables.weights, self.energy_fj, wish.most_fj)
            most_ps = wish.most_ps or tables.conditions.static_critical_ps
            self.selected(f"{wish.most_fj:g} fJ, {most_ps:g} ps", self.fast(weights, most_ps))
            return
        limits: list[float | None] = [wish.most_ps]
        if wish.most_ps is None:
            limits = list(self._limits_ps())
        counts = [count for count in _COUNTS if count < tables.weights.size]
        for limit in limits:

            def tried(count: int, limit: float | None = limit) -> Candidate | None:
                weights = cheapest(tables.weights, self.energy_fj, count)
                try:
                    selection = self.fast(weights, limit)
                except SimError:  # nothing is left
                    return None
                return self.selected(f"{count} weights{said(limit)}", selection)

            self._halved(counts, tried)

    def _layers(self) -> None:
        starts: list[tuple[Candidate, int, Selection]] = []
        for limit in self._limits_ps():
            selection = self.allowed(limit)
            if selection is None:
                continue

            def tried(
                level: int, selection: Selection = selection, limit: float | None = limit
            ) -> Candidate | None:
                levels = dict.fromkeys(self.layers, level)
                return self.priced(f"price {level}{said(limit)}", levels, selection)

            found = self._halved(range(len(PRICES)), tried)
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
            offered = levels | {name: min(level + 2, len(PRICES) - 1)}
            label = f"price {level}, higher: {sum(v > level for v in offered.values())}"
            found = self.priced(label, offered, selection)
            if self.meets(found) and found.scaled_nj < best.scaled_nj:
                levels, best = offered, found

    def _pann(self) -> None:
        bits_x = self.wish.bits_x or self.bits
        for limit in self._limits_ps():
            selection = self.allowed(limit)
            if selection is None:
                continue

            def alone(
                additions: float, selection: Selection = selection,
                limit: float | None = limit,
            ) -> Candidate | None:  # fmt: skip
                return self.of_additions(bits_x, additions, None, selection, limit)

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
                    return self.of_additions(bits_x, additions, level, selection, limit)

                self._halved(range(len(PRICES)), priced)

    def _halved(
        self, choices: Sequence[Choice], tried: Callable[[Choice], Candidate | None]
    ) -> tuple[Candidate, Choice] | None:
        """The last of ever harder choices that meets the loss; None if none does."""

        def good(choice: Choice) -> Candidate | None:
            found = tried(choice)
            return found if found is not None and self.meets(found) else None

        return last_good(choices, good)

    # --- how long transitions may take ----------------------------------------

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
                selection = self.allowed(limit)
                if selection is None:
                    return None
                return self.selected(f"no price{said(limit)}", selection)

            found = self._halved(supplies, tried)
            last = -1 if found is None else supplies.index(found[1])
            for index in (last, last - 1, last - 3):
                if index >= 0:
                    yield supply.allowed_ps(supplies[index])
