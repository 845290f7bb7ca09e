"""The results schema: what each table's columns mean, writing, reading, validating.

Tables are CSV files with a Frictionless data package (`datapackage.json`) beside
them. The same rows give the same bytes: six significant digits, no dates, no
hosts. Schemas grow by appending columns; a change of meaning raises the major
version, which readers refuse when they do not know it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.errors import CharacterizeError
from characterize.files import locked, write_bytes, write_text
from sim.table_files import check_numbers, read_csv

SCHEMA_VERSION = "1.0"
PACKAGE_FILE = "datapackage.json"
_DIGITS = "%.6g"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name, Frictionless type, unit (empty for none), meaning."""

    name: str
    type: str
    unit: str
    description: str


def columns(text: str) -> tuple[Column, ...]:
    """Columns, a line each: name, type, unit and meaning between bars."""
    rows = (line.split("|") for line in text.strip().splitlines())
    return tuple(Column(*(item.strip() for item in row)) for row in rows)


UNITS = columns(
    """
unit                   | string  |      | name of the unit: registry entry, operand widths with their sign (s, u), sum width
family                 | string  |      | multiplier, adder, accumulator, mac or activation; user: anybody's Verilog, if it was not called otherwise
architecture           | string  |      | how it is built
width_x                | integer | bit  | width of the operand x
width_w                | integer | bit  | width of the operand w; of an adder, of its second operand; empty where there is none
signed_x               | boolean |      | whether x is two's complement
signed_w               | boolean |      | whether w (or an adder's second operand) is two's complement
encoding               | string  |      | how operands are coded on the wires: twos if any is signed, signmag, else unsigned
acc_width              | integer | bit  | width of the accumulated sum; empty where there is none
library                | string  |      | standard cell library
vdd_v                  | number  | V    | supply voltage
clock_ps               | number  | ps   | clock period: the library's, or for a slower unit the next multiple of half of it above its critical path
delay_step_ps          | number  | ps   | step to which library delays are rounded; empty with zero and unit delays
stimulus               | string  |      | distribution of the operands: uniform, gaussian (rounded, clipped; sigma in least significant bits, a third of 2^(bits-1), unsigned 2^bits, where none is given; unsigned: absolute values), relu (the same, unsigned x rectified), sparse(p) (zero with probability p, else uniform), correlated(rho) (first-order autoregressive gaussian), recorded(file); signs and shifts of a weight are always uniform; the places of a requantizer stay as in a layer, at those that bring its largest product into the result; a PANN weight q has its input held for q operations, is uniform or of sigma 2^bits/16, and takes none where it is 0
seed                   | integer |      | of the stimulus
delay_model            | string  |      | zero, unit (each gate one step) or library (one delay a cell output, the mean over arcs and edges at its load and slews, rounded to steps); inertial: a change shorter than the delay is swallowed, which is the largest uncertainty of glitch figures; operands change with the registers' outputs
engine                 | string  |      | simulator that counted the toggles
vectors                | integer |      | operations counted, after one uncounted initial vector
cycles_per_op          | integer |      | clock cycles of one operation
part                   | string  |      | piece of the unit; all: the whole; input: the nets that the unit's inputs drive
net_group              | string  |      | mult_in, mult_internal, acc_in, acc_sum, acc_reg, control, other; all: the sum
toggles_per_op         | number  | 1/op | 0-1 and 1-0 changes of distinct nets, glitches included; clock and constants are not counted
glitch_toggles_per_op  | number  | 1/op | those of them that only delays cause: toggles with the row's delay model minus those with zero delays
bit_flips_per_op       | number  | 1/op | changes of port bits, aliases of a net counted each, where the group has ports (mult_in: operands; acc_in: the extended addend; acc_sum: data pins of the sum's flip-flops; acc_reg: the sum); else of nets
energy_fj              | number  | fJ   | energy per operation: switching + internal + clock + leakage; no wires beyond the allowance per fan-out, no clock tree, no memories
energy_ci_fj           | number  | fJ   | half width of its 95 % confidence interval, from the means of consecutive blocks, equal but for the last, 64 to 128 of them where there are as many operations; of the sampled operands only
switching_fj           | number  | fJ   | 1/2 C Vdd^2 per toggle; C: sink pins, wire allowance, one flip-flop data pin at outputs
internal_fj            | number  | fJ   | internal energy of output and input pin transitions
clock_fj               | number  | fJ   | clock pins of the flip-flops: capacitance and internal energy, both edges
leakage_fj             | number  | fJ   | leakage power times clock period
power_static_uw        | number  | uW   | leakage power
power_dynamic_uw       | number  | uW   | energy without leakage, at one operation per cycles_per_op clock periods
area_um2               | number  | um2  | sum of cell areas, not per operation
cells                  | integer |      | number of cells
transistors            | integer |      | sum of the cells' transistors
delay_ps               | number  | ps   | static critical path of the whole unit, set-up time included where it ends in a flip-flop
paper_bit_flips        | number  | 1/op | the PANN paper's formula for uniform operands (arXiv 2202.02783), beside bit_flips_per_op; empty where it has none
referee                | string  |      | engine whose toggles were compared with this one's, net by net; empty where the engine is a referee itself
referee_vectors        | integer |      | operations that were compared; 0 where there was no comparison
transistor_ops_per_op  | number  | 1/op | transistor operations: sum over the cells of the toggles of their outputs, glitches included, each times the cell's transistors; clocks are not counted, nor what switches in a cell while its outputs stay
"""
)
WEIGHTS = columns(
    """
unit        | string  |    | name of the multiplier
library     | string  |    | standard cell library
delay_model | string  |    | as in units.csv
stimulus    | string  |    | all transitions of x: the weight is held, the activation makes every ordered transition once
weight      | integer |    | value of w
energy_fj   | number  | fJ | energy per operation with this weight, leakage included; nothing is sampled
delay_ps    | number  | ps | longest time from the change of the operands until the product rests, over all transitions, in whole steps of the delay model; empty with zero and unit delays
"""
)
WEIGHTS_KEY = ("unit", "library", "delay_model", "stimulus", "weight")
UNITS_KEY = ("unit", "library", "stimulus", "seed", "delay_model", "engine", "part", "net_group")
TABLES = {"units": UNITS, "weights": WEIGHTS}


