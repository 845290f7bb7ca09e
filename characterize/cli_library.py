"""The command line of cell libraries: `python -m characterize library`."""

from pathlib import Path
from typing import Annotated

import typer

from characterize import cell_table
from characterize.errors import CharacterizeError
from characterize.library_import import import_library

library_app = typer.Typer(no_args_is_help=True, help="Cell libraries.")


@library_app.callback()
def library() -> None:
    """Cell libraries."""


@library_app.command("import")
def import_liberty(
    files: Annotated[
        list[Path], typer.Argument(help="Liberty files that belong together (.lib, .lib.gz).")
    ],
    settings: Annotated[
        Path | None,
        typer.Option(help="TOML: cells to take, conditions, source; chosen by rule if not given."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The cell table to write (.toml); without it only the report is made."),
    ] = None,
    transistors: Annotated[
        Path | None, typer.Option(help="CSV with the columns cell and transistors.")
    ] = None,
) -> None:
    """Make a compact cell table from Liberty files, and say what is in it."""
    if out is not None and out.suffix != ".toml":
        raise CharacterizeError(f"--out {out}: the name of a cell table ends in .toml")
    imported = import_library(files, settings, transistors)
    print(imported.report.text(imported.library))
    print()
    if out is None:
        print("nothing was written: --out TABLE.toml writes the cell table")
        return
    cell_table.write_table(imported.library, out)
    print(f"{len(imported.library.cells)} cells of {imported.library.name}: {out}")
