"""The command line of the report: `python -m characterize report`."""

from pathlib import Path
from typing import Annotated

import typer

from characterize.report.build import write_report
from characterize.units import RTL_DIR


def report(
    results: Annotated[
        Path, typer.Option(help="Folder of units.csv; the report is written beside it.")
    ] = Path("results"),
    rtl: Annotated[
        Path, typer.Option(help="Folder of units.toml, which says what a whole run measures.")
    ] = RTL_DIR,
) -> None:
    """Write what a results folder says as one page: report.html, and observations.csv."""
    for path in write_report(results, rtl):
        print(f"report: {path}")
