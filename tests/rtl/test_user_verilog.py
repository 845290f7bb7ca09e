"""Anybody's Verilog from the file to the table: checked, measured, registered, drawn."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from characterize.case import Case
from characterize.cell_table import load_library
from characterize.cli_verilog import add_commands
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.measure import measure
from characterize.rows import Row
from characterize.rtl_check import check_entries
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.tables import read_units
from characterize.units import RTL_DIR, Registry, UnitSpec
from characterize.user_verilog import Request, user_unit
from characterize.user_verilog_check import check_outputs
from characterize.verilog import netlist_verilog

pytestmark = pytest.mark.usefixtures("icarus")
REPOSITORY = Path(__file__).parents[2]

# A multiplier without its lowest columns, as somebody would write it; FAULT is 0 or an error.
TRUNCATED = """
module truncated #(parameter integer WIDTH = 6, parameter integer CUT = 2) (
    input [WIDTH-1:0] a, input [WIDTH-1:0] b, output [2*WIDTH-1:0] p
);
  wire [2*WIDTH-1:0] full = (a >> CUT) * (b >> CUT);
  assign p = (full << (2 * CUT)) FAULT;
endmodule
"""
FAULT = "^ (a == 21 && b == 50 ? 64 : 0)"
WANTED = "((a >> 2) * (b >> 2)) << 4"


def write(folder: Path, fault: str = "") -> Path:
    path = folder / "truncated.v"
    path.write_text(TRUNCATED.replace("FAULT", fault))
    return path


def call(*arguments: object) -> str:
    """What a command prints; an error is raised."""
    app = typer.Typer()
    add_commands(app)
    result = CliRunner().invoke(app, list(map(str, arguments)))
    if result.exception is not None:
        raise result.exception
    return result.output


def rows(unit: UnitSpec, library: str = "asap7", models: Sequence[str] = ("zero",)) -> list[Row]:
    """The row of the whole unit with each delay model."""
    cases = [Case(unit, library, Stimulus("uniform"), 3000, model) for model in models]
    return [found[0] for found in measure(cases, BitParallel())]


def test_an_error_at_one_pair_is_found_and_named(tmp_path: Path) -> None:
    path = write(tmp_path, FAULT)
    for command in (["verilog", "--out", tmp_path / "out"], ["add", "--rtl", tmp_path]):
        with pytest.raises(CharacterizeError) as caught:
            call(command[0], path, "--top", "truncated", "--reference", WANTED, *command[1:])
        got, wanted = ((21 >> 2) * (50 >> 2) << 4) ^ 64, (21 >> 2) * (50 >> 2) << 4
        assert str(caught.value).startswith(
            "truncated_a6u_b6u: p is wrong for 1 of 4096 operand combinations: a = 21, b = 50: "
            f"p is {got}, but {WANTED} is {wanted}"
        )
    assert sorted(file.name for file in tmp_path.iterdir()) == ["truncated.v"]


def test_measured(tmp_path: Path) -> None:
    """A row of each case in the columns of every table, the referee's vectors in it."""
    out = tmp_path / "out"
    said = call(
        "verilog", write(tmp_path), "--top", "truncated", "--reference", WANTED, "--parameter",
        "WIDTH=5", "--vectors", "2000", "--stimulus", "uniform", "--out", out,
    )  # fmt: skip
    assert "p: equals ((a >> 2) * (b >> 2)) << 4 for all 1024 operands" in said
    table = read_units(out)
    whole = table[(table.part == "all") & (table.net_group == "all")]
    assert whole.delay_model.tolist() == ["zero", "library"]
    first = whole.iloc[0]
    assert (first.unit, first.family, first.architecture) == (
        "truncated_a5u_b5u", "user", "truncated",
    )  # fmt: skip
    assert (first.width_x, first.width_w, first.referee, first.referee_vectors) == (
        5, 5, "icarus", 500,
    )  # fmt: skip
    assert whole.energy_fj.min() > 1
    assert "truncated_a5u_b5u" in (out / "figures" / "energy_by_cause_asap7.svg").read_text()


