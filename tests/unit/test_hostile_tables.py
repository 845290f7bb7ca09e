"""Registries, cell tables and CSV tables of anybody: what is in them is held to what it must be."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from characterize import tables
from characterize.cell_table import read_table, write_table
from characterize.errors import CharacterizeError
from characterize.expressions import Expression
from characterize.files import read_toml
from characterize.library import CellLibrary
from characterize.library_import import import_library
from characterize.units import RTL_DIR, Registry
from sim import packages
from sim.counting.measurements import read_measurements
from sim.counting.unit_counts import UnitCounts
from sim.errors import SimError, one_line
from sim.table_files import check_numbers, read_csv

EIGHT = Path(__file__).parents[1] / "data" / "eight_cells.lib"
RESULTS = Path(__file__).parents[2] / "results"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('top = "adder_ripple"', 'top = "a\\nexec -- touch x"', "top is 'a\\nexec -- touch x'"),
        ('files = ["adder/adder_ripple.v"', 'files = ["adder/a b;exec.v"', "files is ['adder/a b"),
        ("[adder_ripple]", '["../../x"]', "name it with letters"),
        ("[adder_ripple.ports]", "[adder_ripple.ports]\n'x y' = {}", "'x y' is no name"),
        ("WIDTH = [2, 32]", "WIDTH = [1, 2, 3]", "WIDTH is [1, 2, 3], it must be its lowest"),
        ("WIDTH = [2, 32]", "WIDTH = [1, 9999999]", "at most 250000 are possible"),
        ("WIDTH = [2, 32]", "WIDTH = [1.5, 2]", "WIDTH is [1.5, 2]"),
        ("latency = 0", "latency = [0]", "latency is [0], it must be an integer"),
        ('instance = ""', 'instance = "u\\nexec x"', "instance is 'u\\nexec x'"),
        ('direction = "input"', 'direction = "inout"', "direction is 'inout'"),
        ('family = "adder"', "family = 3", "family is 3, it must be a text"),
        ("[adder_ripple.ports]", "[adder_ripple.pots]", "lacks ports"),
        ('width = "', 'with = "', "lacks width"),
    ],
)
def test_a_registry_is_held_to_its_form(tmp_path: Path, old: str, new: str, words: str) -> None:
    rtl = tmp_path / "rtl"
    shutil.copytree(RTL_DIR, rtl)
    text = (rtl / "units.toml").read_text()
    start = text.index("[adder_ripple]")
    end = text.index("\n[", text.index("[adder_ripple.parts]") + 5)
    entry = text[start:end]
    assert old in entry
    (rtl / "units.toml").write_text(entry.replace(old, new, 1))
    with pytest.raises(CharacterizeError) as caught:
        Registry(rtl / "units.toml").select("*")
    assert words in str(caught.value)


@pytest.mark.parametrize("text", ["[" * 100_000, f"x = {'9' * 5000}", "x = nan]", "\x00"])
def test_toml_that_breaks_its_parser_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(CharacterizeError, match="not a TOML file"):
        read_toml(path)


def test_an_expression_that_is_too_long_or_deep_is_refused() -> None:
    for text in ("(" * 400 + "1" + ")" * 400, "-" * 10_000 + "1", "1 + " * 10_000 + "1"):
        with pytest.raises(CharacterizeError, match="expression"):
            Expression(text, "here")({})


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("table") / "eight.toml"
    write_table(import_library([EIGHT], None, None).library, path)
    assert isinstance(read_table(path), CellLibrary)
    return path.read_text()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "', 'name = "../', "name must be a word"),
        ('abc_script = "', 'abc_script = "!touch x; ', "abc_script is '!touch x;"),
        ('abc_script = "', 'abc_script = "write_blif /x; ', "abc_script is 'write_blif /x;"),
        ('abc_script = "strash', 'abc_script = "strash\\nexec', "abc_script is 'strash\\nexec"),
        ("[cells.NOT]", '[cells."NOT; exec"]', "'NOT; exec' is no name"),
        ('driving_cell = "REP"', 'driving_cell = "NONE"', "driving_cell NONE is none"),
        ("vdd_v = 1.2", "vdd_v = inf", "vdd_v is inf"),
        ("clock_ps = ", "clock_ps = 0.0 #", "must be above 0"),
        ("area_um2 = ", "area_um2 = nan #", "area and transistors must be numbers"),
        ('when = ""', "when = '\"; } x {'", "which is no Boolean function"),
        ('sense = "negative"', 'sense = "none"', "sense 'none'"),
        ("axis_slew_ps = [", "axis_slew_ps = [1e9, ", "not a whole cell table"),
        ("input_cap_ff = { I", "input_cap_ff = { J", "which is no input"),
        ("[source]", '[source]\ntime_unit = "1ns\\"; }"', "time_unit must be 1ns or 1ps"),
    ],
)
def test_a_cell_table_is_held_to_its_form(
    tmp_path: Path, table: str, old: str, new: str, words: str
) -> None:
    if old == "[source]":  # it states its units already
        table = "\n".join(line for line in table.splitlines() if not line.startswith("time_unit"))
    assert old in table
    path = tmp_path / "x.toml"
    table = table.replace(old, new, 1)
    if old == "[cells.NOT]":
        table = table.replace("[[cells.NOT.", '[[cells."NOT; exec".')
    path.write_text(table)
    with pytest.raises(CharacterizeError) as caught:
        read_table(path)
    assert words in str(caught.value)


def test_figures_that_leave_all_bounds_cost_their_cell(tmp_path: Path) -> None:
    """Finite in the file, and not in our units: else the table that is written is no table."""
    path = tmp_path / "x.lib"
    text = EIGHT.read_text()
    start = text.index("values (", text.index("cell (DIFFER)"))
    first = text.index('"', start) + 1
    end = min(text.index(",", first), text.index('"', first))
    path.write_text(text[:first] + "1e308" + text[end:])
    found = import_library([path], None, None)
    assert "DIFFER" not in found.library.cells
    assert "a value is too large" in found.report.text(found.library)


def units_folder(folder: Path, change: Callable[[str], str]) -> Path:
    """Some rows of the results' table in a folder of their own, described as they are."""
    lines = (RESULTS / "units.csv").read_text().splitlines(keepends=True)[:9]
    text = change("".join(lines))
    (folder / "units.csv").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    package: dict[str, Any] = {
        "version": packages.SCHEMA_VERSION,
        "resources": [{"name": "units", "hash": f"sha256:{digest}"}],
    }
    (folder / packages.PACKAGE_FILE).write_text(json.dumps(package))
    return folder


