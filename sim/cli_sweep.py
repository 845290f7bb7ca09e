"""`python -m sim sweep`."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sim import options
from sim.cluster import on_cluster
from sim.corrections import CORRECTIONS
from sim.errors import SimError
from sim.figures import accuracy_against_energy
from sim.files import write_bytes
from sim.options import chosen_models, conditions_of
from sim.schemes import KINDS
from sim.sources import Source
from sim.sweep import Point, points, run
from sim.sweep_table import COLUMNS, sweep_of


def sweep_command(
    weights: options.Weights = None,
    architecture: options.Architecture = None,
    onnx: options.Onnx = None,
    data: options.Data = "digits",
    scheme: Annotated[
        list[str] | None, typer.Option(help="Schemes; split and pann. May be given several times.")
    ] = None,
    bits: Annotated[
        list[int] | None, typer.Option(min=2, max=8, help="Widths; 2, 3, 4, 6 and 8.")
    ] = None,
    budget: Annotated[
        list[float] | None,
        typer.Option(help="Bit flips an element for pann; those of unsigned MACs of the widths."),
    ] = None,
    corrections: Annotated[
        str,
        typer.Option(
            "--corrections",
            help="Of every scheme: bias, or all: also re-estimated batch norms, error "
            "feedback, widths of each layer under the budget.",
        ),
    ] = "bias",
    images: options.ImageCount = None,
    validation: Annotated[int, typer.Option(min=1, help="Images that choose bits and R.")] = 2000,
    models: options.ModelsPath = None,
    library: options.Library = "asap7",
    delays: options.Delays = "library",
    jobs: options.Jobs = 2,
    dask: options.Dask = None,
    out: Annotated[Path, typer.Option(help="Folder of the table and figure.")] = Path(
        "results/sweeps"
    ),
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Evaluate everything, keep nothing.")
    ] = False,
) -> None:
    """Accuracy against energy at several budgets; a table and a figure.

    Finished points are kept: the same command goes on where it was interrupted.
    """
    kinds = scheme or ["split", "pann"]
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise SimError(f"unknown scheme '{unknown[0]}': known are {', '.join(KINDS)}")
    source = Source(weights, architecture, onnx, data, validation=validation)
    if corrections not in CORRECTIONS:
        raise SimError(f"unknown corrections '{corrections}': known are {', '.join(CORRECTIONS)}")
    wanted = points(kinds, bits or [2, 3, 4, 6, 8], budget or [], corrections)
    console = Console(stderr=True)
    rows = []
    with on_cluster(dask), Progress(
        TextColumn("evaluating"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.description}"), TimeElapsedColumn(),
        console=console, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=len(wanted))

        def advance(point: Point, before: bool) -> None:
            note = " (finished before)" if before else ""
            bar.update(task, description=f"{point.kind} {point.budget:g}{note}", advance=1)

        found = chosen_models(models)
        conditions = conditions_of(library, delays)
        for row in run(source, wanted, found, conditions, images, jobs, not no_cache, advance):
            rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    kind = sweep_of(source.name, corrections)
    kind.write(table, out)
    print(f"{len(table)} rows: {kind.path(out)}")
    figure = kind.path(out).with_suffix(".svg")
    write_bytes(figure, accuracy_against_energy(table))
    print(f"figure: {figure}")
