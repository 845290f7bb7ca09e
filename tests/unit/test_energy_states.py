"""Energies of storing cells by their states, from activities that are made up: no simulator."""

import numpy as np
import pytest

from characterize.activity import Activity
from characterize.energy import EnergyReport
from characterize.library import Cell, CellLibrary
from characterize.netlist import Gate, Netlist
from characterize.synthesis import synthesize
from characterize.timing import StaticTiming, analyze
from characterize.units import Registry

CYCLES = 100
CLOCK_PS = 1000.0


@pytest.fixture(scope="module")
def gated(registry: Registry, asap7: CellLibrary) -> tuple[Netlist, StaticTiming]:
    netlist = synthesize(registry.unit("mac_split_gated_x2u_w2u_a8"), asap7)
    return netlist, analyze(netlist)


def report(
    gated: tuple[Netlist, StaticTiming], toggles: dict[int, int], ones: dict[int, int]
) -> EnergyReport:
    netlist, timing = gated
    counts = np.zeros((2, netlist.nets), dtype=np.int64)
    settled = np.zeros(netlist.nets, dtype=np.int64)
    for net, count in toggles.items():
        counts[0, net] = count
    for net, count in ones.items():
        settled[net] = count
    return EnergyReport(
        netlist, timing, Activity(np.array([50, 50]), counts, counts, settled), CLOCK_PS
    )


def first(netlist: Netlist, *, clock_gate: bool) -> tuple[int, Gate, Cell]:
    """A clock gate, or a flip-flop behind one."""
    for index, gate in enumerate(netlist.gates):
        cell = netlist.cell(gate)
        found = cell.clock_gate if clock_gate else cell.flip_flop
        if found and (clock_gate or gate.pins[found.clock] not in netlist.input_nets):
            return index, gate, cell
    raise AssertionError("there is none")


def test_gates_and_inputs_add_up_to_the_whole(gated: tuple[Netlist, StaticTiming]) -> None:
    netlist, timing = gated
    toggles = {net: 10 + net for net in range(netlist.nets)}
    whole = report(gated, toggles, {}).rows()["all", "all"]
    gates = report(gated, toggles, {}).gates()
    assert len(gates) == len(netlist.gates)
    for name in ("internal_fj", "clock_fj", "leakage_fj", "area_um2", "transistors"):
        assert sum(getattr(m, name) for m in gates) == pytest.approx(getattr(whole, name))
    half_v2 = 0.5 * netlist.library.conditions.vdd_v**2
    inputs = sum(
        half_v2 * timing.load_ff[net] * toggles[net] / CYCLES
        for net in netlist.input_nets - netlist.clock_nets
    )
    assert sum(m.switching_fj for m in gates) + inputs == pytest.approx(whole.switching_fj)


def test_an_enable_moves_while_the_clock_is_high_and_test_low(
    gated: tuple[Netlist, StaticTiming],
) -> None:
    netlist, timing = gated
    index, gate, cell = first(netlist, clock_gate=True)
    net = gate.pins["ENA"]
    (state,) = [e for e in cell.pin_energy if e.pin == "ENA" and e.when == "(CLK * !SE)"]
    each = np.mean([state.at(edge, timing.slew_ps[edge][net]) for edge in ("rise", "fall")])
    assert report(gated, {net: 40}, {}).gates()[index].internal_fj == pytest.approx(each * 0.4)


@pytest.mark.parametrize(
    ("data_ones", "falling"),
    [
        # Clocked in half of the cycles, never changing, always storing 0 (its output 1):
        # the data is 1 in as many of the other cycles as are left.
        (0, {"(!D * QN)": 1.0}),
        (25, {"(!D * QN)": 0.75, "(D * QN)": 0.25}),
        (50, {"(!D * QN)": 0.5, "(D * QN)": 0.5}),
    ],
)
def test_a_falling_gated_clock_meets_the_data_of_the_next_cycle(
    gated: tuple[Netlist, StaticTiming], data_ones: int, falling: dict[str, float]
) -> None:
    netlist, timing = gated
    index, gate, cell = first(netlist, clock_gate=False)
    clock, data, output = (gate.pins[pin] for pin in ("CLK", "D", "QN"))
    energies = {e.when: e for e in cell.pin_energy if e.pin == "CLK"}
    rise = energies["(!D * QN)"].at("rise", timing.slew_ps["rise"][clock])
    fall = sum(
        share * energies[when].at("fall", timing.slew_ps["fall"][clock])
        for when, share in falling.items()
    )
    conditions = netlist.library.conditions
    pin = cell.load_ff("CLK") + conditions.wire_ff_per_fanout
    expected = 0.5 * (rise + fall + pin * conditions.vdd_v**2)
    gates = report(gated, {clock: CYCLES}, {data: data_ones, output: CYCLES}).gates()
    assert gates[index].clock_fj == pytest.approx(expected)


def test_delays_that_make_data_glitch_change_no_state_of_the_clock(
    gated: tuple[Netlist, StaticTiming],
) -> None:
    """States come from settled values and functional toggles; data pins feel every toggle."""
    netlist, timing = gated
    index, gate, _ = first(netlist, clock_gate=False)
    clock, data, output = (gate.pins[pin] for pin in ("CLK", "D", "QN"))
    ones = {data: 50, output: 50}
    quiet = report(gated, {clock: CYCLES, data: 20, output: 20}, ones)
    counts = np.zeros((1, netlist.nets), dtype=np.int64)
    counts[0, [clock, data, output]] = CYCLES, 20, 20
    noisy_counts = counts.copy()
    noisy_counts[0, data] = 60
    settled = np.zeros(netlist.nets, dtype=np.int64)
    settled[[data, output]] = 50
    activity = Activity(np.array([CYCLES]), noisy_counts, counts, settled)
    noisy = EnergyReport(netlist, timing, activity, CLOCK_PS).gates()[index]
    assert noisy.clock_fj == pytest.approx(quiet.gates()[index].clock_fj)
    only_data = report(gated, {data: 20}, {}).gates()[index].internal_fj
    assert noisy.internal_fj == pytest.approx(quiet.gates()[index].internal_fj + 2 * only_data)
