"""Networks of a selection of values: which values may be, and the network that is made of them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray
from sim.kept_values import KeptValues
from sim.priced_values import PricedValues
from sim.pruning.pruned_networks import Candidate, Judge
from sim.pruning.selection import Selection, by_delay, finest
from sim.pruning.weight_tables import WeightTables
from sim.pruning.wish import Wish
from sim.schemes import Scheme, Widths
from sim.sources import Source

PRICES = tuple(0.004 * 2.0**level for level in range(16))


class Restricting(Judge):
    """Makes and judges networks of restricted values.

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

    def meets(self, candidate: Candidate) -> bool:
        """Whether it loses no more than it may."""
        return candidate.loss <= self.wish.points

    # --- what a selection is --------------------------------------------------

    def fast(self, weights: IntArray, limit: float | None) -> Selection:
        """Of some weights, and all activations, those that are fast enough; the greedy one.

        Raises
        ------
        SimError
            If nothing but 0 is left of either.
        """
        tables = self.tables
        if limit is None:
            return Selection(tuple(weights.tolist()), tuple(tables.activations.tolist()))
        return by_delay(tables.arrival_ps, tables.weights, tables.activations, weights,
                        tables.activations, limit, self.energy_fj)  # fmt: skip

    def allowed(self, limit: float | None) -> Selection | None:
        """All values that are fast enough; None where that leaves too few.

        The published greedy for `global`; number formats too for the others.
        """
        if limit is None:
            return self.fast(self.tables.weights, None)
        if self.wish.method == "global":
            try:
                return self.fast(self.tables.weights, limit)
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

    def selected(self, label: str, selection: Selection) -> Candidate:
        """The network whose numbers become the nearest values of a selection."""
        weights = tuple((name, selection.kept_weights) for name in self.layers)
        bits_x = self.wish.bits_x or self.bits
        scheme = replace(self.base, bits_x=bits_x, kept_weights=weights)
        return self._with_activations(label, scheme, selection)

    def priced(
        self, label: str, levels: dict[str, int], selection: Selection
    ) -> Candidate:  # fmt: skip
        """That whose weights are the values of least error plus price; a level a layer."""
        weights = np.array(selection.weights)
        kept = []
        for name in self.layers:
            row = self.tables.energy_fj[self.tables.row(name)]
            its = tuple(row[weights - self.tables.weights[0]].tolist())
            priced = PricedValues(tuple(weights.tolist()), its, PRICES[levels[name]])
            kept.append((name, priced))
        bits_x = self.wish.bits_x or self.bits
        scheme = replace(self.base, bits_x=bits_x, kept_weights=tuple(kept))
        return self._with_activations(label, scheme, selection)

    def of_additions(
        self, bits_x: int, additions: float, level: int | None, selection: Selection,
        limit: float | None,
    ) -> Candidate:  # fmt: skip
        """That on PANN's grid, at one price; None is no price."""
        weights = np.array(selection.weights)
        label = f"pann x{bits_x} R{additions:.3g}"
        price = 0.0
        if level is not None:
            price, label = PRICES[level], f"{label} price {level}"
        kept = []
        for name in self.layers:
            row = self.tables.energy_fj[self.tables.row(name)]
            each = row[weights - self.tables.weights[0]]
            kept.append((name, KeptValues.priced(weights, each, price)))
        plain = self.scheme("pann", Widths(bits_x, additions=additions))
        scheme = replace(plain, kept_weights=tuple(kept))
        if self.base.kind == "signed":  # the unit's sign takes a bit of x
            scheme = replace(scheme, bits_x=min(bits_x, self.bits - 1))
        return self._with_activations(f"{label}{said(limit)}", scheme, selection)

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


def said(limit: float | None) -> str:
    """How long transitions may take, as labels end."""
    return "" if limit is None else f", {limit:g} ps"