def test_an_approximate_circuit_has_errors_instead(tmp_path: Path) -> None:
    """Beside a loop over all pairs."""
    said = call(
        "verilog", write(tmp_path), "--top", "truncated", "--reference", "a*b", "--approximate",
        "--vectors", "500", "--stimulus", "uniform", "--delays", "zero", "--out", tmp_path / "out",
    )  # fmt: skip
    errors = [((a >> 2) * (b >> 2) << 4) - a * b for a in range(64) for b in range(64)]
    (line,) = pd.read_csv(tmp_path / "out" / "errors.csv").to_dict("records")
    assert (line["operations"], line["exhaustive"], line["reference"]) == (4096, True, "a*b")
    assert line["wrong"] == sum(error != 0 for error in errors)
    assert line["error_rate_percent"] == pytest.approx(100 * line["wrong"] / 4096, rel=1e-5)
    assert line["mean_error"] == pytest.approx(sum(errors) / 4096, rel=1e-5)
    assert line["mean_absolute_error"] == pytest.approx(sum(map(abs, errors)) / 4096, rel=1e-5)
    assert line["worst_error"] == min(errors) == line["worst_got"] - line["worst_wanted"]
    assert line["worst_operands"] == "a = 63, b = 63"
    assert "worst -369: 3600 instead of 3969 for a = 63, b = 63" in said


def test_registered_it_is_in_the_next_table_and_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rtl = Path(copytree(RTL_DIR, tmp_path / "rtl"))
    before = (rtl / "units.toml").read_text()
    options = ("--top", "truncated", "--reference", WANTED, "--rtl", rtl)
    assert "entry truncated" in call("add", write(tmp_path), *options)
    assert (rtl / "units.toml").read_text().startswith(before)
    assert (rtl / "user" / "truncated.v").read_text() == TRUNCATED.replace("FAULT", "")
    monkeypatch.chdir(tmp_path)
    check_entries(Registry(Path("rtl", "units.toml")).entries.values())
    out = tmp_path / "out"
    run = [sys.executable, "-m", "characterize", "run", "--rtl", str(rtl), "--units", "truncated*",
           "--vectors", "500", "--library", "asap7", "--out", str(out)]  # fmt: skip
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    assert set(read_units(out).unit) == {"truncated_a6u_b6u"}
    assert "truncated_a6u_b6u" in (out / "figures" / "energy_by_cause_asap7.svg").read_text()

    # Once only; under another name the same file serves.
    with pytest.raises(CharacterizeError, match="has an entry truncated already"):
        call("add", write(tmp_path), *options)
    call("add", write(tmp_path), *options, "--name", "again")
    with pytest.raises(CharacterizeError, match="is there and differs: rename the new file"):
        call("add", write(tmp_path, "+ 0"), *options, "--name", "third")
    assert list(Registry(rtl / "units.toml").entries)[-2:] == ["truncated", "again"]

    # And wrong Verilog is found by every run from now on.
    (rtl / "user" / "truncated.v").write_text(TRUNCATED.replace("FAULT", "^ (a == b)"))
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 1
    assert f"p is 111000010001, but {WANTED} of a = 63, b = 63 is 111000010000" in done.stderr
    narrow = TRUNCATED.replace("FAULT", "").replace("input [WIDTH-1:0] b", "input b")
    (rtl / "user" / "truncated.v").write_text(narrow)
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert "port b is an input of 6 bits, but an input of 1 in" in done.stderr


@pytest.mark.parametrize(
    ("name", "reference", "latency"),
    [
        ("multiplier_booth_x4s_w4s", ["x * w"], 0),
        ("multiplier_registered_x3u_w3s", ["x * w"], 2),
        ("mac_array_x2s_w2s_a16", [], 0),
    ],
)
def test_a_mapped_netlist_is_measured_as_it_is(
    registry: Registry, asap7: CellLibrary, tmp_path: Path, name: str,
    reference: list[str], latency: int,
) -> None:  # fmt: skip
    """The house's own netlist, read as a stranger's: the same gates, the same energy."""
    unit = registry.unit(name)
    path = tmp_path / "netlist.v"
    path.write_text(netlist_verilog(synthesize(unit, asap7)))
    signed = tuple(port.name for port in unit.ports if port.format.signed)
    found = user_unit(Request((path,), name, tuple(reference), latency=latency, signed=signed))
    assert found.design.cells == "asap7"
    assert [figures.wrong for figures in check_outputs(found.unit)] == [0] * len(reference)
    models = ("zero", "library")
    for mine, theirs in zip(
        rows(unit, models=models), rows(found.unit, models=models), strict=True
    ):
        for column in ("energy_fj", "toggles_per_op", "clock_fj", "leakage_fj", "area_um2"):
            assert theirs[column] == pytest.approx(mine[column], rel=1e-9), column
        assert theirs["cells"] == mine["cells"]
    # Onto another library it is mapped anew, and computes the same.
    (other,) = rows(found.unit, "sky130hd")
    assert other["energy_fj"] > 10 * mine["energy_fj"]


