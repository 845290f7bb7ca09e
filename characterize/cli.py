"""The command line: `python -m characterize`."""

import logging
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, TypedDict

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from characterize import cell_table, cli_diff, cli_verilog, figures, sweep, tables
from characterize import options as gate_options
from characterize.cache import Cache
from characterize.case import Case, provenance
from characterize.cli_activations import activations
from characterize.cli_array import array
from characterize.cli_clocked import clocked
from characterize.cli_compare import compare
from characterize.cli_export import export
from characterize.cli_fit import fit
from characterize.cli_library import library_app
from characterize.cli_lowest import lowest
from characterize.cli_network import network
from characterize.cli_profile import profile_case
from characterize.cli_report import report
from characterize.cli_tasks import tasks
from characterize.cli_transistor_ops import transistor_ops
from characterize.cli_weights import weights
from characterize.cluster import on_cluster
from characterize.errors import CharacterizeError
from characterize.files import locked
from characterize.rtl_check import check_entries
from characterize.units import RTL_DIR, Registry, UnitSpec
from sim import options
from sim.errors import SimError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measure, at the gates, what arithmetic units cost.",
)
app.add_typer(library_app, name="library")
app.command("fit")(fit)
app.command("export")(export)
app.command("report")(report)
app.command("profile")(profile_case)
app.command("network")(network)
app.command("compare")(compare)
app.command("tasks")(tasks)
app.command("transistor-ops")(transistor_ops)
app.command("activations")(activations)
app.command("weights")(weights)
app.command("array")(array)
app.command("clocked")(clocked)
app.command("lowest")(lowest)
cli_verilog.add_commands(app)
cli_diff.add_command(app)

RESULTS = Path("results")
# Where a referee counts alone: it takes seconds a unit for as many.
_REFEREE_VECTORS = 2000
PARTIAL_RESULTS = RESULTS / "partial"

Units = Annotated[
    str, typer.Option("--units", metavar="GLOB", help="Only units whose name matches.")
]
Rtl = Annotated[Path, typer.Option("--rtl", help="Folder of units.toml and its Verilog.")]
Quick = Annotated[bool, typer.Option("--quick", help="Fewer units and cases, the same settings.")]


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
    full: Annotated[
        bool, typer.Option("--full", help="Every library, width, delay model and stimulus.")
    ] = False,
    rtl: Rtl = RTL_DIR,
    library: Annotated[
        list[str] | None,
        typer.Option(help="Shipped library, or a cell table (.toml); may be given several times."),
    ] = None,
    stimulus: Annotated[
        list[str] | None,
        typer.Option(
            help="uniform, gaussian(SIGMA), relu(SIGMA), sparse(P), correlated(RHO) or "
            "recorded(FILE.npz); may be given several times.",
        ),
    ] = None,
    delays: Annotated[
        list[str] | None,
        typer.Option(help="zero, unit or library; may be given several times."),
    ] = None,
    step: Annotated[
        float | None, typer.Option(help="Step of library delays in ps; the library's own.")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            help="What counts the toggles: bitparallel, which icarus is the referee of; "
            "bitparallel-numpy; or a referee alone: icarus, verilator (zero delays)."
        ),
    ] = sweep.DEFAULT_ENGINE,
    jobs: Annotated[int, typer.Option(min=-1, help="Processes; -1: one a core.")] = -1,
    dask: options.Dask = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the stimuli.")] = 1,
    precision: Annotated[
        float | None,
        typer.Option(
            help="Count until the energy's 95 % confidence interval is as narrow: half of its "
            f"width in percent; {sweep.DEFAULT_PRECISION_PERCENT:g} with bitparallel.",
        ),
    ] = None,
    vectors: Annotated[
        int | None,
        typer.Option(
            min=100,
            help=f"Count so many operations instead; {_REFEREE_VECTORS} with the other engines.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder; results, or results/partial where only a part is measured."),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(help="Folder of finished work; $GATEWATT_CACHE, or the user's cache folder."),
    ] = None,
    waves: Annotated[
        Path | None, typer.Option(help="Folder in which a failing bench leaves its waves.")
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Measure everything, keep nothing.")
    ] = False,
) -> None:
    """Measure units and write units.csv, datapackage.json and figures.

    Finished cases are kept: the same command goes on where it was interrupted.
    """
    if jobs == 0:
        raise CharacterizeError("--jobs is 0: give the number of processes, or -1 for one a core")
    if quick and full:
        raise CharacterizeError("--quick and --full exclude each other: give one of them")
    registry = Registry(rtl / "units.toml")
    selected = registry.select(units, "quick" if quick else "default")
    base = sweep.QUICK if quick else sweep.FULL if full else sweep.Choice()
    choice = replace(
        base,
        libraries=tuple(library or base.libraries),
        stimuli=tuple(stimulus or base.stimuli),
        delay_models=tuple(delays or base.delay_models),
        seed=seed,
        step_ps=step,
        **_amount(engine, precision, vectors),
        every_width=base.every_width or library is not None or units != "*",
    )
    whole = (
        units == "*" and engine == sweep.DEFAULT_ENGINE and choice in (sweep.Choice(), sweep.FULL)
    )
    cases = choice.cases(selected)
    kept = gate_options.chosen_cache(cache, no_cache)
    # Whether there is a cluster is known at once; the entries of all units take a minute.
    with on_cluster(dask, rtl, choice.libraries):
        check_entries({unit.entry.name: unit.entry for unit in selected}.values())
        result, seconds = _measured(cases, jobs, kept, waves, engine)
    folder = out or (RESULTS if whole and not result.failures else PARTIAL_RESULTS)
    if len(result.rows):
        _write(result, folder, selected, choice)
        cases_of = f"{_counted(len(cases), 'case')} of {_counted(len(selected), 'unit')}"
        print(f"{cases_of} in {seconds:.0f} s")
    if result.failures:
        _report(result, folder)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


