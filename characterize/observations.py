"""The five observations of the PANN paper, held against what was measured.

Spingarn Eliezer et al., "Energy awareness in low precision neural networks",
arXiv 2202.02783. Each is turned into a figure that has a threshold, stated here and in
every row; `holds` is on its side in all widths, `holds partly` in some.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from sim import pann

WIDTHS = range(2, 9)
# A stimulus per sign of x: both stand for what a network looks like.
_NETWORK_LIKE = ("gaussian", "relu")

CLAIMS = {
    1: "two's complement makes the accumulator's input a dominant consumer",
    2: "unsigned arithmetic (W = W+ - W-) removes it",
    3: "the multiplier follows the larger width: narrowing only one operand gains little",
    4: "without a multiplier, R additions per element cost (R + 0.5) b",
    5: "dynamic power dominates static power",
}
QUESTIONS = {
    1: "energy of the accumulator in a signed MAC, its clock apart, in percent of the whole; "
    "dominant: 50 % or more",
    2: "energy saved against the signed MAC of the same structure, in percent; removed: at least "
    "the formula's saving",
    3: "energy of an 8 x b multiplier in percent of the 8 x 8 one; little gained: no lower than "
    "midway between 8 x 8 and b x b",
    4: "energy of R additions of the PANN unit in percent of an unsigned MAC of equal bit flips by "
    "the formula; pays: below 100 %",
    5: "leakage in percent of the energy; dominated: below 5 %",
}


# Library, delay model, operands.
Condition: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure of an observation.

    Attributes
    ----------
    observation
        Number of the claim.
    unit, against
        What is compared; `against` is empty where it is the unit itself.
    library, delay_model, operands
        How it was measured; operands are `uniform` or `network-like`.
    architecture, width
        Structure, and bits.
    measured_percent, threshold_percent, formula_percent
        As the question says; the paper's formula where it has one.
    holds
        Whether it is on the claim's side of the threshold.
    """

    observation: int
    unit: str
    against: str
    library: str
    delay_model: str
    operands: str
    architecture: str
    width: int
    measured_percent: float
    threshold_percent: float
    formula_percent: float | None
    holds: bool


class Table:
    """Whole units and their parts, looked up by name."""

    def __init__(self, rows: pd.DataFrame) -> None:
        of_groups = rows[rows.net_group == "all"].copy()
        of_groups["operands"] = of_groups.stimulus.map(
            lambda name: "network-like" if name in _NETWORK_LIKE else name
        )
        keys = ["unit", "library", "delay_model", "operands", "part"]
        self._rows = of_groups.drop_duplicates(keys).set_index(keys).sort_index()
        conditions: pd.DataFrame = of_groups[["library", "delay_model", "operands"]]
        self.conditions: list[Condition] = list(
            conditions.drop_duplicates().itertuples(index=False, name=None)
        )

    def get(
        self, unit: str, condition: Condition, column: str = "energy_fj", part: str = "all"
    ) -> float | None:
        """A figure of a unit, or of one of its parts; None where it was not measured."""
        try:
            found: Any = self._rows.at[(unit, *condition, part), column]
        except KeyError:
            return None
        return float(found)


def findings(rows: pd.DataFrame) -> list[Finding]:
    """Everything that a table says of the five observations.

    Parameters
    ----------
    rows
        Of `units.csv`; what they lack is left out.
    """
    table = Table(rows)
    return [
        finding
        for observe in (_accumulator, _unsigned, _narrow, _additions, _static)
        for condition in table.conditions
        for finding in observe(table, condition)
    ]


def verdict(found: list[Finding]) -> str:
    """`holds`, `holds partly`, `does not hold`, or `not measured`."""
    if not found:
        return "not measured"
    share = sum(finding.holds for finding in found) / len(found)
    return "holds" if share == 1 else "does not hold" if share == 0 else "holds partly"


_STRUCTURES = ("array", "booth", "dadda", "behavioural")


