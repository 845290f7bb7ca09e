"""The product against the oracle on a sample; `nox -s oracle` takes every default unit."""

from dataclasses import replace
from pathlib import Path

import pytest

from characterize.simulators.icarus import Icarus
from characterize.units import Registry
from tests.oracle.comparison import BOOKED, THRESHOLDS, Comparison, compare, failures
from tests.oracle.expressions import holds, to_python
from tests.oracle.full_liberty import FullCell, Table, read_cells

SAMPLE = (
    "multiplier_array_x4s_w8s",
    "multiplier_booth_x4s_w4s",
    "multiplier_registered_x2u_w2s",
    "multiplier_serial_x4s_w4s",
    "adder_kogge_stone_x16s_y16s",
    "mac_dadda_x4s_w4s_a32",
    "mac_split_gated_x3u_w3u_a32",
    "mac_zero_skip_x2u_w2u_a32",
)
VECTORS = 300

LIBERTY = """
library (tiny) {
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW";
  capacitive_load_unit (1, pf);
  lu_table_template (t) {
    variable_1 : "total_output_net_capacitance"; variable_2 : "input_net_transition";
    index_1 ("1, 2"); index_2 ("10, 20");
  }
  power_lut_template (p) { variable_1 : "input_transition_time"; index_1 ("1, 2"); }
  cell (OTHER) { area : 1 pin (Y) { direction : output; } }
  cell (GATE) {
    area : 1.5   /* a semicolon is missing here */
    pg_pin (VSS) { pg_type : "primary_ground"; }
    pg_pin (VDD) { pg_type : "primary_power"; }
    leakage_power () { related_pg_pin : VSS; value : 50; }
    leakage_power () { related_pg_pin : VDD; when : "A"; value : 4; }
    leakage_power () { related_pg_pin : VDD; when : "!A"; value : 2; }
    pin (A) {
      direction : input; capacitance : 0.5; rise_capacitance : 0.6;
      internal_power () { when : "!Y"; related_pg_pin : VDD;
        rise_power (p) { index_1 ("1, 3"); values ("0.5, \\
          1.5"); } }
    }
    pin (Y) {
      direction : output; function : "(A)'";
      timing () { related_pin : "A"; timing_sense : negative_unate;
        cell_rise (t) { values ("1, 2", "3, 4"); }
        rise_transition (t) { values ("5, 6", "7, 8"); } }
    }
  }
}
"""


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> FullCell:
    path: Path = tmp_path_factory.mktemp("liberty") / "tiny.lib"
    path.write_text(LIBERTY)
    return read_cells([path], ["GATE"])["GATE"]


def test_the_reader_takes_units_supplies_states_and_axes(gate: FullCell) -> None:
    assert gate.leakage_nw == [("A", 4.0), ("!A", 2.0)]
    assert gate.pins["A"].cap_ff == 600.0
    (power,) = gate.pins["A"].powers
    assert power.when == "!Y"
    assert power.energy_fj["rise"].at(2000.0) == pytest.approx(1000.0)
    (arc,) = gate.pins["Y"].arcs
    # Load 1 pF is 1000 fF, slew 10 ns is 10,000 ps: the load stands first in the file.
    assert arc.delay_ps["rise"].at(10_000.0, 2000.0) == pytest.approx(3000.0)
    assert arc.slew_ps["rise"].at(20_000.0, 1000.0) == pytest.approx(6000.0)


def test_a_missing_cell_is_said(tmp_path: Path) -> None:
    (tmp_path / "tiny.lib").write_text(LIBERTY)
    with pytest.raises(ValueError, match="NONE"):
        read_cells([tmp_path / "tiny.lib"], ["GATE", "NONE"])


def test_a_table_goes_on_beyond_its_edges() -> None:
    table = Table((1.0, 2.0, 4.0), (0.0, 10.0), ((1.0, 2.0), (2.0, 4.0), (3.0, 6.0)))
    assert table.at(3.0, 5.0) == pytest.approx(3.75)
    assert table.at(0.0, 0.0) == pytest.approx(0.0)
    assert table.at(6.0, 20.0) == pytest.approx(12.0)


def test_expressions_of_every_spelling() -> None:
    assert to_python("A' B + !(C ^ D)") == "(((1 ^ A) & B) | (1 ^ (C ^ D)))"
    assert holds("!A&B|C", {"A": 1, "B": 1, "C": 1})
    assert not holds("!A&(B|C)", {"A": 1, "B": 1, "C": 1})
    for wrong in ("A $ B", "A) B", "(A B)) C"):
        with pytest.raises(ValueError, match="not a Boolean expression"):
            to_python(wrong)


@pytest.fixture(scope="module", params=["asap7", "sky130hd"])
def compared(
    request: pytest.FixtureRequest, registry: Registry, data: Path, icarus: Icarus
) -> list[Comparison]:
    units = [registry.unit(name) for name in SAMPLE]
    return compare(units, request.param, data, VECTORS, icarus)


def test_every_cause_of_the_sample_is_within_its_threshold(compared: list[Comparison]) -> None:
    assert [comparison.unit for comparison in compared] == list(SAMPLE)
    assert failures(compared) == []


def test_what_is_compared_is_there(compared: list[Comparison]) -> None:
    for comparison in compared:
        sequential = comparison.unit.startswith(("mac", "multiplier_registered"))
        for cause in THRESHOLDS:
            assert comparison.oracle[cause] > 0 or (cause == "clock" and not sequential)
        whole = sum(comparison.oracle[cause] for cause in BOOKED)
        assert comparison.oracle["total"] == pytest.approx(whole)
        # Energies of cells differ by as much as those of the whole: none is left out.
        difference = sum(comparison.cells.values())
        expected = comparison.product["total"] - comparison.oracle["total"]
        inputs = comparison.product["switching"] - comparison.oracle["switching"]
        assert difference == pytest.approx(expected, abs=abs(inputs) + 1e-6)


@pytest.mark.parametrize("cause", THRESHOLDS)
def test_a_figure_beyond_its_threshold_is_a_failure(
    compared: list[Comparison], cause: str
) -> None:  # fmt: skip
    good = compared[-1]
    factor = 1 + 2 * THRESHOLDS[cause] / 100
    bad = replace(good, product=good.product | {cause: good.oracle[cause] * factor})
    assert [cause in line for line in failures([bad])] == [True]
    assert len(failures([replace(good, toggles_differ=3)])) == 1
