"""Energy: an activity weighted with a library's figures, by part, net group and cause.

The definitions are MEASURE.md's. Everything dynamic is linear in the toggles of
the nets, so a `(bucket, net)` matrix of energies per toggle is built once, and
gives the energy of the whole run as well as that of each block, from which the
confidence interval comes.
"""

import itertools
import math
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from characterize.activity import Activity
from characterize.gate_energy import GateEnergy, Rates, switching_fj
from characterize.library import CellLibrary, FloatArray
from characterize.netlist import INPUT_PART, Gate, Netlist
from characterize.timing import StaticTiming
from characterize.unit_table import NET_GROUPS
from sim.formats import IntArray
from sim.html import bars, html_table

BLOCKS = 50  # of operations, for an interval of a run whose length is known
_CONFIDENCE = 0.95
_ROUNDING = 1e-12
ALL = "all"


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured for a part and net group, per operation where not said otherwise.

    Attributes
    ----------
    toggles, glitch_toggles, bit_flips
        Changes of distinct nets; those that only delays cause; changes of port
        bits, aliases included, where the group has ports.
    transistor_ops
        Toggles of the gates' outputs, each times the transistors of its cell: what a
        cell has switches when it does. Clocks are not counted, as in `toggles`.
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
    transistor_ops: float = 0.0
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
        self._gates = GateEnergy(netlist, timing, Rates.whole(activity), clock_ps)
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
        return self.whole.energy_ci_fj / self.whole.energy_fj

    def relative_ci_of(self, activity: Activity) -> float:
        """About the `relative_ci` of another activity of the same netlist.

        It takes this one's energies of a toggle, clock and leakage, which hang on activities
        a little.
        """
        per_toggle = self.toggle_energy_fj
        dynamic = (activity.toggles / activity.operations[:, None]) @ per_toggle
        energy = self.whole.clock_fj + self.whole.leakage_fj + activity.toggle_rate @ per_toggle
        return _half_width(np.asarray(dynamic), activity.operations) / float(energy)

    @property
    def toggle_energy_fj(self) -> FloatArray:
        """Switching and internal energy of one toggle of each net, shape (nets,)."""
        energies = self._per_toggle["switching_fj"] + self._per_toggle["internal_fj"]
        return np.asarray(energies.sum(axis=0), dtype=np.float64)

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

    def _repr_html_(self) -> str:
        rows = self.rows()
        causes = ("switching_fj", "internal_fj", "clock_fj", "leakage_fj")
        shown = html_table(
            ["part", "net group", "energy fJ", *(f"{cause[:-3]} fJ" for cause in causes),
             "toggles", "glitches"],
            [
                [part, group, row.energy_fj, *(getattr(row, cause) for cause in causes),
                 row.toggles, row.glitch_toggles]
                for (part, group), row in rows.items()
                if ALL in (part, group)
            ],
            f"{self._netlist.unit.name}, {self.library.name}: an operation",
        )  # fmt: skip
        parts = {
            part: {cause[:-3]: getattr(row, cause) for cause in causes}
            for (part, group), row in rows.items()
            if group == ALL and part != ALL
        }
        return shown + bars(parts, "fJ")

    def gates(self) -> list[Measured]:
        """Energy by cause of each gate and the nets it drives, in the netlist's order.

        Nets that the unit's inputs drive are in none of them.
        """
        rate = self._activity.toggle_rate
        return [
            Measured(
                transistor_ops=cell.transistors
                * sum(float(rate[net]) for net in self._output_nets(gate)),
                switching_fj=sum(
                    float(self._switching_fj[gate.pins[pin]] * rate[gate.pins[pin]])
                    for pin in cell.outputs
                    if pin in gate.pins
                ),
                internal_fj=sum(fj * float(rate[net]) for net, fj in internal.items()),
                clock_fj=float(self._gates.clock_fj(gate)[0]),
                leakage_fj=self._gates.leakage_fj(cell),
                area_um2=cell.area_um2,
                cells=1,
                transistors=cell.transistors,
            )
            for gate, internal in zip(self._netlist.gates, self._internal_fj, strict=True)
            for cell in [self._netlist.cell(gate)]
        ]

    @property
    def whole(self) -> Measured:
        """What was measured for the whole unit."""
        return self._row(ALL, ALL)

    def _row(self, part: str, group: str) -> Measured:
        chosen = np.array(
            [part in (ALL, p) and group in (ALL, g) for p, g in self._buckets], dtype=np.float64
        )
        sums = {name: float(chosen @ values) for name, values in self._per_bucket.items()}
        dynamic = self._dynamic_fj @ chosen
        sums["energy_ci_fj"] = _half_width(dynamic, self._activity.operations)
        counts = {f.name for f in fields(Measured) if f.type in (int, "int")}
        return Measured(**{k: round(v) if k in counts else v for k, v in sums.items()})  # type: ignore[arg-type]

    @cached_property
    def _dynamic_fj(self) -> FloatArray:
        """Switching and internal energy of each block per operation, shape (blocks, buckets)."""
        rates = self._activity.toggles / self._activity.operations[:, None]
        per_toggle = self._per_toggle["switching_fj"] + self._per_toggle["internal_fj"]
        return np.asarray(rates @ per_toggle.T, dtype=np.float64)

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
            values["leakage_fj"][bucket] += self._gates.leakage_fj(cell)
            values["clock_fj"][bucket] += float(self._gates.clock_fj(gate)[0])
        return values

    @cached_property
    def _per_toggle(self) -> dict[str, FloatArray]:
        """Energies, bit flips and transistors per toggle of each net, shapes (buckets, nets)."""
        shape = (len(self._buckets), self._netlist.nets)
        switching, internal, flips, switched = (np.zeros(shape) for _ in range(4))
        switching[self._bucket_of_net, np.arange(self._netlist.nets)] = self._switching_fj
        for bucket, energies in zip(self._bucket_of_gate, self._internal_fj, strict=True):
            for net, fj in energies.items():
                internal[bucket, net] += fj
        for bucket, gate in zip(self._bucket_of_gate, self._netlist.gates, strict=True):
            switched[bucket, self._output_nets(gate)] += self._netlist.cell(gate).transistors
        self._count_flips(flips)
        return {
            "switching_fj": switching,
            "internal_fj": internal,
            "bit_flips": flips,
            "transistor_ops": switched,
        }

    def _output_nets(self, gate: Gate) -> list[int]:
        """The nets that a gate drives, clocks left out."""
        outputs = self._netlist.cell(gate).outputs
        nets = [gate.pins[pin] for pin in outputs if pin in gate.pins]
        return [net for net in nets if net not in self._netlist.clock_nets]

    @cached_property
    def _switching_fj(self) -> FloatArray:
        return switching_fj(self._netlist, self._timing)

    @cached_property
    def _internal_fj(self) -> list[dict[int, float]]:
        """For each gate, net -> internal energy in it of a toggle of that net."""
        return [
            {net: float(fj[0]) for net, fj in self._gates.internal_fj(gate).items()}
            for gate in self._netlist.gates
        ]

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


