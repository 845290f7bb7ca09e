"""Tables that weights are chosen by: against events one by one, Icarus, and whole layers."""

import itertools
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from characterize.cache import NO_CACHE
from characterize.cell_table import load_library
from characterize.cli_clocked import clocked
from characterize.cli_weights import one_unit
from characterize.energy import EnergyReport
from characterize.errors import CharacterizeError
from characterize.models.exact_tables import multiplier_weights_fj
from characterize.models.streams import mac_streams
from characterize.network.energies import network_energies
from characterize.network.layers import Gates, LayerGates, Mapped, layers_at_gates
from characterize.network.truth import count_network
from characterize.pruning.clocked import ClockedSums, clocked_sums, slower
from characterize.pruning.multiplier import MultiplierTables, multiplier_tables
from characterize.pruning.paths import (
    addend_path_ps,
    product_nets,
    set_ups_ps,
    static_path_ps,
    tails_ps,
)
from characterize.pruning.tables import costs_of, pruning_tables
from characterize.pruning.transitions import groups_of, layer_transitions, uniform_transitions
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.bitparallel.program import compile_netlist
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.units import Registry
from characterize.voltage import VoltageLaw
from sim.accumulators import Accumulator
from sim.formats import IntFormat
from sim.pruning.powerpruning_table import POWERPRUNING
from sim.schemes import Scheme
from sim.sources import Source
from sim.voltage import lowest_voltage
from sim.weighted import Linear
from tests.unit.test_bitparallel_per_cycle import _events

SMALL = "mac_stationary_x3u_w2s_addend8s_a8"
MIDDLE = "mac_stationary_x4u_w4s_addend8s_a8"
LARGE = "mac_stationary_x8s_w8s_addend32s_a32"
_STREAMS, _OPERATIONS = 50, 256


@cache
def _mapped(name: str, library: str, model: str) -> Mapped:
    gates = Gates("mac_stationary", library, "weight", delay_model=model)
    return Mapped.of(Registry().unit(name), gates)


@cache
def _tables(name: str, library: str, model: str) -> MultiplierTables:
    mapped = _mapped(name, library, model)
    return multiplier_tables(mapped, costs_of(mapped).multiplier_fj)


def _longest_ps(mapped: Mapped, start: int, still: frozenset[int] = frozenset()) -> float:
    """Longest way from a net to where a sum is stored, each way walked on its own.

    Parameters
    ----------
    still
        Nets that no way goes through.
    """
    netlist, step = mapped.netlist, mapped.delays.step_ps
    assert step is not None
    needed = set_ups_ps(netlist, mapped.timing)
    longest = needed.get(start, 0.0 if netlist.output_bits[start] else -np.inf)
    for index, _ in netlist.sinks[start]:
        gate = netlist.gates[index]
        cell = netlist.cell(gate)
        for output in cell.outputs:
            net = gate.pins.get(output)
            if cell.clock is None and net is not None and net not in still:
                way = mapped.delays.of(index, output) * step
                longest = max(longest, way + _longest_ps(mapped, net, still))
    return longest


def _never_moving(mapped: Mapped, zeros: int) -> frozenset[int]:
    """Nets of an adder that have one value for all sums and products with zeros at their end."""
    netlist = mapped.netlist
    program = compile_netlist(netlist, mapped.delays)
    products, addends = product_nets(netlist), netlist.ports["addend_i"]
    places = np.arange(1 << len(addends) + len(products) - zeros)
    bits = [places >> n & 1 == 1 for n in range(len(addends) + len(products) - zeros)]
    values = {net: np.zeros(places.size, dtype=np.bool_) for net in range(program.signals)}
    values |= {net: np.full(places.size, bool(v)) for net, v in program.constants.items()}
    values |= dict(zip(addends, bits, strict=False))
    values |= dict(zip(products[zeros:], bits[len(addends) :], strict=True))
    fed = {*addends, *products, *program.constants}
    for op in program.ops:
        if op.output not in fed and fed.intersection(op.inputs):
            index = sum(values[signal].astype(int) << k for k, signal in enumerate(op.inputs))
            values[op.output] = op.table >> np.asarray(index) & 1 == 1
            fed.add(op.output)
    return frozenset(
        net for net in fed if net < netlist.nets and np.ptp(values[net].astype(int)) == 0
    )


