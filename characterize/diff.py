"""Two tables of results: which numbers changed beyond their confidence intervals."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from characterize.energy import ALL
from characterize.tables import UNITS_KEY

# Numbers that are not sampled: the same inputs give the same. Those of the case stand in
# all its rows alike, and are compared in that of the whole unit.
EXACT_OF_CASE = ("clock_ps", "delay_step_ps", "cycles_per_op", "delay_ps")
EXACT = ("leakage_fj", "area_um2", "cells", "transistors", "paper_bit_flips")
# Of numbers as tables print them, with six significant digits: half of the last one of
# two of them.
_PRINTED = 1.01e-5


@dataclass(frozen=True, slots=True)
class Change:
    """A number of a row that is in both tables.

    Attributes
    ----------
    row
        Key of the row, in the order of `UNITS_KEY`.
    column
        The number: `energy_fj`, or one of `EXACT` and `EXACT_OF_CASE`.
    old, new
        Its values; None where it is empty.
    old_ci, new_ci
        Half widths of their 95 % confidence intervals, of exact numbers 0.
    """

    row: tuple[str, ...]
    column: str
    old: float | None
    new: float | None
    old_ci: float = 0.0
    new_ci: float = 0.0

    @property
    def changed(self) -> bool:
        """Whether the intervals, or what two exact numbers print, have nothing in common."""
        if self.old is None or self.new is None:
            return self.old is not self.new
        printed = _PRINTED * max(abs(self.old), abs(self.new))
        return abs(self.new - self.old) > self.old_ci + self.new_ci + printed

    @property
    def percent(self) -> float | None:
        """Change in percent of the old value; None where there is none."""
        if not self.old or self.new is None:
            return None
        return 100 * (self.new - self.old) / self.old

    @property
    def whole(self) -> bool:
        """Whether it is of a whole unit, not of a part or net group."""
        return self.row[-2:] == (ALL, ALL)


@dataclass(frozen=True)
class Difference:
    """What differs between two tables.

    Attributes
    ----------
    added, removed
        Keys of rows that only the new, or only the old table has.
    compared
        Every energy, and every exact number that changed, of the rows that both have.
    """

    added: tuple[tuple[str, ...], ...]
    removed: tuple[tuple[str, ...], ...]
    compared: tuple[Change, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Those that changed."""
        return tuple(change for change in self.compared if change.changed)

    @property
    def telling_changes(self) -> tuple[Change, ...]:
        """Those of whole units; of parts and net groups where the whole did not change."""
        cases = {change.row[:-2] for change in self.changes if change.whole}
        return tuple(c for c in self.changes if c.whole or c.row[:-2] not in cases)


def difference(old: pd.DataFrame, new: pd.DataFrame) -> Difference:
    """Compare two tables `units.csv` row by row.

    Energies are compared by their confidence intervals, numbers that are not sampled as
    they are printed. Toggles have no interval of their own in the table: where they
    change, the energy does.

    Parameters
    ----------
    old, new
        As `tables.read_units` gives them.
    """
    before, after = _by_key(old), _by_key(new)
    return Difference(
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        compared=tuple(
            change
            for key, row in before.items()
            if key in after
            for change in _row_changes(key, row, after[key])
        ),
    )


def _row_changes(
    key: tuple[str, ...], old: dict[Hashable, Any], new: dict[Hashable, Any]
) -> Iterator[Change]:
    values = (_number(old["energy_fj"]), _number(new["energy_fj"]))
    intervals = (_number(old["energy_ci_fj"]) or 0.0, _number(new["energy_ci_fj"]) or 0.0)
    yield Change(key, "energy_fj", *values, *intervals)
    exact = (*EXACT, *EXACT_OF_CASE) if key[-2:] == (ALL, ALL) else EXACT
    for column in exact:
        change = Change(key, column, _number(old[column]), _number(new[column]))
        if change.changed:
            yield change


def _by_key(table: pd.DataFrame) -> dict[tuple[str, ...], dict[Hashable, Any]]:
    return {
        tuple(str(row[column]) for column in UNITS_KEY): row for row in table.to_dict("records")
    }


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
