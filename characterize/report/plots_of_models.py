"""The figures of models and of weight values."""

from typing import Any

import numpy as np
import pandas as pd

from characterize.delays import DELAY_MODELS
from characterize.figures.panels import Curve, curves, intervals
from characterize.models.formulas import KIND as CLOSED_FORM
from characterize.models.formulas import design_matrix
from characterize.models.operand_statistics import KINDS
from characterize.report.page import Cell, Grid, Plot, number
from characterize.report.plots import SIGNS, style
from characterize.report.source import Source

_MODEL = ["family", "architecture", "signed_x", "signed_w", "acc_width", "library", "delay_model",
          "stimulus"]  # fmt: skip


def fits(source: Source) -> Plot:
    """Errors of the fitted models."""
    plot = Plot(
        "fits", "How well models fit",
        "First the closed forms (quadratic, linear and constant term in the width b) minus what "
        "was measured, in percent of it, at the widths that they were fitted to. Then models on "
        "the statistics of operand streams, with bit rates (operand_statistics) or word statistics "
        "alone: mean and worst error on streams that they have not seen.",
        "models.json, kind = closed_form with figure = energy_fj, beside the rows of units.csv "
        "with the same columns, part = all, net_group = all; kind = operand_statistics and "
        "word_statistics: error.held_out",
    )  # fmt: skip
    if source.models is None:
        plot.missing = (
            "There is no models.json beside the table; `python -m characterize fit` writes it."
        )
        return plot
    if not source.models_fit:
        plot.text += " These models were fitted to another state of units.csv than this report's."
    _closed_forms(source, source.models, plot)
    _statistics(source.models, plot)
    if not plot.panels:
        plot.missing = "models.json has no model of this kind: the table has too few widths."
    return plot


def _closed_forms(source: Source, models: list[dict[str, Any]], plot: Plot) -> None:
    forms = [m for m in models if m["kind"] == CLOSED_FORM and m["figure"] == "energy_fj"]
    rows: list[tuple[tuple[str, ...], list[Cell]]] = []
    shown: dict[tuple[str, str, str], list[Curve]] = {}
    for model in forms:
        residuals = _residuals_percent(source.whole, model)
        names = [str(model[name]) for name in ("library", "family", "architecture")]
        words = SIGNS[f"{model['signed_x']} {model['signed_w']}".lower()]
        held_out = model["error"]["held_out"]
        worst = residuals.abs().max() if len(residuals) else np.nan
        rows.append(
            ((*names, words, model["delay_model"], model["stimulus"]),
             [Cell(number(v, 3)) for v in (*model["coefficients"].values(), np.nan)[:3]]
             + [Cell(number(v, 3)) for v in
                (worst, held_out["mean_percent"], held_out["worst_percent"])])
        )  # fmt: skip
        most_real = max(
            (m["delay_model"] for m in forms if m["library"] == model["library"]),
            key=DELAY_MODELS.index,
        )
        if model["stimulus"] == "uniform" and model["delay_model"] == most_real and len(residuals):
            key = (names[1], words, names[0])
            curve = Curve(names[2], list(residuals.index), residuals.tolist(), style(names[2]))
            shown.setdefault(key, []).append(curve)
    for (family, words, library), some in shown.items():
        title = f"{family.replace('mac', 'MAC')}, {words}, {library}"
        plot.add(title, curves(some, "width of both operands / bit", "closed form - measured / %"))
    if rows:
        plot.grids.append(
            Grid("Closed forms of energy in fJ; errors in percent",
                 ("library", "family", "structure", "signs", "delays", "operands"),
                 ("b² term", "b term", "constant", "worst residual", "mean, width left out",
                  "worst, width left out"), rows)
        )  # fmt: skip


