"""Networks in transistor operations: ALU tasks times frozen counts, and what energy follows.

`translate` sees architecture and formats only. `with_activity` sees images too: it scales
each count by how often the operands of the layer toggle, against the uniform ones that the
count was made with: of a MAC the multiplier by its operands' bits, the rest by the bits of the
sum; of other units all by the bits of their data, not of multipliers and constants, which stay
through a layer: a multiplier's gates switch as long as one of its operands does. A second
scaling, signal-aware, goes by the signals of multipliers and adders (`sim.counting.signals`).

Energies of units take each unit's own energy, frozen or scaled in the same ways, in place of
one energy for all transistor operations.

Source: Li, Tsourdos, Guo, A Transistor Operations Model for Deep Learning Energy Consumption
Scaling Law, IEEE Trans. Artificial Intelligence 5(1), 2024. The counts per operation, which it
leaves open, are measured.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.counting.signals import (
    OTHER_PARTS,
    bit_flips,
    mac_shares,
    multiplies,
    requantizer_shares,
)
from sim.counting.task_operands import TaskOperands, task_operands
from sim.counting.tasks import DEQUANTIZE, HALF_EVEN, MAC, Task, tasks_of
from sim.counting.unit_counts import INPUT_PART, UnitCount, UnitCounts
from sim.errors import SimError
from sim.formats import IntFormat
from sim.network import Network
from sim.operands import layer_statistics
from sim.patches import Array
from sim.statistics import OperandStatistics

TOS, ACTIVE_TOS, SIGNAL_TOS = "TOs", "activity-aware TOs", "signal-aware TOs"
CLOCKED = " and clocks"
ENERGIES, ACTIVE_ENERGIES = "energies of units", "activity-aware energies of units"
SIGNAL_ENERGIES = "signal-aware energies of units"
RANDOM = "random images: "  # before a predictor that saw no others
MACS, FLOPS = "MACs", "FLOPs"
PREDICTORS = (TOS, ACTIVE_TOS, SIGNAL_TOS, TOS + CLOCKED, ACTIVE_TOS + CLOCKED,
              SIGNAL_TOS + CLOCKED, ENERGIES, ACTIVE_ENERGIES, SIGNAL_ENERGIES, MACS,
              FLOPS)  # fmt: skip
FROZEN = (TOS, TOS + CLOCKED, ENERGIES, MACS, FLOPS)  # they see no image at all
_OF_INPUTS = ("multiplier", INPUT_PART)
_FACTORS = ("m", "n")  # roles of multipliers, which stay through a layer


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """A task, and what its operations switch.

    Attributes
    ----------
    task
        What is done.
    unit
        What does it; None where nothing is known that does: then it is counted apart.
    active, active_fj
        Transistor operations and energy of one operation with the layer's own operands; None
        where they were not looked at.
    signals, signals_fj
        The same, scaled by signals.
    """

    task: Task
    unit: UnitCount | None
    active: float | None = None
    active_fj: float | None = None
    signals: float | None = None
    signals_fj: float | None = None

    @property
    def transistor_ops(self) -> float:
        """Of one image, operands uniform; 0 without a unit."""
        return 0.0 if self.unit is None else self.task.count * self.unit.transistor_ops

    @property
    def active_ops(self) -> float:
        """Of one image, with the layer's own operands where they were looked at."""
        return self.transistor_ops if self.active is None else self.task.count * self.active

    @property
    def energy_fj(self) -> float:
        """Of one image, operands uniform; 0 without a unit."""
        return 0.0 if self.unit is None else self.task.count * self.unit.energy_fj

    @property
    def active_energy_fj(self) -> float:
        """Of one image, with the layer's own operands where they were looked at."""
        return self.energy_fj if self.active_fj is None else self.task.count * self.active_fj

    @property
    def signal_ops(self) -> float:
        """Of one image, scaled by signals where operands were looked at."""
        return self.transistor_ops if self.signals is None else self.task.count * self.signals

    @property
    def signal_energy_fj(self) -> float:
        """Of one image, scaled by signals where operands were looked at."""
        return self.energy_fj if self.signals_fj is None else self.task.count * self.signals_fj

    @property
    def clocked(self) -> float:
        """Transistors of flip-flops whose clock changes, of one image."""
        return 0.0 if self.unit is None else float(self.task.count * self.unit.clocked)


@dataclass(frozen=True, eq=False, slots=True)
class Translation:
    """A network as steps of transistor operations."""

    steps: tuple[Step, ...]

    @property
    def apart(self) -> list[Step]:
        """Tasks that no unit does."""
        return [step for step in self.steps if step.unit is None]

    @property
    def non_mac_percent(self) -> float:
        """Share of the transistor operations that are no multiply-accumulates."""
        whole = sum(step.transistor_ops for step in self.steps)
        macs = sum(step.transistor_ops for step in self.steps if step.task.operation == MAC)
        return 100 * (1 - macs / whole) if whole else 0.0

    def counts(self) -> dict[str, tuple[float, ...]]:
        """Predictor -> counts of one image, each with a coefficient of its own in a fit."""
        tos = sum(step.transistor_ops for step in self.steps)
        active = sum(step.active_ops for step in self.steps)
        clocked = sum(step.clocked for step in self.steps)
        macs = sum(step.task.count for step in self.steps if step.task.operation == MAC)
        found: dict[str, tuple[float, ...]] = {
            TOS: (tos,), TOS + CLOCKED: (tos, clocked),
            ENERGIES: (sum(step.energy_fj for step in self.steps),),
            MACS: (float(macs),), FLOPS: (float(sum(step.task.flops for step in self.steps)),),
        }  # fmt: skip
        if any(step.active is not None for step in self.steps):
            signals = sum(step.signal_ops for step in self.steps)
            found |= {
                ACTIVE_TOS: (active,), ACTIVE_TOS + CLOCKED: (active, clocked),
                ACTIVE_ENERGIES: (sum(step.active_energy_fj for step in self.steps),),
                SIGNAL_TOS: (signals,), SIGNAL_TOS + CLOCKED: (signals, clocked),
                SIGNAL_ENERGIES: (sum(step.signal_energy_fj for step in self.steps),),
            }  # fmt: skip
        return {name: found[name] for name in PREDICTORS if name in found}


