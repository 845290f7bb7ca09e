"""Icarus and Verilator agree on every net of a sample; `nox -s referees` takes all units."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from characterize.delays import Delays
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.netlist import Gate, Netlist
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Outcome, Simulation, Simulator
from characterize.simulators.verilator import Verilator
from characterize.synthesis import synthesize
from characterize.units import Entry, Registry, UnitSpec
from tests.referees.compare import Difference, both_stimuli, builds, compare

_SMALL = ("multiplier_serial_x2s_w3s", "mac_split_gated_x2u_w2u_a8")


def _sample(entry: Entry) -> UnitSpec:
    """The default unit with the fewest operand bits, but at least 8; with signs if there are."""

    def bits(unit: UnitSpec) -> int:
        return sum(port.format.bits for port in unit.operands if port.format.bits > 1)

    units = [unit for unit in entry.units("default") if bits(unit) >= 8]
    fewest = min(bits(unit) for unit in units)
    return [unit for unit in units if bits(unit) == fewest][-1]


@pytest.fixture(scope="module")
def small(registry: Registry, asap7: CellLibrary) -> list[Netlist]:
    return [synthesize(registry.unit(name), asap7) for name in _SMALL]


def test_a_unit_of_every_entry_agrees_on_every_net(
    registry: Registry, asap7: CellLibrary, icarus: Icarus, verilator: Verilator
) -> None:
    units = [_sample(entry) for entry in registry.entries.values()]
    families = {(entry.table["family"], entry.table["architecture"]) for entry in
                registry.entries.values()}  # fmt: skip
    assert {(unit.family, unit.architecture) for unit in units} == families
    found = compare([synthesize(unit, asap7) for unit in units], [icarus, verilator], 40)
    assert found.differences == ()
    assert found.units == len(registry.entries)
    assert found.nets > 150 * found.units
    assert found.toggles > 10 * found.nets


def test_saif_agrees_on_every_net(
    small: list[Netlist], icarus: Icarus, verilator_saif: Verilator
) -> None:
    """Serial and clock-gated: cycles and ends of their own, and nets that pulse."""
    found = compare(small, [icarus, verilator_saif], 50)
    assert found.differences == ()
    assert found.nets == sum(netlist.nets for netlist in small)
    assert found.toggles > 10 * found.nets


def test_blocks_from_waves_add_up(
    small: list[Netlist], icarus: Icarus, verilator: Verilator
) -> None:
    netlist = small[0]
    values = {port.role: np.arange(61) % (port.format.max + 1) for port in netlist.unit.operands}
    simulation = Simulation(netlist.unit, values, netlist, blocks=7)
    counted = [engine.run([simulation])[0].activity for engine in (icarus, verilator)]
    assert counted[0] is not None
    assert counted[1] is not None
    assert counted[1].toggles.shape == (7, netlist.nets)
    assert np.array_equal(counted[0].toggles, counted[1].toggles)


class _Altered:
    """Icarus, whose netlists or outcomes were changed behind its back."""

    name = "altered"
    is_referee = True

    def __init__(self, icarus: Icarus) -> None:
        self._icarus = icarus
        self.version = icarus.version

    def run(self, simulations: Sequence[Simulation]) -> list[Outcome]:
        return self._icarus.run([self.changed(simulation) for simulation in simulations])

    def changed(self, simulation: Simulation) -> Simulation:
        return simulation


class _OneNetForAnother(_Altered):
    """The nets of two gates change their numbers: the same circuit, the same outputs."""

    def __init__(self, icarus: Icarus, nets: tuple[int, int]) -> None:
        super().__init__(icarus)
        self.nets = nets

    def changed(self, simulation: Simulation) -> Simulation:
        netlist = simulation.netlist
        assert netlist is not None
        other = dict(zip(self.nets, self.nets[::-1], strict=True))
        gates = tuple(
            Gate(
                gate.name, gate.part, gate.cell, {p: other.get(n, n) for p, n in gate.pins.items()}
            )
            for gate in netlist.gates
        )
        ports = {n: tuple(other.get(net, net) for net in p) for n, p in netlist.ports.items()}
        return replace(simulation, netlist=replace(netlist, gates=gates, ports=ports))


class _OneToggleLost(_Altered):
    def run(self, simulations: Sequence[Simulation]) -> list[Outcome]:
        outcomes = super().run(simulations)
        activity = outcomes[0].activity
        assert activity is not None
        activity.toggles[0, 11] -= 1
        return outcomes


def test_two_swapped_nets_are_noticed(small: list[Netlist], icarus: Icarus) -> None:
    netlist = small[1]
    simulation = Simulation(netlist.unit, both_stimuli(netlist.unit, 50), netlist)
    activity = icarus.run([simulation])[0].activity
    assert activity is not None
    # The first gate's net, and the next one that does not toggle just as often.
    first = len(netlist.input_nets)
    second = int(np.flatnonzero(activity.toggles[0, first:] != activity.toggles[0, first])[0])
    nets = (first, first + second)
    found = compare([netlist], [icarus, _OneNetForAnother(icarus, nets)], 50)
    assert {difference.net for difference in found.differences} == set(nets)
    assert {difference.unit for difference in found.differences} == {netlist.unit.name}


def test_a_lost_toggle_is_noticed_and_named(small: list[Netlist], icarus: Icarus) -> None:
    altered: Simulator = _OneToggleLost(icarus)
    (difference,) = compare(small, [icarus, altered], 50).differences
    count = difference.counts[0]
    assert difference == Difference(
        _SMALL[0], 11, "toggles", ("icarus", "altered"), (count, count - 1)
    )
    assert str(difference) == (
        f"{_SMALL[0]}: net n11: toggles: icarus {count}, altered {count - 1}"
    )


def test_builds_take_every_netlist_once(small: list[Netlist]) -> None:
    together = builds(small * 5, most_nets=small[0].nets + small[1].nets + 1)
    assert sorted(id(n) for group in together for n in group) == sorted(map(id, small * 5))
    assert len(together) > 2
    assert together[-1][-1] is small[0]  # the serial one takes the most cycles


def test_delays_are_refused(small: list[Netlist], verilator: Verilator) -> None:
    values = {port.role: np.zeros(5, dtype=np.int64) for port in small[0].unit.operands}
    simulation = Simulation(small[0].unit, values, small[0], delays=Delays("unit"))
    with pytest.raises(CharacterizeError, match=r"Verilator has no unit delays: take icarus"):
        verilator.run([simulation])


def test_blocks_are_refused_with_saif(small: list[Netlist], verilator_saif: Verilator) -> None:
    values = {port.role: np.zeros(5, dtype=np.int64) for port in small[0].unit.operands}
    with pytest.raises(CharacterizeError, match=r"SAIF has no 2 blocks, only totals"):
        verilator_saif.run([Simulation(small[0].unit, values, small[0], blocks=2)])
