"""A library that nobody wrote settings for: eight cells by hand, from Liberty to energy."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

from characterize.cell_table import load_library, write_table
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.library_choice import function_name
from characterize.library_import import Imported, import_library
from characterize.synthesis import synthesize
from characterize.units import Registry

REPOSITORY = Path(__file__).parents[2]
EIGHT = REPOSITORY / "tests" / "data" / "eight_cells.lib"
TIE_AND_GATE = """
  cell (ALWAYS) { area : 1; cell_leakage_power : 1;
    pin (ONE) { direction : output; function : "1"; }
    pin (NIL) { direction : output; function : "0"; } }
  cell (PASS) { area : 7; cell_leakage_power : 9; clock_gating_integrated_cell : latch_posedge;
    pin (T) { direction : input; capacitance : 0.2; clock_gate_clock_pin : true;
      internal_power () { rise_power (scalar) { values ("3"); } fall_power (scalar) { values ("2"); } } }
    pin (G) { direction : input; capacitance : 0.1; clock_gate_enable_pin : true;
      timing () { related_pin : "T"; timing_type : setup_rising;
        rise_constraint (scalar) { values ("2"); } fall_constraint (scalar) { values ("3"); } } }
    pin (U) { direction : output; clock_gate_out_pin : true;
      timing () { related_pin : "T"; timing_sense : positive_unate;
        cell_rise (scalar) { values ("3"); } cell_fall (scalar) { values ("3"); }
        rise_transition (scalar) { values ("2"); } fall_transition (scalar) { values ("2"); } }
      internal_power () { rise_power (scalar) { values ("5"); } fall_power (scalar) { values ("4"); } } } }
}
"""  # noqa: E501


def imported(folder: Path, text: str) -> Imported:
    path = folder / "changed.lib"
    path.write_text(text)
    return import_library([path], None, None)


@pytest.fixture(scope="module")
def eight() -> Imported:
    return import_library([EIGHT], None, None)


def test_what_is_taken_and_what_is_left_out(eight: Imported) -> None:
    assert list(eight.library.cells) == ["NOT", "REP", "NOTBOTH", "DIFFER", "KEEP"]
    assert eight.report.left_out == {
        "no internal power": ["NEITHER"],
        "scan flip-flop": ["KEEPSCAN"],
        "latch": ["HOLD"],
    }
    text = eight.report.text(eight.library)
    assert "Found: 8 cells" in text
    assert "scan flip-flop (1): KEEPSCAN" in text
    assert "tie cells: units with constant outputs cannot be made" in text
    assert "leakage: default_cell_leakage_power (NOTBOTH)" in text


def test_figures_are_in_our_units(eight: Imported) -> None:
    """Read off the file by hand: 10 ps, 10 fF, 0.1 fJ, 10 pW."""
    cells = eight.library.cells
    assert cells["NOT"].load_ff("I") == pytest.approx(1.2)
    assert cells["NOT"].leakage_nw == pytest.approx(0.04)
    assert cells["NOTBOTH"].leakage_nw == pytest.approx(0.07)
    (arc,) = cells["NOT"].timing
    assert (arc.input, arc.sense) == ("I", "negative")
    # 1.1 (0.8 + 2 * 0.8) + 0.25 * 4 = 3.64 tens of ps at 40 ps and 8 fF
    assert arc.delay_ps["rise"](40.0, 8.0) == pytest.approx(36.4)
    (power,) = cells["NOT"].power
    assert power.energy_fj["rise"](40.0, 1.0) == pytest.approx(0.3)
    assert power.energy_fj["rise"](999.0, 8.0) == pytest.approx(0.306)
    assert power.energy_fj["fall"](40.0, 8.0) == pytest.approx(0.15)
    by_input = {arc.input: arc for arc in cells["DIFFER"].power}
    assert by_input["P"].energy_fj["rise"](40.0, 1.0) == pytest.approx(0.8)  # of 0.7 and 0.9
    flip_flop, storage = eight.library.flip_flop
    assert (storage.clock, storage.data, storage.inverted) == ("T", "V", False)
    assert (storage.setup_ps, storage.hold_ps) == (25.0, -5.0)
    assert [e.at("rise", 20.0) for e in flip_flop.pin_energy] == pytest.approx([0.8])


def test_arcs_without_a_sense_take_it_from_the_function(eight: Imported) -> None:
    senses = [(arc.input, arc.sense) for arc in eight.library.cells["DIFFER"].timing]
    assert sorted(senses) == [(p, s) for p in "PQ" for s in ("negative", "positive")]


def test_conditions_follow_the_stated_rules(eight: Imported) -> None:
    conditions = eight.library.conditions
    inverter = eight.library.cells["NOT"]
    flip_flop, _ = eight.library.flip_flop
    assert (conditions.vdd_v, conditions.temperature_c) == (1.2, 85.0)
    assert conditions.wire_ff_per_fanout == 0.4  # a third of 1.2
    slew = conditions.input_slew_ps
    (clocked,) = flip_flop.timing
    made = [clocked.slew_ps[edge](slew, 1.6) for edge in ("rise", "fall")]
    assert sum(made) / 2 == pytest.approx(slew, rel=0.03)
    (arc,) = inverter.timing
    delay = sum(arc.delay_ps[edge](slew, 6.4) for edge in ("rise", "fall")) / 2
    assert conditions.clock_ps == 2000.0  # nearer to 100 delays than 5000, by ratio
    assert conditions.delay_step_ps == 2.0
    assert delay == pytest.approx(27.8, abs=0.05)


@pytest.mark.parametrize(
    ("old", "new", "delay", "slew", "load", "energy"),
    [
        ('time_unit : "10ps"', 'time_unit : "0.1 NS"', 10, 10, 1, 1),
        ('time_unit : "10ps"', "", 100, 100, 1, 1),
        ("(10, ff)", '(1.0e-2, "pf")', 1, 1, 1, 1),
        ("(10, ff)", "(1, pf)", 1, 1, 100, 100),
        ('"100mV";', '"1V";', 1, 1, 1, 100),
        ("nom_voltage : 12;", "nom_voltage : 12; slew_derate_from_library : 0.5;", 1, 0.5, 1, 1),
    ],
)
def test_other_units(
    eight: Imported, tmp_path: Path, old: str, new: str,
    delay: float, slew: float, load: float, energy: float,
) -> None:  # fmt: skip
    text = EIGHT.read_text()
    assert old in text
    other = imported(tmp_path, text.replace(old, new)).library.cells["NOT"]
    mine = eight.library.cells["NOT"]
    (arc,), (other_arc,) = mine.timing, other.timing
    at = (40.0 * slew, 8.0 * load)
    assert other_arc.delay_ps["fall"](*at) == pytest.approx(delay * arc.delay_ps["fall"](40.0, 8.0))
    assert other_arc.slew_ps["rise"](*at) == pytest.approx(slew * arc.slew_ps["rise"](40.0, 8.0))
    assert other.load_ff("I") == pytest.approx(load * mine.load_ff("I"))
    (power,), (other_power,) = mine.power, other.power
    assert other_power.energy_fj["rise"](*at) == pytest.approx(
        energy * power.energy_fj["rise"](40.0, 8.0)
    )


def test_conditions_may_stand_in_operating_conditions(tmp_path: Path) -> None:
    text = EIGHT.read_text().replace("nom_temperature : 85;", "").replace(
        "nom_voltage : 12;", "operating_conditions (slow) { voltage : 11; temperature : 125; }"
    )  # fmt: skip
    result = imported(tmp_path, text)
    assert result.library.conditions.vdd_v == pytest.approx(1.1)
    assert result.library.conditions.temperature_c == 125.0
    cold = imported(tmp_path, EIGHT.read_text().replace("nom_temperature : 85;", ""))
    assert "temperature 25 C: assumed, the files state none" in cold.report.assumed


def test_a_default_capacitance_is_used_and_said(tmp_path: Path) -> None:
    text = EIGHT.read_text().replace("capacitance : 0.22;", "")
    result = imported(
        tmp_path, text.replace("nom_voltage", "default_input_pin_cap : 0.3; nom_voltage")
    )
    assert result.library.cells["DIFFER"].load_ff("Q") == pytest.approx(3.0)
    assert "input capacitance: default_input_pin_cap (DIFFER)" in result.report.assumed


def test_power_of_both_edges_in_one_table(tmp_path: Path) -> None:
    text = EIGHT.read_text()
    start = text.index("internal_power", text.index("cell (REP)"))
    end = text.index("      }\n", start)
    body = 'internal_power () { power (scalar) { values ("4"); }\n'
    (power,) = imported(tmp_path, text[:start] + body + text[end:]).library.cells["REP"].power
    assert power.input == "I"
    assert [power.energy_fj[e](10.0, 1.0) for e in ("rise", "fall")] == pytest.approx([0.4, 0.4])


def test_sizes_double_the_drive(tmp_path: Path) -> None:
    """Of five inverters the smallest, one of twice its drive, and one of twice that."""
    text = EIGHT.read_text()
    start = text.index("  cell (NOT)")
    end = text.index("  cell (REP)")
    cell = text[start:end]
    more = ""
    for name, area, scale in (("N3", 2, 1.2), ("N2", 1.8, 2), ("N4", 3, 4), ("N5", 4, 4.5)):
        new = cell.replace("(NOT)", f"({name})").replace("area : 1.5", f"area : {area}")
        new = new.replace(
            "values (", f'index_2 ("{0.1 * scale}, {0.8 * scale}, {6.4 * scale}"); values ('
        )
        more += new
    result = imported(tmp_path, text[:end] + more + text[end:])
    inverters = [n for n, c in result.library.cells.items() if function_name(c) == "inverter"]
    assert inverters == ["NOT", "N2", "N4"]
    assert result.report.left_out["another size of the same function is taken"] == ["N3", "N5"]


def test_a_unit_with_a_constant_needs_a_tie_cell(
    eight: Imported, registry: Registry, tmp_path: Path
) -> None:
    """CSD shifts by constants: its lowest bit can be 0."""
    unit = registry.unit("csd_x2u_a32")
    library = _with_tie_and_gate(tmp_path).library
    assert "ALWAYS" in {gate.cell for gate in synthesize(unit, library).gates}
    with pytest.raises(
        CharacterizeError, match=r"needs the constant .*, for which eight_cells has"
    ):
        synthesize(unit, eight.library)


def _with_tie_and_gate(folder: Path) -> Imported:
    return imported(folder, EIGHT.read_text().rstrip().removesuffix("}") + TIE_AND_GATE)


def test_a_tie_cell_of_two_outputs_and_a_clock_gate_without_test_pin(tmp_path: Path) -> None:
    library = _with_tie_and_gate(tmp_path).library
    assert (library.synthesis.tie_high, library.synthesis.tie_low) == (
        ("ALWAYS", "ONE"), ("ALWAYS", "NIL"),
    )  # fmt: skip
    assert library.clock_gate is not None
    cell, gate = library.clock_gate
    assert (gate.clock, gate.enable, gate.test) == ("T", "G", None)
    assert sorted(grid(7.0, 9.0) for grid in cell.set_up_ps.values()) == [20.0, 30.0]
    write_table(library, tmp_path / "table.toml")
    copy = load_library(str(tmp_path / "table.toml"))
    assert (copy.synthesis, copy.clock_gate and copy.clock_gate[1]) == (library.synthesis, gate)


def test_the_command_and_a_run_with_its_table(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "characterize", *arguments],
            capture_output=True, text=True, check=False, cwd=REPOSITORY,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "nothing was written" in run("library", "import", str(EIGHT))
    table = tmp_path / "eight.toml"
    assert f"5 cells of eight_cells: {table}" in run(
        "library", "import", str(EIGHT), "--out", str(table)
    )
    out = tmp_path / "out"
    run("run", "--library", str(table), "--units", "mac_array_x2u_w2u_a32", "--vectors", "100",
        "--jobs", "1", "--out", str(out))  # fmt: skip
    with (out / "units.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == row["net_group"] == "all"]
    assert rows
    for row in rows:
        assert (row["library"], row["vdd_v"]) == ("eight_cells", "1.2")
        assert float(row["energy_fj"]) > float(row["clock_fj"]) > 0


def test_the_script_is_that_of_the_shipped_libraries(eight: Imported, asap7: CellLibrary) -> None:
    assert eight.library.synthesis.abc_script == asap7.synthesis.abc_script


def test_names_of_functions(asap7: CellLibrary) -> None:
    """The function's name begins as the vendor's name of the cell does."""
    words = {
        "inverter": "INV", "buffer": "BUF", "majority": "MAJx", "inverted majority": "MAJIx",
        "nor2b": "", "nand2b": "",
    }  # fmt: skip
    gates = [cell for cell in asap7.cells.values() if cell.functions and cell.input_cap_ff]
    assert len(gates) > 40
    for cell in gates:
        name = function_name(cell)
        assert name is not None
        assert re.match(words.get(name, name.upper()), cell.name), (cell.name, name)
