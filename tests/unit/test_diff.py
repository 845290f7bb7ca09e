"""Two tables compared: intervals, rows of one side, statuses."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from characterize.cli_diff import add_command
from characterize.diff import Change, difference
from characterize.tables import UNITS, UNITS_KEY, write_units

Write = Callable[[str, list[dict[str, Any]]], Path]


def row(**values: Any) -> dict[str, Any]:
    """A row with everything in it, and these values."""
    numbers = {c.name: 1.0 for c in UNITS if c.type in ("number", "integer")}
    texts = {c.name: c.name for c in UNITS if c.type == "string"}
    texts |= {c.name: "true" for c in UNITS if c.type == "boolean"}
    whole = {"part": "all", "net_group": "all", "seed": 1, "energy_fj": 100.0, "energy_ci_fj": 2.0}
    return numbers | texts | whole | values


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, rows: list[dict[str, Any]]) -> Path:
        write_units(pd.DataFrame(rows), tmp_path / name, {})
        return tmp_path / name

    return written


def diff(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    add_command(app)
    return CliRunner().invoke(app, ["diff", *map(str, arguments)])


@given(
    st.floats(1e-3, 1e6), st.floats(0, 1e3), st.floats(0, 1e3), st.floats(0, 3), st.booleans()
)  # fmt: skip
def test_a_change_is_one_beyond_both_intervals(
    old: float, old_ci: float, new_ci: float, steps: float, up: bool
) -> None:
    """Intervals that touch are no change; the last digit that is printed is none either."""
    distance = steps * (old_ci + new_ci)
    new = old + distance if up else old - distance
    change = Change(("u",) * 8, "energy_fj", old, new, old_ci, new_ci)
    slack = 1.1e-5 * max(abs(old), abs(new))
    if distance > old_ci + new_ci + slack:
        assert change.changed
    if distance <= old_ci + new_ci:
        assert not change.changed
    back = Change(("u",) * 8, "energy_fj", new, old, new_ci, old_ci)
    assert back.changed == change.changed


@pytest.mark.parametrize(
    ("old", "new", "changed", "percent"),
    [
        (None, None, False, None),
        (None, 1.0, True, None),
        (2.0, None, True, None),
        (0.0, 0.0, False, None),
        (0.0, 1e-9, True, None),
        (64.0, 65.0, True, 1.5625),
        (1.23456, 1.23457, False, pytest.approx(8.1e-4, rel=0.01)),
        (1.23456, 1.23459, True, pytest.approx(2.43e-3, rel=0.01)),
    ],
)
def test_numbers_without_interval(
    old: float | None, new: float | None, changed: bool, percent: float | None
) -> None:
    change = Change(("u",) * 8, "cells", old, new)
    assert change.changed == changed
    assert change.percent == percent


def test_rows_are_found_by_their_key() -> None:
    """Every column of the key tells rows apart."""
    base = row(unit="mult")
    for column in UNITS_KEY:
        other = {**base, column: 7 if column == "seed" else "other"}
        found = difference(pd.DataFrame([base, other]), pd.DataFrame([other]))
        assert found.removed == (tuple(str(base[c]) for c in UNITS_KEY),)
        assert found.added == ()
        assert [change.row for change in found.compared] == [
            tuple(str(other[c]) for c in UNITS_KEY)
        ]


def test_what_is_compared() -> None:
    """Sampled numbers beside the energy are not; those of the case only in the whole unit."""
    part = {"part": "multiplier"}
    old = pd.DataFrame([row(), row(**part)])
    changed = {"cells": 2, "delay_ps": 3.0, "toggles_per_op": 9.0, "vectors": 7}
    found = difference(old, pd.DataFrame([row(**changed), row(**part, **changed)]))
    assert [(c.whole, c.column, c.old, c.new) for c in found.changes] == [
        (True, "cells", 1, 2),
        (True, "delay_ps", 1, 3),
        (False, "cells", 1, 2),
    ]
    assert [c.whole for c in found.telling_changes] == [True, True]
    only_part = difference(old, pd.DataFrame([row(), row(**part, energy_fj=200.0)]))
    assert [c.whole for c in only_part.telling_changes] == [False]


def test_empty_numbers() -> None:
    old = pd.DataFrame([row(paper_bit_flips=math.nan)])
    assert not difference(old, old).changes
    (change,) = difference(old, pd.DataFrame([row()])).changes
    assert (change.column, change.old, change.new) == ("paper_bit_flips", None, 1)


def test_equal_within_intervals(write: Write) -> None:
    old = write("old", [row(unit="a"), row(unit="b")])
    new = write("new", [row(unit="a", energy_fj=103.9), row(unit="b")])
    result = diff(old, new)
    assert result.exit_code == 0
    assert result.output == (
        "0 of 2 rows changed beyond their intervals, 0 of them whole units; 0 added, 0 removed\n"
    )
    every = diff(old, new, "--all")
    assert every.exit_code == 0
    for word in ("100 ± 2", "103.9 ± 2", "+3.9 %"):
        assert word in every.output


def test_changed(write: Write) -> None:
    old = write("old", [row(unit="a"), row(unit="b"), row(unit="c")])
    new = write("new", [row(unit="a", energy_fj=104.1), row(unit="b"), row(unit="c", area_um2=2)])
    result = diff(old, new)
    assert result.exit_code == 1
    lines = [line for line in result.output.splitlines() if "library, stimulus" in line]
    assert [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines] == [
        ["a", "library, stimulus, delay_model", "whole", "energy_fj", "100 ± 2", "104.1 ± 2",
         "+4.1 %", "changed"],
        ["c", "library, stimulus, delay_model", "whole", "area_um2", "1", "2", "+100 %", "changed"],
    ]  # fmt: skip
    assert "2 of 3 rows changed beyond their intervals, 2 of them whole units" in result.output
    assert diff(old, new, "--units", "b").exit_code == 0
    assert diff(old, new, "--units", "[ab]").exit_code == 1


def test_rows_of_one_side(write: Write) -> None:
    parts = [row(unit="b"), row(unit="b", part="input")]
    old, new = write("old", [row(unit="a"), *parts]), write("new", [row(unit="a")])
    removed = diff(old, new)
    assert removed.exit_code == 1
    assert "removed: b, library, stimulus, 1, delay_model, engine (2 rows)" in removed.output
    added = diff(new, old)
    assert added.exit_code == 1
    assert "added: b, library, stimulus, 1, delay_model, engine (2 rows)" in added.output
    common = diff(new, old, "--common")
    assert common.exit_code == 0
    assert common.output.startswith("0 of 1 rows changed")
    many = write("many", [row(unit=f"u{n}") for n in range(15)])
    assert "removed: 5 cases more" in diff(many, new).output


def test_what_cannot_be_compared(write: Write, tmp_path: Path) -> None:
    old = write("old", [row()])
    assert diff(old, tmp_path / "nothing").exit_code == 2
    (old / "units.csv").write_text("unit\n")
    assert diff(old, old).exit_code == 2