class _Amount(TypedDict, total=False):
    """How many operations are counted; what is missing stays as it is by default."""

    vectors: int
    precision_percent: float | None


def _amount(engine: str, precision: float | None, vectors: int | None) -> _Amount:
    if precision is not None and vectors is not None:
        raise CharacterizeError("--precision and --vectors exclude each other: give one of them")
    if precision is not None and not precision > 0:
        raise CharacterizeError(f"--precision {precision:g}: give a percentage above 0")
    if precision is not None:
        return {"precision_percent": precision}
    if vectors is None and engine == sweep.DEFAULT_ENGINE:
        return {}
    return {"vectors": vectors or _REFEREE_VECTORS, "precision_percent": None}


def _report(result: sweep.Sweep, folder: Path) -> None:
    """Say what failed, each reason once."""
    reasons: dict[str, list[sweep.Failure]] = {}
    for failure in result.failures:
        reasons.setdefault(failure.message, []).append(failure)
    if len(reasons) == 1 and not len(result.rows):
        raise CharacterizeError(result.failures[0].message)
    for message, failed in reasons.items():
        which = f"{failed[0].unit} ({failed[0].library})"
        others = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        print(f"failed: {which}{others}: {message}", file=sys.stderr)
    kept = f"; the others are in {folder}" if len(result.rows) else "; nothing was written"
    failed_units = _counted(len(result.failures), "unit")
    raise CharacterizeError(f"{failed_units} could not be measured{kept}")


def _measured(
    cases: list[Case], jobs: int, cache: Cache, waves: Path | None, engine: str
) -> tuple[sweep.Sweep, float]:
    """A sweep with its progress shown, and the seconds it took."""
    console = Console(stderr=True)
    begin = time.monotonic()
    with Progress(
        TextColumn("measuring"), BarColumn(), MofNCompleteColumn(), TextColumn("cases"),
        TextColumn("{task.description}"), TimeElapsedColumn(), TimeRemainingColumn(),
        console=console, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=len(cases))

        def advance(count: int, cached: bool) -> None:
            if cached and count:
                bar.update(task, description=f"({count} were finished before)")
            bar.advance(task, count)

        result = sweep.run(cases, jobs, cache, advance, waves, engine)
    return result, time.monotonic() - begin


def _write(result: sweep.Sweep, folder: Path, units: list[UnitSpec], choice: sweep.Choice) -> None:
    libraries = [cell_table.load_library(name) for name in choice.libraries]
    made_of = provenance(
        "python -m characterize run", units, libraries, choice.seed, choice.precision_percent
    )
    with locked(folder):  # of two runs at once, table and figures are of one
        tables.write_units(result.rows, folder, made_of)
        drawn = figures.draw_all(tables.read_units(folder), folder / "figures")
    print(f"{len(result.rows)} rows: {folder / 'units.csv'}")
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
        print(
            "interrupted: tables are as they were; the same command goes on where it stopped",
            file=sys.stderr,
        )
        sys.exit(130)
