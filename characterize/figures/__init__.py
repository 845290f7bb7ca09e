"""The figures: SVG, the same bytes for the same table."""

from pathlib import Path

import matplotlib as mpl
import pandas as pd

from characterize.figures.energy import energy_by_cause, energy_by_width
from characterize.figures.style import STYLE, most_real, svg
from characterize.files import write_bytes


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
    with mpl.rc_context(STYLE):
        for library, rows in table.groupby("library", sort=False):
            chosen = rows[rows.delay_model == most_real(rows)]
            for name, figure in (
                ("energy_by_width", energy_by_width(chosen)),
                ("energy_by_cause", energy_by_cause(chosen)),
            ):
                if figure is not None:
                    path = folder / f"{name}_{library}.svg"
                    write_bytes(path, svg(figure))
                    drawn.append(path)
    return drawn
