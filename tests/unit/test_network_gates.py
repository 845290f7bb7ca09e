"""Whole networks at the gates: the fast path against the engine's own, and against `sim`."""

import dataclasses
import gzip
import json
import math
from pathlib import Path

import numpy as np
import pytest

from characterize.cache import Cache
from characterize.cli_compare import compare
from characterize.delays import delays_of
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.network import chunks
from characterize.network.batches import batches
from characterize.network.chunks import layer_chunks
from characterize.network.cycles import cycles_of
from characterize.network.energies import LayerEnergy, network_energies, total
from characterize.network.gates import GateCounts, GateStream
from characterize.network.layers import Gates, layers_at_gates
from characterize.network.table import Subject, read_rows, rows_of, write_rows
from characterize.network.truth import count_network
from characterize.network.units import layer_units
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.bitparallel.oracle import NumpyKernel
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry, UnitSpec
from sim.accumulators import Accumulator
from sim.dataflow import mac_stream
from sim.formats import IntArray, IntFormat
from sim.ops import csd_digits
from sim.schemes import Scheme
from sim.sources import Source
from sim.weighted import Linear

UNITS = [
    "mac_array_x4u_w4s_a16",
    "mac_zero_skip_x4s_w4s_a16",
    "mac_split_gated_x4u_w3u_a16",
    "pann_q3u_x4u_a16",
    "csd_x4u_shift2u_a16",
]


def _matrices(unit: UnitSpec) -> tuple[IntArray, IntArray]:
    rows, depth, columns = 11, 13, 9
    random = np.random.default_rng(7)
    x = unit.port("x")
    assert x is not None
    inputs = random.integers(x.format.min, x.format.max + 1, (rows, depth))
    inputs[random.random(inputs.shape) < 0.4] = 0
    weights = random.integers(-7, 8, (depth, columns))
    weights[random.random(weights.shape) < 0.3] = 0
    weights[:, 4] = 0  # a column that adds nothing
    return inputs, weights


def _values(unit: UnitSpec, parts: list[chunks.Chunk]) -> dict[str, IntArray]:
    """Operands of all parts, as the reference operators take them."""
    found = {}
    for port in unit.operands:
        codes = np.concatenate([part.codes[port.role] for part in parts]).astype(np.int64)
        found[port.role] = port.format.wrap(codes)
    return found


@pytest.mark.parametrize("size", [1, 40, 300, 1 << 20])
@pytest.mark.parametrize("name", UNITS)
def test_parts_of_any_size_count_as_the_engine_does(
    registry: Registry, asap7: CellLibrary, name: str, size: int
) -> None:
    unit = registry.unit(name)
    netlist = synthesize(unit, asap7)
    x, w = _matrices(unit)
    parts = list(layer_chunks(unit, x, w, size=size))
    assert (size > 1000) == (len(parts) == 1)
    operands = _values(unit, parts)
    repeated = {role: np.concatenate([values[:1], values]) for role, values in operands.items()}
    for model in ("zero", "library"):
        delays = delays_of(netlist, analyze(netlist), model)
        stream = GateStream(netlist, delays)
        for part in parts:
            stream.run(part)
        found = stream.finish()
        (outcome,) = BitParallel().run([Simulation(unit, repeated, netlist, 1, delays)])
        assert outcome.activity is not None
        assert np.array_equal(found.toggles, outcome.activity.toggles[0])
        assert np.array_equal(found.functional, outcome.activity.functional[0])
        assert np.array_equal(found.ones, outcome.activity.ones)
        sums = len(unit.results) - ("q" in operands)  # `next` is no sum
        assert found.results == x.shape[0] * w.shape[1] * sums
        assert found.cycles == sum(part.cycles for part in parts)


