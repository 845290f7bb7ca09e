"""A new unit is one Verilog file and one table of the registry: nothing else knows it."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.stimulus import exhaustive
from characterize.tables import read_units
from characterize.units import RTL_DIR, Registry
from tests.rtl.units_under_test import check, corner_units, exhaustible_units, random_operands

REPOSITORY = Path(__file__).parents[2]

# Rows of conditional additions, as a newcomer would write them.
VERILOG = """
`default_nettype none
module multiplier_rows #(
    parameter integer WIDTH = 4
) (
    input  wire [  WIDTH-1:0] x_i,
    input  wire [  WIDTH-1:0] w_i,
    output wire [2*WIDTH-1:0] p_o
);
  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : gen_row
      wire [2*WIDTH-1:0] sum;
      wire [2*WIDTH-1:0] row = w_i[i] ? {{WIDTH{1'b0}}, x_i} << i : {2 * WIDTH{1'b0}};
      if (i == 0) assign sum = row;
      else assign sum = gen_row[i-1].sum + row;
    end
  endgenerate
  assign p_o = gen_row[WIDTH-1].sum;
endmodule
`default_nettype wire
"""
TABLE = """
[multiplier_rows]
family = "multiplier"
architecture = "rows"
top = "multiplier_rows"
files = ["multiplier/multiplier_rows.v"]
operator = "multiply"
latency = 0
source = "this test"
parameters = { WIDTH = [2, 5] }
default = "WIDTH >= 4"
quick = "WIDTH == 4"

[multiplier_rows.ports]
x_i = { direction = "input", width = "WIDTH", role = "x", group = "mult_in" }
w_i = { direction = "input", width = "WIDTH", role = "w", group = "mult_in" }
p_o = { direction = "output", width = "2 * WIDTH", role = "result" }

[multiplier_rows.parts]
multiplier = { instance = "", group = "mult_internal" }
"""


@pytest.fixture
def rtl(tmp_path: Path) -> Path:
    folder = Path(copytree(RTL_DIR, tmp_path / "rtl"))
    (folder / "multiplier" / "multiplier_rows.v").write_text(VERILOG)
    with (folder / "units.toml").open("a") as file:
        file.write(TABLE)
    return folder


def _run(rtl: Path, out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "characterize", "run", "--rtl", str(rtl),
         "--units", "multiplier_rows*", "--vectors", "500", "--out", str(out)],
        capture_output=True, text=True, check=False, cwd=REPOSITORY,
    )  # fmt: skip


def test_it_is_checked_synthesized_measured_and_plotted(
    rtl: Path, tmp_path: Path, icarus: Icarus, asap7: CellLibrary
) -> None:
    # Checked, by what the battery does with every entry.
    entry = Registry(rtl / "units.toml").entries["multiplier_rows"]
    units = corner_units(entry)
    assert check(units, random_operands, icarus, asap7) == [300] * 4
    for square in exhaustible_units(entry, square=True).values():
        for count, unit in zip(check(square, exhaustive, icarus, asap7), square * 2, strict=True):
            assert count == 4 ** dict(unit.parameters)["WIDTH"]
    # Measured and plotted, by the command.
    result = _run(rtl, tmp_path / "out")
    assert result.returncode == 0, result.stderr
    table = read_units(tmp_path / "out")
    assert set(table.unit) == {"multiplier_rows_x4u_w4u", "multiplier_rows_x5u_w5u"}
    assert (table[table.part == "all"].architecture == "rows").all()
    assert table[(table.part == "all") & (table.net_group == "all")].energy_fj.min() > 1
    drawn = (tmp_path / "out" / "figures" / "energy_by_cause_asap7.svg").read_text()
    assert "multiplier_rows_x5u_w5u" in drawn


def test_a_mistake_in_it_is_found(rtl: Path, tmp_path: Path) -> None:
    path = rtl / "multiplier" / "multiplier_rows.v"
    path.write_text(VERILOG.replace("x_i} << i", "x_i} << (i == 3 ? 2 : i)"))
    result = _run(rtl, tmp_path / "out")
    assert result.returncode == 1
    assert "multiplier_rows_x4u_w4u (netlist): cycle" in result.stderr
    assert not (tmp_path / "out").exists()
