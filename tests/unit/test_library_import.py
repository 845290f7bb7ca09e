"""Liberty in, figures out: a small library whose figures are plain to see."""

from pathlib import Path

import pytest

from characterize.liberty_cells import CellReader
from characterize.liberty_file import read_liberty
from characterize.library import Cell

# Energies: voltage^2 times the capacitance unit, here 1 pJ = 1000 fJ.
LIBERTY = """
library (tiny) {
  time_unit : "10ps"; voltage_unit : "1V"; leakage_power_unit : "10nW";
  capacitive_load_unit (1, pf);
  lu_table_template (t) {
    variable_1 : "total_output_net_capacitance"; variable_2 : "input_net_transition";
    index_1 ("1, 2"); index_2 ("10, 20");
  }
  cell (XOR) {
    area : 1.5;
    pg_pin (VDD) { pg_type : "primary_power"; }
    pg_pin (VSS) { pg_type : "primary_ground"; }
    leakage_power () { related_pg_pin : VDD; when : "A"; value : 4; }
    leakage_power () { related_pg_pin : VDD; value : 3; }
    leakage_power () { related_pg_pin : VSS; value : 50; }
    pin (A) {
      direction : input; capacitance : 0.5; rise_capacitance : 0.6;
      internal_power () { related_pg_pin : VDD; when : "B";
        rise_power (scalar) { values ("0.5"); } fall_power (scalar) { values ("0.5"); } }
    }
    pin (B) { direction : input; capacitance : 0.5; }
    pin (Y) {
      direction : output; function : "A ^ B";
      timing () { related_pin : "A"; timing_sense : non_unate;
        cell_rise (t) { values ("1, 2", "3, 4"); } cell_fall (t) { values ("1, 2", "3, 4"); }
        rise_transition (t) { values ("5, 6", "7, 8"); }
        fall_transition (t) { values ("5, 6", "7, 8"); } }
      timing () { related_pin : "A"; timing_sense : positive_unate; when : "!B";
        cell_rise (scalar) { values ("9"); } rise_transition (scalar) { values ("6"); } }
      timing () { related_pin : "B"; timing_sense : positive_unate;
        cell_rise (scalar) { values ("1"); } cell_fall (scalar) { values ("1"); }
        rise_transition (scalar) { values ("5"); } fall_transition (scalar) { values ("5"); } }
      internal_power () { related_pin : "A"; related_pg_pin : VDD; when : "B";
        rise_power (scalar) { values ("1"); } fall_power (scalar) { values ("4"); } }
      internal_power () { related_pin : "A"; related_pg_pin : VDD; when : "!B";
        rise_power (scalar) { values ("2"); } fall_power (scalar) { values ("4"); } }
      internal_power () { related_pin : "A"; related_pg_pin : VSS;
        rise_power (scalar) { values ("30"); } fall_power (scalar) { values ("40"); } }
    }
  }
}
"""


@pytest.fixture(scope="module")
def xor(tmp_path_factory: pytest.TempPathFactory) -> Cell:
    path = tmp_path_factory.mktemp("liberty") / "tiny.lib"
    path.write_text(LIBERTY)
    file = read_liberty(path)
    return CellReader(file).read(file.group.all("cell")[0], 20.0, 0)


def test_leakage_is_that_of_the_positive_supply_without_condition(xor: Cell) -> None:
    assert xor.leakage_nw == pytest.approx(30.0)


def test_internal_energy_is_that_of_the_positive_supply_mean_of_the_states(xor: Cell) -> None:
    (power,) = xor.power
    assert power.energy_fj["rise"](10.0, 1.0) == pytest.approx(1500.0)
    assert power.energy_fj["fall"](10.0, 1.0) == pytest.approx(4000.0)
    assert power.ground_energy_fj["rise"](10.0, 1.0) == pytest.approx(30_000.0)


def test_a_pin_that_is_related_often_is_related_once(tmp_path: Path, xor: Cell) -> None:
    path = tmp_path / "often.lib"
    path.write_text(LIBERTY.replace('related_pin : "A";', 'related_pin : "A A, A";'))
    file = read_liberty(path)
    found = CellReader(file).read(file.group.all("cell")[0], 20.0, 0)
    assert [arc.input for arc in found.timing] == [arc.input for arc in xor.timing]
    assert len(found.power) == 1


def test_pin_energy_counts_for_the_share_of_its_states(xor: Cell) -> None:
    (energy,) = xor.pin_energy
    assert (energy.pin, energy.when) == ("A", "")
    assert energy.at("rise", 20.0) == pytest.approx(250.0)


def test_capacitance_of_an_edge_comes_before_that_of_both(xor: Cell) -> None:
    assert xor.input_cap_ff["A"] == {"rise": 600.0, "fall": 500.0}
    assert xor.load_ff("A") == 600.0


def test_an_arc_without_unateness_is_one_of_each_sense(xor: Cell) -> None:
    senses = [arc.sense for arc in xor.timing if arc.input == "A" and not arc.when]
    assert senses == ["positive", "negative"]


def test_every_state_of_an_arc_is_one(xor: Cell) -> None:
    """The conditional arc is there, but does not count in means: the unconditional one does."""
    (index,) = [k for k, arc in enumerate(xor.timing) if arc.when]
    conditional = xor.timing[index]
    assert (conditional.input, conditional.sense, conditional.when) == ("A", "positive", "!B")
    assert conditional.delay_ps["rise"](1.0, 1.0) == pytest.approx(90.0)
    assert xor.arc_shares[index] == {"rise": 0.0}


def test_tables_may_have_the_load_first(xor: Cell) -> None:
    """Load 1 pF is 1000 fF, slew 10 is 100 ps; delays are in tens of ps."""
    delay = xor.timing[0].delay_ps["rise"]
    assert [delay(100.0, 1000.0), delay(200.0, 1000.0)] == pytest.approx([10.0, 20.0])
    assert [delay(100.0, 2000.0), delay(200.0, 2000.0)] == pytest.approx([30.0, 40.0])
