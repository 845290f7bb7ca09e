"""What each gate of a netlist costs, by cause, under one or many activities at once.

The definitions are MEASURE.md's. Every figure is an array over samples: the whole of
an activity is one, its blocks are several.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from characterize.activity import Activity
from characterize.arcs import arc_energies_fj
from characterize.library import EDGES, Cell, FlipFlop, FloatArray
from characterize.logic import BooleanFunction
from characterize.netlist import Gate, Netlist
from characterize.timing import StaticTiming

# Of a pin, or of a state: one for all samples, or one for each.
_Share: TypeAlias = FloatArray | float
_State: TypeAlias = Mapping[str, _Share]


@dataclass(frozen=True, eq=False)
class Rates:
    """What nets did, in several samples.

    Attributes
    ----------
    toggles, functional
        Toggles of each net per operation, shape (nets, samples).
    ones
        Share of the cycles in which each settled at 1, shape (nets, samples).
    cycles_per_op
        Clock cycles of an operation.
    """

    toggles: FloatArray
    functional: FloatArray
    ones: FloatArray
    cycles_per_op: int

    @classmethod
    def whole(cls, activity: Activity) -> "Rates":
        """One sample: all blocks of an activity."""
        operations = activity.total_operations
        return cls(
            activity.toggles.sum(axis=0)[:, None] / operations,
            activity.functional.sum(axis=0)[:, None] / operations,
            activity.ones[:, None] / activity.total_cycles,
            activity.cycles_per_op,
        )

    @classmethod
    def blocks(cls, activity: Activity) -> "Rates":
        """One sample for each block of an activity; its engine counts `block_ones`."""
        assert activity.block_ones is not None
        operations = activity.operations
        return cls(
            (activity.toggles / operations[:, None]).T,
            (activity.functional / operations[:, None]).T,
            (activity.block_ones / (operations * activity.cycles_per_op)[:, None]).T,
            activity.cycles_per_op,
        )


def switching_fj(netlist: Netlist, timing: StaticTiming) -> FloatArray:
    """Switching energy of a toggle of each net, shape (nets,)."""
    vdd = netlist.library.conditions.vdd_v
    energies = np.array([0.5 * timing.load_ff[net] * vdd**2 for net in range(netlist.nets)])
    energies[sorted(netlist.clock_nets)] = 0.0  # in the cause `clock`
    return energies


class GateEnergy:
    """Energies of gates, and of toggles of nets.

    Parameters
    ----------
    netlist, timing
        The gates and their static pass.
    rates
        What their nets did.
    clock_ps
        Clock period; turns leakage power into energy.
    """

    def __init__(
        self, netlist: Netlist, timing: StaticTiming, rates: Rates, clock_ps: float
    ) -> None:
        self._netlist = netlist
        self._timing = timing
        self._rates = rates
        self._clock_ps = clock_ps
        self._arcs = arc_energies_fj(netlist, timing)

    def internal_fj(self, gate: Gate) -> dict[int, FloatArray]:
        """Net -> internal energy in the gate of a toggle of that net, shape (samples,)."""
        cell = self._netlist.cell(gate)
        nothing = np.zeros(self._rates.toggles.shape[1])
        energies: dict[int, FloatArray] = {}
        for output in cell.outputs:
            if output in gate.pins:
                energies[gate.pins[output]] = self._output_energy_fj(gate, output)
        for pin in cell.input_cap_ff:
            net = gate.pins[pin]  # two pins may share one
            energies[net] = energies.get(net, nothing) + self._pin_energy_fj(gate, cell, pin)
        for net in self._netlist.clock_nets & set(energies):
            del energies[net]  # in the cause `clock`
        return energies

    def leakage_fj(self, cell: Cell) -> float:
        """Of a cell during one operation; nW ps = 1e-9 W 1e-12 s = 1e-6 fJ."""
        period_ps = self._clock_ps * self._rates.cycles_per_op
        return cell.leakage_nw * period_ps * 1e-6

    def _output_energy_fj(self, gate: Gate, output: str) -> FloatArray:
        """Internal energy of one output toggle: arcs weighted by the toggles of their inputs."""
        arcs = self._arcs[gate.pins[output]]
        if not arcs:
            return np.zeros(self._rates.toggles.shape[1])
        energies = np.array([energy for _, energy in arcs])
        weights = self._rates.toggles[[net for net, _ in arcs]]
        total = weights.sum(axis=0)
        # A flip-flop's clock, or a gate at rest: all alike.
        weights = np.where(total > 0, weights, 1.0)
        return np.asarray(energies @ weights / weights.sum(axis=0), dtype=np.float64)

    def _pin_energy_fj(self, gate: Gate, cell: Cell, pin: str) -> _Share:
        """Internal energy of one input toggle that changes no output, mean of both edges."""
        if pin == cell.clock:
            return 0.0
        net = gate.pins[pin]
        total: _Share = 0.0
        for energy in cell.pin_energy:
            if energy.pin != pin:
                continue
            share: _Share = 1.0
            if cell.clock is not None and energy.when:
                # Such pins change just after the rising edge, while the clock is high.
                share = _probability(energy.when, {**self._ones(gate, cell), cell.clock: 1.0})
            edges = [energy.at(e, float(self._timing.slew_ps[e][net])) for e in energy.energy_fj]
            total = total + share * sum(edges) / len(EDGES)
        return total

    def clock_fj(self, gate: Gate) -> FloatArray:
        """Clock pin of a flip-flop or clock gate for one operation: both edges of each cycle.

        Where a rising edge changes the stored value, its energy is the output's
        (internal) and the library books none here. A clock gate's output is a
        clock: its net and its internal energy are counted here.
        """
        cell = self._netlist.cell(gate)
        clock = cell.clock
        if clock is None:
            return np.zeros(self._rates.toggles.shape[1])
        conditions = self._netlist.library.conditions
        half_vdd2 = 0.5 * conditions.vdd_v**2
        clock_net = gate.pins[clock]
        edges = self._rates.toggles[clock_net]  # of both kinds
        wired = cell.load_ff(clock) + conditions.wire_ff_per_fanout
        total: FloatArray = wired * half_vdd2 * edges
        for edge in EDGES:
            slew = float(self._timing.slew_ps[edge][clock_net])
            states = self._states(gate, cell, edge)
            for energy in cell.pin_energy:
                if energy.pin == clock and edge in energy.energy_fj:
                    share = sum(p * _probability(energy.when, state) for state, p in states)
                    total = total + share * energy.at(edge, slew) * edges / 2
        if cell.clock_gate is not None:
            for pin in cell.outputs:
                pulses = self._rates.toggles[gate.pins[pin]]
                total = total + self._output_energy_fj(gate, pin) * pulses
        return total

    def _states(self, gate: Gate, cell: Cell, edge: str) -> list[tuple[_State, _Share]]:
        """States of a cell before an edge of its clock: (pin -> probability of 1, share)."""
        if cell.flip_flop is not None:
            return self._flip_flop_states(gate, cell, cell.flip_flop, edge)
        # A gated clock is low before it rises; before it falls it is high in the
        # cycles in which it pulsed.
        pulses = {
            pin: self._rates.toggles[gate.pins[pin]] / (2 * self._rates.cycles_per_op)
            for pin in cell.outputs
        }
        low = dict.fromkeys(pulses, 0.0)
        return [({**self._ones(gate, cell), **(low if edge == "rise" else pulses)}, 1.0)]

    def _ones(self, gate: Gate, cell: Cell) -> _State:
        """Input pin but the clock's -> share of the cycles that it settles at 1."""
        return {
            pin: self._rates.ones[gate.pins[pin]] for pin in cell.input_cap_ff if pin != cell.clock
        }

    def _flip_flop_states(
        self, gate: Gate, cell: Cell, storage: FlipFlop, edge: str
    ) -> list[tuple[_State, _Share]]:
        """The four states of data and output before an edge of the clock.

        The stored value becomes the data: whether they differ before a rising edge
        is whether the output toggles at it, which the counts already tell. Behind a
        clock gate the data before a rising edge is 1 as often as what it becomes. A
        falling edge meets the data of the next cycle, clocked or not: where it is not,
        the data is taken as independent of what is stored.
        """
        rates = self._rates
        (output,) = cell.outputs
        output_net, clock_net = gate.pins[output], gate.pins[storage.clock]
        stored_one = rates.ones[output_net]
        stored_one = 1 - stored_one if storage.inverted else stored_one
        any_one = rates.ones[gate.pins[storage.data]]
        data_one = any_one if clock_net in self._netlist.input_nets else stored_one
        # Per cycle.
        clocked = rates.toggles[clock_net] / 2 / rates.cycles_per_op
        changed = rates.functional[output_net] / rates.cycles_per_op
        differ = changed / np.where(clocked > 0, clocked, 1.0)
        data_only = np.clip((differ + data_one - stored_one) / 2, 0.0, differ)
        both = np.clip(data_one - data_only, 0.0, 1 - differ)
        shares = {
            (1.0, 1.0): both,
            (1.0, 0.0): data_only,
            (0.0, 1.0): differ - data_only,
            (0.0, 0.0): 1 - differ - both,
        }
        if edge == "fall":
            idle = clocked < 1
            rest = np.where(idle, 1 - clocked, 1.0)
            idle_one = np.clip((any_one - clocked * data_one) / rest, 0.0, 1.0)
            for (data, stored), next_clocked in shares.items():
                next_idle = (idle_one if data else 1 - idle_one) * (
                    stored_one if stored else 1 - stored_one
                )
                mixed = clocked * next_clocked + (1 - clocked) * next_idle
                shares[data, stored] = np.where(idle, mixed, next_clocked)
        return [
            ({storage.data: data, output: 1 - stored if storage.inverted else stored}, share)
            for (data, stored), share in shares.items()
        ]


@cache
def _truth(when: str) -> tuple[tuple[str, ...], FloatArray]:
    """Pins and truth table of a condition; an empty one always holds."""
    function = BooleanFunction(when or "1")
    return function.inputs, function.table(function.inputs).astype(np.float64)


def _probability(when: str, ones: _State) -> _Share:
    """Probability that `when` holds, for independent pins; one half where `ones` is silent."""
    pins, table = _truth(when)
    terms: list[_Share] = list(table)
    for pin in pins[::-1]:  # the highest bit of the index first
        half = len(terms) // 2
        one = ones.get(pin, 0.5)
        terms = [
            low * (1 - one) + high * one
            for low, high in zip(terms[:half], terms[half:], strict=True)
        ]
    return terms[0]
