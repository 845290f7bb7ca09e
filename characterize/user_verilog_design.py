"""Anybody's Verilog, elaborated by Yosys: its ports and registers, and what cannot be measured."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from characterize.cell_table import load_library
from characterize.errors import CharacterizeError
from characterize.foreign_cells import YOSYS_GATES
from characterize.liberty_writer import liberty_file
from characterize.library import CellLibrary
from characterize.yosys import NO_HARDWARE, SCRIPT_FILE, read_foreign, run_yosys
from sim.formats import MAX_BITS

# Where the cells of a netlist are looked for, behind the library that is measured with.
_SHIPPED = ("asap7", "sky130hd")
_READ, _CHECKED, _DESIGN = "read.json", "check.txt", "design.json"
_GATE = re.compile(r"\$_[A-Z0-9a-z_]+_")
_FLIP_FLOP = re.compile(r"\$_(?:DFF|DFFE|SDFF|SDFFE|SDFFCE)_([PN])([PN]?)([01]?)([PN]?)_")
_ASYNCHRONOUS = re.compile(r"\$_(?:DFF_[PN]([PN])[01]|DFFE_[PN]([PN])[01][PN])_")
_LATCH = re.compile(r"\$_(?:DLATCH|DLATCHSR|SR)_")


@dataclass(frozen=True, slots=True)
class DesignPort:
    """A port of the top module, as the Verilog declares it."""

    name: str
    direction: str
    bits: int
    signed: bool


@dataclass(frozen=True)
class Design:
    """What a module is, its parameters set.

    Attributes
    ----------
    top, parameters
        Its name; all parameters with their values.
    ports
        In the order of the Verilog.
    clock
        The port that clocks every register; None if there is none.
    resets
        Port of an asynchronous reset -> whether it is active at 0.
    registers
        Number of stored bits.
    cells
        Of what it is a netlist: a name for `load_library`, or `YOSYS_GATES`; None of RTL.
    """

    top: str
    parameters: Mapping[str, int]
    ports: tuple[DesignPort, ...]
    clock: str | None
    resets: Mapping[str, bool]
    registers: int
    cells: str | None


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
    texts = _texts(files)
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
    return _Reader(top, module, mapped).design(cells)


def _texts(files: Sequence[Path]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in files:
        if path.name in texts:
            raise CharacterizeError(f"{path}: another file has this name too: rename one of them")
        if re.fullmatch(r"[\w.+-]+", path.name) is None or path.name.startswith("-"):
            raise CharacterizeError(f"{path}: name it with letters, digits and . _ + - only")
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
            raise CharacterizeError(f"{path}: cannot read it: {reason}") from error
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
        gates = any(_GATE.fullmatch(cell["type"]) for _, _, cell in found)
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


class _Reader:
    """Reads a flat netlist of Yosys's gates and a library's cells."""

    def __init__(self, top: str, module: Any, library: CellLibrary | None) -> None:
        self._top = top
        self._module = module
        self._library = library
        self._inputs = {
            bit: name
            for name, port in module["ports"].items()
            if port["direction"] == "input"
            for bit in port["bits"]
        }

    def design(self, cells: str | None) -> Design:
        ports = tuple(self._port(name, port) for name, port in self._module["ports"].items())
        if not any(port.direction == "output" for port in ports):
            raise CharacterizeError(f"{self._top}: has no output port: nothing can be checked")
        self._refuse_initial_values()
        clocks: dict[str, str] = {}
        resets: dict[str, bool] = {}
        registers = 0
        for cell in self._module["cells"].values():
            storage = self._storage(cell)
            if storage is None:
                continue
            registers += 1
            clock_pin, output = storage
            clocks.setdefault(self._clock(cell["connections"][clock_pin][0], output), output)
            asynchronous = _ASYNCHRONOUS.fullmatch(cell["type"])
            if asynchronous is not None:
                port = self._inputs.get(cell["connections"]["R"][0])
                if port is None:
                    net = self._name(cell["connections"]["R"][0])
                    raise CharacterizeError(
                        f"{self._top}: the asynchronous reset of {output} is the net {net}, "
                        "which is no input: make it synchronous"
                    )
                resets[port] = "N" in (asynchronous[1], asynchronous[2])
        if len(clocks) > 1:
            (first, of_first), (second, of_second) = list(clocks.items())[:2]
            raise CharacterizeError(
                f"{self._top}: {of_first} is clocked by {first}, {of_second} by {second}: "
                "there may be one clock"
            )
        clock = next(iter(clocks), None)
        self._refuse_clock_as_data(clock)
        values = self._module.get("parameter_default_values", {})
        parameters = {name: _integer(self._top, name, value) for name, value in values.items()}
        return Design(self._top, parameters, ports, clock, resets, registers, cells)

    def _port(self, name: str, port: Any) -> DesignPort:
        if port["direction"] == "inout":
            raise CharacterizeError(f"{self._top}: port {name} is an inout: make it one or other")
        if re.fullmatch(r"[A-Za-z_]\w*", name) is None:
            raise CharacterizeError(f"{self._top}: port {name}: name it with letters, digits, _")
        bits = len(port["bits"])
        if bits > MAX_BITS:
            raise CharacterizeError(
                f"{self._top}: port {name} has {bits} bits, at most {MAX_BITS} are possible"
            )
        return DesignPort(name, port["direction"], bits, bool(port.get("signed", 0)))

    def _storage(self, cell: Any) -> tuple[str, str] | None:
        """Clock pin of a flip-flop, and the name of what it stores; None of other gates."""
        kind, pins = cell["type"], cell["connections"]
        if not kind.startswith("$"):
            assert self._library is not None
            known = self._library.cells[kind]
            if known.flip_flop is None:
                return None
            (output,) = known.outputs
            return known.flip_flop.clock, self._name(*pins[output])
        if _LATCH.match(kind):
            raise CharacterizeError(
                f"{self._top}: {self._name(*pins['Q'])} is a latch: give it a value in every "
                "branch, or store it at a clock's edge"
            )
        if "Q" in pins:
            stored = self._name(*pins["Q"])
            match = _FLIP_FLOP.fullmatch(kind)
            if match is None:
                raise CharacterizeError(
                    f"{self._top}: {stored} is set and reset, or loaded, without the clock: "
                    "one asynchronous reset is possible"
                )
            if match[1] == "N":
                raise CharacterizeError(
                    f"{self._top}: {stored} is stored at the falling edge of its clock: "
                    "take the rising one"
                )
            return "C", stored
        if _GATE.fullmatch(kind) is None and kind != "$scopeinfo":
            raise CharacterizeError(f"{self._top}: {kind} is nothing that gates can do")
        return None

    def _clock(self, bit: Any, register: str) -> str:
        """The port behind a clock pin, through clock gates of the library."""
        for _ in self._module["cells"]:
            if bit in self._inputs or self._library is None:
                break
            for cell in self._module["cells"].values():
                known = self._library.cells.get(cell["type"])
                if known is not None and known.clock_gate is not None:
                    (output,) = known.outputs
                    if cell["connections"][output] == [bit]:
                        bit = cell["connections"][known.clock_gate.clock][0]
        if bit not in self._inputs:
            raise CharacterizeError(
                f"{self._top}: {register} is clocked by {self._name(bit)}, which is no input: "
                "clocks that gates make are not possible, an enable is"
            )
        return str(self._inputs[bit])

    def _refuse_clock_as_data(self, clock: str | None) -> None:
        if clock is None:
            return
        bits = self._module["ports"][clock]["bits"]
        if len(bits) > 1:
            raise CharacterizeError(f"{self._top}: the clock {clock} has {len(bits)} bits")
        for cell in self._module["cells"].values():
            known = self._library.cells.get(cell["type"]) if self._library else None
            own = {"C"} if known is None else {known.clock} if known.clock else set()
            data = [pin for pin, to in cell["connections"].items() if to == bits and pin not in own]
            if data or (bits and bits[0] in self._outputs()):
                raise CharacterizeError(
                    f"{self._top}: {clock} is a clock and data too: separate them"
                )

    def _outputs(self) -> set[Any]:
        ports = self._module["ports"].values()
        return {bit for port in ports if port["direction"] == "output" for bit in port["bits"]}

    def _refuse_initial_values(self) -> None:
        for name, net in self._module["netnames"].items():
            if set(net["attributes"].get("init", "x")) & {"0", "1"}:
                raise CharacterizeError(
                    f"{self._top}: {name} has an initial value, which no standard cell has: "
                    "give it a reset"
                )

    def _name(self, *bits: Any) -> str:
        """What the Verilog calls a net."""
        found = []
        for name, net in self._module["netnames"].items():
            for index, bit in enumerate(net["bits"]):
                if bits and bit == bits[0]:
                    indexed = f"{name}[{index}]" if len(net["bits"]) > 1 else name
                    found.append((net.get("hide_name", 0), name.count("."), len(name), indexed))
        return min(found)[3] if found else "a net"


def _integer(top: str, name: str, value: Any) -> int:
    """A parameter as Yosys writes it: bits, or a string."""
    if isinstance(value, int):
        return value
    if re.fullmatch("[01]+", value) is None:
        raise CharacterizeError(f"{top}: parameter {name} is '{value}': only integers are possible")
    number = int(value, 2)
    return number - (1 << 32) if len(value) == 32 and value[0] == "1" else number
