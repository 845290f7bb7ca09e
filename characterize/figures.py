"""The figures: SVG, the same bytes for the same table."""

from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from characterize.delays import DELAY_MODELS
from characterize.energy import ALL
from characterize.files import write_bytes

# Text stays text, ids are hashed with a fixed salt: no dates, no random ids.
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "gatewatt",
    "font.size": 9,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "legend.frameon": False,
}
# Net groups from the operands to the register, named for readers.
_GROUPS = {
    "mult_in": ("multiplier inputs", "#4477aa"),
    "mult_internal": ("multiplier internals", "#88bbdd"),
    "acc_in": ("accumulator input", "#cc8844"),
    "acc_sum": ("accumulator sum", "#eebb77"),
    "acc_reg": ("accumulator register, its clock", "#997755"),
}
_CAUSES = {
    "switching_fj": ("switching (net capacitance)", "#4477aa"),
    "internal_fj": ("internal (cells)", "#88bbdd"),
    "clock_fj": ("clock (flip-flop clock pins)", "#cc8844"),
    "leakage_fj": ("leakage", "#bb4455"),
}


def draw_all(table: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw every figure that the table has the rows for.

    Parameters
    ----------
    table
        Rows of `units.csv`.
    folder
        Where the SVG files go.

    Returns
    -------
    list of Path
        The files written.
    """
    drawn = []
    with mpl.rc_context(_STYLE):
        for library, rows in table.groupby("library", sort=False):
            chosen = rows[rows.delay_model == _most_real(rows)]
            for name, figure in (
                ("energy_by_width", energy_by_width(chosen)),
                ("energy_by_cause", energy_by_cause(chosen)),
            ):
                if figure is not None:
                    path = folder / f"{name}_{library}.svg"
                    _save(figure, path)
                    drawn.append(path)
    return drawn


def _most_real(rows: pd.DataFrame) -> str:
    """The delay model that comes closest to real gates, of those in the rows."""
    return str(max(rows.delay_model.unique(), key=DELAY_MODELS.index))


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
    for column, (label, colour) in _CAUSES.items():
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
    for group, (label, colour) in _GROUPS.items():
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


def _save(figure: Figure, path: Path) -> None:
    buffer = BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    write_bytes(path, buffer.getvalue())