@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
def test_no_carry_comes_from_zeros(library: str) -> None:
    mapped = _mapped(SMALL, library, "library")
    netlist, step = mapped.netlist, mapped.delays.step_ps
    assert step is not None
    found = []
    for zeros in range(6):
        still = _never_moving(mapped, zeros)
        ways = [_longest_ps(mapped, net, still) for net in netlist.ports["addend_i"]]
        found.append(addend_path_ps(netlist, mapped.timing, mapped.delays, zeros))
        assert found[-1] == pytest.approx(mapped.delays.operands * step + max(ways))
    assert found == sorted(found, reverse=True)
    assert found[5] < 0.7 * found[0]


@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
def test_static_paths_are_the_longest_of_all_ways(library: str) -> None:
    mapped = _mapped(SMALL, library, "library")
    netlist, step = mapped.netlist, mapped.delays.step_ps
    assert step is not None
    tails = tails_ps(netlist, mapped.timing, mapped.delays)
    products = product_nets(netlist)
    assert len(products) == 5
    for net in products:
        assert tails[net] == pytest.approx(_longest_ps(mapped, net))
    inputs = netlist.input_nets - netlist.clock_nets
    ways = [_longest_ps(mapped, net) for net in inputs]
    found = static_path_ps(netlist, mapped.timing, mapped.delays)
    assert found == pytest.approx(mapped.delays.operands * step + max(ways))
    # Means of arcs in whole steps, against the worst arcs.
    assert found < 1.2 * mapped.timing.critical_path_ps + 2 * mapped.delays.operands * step


@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
def test_arrivals_are_those_of_events_one_by_one(library: str) -> None:
    mapped = _mapped(SMALL, library, "library")
    netlist, step = mapped.netlist, mapped.delays.step_ps
    assert step is not None
    program = compile_netlist(netlist, mapped.delays)
    found = _tables(SMALL, library, "library").arrival_ps
    tails = tails_ps(netlist, mapped.timing, mapped.delays)
    x_nets, w_nets = netlist.ports["x_i"], netlist.ports["w_i"]
    assert found.shape == (4, 8, 8)
    zero = dict.fromkeys(range(netlist.nets), 0)
    gates = {op.output for op in program.ops}
    registers = {flip_flop.output for flip_flop in program.flip_flops}
    assert not gates & registers
    for place, before, after in itertools.product(range(4), range(8), range(8)):
        weight = (place - 2) & 3
        driven = [
            zero
            | {net: value >> bit & 1 for bit, net in enumerate(x_nets)}
            | {net: weight >> bit & 1 for bit, net in enumerate(w_nets)}
            for value in (before, after)
        ]
        changes = _events(program, *driven)
        latest = [
            times[-1] * step + tails[net]
            for net in product_nets(netlist)
            if (times := changes[net])
        ]
        zeros = 0
        for bit, net in enumerate(product_nets(netlist)):
            if changes[net] or (place - 2) * before >> bit & 1:
                break
            zeros += 1
        latest.append(addend_path_ps(netlist, mapped.timing, mapped.delays, zeros))
        assert found[place, before, after] == pytest.approx(max(latest), rel=1e-6)


def test_every_energy_is_what_its_transition_takes() -> None:
    mapped = _mapped(SMALL, "asap7", "library")
    netlist = mapped.netlist
    weights_fj, found = costs_of(mapped).multiplier_fj, _tables(SMALL, "asap7", "library")
    assert found.weights.tolist() == [-2, -1, 0, 1]
    assert found.activations.tolist() == list(range(8))
    for w, before, after in itertools.product(range(4), range(8), range(8)):
        operands = {
            "x": np.array([before, after]),
            "w": np.full(2, w - 2),
            "addend": np.zeros(2, dtype=np.int64),
        }
        simulation = Simulation(netlist.unit, operands, netlist, 1, mapped.delays)
        (outcome,) = BitParallel().run([simulation])
        assert outcome.activity is not None
        energy = outcome.activity.toggles[0] @ weights_fj
        assert found.energy_fj[w, before, after] == pytest.approx(energy, rel=1e-5, abs=1e-5)


def _equal_to_icarus(icarus: Icarus, name: str, library: str, model: str, entries: int) -> int:
    """Entries of a unit's table, drawn at random, that Icarus counts the same."""
    mapped, found = _mapped(name, library, model), _tables(name, library, model)
    netlist, weights_fj = mapped.netlist, costs_of(mapped).multiplier_fj
    rng = np.random.default_rng(11)
    w, before, after = (rng.integers(0, n, entries) for n in found.energy_fj.shape)
    x = found.activations[np.stack([before, after], axis=1).ravel()]
    operands = {
        "x": np.append(0, x),
        "w": np.append(0, np.repeat(found.weights[w], 2)),
        "addend": np.zeros(2 * entries + 1, dtype=np.int64),
    }
    simulation = Simulation(netlist.unit, operands, netlist, 2 * entries, mapped.delays)
    (outcome,) = icarus.run([simulation])
    assert outcome.activity is not None
    wanted = outcome.activity.toggles[1::2] @ weights_fj
    assert np.allclose(found.energy_fj[w, before, after], wanted, rtol=1e-5, atol=1e-4)
    assert wanted.std() > 0.2 * wanted.mean()
    return len(wanted)


