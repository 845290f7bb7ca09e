"""Holds the unit registry against the Verilog: parameters, ports, widths, parts."""

import contextlib
import itertools
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyverilog.ast_code_generator.codegen import ASTCodeGenerator
from pyverilog.vparser import ast as verilog
from pyverilog.vparser.parser import ParseError, parse

from characterize.errors import CharacterizeError
from characterize.expressions import Expression
from characterize.files import read_text
from characterize.foreign_cells import YOSYS_GATES
from characterize.tools import require_icarus
from characterize.units import Entry
from characterize.user_verilog_design import elaborate
from characterize.verilog_text import check_text


def check_entries(entries: Iterable[Entry]) -> None:
    """Hold entries of the registry against their Verilog.

    Raises
    ------
    CharacterizeError
        For the first module, parameter, port, direction, width or instance that
        differs; the message names both sides.
    """
    require_icarus()  # pyverilog's preprocessor
    entries = list(entries)
    for path in dict.fromkeys(path for entry in entries for path in entry.files):
        check_text(path.name, read_text(path), [file.name for e in entries for file in e.files])
    # pyverilog leaves its parser tables in the working directory.
    chosen = [(entry, entry.files[0].resolve()) for entry in entries]
    with (
        tempfile.TemporaryDirectory(prefix="gatewatt-verilog-") as folder,
        contextlib.chdir(folder),
    ):
        for entry, path in chosen:
            if not entry.foreign:
                _check(entry, path)
    for entry, _ in chosen:
        if entry.foreign:
            _check_foreign(entry)


def _check(entry: Entry, absolute: Path) -> None:
    where = f"units.toml, {entry.name}"
    path = entry.files[0]
    module = _module(absolute, str(entry.table["top"]))
    parameters = {
        declared.name
        for declaration in (module.paramlist.params if module.paramlist else ())
        for declared in declaration.list
    }
    _same(where, path, "parameter", set(entry.parameter_ranges), parameters)
    ports = {port.first.name: port.first for port in module.portlist.ports}
    _same(where, path, "port", set(entry.table["ports"]), set(ports))
    for name, table in entry.table["ports"].items():
        direction = type(ports[name]).__name__.lower()
        if direction != table["direction"]:
            raise CharacterizeError(
                f"{where}: port {name} is an {table['direction']}, but an {direction} in {path}"
            )
        _check_width(entry, name, ports[name].width, f"{where}, port {name}", path)
    instances = {
        instance.name: instance.module
        for item in module.items
        if isinstance(item, verilog.InstanceList)
        for instance in item.instances
    }
    for part, table in entry.table["parts"].items():
        if table["instance"] and table["instance"] not in instances:
            raise CharacterizeError(
                f"{where}: part {part} is the instance {table['instance']}, which {path} "
                f"does not have; it has {', '.join(instances) or 'none'}"
            )


def _check_foreign(entry: Entry) -> None:
    """The same for any Verilog: Yosys elaborates it with the parameters of each unit."""
    where = f"units.toml, {entry.name}"
    path = entry.files[0]
    library = None if entry.cells == YOSYS_GATES else entry.cells
    for unit in entry.units("legal"):
        design = elaborate(entry.files, unit.top, dict(unit.parameters), library)
        declared = {port.name: port for port in design.ports}
        _same(where, path, "parameter", set(entry.parameter_ranges), set(design.parameters))
        _same(where, path, "port", {port.name for port in unit.ports}, set(declared))
        for port in unit.ports:
            direction, bits = declared[port.name].direction, declared[port.name].bits
            if (port.direction, port.format.bits) != (direction, bits):
                raise CharacterizeError(
                    f"{where}: port {port.name} is an {port.direction} of {port.format.bits} bits, "
                    f"but an {direction} of {bits} in {path}"
                )
        clock = unit.clock.name if unit.clock is not None else None
        if clock != design.clock or entry.cells != design.cells:
            raise CharacterizeError(
                f"{where}: the clock is {clock}, cells are {entry.cells}, "
                f"but {design.clock} and {design.cells} in {path}"
            )


def _module(path: Path, name: str) -> Any:
    try:
        tree, _ = parse([str(path)], debug=False)
    except ParseError as error:
        raise CharacterizeError(f"{path}: not readable as Verilog: {error}") from error
    modules = {m.name: m for m in tree.description.definitions if isinstance(m, verilog.ModuleDef)}
    if name not in modules:
        raise CharacterizeError(
            f"{path}: has no module {name}, it has {', '.join(modules) or 'none'}"
        )
    return modules[name]


def _same(where: str, path: Path, kind: str, registered: set[str], declared: set[str]) -> None:
    if only := sorted(registered - declared):
        raise CharacterizeError(f"{where}: {kind} {only[0]} is not in {path}")
    if only := sorted(declared - registered):
        raise CharacterizeError(f"{where}: {kind} {only[0]} of {path} is missing")


def _check_width(entry: Entry, port: str, width: Any, where: str, path: Path) -> None:
    """Both sides as functions of the parameters, compared at their corners."""
    registered = Expression(entry.table["ports"][port]["width"], where)
    high, low = Expression("0", where), Expression("0", where)
    if width is not None:
        text = ASTCodeGenerator()
        high = Expression(text.visit(width.msb), str(path))
        low = Expression(text.visit(width.lsb), str(path))
    ranges = entry.parameter_ranges
    # Widths are linear in the parameters: lowest, second and highest values decide.
    corners = [
        sorted({values[0], values[min(1, len(values) - 1)], values[-1]})
        for values in ranges.values()
    ]
    for values in itertools.product(*corners):
        parameters = dict(zip(ranges, values, strict=True))
        declared = high(parameters) - low(parameters) + 1
        if registered(parameters) != declared:
            shown = ", ".join(f"{name} = {value}" for name, value in parameters.items())
            raise CharacterizeError(
                f"{where}: is {registered(parameters)} bits wide, "
                f"but {declared} in {path} ({shown})"
            )
