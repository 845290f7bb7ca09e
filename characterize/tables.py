"""The tables of units and weights: what their columns mean, writing, reading, validating.

How any table is written stands in `sim.tables`. Readers refuse a major version of the schema
that they do not know.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.errors import CharacterizeError
from characterize.files import locked, write_bytes
from sim import packages
from sim.packages import PACKAGE_FILE, SCHEMA_VERSION, hash_of
from sim.tables import Table, columns

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
UNITS_TABLE = Table("units", UNITS, UNITS_KEY, failure=CharacterizeError)
WEIGHTS_TABLE = Table("weights", WEIGHTS, WEIGHTS_KEY, failure=CharacterizeError)


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
    content = UNITS_TABLE.content(rows)
    made = {UNITS_TABLE.name, WEIGHTS_TABLE.name}
    with locked(folder):
        # Tables of other commands stay; those that follow from this one are made again.
        found = packages.package_of(folder)["resources"]
        others = [other for other in found if other.get("name") not in made]
        package = packages.new_package() | {
            "resources": [UNITS_TABLE.described(content), *others],
            "provenance": dict(provenance),
        }
        # The table first: a package never describes a table that is not there.
        write_bytes(UNITS_TABLE.path(folder), content)
        packages.write_package(folder, package, CharacterizeError)


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
    WEIGHTS_TABLE.write(rows, folder)


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
    table = UNITS_TABLE.read(folder)
    empty = table[list(UNITS_KEY)].isna()
    if empty.to_numpy().any():
        name = str(empty.columns[int(empty.any().to_numpy().argmax())])
        line = int(empty[name].to_numpy().argmax())
        raise CharacterizeError(f"{folder / 'units.csv'}, line {line + 2}: {name} is empty")
    return table
