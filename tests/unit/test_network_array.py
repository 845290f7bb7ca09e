"""Networks on arrays: against a simulation of every element and cycle, and by counts."""

from pathlib import Path

import numpy as np
import pytest

from characterize.cache import Cache
from characterize.cli_array import shape_of
from characterize.errors import CharacterizeError
from characterize.network.array import count_array, idle_counts, operations
from characterize.network.array_energies import BESIDE, IDLE, array_energies
from characterize.network.array_table import ARRAYS, read_rows, rows_of, write_rows
from characterize.network.gates import GateStream
from characterize.network.layers import Gates, LayerGates, Mapped, layers_at_gates
from characterize.network.table import Subject
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.protocol import Simulation
from characterize.units import Registry
from sim.accumulators import Accumulator
from sim.dataflow import Array
from sim.formats import IntFormat
from sim.schemes import Scheme
from sim.sources import Source
from sim.weighted import Linear

GATED = ["pe_stationary", "pe_stationary_gated"]


def _mapped(registry: Registry, entry: str, delays: str = "zero") -> Mapped:
    parameters = {"WIDTH_X": 3, "WIDTH_W": 2, "SIGNED_X": 0, "SIGNED_W": 1, "WIDTH_ACC": 8,
                  "GATED": int(entry.endswith("gated"))}  # fmt: skip
    return Mapped.of(registry.entries[entry].unit(parameters), Gates(entry, delay_model=delays))


@pytest.mark.parametrize("entry", GATED)
def test_idle_elements_do_not_move(registry: Registry, entry: str) -> None:
    mapped = _mapped(registry, entry, "library")
    found = idle_counts(mapped)
    moved = np.flatnonzero(found.toggles)
    assert found.cycles == 16 * 64
    assert set(moved) <= set(mapped.netlist.clock_nets)
    (clock,) = mapped.netlist.ports["clk_i"]
    assert found.toggles[clock] == 2 * found.cycles
    # Gated clocks stand still too.
    assert found.toggles.sum() == 2 * found.cycles


