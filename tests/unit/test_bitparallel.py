"""The bit-parallel engine against the referee, on every net; and what it refuses."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from characterize.cell_table import load_library
from characterize.delays import DELAY_MODELS, ZERO, Delays, delays_of
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.netlist import Gate, Netlist
from characterize.simulators.bitparallel import engine
from characterize.simulators.bitparallel.binding import CKernel, levels
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.bitparallel.oracle import NumpyKernel
from characterize.simulators.bitparallel.program import compile_netlist
from characterize.simulators.bitparallel.rates import rate
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry, UnitSpec
from tests.referees.bitparallel import FULL_VECTORS, compare, kept_comparisons
from tests.unit.test_delays import EventSimulator

# One of each kind: without state, with pipeline registers, sums, several cycles an
# operation, gated clocks, additions that repeat.
SAMPLE = (
    "multiplier_array_x8s_w8s",
    "multiplier_booth_x5u_w5s",
    "multiplier_registered_x4s_w4s",
    "multiplier_serial_x4s_w4s",
    "multiplier_signmag_x4m_w4m",
    "adder_kogge_stone_x32s_y32s",
    "accumulator_x16s_a24",
    "mac_dadda_x3s_w3s_a32",
    "mac_zero_skip_x3s_w3s_a32",
    "mac_split_gated_x3u_w3u_a32",
    "pann_q5u_x4u_a32",
    "csd_x4s_shift2u_a32",
    "mac_stationary_x3u_w3s_addend16s_a16",
    "mac_split_segmented_x3u_w3u_a16_m2",
    "mac_split_zero_skip_x3u_w3u_a16",
    "pann_gated_q5u_x4u_a16",
    "pann_segmented_q5u_x4u_a16_m2",
    "mac_signmag_x4m_w4m_a16",
    "pe_stationary_gated_x3u_w3s_addend16s_a16",
)
VECTORS = 2000
BLOCKS = 5


def _simulations(unit: UnitSpec, library: CellLibrary, vectors: int) -> list[Simulation]:
    netlist = synthesize(unit, library)
    timing = analyze(netlist)
    operands = Stimulus("uniform").operands(unit, vectors + 1)
    return [
        Simulation(unit, operands, netlist, BLOCKS, delays_of(netlist, timing, model))
        for model in DELAY_MODELS
    ]


def _agree(unit: UnitSpec, library: CellLibrary, icarus: Icarus, vectors: int) -> None:
    simulations = _simulations(unit, library, vectors)
    outcomes = icarus.run(simulations), BitParallel().run(simulations)
    zero = outcomes[0][0].activity
    assert zero is not None
    for simulation, referee, ours in zip(simulations, *outcomes, strict=True):
        assert referee.activity is not None
        assert ours.activity is not None
        assert ours.vectors_checked == referee.vectors_checked
        wrong = np.flatnonzero((ours.activity.toggles != referee.activity.toggles).any(axis=0))
        assert not wrong.size, f"{simulation.delays.model}: {len(wrong)} nets, n{wrong[0]} first"
        assert np.array_equal(ours.activity.ones, referee.activity.ones)
        assert np.array_equal(ours.activity.functional, zero.toggles)
        assert np.array_equal(ours.activity.operations, referee.activity.operations)


@pytest.mark.parametrize("name", SAMPLE)
def test_every_net_toggles_as_in_icarus(
    registry: Registry, asap7: CellLibrary, icarus: Icarus, name: str
) -> None:
    _agree(registry.unit(name), asap7, icarus, VECTORS)


@pytest.mark.parametrize("name", ["mac_split_gated_x3u_w3u_a16", "multiplier_dadda_x4u_w4s"])
def test_the_other_library_too(registry: Registry, icarus: Icarus, name: str) -> None:
    _agree(registry.unit(name), load_library("sky130hd"), icarus, VECTORS)


@pytest.mark.exhaustive
@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
@pytest.mark.parametrize("name", [unit.name for unit in Registry().select("*", "default")])
@pytest.mark.usefixtures("icarus")
def test_every_net_of_every_default_unit_toggles_as_in_icarus(library: str, name: str) -> None:
    """What agreed before is kept: `python -m tests.referees.bitparallel` does it in pieces."""
    compared, _ = compare(name, library, FULL_VECTORS, kept_comparisons())
    assert [each.delay_model for each in compared] == list(DELAY_MODELS)
    assert {each.vectors for each in compared} == {FULL_VECTORS}
    assert all(each.toggles > each.nets for each in compared)


@pytest.mark.parametrize("level", ["numpy", *levels()])
def test_numpy_and_every_instruction_set_give_the_same(
    registry: Registry, asap7: CellLibrary, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if level == "numpy":
        monkeypatch.setattr(engine, "library", lambda: None)
    else:
        monkeypatch.setenv("GATEWATT_SIMD", level)
    found = BitParallel()
    assert found.name == ("bitparallel-numpy" if level == "numpy" else "bitparallel")
    simulations = [
        simulation
        for name in ("multiplier_serial_x3s_w3s", "multiplier_dadda_x4s_w4s")
        for simulation in _simulations(registry.unit(name), asap7, 300)
    ]
    for ours, numpy in zip(
        found.run(simulations), BitParallel(NumpyKernel(), jobs=2).run(simulations), strict=True
    ):
        assert ours.activity is not None
        assert numpy.activity is not None
        assert np.array_equal(ours.activity.toggles, numpy.activity.toggles)
        assert np.array_equal(ours.activity.functional, numpy.activity.functional)
        assert np.array_equal(ours.activity.ones, numpy.activity.ones)


def test_numpy_alone_equals_a_plain_event_driven_simulator(
    registry: Registry, asap7: CellLibrary
) -> None:
    netlist = synthesize(registry.unit("multiplier_array_x3s_w3s"), asap7)
    # Few different delays: many pulses are exactly as wide as a gate's delay.
    random = np.random.default_rng(4)
    outputs = {key: int(random.integers(1, 5)) for key in analyze(netlist).delay_ps}
    delays = Delays("library", 1.0, 2, outputs)
    operands = Stimulus("uniform").operands(netlist.unit, 200)
    simulation = Simulation(netlist.unit, operands, netlist, 1, delays)
    (outcome,) = BitParallel(NumpyKernel()).run([simulation])
    plain = EventSimulator(netlist, delays)
    plain.run(simulation)
    assert outcome.activity is not None
    assert np.array_equal(outcome.activity.toggles[0], plain.toggles)


def test_numpy_alone_gates_clocks(simulation: Simulation) -> None:
    """Its registers hold what the reference says, or the run fails."""
    (outcome,) = BitParallel(NumpyKernel()).run([simulation])
    assert outcome.vectors_checked == simulation.visible_results


def test_without_a_kernel_it_says_what_numpy_costs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine, "library", lambda: None)
    assert BitParallel().name == "bitparallel-numpy"
    assert "NumPy takes its place, some 100 times slower" in caplog.text


@pytest.fixture(scope="module")
def simulation(registry: Registry, asap7: CellLibrary) -> Simulation:
    unit = registry.unit("mac_split_gated_x2u_w2u_a8")
    operands = Stimulus("uniform").operands(unit, 50)
    return Simulation(unit, operands, synthesize(unit, asap7))


def _changed(
    simulation: Simulation, cell: str, change: Callable[[Gate], Gate]
) -> tuple[Simulation, Gate]:
    """The simulation with its first gate of a kind of cell changed, and that gate."""
    netlist = simulation.netlist
    assert netlist is not None
    index = next(i for i, gate in enumerate(netlist.gates) if gate.cell.startswith(cell))
    gates = list(netlist.gates)
    gates[index] = change(gates[index])
    other = dataclasses.replace(netlist, gates=tuple(gates))
    return dataclasses.replace(simulation, netlist=other), gates[index]


def _with_pin(pin: str, net: int) -> Callable[[Gate], Gate]:
    return lambda gate: dataclasses.replace(gate, pins={**gate.pins, pin: net})


def test_a_gate_that_computes_something_else_is_noticed(simulation: Simulation) -> None:
    def other(gate: Gate) -> Gate:
        return dataclasses.replace(gate, cell="NOR2xp33_ASAP7_75t_R")

    wrong, _ = _changed(simulation, "NAND2", other)
    with pytest.raises(
        CharacterizeError,
        match=r"mac_split_gated_x2u_w2u_a8 \(netlist\): cycle \d+: (pos|neg)_o is [01]{8}, "
        r"but mac_split of clear = \d, .*, w = \d is [01]{8}$",
    ):
        BitParallel().run([wrong])


def test_a_combinational_loop_is_named(simulation: Simulation) -> None:
    netlist = simulation.netlist
    assert netlist is not None
    first = next(gate for gate in netlist.gates if gate.cell.startswith("NAND2"))
    looped, gate = _changed(simulation, "NAND2", _with_pin("A", first.pins["Y"]))
    with pytest.raises(
        CharacterizeError,
        match=f"1 gates form a combinational loop: {gate.name} .{gate.cell}. -> n{gate.pins['Y']}",
    ):
        BitParallel().run([looped])


def test_an_unknown_cell_is_named(simulation: Simulation) -> None:
    unknown, gate = _changed(
        simulation, "NAND2", lambda gate: dataclasses.replace(gate, cell="FANCYx1")
    )
    with pytest.raises(
        CharacterizeError, match=f"gate {gate.name} is a FANCYx1, which library asap7 does not have"
    ):
        BitParallel().run([unknown])


def test_floating_pins_and_nets_are_named(simulation: Simulation) -> None:
    netlist = simulation.netlist
    assert netlist is not None
    bare, gate = _changed(
        simulation, "NAND2", lambda gate: dataclasses.replace(gate, pins={"Y": gate.pins["Y"]})
    )
    with pytest.raises(CharacterizeError, match=f"pin A of gate {gate.name} .* is not connected"):
        BitParallel().run([bare])
    floating, gate = _changed(simulation, "NAND2", _with_pin("A", netlist.nets))
    with pytest.raises(
        CharacterizeError,
        match=f"net n{netlist.nets}, pin A of gate {gate.name} .*, has no driver",
    ):
        BitParallel().run([floating])
    port = dataclasses.replace(netlist, ports={**netlist.ports, "pos_o": (netlist.nets,) * 8})
    with pytest.raises(CharacterizeError, match="a bit of port pos_o, has no driver"):
        BitParallel().run([dataclasses.replace(simulation, netlist=port)])


def test_a_clock_that_is_data_is_refused(simulation: Simulation) -> None:
    netlist = simulation.netlist
    assert netlist is not None
    data = netlist.ports["x_i"][0]
    for cell in ("DFF", "ICG"):
        clocked, gate = _changed(simulation, cell, _with_pin("CLK", data))
        with pytest.raises(CharacterizeError, match=f"the clock pin of gate {gate.name} .* driven"):
            BitParallel().run([clocked])


def test_operands_out_of_range_are_refused(simulation: Simulation) -> None:
    values = simulation.operands["x"].copy()
    values[17] = 4
    outside = dataclasses.replace(simulation, operands={**simulation.operands, "x": values})
    with pytest.raises(
        CharacterizeError,
        match=r"operand x of operation 17 is 4, but x_i \(net n\d+\) holds 0 to 3",
    ):
        BitParallel().run([outside])


def test_rtl_is_refused(simulation: Simulation) -> None:
    with pytest.raises(CharacterizeError, match="runs netlists only, give one or another engine"):
        BitParallel().run([dataclasses.replace(simulation, netlist=None)])


def test_uncounted_runs_are_checked_all_the_same(simulation: Simulation) -> None:
    (outcome,) = BitParallel().run([dataclasses.replace(simulation, blocks=0)])
    assert outcome.activity is None
    assert outcome.vectors_checked == simulation.visible_results


def test_outputs_that_nobody_reads_and_cells_with_many_inputs(simulation: Simulation) -> None:
    netlist: Netlist | None = simulation.netlist
    assert netlist is not None
    index = next(i for i, gate in enumerate(netlist.gates) if gate.cell.startswith("TIE"))
    assert netlist.gates[index].pins
    loose = dataclasses.replace(
        netlist, gates=(*netlist.gates, dataclasses.replace(netlist.gates[index], pins={}))
    )
    assert compile_netlist(loose).constants == compile_netlist(netlist).constants


@pytest.mark.skipif(not levels(), reason="the C kernel was not built")
@pytest.mark.parametrize("level", levels())
def test_no_kernel_beats_its_own_arithmetic(
    registry: Registry, asap7: CellLibrary, level: str
) -> None:
    netlist = synthesize(registry.unit("multiplier_array_x4s_w4s"), asap7)
    found = rate(netlist, ZERO, CKernel(level), 1 << 21, settled=False)
    assert 0.02 * found.limit_per_s < found.cycles_per_s < found.limit_per_s