def test_a_referee_counts_the_same(registry: Registry, asap7: CellLibrary, icarus: Icarus) -> None:
    unit = registry.unit("mac_array_x4u_w4s_a16")
    netlist = synthesize(unit, asap7)
    delays = delays_of(netlist, analyze(netlist), "library")
    (part,) = layer_chunks(unit, *_matrices(unit))
    stream = GateStream(netlist, delays)
    stream.run(part)
    operands = _values(unit, [part])
    repeated = {role: np.concatenate([values[:1], values]) for role, values in operands.items()}
    (outcome,) = icarus.run([Simulation(unit, repeated, netlist, 1, delays)])
    assert outcome.activity is not None
    assert np.array_equal(stream.finish().toggles, outcome.activity.toggles[0])


def test_numpy_counts_the_same(registry: Registry, asap7: CellLibrary) -> None:
    unit = registry.unit("mac_split_gated_x4u_w3u_a16")
    netlist = synthesize(unit, asap7)
    counts = []
    for kernel in (None, NumpyKernel()):
        stream = GateStream(netlist, kernel=kernel)
        for part in layer_chunks(unit, *_matrices(unit), size=200):
            stream.run(part)
        counts.append(stream.finish())
    for name in ("toggles", "functional", "ones"):
        assert np.array_equal(getattr(counts[0], name), getattr(counts[1], name))


@pytest.mark.parametrize("name", UNITS[:2])
def test_operations_are_those_of_the_dataflow(registry: Registry, name: str) -> None:
    unit = registry.unit(name)
    x, w = _matrices(unit)
    ours = _values(unit, list(layer_chunks(unit, x, w, size=100)))
    theirs = list(mac_stream(x, w, "output"))
    for role in ("x", "w", "clear"):
        wanted = np.concatenate([getattr(part, role) for part in theirs])
        assert np.array_equal(ours[role], wanted)
    assert ours["enable"].all()


def test_what_one_weight_takes() -> None:
    weights = np.array([3, 0, -2, 1])
    control = frozenset({"x", "clear", "enable"})
    pann = cycles_of(weights, control | {"q", "sign"})
    assert pann.index.tolist() == [0, 0, 0, 2, 2, 3]
    assert pann.operands["q"].tolist() == [3, 3, 3, 2, 2, 1]
    assert pann.operands["sign"].tolist() == [0, 0, 0, 1, 1, 0]
    csd = cycles_of(weights, control | {"shift", "negative"})
    digits = [len([d for d in csd_digits(weight) if d]) for weight in weights.tolist()]
    assert csd.index.tolist() == np.repeat(np.arange(4), digits).tolist()
    sums = np.where(csd.operands["negative"] == 1, -1, 1) << csd.operands["shift"]
    assert np.array_equal(np.bincount(csd.index, weights=sums, minlength=4), weights)
    split = cycles_of(weights, control | {"w", "sign"}, "sorted")
    assert split.index.tolist() == [0, 1, 3, 2]
    assert split.operands["w"].tolist() == [3, 0, 1, 2]
    for cycles in (pann, csd, split):
        assert cycles.operands["clear"].tolist() == [1] + [0] * (len(cycles) - 1)


def test_a_wrong_sum_is_named(registry: Registry, asap7: CellLibrary) -> None:
    unit = registry.unit("mac_array_x4u_w4s_a16")
    (part,) = layer_chunks(unit, *_matrices(unit))
    wrong = part.results["result"].copy()
    wrong[5] += 1
    stream = GateStream(synthesize(unit, asap7))
    with pytest.raises(CharacterizeError, match=rf"sum_o is {wrong[5] - 1} and not {wrong[5]}$"):
        stream.run(dataclasses.replace(part, results={"result": wrong}))
    # The last one is out behind the part.
    wrong = part.results["result"].copy()
    wrong[-1] += 1
    stream.restart()
    stream.run(dataclasses.replace(part, results={"result": wrong}))
    with pytest.raises(CharacterizeError, match=f"and not {wrong[-1]}"):
        stream.finish()


