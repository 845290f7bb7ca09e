"""The figures of the README: energy by width beside the formula, energy by cause."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from characterize.energy import ALL
from characterize.figures.style import CAUSES, GROUPS


def energy_by_width(table: pd.DataFrame) -> Figure | None:
    """MAC energy against operand width, by net group, beside the PANN paper's bit flips.

    Rows are of one library and delay model. None if they have no square MACs with
    equal signs.
    """
    rows = table[
        (table.family == "mac")
        & (table.architecture == "array")
        & (table.width_x == table.width_w)
        & (table.signed_x == table.signed_w)
        & (table.stimulus == "uniform")
        & (table.part == ALL)
    ]
    signs = [sign for sign in (False, True) if (rows.signed_x == sign).any()]
    if not signs:
        return None
    figure = Figure(figsize=(8, 3.1 * len(signs) + 0.9), layout="constrained")
    axes = figure.subplots(len(signs), 2, squeeze=False, sharex=True)
    for line, sign in zip(axes, signs, strict=True):
        chosen = rows[rows.signed_x == sign]
        kind = "two's complement" if sign else "unsigned"
        _stack(line[0], chosen, "energy_fj")
        line[0].set_title(f"measured, {kind}", loc="left")
        line[0].set_ylabel("energy per MAC / fJ")
        _stack(line[1], chosen, "paper_bit_flips")
        line[1].set_title(f"PANN paper's formula, {kind}", loc="left")
        line[1].set_ylabel("bit flips per MAC")
    for column in (0, 1):
        top = max(line[column].get_ylim()[1] for line in axes)
        for line in axes:
            line[column].set_ylim(0, top)
        axes[-1][column].set_xlabel("width of both operands / bit")
    first = rows.iloc[0]
    figure.suptitle(
        f"Array multiplier + {first.acc_width:g}-bit accumulator, {_conditions(first)}",
        x=0.01, ha="left",
    )  # fmt: skip
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def energy_by_cause(table: pd.DataFrame) -> Figure | None:
    """Energy of each structure's widest unit, two's complement where it has that, by cause.

    Rows are of one library and delay model. None if nothing was measured with
    uniform operands.
    """
    rows = table[(table.stimulus == "uniform") & (table.part == ALL) & (table.net_group == ALL)]
    widest = [
        group.sort_values(["width_x", "width_w", "signed_x", "signed_w"]).iloc[-1]
        for family in rows.family.unique()
        for _, group in rows[rows.family == family].groupby("architecture", sort=False)
    ]
    if not widest:
        return None
    figure = Figure(figsize=(8, 0.55 * len(widest) + 1.6), layout="constrained")
    axes = figure.subplots()
    axes.grid(False)
    axes.grid(True, axis="x")
    place = np.arange(len(widest))[::-1]
    left = np.zeros(len(widest))
    for column, (label, colour) in CAUSES.items():
        values = np.array([row[column] for row in widest])
        axes.barh(place, values, left=left, label=label, color=colour, height=0.65)
        left += values
    for y, end, row in zip(place, left, widest, strict=True):
        axes.annotate(
            f"{end:.3g} ± {row.energy_ci_fj:.1g}", (end, y), xytext=(4, 0),
            textcoords="offset points", va="center",
        )  # fmt: skip
    axes.set_xlim(0, 1.15 * left.max())
    axes.set_ylim(-0.6, len(widest) - 0.4)
    axes.set_yticks(place, [row.unit for row in widest])
    axes.set_xlabel("energy per operation / fJ (± 95 % confidence)")
    figure.suptitle(f"Energy by cause, {_conditions(widest[0])}", x=0.01, ha="left")
    figure.legend(loc="outside lower center", ncols=4)
    return figure


def _stack(axes: Axes, rows: pd.DataFrame, column: str) -> None:
    """Bars over the width, stacked by net group, their sums on top."""
    widths = np.array(sorted(rows.width_x.unique()))
    bottom = np.zeros(len(widths))
    for group, (label, colour) in GROUPS.items():
        chosen = rows[rows.net_group == group].set_index("width_x")[column]
        values = chosen.reindex(widths).fillna(0).to_numpy(dtype=float)
        axes.bar(widths, values, bottom=bottom, label=label, color=colour, width=0.75)
        bottom += values
    for width, total in zip(widths, bottom, strict=True):
        axes.annotate(
            f"{total:.3g}", (width, total), xytext=(0, 2), textcoords="offset points", ha="center"
        )
    axes.set_xticks(widths)
    axes.margins(y=0.12)


def _conditions(row: "pd.Series[Any]") -> str:
    return f"{row.library} {row.vdd_v:g} V, uniform operands, {row.delay_model} delay"
