"""The lowest energy of a network at a loss of accuracy, by kind of numbers."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from characterize.figures.style import STYLE, svg
from characterize.network.lowest import BASELINE

_COLOURS = ("#997755", "#cc8844", "#88bbdd", "#4477aa", "#bb4455", "#449977", "#774499")
_WIDE = {"32": 0.35, "16": 0.65, "safe": 1.0}  # opacity of a width of sums


def lowest_energy(table: pd.DataFrame) -> bytes:
    """Energy of an image by points that may be lost; a panel a network and library.

    Parameters
    ----------
    table
        Rows of `lowest_energy.csv`. Pale bars have sums of 32 bits, darker ones of 16, full
        ones of the fewest that nothing can overflow.

    Returns
    -------
    bytes
        An SVG file.
    """
    panels = list(dict.fromkeys(zip(table.network, table.library, strict=True)))
    networks = list(dict.fromkeys(table.network))
    libraries = list(dict.fromkeys(table.library))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(4.6 * len(libraries), 3.2 * len(networks)), layout="constrained")
        grid = figure.subplots(len(networks), len(libraries), squeeze=False)
        for network, library in panels:
            axes = grid[networks.index(network)][libraries.index(library)]
            _panel(axes, table[(table.network == network) & (table.library == library)])
            axes.set_title(f"{network}, {library}")
        figure.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
        return svg(figure)


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    schemes = [name for name in dict.fromkeys(rows.scheme) if name != BASELINE]
    rest = rows[rows.scheme != BASELINE]
    points = sorted(rest.points.unique())
    width = 0.8 / max(len(schemes), 1)
    for number, scheme in enumerate(schemes):
        for sums, opacity in _WIDE.items():
            of = rest[(rest.scheme == scheme) & (rest.sums == sums)].set_index("points")
            heights = of.energy_nj_per_image.reindex(points)
            axes.bar(
                np.arange(len(points)) + (number + 0.5) * width - 0.4, heights, width * 0.9,
                color=_COLOURS[number % len(_COLOURS)], alpha=opacity,
                label=scheme if sums == "safe" else None,
            )  # fmt: skip
    for energy_nj in rows[rows.scheme == BASELINE].energy_nj_per_image:
        axes.axhline(energy_nj, color="#333333", lw=0.8, ls="--")
        axes.annotate("8-bit signed", (-0.45, energy_nj), textcoords="offset points",
                      xytext=(0, -10), fontsize=7)  # fmt: skip
    axes.set_xticks(range(len(points)), [f"≤ {value:g}" for value in points])
    axes.set_xlabel("points of accuracy lost")
    axes.set_ylabel("nJ an image, measured")
