"""The command line of random networks: `python -m characterize transistor-ops`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from characterize import options as gate_options
from characterize.network.layers import Gates
from characterize.network.transistor_ops import rows_of, samples
from characterize.network.transistor_ops_table import write_rows
from sim.counting.unit_counts import UnitCounts
from sim.progress import progress


def transistor_ops(
    networks: Annotated[int, typer.Option(min=9, help="How many random networks.")] = 72,
    seed: Annotated[int, typer.Option(min=0, help="Of the networks.")] = 1,
    images: Annotated[int, typer.Option(min=1, help="Test images of the digits.")] = 4,
    units: Annotated[Path | None, typer.Option(help="Counts of units; results/units.csv.")] = None,
    library: Annotated[str, typer.Option(help="Shipped library.")] = "asap7",
    delays: Annotated[str, typer.Option("--delay", help="zero or library.")] = "zero",
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    out: Annotated[Path, typer.Option(help="Folder of transistor_ops.csv.")] = Path("results"),
    cache: gate_options.CacheFolder = None,
) -> None:
    """Energies of random networks at the gates, and how well counts of operations say them."""
    counts = UnitCounts.load(units, library, delays)
    gates = Gates(library=library, delay_model=delays)
    kept = gate_options.chosen_cache(cache)
    with progress(f"{networks} networks") as bar:
        task = bar.add_task("", total=networks)
        found = samples(
            range(networks), seed, images, gates, counts, kept, jobs, lambda: bar.advance(task)
        )
    rows = rows_of(found, images, gates)
    path = write_rows(rows, out)
    _show(rows, f"{networks} random networks, {library}, {delays} delays")
    print(f"table: {path}")


def _show(rows: list[dict[str, Any]], title: str) -> None:
    table = Table("predictor", "held out", "precision, mean %", "median %", "worst %", title=title)
    for column in table.columns[2:]:
        column.justify = "right"
    groups = pd.DataFrame(rows).groupby(["predictor", "held_out"], sort=False)
    for (predictor, way), group in groups.precision_percent:
        table.add_row(
            str(predictor), str(way), f"{group.mean():.2f}", f"{group.median():.2f}",
            f"{group.min():.2f}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 140).print(table)
