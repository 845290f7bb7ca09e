"""The command line of comparisons: `python -m characterize diff`."""

import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from characterize.diff import Change, Difference, difference
from characterize.errors import CharacterizeError
from characterize.tables import UNITS_KEY, read_units

CHANGED, NOT_COMPARED = 1, 2  # statuses, as of `diff`
_WIDTH = 160
# Rows that only one folder has are named up to here.
_MOST_NAMED = 10


def add_command(app: typer.Typer) -> None:
    """Add the command `diff` to a command line."""
    app.command("diff")(diff)


def diff(
    old: Annotated[Path, typer.Argument(help="Folder of results: units.csv, datapackage.json.")],
    new: Annotated[Path, typer.Argument(help="Folder of results to compare with it.")],
    units: Annotated[
        str, typer.Option("--units", metavar="GLOB", help="Only units whose name matches.")
    ] = "*",
    every: Annotated[
        bool,
        typer.Option(
            "--all", help="Show every row: unchanged ones, and parts of units that changed."
        ),
    ] = False,
    common: Annotated[
        bool,
        typer.Option("--common", help="Ignore rows that only one folder has, as of partial runs."),
    ] = False,
) -> None:
    """Show which numbers changed beyond their confidence intervals.

    Status 0: none did; 1: some did, or rows were added or removed; 2: not comparable.
    """
    try:
        found = difference(_rows(old, units), _rows(new, units))
    except CharacterizeError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(NOT_COMPARED) from error
    shown = found.compared if every else found.telling_changes
    if shown:
        Console(width=None if sys.stdout.isatty() else _WIDTH).print(_table(shown))
    if not common:
        _name("added", found.added)
        _name("removed", found.removed)
    print(_summary(found, common))
    if found.changes or (not common and (found.added or found.removed)):
        raise typer.Exit(CHANGED)


def _rows(folder: Path, units: str) -> pd.DataFrame:
    table = read_units(folder)
    return table[[fnmatchcase(name, units) for name in table["unit"].astype(str)]]


def _table(changes: tuple[Change, ...]) -> Table:
    table = Table("unit", "case", "part", "number", "old", "new", "change", "")
    for change in changes:
        row = dict(zip(UNITS_KEY, change.row, strict=True))
        case = ", ".join((row["library"], row["stimulus"], row["delay_model"]))
        case += "" if row["seed"] == "1" else f", seed {row['seed']}"
        part = "whole" if change.whole else f"{row['part']}, {row['net_group']}"
        percent = "" if change.percent is None else f"{change.percent:+.3g} %"
        table.add_row(
            row["unit"], case, part, change.column, _value(change.old, change.old_ci),
            _value(change.new, change.new_ci), percent, "changed" if change.changed else "",
        )  # fmt: skip
    return table


def _value(value: float | None, interval: float) -> str:
    if value is None:
        return "empty"
    return f"{value:.6g} ± {interval:.2g}" if interval else f"{value:.6g}"


def _name(what: str, rows: tuple[tuple[str, ...], ...]) -> None:
    """Say which rows only one side has, whole units with their number of rows."""
    cases: dict[str, int] = {}
    for row in rows:
        case = ", ".join(row[:-2])
        cases[case] = cases.get(case, 0) + 1
    for case, count in list(cases.items())[:_MOST_NAMED]:
        print(f"{what}: {case} ({count} rows)")
    if len(cases) > _MOST_NAMED:
        print(f"{what}: {len(cases) - _MOST_NAMED} cases more")


def _summary(found: Difference, common: bool) -> str:
    rows = {change.row for change in found.compared}
    changed = {change.row for change in found.changes}
    wholes = {change.row for change in found.changes if change.whole}
    one_sided = "" if common else f"; {len(found.added)} added, {len(found.removed)} removed"
    return (
        f"{len(changed)} of {len(rows)} rows changed beyond their intervals, "
        f"{len(wholes)} of them whole units{one_sided}"
    )
