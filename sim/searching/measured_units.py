"""What power models know of structures: which of them, and what a multiplication costs there."""

import math

import numpy as np

from sim.accounting.conditions import Conditions
from sim.power_models import PowerModels
from sim.schemes import Scheme
from sim.searching.layer_widths import Cost, base_of, flips_cost
from sim.structures import Structure, structures_of


class MeasuredUnits:
    """Structures with power models, by kind of scheme.

    Parameters
    ----------
    models
        Power models.
    conditions
        Library and delay model.
    """

    def __init__(self, models: PowerModels, conditions: Conditions) -> None:
        self.models, self.conditions = models, conditions

    def of(self, kind: str) -> list[Structure]:
        """A kind's structures that the power models know."""
        known = {
            t.row.get("architecture") for t in self.models.tables
            if t.row.get("family") == "mac"
            and (t.row["library"], t.row["delay_model"])
            == (self.conditions.library, self.conditions.delay_model)
        }  # fmt: skip
        return [s for s in structures_of(kind) if s.architecture in known]

    def missing(self, kinds: tuple[str, ...]) -> list[str]:
        """Entries of the kinds' structures that no power model is of."""
        known = {structure.entry for kind in kinds for structure in self.of(kind)}
        every = {structure.entry for kind in kinds for structure in structures_of(kind)}
        return sorted(every - known)

    def budget(self, scheme: Scheme) -> float:
        """Mean cost of a multiplication of a scheme of uniform widths."""
        cost = self.cost(scheme.kind)
        value = scheme.additions if scheme.kind == "pann" else scheme.bits_w
        assert value is not None
        if scheme.kind == "csd":  # digits are known of weights only: of n bits a third and a bit
            value = value / 3 + 1 / 9
        return cost("", scheme.bits_x, value)

    def cost(self, kind: str) -> Cost:
        """From width tables of the cheapest structure with uniform operands; else bit flips."""
        each = [(structure, self._by_width(structure, kind)) for structure in self.of(kind)]
        known = [(s, fj) for s, fj in each if len(fj) > 1]
        if not known:
            return flips_cost(base_of(kind))
        own = [(s, fj) for s, fj in known if bool(s.charge) == (kind in ("pann", "csd"))] or known
        structure, energies_fj = min(own, key=lambda pair: sum(pair[1].values()))
        widths, values = list(energies_fj), list(energies_fj.values())

        def cost(_: str, bits_x: int, value: float) -> float:
            if structure.charge:
                return float(np.interp(bits_x, widths, values)) * value
            # Of an array multiplier, cells are as many as the product of both widths.
            return float(np.interp(math.sqrt(bits_x * value), widths, values))

        return cost

    def _by_width(self, structure: Structure, kind: str) -> dict[int, float]:
        """Energy of an operation of uniform operands, fJ, by width."""
        found: dict[int, float] = {}
        for table in self.models.tables:
            row = table.row
            if (
                (row.get("family"), row.get("architecture")) == ("mac", structure.architecture)
                and (row["library"], row["delay_model"])
                == (self.conditions.library, self.conditions.delay_model)
                and row["stimulus"] == "uniform" and row["acc_width"] == 32
                and (structure.charge or row.get("width_w") == row["width_x"])
                and (structure.architecture == "signmag" or row["signed_x"] == (kind == "signed"))
                and (row.get("signed_w") or kind not in ("signed", "mixed"))
            ):  # fmt: skip
                found[int(row["width_x"])] = table.energy_fj
        return dict(sorted(found.items()))
