"""Internal energy of every arc of a netlist, at its own slews and load."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from characterize.library import EDGES, Cell, PowerArc
from characterize.netlist import Gate, Netlist
from characterize.timing import StaticTiming

_KEPT = 64  # netlists; each is asked for once for every case of it


@lru_cache(maxsize=_KEPT)
def arc_energies_fj(
    netlist: Netlist, timing: StaticTiming
) -> Mapping[int, tuple[tuple[int, float], ...]]:
    """What an output toggle costs inside its cell, by the input that causes it.

    Returns
    -------
    mapping
        Net that a gate drives -> (input net, energy in fJ) of each arc to it.
    """
    found = {}
    for gate in netlist.gates:
        cell = netlist.cell(gate)
        for output in cell.outputs:
            if output in gate.pins:
                load_ff = float(timing.load_ff[gate.pins[output]])
                found[gate.pins[output]] = tuple(
                    (gate.pins[arc.input], _energy_fj(gate, cell, arc, load_ff, timing))
                    for arc in cell.power
                    if arc.output == output
                )
    return found


def _energy_fj(
    gate: Gate, cell: Cell, arc: PowerArc, load_ff: float, timing: StaticTiming
) -> float:
    """Mean over the edges, each at the slews of the input edges that cause it."""
    net = gate.pins[arc.input]
    found = []
    for edge, grid in arc.energy_fj.items():
        causes = {
            path.input_edge(edge)
            for path in cell.timing
            if (path.output, path.input) == (arc.output, arc.input)
        } or set(EDGES)
        values = [grid(float(timing.slew_ps[c][net]), load_ff) for c in sorted(causes)]
        found.append(np.mean(values))
    return float(np.mean(found)) if found else 0.0
