"""The command line: `python -m characterize`."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from characterize import cell_table, figures, sweep, tables
from characterize.cli_library import library_app
from characterize.errors import CharacterizeError
from characterize.measure import input_hash
from characterize.rtl_check import check_entries
from characterize.synthesis import yosys_version
from characterize.units import RTL_DIR, Registry
from sim.errors import SimError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measure, at the gates, what arithmetic units cost.",
)
app.add_typer(library_app, name="library")

RESULTS = Path("results")
PARTIAL_RESULTS = RESULTS / "partial"

Units = Annotated[
    str, typer.Option("--units", metavar="GLOB", help="Only units whose name matches.")
]
Rtl = Annotated[Path, typer.Option("--rtl", help="Folder of units.toml and its Verilog.")]
Quick = Annotated[bool, typer.Option("--quick", help="Fewer units, the same settings.")]


@app.command("list")
def list_units(units: Units = "*", quick: Quick = False, rtl: Rtl = RTL_DIR) -> None:
    """Show the units that a run measures."""
    table = Table("unit", "family", "architecture", "Verilog")
    for unit in Registry(rtl / "units.toml").select(units, "quick" if quick else "default"):
        table.add_row(unit.name, unit.family, unit.architecture, unit.entry.files[0].name)
    Console(width=None if sys.stdout.isatty() else 120).print(table)


@app.command("run")
def run_sweep(
    units: Units = "*",
    quick: Quick = False,
    rtl: Rtl = RTL_DIR,
    library: Annotated[str, typer.Option(help="Shipped library, or a cell table.")] = "asap7",
    jobs: Annotated[int, typer.Option(min=-1, help="Processes; -1: one a core.")] = -1,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the stimuli.")] = 1,
    vectors: Annotated[
        int, typer.Option(min=100, help="Operations counted for each case.")
    ] = sweep.DEFAULT_VECTORS,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder; results, or results/partial where only a part is measured."),
    ] = None,
) -> None:
    """Measure units and write units.csv, datapackage.json and figures."""
    registry = Registry(rtl / "units.toml")
    selected = registry.select(units, "quick" if quick else "default")
    partial = quick or units != "*"
    folder = out or (PARTIAL_RESULTS if partial else RESULTS)
    cells = cell_table.load_library(library)
    if jobs == 0:
        raise CharacterizeError("--jobs is 0: give the number of processes, or -1 for one a core")
    check_entries({unit.entry.name: unit.entry for unit in selected}.values())
    cases = sweep.cases_of(selected, library, seed, vectors)
    console = Console(stderr=True)
    with Progress(
        TextColumn("measuring"), BarColumn(), MofNCompleteColumn(), TextColumn("units"),
        TimeElapsedColumn(), console=console, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=len(selected))
        rows = sweep.run(cases, jobs, lambda units_done: bar.advance(task, units_done))
    provenance = {
        "command": "python -m characterize run",
        "input_sha256": input_hash(selected, cells),
        "library": {"name": cells.name, "sha256": cells.sha256} | dict(cells.source),
        "synthesis": {"yosys": yosys_version(), "abc_script": cells.synthesis.abc_script},
        "seed": seed,
        "vectors": vectors,
    }
    tables.write_units(rows, folder, provenance)
    drawn = figures.draw_all(tables.read_units(folder), folder / "figures")
    print(f"{len(selected)} units, {len(rows)} rows: {folder / 'units.csv'}")
    for path in drawn:
        print(f"figure: {path}")


def main() -> None:
    """Run the command line; what a user can mend is one line and status 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        app()
    except (CharacterizeError, SimError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted: nothing was written", file=sys.stderr)
        sys.exit(130)
