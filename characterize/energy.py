"""Energy: an activity weighted with a library's figures, by part, net group and cause.

The definitions are MEASURE.md's. Everything dynamic is linear in the toggles of
the nets, so a `(bucket, net)` matrix of energies per toggle is built once, and
gives the energy of the whole run as well as that of each block, from which the
confidence interval comes.
"""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property

import numpy as np

from characterize.activity import Activity
from characterize.arcs import arc_energies_fj
from characterize.library import EDGES, Cell, CellLibrary, FlipFlop, FloatArray
from characterize.logic import BooleanFunction
from characterize.netlist import INPUT_PART, Gate, Netlist
from characterize.timing import StaticTiming
from characterize.units import NET_GROUPS

BLOCKS = 50  # of operations, for the confidence interval
_STUDENT_T = 2.0096  # 97.5 % quantile for BLOCKS - 1 degrees of freedom
ALL = "all"


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured for a part and net group, per operation where not said otherwise.

    Attributes
    ----------
    toggles, glitch_toggles, bit_flips
        Changes of distinct nets; those that only delays cause; changes of port
        bits, aliases included, where the group has ports.
    switching_fj, internal_fj, clock_fj, leakage_fj
        Energy by cause.
    energy_ci_fj
        Half width of the 95 % confidence interval of the energy.
    area_um2, cells, transistors
        Of the gates themselves, not per operation.
    """

    toggles: float = 0.0
    glitch_toggles: float = 0.0
    bit_flips: float = 0.0
    switching_fj: float = 0.0
    internal_fj: float = 0.0
    clock_fj: float = 0.0
    leakage_fj: float = 0.0
    energy_ci_fj: float = 0.0
    area_um2: float = 0.0
    cells: int = 0
    transistors: int = 0

    @property
    def energy_fj(self) -> float:
        """Sum of the four causes."""
        return self.switching_fj + self.internal_fj + self.clock_fj + self.leakage_fj

    @property
    def dynamic_fj(self) -> float:
        """Energy without leakage."""
        return self.switching_fj + self.internal_fj + self.clock_fj


class EnergyReport:
    """Energy per operation of one netlist under one activity.

    Parameters
    ----------
    netlist, timing
        The gates and their static pass.
    activity
        What their nets did.
    clock_ps
        Clock period; turns leakage power into energy.
    """

    def __init__(
        self, netlist: Netlist, timing: StaticTiming, activity: Activity, clock_ps: float
    ) -> None:
        self._netlist = netlist
        self._timing = timing
        self._activity = activity
        self._clock_ps = clock_ps
        self._arcs = arc_energies_fj(netlist, timing)
        parts = [INPUT_PART, *(part.name for part in netlist.unit.parts)]
        self._buckets = list(itertools.product(parts, NET_GROUPS))
        self._bucket_of_net = [
            self._buckets.index(pair)
            for pair in zip(netlist.net_parts, netlist.net_groups, strict=True)
        ]
        self._bucket_of_gate = [
            self._buckets.index((gate.part, group))
            for gate, group in zip(netlist.gates, netlist.gate_groups, strict=True)
        ]

    @property
    def library(self) -> CellLibrary:
        """Whose cells the gates are."""
        return self._netlist.library

    @property
    def relative_ci(self) -> float:
        """Half width of the 95 % confidence interval of the whole's energy, over that energy."""
        whole = self._row(ALL, ALL)
        return whole.energy_ci_fj / whole.energy_fj

    def rows(self) -> dict[tuple[str, str], Measured]:
        """(part, net group) -> what was measured; `all` stands for the sum over it.

        The whole first, then every part, every group, and every pair that has nets
        or gates, in the registry's order.
        """
        used = sorted(set(self._bucket_of_net) | set(self._bucket_of_gate))
        pairs = [self._buckets[index] for index in used]
        parts = list(dict.fromkeys(part for part, _ in pairs))
        groups = [group for group in NET_GROUPS if any(group == g for _, g in pairs)]
        keys = [(ALL, ALL), *((p, ALL) for p in parts), *((ALL, g) for g in groups), *pairs]
        return {key: self._row(*key) for key in keys}

    def gates(self) -> list[Measured]:
        """Energy by cause of each gate and the nets it drives, in the netlist's order.

        Nets that the unit's inputs drive are in none of them.
        """
        rate = self._activity.toggle_rate
        return [
            Measured(
                switching_fj=sum(
                    float(self._switching_fj[gate.pins[pin]] * rate[gate.pins[pin]])
                    for pin in cell.outputs
                    if pin in gate.pins
                ),
                internal_fj=sum(fj * float(rate[net]) for net, fj in internal.items()),
                clock_fj=self._clock_energy_fj(gate, cell, cell.clock) if cell.clock else 0.0,
                leakage_fj=self._leakage_fj(cell),
                area_um2=cell.area_um2,
                cells=1,
                transistors=cell.transistors,
            )
            for gate, internal in zip(self._netlist.gates, self._internal_fj, strict=True)
            for cell in [self._netlist.cell(gate)]
        ]

    def _row(self, part: str, group: str) -> Measured:
        chosen = np.array(
            [part in (ALL, p) and group in (ALL, g) for p, g in self._buckets], dtype=np.float64
        )
        sums = {name: float(chosen @ values) for name, values in self._per_bucket.items()}
        dynamic = (
            self._activity.toggles
            / self._activity.operations[:, None]
            @ (self._per_toggle["switching_fj"] + self._per_toggle["internal_fj"]).T
            @ chosen
        )
        spread = float(np.std(dynamic, ddof=1)) if dynamic.size > 1 else math.nan
        sums["energy_ci_fj"] = _STUDENT_T * spread / math.sqrt(dynamic.size)
        counts = {f.name for f in fields(Measured) if f.type in (int, "int")}
        return Measured(**{k: round(v) if k in counts else v for k, v in sums.items()})  # type: ignore[arg-type]

    @cached_property
    def _per_bucket(self) -> dict[str, FloatArray]:
        """Everything that adds up, one vector over the buckets for each name."""
        rate = self._activity.toggle_rate
        functional = self._activity.functional.sum(axis=0) / self._activity.total_operations
        values: dict[str, FloatArray] = {
            name: matrix @ rate for name, matrix in self._per_toggle.items()
        }
        for name in ("toggles", "glitch_toggles", "clock_fj", "leakage_fj", "area_um2", "cells",
                     "transistors"):  # fmt: skip
            values[name] = np.zeros(len(self._buckets))
        for net, bucket in enumerate(self._bucket_of_net):
            if net not in self._netlist.clock_nets:
                values["toggles"][bucket] += rate[net]
                values["glitch_toggles"][bucket] += rate[net] - functional[net]
        for gate, bucket in zip(self._netlist.gates, self._bucket_of_gate, strict=True):
            cell = self._netlist.cell(gate)
            values["area_um2"][bucket] += cell.area_um2
            values["cells"][bucket] += 1
            values["transistors"][bucket] += cell.transistors
            values["leakage_fj"][bucket] += self._leakage_fj(cell)
            if cell.clock is not None:
                values["clock_fj"][bucket] += self._clock_energy_fj(gate, cell, cell.clock)
        return values

    @cached_property
    def _per_toggle(self) -> dict[str, FloatArray]:
        """Energies and bit flips per toggle of each net, shapes (buckets, nets)."""
        shape = (len(self._buckets), self._netlist.nets)
        switching, internal, flips = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        switching[self._bucket_of_net, np.arange(self._netlist.nets)] = self._switching_fj
        for bucket, energies in zip(self._bucket_of_gate, self._internal_fj, strict=True):
            for net, fj in energies.items():
                internal[bucket, net] += fj
        self._count_flips(flips)
        return {"switching_fj": switching, "internal_fj": internal, "bit_flips": flips}

    @cached_property
    def _switching_fj(self) -> FloatArray:
        """Switching energy of a toggle of each net, shape (nets,)."""
        vdd = self._netlist.library.conditions.vdd_v
        energies = np.array(
            [0.5 * self._timing.load_ff[net] * vdd**2 for net in range(self._netlist.nets)]
        )
        energies[sorted(self._netlist.clock_nets)] = 0.0  # in the cause `clock`
        return energies

    @cached_property
    def _internal_fj(self) -> list[dict[int, float]]:
        """For each gate, net -> internal energy in it of a toggle of that net."""
        found = []
        for gate in self._netlist.gates:
            cell = self._netlist.cell(gate)
            energies: dict[int, float] = {}
            for output in cell.outputs:
                if output in gate.pins:
                    energies[gate.pins[output]] = self._output_energy_fj(gate, output)
            for pin in cell.input_cap_ff:
                net = gate.pins[pin]  # two pins may share one
                energies[net] = energies.get(net, 0.0) + self._pin_energy_fj(gate, cell, pin)
            for net in self._netlist.clock_nets & set(energies):
                del energies[net]  # in the cause `clock`
            found.append(energies)
        return found

    def _leakage_fj(self, cell: Cell) -> float:
        """Of a cell during one operation; nW ps = 1e-9 W 1e-12 s = 1e-6 fJ."""
        period_ps = self._clock_ps * self._activity.cycles_per_op
        return cell.leakage_nw * period_ps * 1e-6

    def _count_flips(self, flips: FloatArray) -> None:
        """Port bits where a group has ports, else its nets."""
        netlist = self._netlist
        with_ports = {port.group for port in netlist.counted_ports}
        for net, group in enumerate(netlist.net_groups):
            if group not in with_ports and net not in netlist.clock_nets:
                flips[self._bucket_of_net[net], net] += 1
        for port in netlist.counted_ports:
            for net in port.nets:
                flips[self._buckets.index((netlist.net_parts[net], port.group)), net] += 1

    def _output_energy_fj(self, gate: Gate, output: str) -> float:
        """Internal energy of one output toggle: arcs weighted by the toggles of their inputs."""
        arcs = self._arcs[gate.pins[output]]
        if not arcs:
            return 0.0
        energies = [energy for _, energy in arcs]
        weights = [float(self._activity.toggle_rate[net]) for net, _ in arcs]
        if not sum(weights):  # a flip-flop's clock, or a gate at rest
            return float(np.mean(energies))
        return float(np.average(energies, weights=weights))

    def _pin_energy_fj(self, gate: Gate, cell: Cell, pin: str) -> float:
        """Internal energy of one input toggle that changes no output, mean of both edges."""
        if pin == cell.clock:
            return 0.0
        net = gate.pins[pin]
        total = 0.0
        for energy in cell.pin_energy:
            if energy.pin != pin:
                continue
            share = 1.0
            if cell.clock is not None and energy.when:
                # Such pins change just after the rising edge, while the clock is high.
                share = _probability(energy.when, self._ones(gate, cell) | {cell.clock: 1.0})
            edges = [energy.at(e, float(self._timing.slew_ps[e][net])) for e in energy.energy_fj]
            total += share * sum(edges) / len(EDGES)
        return total

    def _clock_energy_fj(self, gate: Gate, cell: Cell, clock: str) -> float:
        """Clock pin of a flip-flop or clock gate for one operation: both edges of each cycle.

        Where a rising edge changes the stored value, its energy is the output's
        (internal) and the library books none here. A clock gate's output is a
        clock: its net and its internal energy are counted here.
        """
        conditions = self._netlist.library.conditions
        half_vdd2 = 0.5 * conditions.vdd_v**2
        clock_net = gate.pins[clock]
        edges = float(self._activity.toggle_rate[clock_net])  # of both kinds
        wired = cell.load_ff(clock) + conditions.wire_ff_per_fanout
        total = wired * half_vdd2 * edges
        for edge in EDGES:
            slew = float(self._timing.slew_ps[edge][clock_net])
            states = self._states(gate, cell, edge)
            for energy in cell.pin_energy:
                if energy.pin == clock and edge in energy.energy_fj:
                    share = sum(p * _probability(energy.when, state) for state, p in states)
                    total += share * energy.at(edge, slew) * edges / 2
        if cell.clock_gate is not None:
            for pin in cell.outputs:
                pulses = float(self._activity.toggle_rate[gate.pins[pin]])
                total += self._output_energy_fj(gate, pin) * pulses
        return total

    def _states(self, gate: Gate, cell: Cell, edge: str) -> list[tuple[dict[str, float], float]]:
        """States of a cell before an edge of its clock: (pin -> probability of 1, share)."""
        if cell.flip_flop is not None:
            return self._flip_flop_states(gate, cell, cell.flip_flop, edge)
        activity = self._activity
        # A gated clock is low before it rises; before it falls it is high in the
        # cycles in which it pulsed.
        pulses = {
            pin: float(activity.toggle_rate[gate.pins[pin]]) / (2 * activity.cycles_per_op)
            for pin in cell.outputs
        }
        ones = self._ones(gate, cell)
        return [(ones | (dict.fromkeys(pulses, 0.0) if edge == "rise" else pulses), 1.0)]

    def _ones(self, gate: Gate, cell: Cell) -> dict[str, float]:
        """Input pin but the clock's -> share of the cycles that it settles at 1."""
        return {
            pin: float(self._activity.ones[gate.pins[pin]]) / self._activity.total_cycles
            for pin in cell.input_cap_ff
            if pin != cell.clock
        }

    def _flip_flop_states(
        self, gate: Gate, cell: Cell, storage: FlipFlop, edge: str
    ) -> list[tuple[dict[str, float], float]]:
        """The four states of data and output before an edge of the clock.

        The stored value becomes the data: whether they differ before a rising edge
        is whether the output toggles at it, which the counts already tell. Behind a
        clock gate the data before a rising edge is 1 as often as what it becomes. A
        falling edge meets the data of the next cycle, clocked or not: where it is not,
        the data is taken as independent of what is stored.
        """
        activity = self._activity
        (output,) = cell.outputs
        output_net, clock_net = gate.pins[output], gate.pins[storage.clock]
        cycles = activity.total_cycles
        stored_one = float(activity.ones[output_net]) / cycles
        stored_one = 1 - stored_one if storage.inverted else stored_one
        any_one = float(activity.ones[gate.pins[storage.data]]) / cycles
        data_one = any_one if clock_net in self._netlist.input_nets else stored_one
        clocked = float(activity.toggles[:, clock_net].sum()) / 2
        changed = float(activity.functional[:, output_net].sum())
        differ = changed / clocked if clocked else 0.0
        data_only = min(max((differ + data_one - stored_one) / 2, 0.0), differ)
        both = min(max(data_one - data_only, 0.0), 1 - differ)
        shares = {
            (1.0, 1.0): both,
            (1.0, 0.0): data_only,
            (0.0, 1.0): differ - data_only,
            (0.0, 0.0): 1 - differ - both,
        }
        if edge == "fall" and clocked < cycles:
            share = clocked / cycles
            idle_one = min(max((any_one - share * data_one) / (1 - share), 0.0), 1.0)
            for (data, stored), next_clocked in shares.items():
                next_idle = (idle_one if data else 1 - idle_one) * (
                    stored_one if stored else 1 - stored_one
                )
                shares[data, stored] = share * next_clocked + (1 - share) * next_idle
        return [
            ({storage.data: data, output: 1 - stored if storage.inverted else stored}, share)
            for (data, stored), share in shares.items()
        ]


@cache
def _truth(when: str) -> tuple[tuple[str, ...], FloatArray]:
    """Pins and truth table of a condition; an empty one always holds."""
    function = BooleanFunction(when or "1")
    return function.inputs, function.table(function.inputs).astype(np.float64)


def _probability(when: str, ones: Mapping[str, float]) -> float:
    """Probability that `when` holds, for independent pins; one half where `ones` is silent."""
    pins, table = _truth(when)
    for pin in pins[::-1]:  # the highest bit of the index first
        low, high = np.split(table, 2)
        one = ones.get(pin, 0.5)
        table = low * (1 - one) + high * one
    return float(table[0])
