"""The command line: what it refuses, and what it leaves behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from characterize.tables import read_units
from characterize.units import RTL_DIR

REPOSITORY = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "characterize", *arguments],
        capture_output=True, text=True, check=False, cwd=REPOSITORY,
        env={**os.environ, **environment},
    )  # fmt: skip


def refused(result: subprocess.CompletedProcess[str], *words: str) -> None:
    """One line, status 1, every word in it."""
    assert result.returncode == 1
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    for word in ("error: ", *words):
        assert word in lines[0]


@pytest.fixture
def rtl(tmp_path: Path) -> Path:
    """A copy of the Verilog, to be spoiled."""
    return Path(shutil.copytree(RTL_DIR, tmp_path / "rtl"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("divider", ["unknown unit 'divider'", "known are multiplier_array"]),
        ("multiplier_array_x9s_w8s", ["unknown unit", "WIDTH_X 2-8", "as in multiplier_array_x2u"]),
        ("mac_array_x8s_w8s_a8", ["unknown unit", "mac_array has"]),
    ],
)  # fmt: skip
def test_unknown_units(tmp_path: Path, name: str, words: list[str]) -> None:
    refused(run("run", "--units", name, "--out", str(tmp_path / "out")), *words)
    assert not (tmp_path / "out").exists()


def test_missing_tool(tmp_path: Path) -> None:
    refused(
        run("run", "--quick", "--out", str(tmp_path / "out"), PATH=str(tmp_path)),
        "iverilog of Icarus Verilog is not on the PATH", "apt-get install iverilog",
    )  # fmt: skip
    assert not (tmp_path / "out").exists()


def test_too_old_tool(tmp_path: Path) -> None:
    for program in ("iverilog", "vvp"):
        fake = tmp_path / program
        fake.write_text("#!/bin/sh\necho 'Icarus Verilog version 10.3 (stable)'\n")
        fake.chmod(0o755)
    refused(
        run("run", "--quick", PATH=f"{tmp_path}:{os.environ['PATH']}"),
        "Icarus Verilog 11 or later is needed, found Icarus Verilog version 10.3",
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[  WIDTH:0] sum_o", "[WIDTH-1:0] sum_o", ["port sum_o", "bits wide, but", "(WIDTH = 2"]),
        ("input  wire [WIDTH-1:0] y_i", "input  wire [WIDTH-1:0] b_i", ["port y_i is not in"]),
        ("    output wire", "    input wire", ["port sum_o is an output, but an input"]),
        ("integer SIGNED = 0", "integer SIGN = 0", ["parameter SIGNED is not in"]),
        ("module adder_ripple", "module adder", ["has no module adder_ripple, it has adder"]),
        ("endmodule", "", ["not readable as Verilog"]),
    ],
)
def test_verilog_that_does_not_match_the_registry(
    rtl: Path, tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    path = rtl / "adder" / "adder_ripple.v"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    result = run("run", "--rtl", str(rtl), "--units", "adder_*", "--out", str(tmp_path / "out"))
    refused(result, *words)
    assert not (tmp_path / "out").exists()


def test_verilog_that_computes_something_else(rtl: Path, tmp_path: Path) -> None:
    path = rtl / "adder" / "full_adder.v"
    path.write_text(path.read_text().replace("propagate ^ c_i", "propagate | c_i"))
    out = tmp_path / "out"
    result = run("run", "--rtl", str(rtl), "--units", "adder_ripple_x8s_y8s", "--out", str(out))
    refused(result, "adder_ripple_x8s_y8s (netlist): cycle", "sum_o is", "but add of x =")
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[", ["not a TOML file"]),
        ("[a]\nfamily = 'adder'", ["units.toml, a: lacks architecture"]),
    ],
)
def test_broken_registry(rtl: Path, text: str, words: list[str]) -> None:
    (rtl / "units.toml").write_text(text)
    refused(run("list", "--rtl", str(rtl)), *words)


def test_no_jobs_and_no_folder(tmp_path: Path) -> None:
    refused(run("run", "--jobs", "0"), "--jobs is 0")
    (tmp_path / "file").write_text("")
    result = run("run", "--units", "adder_ripple_x8s_y8s", "--out", str(tmp_path / "file" / "out"))
    refused(result, "cannot write to it")


def test_import_of_a_file_that_is_none(tmp_path: Path) -> None:
    settings = str(REPOSITORY / "characterize/libraries/settings/asap7.toml")
    (tmp_path / "x.lib").write_text("library (x) {")
    arguments = ("library", "import", str(tmp_path / "x.lib"), "--settings", settings)
    refused(run(*arguments, "--out", str(tmp_path / "x.toml")), "the file ends inside the group")
    assert not (tmp_path / "x.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--engine", "spice"], "unknown engine 'spice': known are icarus, verilator, bitparallel"),
        (["--stimulus", "sparse"], "write sparse(...), probability of zero"),
        (["--delays", "sdf"], "unknown delay model 'sdf': known are zero, unit, library"),
        (["--step", "0"], "a delay step of 0 ps: give one above 0"),
        (["--library", "tsmc5"], "unknown library 'tsmc5': known are asap7, sky130hd"),
        (["--quick", "--full"], "--quick and --full exclude each other"),
    ],
)
def test_choices_that_are_none(tmp_path: Path, arguments: list[str], words: str) -> None:
    out = tmp_path / "out"
    refused(run("run", "--units", "adder_ripple_x2u_y2u", "--out", str(out), *arguments), words)
    assert not out.exists()


def test_all_engines_give_the_same_figures(tmp_path: Path) -> None:
    """Zero delays; every figure of every part, from each engine."""
    tables = []
    for engine in ("icarus", "verilator", "bitparallel", "bitparallel-numpy"):
        out = tmp_path / engine
        result = run("run", "--units", "mac_array_x2u_w2u_a16", "--library", "asap7", "--delays",
                     "zero", "--vectors", "600", "--engine", engine, "--out", str(out))  # fmt: skip
        assert result.returncode == 0, result.stderr
        assert "\n2 cases of 1 unit in " in result.stdout
        table = read_units(out)
        assert set(table.engine) == {engine}
        judged = engine.startswith("bitparallel")
        (compared,) = set(table.referee_vectors)
        assert 200 <= compared <= 500 if judged else compared == 0
        assert set(table.referee.dropna()) == ({"icarus"} if judged else set())
        tables.append(table.drop(columns=["engine", "referee", "referee_vectors"]))
    for table in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], table)


def test_list_shows_the_units() -> None:
    result = run("list", "--quick")
    assert result.returncode == 0
    assert "mac_array_x8s_w8s_a32" in result.stdout
