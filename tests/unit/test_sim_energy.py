"""Energy of networks: sums worked out by hand from the models' own rows."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import operands
from sim.accounting.conditions import Conditions
from sim.accounting.layer_energy import LayerEnergy
from sim.accumulators import Accumulator
from sim.dataflow import Array, mac_stream
from sim.energy import network_energy
from sim.errors import SimError
from sim.formats import IntFormat
from sim.network import Network
from sim.operands import layer_statistics
from sim.pann import mac_bit_flips
from sim.power_models import PowerModels, nearest_stimulus
from sim.schemes import Scheme
from sim.sources import Source
from sim.statistics import features
from sim.stimuli import stimulus_toggles

MODELS = Path(__file__).parents[1] / "data" / "models.json"
ROWS: list[dict[str, Any]] = json.loads(MODELS.read_text(encoding="utf-8"))["models"]


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=200)


@pytest.fixture(scope="module")
def models() -> PowerModels:
    return PowerModels.load(MODELS)


def _energy(
    source: Source, scheme: Scheme, models: PowerModels | None, **conditions: Any
) -> tuple[Network, dict[str, LayerEnergy]]:
    network = source.quantized(scheme)
    found = network_energy(
        network, source.test.images[:4], models, Conditions(**conditions), scheme.kind == "pann"
    )
    return network, {row.layer: row for row in found}


def _row(unit: str, stimulus: str) -> dict[str, Any]:
    (row,) = (r for r in ROWS if r["unit"] == unit and r.get("stimulus") == stimulus)
    return row


def test_split_layers_are_macs_and_one_subtraction_a_sum(
    source: Source, models: PowerModels
) -> None:
    network, found = _energy(source, Scheme("split", 4, 4), models)
    macs, subtract = network.macs(), _row("split_subtract_pos32u_neg32u_a32", "uniform")
    for name, count in macs.items():
        row = found[name]
        assert row.unit == "mac_split_gated_x4u_w4u_a32"
        table = _row(row.unit, row.model.removeprefix("width table, "))
        outputs = math.prod(network.shapes[name])
        assert row.operations == row.macs == count
        assert row.paper_flips == count * sum(mac_bit_flips(4, 4, False).values()) == count * 24
        wanted = count * table["energy_fj"] + outputs * subtract["energy_fj"]
        assert row.energy_fj == pytest.approx(wanted)
        toggles = count * table["toggles_per_op"] + outputs * subtract["toggles_per_op"]
        assert row.toggles == pytest.approx(toggles)
        # Parts and causes are the whole, each.
        assert sum(row.causes.values()) == pytest.approx(row.energy_fj, rel=1e-4)
        assert sum(row.parts.values()) == pytest.approx(row.energy_fj, rel=1e-4)
        assert row.parts["subtract"] == outputs * subtract["energy_fj"]
    layers = [row for name, row in found.items() if name != "all"]
    assert found["all"].energy_fj == pytest.approx(sum(row.energy_fj or 0 for row in layers))
    assert found["all"].macs == sum(macs.values())


def test_pann_layers_are_additions(source: Source, models: PowerModels) -> None:
    network, found = _energy(source, Scheme("pann", 5, additions=1.5), models)
    for name, layer in network.weighted.items():
        row = found[name]
        additions = np.abs(layer.weight).mean()
        assert row.unit == "pann_q5u_x5u_a32"
        assert row.operations == pytest.approx(row.macs * additions)
        assert row.paper_flips == pytest.approx(row.macs * (additions + 0.5) * 5)


def test_statistics_models_come_first(source: Source, models: PowerModels) -> None:
    """By hand: its features of the layer's own operands, times its coefficients."""
    network, found = _energy(source, Scheme("mixed", 5, 5), models)
    model = next(r for r in ROWS if r["kind"] == "operand_statistics" and "array" in r["unit"])
    inputs = {name: network.node(name).inputs[0] for name in network.weighted}
    kept = network.run(source.test.images[:4], tuple(inputs.values())).kept
    for name, layer in network.weighted.items():
        assert found[name].model == "operand statistics"
        statistics = layer_statistics(layer, kept[inputs[name]])
        values = dict(zip(*(list(part) for part in features(statistics)), strict=True))
        energy_fj = model["intercept_fj"] + sum(
            c * values[f] for c, f in zip(model["coefficients_fj"], model["features"], strict=True)
        )
        row, macs = found[name], found[name].macs
        assert row.energy_fj == pytest.approx(macs * energy_fj)
        # Clock and leakage stay, the rest and the toggles take the difference.
        tables = [r for r in ROWS if r["unit"] == row.unit and r["kind"] == "width_table"]
        (table,) = (
            t for t in tables if macs * t["clock_fj"] == pytest.approx(row.causes["clock_fj"])
        )
        fixed = table["clock_fj"] + table["leakage_fj"]
        moved = (energy_fj - fixed) / (table["energy_fj"] - fixed)
        assert row.causes["switching_fj"] == pytest.approx(macs * moved * table["switching_fj"])
        assert row.toggles == pytest.approx(macs * moved * table["toggles_per_op"])
        assert sum(row.causes.values()) == pytest.approx(row.energy_fj, rel=1e-4)


