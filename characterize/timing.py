"""The static pass over a netlist: loads, slews, delays, once per netlist."""

import logging
from dataclasses import dataclass

import numpy as np

from characterize.library import EDGES, Cell, FloatArray
from characterize.netlist import Gate, Netlist

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class StaticTiming:
    """Loads and times of a netlist's nets.

    Attributes
    ----------
    load_ff
        Capacitance of each net: sink pins, wire, output load; shape (nets,).
    slew_ps
        Edge -> worst slew of each net, shape (nets,).
    delay_ps
        (gate index, output pin) -> mean delay over arcs and edges, each input and
        sense counting once (`Cell.arc_shares`).
    critical_path_ps
        Longest path from inputs or flip-flops to outputs or, with their set-up
        time, flip-flops.
    """

    load_ff: FloatArray
    slew_ps: dict[str, FloatArray]
    delay_ps: dict[tuple[int, str], float]
    critical_path_ps: float


def net_loads_ff(netlist: Netlist) -> FloatArray:
    """Capacitance of each net in fF (MEASURE: switching), shape (nets,).

    The larger of rise and fall capacitance of each pin that it drives, the wire
    allowance of each, and one flip-flop data pin for each output bit.
    """
    library = netlist.library
    wire = library.conditions.wire_ff_per_fanout
    loads = np.array(netlist.output_bits, dtype=np.float64) * library.output_load_ff
    for net, sinks in enumerate(netlist.sinks):
        for index, pin in sinks:
            loads[net] += netlist.cell(netlist.gates[index]).load_ff(pin) + wire
    return loads


def analyze(netlist: Netlist) -> StaticTiming:
    """Propagate loads, worst slews and worst arrivals through a netlist.

    The worst is that of all arcs, whatever their state. Tables are extrapolated at
    their edges; a slew that leaves its table is logged as a warning, once for the netlist.
    """
    conditions = netlist.library.conditions
    loads = net_loads_ff(netlist)
    slews = {edge: np.full(netlist.nets, conditions.input_slew_ps) for edge in EDGES}
    arrivals = {edge: np.zeros(netlist.nets) for edge in EDGES}
    delays: dict[tuple[int, str], float] = {}
    outside = 0
    for index, gate in enumerate(netlist.gates):
        cell = netlist.cell(gate)
        for output in cell.outputs:
            if output in gate.pins:
                outside += _propagate(cell, gate, output, index, loads, slews, arrivals, delays)
    if outside:
        _log.warning(
            "%s: %d slews leave the tables of %s and are extrapolated",
            netlist.unit.name, outside, netlist.library.name,
        )  # fmt: skip
    return StaticTiming(loads, slews, delays, _critical_path(netlist, arrivals, slews))


def _propagate(
    cell: Cell,
    gate: Gate,
    output: str,
    index: int,
    loads: FloatArray,
    slews: dict[str, FloatArray],
    arrivals: dict[str, FloatArray],
    delays: dict[tuple[int, str], float],
) -> int:
    """Slews, arrivals and mean delay of one output; how many slews left the table."""
    net = gate.pins[output]
    load = loads[net]
    found = []
    weights = []
    outside = 0
    worst_slew = dict.fromkeys(EDGES, 0.0)
    worst_arrival = dict.fromkeys(EDGES, 0.0)
    for arc, shares in zip(cell.timing, cell.arc_shares, strict=True):
        if arc.output != output:
            continue
        source = gate.pins[arc.input]
        for edge, grid in arc.delay_ps.items():
            cause = arc.input_edge(edge)
            slew = slews[cause][source]
            # An ideal clock: it arrives at time 0 behind clock gates too.
            start = 0.0 if arc.input == cell.clock else arrivals[cause][source]
            delay = grid(slew, load)
            found.append(delay)
            weights.append(shares[edge])
            # A delay that is one figure, or depends on the load only, has no slews.
            if grid.slew_ps.size > 1:
                outside += not grid.slew_ps[0] <= slew <= grid.slew_ps[-1]
            worst_slew[edge] = max(worst_slew[edge], arc.slew_ps[edge](slew, load))
            worst_arrival[edge] = max(worst_arrival[edge], start + delay)
    if found:  # constants have no arcs
        delays[index, output] = float(np.average(found, weights=weights))
        for edge in EDGES:
            slews[edge][net] = worst_slew[edge]
            arrivals[edge][net] = worst_arrival[edge]
    return outside


def _critical_path(
    netlist: Netlist, arrivals: dict[str, FloatArray], slews: dict[str, FloatArray]
) -> float:
    outputs = [net for net, bits in enumerate(netlist.output_bits) if bits]
    ends = [arrivals[edge][net] for net in outputs for edge in EDGES]
    for gate in netlist.gates:
        cell = netlist.cell(gate)
        if cell.stored is not None and cell.clock is not None:
            net, clock = gate.pins[cell.stored], gate.pins[cell.clock]
            ends += [
                arrivals[edge][net] + grid(slews[edge][net], slews["rise"][clock])
                for edge, grid in cell.set_up_ps.items()
            ]
    return float(max(ends))