def write_units(rows: pd.DataFrame, folder: Path, provenance: Mapping[str, Any]) -> None:
    """Write `units.csv` and `datapackage.json`.

    Parameters
    ----------
    rows
        One column for each of `UNITS`, in any order.
    folder
        Where; made if it is missing.
    provenance
        What the rows were made of: hashes, versions, licences.

    Raises
    ------
    CharacterizeError
        If a file cannot be written.
    """
    resource, content = _resource("units", UNITS, UNITS_KEY, rows)
    with locked(folder):
        # Tables of other commands stay; those that follow from this one are made again.
        others = [other for other in _package(folder)["resources"] if other["name"] not in TABLES]
        package = _new_package() | {
            "resources": [resource, *others],
            "provenance": dict(provenance),
        }
        # The table first: a package never describes a table that is not there.
        write_bytes(folder / "units.csv", content)
        write_text(folder / PACKAGE_FILE, json.dumps(package, indent=2) + "\n")


def add_weights(rows: pd.DataFrame, folder: Path) -> None:
    """Write `weights.csv` beside `units.csv`, and describe it in `datapackage.json`.

    Parameters
    ----------
    rows
        One column for each of `WEIGHTS`, in any order.
    folder
        Of `units.csv`.

    Raises
    ------
    CharacterizeError
        If there is no `units.csv`, or a file cannot be written.
    """
    read_units(folder)
    add_table("weights", WEIGHTS, WEIGHTS_KEY, rows, folder)


def add_table(
    name: str,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    rows: pd.DataFrame,
    folder: Path,
    made_by: str | None = None,
) -> None:
    """Write a table, and describe it in `datapackage.json`, beside others that are there.

    Parameters
    ----------
    name
        Of the file, without `.csv`.
    rows
        One column for each of `columns`, in any order.
    made_by
        Command that makes the table, where it is not the one that made the package.

    Raises
    ------
    CharacterizeError
        If a file cannot be written.
    """
    resource, content = _resource(name, columns, key, rows)
    if made_by is not None:
        resource["sources"] = [{"title": made_by}]
    with locked(folder):
        package = _package(folder)
        others = [other for other in package["resources"] if other["name"] != name]
        write_bytes(folder / f"{name}.csv", content)
        package["resources"] = [*others, resource]
        write_text(folder / PACKAGE_FILE, json.dumps(package, indent=2) + "\n")


def replace_rows(
    name: str,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    rows: pd.DataFrame,
    folder: Path,
    made_by: str,
    same: tuple[str, ...] | None = None,
) -> Path:
    """Put rows into a table, in place of those that agree with one of them.

    Parameters
    ----------
    name, columns, key, folder, made_by
        As of `add_table`.
    same
        Columns in which rows agree; the key if None.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    CharacterizeError
        If a file cannot be read or written.
    """
    path, compared = folder / f"{name}.csv", list(key if same is None else same)
    with locked(folder):
        if path.is_file():
            old = read_table(name, columns, folder, made_by)
            replaced = set(rows[compared].itertuples(index=False, name=None))
            keys = old[compared].itertuples(index=False, name=None)
            kept = [each not in replaced for each in keys]
            rows = pd.concat([some for some in (old[kept], rows) if len(some)], ignore_index=True)
        add_table(name, columns, key, rows, folder, made_by)
    return path


