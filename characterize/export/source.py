"""Where exported figures come from: rows of whole units in `units.csv`."""

import hashlib
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.energy import ALL
from characterize.errors import CharacterizeError
from characterize.tables import read_units
from sim.formats import MAX_BITS

_FIGURES = (
    "vdd_v", "clock_ps", "seed", "cycles_per_op", "energy_fj", "leakage_fj", "power_static_uw",
    "area_um2",
)  # fmt: skip
_WIDTHS = ("width_x", "width_w", "acc_width")
# What stands behind the name of a registry entry: widths of operands, of the sum.
_SUFFIX = re.compile(r"^(.+?)(?:_[a-z]+\d+[usm]|_[am]\d+)+$")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are exported.

    Attributes
    ----------
    library
        Name of a library; None takes every one of the table.
    stimulus, delays
        Distribution of the operands; delay model.
    """

    library: str | None = None
    stimulus: str = "uniform"
    delays: str = "library"


@dataclass(frozen=True, slots=True)
class MeasuredUnit:
    """A whole unit as a row of `units.csv` has it; names and units are its columns'.

    Attributes
    ----------
    component
        The unit's name without its widths: its entry in the registry.
    """

    unit: str
    component: str
    family: str
    architecture: str
    width_x: int | None
    width_w: int | None
    signed_x: bool | None
    signed_w: bool | None
    acc_width: int | None
    library: str
    vdd_v: float
    clock_ps: float
    delay_step_ps: float | None
    stimulus: str
    seed: int
    delay_model: str
    engine: str
    cycles_per_op: int
    energy_fj: float
    leakage_fj: float
    power_static_uw: float
    area_um2: float

    @property
    def dynamic_fj(self) -> float:
        """Energy per operation without leakage."""
        return self.energy_fj - self.leakage_fj

    @property
    def operation_ps(self) -> float:
        """How long an operation takes."""
        return self.clock_ps * self.cycles_per_op

    @property
    def operation(self) -> str:
        """What one operation of the unit is."""
        # These add, once or more often, where others multiply.
        if self.architecture in ("pann", "csd"):
            return "add"
        return {
            "multiplier": "multiply",
            "adder": "add",
            "accumulator": "accumulate",
            "mac": "mac",
        }.get(self.family, "compute")


@dataclass(frozen=True, eq=False)
class Source:
    """A results folder's table of units.

    Attributes
    ----------
    table
        As `tables.read_units` gives it.
    sha256
        Hash of `units.csv`.
    folder
        Where it lies.
    """

    table: pd.DataFrame
    sha256: str
    folder: Path

    def units(self, selection: Selection) -> list[MeasuredUnit]:
        """The whole units of a selection, in the table's order.

        Raises
        ------
        CharacterizeError
            If there is none, or one of them twice.
        """
        table = self.table
        whole = table[(table.part == ALL) & (table.net_group == ALL)]
        found = whole[
            (whole.stimulus == selection.stimulus) & (whole.delay_model == selection.delays)
        ]
        if selection.library is not None:
            found = found[found.library == selection.library]
        if not len(found):
            raise self._missing(selection, whole)
        self._check(found)
        units = [_measured(row) for row in found.to_dict("records")]
        seen: set[tuple[str, str]] = set()
        for unit in units:
            if (unit.unit, unit.library) in seen:
                raise CharacterizeError(
                    f"{self.folder / 'units.csv'}: {unit.unit} ({unit.library}, {unit.stimulus}, "
                    f"{unit.delay_model}) has rows of several seeds or engines: export a folder "
                    "that holds one of them"
                )
            seen.add((unit.unit, unit.library))
        return units

    def _check(self, rows: pd.DataFrame) -> None:
        """Refuse rows that lack a figure, or have widths that no unit has."""
        path = self.folder / "units.csv"
        empty = rows[list(_FIGURES)].isna()
        if empty.to_numpy().any():
            column = next(name for name in _FIGURES if empty[name].any())
            raise CharacterizeError(f"{path}: {rows.unit[empty[column]].iloc[0]} has no {column}")
        for column in _WIDTHS:
            wrong = rows[column].notna() & ~rows[column].between(1, MAX_BITS)
            if wrong.any():
                raise CharacterizeError(
                    f"{path}: {column} of {rows.unit[wrong].iloc[0]} is "
                    f"{rows[column][wrong].iloc[0]:g}, 1 to {MAX_BITS} are possible"
                )
        wrong = rows.cycles_per_op < 1
        if wrong.any():
            raise CharacterizeError(
                f"{path}: cycles_per_op of {rows.unit[wrong].iloc[0]} is "
                f"{rows.cycles_per_op[wrong].iloc[0]}, an operation takes 1 or more"
            )

    def unit(self, name: str, selection: Selection) -> MeasuredUnit:
        """The row of this unit; the selection names one library.

        Raises
        ------
        CharacterizeError
            If it is not there; the message says how to measure it.
        """
        for unit in self.units(selection):
            if unit.unit == name:
                return unit
        raise CharacterizeError(
            f"{self.folder / 'units.csv'}: no row of {name} with {_words(selection)}; measure it: "
            + _command(selection, name)
        )

    def _missing(self, selection: Selection, whole: pd.DataFrame) -> CharacterizeError:
        cases = whole[["library", "stimulus", "delay_model"]].drop_duplicates()
        there = "; ".join(", ".join(map(str, case)) for case in cases.itertuples(index=False))
        return CharacterizeError(
            f"{self.folder / 'units.csv'}: no row with {_words(selection)}; there are {there}; "
            f"measure it: {_command(selection)}"
        )


def read_source(results: Path) -> Source:
    """The table of units of a results folder.

    Raises
    ------
    CharacterizeError
        As `tables.read_units`.
    """
    table = read_units(results)
    digest = hashlib.sha256((results / "units.csv").read_bytes()).hexdigest()
    return Source(table, digest, results)


def by_library(units: Sequence[MeasuredUnit]) -> dict[str, list[MeasuredUnit]]:
    """Library -> its units, both in their order."""
    found: dict[str, list[MeasuredUnit]] = {}
    for unit in units:
        found.setdefault(unit.library, []).append(unit)
    return found


def by_component(units: Sequence[MeasuredUnit]) -> dict[str, list[MeasuredUnit]]:
    """Component -> its units, both in their order."""
    found: dict[str, list[MeasuredUnit]] = {}
    for unit in units:
        found.setdefault(unit.component, []).append(unit)
    return found


def _measured(row: Mapping[Hashable, Any]) -> MeasuredUnit:
    unit = str(row["unit"])
    match = _SUFFIX.match(unit)
    return MeasuredUnit(
        unit=unit,
        component=match.group(1) if match else unit,
        family=str(row["family"]),
        architecture=str(row["architecture"]),
        width_x=_integer(row["width_x"]),
        width_w=_integer(row["width_w"]),
        signed_x=_boolean(row["signed_x"]),
        signed_w=_boolean(row["signed_w"]),
        acc_width=_integer(row["acc_width"]),
        library=str(row["library"]),
        vdd_v=float(row["vdd_v"]),
        clock_ps=float(row["clock_ps"]),
        delay_step_ps=None if pd.isna(row["delay_step_ps"]) else float(row["delay_step_ps"]),
        stimulus=str(row["stimulus"]),
        seed=int(row["seed"]),
        delay_model=str(row["delay_model"]),
        engine=str(row["engine"]),
        cycles_per_op=int(row["cycles_per_op"]),
        energy_fj=float(row["energy_fj"]),
        leakage_fj=float(row["leakage_fj"]),
        power_static_uw=float(row["power_static_uw"]),
        area_um2=float(row["area_um2"]),
    )


def _integer(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _boolean(value: Any) -> bool | None:
    # A column with empty fields comes as texts.
    return None if pd.isna(value) else str(value).lower() == "true"


def _words(selection: Selection) -> str:
    library = f"{selection.library}, " if selection.library else ""
    return f"{library}{selection.stimulus} operands and {selection.delays} delays"


def _command(selection: Selection, unit: str = "*") -> str:
    """What a user types to get such rows."""
    units = "" if unit == "*" else f" --units {unit}"
    library = f" --library {selection.library}" if selection.library else ""
    return (
        f"python -m characterize run{units}{library} --stimulus '{selection.stimulus}' "
        f"--delays {selection.delays}"
    )