def _mac(structure: str, bits: int, signs: str) -> str:
    return f"mac_{structure}_x{bits}{signs[0]}_w{bits}{signs[1]}_a32"


def _accumulator(table: Table, condition: Condition) -> Iterator[Finding]:
    for structure in _STRUCTURES:
        for bits in WIDTHS:
            unit = _mac(structure, bits, "ss")
            whole = table.get(unit, condition)
            if whole is None:
                continue
            part = table.get(unit, condition, part="accumulator") or 0.0
            clock = table.get(unit, condition, "clock_fj", part="accumulator") or 0.0
            flips = pann.mac_bit_flips(bits, bits, True, 32)
            formula = 100 * sum(v for k, v in flips.items() if k.startswith("acc"))
            share = 100 * (part - clock) / whole
            yield Finding(1, unit, "", *condition, structure, bits, share, 50.0,
                          formula / sum(flips.values()), share >= 50)  # fmt: skip


def _unsigned(table: Table, condition: Condition) -> Iterator[Finding]:
    for structure in (*_STRUCTURES, "split", "split-gated"):
        for bits in WIDTHS:
            signed = _mac("array" if "split" in structure else structure, bits, "ss")
            unit = _mac(structure, bits, "uu")
            if "split" in structure:
                unit = f"mac_{structure.replace('-', '_')}_x{bits}u_w{bits}u_a32"
            before, after = table.get(signed, condition), table.get(unit, condition)
            if before is None or after is None:
                continue
            flips = [
                sum(pann.mac_bit_flips(bits, bits, sign, 32).values()) for sign in (True, False)
            ]
            formula = 100 * (1 - flips[1] / flips[0])
            saved = 100 * (1 - after / before)
            yield Finding(2, unit, signed, *condition, structure, bits, saved, formula, formula,
                          saved >= formula)  # fmt: skip


def _narrow(table: Table, condition: Condition) -> Iterator[Finding]:
    for signs in ("uu", "ss"):
        x, w = signs[0], signs[1]
        wide = f"multiplier_array_x8{x}_w8{w}"
        whole = table.get(wide, condition)
        for bits in range(2, 8):
            unit = f"multiplier_array_x8{x}_w{bits}{w}"
            one = table.get(unit, condition)
            both = table.get(f"multiplier_array_x{bits}{x}_w{bits}{w}", condition)
            if whole is None or one is None or both is None:
                continue
            formulas = [sum(pann.multiplier_bit_flips(8, b).values()) for b in (bits, 8)]
            share, midway = 100 * one / whole, 50 * (1 + both / whole)
            yield Finding(3, unit, wide, *condition, f"array {signs}", bits, share, midway,
                          100 * formulas[0] / formulas[1], share >= midway)  # fmt: skip


def _additions(table: Table, condition: Condition) -> Iterator[Finding]:
    for bits in WIDTHS:
        against = f"mac_split_gated_x{bits}u_w{bits}u_a32"
        whole = table.get(against, condition)
        budget = sum(pann.mac_bit_flips(bits, bits, False, 32).values())
        for width in WIDTHS:
            additions = budget / width - 0.5
            unit = f"pann_q5u_x{width}u_a32"
            energy = table.get(unit, condition)
            if whole is None or energy is None or additions <= 0:
                continue
            share = 100 * additions * energy / whole
            yield Finding(4, unit, against, *condition, f"R {additions:.2f}", width, share, 100.0,
                          100.0, share < 100)  # fmt: skip


def _static(table: Table, condition: Condition) -> Iterator[Finding]:
    for structure in _STRUCTURES:
        for bits in WIDTHS:
            for signs in ("uu", "ss"):
                unit = _mac(structure, bits, signs)
                whole = table.get(unit, condition)
                leakage = table.get(unit, condition, "leakage_fj")
                if whole is None or leakage is None:
                    continue
                share = 100 * leakage / whole
                yield Finding(5, unit, "", *condition, structure, bits, share, 5.0, None,
                              share < 5)  # fmt: skip