def read_table(name: str, columns: tuple[Column, ...], folder: Path, made_by: str) -> pd.DataFrame:
    """A table that `add_table` wrote, as it stands.

    Raises
    ------
    CharacterizeError
        If it cannot be read, or lacks a column.
    """
    path = folder / f"{name}.csv"
    table = read_csv(path, CharacterizeError, f"; `{made_by}` writes it")
    missing = [column.name for column in columns if column.name not in table.columns]
    if missing:
        raise CharacterizeError(f"{path}: lacks the column {missing[0]}; remove it and run again")
    _check_types(table, columns, path)
    return table


def _check_types(table: pd.DataFrame, columns: tuple[Column, ...], path: Path) -> None:
    """Refuse columns that are not of the type that the schema says."""
    of_type = {
        kind: [c.name for c in columns if c.type == kind and c.name in table.columns]
        for kind in ("number", "integer", "boolean")
    }
    check_numbers(table, of_type["number"], path, CharacterizeError)
    check_numbers(table, of_type["integer"], path, CharacterizeError, whole=True)
    for name in of_type["boolean"]:
        wrong = ~(table[name].isna() | table[name].astype(str).str.lower().isin(("true", "false")))
        if wrong.any():
            line = int(wrong.to_numpy().argmax())
            raise CharacterizeError(
                f"{path}, line {line + 2}: {name} is {str(table[name].iloc[line])!r}, "
                "which is neither true nor false"
            )


def hash_of(content: bytes) -> str:
    """Of a file, as a data package states it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _package(folder: Path) -> dict[str, Any]:
    """The package that is there, or a new one."""
    new = _new_package()
    try:
        found = json.loads((folder / PACKAGE_FILE).read_text(encoding="utf-8"))
        return new | found if isinstance(found["resources"], list) else new
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return new


def _new_package() -> dict[str, Any]:
    return {
        "name": "gatewatt-results",
        "title": "Energy of arithmetic units, measured at the gates",
        "version": SCHEMA_VERSION,
        "licenses": [{"name": "Apache-2.0", "title": "Apache License 2.0"}],
        "resources": [],
    }


def _resource(
    name: str, columns: tuple[Column, ...], key: tuple[str, ...], rows: pd.DataFrame
) -> tuple[dict[str, Any], bytes]:
    """A table's description, and its content."""
    names = [column.name for column in columns]
    text = rows[names].to_csv(index=False, float_format=_DIGITS, lineterminator="\n")
    content = text.encode("utf-8")
    return {
        "name": name,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": hash_of(content),
        "bytes": len(content),
        "schema": {
            "fields": [
                {"name": c.name, "type": c.type, "description": c.description}
                | ({"unit": c.unit} if c.unit else {})
                for c in columns
            ],
            "missingValues": [""],
            "primaryKey": list(key),
        },
    }, content


def read_units(folder: Path) -> pd.DataFrame:
    """Read `units.csv`, held against its `datapackage.json`.

    Returns
    -------
    pandas.DataFrame
        The columns of `UNITS`; columns that a later minor version appended are kept.

    Raises
    ------
    CharacterizeError
        If a file is missing, of a major version not known here, changed since it
        was written, or lacks a column.
    """
    path = folder / PACKAGE_FILE
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        content = (folder / "units.csv").read_bytes()
    except OSError as error:
        raise CharacterizeError(
            f"{error.filename}: cannot read it: {error.strerror}; `nox -s characterize` writes it"
        ) from error
    except (ValueError, RecursionError) as error:
        raise CharacterizeError(f"{path}: not a data package: {error}") from error
    try:
        version = str(package.get("version", "none"))
        expected = {r["name"]: r.get("hash") for r in package.get("resources", [])}.get("units")
    except (AttributeError, KeyError, TypeError) as error:
        raise CharacterizeError(f"{path}: not a data package: {error!r}") from error
    if version.split(".", maxsplit=1)[0] != SCHEMA_VERSION.split(".", maxsplit=1)[0]:
        raise CharacterizeError(
            f"{path}: schema version {version}, this reader knows {SCHEMA_VERSION}; "
            "use the version of gatewatt that wrote it"
        )
    if expected != hash_of(content):
        raise CharacterizeError(
            f"{folder / 'units.csv'}: not the table that {PACKAGE_FILE} describes; "
            "run `nox -s characterize` again"
        )
    texts = {c.name: str for c in UNITS if c.type == "string"}
    table = read_csv(folder / "units.csv", CharacterizeError, dtype=texts)
    if missing := [c.name for c in UNITS if c.name not in table.columns]:
        raise CharacterizeError(f"{folder / 'units.csv'}: lacks the column {missing[0]}")
    _check_types(table, UNITS, folder / "units.csv")
    empty = table[list(UNITS_KEY)].isna()
    if empty.to_numpy().any():
        name = str(empty.columns[int(empty.any().to_numpy().argmax())])
        line = int(empty[name].to_numpy().argmax())
        raise CharacterizeError(f"{folder / 'units.csv'}, line {line + 2}: {name} is empty")
    return table
