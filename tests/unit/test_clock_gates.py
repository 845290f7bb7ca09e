"""Clock-gated units: pulses counted, clocks kept out of the toggles, energy saved."""

import numpy as np
import pytest

from characterize.delays import delays_of
from characterize.energy import BLOCKS, EnergyReport, Measured
from characterize.library import CellLibrary
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry
from sim.formats import IntArray

VECTORS = 1000
Run = tuple[Netlist, IntArray, Measured, dict[str, IntArray]]


@pytest.fixture(scope="module")
def runs(registry: Registry, asap7: CellLibrary, icarus: Icarus) -> dict[str, Run]:
    """Netlist, toggles of each net, the whole unit's energy, operands; gated and not."""
    found = {}
    for name in ("mac_split", "mac_split_gated"):
        unit = registry.unit(f"{name}_x4u_w4u_a16")
        netlist = synthesize(unit, asap7)
        operands = Stimulus("uniform").operands(unit, VECTORS + 1)
        (outcome,) = icarus.run([Simulation(unit, operands, netlist, BLOCKS)])
        assert outcome.activity is not None
        report = EnergyReport(netlist, analyze(netlist), outcome.activity, 1000.0)
        toggles = outcome.activity.toggles.sum(axis=0)
        found[name] = (netlist, toggles, report.rows()["all", "all"], operands)
    return found


