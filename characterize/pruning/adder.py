"""What the rest of a MAC takes for each weight: adder and register, from a layer's own sums.

Of transitions that a layer makes (`pruning.transitions`), groups are told apart by the
Hamming distance of the sums' upper halves, whose bits move together when a sum changes its
sign. From each group some are run through the gates with every weight in turn, in place of
the layer's; a group's mean counts as often as the group occurs.

Source of the groups: Fang, Zhang and Huang, arXiv 2511.17123.
"""

from dataclasses import replace

import numpy as np

from characterize.delays import ZERO
from characterize.library import FloatArray
from characterize.netlist import Netlist
from characterize.network.layers import Mapped
from characterize.pruning.transitions import Transitions, groups_of
from characterize.simulators.bitparallel.per_cycle import per_cycle
from characterize.simulators.protocol import Simulation
from sim.formats import IntArray

_TRANSITIONS = 2048  # of a layer that meet every weight
_FEWEST = 8  # of a group, if it has as many
_CYCLES = 1 << 19  # that are run at once


def rest_energy_fj(mapped: Mapped, weights_fj: FloatArray, transitions: Transitions) -> FloatArray:
    """Mean energy of a transition in what is not the multiplier, for each weight.

    Clock and leakage are not in it.

    Parameters
    ----------
    weights_fj
        Energy of a toggle of each net of adder, sums and register; 0 of the others.

    Returns
    -------
    FloatArray
        Weights ascending, shape (W,).
    """
    netlist = mapped.netlist
    w, addend = (netlist.unit.port(role) for role in ("w", "addend"))
    assert w is not None
    assert addend is not None
    chosen, share = _chosen(groups_of(transitions.addend, addend.format.bits))
    x = transitions.x[chosen].ravel()
    sums = addend.format.wrap(transitions.addend[chosen].ravel())
    stored = _behind_registers(netlist)
    now, later = np.where(stored, 0.0, weights_fj), np.where(stored, weights_fj, 0.0)
    values = w.format.values()
    found = np.empty(values.size)
    together = max(_CYCLES // x.size, 1)
    for first in range(0, values.size, together):
        some = values[first : first + together]
        operands = {
            "x": _ended(np.tile(x, some.size)),
            "w": _ended(np.repeat(some, x.size)),
            "addend": _ended(np.tile(sums, some.size)),
        }
        simulation = Simulation(netlist.unit, operands, netlist, 1, mapped.delays)
        # A register shows in the next cycle what was added in this one, each bit once.
        settled = replace(simulation, delays=ZERO)
        each = per_cycle(simulation, now).energy[::2] + per_cycle(settled, later).energy[1::2]
        found[first : first + together] = each.reshape(some.size, -1) @ share
    return found


def _chosen(groups: IntArray) -> tuple[IntArray, FloatArray]:
    """Which transitions are run, and what each counts for; the first ones of each group."""
    chosen, share = [], []
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        count = min(max(round(_TRANSITIONS * members.size / groups.size), _FEWEST), members.size)
        chosen.append(members[:count])
        share.append(np.full(count, members.size / groups.size / count))
    return np.concatenate(chosen), np.concatenate(share)


def _ended(values: IntArray) -> IntArray:
    """With one operation more, in which the last sum is in the register."""
    return np.append(values, values[-1:])


def _behind_registers(netlist: Netlist) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Nets that flip-flops drive, and gates behind them, shape (nets,)."""
    behind = np.zeros(netlist.nets, dtype=np.bool_)
    for gate in netlist.gates:
        cell = netlist.cell(gate)
        sources = [gate.pins[pin] for pin in cell.input_cap_ff]
        if cell.clock is not None or behind[sources].any():
            behind[[gate.pins[pin] for pin in cell.outputs if pin in gate.pins]] = True
    return behind
