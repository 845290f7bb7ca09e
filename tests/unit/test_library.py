"""Liberty in, cell table out: the shipped table is what the command makes of the files."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from characterize.cell_table import LIBRARIES_DIR, load_library, read_table, write_table
from characterize.errors import CharacterizeError
from characterize.liberty import parse
from characterize.liberty_writer import liberty_text
from characterize.library import Cell, CellLibrary, Grid, TimingArc
from characterize.library_import import import_library
from characterize.logic import BooleanFunction
from tests.oracle.comparison import full_cells


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


def test_every_state_of_a_timing_arc_is_kept(asap7: CellLibrary, data: Path) -> None:
    """As many arcs as timing groups, with the same states, as another reader finds them."""
    vendor = full_cells(data, "asap7")
    count = 0
    for name, cell in asap7.cells.items():
        theirs = Counter((a.related, a.when) for pin in vendor[name].outputs for a in pin.arcs)
        assert Counter((arc.input, arc.when) for arc in cell.timing) == theirs
        count += sum(1 for arc in cell.timing if arc.when)
    assert count > 100


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


def test_a_grid_is_bilinear_and_goes_on_beyond_its_edges() -> None:
    """Worked out by hand; the middle lines bend."""
    slews, loads = np.array([0.0, 10.0, 30.0]), np.array([1.0, 2.0, 6.0])
    grid = Grid(slews, loads, np.array([[0.0, 2.0, 4.0], [10.0, 12.0, 20.0], [5.0, 7.0, 15.0]]))
    assert grid(10.0, 2.0) == 12.0
    assert grid(30.0, 6.0) == 15.0
    assert grid(5.0, 1.5) == 6.0  # of 0, 2, 10, 12
    assert grid(15.0, 3.0) == pytest.approx(0.75 * 14.0 + 0.25 * 9.0)
    assert grid(15.0, 10.0) == pytest.approx(0.75 * 28.0 + 0.25 * 23.0)
    assert grid(50.0, 1.0) == pytest.approx(0.0)
    assert grid(-10.0, 0.0) == pytest.approx(-12.0)


def test_a_grid_of_one_point_or_one_line() -> None:
    constant = Grid(np.zeros(1), np.zeros(1), np.array([[3.0]]))
    assert constant(100.0, 7.0) == 3.0
    over_slew = Grid(np.array([1.0, 3.0]), np.zeros(1), np.array([[4.0], [8.0]]))
    assert over_slew(2.0, 7.0) == 6.0
    over_load = Grid(np.zeros(1), np.array([1.0, 3.0]), np.array([[4.0, 8.0]]))
    assert over_load(99.0, 5.0) == 12.0


def test_an_unconditional_arc_stands_for_its_states_in_means() -> None:
    """Input A: (unconditional) 10; B: states 2 and 4; C: 7, 9 rising only the first."""

    def arc(pin: str, when: str, rise: float, fall: float | None) -> TimingArc:
        values = {"rise": rise} | ({} if fall is None else {"fall": fall})
        grids = {e: Grid(np.zeros(1), np.zeros(1), np.array([[v]])) for e, v in values.items()}
        return TimingArc("Y", pin, "positive", grids, grids, when)

    arcs = (
        arc("A", "B", 1.0, 1.0), arc("A", "", 10.0, 10.0), arc("B", "A", 2.0, 6.0),
        arc("B", "!A", 4.0, 8.0), arc("C", "A", 7.0, None),
    )  # fmt: skip
    cell = Cell("X", 1.0, 1.0, 2, {}, {}, ("Y",), arcs, (), ())
    assert cell.arc_shares == (
        {"rise": 0.0, "fall": 0.0}, {"rise": 1.0, "fall": 1.0}, {"rise": 0.5, "fall": 0.5},
        {"rise": 0.5, "fall": 0.5}, {"rise": 1.0},
    )  # fmt: skip
    mean = cell.arc_mean(lambda a, edge: a.delay_ps[edge](0.0, 0.0))
    assert mean == pytest.approx((10.0 + 10.0 + 3.0 + 7.0 + 7.0) / 5)


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
        ("not toml at all [", "not a TOML file"),
        ('schema = "gatewatt-cell-table/1"', "this version reads 'gatewatt-cell-table/2'"),
        ('schema = "gatewatt-cell-table/99"', "its schema is 'gatewatt-cell-table/99'"),
        ('schema = "gatewatt-cell-table/2"\nname = "x"', "not a whole cell table"),
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