def test_a_network_by_batches_is_the_network() -> None:
    source = Source()
    scheme = Scheme("split", 4, 4, accumulator=Accumulator(16))
    network = source.quantized(scheme)
    images = source.test.images[:3]
    how = Gates("mac_split_gated")
    counts = count_network(network, images, how)
    assert len(counts) == len(batches(3)) == 3
    layers = layers_at_gates(network, how)
    found = network_energies(layers, counts)
    macs = network.macs()
    assert [layer.layer for layer in found] == [*macs, "all"]
    assert found[-1].macs == sum(macs.values())
    assert found[-1].cycles == found[-1].macs
    assert found[-1].energy_fj == pytest.approx(sum(layer.energy_fj for layer in found[:-1]))
    assert found[-1].energy_fj == pytest.approx(sum(found[-1].parts.values()))
    assert found[-1].glitch_fj == 0
    sums = sum(int(np.prod(network.shapes[name])) for name in macs)
    assert found[-1].results == 3 * 2 * sums
    assert 0 < found[-1].energy_ci_fj < 0.3 * found[-1].energy_fj


def test_overflowing_sums_are_counted_and_still_equal() -> None:
    source = Source()
    network = source.quantized(Scheme("mixed", 4, 4, accumulator=Accumulator(9, "wrap")))
    images = source.test.images[:2]
    wanted = network.run(images).overflows
    counts = count_network(network, images, Gates("mac_array"))
    for name, overflows in wanted.items():
        assert sum(batch[name].overflows for batch in counts) == overflows
    assert sum(wanted.values()) > 0


def test_each_layer_takes_the_smallest_unit(registry: Registry) -> None:
    def layer(bits_x: int, signed: bool, bits_w: int) -> Linear:
        w = IntFormat(bits_w, True)
        return Linear(np.array([[w.max, -w.max]]), IntFormat(bits_x, signed), w)

    def unit(entry: str, of: Linear) -> str:
        return layer_units(registry, entry, of).unit.name

    assert unit("mac_array", layer(4, False, 3)) == "mac_array_x4u_w3s_a32"
    assert unit("mac_booth", layer(8, True, 5)) == "mac_booth_x8s_w5s_a32"
    assert unit("mac_array", layer(1, False, 2)) == "mac_array_x2u_w2s_a32"
    assert unit("mac_split", layer(4, False, 5)) == "mac_split_x4u_w5u_a32"
    assert unit("pann", layer(4, False, 4)) == "pann_q3u_x4u_a32"
    assert unit("csd", layer(4, False, 4)) == "csd_x4u_shift2u_a32"
    assert unit("mac_dadda_x8s_w8s_a32", layer(3, True, 3)) == "mac_dadda_x8s_w8s_a32"


def test_what_no_unit_has_is_one_line(registry: Registry, asap7: CellLibrary) -> None:
    wide = Linear(np.array([[400, -3]]), IntFormat(8, False), IntFormat(10, True))
    with pytest.raises(CharacterizeError, match=r"w is -128 to 127, the layer needs -512 to 511"):
        layer_units(registry, "mac_array", wide)
    signed = Linear(np.array([[3, -3]]), IntFormat(4, True), IntFormat(4, True))
    with pytest.raises(CharacterizeError, match=r"x is 0 to .*, the layer needs -8 to 7"):
        layer_units(registry, "pann", signed)
    with pytest.raises(CharacterizeError, match=r"sums of 16 bits, the layer of 32: set acc_bits"):
        layer_units(registry, "mac_array_x4s_w4s_a16", signed)
    with pytest.raises(CharacterizeError, match="unknown order 'up'"):
        Gates(order="up")
    unit = registry.unit("mac_array_x4s_w4s_a16")
    with pytest.raises(CharacterizeError, match="not for dataflow weight"):
        list(layer_chunks(unit, *_matrices(unit), "weight"))
    with pytest.raises(CharacterizeError, match="networks run on units of one"):
        GateStream(synthesize(registry.unit("multiplier_serial_x2u_w2u"), asap7))


def test_counts_add_up() -> None:
    one = GateCounts(3, np.array([0, 0]), np.array([1, 0]), np.array([2, 0]), 1)
    both = one + one
    assert both.cycles == 6
    assert both.ones.tolist() == [4, 0]