@pytest.mark.parametrize(("depth", "outputs"), [(7, 5), (4, 3), (3, 2), (9, 7)])
def test_every_weight_is_held_once_by_its_element(depth: int, outputs: int) -> None:
    shape = Array(4, 3)
    k, m, element = operations(depth, outputs, shape)
    assert sorted(zip(k.tolist(), m.tolist(), strict=True)) == [
        (row, column) for row in range(depth) for column in range(outputs)
    ]
    tiles: dict[int, list[tuple[int, int]]] = {}
    for row, column, held in zip(k.tolist(), m.tolist(), element.tolist(), strict=True):
        tiles.setdefault(held, []).append((column // 3, row))
        # Neighbouring rows of a tile stand in neighbouring elements; the last row is lowest.
        assert held // 3 == (row - depth) % 4
        assert held % 3 == column % 3
    assert all(held == sorted(held) for held in tiles.values())
    assert (np.diff(element) >= 0).all()


@pytest.mark.parametrize("delays", ["zero", "library"])
@pytest.mark.parametrize("entry", GATED)
def test_elements_do_what_each_of_them_does_alone(
    registry: Registry, entry: str, delays: str
) -> None:
    mapped, shape = _mapped(registry, entry, delays), Array(4, 3)
    rng = np.random.default_rng(3)
    weights, x = rng.integers(-2, 2, (7, 5)), rng.integers(0, 8, (6, 7))
    layer = Linear(weights.T, IntFormat(3, False), IntFormat(2, True), Accumulator(8))
    chunk_layer = LayerGates("a", layer, "b", 35, mapped, None)
    # One position an image for a linear layer: its stream is that of single images.
    unit, netlist = mapped.netlist.unit, mapped.netlist
    streams: dict[str, list[int]] = {"x": [], "w": [], "addend": [], "load": [], "enable": []}
    k, m, _ = operations(7, 5, shape)
    for image in x:
        for row, column in zip(k.tolist(), m.tolist(), strict=True):
            streams["x"].append(int(image[row]))
            streams["w"].append(int(weights[row, column]))
            streams["addend"].append(int(image[:row] @ weights[:row, column]))
            streams["load"].append(1)
            streams["enable"].append(1)
    operands = {role: np.array([values[0], *values]) for role, values in streams.items()}
    (outcome,) = BitParallel().run([Simulation(unit, operands, netlist, 1, mapped.delays)])
    assert outcome.activity is not None
    stream = GateStream(netlist, mapped.delays)
    found = count_array(chunk_layer, x, shape, stream)
    assert np.array_equal(found.active.toggles, outcome.activity.toggles[0])
    assert found.active.results == 2 * 6 * 35
    # The column beside the last tile sees the inputs of all rows pass by.
    assert found.beside.cycles == 6 * 7
    x_nets = list(netlist.ports["x_i"])
    passing = np.append(0, x.ravel())
    toggles = [np.count_nonzero(np.diff(passing >> bit & 1)) for bit in range(3)]
    assert found.beside.toggles[x_nets].tolist() == toggles
    assert not found.beside.toggles[list(netlist.ports["sum_o"])].any()
    # 4 tiles of an input each, and the wave once: 4 + 5 cycles of 12 elements, an image.
    assert found.cycles == 6 * (4 + 3 + 2)
    assert found.idle == 6 * (9 * 12 - 35) - 42


def test_longer_streams_load_once() -> None:
    """A convolution: every element's stream, tile after tile, on its own."""
    shape = Array(2, 2)
    source = Source()
    network = source.quantized(Scheme("signed", 2, 2))
    name, layer = next(iter(network.weighted.items()))
    x = network.run(source.test.images[:1], (network.node(name).inputs[0],))
    values = x.kept[network.node(name).inputs[0]]
    gates = Gates("pe_stationary_gated", dataflow="weight")
    at_gates = layers_at_gates(network, gates)[0]
    (matrix,) = (np.asarray(m, dtype=np.int64) for m in layer.matrices(values))
    weights = layer.products[0].weights
    depth, outputs = weights.shape
    k, m, _ = operations(depth, outputs, shape)
    count = len(matrix)
    operands = {
        "x": matrix.T[k].ravel(),
        "w": np.repeat(weights[k, m], count),
        "addend": np.concatenate(
            [matrix[:, :row] @ weights[:row, column] for row, column in zip(k, m, strict=True)]
        ),
        "load": np.tile(np.arange(count) == 0, k.size).astype(int),
        "enable": np.ones(k.size * count, dtype=int),
    }
    operands = {role: np.append(values[:1], values) for role, values in operands.items()}
    netlist = at_gates.unit.netlist
    simulation = Simulation(netlist.unit, operands, netlist, 1, at_gates.unit.delays)
    (outcome,) = BitParallel().run([simulation])
    assert outcome.activity is not None
    stream = GateStream(netlist, at_gates.unit.delays)
    found = count_array(at_gates, values, shape, stream)
    assert np.array_equal(found.active.toggles, outcome.activity.toggles[0])
    assert found.beside.cycles == 0  # eight outputs fill the columns


def test_energies_add_up_and_gating_saves(tmp_path: Path) -> None:
    source = Source()
    network, images = source.quantized(Scheme("signed", 2, 2)), source.test.images[:2]
    shape, cache = Array(16, 16), Cache(tmp_path)
    found = {
        entry: array_energies(network, images, Gates(entry, dataflow="weight"), shape, cache)
        for entry in GATED
    }
    for entry, layers in found.items():
        every = layers[-1]
        assert every.layer == "all"
        for name in ("energy_fj", "cycles", "macs", "results"):
            assert getattr(every, name) == pytest.approx(sum(getattr(o, name) for o in layers[:-1]))
        for layer in layers:
            assert sum(layer.parts.values()) == pytest.approx(layer.energy_fj, rel=1e-9)
            assert sum(layer.causes.values()) == pytest.approx(layer.energy_fj, rel=1e-9)
            assert 0 < layer.idle_share < 1
            assert layer.parts[IDLE] > layer.parts[BESIDE] >= 0
        again = array_energies(network, images, Gates(entry, dataflow="weight"), shape, cache)
        assert again == layers
    standard, gated = (found[entry][-1] for entry in GATED)
    assert gated.parts[IDLE] < 0.3 * standard.parts[IDLE]
    assert gated.cycles == standard.cycles
    assert gated.results == standard.results == 2 * 2 * standard.macs
    subject = Subject("digits", "d", 2, "signed x2 w2", "twos", 2, 2, 32)
    for entry, layers in found.items():
        write_rows(rows_of(subject, Gates(entry), "16x16", 0.7, layers), tmp_path)
        write_rows(rows_of(subject, Gates(entry), "16x16", 0.7, layers[-1:]), tmp_path)
    table = read_rows(tmp_path)
    assert len(table) == 10
    assert not table.duplicated(list(ARRAYS.key)).any()
    whole = table[(table.layer == "all") & (table.unit == "pe_stationary")].iloc[0]
    assert whole.energy_nj_per_image == pytest.approx(standard.energy_fj * 1e-6, rel=1e-5)
    (tmp_path / "arrays.csv").write_text("network\nn\n")
    with pytest.raises(CharacterizeError, match="lacks the column dataset; remove it"):
        read_rows(tmp_path)


def test_what_an_array_cannot_do_is_one_line() -> None:
    source = Source()
    network, images = source.quantized(Scheme("signed", 2, 2)), source.test.images[:1]
    with pytest.raises(CharacterizeError, match=r"mac_array_\S+ is no element of a weight-station"):
        array_energies(network, images, Gates("mac_array"), Array(4, 4))
    with pytest.raises(CharacterizeError, match="is no element of a weight-stationary"):
        array_energies(network, images, Gates("mac_stationary", dataflow="weight"), Array(4, 4))
    saturating = source.quantized(Scheme("signed", 2, 2, accumulator=Accumulator(16, "saturate")))
    with pytest.raises(CharacterizeError, match="layer conv1: sums that saturate cannot move"):
        array_energies(saturating, images, Gates("pe_stationary", dataflow="weight"), Array(4, 4))
    for text in ("64", "0x4", "4x", "axb", "4x4x4", "100000x1"):
        with pytest.raises(CharacterizeError, match=f"an array of '{text}': give rows x columns"):
            shape_of(text)
    assert shape_of("64x32") == Array(64, 32)
