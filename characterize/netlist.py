"""Netlists: the mapped gates of a unit, its nets, and what part each belongs to.

A net belongs to the part of the cell that drives it, and to a net group; nets
that the unit's inputs drive belong to the part `input` (MEASURE: counts).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from characterize.errors import CharacterizeError
from characterize.library import Cell, CellLibrary
from characterize.units import UnitSpec

INPUT_PART = "input"


@dataclass(frozen=True, slots=True)
class Gate:
    """One instance of a standard cell.

    Attributes
    ----------
    name, part
        Instance name; the part of the unit that it belongs to.
    cell
        Name of the standard cell.
    pins
        Pin -> net index, inputs and outputs.
    """

    name: str
    part: str
    cell: str
    pins: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CountedPort:
    """Port bits that the bit-flip accounting reads: net index of each, aliases repeated."""

    group: str
    nets: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Netlist:
    """A unit mapped onto a library.

    Attributes
    ----------
    unit, library
        What was mapped onto what.
    nets
        Number of nets; they are numbered from 0: input port bits first, then in
        the order of `gates`.
    gates
        Clock gates, flip-flops and constants first, then in topological order.
    ports
        Port -> net index of each bit, lowest first.
    net_groups
        Net group of each net.
    counted_ports
        Ports whose bits are counted for their net group.
    """

    unit: UnitSpec
    library: CellLibrary
    nets: int
    gates: tuple[Gate, ...]
    ports: Mapping[str, tuple[int, ...]]
    net_groups: tuple[str, ...]
    counted_ports: tuple[CountedPort, ...]

    def cell(self, gate: Gate) -> Cell:
        """The standard cell of a gate."""
        return self.library.cells[gate.cell]

    @cached_property
    def net_parts(self) -> tuple[str, ...]:
        """Part of each net: its driver's, or `input`."""
        parts = [INPUT_PART] * self.nets
        for gate in self.gates:
            for pin in self.cell(gate).outputs:
                if pin in gate.pins:
                    parts[gate.pins[pin]] = gate.part
        return tuple(parts)

    @cached_property
    def gate_groups(self) -> tuple[str, ...]:
        """Net group of each gate: that of the first net which it drives."""
        return tuple(
            self.net_groups[next(gate.pins[p] for p in self.cell(gate).outputs if p in gate.pins)]
            for gate in self.gates
        )

    @cached_property
    def sinks(self) -> tuple[tuple[tuple[int, str], ...], ...]:
        """For each net, the (gate index, input pin) pairs that it drives."""
        found: list[list[tuple[int, str]]] = [[] for _ in range(self.nets)]
        for index, gate in enumerate(self.gates):
            for pin in self.cell(gate).input_cap_ff:
                found[gate.pins[pin]].append((index, pin))
        return tuple(tuple(pairs) for pairs in found)

    @cached_property
    def output_bits(self) -> tuple[int, ...]:
        """For each net, how many bits of output ports it drives."""
        counts = [0] * self.nets
        for port in self.unit.ports:
            if port.direction == "output":
                for net in self.ports[port.name]:
                    counts[net] += 1
        return tuple(counts)

    @cached_property
    def input_nets(self) -> frozenset[int]:
        """Nets that the unit's inputs drive."""
        inputs = [port for port in self.unit.ports if port.direction == "input"]
        return frozenset(net for port in inputs for net in self.ports[port.name])

    @cached_property
    def clock_nets(self) -> frozenset[int]:
        """The clock's net and those that clock gates drive; empty for combinational units."""
        clock = self.unit.clock
        nets = set(self.ports[clock.name]) if clock else set()
        for gate in self.gates:
            cell = self.cell(gate)
            if cell.clock_gate is not None:
                nets |= {gate.pins[pin] for pin in cell.outputs}
        return frozenset(nets)


def net_name(net: int) -> str:
    """Name of a net in the Verilog of a netlist and in everything dumped from it."""
    return f"n{net}"


def read_yosys_json(text: str, unit: UnitSpec, library: CellLibrary) -> Netlist:
    """The netlist of a design that Yosys mapped, parts as modules of their own.

    Parameters
    ----------
    text
        Output of `write_json`: the top module and the modules of its parts.

    Raises
    ------
    CharacterizeError
        If it holds a cell that is not in the library, or a net without driver.
    """
    modules = json.loads(text)["modules"]
    # The library's cells are in it too, as black boxes.
    own = {n: m for n, m in modules.items() if "blackbox" not in m["attributes"]}
    return _Flattener(own, unit, library).netlist()


