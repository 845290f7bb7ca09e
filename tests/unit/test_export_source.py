"""Rows that exports take, and one line where there is none."""

from pathlib import Path

import pytest

from characterize.errors import CharacterizeError
from characterize.export.source import Selection, read_source
from characterize.units import Registry
from tests.unit import export_table

REPOSITORY = Path(__file__).parents[2]


def test_whole_units_of_the_selection_only(tmp_path: Path) -> None:
    results = export_table.write(tmp_path, export_table.rows(), export_table.rows("zero"))
    source = read_source(results)
    units = source.units(Selection("asap7", delays="zero"))
    assert [unit.unit for unit in units] == [row["unit"] for row in export_table.units("asap7")]
    assert {unit.library for unit in units} == {"asap7"}
    assert {unit.delay_model for unit in units} == {"zero"}
    assert {unit.delay_step_ps for unit in units} == {None}
    both = source.units(Selection())
    assert {(unit.library, unit.delay_step_ps) for unit in both} == {
        ("asap7", 2.0),
        ("sky130hd", 20.0),
    }


def test_fields_are_those_of_the_row(tmp_path: Path) -> None:
    source = read_source(export_table.write(tmp_path))
    serial = source.unit("multiplier_serial_x4s_w4s", Selection("sky130hd"))
    assert (serial.component, serial.operation) == ("multiplier_serial", "multiply")
    assert (serial.width_x, serial.width_w, serial.acc_width) == (4, 4, None)
    assert (serial.signed_x, serial.signed_w) == (True, True)
    assert serial.dynamic_fj == pytest.approx(90 * 50 * 0.999)
    assert serial.operation_ps == 40_000
    accumulator = source.unit("accumulator_x8u_a16", Selection("asap7"))
    assert (accumulator.component, accumulator.operation) == ("accumulator", "accumulate")
    assert (accumulator.signed_x, accumulator.signed_w) == (False, None)
    assert (accumulator.width_w, accumulator.acc_width) == (None, 16)
    assert source.unit("pann_q4u_x4u_a32", Selection("asap7")).operation == "add"


def test_components_of_the_committed_table_are_entries_of_the_registry() -> None:
    source = read_source(REPOSITORY / "results")
    components = {unit.component for unit in source.units(Selection())}
    assert len(components) > 10
    assert components <= set(Registry().entries)


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection("asap7", "gaussian"), "no row with asap7, gaussian operands and library"),
        (Selection("asap7", "gaussian"), "there are asap7, uniform, library; sky130hd, uniform"),
        (Selection(delays="unit"), "run --stimulus 'uniform' --delays unit"),
        (Selection("tsmc5"), "run --library tsmc5 --stimulus 'uniform' --delays library"),
    ],
)
def test_a_missing_row_is_one_line(tmp_path: Path, selection: Selection, words: str) -> None:
    source = read_source(export_table.write(tmp_path))
    with pytest.raises(CharacterizeError) as caught:
        source.units(selection)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_unit_is_one_line(tmp_path: Path) -> None:
    source = read_source(export_table.write(tmp_path))
    with pytest.raises(CharacterizeError, match=r"no row of mac_array_x3s_w3s_a32 with asap7, un"):
        source.unit("mac_array_x3s_w3s_a32", Selection("asap7"))


def test_an_operation_of_no_cycles_is_refused(tmp_path: Path) -> None:
    rows = export_table.rows()
    rows.loc[rows.unit == "multiplier_serial_x4s_w4s", "cycles_per_op"] = 0
    results = export_table.write(tmp_path, rows)
    with pytest.raises(CharacterizeError, match="multiplier_serial_x4s_w4s is 0, an operation"):
        read_source(results).units(Selection())


def test_rows_of_two_seeds_are_refused(tmp_path: Path) -> None:
    results = export_table.write(tmp_path, export_table.rows(), export_table.rows(seed=2))
    with pytest.raises(CharacterizeError, match="has rows of several seeds or engines"):
        read_source(results).units(Selection())


def test_no_table_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CharacterizeError, match="cannot read it"):
        read_source(tmp_path)
