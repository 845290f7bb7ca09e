"""Liberty in, cell table out: the shipped table is what the command makes of the files."""

import math
from pathlib import Path

import numpy as np
import pytest

from characterize.cell_table import LIBRARIES_DIR, load_library, read_table, write_table
from characterize.errors import CharacterizeError
from characterize.liberty import parse
from characterize.liberty_writer import liberty_text
from characterize.library import CellLibrary, Grid
from characterize.library_import import import_library
from characterize.logic import BooleanFunction


@pytest.mark.parametrize("name", ["asap7", "sky130hd"])
def test_the_shipped_table_is_made_from_the_liberty_files(
    data: Path, tmp_path: Path, name: str
) -> None:
    folder = data / "liberty" / name
    settings = LIBRARIES_DIR / "settings" / f"{name}.toml"
    files = sorted(path for path in folder.glob("*.lib*") if path.stem != "LICENSE")
    imported = import_library(files, settings, folder / "transistors.csv")
    write_table(imported.library, tmp_path / "table.toml")
    assert (tmp_path / "table.toml").read_bytes() == (LIBRARIES_DIR / f"{name}.toml").read_bytes()


def test_a_table_survives_writing_and_reading(asap7: CellLibrary, tmp_path: Path) -> None:
    write_table(asap7, tmp_path / "copy.toml")
    copy = load_library(str(tmp_path / "copy.toml"))
    assert copy.sha256 == asap7.sha256
    assert list(copy.cells) == list(asap7.cells)


def test_known_figures(asap7: CellLibrary) -> None:
    """Read off the Liberty file by eye: NAND2xp5, and the flip-flop's states."""
    nand = asap7.cells["NAND2xp5_ASAP7_75t_R"]
    assert nand.input_cap_ff["A"] == {"rise": 0.495514, "fall": 0.483364}
    assert nand.load_ff("B") == 0.523909
    assert nand.transistors == 4
    flip_flop, storage = asap7.flip_flop
    assert (storage.clock, storage.data, storage.inverted) == ("CLK", "D", True)
    (arc,) = flip_flop.timing
    assert arc.delay_ps["rise"](20.0, 2.88) == pytest.approx(64.6866)
    assert arc.delay_ps["rise"](5.0, 0.72) == pytest.approx(46.8856)
    (power,) = flip_flop.power
    assert power.energy_fj["fall"](320.0, 46.08) == pytest.approx(0.523247)
    assert power.ground_energy_fj["rise"](5.0, 0.72) == pytest.approx(0.620513)
    state = [e for e in flip_flop.pin_energy if e.pin == "CLK" and e.when == "(D * QN)"]
    assert [e.at("fall", 20.0) for e in state] == pytest.approx([0.487487])
    assert [e.at("rise", 20.0) for e in state] == [0.0]
    assert flip_flop.leakage_nw == pytest.approx(0.229737)


def test_the_regenerated_liberty_reads_back(asap7: CellLibrary) -> None:
    group = parse(liberty_text(asap7), "regenerated")
    cells = {cell.arguments[0]: cell for cell in group.all("cell")}
    assert list(cells) == list(asap7.cells)
    for name, cell in cells.items():
        assert cell.number("area") == pytest.approx(asap7.cells[name].area_um2, rel=1e-5)


def test_grid_interpolates_and_extrapolates() -> None:
    grid = Grid(np.array([0.0, 10.0]), np.array([0.0, 2.0]), np.array([[0.0, 2.0], [10.0, 12.0]]))
    assert grid(5.0, 1.0) == 6.0
    assert grid(20.0, 4.0) == 24.0
    constant = Grid(np.zeros(1), np.zeros(1), np.array([[3.0]]))
    assert constant(100.0, 7.0) == 3.0


def test_a_grid_of_four_points_is_a_cubic_over_the_roots_of_its_axes() -> None:
    """Exact for such a surface, inside and outside; five points use the nearest four."""

    def surface(slew: float, load: float) -> float:
        over_slew = 4 + 3 * math.sqrt(slew) + 2 * slew - 0.1 * slew * math.sqrt(slew)
        return over_slew * (1 + math.sqrt(load) + 0.5 * load)

    slews, loads = np.array([5.0, 20.0, 80.0, 320.0, 500.0]), np.array([0.7, 2.9, 11.5, 46.0])
    values = np.array([[surface(slew, load) for load in loads] for slew in slews])
    grid = Grid(slews, loads, values)
    for slew, load in ((30.0, 1.4), (5.0, 46.0), (2.0, 60.0), (400.0, 0.0)):
        assert grid(slew, load) == pytest.approx(surface(slew, load), rel=1e-12)
    bent = values.copy()
    bent[0] = 0.0  # too far away to be felt at 100
    assert Grid(slews, loads, bent)(100.0, 2.9) == pytest.approx(surface(100.0, 2.9))
    bent = values.copy()
    bent[-1] = 0.0  # nor this at 30
    assert Grid(slews, loads, bent)(30.0, 2.9) == pytest.approx(surface(30.0, 2.9))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a Liberty file"),
        ("module x;", "line 1: ':' or '\\(' expected after 'module'"),
        ("library (a) {\n cell (b) {\n", "line 3: .* inside the group 'cell' that began in line 2"),
        ("library (a) { x : 1", "ends inside the group 'library'"),
        ("library (a", "ends inside parentheses"),
    ],
)  # fmt: skip
def test_broken_liberty_is_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(CharacterizeError, match=message) as error:
        parse(text, "broken.lib")
    assert "\n" not in str(error.value)


def test_forgotten_semicolons_are_read() -> None:
    group = parse(
        "library (a) {\n cell (b) {\n area : 0.23328\n x : 1; } cell (c) { area : 2 } }", "f"
    )
    assert [cell.number("area") for cell in group.all("cell")] == [0.23328, 2.0]


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("A * B", [0, 0, 0, 1]),
        ("(!A) + (!B)", [1, 1, 1, 0]),
        ("A B'", [0, 1, 0, 0]),
        ("A ^ B", [0, 1, 1, 0]),
        ("!(A | B) & 1", [1, 0, 0, 0]),
        ("A + B ^ B * A", [0, 1, 1, 1]),
    ],
)
def test_boolean_functions(text: str, truth: list[int]) -> None:
    assert BooleanFunction(text).table(("A", "B")).astype(int).tolist() == truth


@pytest.mark.parametrize("text", ["", "A +", "(A", "A)", "A $ B", "'"])
def test_no_boolean_function(text: str) -> None:
    with pytest.raises(CharacterizeError, match="is not a Boolean function"):
        BooleanFunction(text)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not toml at all [", "not a cell table"),
        ('schema = "gatewatt-cell-table/99"', "its schema is 'gatewatt-cell-table/99'"),
        ('schema = "gatewatt-cell-table/1"\nname = "x"', "not a whole cell table"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(content)
    with pytest.raises(CharacterizeError, match=message):
        read_table(path)


def test_unknown_library() -> None:
    with pytest.raises(CharacterizeError, match="unknown library 'tsmc5': known are asap7"):
        load_library("tsmc5")
