"""The command line of exports: `python -m characterize export`."""

from pathlib import Path
from typing import Annotated

import typer

from characterize import options as gate_options
from characterize.case import Case
from characterize.errors import CharacterizeError
from characterize.export import registry, zigzag
from characterize.export.source import Selection, read_source
from characterize.export.unit_run import run_unit
from characterize.stimulus import Stimulus
from characterize.units import RTL_DIR, Registry

_VECTORS = 10_000
_LIBRARY = "asap7"


def export(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="NAME",
            help=f"One of {', '.join(registry.NAMES)}; "
            f"{registry.EVERYTHING}: those that stand beside the tables, exports/.",
        ),
    ],
    results: Annotated[Path, typer.Option(help="Folder with units.csv.")] = Path("results"),
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; exports/NAME in that of results.")
    ] = None,
    library: Annotated[
        str | None,
        typer.Option(
            help=f"One library; every one of the table, with --unit {_LIBRARY}, if not given."
        ),
    ] = None,
    stimulus: Annotated[str, typer.Option(help="Stimulus, by the name that rows have.")] = (
        "uniform"
    ),
    delays: Annotated[str, typer.Option(help="zero, unit or library.")] = "library",
    unit: Annotated[
        str | None,
        typer.Option(help="Of saif and netlist: the unit to run. Of zigzag, with --accelerator."),
    ] = None,
    vectors: Annotated[
        int, typer.Option(min=1, help="Operations to count for saif and netlist.")
    ] = _VECTORS,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the stimulus for these.")] = 1,
    accelerator: Annotated[
        Path | None,
        typer.Option(help="Of zigzag: an accelerator (.yaml) to copy with the unit's figures."),
    ] = None,
    rtl: Annotated[Path, typer.Option(help="Folder of units.toml and its Verilog.")] = RTL_DIR,
    cache: Annotated[
        Path | None,
        typer.Option(help="Folder of finished work; $GATEWATT_CACHE, or the user's cache folder."),
    ] = None,
) -> None:
    """Write what was measured in another tool's format."""
    if to == registry.EVERYTHING:
        for path in registry.export_all(results):
            print(f"export: {path}")
        return
    registry.check_name(to)
    if (accelerator is not None and to != "zigzag") or (
        unit is not None and to not in registry.UNITS and accelerator is None
    ):
        raise CharacterizeError(
            f"--to {to} takes no {'--accelerator' if accelerator else '--unit'}: "
            "--unit goes with saif, netlist, and zigzag with --accelerator"
        )
    if unit is None and (to in registry.UNITS or accelerator is not None):
        raise CharacterizeError(f"--to {to} is of one unit: give --unit NAME")
    folder = out or results / registry.FOLDER / to
    selection = Selection(library, stimulus, delays)
    if to == registry.PARQUET:
        paths = registry.export_parquet(results, folder)
    elif unit is None:
        paths = registry.write(registry.TABLES[to](read_source(results), selection), folder)
    elif accelerator is not None:
        one = Selection(library or _LIBRARY, stimulus, delays)
        files = zigzag.accelerator(read_source(results), one, unit, accelerator)
        paths = registry.write(files, folder)
    else:
        case = Case(
            Registry(rtl / "units.toml").unit(unit),
            library or _LIBRARY,
            Stimulus(stimulus, seed),
            vectors,
            delays,
        )
        run = run_unit(case, gate_options.chosen_cache(cache))
        paths = registry.write(registry.UNITS[to](run), folder)
    for path in paths:
        print(f"export: {path}")