class _Flattener:
    """Joins the top module and its parts into one list of gates.

    A bit is (instance of the part, Yosys's number); bits that a part's port
    connects are merged to one representative.
    """

    def __init__(self, modules: Mapping[str, Any], unit: UnitSpec, library: CellLibrary) -> None:
        self._unit = unit
        self._library = library
        self._modules = modules
        self._alias: dict[tuple[str, Any], tuple[str, Any]] = {}
        tops = [m for m in modules.values() if int(m["attributes"].get("top", "0"), 2)]
        if len(tops) != 1:
            raise CharacterizeError(f"{unit.name}: synthesis left {len(tops)} top modules")
        self._top = tops[0]

    def netlist(self) -> Netlist:
        unit, library = self._unit, self._library
        parts = {part.instance: part for part in unit.parts}
        raw: list[tuple[str, str, dict[str, tuple[str, Any]]]] = []
        own = parts[""].name if "" in parts else "other"
        instances: dict[str, Any] = {}
        for name, cell in self._top["cells"].items():
            if cell["type"] in self._modules:
                instances[name] = self._modules[cell["type"]]
                self._connect(name, instances[name], cell["connections"])
            elif cell["type"] != "$scopeinfo":
                raw.append((own, cell["type"], self._pins("", cell)))
        for instance, module in instances.items():
            raw += [
                (parts[instance].name, cell["type"], self._pins(instance, cell))
                for cell in module["cells"].values()
                if cell["type"] != "$scopeinfo"
            ]
        if unknown := sorted({cell for _, cell, _ in raw} - set(library.cells)):
            raise CharacterizeError(
                f"{unit.name}: synthesis left cells that {library.name} does not have: "
                + ", ".join(unknown)
            )
        raw = self._ordered(raw)

        numbers: dict[tuple[str, Any], int] = {}
        for port in unit.ports:
            if port.direction == "input":
                for bit in self._top["ports"][port.name]["bits"]:
                    numbers[self._find(("", bit))] = len(numbers)
        for _, cell_name, pins in raw:
            for pin in library.cells[cell_name].outputs:
                if pin in pins:
                    numbers[self._find(pins[pin])] = len(numbers)
        gates = tuple(
            Gate(
                f"g{index}",
                part,
                cell_name,
                {pin: self._number(bit, numbers) for pin, bit in pins.items()},
            )
            for index, (part, cell_name, pins) in enumerate(raw)
        )
        ports = {
            port.name: tuple(
                self._number(("", bit), numbers) for bit in self._top["ports"][port.name]["bits"]
            )
            for port in unit.ports
        }
        part_ports = {
            (instance, name): tuple(self._number((instance, b), numbers) for b in port["bits"])
            for instance, module in instances.items()
            for name, port in module["ports"].items()
        }
        groups = self._groups(gates, len(numbers), ports, part_ports)
        return Netlist(
            unit=unit,
            library=library,
            nets=len(numbers),
            gates=gates,
            ports=ports,
            net_groups=groups,
            counted_ports=self._counted(gates, ports, part_ports),
        )

    def _find(self, bit: tuple[str, Any]) -> tuple[str, Any]:
        while bit in self._alias:
            bit = self._alias[bit]
        return bit

    def _connect(
        self, instance: str, module: Any, connections: Mapping[str, Sequence[Any]]
    ) -> None:
        for name, port in module["ports"].items():
            for inner, outer in zip(port["bits"], connections[name], strict=True):
                a, b = self._find((instance, inner)), self._find(("", outer))
                if a != b:
                    self._alias[a] = b

    def _pins(self, instance: str, cell: Any) -> dict[str, tuple[str, Any]]:
        return {pin: (instance, bits[0]) for pin, bits in cell["connections"].items() if bits}

    def _number(self, bit: tuple[str, Any], numbers: Mapping[tuple[str, Any], int]) -> int:
        found = numbers.get(self._find(bit))
        if found is None:
            raise CharacterizeError(
                f"{self._unit.name}: synthesis left a net without driver ({bit[1]})"
            )
        return found

    def _ordered(
        self, raw: list[tuple[str, str, dict[str, tuple[str, Any]]]]
    ) -> list[tuple[str, str, dict[str, tuple[str, Any]]]]:
        """Every gate after those that drive it; what begins a path stands first.

        A clock gate stands before the flip-flops that it clocks, although its
        enable comes from gates: the clock's timing does not depend on it.
        """
        cells = self._library.cells

        def rank(cell: Cell) -> int:
            if cell.clock_gate is not None:
                return 0
            return 1 if cell.flip_flop is not None or not cell.input_cap_ff else 2

        ranked = sorted(raw, key=lambda item: rank(cells[item[1]]))
        sources = [item for item in ranked if rank(cells[item[1]]) < 2]
        gates = [item for item in ranked if rank(cells[item[1]]) == 2]
        driver = {
            self._find(pins[pin]): index
            for index, (_, cell, pins) in enumerate(gates)
            for pin in cells[cell].outputs
            if pin in pins
        }
        waiting = []
        readers: dict[int, list[int]] = {}
        for index, (_, cell, pins) in enumerate(gates):
            before = {
                driver[bit]
                for pin in cells[cell].input_cap_ff
                if (bit := self._find(pins[pin])) in driver
            }
            waiting.append(len(before))
            for source in before:
                readers.setdefault(source, []).append(index)
        ready = [index for index, count in enumerate(waiting) if count == 0]
        order = []
        for index in ready:  # grows while it is walked
            order.append(gates[index])
            for reader in readers.get(index, []):
                waiting[reader] -= 1
                if waiting[reader] == 0:
                    ready.append(reader)
        if len(order) != len(gates):
            raise CharacterizeError(f"{self._unit.name}: the gates form a combinational loop")
        return sources + order

    def _groups(
        self,
        gates: Sequence[Gate],
        nets: int,
        ports: Mapping[str, tuple[int, ...]],
        part_ports: Mapping[tuple[str, str], tuple[int, ...]],
    ) -> tuple[str, ...]:
        """A port's group before that of the driver; a part's port before the unit's."""
        parts = {part.name: part for part in self._unit.parts}
        groups = ["other"] * nets
        for gate in gates:
            cell = self._library.cells[gate.cell]
            part = parts.get(gate.part)
            for pin in cell.outputs:
                if pin in gate.pins and part is not None:
                    groups[gate.pins[pin]] = part.register_group if cell.flip_flop else part.group
        for port in self._unit.ports:
            if port.group is not None:
                for net in ports[port.name]:
                    groups[net] = port.group
        for part in self._unit.parts:
            for part_port in part.ports:
                for net in part_ports[part.instance, part_port.name]:
                    groups[net] = part_port.group
        return tuple(groups)

    def _counted(
        self,
        gates: Sequence[Gate],
        ports: Mapping[str, tuple[int, ...]],
        part_ports: Mapping[tuple[str, str], tuple[int, ...]],
    ) -> tuple[CountedPort, ...]:
        counted = []
        for port in self._unit.ports:
            if port.group is not None:
                bits = _extended(ports[port.name], port.extended_to, port.format.signed)
                counted.append(CountedPort(port.group, bits))
        for part in self._unit.parts:
            for part_port in part.ports:
                bits = part_ports[part.instance, part_port.name]
                bits = _extended(bits, part_port.extended_to, part_port.signed)
                counted.append(CountedPort(part_port.group, bits))
            # What a part's flip-flops store is the port of its combinational
            # half: the accumulator's sum is counted at their data pins.
            data = [
                gate.pins[cell.flip_flop.data]
                for gate in gates
                if gate.part == part.name and (cell := self._library.cells[gate.cell]).flip_flop
            ]
            if data and part.group != part.register_group:
                counted.append(CountedPort(part.group, tuple(data)))
        return tuple(counted)


def _extended(nets: tuple[int, ...], bits: int | None, signed: bool) -> tuple[int, ...]:
    """Port bits after extension: copies of the sign bit; zeros never flip and are left out."""
    if bits is None or not signed:
        return nets
    return nets + nets[-1:] * (bits - len(nets))
