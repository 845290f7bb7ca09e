"""Loads, slews, arrivals and the critical path of a netlist, from full tables.

Every timing group of the files counts, whatever its condition: the worst decides.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from characterize.netlist import Gate, Netlist
from tests.oracle.full_liberty import EDGES, Arc, FullCell

OPPOSITE = {"rise": "fall", "fall": "rise"}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the library's settings state; `output_ff`: load of an output bit, wire included."""

    vdd_v: float
    input_slew_ps: float
    wire_ff: float
    output_ff: float
    clock_ps: float


class Static:
    """The static pass: `load_ff` by net, `slew_ps` and `arrival_ps` by (net, edge)."""

    def __init__(
        self, netlist: Netlist, cells: Mapping[str, FullCell], conditions: Conditions
    ) -> None:
        self.netlist = netlist
        self.cells = cells
        self.conditions = conditions
        self.driver = {
            gate.pins[pin.name]: index
            for index, gate in enumerate(netlist.gates)
            for pin in cells[gate.cell].outputs
            if pin.name in gate.pins
        }
        clock = netlist.unit.clock
        self.clock_nets = set(netlist.ports[clock.name]) if clock else set()
        for gate in netlist.gates:
            if cells[gate.cell].enable:
                self.clock_nets |= {gate.pins[pin.name] for pin in cells[gate.cell].outputs}
        self.load_ff = self._loads()
        self.slew_ps: dict[tuple[int, str], float] = {}
        self.arrival_ps: dict[tuple[int, str], float] = {}
        for net, edge in itertools.product(range(netlist.nets), EDGES):
            if net not in self.driver:
                self._worst(net, edge, conditions.input_slew_ps, 0.0)
        # The netlist's order is not trusted: go on until nothing waits for its inputs.
        waiting = list(netlist.gates)
        while waiting:
            left = [gate for gate in waiting if not self._pass_through(gate)]
            if len(left) == len(waiting):
                raise ValueError("the gates form a loop")
            waiting = left

    def _loads(self) -> list[float]:
        loads = [0.0] * self.netlist.nets
        for gate in self.netlist.gates:
            for pin in self.cells[gate.cell].inputs:
                loads[gate.pins[pin.name]] += pin.cap_ff + self.conditions.wire_ff
        for port in self.netlist.unit.ports:
            if port.direction == "output":
                for net in self.netlist.ports[port.name]:
                    loads[net] += self.conditions.output_ff
        return loads

    def _pass_through(self, gate: Gate) -> bool:
        """Slews and arrivals of a gate's outputs; False where its inputs are not known yet."""
        cell = self.cells[gate.cell]
        outputs = [pin for pin in cell.outputs if pin.name in gate.pins]
        sources = {gate.pins[arc.related] for pin in outputs for arc in pin.arcs}
        if any((net, "rise") not in self.slew_ps for net in sources):
            return False
        for pin in outputs:
            net = gate.pins[pin.name]
            for arc, edge in itertools.product(pin.arcs, EDGES):
                for cause in causes(arc, edge) if edge in arc.delay_ps else []:
                    source = gate.pins[arc.related], cause
                    slew, load = self.slew_ps[source], self.load_ff[net]
                    # The clock is ideal, behind clock gates too.
                    start = 0.0 if arc.related == cell.clock else self.arrival_ps[source]
                    arrival = start + arc.delay_ps[edge].at(slew, load)
                    self._worst(net, edge, arc.slew_ps[edge].at(slew, load), arrival)
            if not pin.arcs:  # a constant: nobody looks at its slew
                for edge in EDGES:
                    self._worst(net, edge, self.conditions.input_slew_ps, 0.0)
        return True

    def _worst(self, net: int, edge: str, slew: float, arrival: float) -> None:
        key = net, edge
        self.slew_ps[key] = max(self.slew_ps.get(key, slew), slew)
        self.arrival_ps[key] = max(self.arrival_ps.get(key, arrival), arrival)

    def critical_path_ps(self) -> float:
        """Latest arrival at an output, or at a storing pin with its own edge's set-up time."""
        ends = [
            self.arrival_ps[net, edge]
            for port in self.netlist.unit.ports
            if port.direction == "output"
            for net in self.netlist.ports[port.name]
            for edge in EDGES
        ]
        for gate in self.netlist.gates:
            cell = self.cells[gate.cell]
            for pin in cell.inputs:
                for edge, table in pin.set_up_ps.items():
                    end = gate.pins[pin.name], edge
                    clock_slew = self.slew_ps[gate.pins[cell.clock], "rise"]
                    # Set-up tables have the clock's slew where others have the load.
                    set_up = table.at(self.slew_ps[end], clock_slew)
                    ends.append(self.arrival_ps[end] + set_up)
        return max(ends)


def causes(arc: Arc, edge: str) -> list[str]:
    """Input edges that cause an output edge by a timing group."""
    if arc.kind == "rising_edge":
        return ["rise"]
    if arc.kind in ("combinational_rise", "combinational_fall") and not arc.kind.endswith(edge):
        return []
    if arc.sense == "positive_unate":
        return [edge]
    return [OPPOSITE[edge]] if arc.sense == "negative_unate" else list(EDGES)