def test_finished_batches_are_kept_until_something_changes(tmp_path: Path) -> None:
    source = Source()
    network = source.quantized(Scheme("mixed", 2, 2))
    images = source.test.images[:2]
    done: list[int] = []
    first = count_network(network, images, Gates("mac_array"), Cache(tmp_path), advance=done.append)
    entries = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.gz")}
    again = count_network(network, images, Gates("mac_array"), Cache(tmp_path))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.gz")} == entries
    assert done == [1, 1]
    for ours, theirs in zip(first, again, strict=True):
        for name, counts in ours.items():
            assert np.array_equal(counts.unit.toggles, theirs[name].unit.toggles)
            assert counts.unit.cycles == theirs[name].unit.cycles
    # Other images, weights, gates or orders are others.
    count_network(network, source.test.images[2:3], Gates("mac_array"), Cache(tmp_path))
    count_network(network, images[:1], Gates("mac_array", order="sorted"), Cache(tmp_path))
    count_network(network, images[:1], Gates("mac_dadda"), Cache(tmp_path))
    kept = {path for path in tmp_path.rglob("*.gz") if path not in entries}
    assert len([path for path in kept if b"results" in gzip.decompress(path.read_bytes())]) == 3


def test_rows_take_the_place_of_those_of_the_same_run(tmp_path: Path) -> None:
    subject = Subject("net", "data", 3, "mixed x4 w4", "twos", 4, 4, 32)
    layer = LayerEnergy("conv", "mac", 10, 10.0, 500.0, math.nan, 50.0, {"multiplier": 500.0})
    truth = rows_of(subject, Gates(), [layer, total([layer])])
    said = dataclasses.replace(layer, energy_fj=600.0)
    write_rows([*truth, *rows_of(subject, Gates(), [said], "C")], tmp_path)
    table = read_rows(tmp_path)
    assert table.energy_fj_per_mac.tolist() == [50, 50, 60]
    assert table.error_percent.tolist()[2] == pytest.approx(20)
    assert table.error_percent.isna().tolist() == [True, True, False]
    assert table.glitch_share.tolist()[0] == 10
    other = rows_of(subject, Gates(delay_model="library"), [layer])
    write_rows(other, tmp_path)
    changed = dataclasses.replace(layer, energy_fj=400.0)
    write_rows(rows_of(subject, Gates(), [changed]), tmp_path)
    table = read_rows(tmp_path)
    assert len(table) == 3  # C, library, and the new run of one layer
    (model,) = table[table.tier == "C"].error_percent
    assert model == pytest.approx(50)
    # A total alone leaves the layers.
    write_rows(rows_of(subject, Gates(), [total([layer])], accuracy=90.0), tmp_path)
    write_rows(rows_of(subject, Gates(), [total([changed])], accuracy=91.0), tmp_path)
    table = read_rows(tmp_path)
    own = table[(table.tier == "A") & (table.delay_model == "zero")]
    assert own.layer.tolist() == ["conv", "all"]
    assert own.accuracy.tolist()[1] == 91
    package = json.loads((tmp_path / "datapackage.json").read_text())
    assert [resource["name"] for resource in package["resources"]] == ["networks"]


def test_rivals_are_compared_and_what_no_unit_has_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["unsigned x", "sign-magnitude", "PANN weights, split", "split, segments gated"]
    compare(
        bits=[8], rival=names, images=1, accuracy_images=100, library=["asap7"], delays=["zero"],
        jobs=1, out=tmp_path, cache=tmp_path / "cache",
    )  # fmt: skip
    table = read_rows(tmp_path)
    assert set(table.unit) == {"mac_array", "mac_split_segmented", "mac_split_gated"}
    assert (table.layer == "all").all()
    assert table.accuracy.between(90, 100).all()
    assert "left out: signmag x8 w8, sign-magnitude: layer conv1" in capsys.readouterr().err
    with pytest.raises(CharacterizeError, match="unknown rival 'magic': known are signed; "):
        compare(rival=["magic"])
