"""Static paths to where a sum is stored, in the delays of simulation."""

import numpy as np

from characterize.delays import Delays
from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.netlist import Netlist
from characterize.timing import StaticTiming

_GROUP = "acc_in"  # what goes into the adder: the product, and the sum that it is added to


def product_nets(netlist: Netlist) -> tuple[int, ...]:
    """The net of each bit of a MAC's product, lowest first; higher bits may share one.

    Raises
    ------
    CharacterizeError
        If the unit has no operands x, w and addend, or no product that is told apart.
    """
    unit = netlist.unit
    x, w, addend = (unit.port(role) for role in ("x", "w", "addend"))
    if x is None or w is None or addend is None:
        raise CharacterizeError(
            f"{unit.name}: needs a unit with x, w and addend, mac_stationary for one"
        )
    bits = x.format.bits + w.format.bits
    own = set(netlist.ports[addend.name])
    found = [
        port.nets[:bits]
        for port in netlist.counted_ports
        if port.group == _GROUP and not own & set(port.nets)
    ]
    if len(found) != 1 or len(found[0]) != bits:
        raise CharacterizeError(f"{unit.name}: its product has no nets of its own")
    return found[0]


def tails_ps(netlist: Netlist, timing: StaticTiming, delays: Delays) -> FloatArray:
    """Longest time from a change of each net until its sum is safely stored, shape (nets,).

    Up to the data pin of a flip-flop, its set-up time included, or to an output;
    minus infinity where no path goes on.

    Parameters
    ----------
    delays
        With steps that are times.
    """
    assert delays.step_ps is not None
    tails = np.where(np.array(netlist.output_bits) > 0, 0.0, -np.inf)
    for net, needed in set_ups_ps(netlist, timing).items():
        tails[net] = max(tails[net], needed)
    for index in range(len(netlist.gates) - 1, -1, -1):
        gate = netlist.gates[index]
        cell = netlist.cell(gate)
        if cell.clock is not None:
            continue
        for pin in cell.outputs:
            if pin in gate.pins:
                tail = tails[gate.pins[pin]] + delays.of(index, pin) * delays.step_ps
                for source in cell.input_cap_ff:
                    tails[gate.pins[source]] = max(tails[gate.pins[source]], tail)
    return tails


def addend_path_ps(netlist: Netlist, timing: StaticTiming, delays: Delays) -> float:
    """Longest path from the clock's edge through the sum that arrives to what stores the next.

    No choice of weights and activations shortens it.

    Parameters
    ----------
    delays
        With steps that are times.
    """
    addend = netlist.unit.port("addend")
    assert addend is not None
    assert delays.step_ps is not None
    tails = tails_ps(netlist, timing, delays)[list(netlist.ports[addend.name])]
    return float(delays.operands * delays.step_ps + tails.max())


def set_ups_ps(netlist: Netlist, timing: StaticTiming) -> dict[int, float]:
    """Net that a flip-flop stores -> its set-up time, that of the later edge."""
    found = {}
    for gate in netlist.gates:
        cell = netlist.cell(gate)
        if cell.stored is not None and cell.clock is not None:
            net, clock = gate.pins[cell.stored], gate.pins[cell.clock]
            clock_slew = timing.slew_ps["rise"][clock]
            each = [
                grid(timing.slew_ps[edge][net], clock_slew) for edge, grid in cell.set_up_ps.items()
            ]
            found[net] = float(max(each, default=0.0))
    return found


def static_path_ps(netlist: Netlist, timing: StaticTiming, delays: Delays) -> float:
    """Longest path from the clock's edge, through operands or flip-flops, to what stores a sum.

    Parameters
    ----------
    delays
        With steps that are times.
    """
    assert delays.step_ps is not None
    tails = tails_ps(netlist, timing, delays)
    operands = [
        delays.operands * delays.step_ps + tails[net]
        for net in netlist.input_nets - netlist.clock_nets
    ]
    stored = [
        delays.of(index, pin) * delays.step_ps + tails[gate.pins[pin]]
        for index, gate in enumerate(netlist.gates)
        for pin in netlist.cell(gate).outputs
        if netlist.cell(gate).clock is not None and pin in gate.pins
    ]
    return float(max([*operands, *stored]))
