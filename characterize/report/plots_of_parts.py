"""The figure of parts and causes: where the energy of a unit goes."""

from typing import Any

import numpy as np
import pandas as pd

from characterize.energy import ALL
from characterize.figures.panels import stacked
from characterize.figures.style import CAUSES
from characterize.report.page import Cell, Grid, Plot, number
from characterize.report.source import Source

_SHORT = {"false": "u", "true": "s"}


def parts_and_causes(source: Source) -> Plot:
    """Energy of each structure's widest unit, by part and by cause."""
    plot = Plot(
        "parts-and-causes", "Where the energy goes: by part, and by cause",
        "The widest unit of each structure, of signed operands where it has them. By part: which "
        "piece of the circuit takes it; input is the nets that the operands drive. By cause: "
        "charging nets (switching), inside the cells (internal), clock pins of flip-flops "
        "(clock), leakage. Both bars of a unit have the same length.",
        "net_group = all, stimulus = uniform, the most detailed delay model of the library; the "
        "parts are the rows whose part is not all, the causes are columns of the row part = all",
    )  # fmt: skip
    for library in source.libraries:
        rows = source.typical(library)
        rows = rows[rows.net_group == ALL]
        whole = rows[rows.part == ALL]
        parts = [part for part in dict.fromkeys(rows.part) if part != ALL]
        for families in (("mac",), ("multiplier",), ("adder", "accumulator"), ("activation",)):
            widest = [
                group.sort_values(["width_x", "width_w", "signed_x", "signed_w"]).iloc[-1]
                for _, group in whole[whole.family.isin(families)].groupby(
                    ["family", "architecture"], sort=False
                )
            ]
            if not widest:
                continue
            names = [_short_name(row) for row in widest]
            top = max(float(row.energy_fj) for row in widest)
            title = f"{' and '.join(families).replace('mac', 'MAC')}, {library}"
            pieces = rows[(rows.part != ALL) & rows.unit.isin([row.unit for row in widest])]
            energies = pieces.set_index(["unit", "part"]).energy_fj
            lines = pieces.set_index(["unit", "part"]).line
            own = [part for part in parts if part in set(pieces.part)]
            by_part = {
                part: np.array([energies.get((row.unit, part), 0.0) for row in widest])
                for part in parts
            }
            label = "energy per operation / fJ"
            plot.add(f"by part: {title}", stacked(names, by_part, label, top))
            by_cause = {
                words.partition(" (")[0]: np.array([float(row[column]) for row in widest])
                for column, (words, _) in CAUSES.items()
            }
            plot.add(f"by cause: {title}", stacked(names, by_cause, label, top))
            cells = [
                ((str(row.unit),),
                 [Cell(number(row.energy_fj), (int(row.line),))]
                 + [Cell(number(energies[row.unit, part]),
                         (int(row.line), int(lines[row.unit, part])))
                    if (row.unit, part) in energies.index else Cell("") for part in own]
                 + [Cell(number(row[column]), (int(row.line),)) for column in CAUSES])
                for row in widest
            ]  # fmt: skip
            plot.grids.append(
                Grid(f"Energy per operation in fJ, {title}", ("unit",),
                     ("whole", *(f"part {part}" for part in own), *by_cause), cells)
            )  # fmt: skip
    return plot


def _short_name(row: "pd.Series[Any]") -> str:
    x = f"{row.width_x:g}{_SHORT[str(row.signed_x).lower()]}"
    if row.family == "accumulator":
        return f"accumulator {x}"
    # A PANN unit's second operand is one of its sums.
    if pd.isna(row.width_w) or (row.family == "mac" and row.width_w == row.acc_width):
        return f"{row.architecture} {x}"
    return f"{row.architecture} {x}·{row.width_w:g}{_SHORT[str(row.signed_w).lower()]}"
