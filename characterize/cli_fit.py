"""The command line of power models: `python -m characterize fit`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.progress import Progress

from characterize import options as gate_options
from characterize import tables
from characterize.cache import Cache
from characterize.cluster import on_cluster
from characterize.units import RTL_DIR, Registry
from sim import options
from sim.packages import PACKAGE_FILE


def fit(
    results: Annotated[
        Path, typer.Option(help="Folder of units.csv; models.json is written beside it.")
    ] = Path("results"),
    rtl: Annotated[Path, typer.Option(help="Folder of units.toml and its Verilog.")] = RTL_DIR,
    library: Annotated[
        list[str] | None,
        typer.Option(help="Cell table (.toml) of a library in the table that is not shipped."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=-1, help="Processes; -1: one a core.")] = -1,
    dask: options.Dask = None,
    cache: Annotated[
        Path | None,
        typer.Option(help="Folder of finished work; $GATEWATT_CACHE, or the user's cache folder."),
    ] = None,
) -> None:
    """Fit power models to a table and to units run for them: models.json, weights.csv."""
    kept = gate_options.chosen_cache(cache)
    with on_cluster(dask, rtl, library or ()):
        path = write(results, rtl, library or (), jobs, kept)
    print(f"models: {path}")


def write(results: Path, rtl: Path, libraries: Sequence[str], jobs: int, cache: Cache) -> Path:
    """Fit and write the models of a results folder; long work shows progress.

    Parameters
    ----------
    libraries
        Paths of the cell tables that the folder's own libraries were read from.
    """
    from characterize.models import file  # noqa: PLC0415 - statsmodels takes a second to import

    table = tables.read_units(results)
    package: dict[str, Any] = json.loads((results / PACKAGE_FILE).read_text("utf-8"))
    known = {Path(source).stem: source for source in libraries}
    there = set(zip(table.unit, table.library, strict=True))
    units = file.fitted_units(Registry(rtl / "units.toml").select())
    work = [
        (unit, known.get(library, library))
        for library in dict.fromkeys(table.library)
        for unit in units
        if (unit.name, library) in there
    ]
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("fitting", total=len(work))
        fitted = file.fit(work, jobs, cache, lambda n: bar.advance(task, n))
    provenance = {
        "command": "python -m characterize fit",
        "units": package["resources"][0]["hash"],
    }
    if fitted.weights:
        tables.add_weights(pd.DataFrame(fitted.weights), results)
    return file.write_models(table, fitted.models, results, provenance)