@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
def test_the_table_is_that_of_icarus(icarus: Icarus, library: str) -> None:
    assert _equal_to_icarus(icarus, MIDDLE, library, "library", 300) == 300


@pytest.mark.exhaustive
@pytest.mark.parametrize("model", ["zero", "library"])
@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
def test_ten_thousand_entries_are_those_of_icarus(icarus: Icarus, library: str, model: str) -> None:
    assert _equal_to_icarus(icarus, LARGE, library, model, 10_000) == 10_000


@pytest.mark.parametrize(
    ("library", "weights", "activations"),
    [
        ("asap7", [-8, 0], range(16)),
        ("asap7", [-8, -4, 0, 4], [0, 4, 8, 12]),
        ("sky130hd", [-8, 0], range(16)),
        ("sky130hd", [-8, -4, 0, 4], range(16)),
        ("sky130hd", [-4, 0, 4], [0, 8]),
    ],
)
def test_kept_values_meet_the_clock_at_a_lower_voltage(
    icarus: Icarus, library: str, weights: list[int], activations: Sequence[int]
) -> None:
    """The clock period is the static path of the whole unit at the nominal voltage."""
    del icarus
    mapped, tables = _mapped(MIDDLE, library, "library"), _tables(MIDDLE, library, "library")
    clock_ps = static_path_ps(mapped.netlist, mapped.timing, mapped.delays)
    law = VoltageLaw.of(load_library(library))
    assert law is not None
    w, x = np.array(weights), np.array(activations)
    latest = float(tables.arrival_ps[np.ix_(w + 8, x, x)].max())
    volts = lowest_voltage(clock_ps / latest, law.nominal_v, law.vth_v, law.alpha, law.vmin_v)
    assert law.vmin_v < volts < 0.995 * law.nominal_v
    factor = law.delay_factor(volts)
    # Exhaustively by the engine, sampled by Icarus.
    assert latest * factor <= clock_ps * (1 + 1e-9)
    sums = 256 * len(w) - 1
    assert clocked_sums(mapped, w, x, factor, clock_ps, 256) == ClockedSums(sums, 0)
    # The choice matters: with all values the voltage is too low; and for it a lower one is.
    every = clocked_sums(mapped, tables.weights, tables.activations, factor, clock_ps, 256)
    assert every.wrong > 0
    lower = law.delay_factor((volts + law.vth_v) / 2)
    assert clocked_sums(mapped, w, x, lower, clock_ps, 256).wrong > 0


@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
def test_all_values_meet_the_clock_at_the_nominal_voltage(icarus: Icarus, library: str) -> None:
    del icarus
    mapped, tables = _mapped(MIDDLE, library, "library"), _tables(MIDDLE, library, "library")
    clock_ps = static_path_ps(mapped.netlist, mapped.timing, mapped.delays)
    found = clocked_sums(mapped, tables.weights, tables.activations, 1.0, clock_ps, 256)
    assert found == ClockedSums(256 * 16 - 1, 0)


def test_clocked_sums_refuse_what_cannot_be(icarus: Icarus) -> None:
    del icarus
    mapped = _mapped(SMALL, "asap7", "library")
    nothing = np.zeros(0, dtype=np.int64)
    with pytest.raises(CharacterizeError, match="no weights are allowed: keep one at least"):
        clocked_sums(mapped, nothing, np.arange(8), 1.0, 500.0)
    with pytest.raises(CharacterizeError, match="no activations are allowed"):
        clocked_sums(mapped, np.arange(2), nothing, 1.0, 500.0)
    with pytest.raises(CharacterizeError, match="zero delays are no times: take library delays"):
        slower(_mapped(SMALL, "asap7", "zero").delays, 2.0)