def test_generic_gates(tmp_path: Path) -> None:
    """Yosys's and Verilog's own, with ports and wires as netlists declare them."""
    path = tmp_path / "gates.v"
    path.write_text(
        "module gates (a, b, c, y, z);\ninput a, b, c; output y, z;\n"
        "\\$_AND_ u1 (.A(a), .B(b), .Y(n1));\n\\$_XOR_ u2 (.A(n1), .B(c), .Y(y));\n"
        "nand u3 (z, a, b, c);\nendmodule\n"
    )
    references = ("y = (a & b) ^ c", "z = 1 - (a & b & c)")
    found = user_unit(Request((path,), "gates", references))
    assert found.design.cells == "yosys"
    assert [figures.operations for figures in check_outputs(found.unit)] == [8, 8]
    (row,) = rows(found.unit)
    assert row["unit"] == "gates"
    assert row["cells"] >= 3
    with pytest.raises(CharacterizeError, match="y is wrong for 2 of 8"):
        check_outputs(user_unit(Request((path,), "gates", ("y = a ^ c",))).unit)


STATE = """
module state (
    input clk, input rst_n, input signed [3:0] x, input [3:0] w,
    output reg signed [9:0] sum, output reg [2:0] count, output odd
);
  reg signed [8:0] p_q;
  always @(posedge clk) p_q <= x * $signed({1'b0, w});
  always @(posedge clk or negedge rst_n) if (!rst_n) sum <= 0; else sum <= sum + p_q;
  always @(posedge clk) if (!rst_n) count <= 0; else if (w[0]) count <= count + 1;
  assign odd = count[0];
endmodule
"""


def test_state_without_reference(tmp_path: Path) -> None:
    """A synchronous and an asynchronous reset; netlist and RTL agree in each cycle."""
    path = tmp_path / "state.v"
    path.write_text(STATE)
    said = call("verilog", path, "--top", "state", "--vectors", "600", "--stimulus", "uniform",
                "--delays", "zero", "--out", tmp_path / "out")  # fmt: skip
    assert "no reference of sum, count, odd: the netlist is held against the RTL only" in said
    assert "asynchronous resets are taken as synchronous ones: rst_n" in said
    table = read_units(tmp_path / "out")
    assert table.clock_fj.max() > 0
    assert not (tmp_path / "out" / "errors.csv").exists()


def test_a_netlist_that_differs_from_the_rtl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a reference it is found as well, in the first cycle that shows it."""
    path = tmp_path / "state.v"
    path.write_text(STATE)
    unit = user_unit(Request((path,), "state")).unit

    def wrong(of: UnitSpec, library: CellLibrary, _cache: object) -> object:
        path.write_text(STATE.replace("count + 1", "count + 3"))
        netlist = synthesize(of, library)
        path.write_text(STATE)
        return netlist

    monkeypatch.setattr("characterize.measure.synthesize", wrong)
    with pytest.raises(CharacterizeError, match=r"netlist\): count is [01]{3} for .*in the RTL"):
        rows(unit)


def test_registers_that_nothing_sets(tmp_path: Path) -> None:
    path = tmp_path / "counter.v"
    path.write_text("module counter (input clk, d, output reg [3:0] q);"
                    " always @(posedge clk) q <= q + d; endmodule\n")  # fmt: skip
    unit = user_unit(Request((path,), "counter")).unit
    with pytest.raises(CharacterizeError, match=r"q is x+ to the end: .*not reset"):
        rows(unit)
    with pytest.raises(CharacterizeError, match=r"q is x+ for d = 0: .*not reset"):
        check_outputs(user_unit(Request((path,), "counter", ("d",), latency=1)).unit)


def test_latency(tmp_path: Path) -> None:
    """A pipeline deeper than the lead-in of the house's units; a wrong latency is found."""
    path = tmp_path / "pipe.v"
    path.write_text(
        "module pipe (input clk, input signed [3:0] x_i, w_i, output signed [7:0] p_o);\n"
        "  reg signed [7:0] q [0:6]; integer i; assign p_o = q[6];\n"
        "  always @(posedge clk) begin q[0] <= x_i * w_i;\n"
        "    for (i = 1; i < 7; i = i + 1) q[i] <= q[i-1]; end\nendmodule\n"
    )
    unit = user_unit(Request((path,), "pipe", ("x*w",), latency=7)).unit
    assert [figures.operations for figures in check_outputs(unit)] == [256]
    assert rows(unit)[0]["clock_fj"] > 0
    for latency in (6, 8):
        with pytest.raises(CharacterizeError, match=r"p_o is wrong for .* of 256"):
            check_outputs(user_unit(Request((path,), "pipe", ("x*w",), latency=latency)).unit)