def translate(network: Network, counts: UnitCounts, allow_missing: bool = False) -> Translation:
    """Steps of a network of integers.

    Parameters
    ----------
    counts
        Of units.
    allow_missing
        Whether a task that no unit does is counted apart, in place of an error. The reading
        of real numbers at a network's end is always apart: it is none of its integers.

    Raises
    ------
    SimError
        If a layer has no tasks, or no unit does a task and that is not allowed; the message
        names operation, formats and layer.
    """
    steps = tuple(Step(task, counts.of(task)) for task in tasks_of(network))
    missing = [s.task for s in steps if s.unit is None and s.task.operation != DEQUANTIZE]
    if missing and not allow_missing:
        more = f" and {len(missing) - 1} more tasks" if len(missing) > 1 else ""
        task = missing[0]
        measure = "measure one with `python -m characterize run`"
        remedy = "round as the RTL does with --shift" if task.operation == HALF_EVEN else measure
        raise SimError(
            f"no unit does {task.operation} ({task.formats}) of layer {task.layer}{more}: "
            f"{remedy}, or count it apart with --allow-missing"
        )
    return Translation(steps)


def with_activity(found: Translation, network: Network, images: Array) -> Translation:
    """The same steps with operands as they are on images.

    Parameters
    ----------
    images
        Shape (N, ...); one or two say most.

    Raises
    ------
    SimError
        If numbers of a task are not of their formats.
    """
    kept = network.run(images, tuple({node.inputs[0] for node in network.nodes})).kept
    streams: dict[tuple[str, str], list[TaskOperands]] = {}
    for stream in task_operands(network, images):
        streams.setdefault((stream.layer, stream.operation), []).append(stream)
    steps = []
    for step in found.steps:
        task, unit = step.task, step.unit
        if unit is None:
            steps.append(step)
        elif task.operation == MAC:
            layer = network.weighted[task.layer]
            formats = (unit.ports["x"], unit.ports["w"])
            statistics = layer_statistics(
                layer, kept[network.node(task.layer).inputs[0]], "output", formats
            )
            steps.append(_active_mac(step, unit, statistics))
        else:
            (own, *_) = streams.get((task.layer, task.operation), [None])
            data = [role for role, _ in task.operands if role not in _FACTORS]
            steps.append(step if own is None else _active(step, unit, own, data))
    return Translation(tuple(steps))


def operand_toggles(
    stream: TaskOperands, ports: Mapping[str, IntFormat], roles: Iterable[str]
) -> float:
    """Bits of operands that change in an operation, as ports of these formats carry them.

    Parameters
    ----------
    ports
        Role -> format.
    roles
        Of the operands that count.
    """
    # Modulo the width: a unit of other signs may stand in.
    total = sum(bit_flips(stream.operands[r] & ((1 << ports[r].bits) - 1)) for r in roles)
    return total / max(stream.count, 1)


def _active_mac(step: Step, unit: UnitCount, statistics: OperandStatistics) -> Step:
    """The multiplier and the nets of operands scaled with operands, all else with the sum."""
    inputs = sum(float(statistics.toggle_rate(role).sum()) for role in "xw")
    sums = float(statistics.toggle_rate("acc").sum())
    of_inputs, of_sums = inputs / unit.flips["mult_in"], sums / unit.flips["acc_reg"]

    def scaled(parts: Mapping[str, float]) -> float:
        return sum(
            value * (of_inputs if part in _OF_INPUTS else of_sums) for part, value in parts.items()
        )

    own = replace(step, active=scaled(unit.parts), active_fj=scaled(unit.parts_fj) + unit.held_fj)
    return _by_signals(own, unit, mac_shares(statistics, unit.ports))


def _active(step: Step, unit: UnitCount, stream: TaskOperands, data: Sequence[str]) -> Step:
    # Half of the bits of uniform operands change.
    uniform = sum(unit.ports[role].bits for role in data) / 2
    share = operand_toggles(stream, unit.ports, data) / uniform
    energy_fj = unit.held_fj + share * (unit.energy_fj - unit.held_fj)
    active = share * unit.transistor_ops
    own = replace(step, active=active, active_fj=energy_fj, signals=active, signals_fj=energy_fj)
    if not multiplies(unit.ports):
        return own
    return _by_signals(own, unit, requantizer_shares(stream, unit.ports))


def _by_signals(step: Step, unit: UnitCount, shares: Mapping[str, float]) -> Step:
    """Each part scaled with its own share."""
    ops, energy_fj = (
        sum(value * shares.get(part, shares[OTHER_PARTS]) for part, value in parts.items())
        for parts in (unit.parts, unit.parts_fj)
    )
    return replace(step, signals=ops, signals_fj=energy_fj + unit.held_fj)
