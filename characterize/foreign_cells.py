"""The cells in Verilog that is itself a netlist, and registers that libraries do not have."""

import itertools
import re

from characterize.cell_table import load_library
from characterize.library import CellLibrary
from characterize.units import Entry
from characterize.yosys import GATES_FILE

YOSYS_GATES = "yosys"  # in place of a library: `$_AND_` and the like


def cells_of(entry: Entry) -> tuple[CellLibrary, list[str]] | None:
    """The library of a mapped netlist, and which of its cells are there; else None."""
    if entry.cells in (None, YOSYS_GATES):
        return None
    library = load_library(str(entry.cells))
    words = {
        word
        for path in entry.files
        for word in re.findall(r"[A-Za-z_]\w*", path.read_text(encoding="utf-8"))
    }
    return library, [cell for cell in library.cells if cell in words]


def gates_verilog(entry: Entry) -> str:
    """Models of Yosys's gates for a netlist of them; empty for any other Verilog."""
    return GATES_FILE.read_text(encoding="utf-8") if entry.cells == YOSYS_GATES else ""


def synchronous_resets() -> str:
    """A map of Yosys's flip-flops with asynchronous reset to those with a synchronous one.

    The libraries' cell tables have flip-flops without reset only.
    """
    modules = []
    for clock, reset, value, enable in itertools.product("PN", "PN", "01", ("", "P", "N")):
        kind = f"{'E' if enable else ''}_{clock}{reset}{value}{enable}_"
        pins = ["C", "R", "D", *(["E"] if enable else [])]
        connections = ", ".join(f".{pin}({pin})" for pin in [*pins, "Q"])
        modules.append(
            f'(* techmap_celltype = "$_DFF{kind}" *)\n'
            f"module reset{kind} (input {', '.join(pins)}, output Q);\n"
            f"  \\$_SDFF{kind} _TECHMAP_REPLACE_ ({connections});\nendmodule\n"
        )
    return "".join(modules)