def test_many_operand_bits_are_sampled_with_their_extremes(tmp_path: Path) -> None:
    """An error at the largest operands of a 12 x 12 multiplier, which chance would not find."""
    path = tmp_path / "wide.v"
    text = "module wide (input [11:0] a, b, output [23:0] p); assign p = a * bFAULT; endmodule\n"
    path.write_text(text.replace("FAULT", ""))
    (figures,) = check_outputs(user_unit(Request((path,), "wide", ("a*b",))).unit)
    assert (figures.operations, figures.exhaustive) == (1 << 16, False)
    path.write_text(text.replace("FAULT", " ^ (&a & &b)"))
    with pytest.raises(
        CharacterizeError, match=r"wrong for 1 of 65536 .* tried: a = 4095, b = 4095"
    ):
        check_outputs(user_unit(Request((path,), "wide", ("a*b",))).unit)


def test_values_that_an_output_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "low.v"
    path.write_text("module low (input [3:0] a, b, output [3:0] p); assign p = a * b; endmodule\n")
    with pytest.raises(CharacterizeError, match=r"p holds 0 to 15: write unsigned\(\.\.\., 4\)"):
        check_outputs(user_unit(Request((path,), "low", ("a*b",))).unit)
    check_outputs(user_unit(Request((path,), "low", ("unsigned(a*b, 4)",))).unit)


def test_a_stranger_s_units_run_beside_the_house_s(tmp_path: Path) -> None:
    """Netlists, gates, state and an approximate circuit of one registry, in one run."""
    rtl = Path(copytree(RTL_DIR, tmp_path / "rtl"))
    mapped = Registry().unit("multiplier_array_x2s_w2s")
    netlist = netlist_verilog(synthesize(mapped, load_library("asap7")))
    (tmp_path / "mapped.v").write_text(netlist.replace(mapped.name, "u_netlist"))
    (tmp_path / "gates.v").write_text(
        "module u_gates (input a, b, output y); \\$_XOR_ g (.A(a), .B(b), .Y(y)); endmodule\n"
    )
    (tmp_path / "state.v").write_text(STATE.replace("module state", "module u_state"))
    signed = [word for port in ("x_i", "w_i", "p_o") for word in ("--signed", port)]
    for file, top, *options in (
        ("mapped.v", "u_netlist", "--name", "u_mapped", "--reference", "x*w", *signed),
        ("gates.v", "u_gates", "--reference", "a^b"),
        ("state.v", "u_state"),
        ("truncated.v", "truncated", "--name", "u_near", "--reference", "a*b", "--approximate"),
    ):
        write(tmp_path)
        call("add", tmp_path / file, "--top", top, "--rtl", rtl, *options)
    units = Registry(rtl / "units.toml").select("u_*")
    assert [unit.name for unit in units] == [
        "u_mapped_x2s_w2s", "u_gates", "u_state_x4s_w4u", "u_near_a6u_b6u",
    ]  # fmt: skip
    units.append(mapped)
    check_entries(unit.entry for unit in units)
    cases = [Case(unit, "asap7", Stimulus("uniform"), 500) for unit in units]
    found = [rows[0] for rows in measure(cases, BitParallel())]
    assert all(row["referee_vectors"] >= 200 and row["energy_fj"] > 0 for row in found)
    assert found[0]["energy_fj"] == pytest.approx(found[-1]["energy_fj"], rel=1e-9)
