"""Energies by cause of a netlist under an activity, from full tables: the definitions.

Every energy is booked on a cause and a gate, so that the worst cell can be named.
"""

import itertools
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from characterize.activity import Activity
from characterize.netlist import Gate
from tests.oracle.expressions import holds, to_python
from tests.oracle.full_liberty import EDGES, FullCell, Pin, Power
from tests.oracle.replay import Bits, pulses
from tests.oracle.static import OPPOSITE, Static

INPUTS = -1  # instead of a gate: nets that the unit's inputs drive
Book = dict[tuple[str, int], float]  # (cause, gate index) -> fJ per operation
State = dict[str, int]


def by_definition(
    static: Static, activity: Activity, history: Bits, first: int, clock_ps: float
) -> Book:
    """Energies as MEASURE defines them.

    Parameters
    ----------
    history
        Settled values of the nets, from `replay`.
    first
        The first counted cycle in it.
    """
    book: Book = defaultdict(float)
    rates = (activity.toggles.sum(axis=0) / activity.operations.sum()).tolist()
    period_ps = clock_ps * activity.cycles_per_op
    book_switching(book, static, rates)
    book_clock(book, static, activity, history, first)
    for index, gate in enumerate(static.netlist.gates):
        cell = static.cells[gate.cell]
        plain = [value for when, value in cell.leakage_nw if not when]
        listed = plain or [value for _, value in cell.leakage_nw]
        # nW ps is 1e-6 fJ.
        book["leakage", index] += sum(listed) / len(listed) * period_ps * 1e-6
        for pin in cell.outputs:
            if pin.name in gate.pins and pin.powers:
                cause = "clock" if cell.enable else "internal"
                each = _output_toggle(static, gate, cell, pin, rates)
                book[cause, index] += each * rates[gate.pins[pin.name]]
        for pin in cell.inputs:
            if pin.name != cell.clock:
                each = _input_toggle(static, gate, cell, pin, history[first:])
                book["internal", index] += each * rates[gate.pins[pin.name]]
    return book


def book_switching(book: Book, static: Static, rates: list[float]) -> None:
    """Half of C V^2 for each toggle of a net that is no clock."""
    half_v2 = 0.5 * static.conditions.vdd_v**2
    for net, load in enumerate(static.load_ff):
        if net not in static.clock_nets:
            book["switching", static.driver.get(net, INPUTS)] += half_v2 * load * rates[net]


def _output_toggle(
    static: Static, gate: Gate, cell: FullCell, pin: Pin, rates: list[float]
) -> float:
    """Mean over edges and states of each related pin; over pins by their toggles."""
    load = static.load_ff[gate.pins[pin.name]]
    of_pins: dict[str, list[float]] = defaultdict(list)
    for power in pin.powers:
        net = gate.pins[power.related]
        edges = []
        for edge, table in power.energy_fj.items():
            slews = [static.slew_ps[net, cause] for cause in power_causes(cell, pin, power, edge)]
            edges.append(_mean([table.at(slew, load) for slew in slews]))
        of_pins[power.related].append(_mean(edges))
    weights = {name: rates[gate.pins[name]] for name in of_pins}
    if not any(weights.values()):
        weights = dict.fromkeys(of_pins, 1.0)
    total = sum(weights[name] * _mean(values) for name, values in of_pins.items())
    return total / sum(weights.values())


@cache
def power_causes(cell: FullCell, pin: Pin, power: Power, edge: str) -> list[str]:
    """Edges of the related pin that move the output so, in the states of a power group."""
    if cell.clock:
        return ["rise"] if cell.next_state else [edge]
    found = set()
    for state in states_of(cell):
        low = settled(cell, {**state, power.related: 0})
        high = settled(cell, {**state, power.related: 1})
        if low[pin.name] != high[pin.name] and (holds(power.when, low) or holds(power.when, high)):
            found.add(edge if high[pin.name] else OPPOSITE[edge])
    return sorted(found) or list(EDGES)


def states_of(cell: FullCell) -> list[State]:
    """All states of a cell's inputs."""
    inputs = [pin.name for pin in cell.inputs]
    products = itertools.product((0, 1), repeat=len(inputs))
    return [dict(zip(inputs, bits, strict=True)) for bits in products]


def settled(cell: FullCell, inputs: State) -> State:
    """Inputs of a gate, and what its outputs become."""
    outputs = {pin.name: int(holds(pin.function, inputs)) for pin in cell.outputs}
    return inputs | outputs


def _input_toggle(
    static: Static, gate: Gate, cell: FullCell, pin: Pin, history: Bits
) -> float:  # fmt: skip
    """Mean of both edges, as often as the states are in which the files list it.

    All states of a gate's inputs alike; a flip-flop's or clock gate's data moves just
    after the rising edge, and finds the cell as it was during that cycle.
    """
    total = 0.0
    for power in pin.powers:
        if cell.clock:
            share = share_of(_during(gate, cell, history, clock=1), power.when)
        else:
            share = _free_share(cell, power.when)
        net = gate.pins[pin.name]
        edges = [table.at(static.slew_ps[net, edge]) for edge, table in power.energy_fj.items()]
        total += share * sum(edges) / len(EDGES)
    return total


@cache
def _free_share(cell: FullCell, when: str) -> float:
    """In which share of a gate's input states a condition holds."""
    return _mean([float(holds(when, settled(cell, state))) for state in states_of(cell)])


def book_clock(
    book: Book, static: Static, activity: Activity, history: Bits, first: int
) -> None:  # fmt: skip
    """Clock pins: both edges of each pulse, in the states in which they find the cell.

    A rising edge finds what settled in the cycle before, a falling edge what settled
    since.
    """
    half_v2 = 0.5 * static.conditions.vdd_v**2
    pulse = pulses(static.netlist, static.cells, history)
    operations = int(activity.operations.sum())
    for index, gate in enumerate(static.netlist.gates):
        cell = static.cells[gate.cell]
        if not cell.clock:
            continue
        net = gate.pins[cell.clock]
        running = pulse[net][first:].astype(bool)
        count = int(running.sum())
        load = cell.pins[cell.clock].cap_ff + static.conditions.wire_ff
        energy = 2 * count * half_v2 * load
        before = _during(gate, cell, history[first - 1 : -1][running], clock=0)
        during = _during(gate, cell, history[first:][running], clock=1)
        if cell.enable:
            (output,) = [pin.name for pin in cell.outputs]
            during[output] = pulse[gate.pins[output]][first:][running]
        for power in cell.pins[cell.clock].powers:
            for edge, table in power.energy_fj.items():
                share = share_of(before if edge == "rise" else during, power.when)
                energy += table.at(static.slew_ps[net, edge]) * share * count
        book["clock", index] += energy / operations


def _during(gate: Gate, cell: FullCell, history: Bits, clock: int) -> dict[str, Bits]:
    """Value of each pin of a storing cell in each cycle, the clock pin's given."""
    pins = {pin: history[:, net] for pin, net in gate.pins.items()}
    return pins | {cell.clock: np.full(len(history), clock, dtype=np.uint8)}


def share_of(pins: Mapping[str, Bits], when: str) -> float:
    """In which share of the cycles a condition holds."""
    cycles: npt.NDArray[np.uint8] = next(iter(pins.values()))
    if not when or not len(cycles):
        return 1.0
    return float(np.mean(eval(to_python(when), {}, dict(pins))))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
