"""How figures look: fonts, colours, names; SVG that is the same bytes for the same figure."""

from io import BytesIO
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from characterize.delays import DELAY_MODELS

# Text stays text, ids are hashed with a fixed salt: no dates, no random ids.
STYLE: dict[Any, Any] = {
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
GROUPS = {
    "mult_in": ("multiplier inputs", "#4477aa"),
    "mult_internal": ("multiplier internals", "#88bbdd"),
    "acc_in": ("accumulator input", "#cc8844"),
    "acc_sum": ("accumulator sum", "#eebb77"),
    "acc_reg": ("accumulator register, its clock", "#997755"),
}
CAUSES = {
    "switching_fj": ("switching (net capacitance)", "#4477aa"),
    "internal_fj": ("internal (cells)", "#88bbdd"),
    "clock_fj": ("clock (flip-flop clock pins)", "#cc8844"),
    "leakage_fj": ("leakage", "#bb4455"),
}


def most_real(rows: pd.DataFrame) -> str:
    """The delay model that comes closest to real gates, of those in the rows."""
    return str(max(rows.delay_model.unique(), key=DELAY_MODELS.index))


def svg(figure: Figure, transparent: bool = False) -> bytes:
    """A figure as SVG, without date and creator."""
    buffer = BytesIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=transparent
    )
    return buffer.getvalue()
