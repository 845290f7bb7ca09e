"""The figures of whole networks: what multiplies them best, and how far models are off."""

import numpy as np
import pandas as pd

from characterize.figures.panels import Curve, curves, intervals
from characterize.network.table import totals
from characterize.report.page import Cell, Grid, Plot, number

_RUN = ["network", "dataset", "images", "scheme", "acc_bits", "unit", "order", "library",
        "dataflow", "delay_model"]  # fmt: skip
_CONDITIONS = ["network", "library", "delay_model"]


def rivals(networks: pd.DataFrame | None) -> Plot:
    """Accuracy against energy of everything that multiplied a network."""
    plot = Plot(
        "networks", "Whole networks at the gates",
        "Every multiplication of a network ran on the gates of the unit that makes it, with the "
        "operands of real images. A point is a network in other numbers, or on other units: its "
        "energy for a multiplication, and how many images it gets right. Of each kind of numbers "
        "and each accuracy the unit that takes least is drawn; the table has all. Split units are "
        "charged with the subtraction behind them, PANN with all its additions.",
        "networks.csv, layer = all, tier = A, rows with an accuracy",
    )  # fmt: skip
    shown = None if networks is None else totals(networks)
    if shown is not None:
        shown = shown[(shown.tier == "A") & shown.accuracy.notna()]
    if shown is None or shown.empty:
        plot.missing = (
            "There is no comparison of a network in networks.csv; `python -m characterize compare` "
            "makes one."
        )
        return plot
    for key, group in shown.groupby(_CONDITIONS, sort=False):
        network, library, delays = map(str, key)
        some = []
        for number_of, (kind, points) in enumerate(group.groupby(_kind(group), sort=False)):
            best = points.sort_values("energy_fj_per_mac").drop_duplicates("scheme")
            best = best.sort_values("energy_fj_per_mac")
            some.append(
                Curve(str(kind), best.energy_fj_per_mac.tolist(), best.accuracy.tolist(), number_of)
            )
        title = f"{network}, {library}, {delays} delays"
        plot.add(title, curves(some, "energy of a multiplication / fJ", "right / %"))
        plot.grids.append(_energies(title, group))
    return plot


def _kind(rows: pd.DataFrame) -> "pd.Series[str]":
    """The first word of a scheme's name."""
    return rows.scheme.str.split(" ").str[0]


def _energies(title: str, group: pd.DataFrame) -> Grid:
    ordered = group.sort_values(["energy_fj_per_mac", "scheme"])
    named = ordered[["scheme", "unit", "order", "dataflow", "acc_bits"]].astype(str)
    figures = ordered[["energy_fj_per_mac", "cycles_per_mac", "glitch_share", "clock_fj_per_mac",
                       "accuracy"]]  # fmt: skip
    rows = [
        (tuple(names), [Cell(number(float(value))) for value in values])
        for names, values in zip(named.to_numpy(), figures.to_numpy(), strict=True)
    ]
    return Grid(
        f"{title}: the cheapest first",
        ("numbers", "unit", "order of weights", "dataflow", "sums / bit"),
        ("energy / fJ a MAC", "cycles a MAC", "glitches / %", "clock / fJ a MAC", "right / %"),
        rows,
    )


def models(networks: pd.DataFrame | None) -> Plot:
    """Errors of models and samples against the truth."""
    plot = Plot(
        "truth", "Models against the gates",
        "How far the energy of a layer is off that models say without its gates, against all its "
        "multiplications at the gates: mean and worst of the layers. B samples single operations; "
        "C knows how often each operand bit toggles in the layer; D has exact tables of the "
        "multiplier; E are constants and formulas, as they are mostly used.",
        "networks.csv, layer not all, tier not A: error_percent",
    )  # fmt: skip
    shown = networks
    if shown is not None:
        shown = shown[(shown.tier != "A") & shown.error_percent.notna()]
    if shown is None or shown.empty:
        plot.missing = (
            "There is no model of a network in networks.csv; `python -m characterize network` "
            "puts tier A and the models beside it."
        )
        return plot
    rows = []
    for key, group in shown.groupby(_RUN, sort=False):
        run = dict(zip(_RUN, key, strict=True))
        labels, means, worsts = [], [], []
        for tier, of_tier in group.groupby("tier", sort=True):
            errors = of_tier[of_tier.layer != "all"].error_percent.abs()
            whole = of_tier[of_tier.layer == "all"].error_percent
            if errors.empty:
                continue
            labels.append(str(tier))
            means.append(float(errors.mean()))
            worsts.append(float(errors.max()))
            rows.append(
                (
                    (*(str(run[name]) for name in ("network", "scheme", "unit", "library",
                       "dataflow", "delay_model")), str(tier)),
                    [Cell(number(v, 3)) for v in
                     (errors.mean(), errors.max(), whole.iloc[0] if len(whole) else np.nan)],
                )
            )  # fmt: skip
        title = (
            f"{run['network']}, {run['scheme']}, {run['unit']}, {run['dataflow']} stationary, "
            f"{run['library']}, {run['delay_model']} delays"
        )
        plot.add(title, intervals(labels, means, worsts, "error of a layer / %"))
    plot.grids.append(
        Grid("Errors in percent", ("network", "numbers", "unit", "library", "dataflow", "delays",
             "tier"), ("layers, mean", "layers, worst", "network"), rows)
    )  # fmt: skip
    return plot
