"""What a netlist says about its nets, and what is counted and timed on them."""

import numpy as np
import pytest

from characterize.activity import Activity
from characterize.energy import EnergyReport
from characterize.library import CellLibrary
from characterize.netlist import Netlist
from characterize.stimulus import DOT_PRODUCT_LENGTH, Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry

CLOCK_PS = 1000.0


@pytest.fixture(scope="module")
def serial(registry: Registry, asap7: CellLibrary) -> Netlist:
    return synthesize(registry.unit("multiplier_serial_x2u_w3u"), asap7)


@pytest.fixture(scope="module")
def signed_mac(registry: Registry, asap7: CellLibrary) -> Netlist:
    return synthesize(registry.unit("mac_array_x2s_w2s_a12"), asap7)


def test_glitches_are_the_toggles_that_are_not_functional(serial: Netlist) -> None:
    toggles = np.arange(2 * serial.nets).reshape(2, serial.nets) + 40
    activity = Activity(
        np.array([10, 30]), toggles, toggles // 4, np.zeros(serial.nets, dtype=np.int64), 3
    )
    whole = EnergyReport(serial, analyze(serial), activity, CLOCK_PS).rows()["all", "all"]
    counted = [net for net in range(serial.nets) if net not in serial.clock_nets]
    extra = (toggles - toggles // 4).sum(axis=0)[counted].sum()
    assert whole.toggles == pytest.approx(toggles.sum(axis=0)[counted].sum() / 40)
    assert whole.glitch_toggles == pytest.approx(extra / 40)


def test_an_operation_leaks_through_all_of_its_cycles(serial: Netlist) -> None:
    still = np.zeros((1, serial.nets), dtype=np.int64)
    activity = Activity(np.array([7]), still, still, still[0], cycles_per_op=3)
    whole = EnergyReport(serial, analyze(serial), activity, CLOCK_PS).rows()["all", "all"]
    leakage_nw = sum(serial.cell(gate).leakage_nw for gate in serial.gates)
    assert whole.leakage_fj == pytest.approx(leakage_nw * 3 * CLOCK_PS * 1e-6)
    assert whole.energy_fj == pytest.approx(whole.leakage_fj)


def test_the_critical_path_ends_with_a_set_up_time(serial: Netlist) -> None:
    """Latest arrivals, worked out anew from the delays of all arcs."""
    timing = analyze(serial)
    latest = {(net, edge): 0.0 for net in range(serial.nets) for edge in ("rise", "fall")}
    for gate in serial.gates:
        cell = serial.cell(gate)
        for output in cell.outputs:
            if output not in gate.pins:
                continue
            for edge in ("rise", "fall"):
                arrivals = []
                for arc in cell.timing:
                    cause = {"positive": edge, "clock": "rise"}.get(
                        arc.sense, "fall" if edge == "rise" else "rise"
                    )
                    source = gate.pins[arc.input]
                    slew, load = timing.slew_ps[cause][source], timing.load_ff[gate.pins[output]]
                    arrivals.append(latest[source, cause] + arc.delay_ps[edge](slew, load))
                latest[gate.pins[output], edge] = max(arrivals, default=0.0)
    ends = [
        latest[net, edge] + times(timing.slew_ps[edge][net], 20.0)  # the clock's input slew
        for gate in serial.gates
        for edge, times in serial.cell(gate).set_up_ps.items()
        for net in [gate.pins["D"]]
    ]
    outputs = [net for net, bits in enumerate(serial.output_bits) if bits]
    ends += [latest[net, edge] for net in outputs for edge in ("rise", "fall")]
    assert timing.critical_path_ps == pytest.approx(max(ends))


def test_the_delay_of_a_gate_is_the_mean_over_inputs_and_senses(serial: Netlist) -> None:
    """States of an input and sense first: its unconditional arc, or the mean of them."""
    timing = analyze(serial)
    with_states = 0
    for (index, output), delay in timing.delay_ps.items():
        gate = serial.gates[index]
        kinds: dict[tuple[str, str, str], dict[bool, list[float]]] = {}
        for arc in serial.cell(gate).timing:
            for edge in ("rise", "fall"):
                slew = timing.slew_ps[arc.input_edge(edge)][gate.pins[arc.input]]
                value = arc.delay_ps[edge](slew, timing.load_ff[gate.pins[output]])
                kind = kinds.setdefault((arc.input, arc.sense, edge), {})
                kind.setdefault(bool(arc.when), []).append(value)
        chosen = [kind.get(False) or kind[True] for kind in kinds.values()]
        with_states += any(len(kind) > 1 for kind in kinds.values())
        assert delay == pytest.approx(np.mean([np.mean(values) for values in chosen]))
    assert with_states > 0


def test_a_sign_extension_counts_bit_by_bit(signed_mac: Netlist) -> None:
    """The product has 4 bits, of which the sign stands for 8 more of the sum's 12."""
    (product,) = [port for port in signed_mac.counted_ports if port.group == "acc_in"]
    assert len(product.nets) == 12
    assert len(set(product.nets)) == 4
    assert product.nets[3:] == (product.nets[3],) * 9


def test_registers_and_their_adder_are_groups_apart(signed_mac: Netlist) -> None:
    stored = [
        signed_mac.net_groups[gate.pins[pin]]
        for gate in signed_mac.gates
        if (cell := signed_mac.cell(gate)).flip_flop
        for pin in cell.outputs
    ]
    assert stored == ["acc_reg"] * 12
    assert set(signed_mac.net_groups) >= {"mult_in", "mult_internal", "acc_in", "acc_sum"}


def test_sums_are_cleared_in_the_first_cycle_of_each_dot_product(registry: Registry) -> None:
    unit = registry.unit("mac_array_x2s_w2s_a12")
    operands = Stimulus("uniform").operands(unit, 2 * DOT_PRODUCT_LENGTH + 1)
    assert np.flatnonzero(operands["clear"]).tolist() == [0, 256, 512]
    assert operands["enable"].all()
