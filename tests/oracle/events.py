"""Energies from what each cell did in each cycle, instead of the definitions' means.

Shows what the means over states, edges and input pins cost. Without delays all
inputs of a cycle change together; where that leaves open which of them moved the
output, those that would do so alone share it.
"""

from collections import defaultdict

import numpy as np

from characterize.activity import Activity
from characterize.netlist import Gate
from tests.oracle.account import (
    Book,
    State,
    book_clock,
    book_switching,
    settled,
    share_of,
)
from tests.oracle.expressions import holds
from tests.oracle.full_liberty import FullCell, Pin, Power
from tests.oracle.replay import Bits
from tests.oracle.static import Static

_EDGE = {1: "rise", 0: "fall"}


def by_event(
    static: Static, activity: Activity, history: Bits, first: int, clock_ps: float
) -> Book:
    """Energies of the zero-delay run, cell by cell and state by state; see `by_definition`."""
    book: Book = defaultdict(float)
    operations = int(activity.operations.sum())
    toggles = (np.diff(history[first - 1 :].astype(np.int8), axis=0) != 0).sum(axis=0)
    book_switching(book, static, (toggles / operations).tolist())
    book_clock(book, static, activity, history, first)
    for index, gate in enumerate(static.netlist.gates):
        cell = static.cells[gate.cell]
        energy = sum(
            times * _event(static, gate, cell, before, after)
            for before, after, times in _transitions(gate, cell, history, first)
        )
        if cell.enable:  # its output's energy is the clock's, as defined
            (output,) = cell.outputs
            each = [_at(static, gate, p, e, e, output) for p in output.powers for e in p.energy_fj]
            pulses = activity.toggles[:, gate.pins[output.name]].sum() / operations
            book["clock", index] += float(pulses) * sum(each) / len(each)
        book["internal", index] += energy / operations
        period_ps = clock_ps * activity.cycles_per_op
        book["leakage", index] += _leakage_nw(gate, cell, history[first:]) * period_ps * 1e-6
    return book


def _transitions(
    gate: Gate, cell: FullCell, history: Bits, first: int
) -> list[tuple[State, State, int]]:
    """States of a cell's pins before and after a cycle began, and how often this was so."""
    pins = [pin for pin in gate.pins if pin != cell.clock]
    weights = 1 << np.arange(len(pins))
    codes = history[:, [gate.pins[pin] for pin in pins]].astype(np.int64) @ weights
    pairs = codes[first - 1 : -1] << len(pins) | codes[first:]
    values, counts = np.unique(pairs, return_counts=True)
    found = []
    for pair, count in zip(values.tolist(), counts.tolist(), strict=True):
        after = {pin: pair >> k & 1 for k, pin in enumerate(pins)}
        before = {pin: pair >> (len(pins) + k) & 1 for k, pin in enumerate(pins)}
        if before != after:
            found.append((before, after, count))
    return found


def _event(static: Static, gate: Gate, cell: FullCell, before: State, after: State) -> float:
    """Internal energy of one change of state, without that of the clock pin."""
    moved = [
        pin for pin in cell.inputs if pin.name in after and before[pin.name] != after[pin.name]
    ]
    outputs = [
        pin
        for pin in cell.outputs
        if pin.name in gate.pins and before[pin.name] != after[pin.name] and pin.powers
    ]
    if cell.clock:
        state = after | {cell.clock: 1}
        total = sum(_input(static, gate, pin, state, state) for pin in moved)
        for pin in outputs if cell.next_state else []:
            each = [
                _at(static, gate, power, "rise", _EDGE[after[pin.name]], pin)
                for power in pin.powers
                if holds(power.when, state)
            ]
            total += sum(each) / len(each)
        return total
    if not outputs:
        return sum(_input(static, gate, pin, before, after) for pin in moved)
    return sum(_output(static, gate, cell, pin, moved, before, after) for pin in outputs)


def _output(
    static: Static, gate: Gate, cell: FullCell, pin: Pin, moved: list[Pin], before: State,
    after: State,
) -> float:  # fmt: skip
    alone = [m for m in moved if _decides(cell, pin, m, after)] or moved
    energies = []
    for cause in alone:
        groups = [p for p in pin.powers if p.related == cause.name]
        chosen = (
            [p for p in groups if holds(p.when, after)]
            or [p for p in groups if holds(p.when, before)]
            or groups
        )
        for power in chosen:
            edges = _EDGE[after[cause.name]], _EDGE[after[pin.name]]
            energies.append(_at(static, gate, power, *edges, pin) / len(chosen))
    return sum(energies) / len(alone)


def _decides(cell: FullCell, output: Pin, pin: Pin, after: State) -> bool:
    """Whether the output would be another one had this pin alone not moved."""
    inputs = {p.name: after[p.name] for p in cell.inputs}
    inputs[pin.name] ^= 1
    return settled(cell, inputs)[output.name] != after[output.name]


def _at(
    static: Static, gate: Gate, power: Power, cause: str, edge: str, output: Pin
) -> float:  # fmt: skip
    slew = static.slew_ps[gate.pins[power.related], cause]
    table = power.energy_fj.get(edge)
    return table.at(slew, static.load_ff[gate.pins[output.name]]) if table else 0.0


def _input(static: Static, gate: Gate, pin: Pin, before: State, after: State) -> float:
    """Of an input that moved and no output with it."""
    edge = _EDGE[after[pin.name]]
    groups = [p for p in pin.powers if holds(p.when, after)] or [
        p for p in pin.powers if holds(p.when, before)
    ]
    return sum(
        power.energy_fj[edge].at(static.slew_ps[gate.pins[pin.name], edge])
        for power in groups
        if edge in power.energy_fj
    )


def _leakage_nw(gate: Gate, cell: FullCell, history: Bits) -> float:
    """Mean over the settled states; a clock is high in half of the time."""
    listed = [(when, value) for when, value in cell.leakage_nw if when]
    if not listed:
        return cell.leakage_nw[0][1]
    halves = []
    for clock in (0, 1):
        pins = {pin: history[:, net] for pin, net in gate.pins.items()}
        if cell.clock:
            pins[cell.clock] = np.full(len(history), clock, dtype=np.uint8)
        shares = [share_of(pins, when) for when, _ in listed]
        halves.append(
            sum(share * value for share, (_, value) in zip(shares, listed, strict=True))
            / sum(shares)
        )
    return sum(halves) / 2