def test_each_register_is_clocked_when_it_is_addressed(runs: dict[str, Run]) -> None:
    netlist, toggles, _, operands = runs["mac_split_gated"]
    gated = [net for net in netlist.clock_nets if net not in netlist.input_nets]
    assert len(gated) == 2
    # The edge that begins a counted operation takes the operands before it.
    sign, clear = operands["sign"][:-1], operands["clear"][:-1]
    pulses = {int(((sign == s) | (clear == 1)).sum()) for s in (0, 1)}
    assert {int(toggles[net]) // 2 for net in gated} == pulses
    (root,) = netlist.clock_nets & netlist.input_nets
    assert toggles[root] == 2 * VECTORS


def test_clocks_are_in_no_toggle_and_in_no_bit_flip(runs: dict[str, Run]) -> None:
    for netlist, toggles, whole, _ in runs.values():
        data = [net for net in range(netlist.nets) if net not in netlist.clock_nets]
        assert whole.toggles == pytest.approx(toggles[data].sum() / VECTORS, rel=1e-12)


def test_gating_takes_half_of_the_registers_clock_and_adds_its_gates(runs: dict[str, Run]) -> None:
    netlist, toggles, gated, _ = runs["mac_split_gated"]
    plain = runs["mac_split"][2]
    flip_flop, storage = netlist.library.flip_flop
    wire = netlist.library.conditions.wire_ff_per_fanout
    half_vdd2 = 0.5 * netlist.library.conditions.vdd_v**2
    # Capacitance alone, from the pulses: a lower bound of the gated clock energy.
    pins = [
        toggles[gate.pins[cell.clock]] / VECTORS * half_vdd2 * (cell.load_ff(cell.clock) + wire)
        for gate in netlist.gates
        if (cell := netlist.cell(gate)).clock is not None
    ]
    assert gated.clock_fj > np.sum(pins)
    # Two registers of 16 bits, each clocked in half of the cycles, and two gates.
    assert 0.5 < gated.clock_fj / plain.clock_fj < 0.75
    assert flip_flop.clock == storage.clock


def _toggles(
    registry: Registry, library: CellLibrary, name: str, **changed: IntArray
) -> tuple[Netlist, IntArray]:
    """Toggles of each net, with uniform operands of which some were changed."""
    unit = registry.unit(name)
    operands = Stimulus("uniform").operands(unit, VECTORS + 1) | changed
    netlist = synthesize(unit, library)
    delays = delays_of(netlist, analyze(netlist), "library")
    (outcome,) = BitParallel().run([Simulation(unit, operands, netlist, 1, delays)])
    assert outcome.activity is not None
    return netlist, outcome.activity.toggles[0]


def test_an_idle_element_is_still(registry: Registry, asap7: CellLibrary) -> None:
    """Only the nets of its inputs toggle, and no gated clock."""
    name = "pe_stationary_gated_x4s_w4s_addend16s_a16"
    first = np.zeros(VECTORS + 1, dtype=np.int64)
    first[0] = 1
    netlist, toggles = _toggles(registry, asap7, name, enable=first, load=first)
    moved = set(np.flatnonzero(toggles).tolist())
    # What follows on the first operation itself is counted.
    settled = {net for net in moved if toggles[net] > 40}
    assert settled
    assert settled <= netlist.input_nets
    gates = [net for net in netlist.clock_nets if net not in netlist.input_nets]
    assert len(gates) == 2
    assert toggles[gates].max() <= 2


def test_a_zero_weight_stills_the_multiplier(registry: Registry, asap7: CellLibrary) -> None:
    zero = np.zeros(VECTORS + 1, dtype=np.int64)
    part = {}
    for name in ("pe_stationary", "pe_stationary_gated"):
        netlist, toggles = _toggles(registry, asap7, f"{name}_x4s_w4s_addend16s_a16", w=zero)
        inputs = [
            gate.pins[pin]
            for gate in netlist.gates
            if gate.part == "multiplier"
            for pin in netlist.cell(gate).input_cap_ff
        ]
        part[name] = int(toggles[inputs].sum())
        # The sum goes through, as any other.
        assert toggles[list(netlist.ports["sum_o"])].min() > 0
    assert part["pe_stationary"] > VECTORS
    assert part["pe_stationary_gated"] == 0


@pytest.mark.parametrize("role", ["x", "w"])
def test_a_zero_stills_the_zero_skipping_split_mac(
    registry: Registry, asap7: CellLibrary, role: str
) -> None:
    """Behind the operand registers nothing toggles, and no gated clock."""
    some = np.zeros(VECTORS + 1, dtype=np.int64)
    some[0] = 1
    clear = {"clear": some.copy()}
    netlist, toggles = _toggles(
        registry, asap7, "mac_split_zero_skip_x4u_w4u_a16", **{role: some}, **clear
    )
    moved = {net for net in np.flatnonzero(toggles).tolist() if toggles[net] > 40}
    assert moved & set(netlist.ports["sign_i"])
    assert {netlist.net_parts[net] for net in moved} <= {"input", "register"}
    gates = [net for net in netlist.clock_nets if net not in netlist.input_nets]
    assert len(gates) == 3
    assert toggles[gates].max() <= 6


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("pann_gated_q5u_x4u_a16", None),
        ("pann_segmented_q5u_x4u_a16_m2", 4 + 2),
        ("mac_split_segmented_x3u_w3u_a16_m2", 3 + 3 + 2),
    ],
)
def test_a_sum_or_its_upper_bits_are_clocked_where_they_take_something(
    registry: Registry, asap7: CellLibrary, name: str, segment: int | None
) -> None:
    """Pulses of each clock gate: a register's when addressed, its upper bits' when they change."""
    unit = registry.unit(name)
    netlist, toggles = _toggles(registry, asap7, name)
    operands = Stimulus("uniform").operands(unit, VECTORS + 1)
    sums = unit.references(operands)
    # The edge that begins a counted operation takes the operands before it.
    clear = operands["clear"][:-1] == 1
    expected = []
    for role, sign in (("pos", 0), ("neg", 1)):
        addressed = operands["sign"][:-1] == sign
        expected.append(int((addressed | clear).sum()))
        if segment is not None:
            upper = sums[role] >> segment
            changed = np.diff(upper, prepend=upper[0])[:-1] != 0
            expected.append(int((changed | clear).sum()))
    gates = [net for net in netlist.clock_nets if net not in netlist.input_nets]
    assert sorted((toggles[gates] // 2).tolist()) == sorted(expected)
    assert segment is None or min(expected) < VECTORS / 10