def test_a_narrow_accumulator_runs_on_the_nearest_unit(source: Source, models: PowerModels) -> None:
    """Its operands are the same; so is the energy, with the unit's own width of sums."""
    wide, narrow = (
        _energy(source, Scheme("mixed", 5, 5, accumulator=Accumulator(bits, "wrap")), models)[1]
        for bits in (32, 20)
    )
    assert narrow["conv2"].unit == "mac_array_x5u_w5s_a32"
    assert narrow["conv2"].model == "operand statistics"
    assert narrow["all"].energy_fj == pytest.approx(wide["all"].energy_fj)
    assert narrow["all"].paper_flips < wide["all"].paper_flips


def test_layer_statistics_are_of_the_layers_operands(source: Source) -> None:
    """Of a layer that is counted whole: rates by plain loops over its dot products."""
    network = source.quantized(Scheme("split", 4, 4))
    layer = network.weighted["linear"]
    inputs = network.node("linear").inputs[0]
    x = network.run(source.test.images[:40], (inputs,)).kept[inputs]
    found = layer_statistics(layer, x)
    streams = [
        [(int(a), abs(int(w))) for image in x for a, w in zip(image, row, strict=True)]
        for row in layer.weight
    ]
    assert found.operations == sum(len(stream) - 1 for stream in streams)
    for bit in range(4):
        toggles = sum(
            ((a ^ b) >> bit) & 1 for s in streams for (a, _), (b, _) in itertools.pairwise(s)
        )
        assert found.signals["x"].toggles[bit] == toggles
        ones = sum((w >> bit) & 1 for stream in streams for _, w in stream[1:])
        assert found.signals["w"].ones[bit] == ones


def test_without_models_there_are_bit_flips_only(source: Source) -> None:
    _, found = _energy(source, Scheme("signed", 4, 4), None)
    assert found["all"].energy_fj is None
    assert found["all"].paper_flips == found["all"].macs * 36


def test_every_dataflow_of_a_mac_and_the_only_one_of_a_split_one(
    source: Source, models: PowerModels
) -> None:
    energies = {
        dataflow: _energy(source, Scheme("mixed", 5, 5), models, dataflow=dataflow)[1][
            "all"
        ].energy_fj
        for dataflow in ("output", "weight", "input")
    }
    assert len(set(energies.values())) == 3
    with pytest.raises(SimError, match="layer conv1: a split MAC adds to its own sums"):
        _energy(source, Scheme("split", 4, 4), models, dataflow="weight")


def test_idle_macs_take_their_clock_and_leakage(source: Source, models: PowerModels) -> None:
    """An array that is larger than the layer, by hand: 10 outputs on 4 x 16 MACs."""
    scheme = Scheme("mixed", 4, 4)
    _, alone = _energy(source, scheme, models)
    _, found = _energy(source, scheme, models, array=Array(4, 16))
    table = _row(found["linear"].unit, found["linear"].model.removeprefix("width table, "))
    # One image and 64 inputs: one row of MACs, ten columns, a skew of nine cycles.
    idle = (64 + 9) * 64 - 640
    wanted = idle * (table["clock_fj"] + table["leakage_fj"])
    assert found["linear"].parts["idle"] == pytest.approx(wanted)
    assert found["linear"].energy_fj == pytest.approx((alone["linear"].energy_fj or 0) + wanted)
    assert sum(found["linear"].causes.values()) == pytest.approx(
        found["linear"].energy_fj, rel=1e-4
    )
    with pytest.raises(SimError, match="known for MACs, not for PANN units"):
        _energy(source, Scheme("pann", 4, additions=1.0), models, array=Array(2, 2))


def test_a_sample_of_dot_products_is_spread_over_all_columns_and_rows() -> None:
    weights = np.zeros((9, 16), dtype=np.int64)
    blocks = list(operands._sample(1024, weights, 9 * 16 * 64))
    assert {column for _, column in blocks} == set(range(16))
    assert {rows.stop - rows.start for rows, _ in blocks} == {8}
    assert sum(8 * 9 for _ in blocks) == 9 * 16 * 64
    firsts = np.array([rows.start for rows, _ in blocks])
    assert firsts.min() < 50
    assert firsts.max() > 950
    assert np.histogram(firsts, 8, (0, 1024))[0].min() >= 12  # of 128
    # A layer that is small enough is taken whole.
    assert list(operands._sample(5, weights, 10**6)) == [(slice(0, 5), c) for c in range(16)]


