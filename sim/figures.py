"""The figure of a sweep: SVG, the same bytes for the same table."""

from io import BytesIO
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

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
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "legend.frameon": False,
}
_COLOURS = {"pann": "#cc8844", "split": "#4477aa", "split-signed": "#88bbdd", "mixed": "#997755",
            "signed": "#bb4455", "signmag": "#449977", "csd": "#774499"}  # fmt: skip


def accuracy_against_energy(table: pd.DataFrame) -> bytes:
    """Accuracy against measured energy, and against the formula's bit flips, by scheme.

    Parameters
    ----------
    table
        Rows of a sweep; without energies only the right side is drawn.

    Returns
    -------
    bytes
        An SVG file.
    """
    sides = [("budget_flips", "bit flips an element, by the formula")]
    if table.energy_nj_per_image.notna().all():
        library = table.library.iloc[0]
        sides.insert(0, ("energy_nj_per_image", f"nJ an image, measured on {library}"))
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(4.2 * len(sides), 3.4), layout="constrained")
        for axes, (column, label) in zip(
            figure.subplots(1, len(sides), squeeze=False)[0], sides, strict=True
        ):
            for scheme, rows in table.groupby("scheme", sort=False):
                ordered = rows.sort_values(column)
                axes.plot(
                    ordered[column], ordered.accuracy, "o-", ms=4, label=str(scheme),
                    color=_COLOURS[str(scheme)],
                )  # fmt: skip
                for _, row in ordered.iterrows():
                    axes.annotate(
                        f"{row.bits_x:.2g}", (row[column], row.accuracy),
                        textcoords="offset points", xytext=(3, -9), fontsize=7,
                    )  # fmt: skip
            axes.set_xscale("log")
            axes.set_xlabel(label)
            axes.set_ylabel("accuracy, % of test images")
            axes.legend()
        figure.suptitle(f"{table.network.iloc[0]}: numbers are bits of activations")
        content = BytesIO()
        figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()
