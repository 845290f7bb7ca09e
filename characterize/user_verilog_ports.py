"""A module as Yosys elaborated it: its ports and registers, and what cannot be measured."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from sim.formats import MAX_BITS

GATE = re.compile(r"\$_[A-Z0-9a-z_]+_")
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


class DesignReader:
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
        """What the module is.

        Parameters
        ----------
        cells
            As in `Design`.

        Raises
        ------
        CharacterizeError
            If its ports, registers or clocks are not such as can be measured.
        """
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
        if GATE.fullmatch(kind) is None and kind != "$scopeinfo":
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
