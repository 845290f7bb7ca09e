"""Synthesis: a unit's Verilog mapped onto a library by Yosys, parts kept apart.

The modules of the parts are not flattened into each other, so that each gate's
part is known; inside a part everything is. The mapper sees the small Liberty
file of the cell table, so it can use only the cells of the table.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from characterize.cache import NO_CACHE, Cache, content_key
from characterize.errors import CharacterizeError
from characterize.liberty_writer import liberty_text
from characterize.library import CellLibrary
from characterize.netlist import Netlist, read_yosys_json
from characterize.units import UnitSpec

_TIMEOUT_S = 600
CELLS_FILE = "cells.v"
_SCRIPT_FILE = "script"
CLOCK_GATE_MODULE = "clock_gate"  # of the RTL; a library's integrated cell takes its place
# Yosys ends the whole process where it finds an error, so it gets its own.
_RUN_YOSYS = """
import sys
from pyosys import libyosys as ys
design = ys.Design()
for line in open(sys.argv[1], encoding="utf-8"):
    if line.startswith("keep "):
        module = design.top_module().cell(ys.IdString("\\\\" + line.split()[1])).type.str()
        line = f"setattr -mod -set keep_hierarchy 1 {module}"
    ys.run_pass(line.strip(), design)
"""


def yosys_version() -> str:
    """Version of the installed Yosys."""
    return metadata.version("pyosys")


def script(unit: UnitSpec, library: CellLibrary, liberty: str, constraints: str) -> list[str]:
    """The exact synthesis script of a unit.

    Parameters
    ----------
    liberty, constraints
        Names of the files with the library's cells, and with the mapper's
        driving cell and load.

    Returns
    -------
    list of str
        Yosys commands; `keep I` stands for setting the attribute keep_hierarchy
        on the module of the instance I.
    """
    settings = library.synthesis
    values = " ".join(f"-chparam {name} {value}" for name, value in unit.parameters)
    files = list(unit.entry.files)
    if library.clock_gate is not None:
        files = [path for path in files if path.stem != CLOCK_GATE_MODULE]
    abc = settings.abc_script.replace("; ", ";").replace(" ", ",")
    ties = [
        f" -{role} {' '.join(tie)}"
        for role, tie in (("hicell", settings.tie_high), ("locell", settings.tie_low))
        if tie is not None
    ]
    return [
        f"read_liberty -lib -ignore_miss_func {liberty}",
        # Deferred: modules are elaborated with the unit's parameters only.
        *(f"read_verilog -defer -noautowire {path.name}" for path in files),
        f"read_verilog {CELLS_FILE}",
        f"hierarchy -check -top {unit.top} {values}",
        "proc",
        *(f"keep {part.instance}" for part in unit.parts if part.instance),
        "flatten",
        "synth -noabc",
        f"dfflibmap -liberty {liberty}",
        "opt",
        f"abc -liberty {liberty} -constr {constraints} -script +{abc}",
        "setundef -zero",
        *(["hilomap -singleton" + "".join(ties)] if ties else []),
        "opt_clean -purge",
        "write_json netlist.json",
    ]


def synthesize(unit: UnitSpec, library: CellLibrary, cache: Cache = NO_CACHE) -> Netlist:
    """Map a unit onto a library.

    Parameters
    ----------
    cache
        Holds what Yosys made of the same Verilog, cells and script before.

    Returns
    -------
    Netlist
        The gates, each with its part.

    Raises
    ------
    CharacterizeError
        If Yosys refuses the Verilog, or leaves something that is no cell.
    """
    if library.clock_gate is None and any(p.stem == CLOCK_GATE_MODULE for p in unit.entry.files):
        raise CharacterizeError(
            f"{unit.name}: {library.name} has no integrated clock gate: name one in its settings"
        )
    files = _input_files(unit, library)
    key = content_key("netlist", yosys_version(), files)
    mapped = cache.get(key)
    if mapped is None:
        mapped = _run_yosys(unit, files)
        cache.put(key, mapped)
    if None in (library.synthesis.tie_high, library.synthesis.tie_low):
        _refuse_constants(mapped, unit, library)
    return read_yosys_json(mapped, unit, library)


def _input_files(unit: UnitSpec, library: CellLibrary) -> dict[str, str]:
    """Everything that Yosys reads, by file name: all that decides the netlist."""
    text = liberty_text(library)
    # Yosys caches Liberty files by name: the name follows the content.
    liberty = f"{library.name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.lib"
    driver, load_ff = library.synthesis.driving_cell, library.output_load_ff
    return {path.name: path.read_text(encoding="utf-8") for path in unit.entry.files} | {
        liberty: text,
        "constraints": f"set_driving_cell {driver}\nset_load {load_ff:g} [all_outputs]\n",
        CELLS_FILE: _clock_gate_verilog(library),
        _SCRIPT_FILE: "\n".join(script(unit, library, liberty, "constraints")),
    }


def _run_yosys(unit: UnitSpec, files: Mapping[str, str]) -> str:
    """What Yosys makes of its script, in a folder with these files."""
    with tempfile.TemporaryDirectory(prefix="gatewatt-synthesis-") as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        try:
            run = subprocess.run(
                [sys.executable, "-c", _RUN_YOSYS, _SCRIPT_FILE],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_S,
                check=False,  # its message is read below
            )
        except subprocess.TimeoutExpired as error:
            raise CharacterizeError(
                f"{unit.name}: synthesis took more than {_TIMEOUT_S} s"
            ) from error
        result = Path(folder, "netlist.json")
        if run.returncode != 0 or not result.is_file():
            raise CharacterizeError(f"{unit.name}: synthesis failed: {_reason(run)}")
        netlist = result.read_text(encoding="utf-8")
        try:
            json.loads(netlist)
        except ValueError as error:  # Yosys does not notice that a disk is full
            raise CharacterizeError(
                f"{unit.name}: synthesis left half a netlist: is there room in "
                f"{tempfile.gettempdir()}? TMPDIR names another folder"
            ) from error
        return netlist


def _refuse_constants(netlist: str, unit: UnitSpec, library: CellLibrary) -> None:
    """Refuse constants that are left because a library has no cell for them."""
    for module in json.loads(netlist)["modules"].values():
        if "blackbox" in module["attributes"]:
            continue
        bits = [port["bits"] for port in module["ports"].values()]
        bits += [b for cell in module["cells"].values() for b in cell["connections"].values()]
        if constants := sorted({str(b) for some in bits for b in some if isinstance(b, str)}):
            raise CharacterizeError(
                f"{unit.name}: needs the constant {' and '.join(constants)}, for which "
                f"{library.name} has no tie cell: name one in its settings"
            )


def _clock_gate_verilog(library: CellLibrary) -> str:
    """The module `clock_gate` of the RTL, made of the library's integrated clock gate."""
    if library.clock_gate is None:
        return ""
    cell, gate = library.clock_gate
    (output,) = cell.outputs
    pins = {gate.clock: "clk_i", gate.enable: "en_i", output: "clk_o"}
    if gate.test is not None:
        pins[gate.test] = "1'b0"
    connections = ", ".join(f".{pin}({net})" for pin, net in pins.items())
    return (
        f"module {CLOCK_GATE_MODULE} (input clk_i, input en_i, output clk_o);\n"
        f"  {cell.name} u_cell ({connections});\nendmodule\n"
    )


def _reason(run: subprocess.CompletedProcess[str]) -> str:
    found = re.findall(r"ERROR: (.*)", run.stdout + run.stderr)
    if found:
        return str(found[-1])
    lines = (run.stderr or run.stdout).strip().splitlines()
    return lines[-1] if lines else f"Yosys ended with status {run.returncode}"