def _residuals_percent(whole: pd.DataFrame, model: dict[str, Any]) -> "pd.Series[float]":
    """Of a closed form at each width that was measured, by width."""
    chosen = whole[whole.width_x == whole.width_w]
    for name in _MODEL:
        if model[name] is None:
            chosen = chosen[chosen[name].isna()]
        else:
            chosen = chosen[chosen[name] == model[name]]
    measured = chosen.drop_duplicates("width_x").set_index("width_x").energy_fj.sort_index()
    coefficients = list(model["coefficients"].values())
    design = design_matrix(measured.index.to_numpy(dtype=np.float64), len(coefficients) == 3)
    return 100 * (pd.Series(design @ np.array(coefficients), index=measured.index) / measured - 1)


def _statistics(models: list[dict[str, Any]], plot: Plot) -> None:
    found = [m for m in models if m["kind"] in KINDS]
    rows: list[tuple[tuple[str, ...], list[Cell]]] = []
    for library in dict.fromkeys(m["library"] for m in found):
        for kind in KINDS:
            for delays in DELAY_MODELS:
                some = [m for m in found if (m["library"], m["kind"], m["delay_model"])
                        == (library, kind, delays)]  # fmt: skip
                if not some:
                    continue
                errors = [m["error"]["held_out"] for m in some]
                mean, worst = ([e[name] for e in errors]
                               for name in ("mean_percent", "worst_percent"))  # fmt: skip
                units = [str(m["unit"]) for m in some]
                plot.add(f"{kind}, {delays} delays, {library}",
                         intervals(units, mean, worst, "error on unseen streams / %"))  # fmt: skip
                rows += [
                    ((library, kind, delays, unit), [Cell(number(a)), Cell(number(b))])
                    for unit, a, b in zip(units, mean, worst, strict=True)
                ]
    if rows:
        plot.grids.append(Grid("Models on operand statistics: error on unseen streams in percent",
                               ("library", "kind", "delays", "unit"), ("mean", "worst"),
                               rows))  # fmt: skip


def weights(source: Source) -> Plot:
    """Energy and delay of each weight value."""
    plot = Plot(
        "weights", "Energy of each weight value",
        "Energy of one operation while the weight is held and the activation changes, and the "
        "longest time until the result rests, where delays were simulated. "
        "Values that cost little, or are fast, are what a network may be restricted to.",
        "weights.csv, all rows",
    )  # fmt: skip
    if source.weights is None:
        plot.missing = "There is no weights.csv beside the table: weight values were not measured."
        return plot
    by = ["unit", "library", "stimulus"]
    for key, group in source.weights.groupby(by, sort=False):
        unit, library, stimulus = map(str, key)
        for column, label in (("energy_fj", "energy per operation / fJ"),
                              ("delay_ps", "longest time until rest / ps")):  # fmt: skip
            shown = [
                Curve(f"{name} delays", some.weight.tolist(), some[column].tolist(),
                      DELAY_MODELS.index(str(name)))
                for name, some in group.dropna(subset=column)
                .sort_values("weight", kind="stable").groupby("delay_model", sort=False)
            ]  # fmt: skip
            if shown:
                plot.add(f"{unit}, {library}, {stimulus}", curves(shown, "weight value", label))
        plot.grids.append(_extremes(f"{unit}, {library}, {stimulus}", group))
    return plot


def _extremes(title: str, group: pd.DataFrame) -> Grid:
    """The cheapest and dearest weights of a unit."""
    rows: list[tuple[tuple[str, ...], list[Cell]]] = []
    for name, some in group.groupby("delay_model", sort=False):
        ordered = some.sort_values(["energy_fj", "weight"])
        for word, row in (("cheapest", ordered.iloc[0]), ("median", ordered.iloc[len(some) // 2]),
                          ("dearest", ordered.iloc[-1])):  # fmt: skip
            rows.append(((str(name), word), [Cell(f"{row.weight:g}"), Cell(number(row.energy_fj)),
                                             Cell(number(row.delay_ps)),
                                             Cell(f"{row.line}")]))  # fmt: skip
    return Grid(title, ("delays", "which"),
                ("weight", "energy / fJ", "time / ps", "line of weights.csv"), rows)  # fmt: skip
