"""What to take from Liberty files: the settings of a library, read and checked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from characterize.cell_check import check_script
from characterize.errors import CharacterizeError
from characterize.files import read_toml
from characterize.library import Cell, Conditions, SynthesisSettings


@dataclass(frozen=True)
class LibrarySettings:
    """Settings of an import.

    Attributes
    ----------
    name, source, conditions, synthesis
        As in the library that is made.
    cells
        Names of the cells to take, in the order of the table.
    """

    name: str
    source: Mapping[str, Any]
    conditions: Conditions
    synthesis: SynthesisSettings
    cells: tuple[str, ...]


def read_settings(path: Path) -> LibrarySettings:
    """Settings from a TOML file.

    Raises
    ------
    CharacterizeError
        If it cannot be read, or something is missing or of the wrong kind.
    """
    table = read_toml(path)
    needed = {"name", "source", "conditions", "synthesis", "cells"}
    if missing := needed - set(table):
        raise CharacterizeError(f"{path}: lacks {', '.join(sorted(missing))}")
    name, cells = table["name"], table["cells"]
    if not isinstance(name, str) or not name.isidentifier():
        raise CharacterizeError(f"{path}: name must be a word of letters, digits and _")
    if not isinstance(cells, list) or not cells or not all(isinstance(c, str) for c in cells):
        raise CharacterizeError(f"{path}: cells must be a list of names")
    if twice := sorted(cell for cell, count in Counter(cells).items() if count > 1):
        raise CharacterizeError(f"{path}: cells named twice: {', '.join(twice)}")
    if not isinstance(table["source"], dict):
        raise CharacterizeError(f"{path}: source must be a table")
    return LibrarySettings(
        name=name,
        source=table["source"],
        conditions=_conditions(table["conditions"], path),
        synthesis=_synthesis(table["synthesis"], path),
        cells=tuple(cells),
    )


def _conditions(table: Any, path: Path) -> Conditions:
    names = [field.name for field in fields(Conditions)]
    if not isinstance(table, dict) or set(table) != set(names):
        raise CharacterizeError(f"{path}: conditions must be {', '.join(names)}")
    for name, value in table.items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        least = 0 if name == "wire_ff_per_fanout" else None
        if not number or (name != "temperature_c" and not (value > 0 or value == least)):
            raise CharacterizeError(f"{path}: conditions: {name} is {value!r}, a positive number "
                                    "is needed")  # fmt: skip
    return Conditions(**{name: float(table[name]) for name in names})


def _synthesis(table: Any, path: Path) -> SynthesisSettings:
    if not isinstance(table, dict) or not {"driving_cell", "abc_script"} <= set(table):
        raise CharacterizeError(f"{path}: synthesis must have driving_cell and abc_script")
    try:
        settings = SynthesisSettings.read(table)
    except (TypeError, ValueError) as error:
        raise CharacterizeError(
            f"{path}: synthesis: tie_high and tie_low must be a cell and its pin each"
        ) from error
    check_script(settings, f"{path}: synthesis")
    return settings


def check_synthesis(settings: LibrarySettings, cells: Mapping[str, Cell]) -> None:
    """Refuse synthesis settings that name what is not among the cells.

    Raises
    ------
    CharacterizeError
        One line with the name.
    """
    synthesis = settings.synthesis
    if synthesis.driving_cell not in cells:
        raise CharacterizeError(
            f"settings of {settings.name}: driving_cell {synthesis.driving_cell} "
            "is not among its cells"
        )
    for role, tie, value in (
        ("tie_high", synthesis.tie_high, True),
        ("tie_low", synthesis.tie_low, False),
    ):
        if tie is None:
            continue
        cell = cells.get(tie[0])
        function = cell.functions.get(tie[1]) if cell is not None else None
        if function is None or function.inputs or bool(function.table(())[0]) != value:
            raise CharacterizeError(
                f"settings of {settings.name}: {role} {tie[0]} {tie[1]} "
                f"is no output of its cells that is always {int(value)}"
            )
