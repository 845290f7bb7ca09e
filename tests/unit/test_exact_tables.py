"""Tier D: every entry of a table against its own simulation, and layers against tier A."""

import itertools

import numpy as np
import pytest

from characterize.energy import EnergyReport
from characterize.errors import CharacterizeError
from characterize.models.exact_tables import OTHER, ExactTable, exact_table
from characterize.models.streams import mac_streams
from characterize.network.chunks import layer_chunks
from characterize.network.energies import network_energies
from characterize.network.layers import Gates, LayerGates, Mapped, layers_at_gates
from characterize.network.tables import image_fj, table_energies
from characterize.network.truth import count_network
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.protocol import Simulation
from characterize.units import Registry
from sim.accumulators import Accumulator
from sim.formats import IntArray, IntFormat
from sim.schemes import Scheme
from sim.sources import Source
from sim.weighted import Linear

_STREAMS, _OPERATIONS = 50, 256


@pytest.fixture(scope="module")
def mapped(registry: Registry) -> Mapped:
    unit = registry.unit("mac_stationary_x3u_w2s_addend8s_a8")
    return Mapped.of(unit, Gates("mac_stationary", delay_model="library"))


@pytest.fixture(scope="module", params=["x", "w"])
def model(mapped: Mapped, request: pytest.FixtureRequest) -> ExactTable:
    return exact_table(
        mapped.netlist, mapped.timing, mapped.delays, mapped.clock_ps, request.param, _STREAMS,
        _OPERATIONS,
    )  # fmt: skip


def _toggles(mapped: Mapped, operands: dict[str, IntArray]) -> IntArray:
    simulation = Simulation(mapped.netlist.unit, operands, mapped.netlist, 1, mapped.delays)
    (outcome,) = BitParallel().run([simulation])
    assert outcome.activity is not None
    return outcome.activity.toggles


def test_every_entry_is_what_its_transition_takes(mapped: Mapped, model: ExactTable) -> None:
    netlist = mapped.netlist
    operands = mac_streams(netlist.unit, _STREAMS, _OPERATIONS)
    simulation = Simulation(netlist.unit, operands, netlist, _STREAMS, mapped.delays)
    (outcome,) = BitParallel().run([simulation])
    assert outcome.activity is not None
    report = EnergyReport(netlist, mapped.timing, outcome.activity, mapped.clock_ps)
    inputs = {net for name in ("x_i", "w_i") for net in netlist.ports[name]}
    own = [net in inputs or part == "multiplier" for net, part in enumerate(netlist.net_parts)]
    energies = np.where(own, report.toggle_energy_fj, 0)
    table, moving = model.table_fj, model.moving
    formats = {port.role: port.format for port in netlist.unit.operands}
    triples = list(itertools.product(*map(range, table.shape)))
    assert len(triples) == (4 * 8 * 8 if moving == "x" else 8 * 4 * 4)
    for held, before, after in triples:
        pair = formats[moving].wrap(np.array([before, after]))
        stays = formats[OTHER[moving]].wrap(np.array([held, held]))
        found = _toggles(mapped, {moving: pair, OTHER[moving]: stays, "addend": np.zeros(2, int)})
        assert table[held, before, after] == pytest.approx(found[0] @ energies, rel=1e-5, abs=1e-5)


def test_turns_are_what_their_transitions_take(mapped: Mapped, model: ExactTable) -> None:
    formats = {port.role: port.format for port in mapped.netlist.unit.operands}
    pairs = list(itertools.product(range(8), range(4)))
    both = list(itertools.product(pairs, pairs))[::7]
    before, after = (
        {"x": np.array([pair[k][0] for pair in both]), "w": np.array([pair[k][1] for pair in both])}
        for k in (0, 1)
    )
    found = model.turns_fj(before, after)
    assert len(found) == len(both) > 140
    for number in range(0, len(both), 5):
        operands = {
            role: formats[role].wrap(np.array([before[role][number], after[role][number]]))
            for role in "xw"
        } | {"addend": np.zeros(2, dtype=int)}
        wanted = _toggles(mapped, operands)[0] @ model.weights_fj
        assert found[number] == pytest.approx(wanted, rel=1e-5, abs=1e-5)


def test_a_layer_is_the_sum_of_its_entries(mapped: Mapped, model: ExactTable) -> None:
    random = np.random.default_rng(3)
    x, weights = random.integers(0, 8, (6, 5)), random.integers(-2, 2, (5, 4))
    layer = Linear(weights.T, IntFormat(3, False), IntFormat(2, True), Accumulator(8))
    unit = mapped.netlist.unit
    moving = model.moving
    dataflow = "weight" if moving == "x" else "input"
    wanted = 0.0
    for n in range(6):
        (chunk,) = layer_chunks(unit, x[n : n + 1], weights, dataflow)
        codes = {role: chunk.codes[role].astype(int) for role in "xw"}
        for now in range(chunk.cycles):
            last = now - 1 if now else chunk.cycles - 1
            held = codes[OTHER[moving]][[last, now]]
            if (now % (4 if dataflow == "input" else 1)) != 0:
                assert held[0] == held[1]
                wanted += model.table_fj[held[1], codes[moving][last], codes[moving][now]]
            else:
                before = {role: values[[last]] for role, values in codes.items()}
                after = {role: values[[now]] for role, values in codes.items()}
                wanted += float(model.turns_fj(before, after)[0])
    at_gates = LayerGates("a", layer, "b", 20, mapped, None)
    found = sum(image_fj(model, at_gates, x[n : n + 1]) for n in range(6))
    assert found == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize(("dataflow", "whole"), [("weight", 0.01), ("input", 0.03)])
def test_networks_are_as_their_gates_say(dataflow: str, whole: float) -> None:
    """Nothing was fitted to them."""
    source = Source()
    network = source.quantized(Scheme("signed", 4, 4))
    images = source.test.images[:1]
    gates = Gates("mac_stationary", dataflow=dataflow)
    layers = layers_at_gates(network, gates)
    truth = network_energies(layers, count_network(network, images, gates))
    found = table_energies(network, images, layers, gates, operations=256)
    errors = [
        abs(said.energy_fj / true.energy_fj - 1) for said, true in zip(found, truth, strict=True)
    ]
    assert [layer.layer for layer in found] == [layer.layer for layer in truth]
    assert np.mean(errors[:-1]) < 0.02
    assert max(errors) < 0.05
    assert errors[-1] < whole


def test_other_units_and_dataflows_are_refused(registry: Registry) -> None:
    source = Source()
    network = source.quantized(Scheme("signed", 4, 4))
    gates = Gates()
    layers = layers_at_gates(network, gates)
    with pytest.raises(CharacterizeError, match="no operand stays with dataflow output"):
        table_energies(network, source.test.images[:1], layers, gates)
    mac = Mapped.of(registry.unit("mac_array_x2u_w2u_a8"), gates)
    with pytest.raises(CharacterizeError, match=r"mac_array_x2u_w2u_a8: exact tables are those"):
        exact_table(mac.netlist, mac.timing, mac.delays, mac.clock_ps)
