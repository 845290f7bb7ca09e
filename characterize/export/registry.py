"""The exports by their names, and writing them."""

from collections.abc import Callable, Mapping
from pathlib import Path

from characterize.errors import CharacterizeError
from characterize.export import accelergy, hwcomponents, netlist, qtools, saif, zigzag
from characterize.export.parquet import parquet_bytes
from characterize.export.source import Selection, Source, read_source
from characterize.export.unit_run import UnitRun
from characterize.files import write_bytes
from characterize.unit_table import FILE_NAME

# Of rows of the table; each gives file name -> text.
TABLES: Mapping[str, Callable[[Source, Selection], dict[str, str]]] = {
    "accelergy": accelergy.export,
    "hwcomponents": hwcomponents.export,
    "zigzag": zigzag.export,
    "qtools": qtools.export,
}
# Of one unit, which is run for it.
UNITS: Mapping[str, Callable[[UnitRun], dict[str, str]]] = {
    "saif": saif.export,
    "netlist": netlist.export,
}
PARQUET = "parquet"
NAMES = (*TABLES, *UNITS, PARQUET)
EVERYTHING = "all"  # of TABLES
FOLDER = "exports"  # in the folder of results


def export_all(results: Path) -> list[Path]:
    """Write the exports of a results folder that stand beside its tables, `results/exports/`.

    Every library of the table, uniform operands, library delays.

    Returns
    -------
    list of Path
        The files, in order.

    Raises
    ------
    CharacterizeError
        If the table lacks what one of them needs, or a file cannot be written; then
        nothing of that export is written.
    """
    source = read_source(results)
    made = {name: make(source, Selection()) for name, make in TABLES.items()}
    return [path for name, files in made.items() for path in write(files, results / FOLDER / name)]


def export_parquet(results: Path, out: Path) -> list[Path]:
    """Write `units.csv` as Parquet.

    Raises
    ------
    CharacterizeError
        If the table cannot be read, pyarrow is missing, or the file cannot be written.
    """
    path = out / "units.parquet"
    write_bytes(path, parquet_bytes(read_source(results)))
    return [path]


def write(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Write texts by their names into a folder.

    Raises
    ------
    CharacterizeError
        If a file cannot be written.
    """
    for name in files:  # of units and libraries, as the table has them
        if not all(FILE_NAME.fullmatch(part) for part in name.split("/")):
            raise CharacterizeError(f"'{name}' is no name for a file of {folder}")
    paths = [folder / name for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        write_bytes(path, text.encode("utf-8"))
    return paths


def check_name(name: str) -> None:
    """Refuse what is no export's name.

    Raises
    ------
    CharacterizeError
        If it is none.
    """
    if name not in NAMES:
        raise CharacterizeError(f"unknown export '{name}': known are {', '.join(NAMES)}")
