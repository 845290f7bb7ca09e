"""Panels of the report: one pair of axes each, as wide as a phone, from plain figures.

Their ink is `INK` and `GRID_INK`, which no other mark has: who shows them replaces both by
the colours of the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from characterize.figures.style import STYLE

INK, GRID_INK = "#010203", "#040506"
STYLE_OF_PANELS: dict[Any, Any] = STYLE | {
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": GRID_INK,
    "lines.markersize": 4,
    "lines.linewidth": 1.4,
}
# Legible on white and on black.
COLOURS = ("#4477aa", "#cc8844", "#559966", "#bb4455", "#8866aa", "#7799cc", "#998844", "#888888",
           "#bb77aa", "#449999")  # fmt: skip
MARKERS = "osD^vPXd<>"
_WIDTH_INCHES = 4.7
# On a line of more points they would hide it.
_MOST_MARKERS = 40

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """Points that a line joins.

    Attributes
    ----------
    label
        In the legend.
    x, y
        Points, in the order of the line.
    style
        Number of its colour and marker; None: a formula's, dashed and without marker.
    joined
        Whether there is a line.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    style: int | None
    joined: bool = True


def curves(
    shown: Sequence[Curve],
    x_label: str,
    y_label: str,
    log: str = "",
    y_range: tuple[float | None, float | None] = (None, None),
    equal: float | None = None,
) -> Figure:
    """Curves over a common axis.

    Parameters
    ----------
    log
        Which axes are logarithmic: `x`, `y`, `xy` or none.
    y_range
        Ends of the vertical axis; None: from the points.
    equal
        Factor of a line y = factor x that is drawn dashed.
    """
    lines = -(-len(shown) // 3)
    figure = Figure(figsize=(_WIDTH_INCHES, 2.9 + 0.17 * lines), layout="constrained")
    axes = figure.subplots()
    axes.grid(True, axis="both" if "x" in log else "y")
    for curve in shown:
        if curve.style is None:
            axes.plot(curve.x, curve.y, "--", color=INK, label=curve.label, linewidth=1)
            continue
        colour = COLOURS[curve.style % len(COLOURS)]
        axes.plot(
            curve.x, curve.y, color=colour, label=curve.label,
            linestyle="-" if curve.joined else "none",
            marker="" if curve.joined and len(curve.x) > _MOST_MARKERS
            else MARKERS[curve.style % len(MARKERS)],
            markersize=4 if curve.joined else 2.5,
        )  # fmt: skip
    if equal is not None:
        low, high = (end(v for c in shown for v in c.x) for end in (min, max))
        axes.plot([low, high], [equal * low, equal * high], "--", color=INK, linewidth=1)
    if "x" in log:
        axes.set_xscale("log")
    elif all(float(x).is_integer() and 0 <= x <= 64 for curve in shown for x in curve.x):
        axes.set_xticks(sorted({x for curve in shown for x in curve.x}))
    if "y" in log:
        axes.set_yscale("log")
    axes.set_ylim(*y_range)
    _labels(figure, axes, x_label, y_label, columns=3)
    return figure


def stacked(
    names: Sequence[str], pieces: Mapping[str, FloatArray], x_label: str, x_top: float
) -> Figure:
    """Horizontal bars, each of pieces one behind the other, from top to bottom.

    Parameters
    ----------
    pieces
        Label of the piece -> its length in each bar.
    x_top
        End of the axis.
    """
    lines = -(-sum(bool(values.any()) for values in pieces.values()) // 2)
    height = 0.24 * len(names) + 0.9 + 0.17 * lines
    figure = Figure(figsize=(_WIDTH_INCHES, height), layout="constrained")
    axes = figure.subplots()
    axes.grid(False)
    axes.grid(True, axis="x")
    place = np.arange(len(names))[::-1]
    left = np.zeros(len(names))
    for (label, values), colour in zip(pieces.items(), COLOURS, strict=False):
        if not values.any():
            continue  # its colour stays its own in other panels
        axes.barh(place, values, left=left, label=label, color=colour, height=0.7)
        left += values
    for y, total in zip(place, left, strict=True):
        axes.annotate(
            f"{float(f'{total:.3g}'):g}",
            (total, y),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_xlim(0, 1.12 * x_top)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.set_yticks(place, list(names))
    _labels(figure, axes, x_label, "", columns=2)
    return figure


def grid(
    values: FloatArray, x: Sequence[int], y: Sequence[int], x_label: str, y_label: str
) -> Figure:
    """A map: a figure for each pair, darker where it is larger.

    Parameters
    ----------
    values
        Shape (y, x); not-a-number where nothing was measured.
    """
    figure = Figure(figsize=(_WIDTH_INCHES, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.grid(False)
    axes.pcolormesh(x, y, values, cmap="Blues", shading="nearest", vmin=0, edgecolors="none")
    middle = np.nanmax(values) / 2
    for line, upright in enumerate(y):
        for column, across in enumerate(x):
            value = values[line, column]
            if np.isfinite(value):
                axes.annotate(
                    f"{value:.3g}", (across, upright), ha="center", va="center",
                    color="#ffffff" if value > middle else "#101418",
                )  # fmt: skip
    axes.set_xticks(list(x))
    axes.set_yticks(list(y))
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    return figure


def intervals(
    names: Sequence[str], mean: Sequence[float], worst: Sequence[float], x_label: str
) -> Figure:
    """A line for each name, from its mean to its worst figure."""
    figure = Figure(figsize=(_WIDTH_INCHES, 0.2 * len(names) + 1.1), layout="constrained")
    axes = figure.subplots()
    axes.grid(False)
    axes.grid(True, axis="x")
    place = np.arange(len(names))[::-1]
    axes.hlines(place, mean, worst, color=COLOURS[0], linewidth=1)
    axes.plot(mean, place, "o", color=COLOURS[0], label="mean")
    axes.plot(worst, place, "|", color=COLOURS[3], label="worst", markersize=8)
    axes.set_xlim(left=0)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.set_yticks(place, list(names))
    _labels(figure, axes, x_label, "", columns=2)
    return figure


def _labels(figure: Figure, axes: Axes, x_label: str, y_label: str, columns: int) -> None:
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    figure.legend(loc="outside lower center", ncols=columns, fontsize=8)