def other(column: str, value: str) -> Callable[[str], str]:
    """Put a value into a column of the second row."""

    def change(text: str) -> str:
        lines = text.splitlines()
        fields = lines[2].split(",")
        fields[lines[0].split(",").index(column)] = value
        return "\n".join([*lines[:2], ",".join(fields), *lines[3:], ""])

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (other("energy_fj", "much"), "line 3: energy_fj is 'much', which is no finite number"),
        (other("energy_fj", "inf"), "line 3: energy_fj is 'inf', which is no finite number"),
        (other("energy_fj", "1e999"), "line 3: energy_fj is 'inf', which is no finite number"),
        (other("cells", "1.5"), "line 3: cells is '1.5', which is no whole number"),
        (other("signed_x", "perhaps"), "signed_x is 'perhaps', which is neither true nor false"),
        (other("library", ""), "line 3: library is empty"),
        (other("unit", 'x,"'), "cannot read it"),
        (lambda text: text.replace("\n", ",1\n").replace(",1\n", "\n", 1), "cannot read it"),
        (lambda text: "," * 50_000 + text, "more than 1000 columns"),
        (lambda _: "", "cannot read it: No columns"),
    ],
)
def test_a_table_of_units_is_held_to_its_schema(
    tmp_path: Path, change: Callable[[str], str], words: str
) -> None:
    assert len(tables.read_units(units_folder(tmp_path, lambda text: text))) == 8
    with pytest.raises(CharacterizeError) as caught:
        tables.read_units(units_folder(tmp_path, change))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "package",
    ["[]", '{"resources": 3}', '{"resources": [3]}', '{"resources": [{}]}', "[" * 100_000, '"x"'],
)
def test_a_data_package_that_is_none_is_one_line(tmp_path: Path, package: str) -> None:
    units_folder(tmp_path, lambda text: text)
    (tmp_path / packages.PACKAGE_FILE).write_text(package)
    with pytest.raises(CharacterizeError, match=r"datapackage\.json: "):
        tables.read_units(tmp_path)


def test_measurements_and_counts_of_strange_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("network,energy_j,bits_x\ndigits,1.0,mixed\n")
    with pytest.raises(SimError, match="line 2: bits_x is 'mixed', which is no whole number"):
        read_measurements(path)
    units_folder(tmp_path, lambda text: text)
    lines = (tmp_path / "units.csv").read_text().splitlines(keepends=True)
    row = next(line for line in lines[1:] if ",zero," in line and ",uniform," in line)
    (tmp_path / "units.csv").write_text(lines[0] + row.replace(",all,all,", ",all,other,"))
    with pytest.raises(SimError, match="has no row of the whole unit"):
        UnitCounts.load(tmp_path / "units.csv")


def test_counts_with_numbers_of_many_digits_are_read(tmp_path: Path) -> None:
    """Of an integer that is too large for its own pandas makes a column of texts."""
    units_folder(tmp_path, lambda text: text)
    lines = (tmp_path / "units.csv").read_text().splitlines(keepends=True)
    row = next(line for line in lines[1:] if ",zero," in line and ",uniform," in line)
    fields = row.split(",")
    fields[lines[0].split(",").index("leakage_fj")] = "9" * 26
    (tmp_path / "units.csv").write_text(lines[0] + ",".join(fields))
    (name,) = UnitCounts.load(tmp_path / "units.csv")
    assert name == fields[0]


def test_csv_files_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("name,n\nNA,1\n,\nNone,-2.5e3\n")
    found = read_csv(path)
    assert found.name.isna().tolist() == [False, True, False]
    check_numbers(found, ["n"], path)
    with pytest.raises(SimError, match=r"line 2: n is 'True', which is no finite number"):
        check_numbers(found.assign(n=[True, 2, 3]), ["n"], path)
    with pytest.raises(SimError, match="cannot read it: No such file"):
        read_csv(tmp_path / "none.csv")


def test_messages_are_one_short_line() -> None:
    """What they quote is not: files hold controls of terminals, and lines without end."""
    error = CharacterizeError("x\x1b[2J\r\n y" + "z" * 10_000)
    assert str(error).startswith("x?[2J yzzz")
    assert len(str(error)) <= 2000
    assert str(error) == one_line(str(error))
    assert str(SimError("a\nb")) == "a b"


def test_a_supply_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.lib"
    for volts in ("-12", "0", "1e307"):
        path.write_text(EIGHT.read_text().replace("nom_voltage : 12;", f"nom_voltage : {volts};"))
        with pytest.raises(CharacterizeError, match=r"x\.lib: a supply of .* V: above 0"):
            import_library([path], None, None)
