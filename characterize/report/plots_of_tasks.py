"""The figures of tasks: which share of a network's work is no MAC, and what counts say of it."""

import pandas as pd

from characterize.energy import ALL
from characterize.figures.panels import Curve, curves, intervals
from characterize.network.tasks_table import OTHERS
from characterize.network.transistor_ops import (
    MEASURED,
    SWITCHED,
    SWITCHED_MACS,
    SWITCHED_OTHERS,
)
from characterize.report.page import Cell, Grid, Plot, number
from sim.counting.regression import LEAVE_ONE_OUT
from sim.counting.tasks import MAC
from sim.counting.transistor_ops import (
    ACTIVE_TOS,
    CLOCKED,
    FLOPS,
    MACS,
    RANDOM,
    SIGNAL_TOS,
    TOS,
)

# The others are in the table below the figure: they would hide these.
_SHOWN = (TOS, TOS + CLOCKED, ACTIVE_TOS + CLOCKED, SIGNAL_TOS + CLOCKED,
          RANDOM + SIGNAL_TOS + CLOCKED, SWITCHED + CLOCKED, MACS, FLOPS)  # fmt: skip
_STEPS = (
    ("uniform operands, one energy for a transistor operation", TOS),
    ("clocks apart", TOS + CLOCKED),
    ("bits of the layers' own operands and sums", ACTIVE_TOS + CLOCKED),
    ("signals of multipliers and adders in place of these bits", SIGNAL_TOS + CLOCKED),
    ("gates' own count of what switches beside MACs", SWITCHED_OTHERS),
    ("or in MACs", SWITCHED_MACS),
    ("or everywhere", SWITCHED + CLOCKED),
    ("measured energy of each operation, times operations counted", MEASURED),
)
_RUN = ["network", "dataset", "images", "scheme", "library", "delay_model"]


def all_of_tasks(tasks: pd.DataFrame | None, counts: pd.DataFrame | None) -> list[Plot]:
    """The figures of the tables that there are."""
    found = [] if tasks is None or tasks.empty else [shares(tasks)]
    return found if counts is None or counts.empty else [*found, predictors(counts)]


def shares(tasks: pd.DataFrame) -> Plot:
    """Energy by operation of whole networks."""
    plot = Plot(
        "tasks", "What networks do beside multiply-accumulates",
        "Every operation of a network ran on the gates of a unit that does it, with the numbers "
        "of real images, and every result was compared with the network simulator's. Requantizing "
        "is a multiplication of 32 by 16 bits for each number that a layer gives: it weighs most "
        "where dot products are short, and where they are of few bits.",
        "network_tasks.csv",
    )  # fmt: skip
    labels, percents = [], []
    rows: list[tuple[tuple[str, ...], list[Cell]]] = []
    for key, group in tasks.groupby(_RUN, sort=False):
        run = dict(zip(_RUN, map(str, key), strict=True))
        others = group[(group.layer == ALL) & (group.operation == OTHERS)]
        labels.append(f"{run['network']}, {run['scheme']}, {run['delay_model']} delays")
        percents.append(float(others.share_percent.iloc[0]))
        each = group[(group.layer != ALL) & group.energy_fj.notna()]
        for operation, of in each.groupby("operation", sort=False):
            count, energy_fj = of.operations.sum(), of.energy_fj.sum()
            rows.append((
                (run["network"], run["scheme"], run["library"], run["delay_model"],
                 str(operation)),
                [Cell(number(float(count), 6)), Cell(number(energy_fj / count)),
                 Cell(number(energy_fj * 1e-6)), Cell(number(of.share_percent.sum(), 3))],
            ))  # fmt: skip
        apart = group[group.energy_fj.isna()]
        rows += [
            ((run["network"], run["scheme"], run["library"], run["delay_model"],
              f"{name}, apart"), [Cell(number(float(of.operations.sum()), 6)), *[Cell("")] * 3])
            for name, of in apart.groupby("operation", sort=False)
        ]  # fmt: skip
    plot.add("share of the energy that is no MAC",
             intervals(labels, percents, percents, "beside MACs / %"))  # fmt: skip
    plot.grids.append(
        Grid(f"Energy of an image by operation; {MAC}: with the subtraction behind split sums",
             ("network", "numbers", "library", "delays", "operation"),
             ("operations", "energy / fJ each", "energy / nJ", "share / %"), rows)
    )  # fmt: skip
    return plot


def predictors(counts: pd.DataFrame) -> Plot:
    """How well counts of operations say the energy of random networks."""
    plot = Plot(
        "transistor-ops", "Energy from counts of operations",
        "Random networks ran on their gates, every operation of them; counts of operations were "
        "fitted to their energies and asked for networks that were held out. TOs are transistor "
        "operations: transistors of cells that switch, frozen at uniform operands. Activity-aware "
        "ones are scaled by how often the bits of a layer's operands and sums toggle, signal-aware "
        "ones by the signals of its multipliers and adders; on random images they see no data. "
        "Clocks are the transistors of flip-flops, with a coefficient of their own. An oracle "
        "takes something from the very gates whose energy it says, so that what the others lose "
        "is seen: nearly all is how often things switch, not what one switching takes. The "
        "published model says 93.61 to 99.51 % of networks on processors, and its linear rivals "
        "about 93 %.",
        "transistor_ops.csv",
    )  # fmt: skip
    rows: list[tuple[tuple[str, ...], list[Cell]]] = []
    for key, group in counts.groupby(["library", "delay_model"], sort=False):
        library, delays = map(str, key)
        shown = []
        for name, of in group.groupby("predictor", sort=False):
            for way, some in of.groupby("held_out", sort=False):
                precise = some.precision_percent
                rows.append((
                    (library, delays, str(name), str(way)),
                    [Cell(number(float(value))) for value in
                     (precise.mean(), precise.median(), precise.min(), len(precise))],
                ))  # fmt: skip
            if name not in _SHOWN:
                continue
            ordered = of[of.held_out == "family"].sort_values("energy_fj")
            ratio = ordered.predicted_fj / ordered.energy_fj
            shown.append(Curve(str(name), (ordered.energy_fj * 1e-6).tolist(), ratio.tolist(),
                               _SHOWN.index(str(name)), joined=False))  # fmt: skip
        plot.add(f"{library}, {delays} delays, families held out",
                 curves(shown, "energy of an image / nJ", "said / measured", log="xy"))  # fmt: skip
    plot.grids.append(
        Grid("Precision in percent: 100 less the absolute error",
             ("library", "delays", "predictor", "held out"),
             ("mean", "median", "worst", "networks"), rows)
    )  # fmt: skip
    plot.grids.append(_ladder(counts))
    return plot


def _ladder(counts: pd.DataFrame) -> Grid:
    """What is lost where: from frozen counts to the gates, an assumption a row."""
    alone = counts[counts.held_out == LEAVE_ONE_OUT]
    rows: list[tuple[tuple[str, ...], list[Cell]]] = []
    for key, group in alone.groupby(["library", "delay_model"], sort=False):
        library, delays = map(str, key)
        for step, name in _STEPS:
            precise = group[group.predictor == name].precision_percent
            if not precise.empty:
                rows.append(((library, delays, step), [Cell(number(float(precise.mean())))]))
    return Grid("What is lost where: mean precision, each network held out", (
        "library", "delays", "what is known"), ("precision / %",), rows)  # fmt: skip
