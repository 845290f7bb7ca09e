"""The section on PowerPruning: what weights cost and delay, what was kept, what it saved."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from characterize.errors import CharacterizeError
from characterize.figures.panels import Curve, curves
from characterize.figures.style import most_real
from characterize.network.array_table import ARRAYS, read_rows
from characterize.network.table import totals
from characterize.report.page import Cell, Grid, Plot, number
from sim.pruning.confirmation import rows_of
from sim.pruning.kept_files import kept_files
from sim.pruning.powerpruning_table import POWERPRUNING

_SHOWN = ("network", "dataset", "library", "method", "unit", "array", "gating", "delay_model",
          "energy_from", "allowed_loss_points", "retrained_epochs")  # fmt: skip
_ALL = "all"
_STANDARD, _GATED = "pe_stationary", "pe_stationary_gated"


def pruning(results: Path, weights: pd.DataFrame | None) -> Plot | None:
    """The section; None where there is neither of its tables.

    Parameters
    ----------
    results
        Folder of `powerpruning.csv`, `arrays.csv` and the sets that were kept.
    weights
        `weights.csv`, if there is one.

    Raises
    ------
    CharacterizeError
        If a table is not what it should be.
    """
    arrays = read_rows(results) if ARRAYS.path(results).is_file() else None
    table = None
    if POWERPRUNING.path(results).is_file():
        table = replace(POWERPRUNING, failure=CharacterizeError).read(results)
    if table is None and arrays is None:
        return None
    plot = Plot(
        "powerpruning", "PowerPruning",
        "Weights and activations that cost little and are fast are kept, the others replaced. "
        "First the energy and delay of each weight, over all transitions of the activation. "
        "Savings are against the same network with all values on the same elements: by selection "
        "at the nominal supply, and by the lower supply that shorter delays allow. Energies are "
        "measured at the nominal supply and scaled by the law of the library (energy with the "
        "square of the voltage, delay by the alpha-power law). Gating is another element, and "
        "compared with the element without it, on the same numbers.",
        "weights.csv; powerpruning.csv; arrays.csv, layer = all",
    )  # fmt: skip
    if weights is not None:
        _weights(plot, weights)
    if table is not None:
        plot.grids.append(_savings(table))
        plot.grids += _sets(table, results)
    if arrays is not None:
        plot.grids.append(_arrays(totals(arrays)))
    if not plot.panels:
        plot.missing = (
            "There are no energies of single weights; `python -m characterize fit` measures them."
        )
    return plot


def _weights(plot: Plot, weights: pd.DataFrame) -> None:
    """Energy and delay of every weight of the multipliers with most values."""
    for library, rows in weights.groupby("library", sort=False):
        chosen = rows[rows.delay_model == most_real(rows)]
        units = chosen.groupby("unit", sort=False).weight.count()
        names = list(units[units == units.max()].index)
        for column, label in (("energy_fj", "energy / fJ"), ("delay_ps", "delay / ps")):
            some = []
            for place, name in enumerate(names):
                unit = chosen[(chosen.unit == name) & chosen[column].notna()]
                if len(unit):
                    x, y = unit.weight.tolist(), unit[column].tolist()
                    some.append(Curve(str(name), x, y, place))
            if some:
                plot.add(f"{library}, by weight: {label}", curves(some, "weight", label))


def _savings(table: pd.DataFrame) -> Grid:
    rows = []
    for row in table.to_dict("records"):
        selection = float(row["saving_nominal_percent"])
        figures = (
            row["accuracy"], row["accuracy_loss_points"], row["weights_kept"],
            row["activations_kept"], row["vdd_v"], selection,
            float(row["saving_percent"]) - selection, row["saving_percent"],
        )  # fmt: skip
        rows.append((tuple(_text(row[name]) for name in _SHOWN),
                     [Cell(number(float(value))) for value in figures]))  # fmt: skip
    return Grid(
        "What was kept, and saved, in percent of the energy with all values",
        tuple(name.replace("_", " ") for name in _SHOWN),
        ("right / %", "lost / points", "weights", "activations", "supply / V", "by selection / %",
         "by voltage / points", "saved / %"),
        rows,
    )  # fmt: skip


def _sets(table: pd.DataFrame, results: Path) -> list[Grid]:
    """Kept values, of the files beside the table whose rows it has."""
    rows = []
    for kept in kept_files(results, CharacterizeError):
        if rows_of(kept, table).empty:
            continue
        names = (str(kept.row["network"]), str(kept.row["method"]),
                 f"{kept.row['allowed_loss_points']:g}", kept.unit)  # fmt: skip
        activations = _ALL if kept.activations is None else _ranges(list(kept.activations))
        rows.append(((*names, _ranges(kept.weights), activations),
                     [Cell(number(kept.vdd_v)), Cell(str(len(kept.layers)))]))  # fmt: skip
    if not rows:
        return []
    return [Grid("Values that are kept", ("network", "method", "loss allowed", "chosen on",
                 "weights, all layers together", "activations"), ("supply / V", "layers"),
                 rows)]  # fmt: skip


def _ranges(values: list[int]) -> str:
    """Ascending numbers, runs of neighbours as their ends."""
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], value]
        else:
            runs.append([value])
    return ", ".join(" to ".join(map(str, run)) for run in runs)


def _arrays(rows: pd.DataFrame) -> Grid:
    """Networks on arrays; gating against the same without."""
    same = ["network", "dataset", "images", "scheme", "acc_bits", "array", "library", "delay_model"]
    standard = rows[rows.unit == _STANDARD].set_index(same).energy_nj_per_image
    found = []
    for row in rows.to_dict("records"):
        key = tuple(row[name] for name in same)
        gating = np.nan
        if row["unit"] == _GATED and key in standard.index:
            gating = 100 * (1 - row["energy_nj_per_image"] / float(standard.loc[[key]].iloc[0]))
        figures = (row["energy_nj_per_image"], row["energy_fj_per_mac"], row["idle_fj_per_mac"],
                   row["clock_fj_per_mac"], row["idle_percent"], gating)  # fmt: skip
        names = ("network", "scheme", "array", "unit", "library", "delay_model")
        found.append((tuple(str(row[name]) for name in names),
                      [Cell(number(float(value))) for value in figures]))  # fmt: skip
    return Grid(
        "Networks on weight-stationary arrays",
        ("network", "numbers", "array", "element", "library", "delays"),
        ("energy / nJ an image", "energy / fJ a MAC", "of it idle / fJ", "of it clock / fJ",
         "idle cycles / %", "saved by gating / %"),
        found,
    )  # fmt: skip


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
