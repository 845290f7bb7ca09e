"""Synthesis: a unit's Verilog mapped onto a library by Yosys, parts kept apart.

The modules of the parts are not flattened into each other, so that each gate's
part is known; inside a part everything is. The mapper sees the small Liberty
file of the cell table, so it can use only the cells of the table.
"""

import json

from characterize.cache import NO_CACHE, Cache, content_key
from characterize.errors import CharacterizeError
from characterize.foreign_cells import cells_of, synchronous_resets
from characterize.liberty_writer import liberty_file
from characterize.library import CellLibrary
from characterize.netlist import Netlist, read_yosys_json
from characterize.units import UnitSpec
from characterize.verilog import cell_models
from characterize.yosys import NO_HARDWARE, SCRIPT_FILE, read_foreign, run_yosys, yosys_version

CELLS_FILE = "cells.v"
_RESULT_FILE = "netlist.json"
# Of Verilog that is not the house's: a map of registers, models of another library's cells.
_RESETS_FILE, _MODELS_FILE = "resets.v", "models.v"
CLOCK_GATE_MODULE = "clock_gate"  # of the RTL; a library's integrated cell takes its place


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
    foreign = unit.entry.foreign
    return [
        f"read_liberty -lib -ignore_miss_func {liberty}",
        # Deferred: modules are elaborated with the unit's parameters only.
        *(
            read_foreign(path.name) if foreign else f"read_verilog -defer -noautowire {path.name}"
            for path in files
        ),
        *([f"read_verilog {_MODELS_FILE}"] if foreign else []),
        f"read_verilog {CELLS_FILE}",
        f"hierarchy -check -top {unit.top} {values}",
        "proc",
        *([NO_HARDWARE] if foreign else []),
        *(f"keep {part.instance}" for part in unit.parts if part.instance),
        "flatten",
        "synth -noabc",
        *([f"techmap -map {_RESETS_FILE}"] if foreign else []),
        f"dfflibmap -liberty {liberty}",
        "opt",
        f"abc -liberty {liberty} -constr {constraints} -script +{abc}",
        "setundef -zero",
        *(["hilomap -singleton" + "".join(ties)] if ties else []),
        "opt_clean -purge",
        f"write_json {_RESULT_FILE}",
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
    mapped = cache.get(key, str)
    if mapped is None:
        mapped = run_yosys(unit.name, files, [_RESULT_FILE])[_RESULT_FILE]
        cache.put(key, mapped)
    if None in (library.synthesis.tie_high, library.synthesis.tie_low):
        _refuse_constants(mapped, unit, library)
    return read_yosys_json(mapped, unit, library)


def _input_files(unit: UnitSpec, library: CellLibrary) -> dict[str, str]:
    """Everything that Yosys reads, by file name: all that decides the netlist."""
    liberty, text = liberty_file(library)
    driver, load_ff = library.synthesis.driving_cell, library.output_load_ff
    files = {path.name: path.read_text(encoding="utf-8") for path in unit.entry.files}
    if unit.entry.foreign:
        files |= {_RESETS_FILE: synchronous_resets(), _MODELS_FILE: _models(unit, library)}
    return files | {
        liberty: text,
        "constraints": f"set_driving_cell {driver}\nset_load {load_ff:g} [all_outputs]\n",
        CELLS_FILE: _clock_gate_verilog(library),
        SCRIPT_FILE: "\n".join(script(unit, library, liberty, "constraints")),
    }


def _models(unit: UnitSpec, library: CellLibrary) -> str:
    """What the cells of a netlist do that was mapped onto another library."""
    found = cells_of(unit.entry)
    if found is None or found[0].name == library.name:
        return ""
    return cell_models(*found, tables=False)


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
