"""Verilog of anybody, elaborated by Yosys, and what in it cannot be measured."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from characterize.cell_table import load_library
from characterize.errors import CharacterizeError
from characterize.files import read_text
from characterize.foreign_cells import YOSYS_GATES
from characterize.liberty_writer import liberty_file
from characterize.unit_table import FILE_NAME, IDENTIFIER
from characterize.user_verilog_ports import GATE, Design, DesignReader
from characterize.verilog_text import check_text
from characterize.yosys import NO_HARDWARE, SCRIPT_FILE, read_foreign, run_yosys

# Where the cells of a netlist are looked for, behind the library that is measured with.
_SHIPPED = ("asap7", "sky130hd")
_READ, _CHECKED, _DESIGN = "read.json", "check.txt", "design.json"


def elaborate(
    files: Sequence[Path], top: str, parameters: Mapping[str, int], library: str | None = None
) -> Design:
    """Elaborate a module.

    Parameters
    ----------
    parameters
        Values of some of its parameters; the others have their defaults.
    library
        Name or path of one that cells of a netlist may be of, beside those that ship.

    Raises
    ------
    CharacterizeError
        If the Verilog cannot be read or synthesized, a module or cell is missing, or it
        has a combinational loop, latches, two clocks or one that is made by gates, an
        inout, nets without or with two drivers, or registers with initial values.
    """
    for name in (top, *parameters):
        if IDENTIFIER.fullmatch(name) is None:
            raise CharacterizeError(f"'{name}' is no name of a module or parameter")
    texts = texts_of(files)
    script = [*(read_foreign(name, defer=False) for name in texts), "proc", f"write_json {_READ}"]
    raw = json.loads(run_yosys(top, {**texts, SCRIPT_FILE: "\n".join(script)}, [_READ])[_READ])
    modules = raw["modules"]
    if top not in modules:
        raise CharacterizeError(
            f"no module {top} in {', '.join(texts)}: there are {', '.join(modules) or 'none'}"
        )
    declared = modules[top].get("parameter_default_values", {})
    if unknown := [name for name in parameters if name not in declared]:
        raise CharacterizeError(
            f"{top}: has no parameter {unknown[0]}, it has {', '.join(declared) or 'none'}"
        )
    _refuse_high_impedance(modules, top)
    cells = _cells(modules, top, library)
    mapped = load_library(cells) if cells and cells != YOSYS_GATES else None
    liberty = dict([liberty_file(mapped)]) if mapped is not None else {}
    values = " ".join(f"-chparam {name} {value}" for name, value in parameters.items())
    script = [
        *(f"read_liberty -lib -ignore_miss_func {name}" for name in liberty),
        *(read_foreign(name) for name in texts),
        f"hierarchy -check -top {top} {values}",
        "proc", NO_HARDWARE, "flatten", "opt_clean", f"tee -o {_CHECKED} check",
        "synth -noabc", f"write_json {_DESIGN}",
    ]  # fmt: skip
    found = run_yosys(
        top, {**texts, **liberty, SCRIPT_FILE: "\n".join(script)}, [_CHECKED, _DESIGN]
    )
    _refuse_warnings(top, found[_CHECKED])
    (module,) = (
        m
        for m in json.loads(found[_DESIGN])["modules"].values()
        if int(m["attributes"].get("top", "0"), 2)
    )
    return DesignReader(top, module, mapped).design(cells)


def texts_of(files: Sequence[Path]) -> dict[str, str]:
    """Name -> text of Verilog files that programs may be given.

    Raises
    ------
    CharacterizeError
        If one cannot be read, has no plain name, or asks for what it may not.
    """
    texts: dict[str, str] = {}
    for path in files:
        if path.name in texts:
            raise CharacterizeError(f"{path}: another file has this name too: rename one of them")
        if FILE_NAME.fullmatch(path.name) is None:
            raise CharacterizeError(f"{path}: name it with letters, digits and . _ + - only")
        texts[path.name] = read_text(path)
    for name, text in texts.items():
        check_text(name, text, texts)
    return texts


def _reachable(modules: Mapping[str, Any], top: str) -> Iterator[tuple[str, str, Any]]:
    """(module, instance, cell) of everything below a module."""
    waiting, seen = [top], {top}
    while waiting:
        name = waiting.pop()
        for instance, cell in modules[name]["cells"].items():
            yield name, instance, cell
            if cell["type"] in modules and cell["type"] not in seen:
                seen.add(cell["type"])
                waiting.append(cell["type"])


def _cells(modules: Mapping[str, Any], top: str, library: str | None) -> str | None:
    """Of what the design is a netlist."""
    found = list(_reachable(modules, top))
    unknown = {
        cell["type"]: f"instance {instance} in {module}"
        for module, instance, cell in reversed(found)
        if cell["type"] not in modules and not cell["type"].startswith("$")
    }
    if not unknown:
        gates = any(GATE.fullmatch(cell["type"]) for _, _, cell in found)
        return YOSYS_GATES if gates else None
    names = tuple(dict.fromkeys((*([library] if library else []), *_SHIPPED)))
    missing = {name: sorted(set(unknown) - set(load_library(name).cells)) for name in names}
    for name, lacking in missing.items():
        if not lacking:
            return name
    closest = min(names, key=lambda name: len(missing[name]))
    lacking = missing[closest]
    raise CharacterizeError(
        f"{top}: no module {lacking[0]} ({unknown[lacking[0]]}) in the files, and no such cell "
        f"in {', '.join(names)}: give its file, or its library with --library"
    )


def _refuse_high_impedance(modules: Mapping[str, Any], top: str) -> None:
    for module, _, cell in _reachable(modules, top):
        for pin, bits in cell["connections"].items():
            if "z" in bits and cell["type"].startswith("$"):
                where = cell["attributes"].get("src", f"pin {pin} in {module}")
                raise CharacterizeError(f"{top}: z, high impedance, at {where}: drive it always")


def _refuse_warnings(top: str, text: str) -> None:
    """Refuse what Yosys's `check` found."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("Warning: found logic loop"):
            wires = (re.match(r" +wire \\?(\S+)(?: source: (\S+))?", f) for f in lines[number:])
            wire = next(match for match in wires if match is not None)
            where = f" ({wire[2]})" if wire[2] else ""
            raise CharacterizeError(
                f"{top}: net {wire[1]}{where} is in a combinational loop: break it with a register"
            )
        several = re.match(r"Warning: multiple conflicting drivers for \S+?\.\\?(.*):", line)
        if several is not None:
            raise CharacterizeError(
                f"{top}: net {several[1]}, or one joined to it, has several drivers: leave one"
            )
        none = re.match(r"Warning: Wire \S+?\.\\?(.*) is used but has no driver", line)
        if none is not None:
            raise CharacterizeError(f"{top}: net {none[1]} is used but has no driver: give it one")