@pytest.mark.parametrize("dataflow", ["weight", "input"])
def test_tiles_of_a_sample_are_parts_of_the_dataflow(dataflow: str) -> None:
    random = np.random.default_rng(4)
    x, w = random.integers(0, 16, (24, 30)), random.integers(-8, 8, (30, 20))
    of_image = [list(mac_stream(x[i * 12 : i * 12 + 12], w, dataflow)) for i in range(2)]
    whole = {
        (int(a), int(b), int(c))
        for parts in of_image
        for part in parts
        if part.addend is not None
        for a, b, c in zip(part.x, part.w, part.addend, strict=True)
    }
    found = list(operands._parts(x, w, dataflow, 2, 3000))
    assert sum(len(part.x) for part in found) > 2000
    for part in found:
        assert part.addend is not None
        stays = part.w if dataflow == "weight" else part.x
        tile = 12 if dataflow == "weight" else 20
        assert len(stays) % tile == 0
        assert all(len(set(t)) == 1 for t in stays.reshape(-1, tile).tolist())
        for operation in zip(part.x.tolist(), part.w.tolist(), part.addend.tolist(), strict=True):
            assert operation in whole


def test_a_unit_that_is_not_there_is_named(source: Source, models: PowerModels) -> None:
    with pytest.raises(
        SimError, match=r"layer conv1: no power model .* architecture csd, .* asap7"
    ):
        _energy(source, Scheme("mixed", 4, 4), models, architecture="csd")
    with pytest.raises(SimError, match="on sky130hd with library delays: there is one on asap7"):
        _energy(source, Scheme("mixed", 4, 4), models, library="sky130hd")


def test_operands_of_different_widths_take_the_wider_unit(
    source: Source, models: PowerModels
) -> None:
    _, found = _energy(source, Scheme("split", 4, 5), models)
    assert found["conv1"].unit == "mac_split_gated_x5u_w5u_a32"


# --- stimuli ------------------------------------------------------------------


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(
    "stimulus", ["uniform", "sparse(0.7)", "gaussian(3)", "relu(3)", "gaussian"]
)
def test_rates_of_stimuli_are_those_of_samples(signed: bool, stimulus: str) -> None:
    number = IntFormat(4, signed)
    found = stimulus_toggles(stimulus, number)
    assert found is not None
    random = np.random.default_rng(0)
    count = 400_000
    if stimulus.startswith(("gaussian", "relu")):
        sigma = 3.0 if "3" in stimulus else (number.max + 1) / 3
        low = number.min if signed else -number.max
        drawn = np.clip(np.rint(random.normal(0, sigma, count)), low, number.max).astype(np.int64)
        if not signed:
            drawn = np.maximum(drawn, 0) if stimulus.startswith("relu") else np.abs(drawn)
    else:
        drawn = random.integers(number.min, number.max + 1, count)
        drawn[random.random(count) < (0.7 if "sparse" in stimulus else 0)] = 0
    patterns = number.encode(drawn)
    changes = patterns[1:] ^ patterns[:-1]
    sampled = [((changes >> bit) & 1).mean() for bit in range(4)]
    assert found == pytest.approx(sampled, abs=0.01)


def test_the_nearest_stimulus_is_taken(models: PowerModels) -> None:
    tables = models.of_unit(
        "asap7", "library", architecture="array", width_x=4, width_w=4, signed_x=False,
        signed_w=False, acc_width=32,
    )  # fmt: skip
    number = IntFormat(4, signed=False)
    for wanted in ("uniform", "relu"):
        rates = stimulus_toggles(wanted, number)
        assert rates is not None
        assert nearest_stimulus(tables, rates + 0.01, number).stimulus == wanted
    assert stimulus_toggles("recorded(x.npz)", number) is None


# --- files --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("hello", "not a file of power models"),
        ('{"models": []}', "not a file of power models: 'schema'"),
        ('{"schema": "gatewatt-models/2", "models": []}', "its schema is gatewatt-models/2, this"),
        ('{"schema": "other/1", "models": []}', "its schema is other/1"),
        ('{"schema": "gatewatt-models/1", "models": [{"kind": "width_table", "unit": "m"}]}',
         "model 0 is not whole: 'energy_fj'"),
        ('{"schema": "gatewatt-models/1", "models": [{"kind": "operand_statistics", "unit": "m", '
         '"library": "a", "delay_model": "zero", "features": ["toggle(x0)"], '
         '"coefficients_fj": [1, 2], "intercept_fj": 0}]}', "m has 1 features, 2 numbers"),
    ],
)  # fmt: skip
def test_files_that_are_no_models_are_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "models.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SimError, match=message):
        PowerModels.load(path)
    with pytest.raises(SimError, match="cannot read the power models"):
        PowerModels.load(tmp_path / "none.json")


def test_kinds_of_later_versions_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "models.json"
    path.write_text(
        '{"schema": "gatewatt-models/1.2", "models": [{"kind": "new"}]}', encoding="utf-8"
    )
    assert PowerModels.load(path).tables == []


def test_a_feature_that_is_not_known_is_named(source: Source, tmp_path: Path) -> None:
    rows = [dict(row) for row in ROWS]
    (model,) = (r for r in rows if r["kind"] == "operand_statistics" and "array" in r["unit"])
    model["features"] = ["glitch(x0)", *model["features"][1:]]
    path = tmp_path / "models.json"
    path.write_text(json.dumps({"schema": "gatewatt-models/1", "models": rows}), encoding="utf-8")
    with pytest.raises(SimError, match=r"layer conv1: the model of .* wants 'glitch\(x0\)'"):
        _energy(source, Scheme("mixed", 5, 5), PowerModels.load(path))