def test_layers_move_as_loops_say() -> None:
    rng = np.random.default_rng(5)
    x, weights = rng.integers(0, 8, (40, 6)), rng.integers(-2, 2, (6, 3))
    layer = Linear(weights.T, IntFormat(3, False), IntFormat(2, True), Accumulator(8))
    mapped = _mapped(SMALL, "asap7", "zero")
    found = layer_transitions(LayerGates("a", layer, "b", 18, mapped, None), x)
    share = np.zeros((8, 8))
    for row in range(6):
        for before, after in itertools.pairwise(x[:, row].tolist()):
            share[before, after] += 1 / (39 * 6)
    assert np.allclose(found.share, share)
    there = set()
    for at, row, column in itertools.product(range(39), range(6), range(3)):
        sums = [int(x[n, :row] @ weights[:row, column]) for n in (at, at + 1)]
        there.add((x[at, row], x[at + 1, row], *sums))
    drawn = set(map(tuple, np.concatenate([found.x, found.addend], axis=1).tolist()))
    assert drawn <= there
    assert len(drawn) > 0.7 * len(there)
    with pytest.raises(CharacterizeError, match="layer a has one position, and one image"):
        layer_transitions(LayerGates("a", layer, "b", 18, mapped, None), x[:1])


def test_uniform_transitions_and_groups() -> None:
    found = uniform_transitions(IntFormat(3, False), IntFormat(2, True))
    assert np.unique(found.share).tolist() == [1 / 64]
    assert np.bincount(found.x.ravel()).min() > 0.8 * found.x.size / 8
    assert abs(found.addend[:, 0] - found.addend[:, 1]).max() > 30
    pairs = np.array([[0, -1], [5, 6], [-256, 0], [1 << 20, 0], [-1, -2]])
    for bits, wanted in ((32, [16, 0, 16, 1, 0]), (9, [5, 0, 1, 0, 0])):
        assert groups_of(pairs, bits).tolist() == wanted


@pytest.mark.parametrize("model", ["zero", "library"])
def test_layers_cost_what_their_gates_take(model: str) -> None:
    """Tier A of the same images; nothing is fitted to it."""
    source = Source()
    network, images = source.quantized(Scheme("signed", 4, 4)), source.train.part(0, 2).images
    gates = Gates("mac_stationary", "asap7", "weight", delay_model=model)
    layers = one_unit(network, gates, NO_CACHE)[:3]
    kept = network.run(images, tuple(layer.source for layer in layers)).kept
    tables = pruning_tables(layers, kept, {"network": "digits"})
    truth = network_energies(layers, count_network(network, images, gates))
    errors = []
    for layer, energies, true in zip(layers, tables.energy_fj, truth, strict=False):
        weights = layer.layer.products[0].weights.ravel() + 8
        errors.append(energies[weights].mean() / (true.energy_fj / true.macs) - 1)
    assert np.abs(errors).max() < 0.03
    assert tables.energy_fj.shape == (4, 16)
    assert np.allclose(tables.share.sum(axis=(1, 2)), 1)


