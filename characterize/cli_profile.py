"""The command line of profiles: `python -m characterize profile`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from characterize import options as gate_options
from characterize.case import Case
from characterize.delays import DELAY_MODELS
from characterize.errors import CharacterizeError
from characterize.profile import check_vectors, profile
from characterize.stimulus import Stimulus
from characterize.units import RTL_DIR, Registry


def profile_case(
    unit: Annotated[str, typer.Argument(help="Name of a unit, as `list` shows it.")],
    delays: Annotated[str, typer.Option(help="zero, unit or library.")] = "library",
    vectors: Annotated[int, typer.Option(help="Operations that are counted.")] = 1_000_000,
    stimulus: Annotated[str, typer.Option(help="Operands, as of `run`.")] = "uniform",
    library: gate_options.Library = "asap7",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the stimulus.")] = 1,
    rtl: Annotated[Path, typer.Option(help="Folder of units.toml and its Verilog.")] = RTL_DIR,
) -> None:
    """Show where the time of a case goes, nothing taken from the cache."""
    check_vectors(vectors)
    if delays not in DELAY_MODELS:
        raise CharacterizeError(f"--delays {delays}: give one of {', '.join(DELAY_MODELS)}")
    case = Case(
        Registry(rtl / "units.toml").unit(unit), library, Stimulus(stimulus, seed), vectors, delays
    )
    stages = profile(case)
    total = sum(stage.seconds for stage in stages)
    table = Table("stage", "ms", "share / %", "ns per operation")
    for column in table.columns[1:]:
        column.justify = "right"
    for stage in stages:
        table.add_row(*_cells(stage.name, stage.seconds, total, vectors))
    table.add_section()
    table.add_row(*_cells("all", total, total, vectors))
    Console(width=100).print(table)


def _cells(name: str, seconds: float, total: float, vectors: int) -> tuple[str, ...]:
    return (
        name,
        f"{1e3 * seconds:.1f}",
        f"{100 * seconds / total:.1f}",
        f"{1e9 * seconds / vectors:.2f}",
    )
