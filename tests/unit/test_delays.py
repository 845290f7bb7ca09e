"""Delay models: steps from the static pass, and what Icarus makes of them.

The referee is a plain event-driven simulator, written out below: inertial delays,
everything of one instant at once.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pytest

from characterize.delays import DELAY_MODELS, Delays, delays_of, operand_delay_ps
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.netlist import Netlist
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import LEAD_IN, Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import StaticTiming, analyze
from characterize.units import Registry

OPERATIONS = 300


class EventSimulator:
    """A netlist whose gates answer `delay` steps after their inputs, if they still want to."""

    def __init__(self, netlist: Netlist, delays: Delays) -> None:
        self.netlist = netlist
        self.delays = delays
        self.values = [0] * netlist.nets
        self.toggles = np.zeros(netlist.nets, dtype=np.int64)
        self.readers: dict[int, list[int]] = defaultdict(list)
        for index, gate in enumerate(netlist.gates):
            cell = netlist.cell(gate)
            if cell.flip_flop is None and cell.functions:
                for pin in cell.input_cap_ff:
                    self.readers[gate.pins[pin]].append(index)
                (output,) = cell.outputs
                self.values[gate.pins[output]] = self.wanted(index)

    def wanted(self, index: int) -> int:
        gate = self.netlist.gates[index]
        cell = self.netlist.cell(gate)
        ((_, function),) = cell.functions.items()
        pins = {pin: np.array(bool(self.values[gate.pins[pin]])) for pin in cell.input_cap_ff}
        return int(function.evaluate(pins))

    def cycle(self, driven: Mapping[int, int]) -> None:
        """One clock cycle: flip-flops take their data, `driven` nets their values."""
        waiting: dict[int, dict[int, int]] = defaultdict(dict)  # time -> net -> value
        due: dict[int, int] = {}  # net -> time of its only waiting change
        for index, gate in enumerate(self.netlist.gates):
            storage = self.netlist.cell(gate).flip_flop
            if storage is not None:
                (output,) = self.netlist.cell(gate).outputs
                data = self.values[gate.pins[storage.data]] ^ int(storage.inverted)
                waiting[self.delays.of(index, output)][gate.pins[output]] = data
        for net, value in driven.items():
            waiting[self.delays.operands][net] = value
        while waiting:
            now = min(waiting)
            changed = []
            for net, value in waiting.pop(now).items():
                due.pop(net, None)
                if self.values[net] != value:
                    self.values[net] = value
                    self.toggles[net] += 1
                    changed.append(net)
            for index in sorted({i for net in changed for i in self.readers[net]}):
                ((output, net),) = [
                    (pin, self.netlist.gates[index].pins[pin])
                    for pin in self.netlist.cell(self.netlist.gates[index]).outputs
                ]
                value = self.wanted(index)
                if net in due and value == self.values[net]:
                    waiting[due[net]].pop(net)  # it changed its mind in time
                    if not waiting[due[net]]:
                        del waiting[due[net]]
                    del due[net]
                elif net not in due and value != self.values[net]:
                    due[net] = now + self.delays.of(index, output)
                    waiting[due[net]][net] = value

    def run(self, simulation: Simulation) -> None:
        """All cycles; those of the lead-in are not counted."""
        held = simulation.held
        for cycle in range(simulation.cycles):
            if cycle == LEAD_IN:
                self.toggles[:] = 0
            driven = {}
            for port in simulation.unit.operands:
                encoded = int(port.format.encode(held[port.role][cycle : cycle + 1])[0])
                for bit, net in enumerate(self.netlist.ports[port.name]):
                    driven[net] = encoded >> bit & 1
            self.cycle(driven)


def _mapped(registry: Registry, name: str, library: CellLibrary) -> tuple[Netlist, StaticTiming]:
    netlist = synthesize(registry.select(name)[0], library)
    return netlist, analyze(netlist)


@pytest.mark.parametrize(
    "name", ["multiplier_array_x4u_w4s", "adder_kogge_stone_x8s_y8s", "mac_booth_x3s_w3s_a16"]
)
@pytest.mark.parametrize("model", ["unit", "library", "random"])
def test_icarus_delays_like_a_plain_event_driven_simulator(
    registry: Registry, asap7: CellLibrary, icarus: Icarus, name: str, model: str
) -> None:
    netlist, timing = _mapped(registry, name, asap7)
    if model == "random":
        # Few different delays: many inputs change in the same instant, and many
        # pulses are exactly as wide as the delay of the gate that they meet.
        random = np.random.default_rng(4)
        outputs = {key: int(random.integers(1, 5)) for key in timing.delay_ps}
        delays = Delays("library", 1.0, 2, outputs)
    else:
        delays = delays_of(netlist, timing, model)
    operands = Stimulus("uniform").operands(netlist.unit, OPERATIONS + 1)
    simulation = Simulation(netlist.unit, operands, netlist, 1, delays)
    (outcome,) = icarus.run([simulation])
    plain = EventSimulator(netlist, delays)
    plain.run(simulation)
    assert outcome.activity is not None
    ours, theirs = plain.toggles, outcome.activity.toggles[0]
    counted = [net for net in range(netlist.nets) if net not in netlist.clock_nets]
    wrong = {f"n{net}": (ours[net], theirs[net]) for net in counted if ours[net] != theirs[net]}
    assert not wrong
    assert theirs.sum() > OPERATIONS


def test_steps_are_those_of_the_static_pass(registry: Registry, asap7: CellLibrary) -> None:
    netlist, timing = _mapped(registry, "mac_array_x2u_w2u_a16", asap7)
    delays = delays_of(netlist, timing, "library", 5.0)
    (key, delay_ps), *_ = timing.delay_ps.items()
    assert delays.of(*key) == int(delay_ps / 5.0 + 0.5)
    assert delays.operands == int(operand_delay_ps(asap7) / 5.0 + 0.5)
    assert set(delays.outputs.values()) >= {2, 3}
    assert delays_of(netlist, timing, "library").step_ps == asap7.conditions.delay_step_ps
    # The mean delays of a path are no longer than its worst ones.
    fine = delays_of(netlist, timing, "library", 0.01)
    assert fine.settled_after(netlist) * 0.01 < timing.critical_path_ps
    unit = delays_of(netlist, timing, "unit")
    assert set(unit.outputs.values()) == {1}
    assert unit.operands == 0
    coarse = delays_of(netlist, timing, "library", 1e6)
    assert set(coarse.outputs.values()) == {1}


def test_a_step_or_model_that_is_none(registry: Registry, asap7: CellLibrary) -> None:
    netlist, timing = _mapped(registry, "adder_ripple_x2u_y2u", asap7)
    with pytest.raises(CharacterizeError, match="unknown delay model 'sdf': known are zero, unit"):
        delays_of(netlist, timing, "sdf")
    with pytest.raises(CharacterizeError, match="a delay step of 0 ps: give one above 0"):
        delays_of(netlist, timing, "library", 0.0)


def test_all_models_settle_alike_and_delays_only_add_toggles(
    registry: Registry, asap7: CellLibrary, icarus: Icarus
) -> None:
    """Clock gates, a serial unit and a weight's additions too; one run of the simulator."""
    names = ["mac_split_gated_x3u_w3u_a16", "multiplier_serial_x4s_w4s", "pann_q5u_x4u_a32"]
    simulations = []
    for name in names:
        netlist, timing = _mapped(registry, name, asap7)
        operands = Stimulus("uniform").operands(netlist.unit, OPERATIONS + 1)
        simulations += [
            Simulation(netlist.unit, operands, netlist, 4, delays_of(netlist, timing, model))
            for model in DELAY_MODELS
        ]
    activities = [outcome.activity for outcome in icarus.run(simulations)]
    for zero, *others in zip(*[iter(activities)] * len(DELAY_MODELS), strict=True):
        assert zero is not None
        for delayed in others:
            assert delayed is not None
            glitchy = delayed.beside_zero_delays(zero)
            assert (glitchy.toggles >= glitchy.functional).all()
            assert glitchy.toggles.sum() > glitchy.functional.sum()


def test_the_clock_passes_its_gates_without_delay(registry: Registry, asap7: CellLibrary) -> None:
    netlist, timing = _mapped(registry, "mac_split_gated_x2u_w2u_a16", asap7)
    gates = [(i, g) for i, g in enumerate(netlist.gates) if netlist.cell(g).clock_gate is not None]
    assert len(gates) == 2
    for model in ("unit", "library"):
        delays = delays_of(netlist, timing, model)
        for index, gate in gates:
            assert [delays.of(index, pin) for pin in netlist.cell(gate).outputs] == [0]