def test_the_file_says_all(tmp_path: Path) -> None:
    mapped = _mapped(SMALL, "asap7", "library")
    layer = Linear(np.ones((2, 3), dtype=np.int64), IntFormat(3, False), IntFormat(2, True),
                   Accumulator(8))  # fmt: skip
    x = np.random.default_rng(2).integers(0, 8, (20, 3))
    done: list[str] = []
    found = pruning_tables(
        [LayerGates("a", layer, "b", 6, mapped, None)], {"b": x}, {"network": "n"}, done.append
    )
    found.write(tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz") as file:
        assert {name: (file[name].dtype.kind, file[name].shape) for name in file.files} == {
            "weights": ("i", (4,)), "activations": ("i", (8,)), "layers": ("U", (1,)),
            "energy_fj": ("f", (2, 4)), "share": ("f", (1, 8, 8)),
            "arrival_ps": ("f", (4, 8, 8)), "meta": ("U", ()),
        }  # fmt: skip
        meta = json.loads(str(file["meta"]))
        assert np.array_equal(file["arrival_ps"], found.multiplier.arrival_ps)
    assert done[-1] == "a"
    assert meta["static_critical_ps"] == static_path_ps(
        mapped.netlist, mapped.timing, mapped.delays
    )
    assert (meta["unit"], meta["vdd_v"], meta["vth_v"]) == (SMALL, 0.7, 0.25)
    assert meta["worst_arcs_ps"] > meta["static_critical_ps"]
    assert found.multiplier.arrival_ps.max() <= meta["static_critical_ps"] * (1 + 1e-6)
    # A weight of 0 moves no bit of the product, and costs the least.
    least = addend_path_ps(mapped.netlist, mapped.timing, mapped.delays, 5)
    assert np.allclose(found.multiplier.arrival_ps[2], least)
    assert meta["addend_path_ps"] == addend_path_ps(mapped.netlist, mapped.timing, mapped.delays)
    assert found.energy_fj[-1].argmin() == 2


def test_without_times_there_are_no_arrivals() -> None:
    tables = _tables(SMALL, "asap7", "zero")
    assert np.isnan(tables.arrival_ps).all()
    assert tables.energy_fj.max() > 0


def test_costs_are_those_of_the_report() -> None:
    mapped = _mapped(SMALL, "asap7", "library")
    netlist = mapped.netlist
    costs = costs_of(mapped)
    operands = mac_streams(netlist.unit, 128, 4096)
    (outcome,) = BitParallel().run([Simulation(netlist.unit, operands, netlist, 1, mapped.delays)])
    activity = outcome.activity
    assert activity is not None
    whole = EnergyReport(netlist, mapped.timing, activity, mapped.clock_ps).whole
    toggles = activity.toggles[0] / activity.total_operations
    energy = toggles @ (costs.multiplier_fj + costs.rest_fj) + costs.cycle_fj
    assert energy == pytest.approx(whole.energy_fj, rel=1e-9)
    own = multiplier_weights_fj(netlist, mapped.timing, activity, mapped.clock_ps)
    assert np.array_equal(own, costs.multiplier_fj)
    assert not (costs.multiplier_fj * costs.rest_fj).any()


def test_other_units_are_refused(registry: Registry) -> None:
    mac = Mapped.of(registry.unit("mac_array_x2u_w2u_a8"), Gates())
    with pytest.raises(CharacterizeError, match=r"mac_array_x2u_w2u_a8: needs a unit with x, w"):
        costs_of(mac)


def test_layers_of_different_numbers_take_one_unit() -> None:
    source = Source()
    gates = Gates("mac_stationary", "asap7", "weight")
    mixed = source.quantized(Scheme("signed", 2, 2, first_bits=3))
    apart = {layer.unit.netlist.unit.name for layer in layers_at_gates(mixed, gates)}
    assert len(apart) == 2
    (unit,) = {layer.unit.netlist.unit.name for layer in one_unit(mixed, gates, NO_CACHE)}
    assert unit in apart
    assert unit.startswith("mac_stationary_x3s_w3s")


def test_laws_of_libraries() -> None:
    for name, nominal in (("asap7", 0.7), ("sky130hd", 1.8)):
        law = VoltageLaw.of(load_library(name))
        assert law is not None
        assert law.nominal_v == nominal
        assert law.delay_factor(nominal) == pytest.approx(1)
        assert law.delay_factor(law.vmin_v) > 1.5
        with pytest.raises(CharacterizeError, match="is not above the threshold of"):
            law.delay_factor(law.vth_v)


def test_kept_values_of_a_file_are_looked_at(
    icarus: Icarus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del icarus
    path = tmp_path / "kept.json"
    layers = {"a": {"weights": [-8]}, "b": {"weights": [0, -8]}}
    content = {"unit": MIDDLE, "library": "asap7", "vdd_v": 0.66, "activations": "all",
               "layers": layers, "row": dict.fromkeys(POWERPRUNING.names)}  # fmt: skip
    path.write_text(json.dumps(content))
    clocked(path, transitions=32)
    assert "2 weights, 16 activations at 0.66 V" in capsys.readouterr().out
    with pytest.raises(CharacterizeError, match=r"of 65 sums are wrong at 0.4 V: give a higher"):
        clocked(path, vdd=0.4, transitions=33)
    with pytest.raises(CharacterizeError, match=r"a supply of 0.2 V is not above the threshold"):
        clocked(path, vdd=0.2)
    for spoiled, said in (
        (content | {"layers": {}}, "no weights are allowed"),
        (content | {"activations": []}, "no activations are allowed"),
        ({"layers": layers, "activations": "all"}, "kept.json: no file of kept values: lacks"),
        (content | {"row": {"unit": MIDDLE}}, "kept.json: no file of kept values: its row lacks"),
        (content | {"layers": 3}, "kept.json: no file of kept values: 'int' object"),
        ({"layers": 3}, "kept.json: no file of kept values"),
    ):
        path.write_text(json.dumps(spoiled))
        with pytest.raises(CharacterizeError, match=said):
            clocked(path)
    with pytest.raises(CharacterizeError, match="cannot read it: No such file"):
        clocked(tmp_path / "none.json")