def _half_width(energies: FloatArray, operations: IntArray) -> float:
    """Half width of the 95 % confidence interval of a mean over blocks; nan of one block.

    Parameters
    ----------
    energies, operations
        Energy per operation of each block, and its operations, shape (blocks,). The
        fewer it has, the more its energy varies.
    """
    freedom = energies.size - 1
    if freedom < 1:
        return math.nan
    shares = operations / operations.sum()
    spread = math.sqrt(float(shares @ (energies - shares @ energies) ** 2) / freedom)
    # What rounding leaves of equal energies hangs on the matrix library's threads.
    if spread < _ROUNDING * float(np.abs(energies).max(initial=0)):
        return 0.0
    return float(stdtrit(freedom, (1 + _CONFIDENCE) / 2)) * spread


def block_energies_fj(
    netlist: Netlist, timing: StaticTiming, activity: Activity, clock_ps: float
) -> FloatArray:
    """Energy per operation of each block on its own, shape (blocks,).

    What `EnergyReport` gives for an activity of one block, for all of them at once.

    Parameters
    ----------
    activity
        From an engine that counts `block_ones`.
    """
    rates = Rates.blocks(activity)
    gates = GateEnergy(netlist, timing, rates, clock_ps)
    total: FloatArray = switching_fj(netlist, timing) @ rates.toggles
    for gate in netlist.gates:
        total = total + gates.clock_fj(gate) + gates.leakage_fj(netlist.cell(gate))
        for net, fj in gates.internal_fj(gate).items():
            total = total + fj * rates.toggles[net]
    return total
