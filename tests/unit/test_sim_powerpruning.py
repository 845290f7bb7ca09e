"""PowerPruning: tables, selection by direct loops, supplies, the three methods, the command."""

import contextlib
import json
import re
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cli import main
from sim.errors import SimError
from sim.kept_values import KeptValues
from sim.priced_values import PricedValues
from sim.pruning.confirmation import rows_of
from sim.pruning.kept_files import read_kept
from sim.pruning.powerpruning import Pruning
from sim.pruning.powerpruning_table import POWERPRUNING
from sim.pruning.selection import Selection, by_delay, by_energy, cheapest, longest_ps
from sim.pruning.supply import Supply
from sim.pruning.table_energy import layer_energies_nj, on_unit, used_weights
from sim.pruning.weight_tables import WeightTables
from sim.pruning.wish import METHODS, Wish
from sim.quantizers import steps
from sim.schemes import Scheme
from sim.sources import Source
from sim.voltage import delay_factor
from tests.unit.weight_tables_made import LAYERS, META, arrays, write


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("tables") / "made.npz")


@pytest.fixture(scope="module")
def tables(path: Path) -> WeightTables:
    return WeightTables.load(path)


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=100, validation=300)


# --- tables -------------------------------------------------------------------


def test_tables_are_read_as_they_were_written(tables: WeightTables) -> None:
    wanted = arrays()
    for name in ("weights", "activations", "energy_fj", "share", "arrival_ps"):
        assert np.array_equal(getattr(tables, name), wanted[name])
    assert tables.layers == LAYERS
    assert tables.row("conv3") == 2
    assert tables.conditions.static_critical_ps == META["static_critical_ps"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"energy_fj": None}, "has no 'energy_fj': make it with"),
        ({"meta": np.array("{")}, "its meta is not whole"),
        ({"meta": np.array("{}")}, "its meta is not whole: KeyError"),
        ({"meta": np.array(json.dumps(META | {"schema_version": 2}))}, "its schema is 2"),
        ({"meta": np.array(json.dumps(META | {"vdd_v": 0}))}, "vdd_v is 0.0, a positive"),
        ({"weights": np.arange(-7, 8)}, r"energy_fj has shape \(5, 16\), \(5, 15\) fits"),
        ({"weights": np.arange(-8, 8) * 2}, "weights are not every value of a format"),
        ({"energy_fj": np.full((5, 16), np.nan)}, "energy_fj holds NaN"),
        ({"energy_fj": np.zeros((5, 16))}, "an energy is not positive"),
        ({"arrival_ps": np.full((16, 16, 16), -1.0)}, "or an arrival negative"),
    ],
)
def test_a_bad_file_of_tables_is_one_line(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(SimError, match=message) as caught:
        WeightTables.load(write(tmp_path / "bad.npz", **changed))
    assert "\n" not in str(caught.value)


def test_tables_of_another_network_are_refused(source: Source, tmp_path: Path) -> None:
    other = arrays(layers=("conv1", "conv2", "conv3", "head"))
    tables = WeightTables.load(write(tmp_path / "other.npz", **other))
    with pytest.raises(SimError, match="the tables have no layer 'linear'"):
        Pruning(source, tables, Wish())


# --- selection ----------------------------------------------------------------


def _slow(arrival: Any, kept: Selection, weights: Any, activations: Any, most: float) -> int:
    """Kept transitions over a threshold, one by one."""
    lowest_w, lowest_x = int(weights[0]), int(activations[0])
    return sum(
        float(arrival[w - lowest_w, a - lowest_x, b - lowest_x]) > most
        for w, a, b in product(kept.weights, kept.activations, kept.activations)
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(40, 400))
def test_no_kept_transition_is_too_slow(seed: int, most: float) -> None:
    random = np.random.default_rng(seed)
    weights, activations = np.arange(-4, 4), np.arange(6)
    arrival = random.integers(0, 400, (8, 6, 6)).astype(np.float32)
    arrival[4] = 0  # of weight 0
    arrival[:, np.arange(6), np.arange(6)] = 0
    energy = random.random(8)
    try:
        found = by_delay(arrival, weights, activations, weights, activations, most, energy)
    except SimError as error:
        assert "is left of" in str(error)  # noqa: PT017
        return
    assert _slow(arrival, found, weights, activations, most) == 0
    assert longest_ps(arrival, weights, activations, found) <= most
    assert 0 in found.weights
    assert 0 in found.activations
    # Greedy, step by step, with counts made anew each time.
    again = _greedy(arrival, weights.tolist(), activations.tolist(), most, energy)
    assert (list(found.weights), list(found.activations)) == again


def _greedy(
    arrival: Any, weights: list[int], activations: list[int], most: float, energy: Any
) -> tuple[list[int], list[int]]:
    live_w, live_x = list(weights), list(activations)
    while True:
        slow = [
            (w, a, b) for w, a, b in product(live_w, live_x, live_x)
            if arrival[w - weights[0], a - activations[0], b - activations[0]] > most
        ]  # fmt: skip
        if not slow:
            return live_w, live_x
        of_w = {w: sum(t[0] == w for t in slow) for w in live_w if w}
        of_x = {x: sum(x in t[1:] for t in slow) for x in live_x if x}
        worst_w = max(of_w, key=lambda w: (of_w[w], energy[w - weights[0]]), default=None)
        worst_x = max(of_x, key=lambda x: (of_x[x], abs(x)), default=None)
        if worst_x is None or (worst_w is not None and of_w[worst_w] >= of_x[worst_x]):
            live_w.remove(worst_w)  # type: ignore[arg-type]
        else:
            live_x.remove(worst_x)


def test_the_power_threshold_keeps_what_is_cheap(tables: WeightTables) -> None:
    energy = tables.energy_fj[-1]
    for most in np.unique(energy)[2:]:
        kept = by_energy(tables.weights, energy, float(most))
        wanted = [w for w, fj in zip(tables.weights, energy, strict=True) if fj <= most or w == 0]
        assert kept.tolist() == wanted
    for count in range(2, 17):
        kept = cheapest(tables.weights, energy, count)
        assert kept.size == count
        left = set(tables.weights.tolist()) - set(kept.tolist())
        dearest = max(energy[w + 8] for w in kept.tolist() if w)
        assert all(energy[w + 8] >= dearest for w in left)


def test_an_empty_selection_is_one_line(tables: WeightTables) -> None:
    energy = tables.energy_fj[-1]
    with pytest.raises(SimError, match="no weight but 0 takes 1 fJ or less: the cheapest other"):
        by_energy(tables.weights, energy, 1.0)
    with pytest.raises(SimError, match=r"nothing but 0 is left of activations .* 90 ps or less"):
        by_delay(tables.arrival_ps, tables.weights, tables.activations, tables.weights,
                 tables.activations, 90.0, energy)  # fmt: skip
    with pytest.raises(SimError, match="2 to 16 weights can be kept, not 1"):
        cheapest(tables.weights, energy, 1)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(0, 3))
def test_priced_values_cost_least_of_the_steps_tried(seed: int, price: float) -> None:
    random = np.random.default_rng(seed)
    numbers = random.normal(0, 1, 400)
    energies = 20 + 5 * random.random(16)
    energies[8] = energies.min()
    energy = tuple(energies.tolist())
    kept, step = PricedValues(tuple(range(-8, 8)), energy, price).fitted(numbers)
    free, first = KeptValues.of(range(-8, 8)), float(steps(numbers[None], -8, 7, "mmse")[0])

    def cost(values: KeptValues, step: float) -> float:
        found = values(numbers / step)
        error = np.square(found * step - numbers).mean() / first**2
        return float(error + price * np.mean([energy[int(v) + 8] for v in found]))

    assert step >= first
    assert cost(kept, step) <= cost(free, first) + 1e-9


@pytest.mark.parametrize("values", [(-128, -64, 0), (0, 64, 112)])
def test_values_of_one_sign_have_a_step_too(values: tuple[int, ...]) -> None:
    numbers = np.random.default_rng(1).normal(0, 1, 400)
    kept, step = PricedValues(values, (30.0, 20.0, 30.0), 0.01).fitted(numbers)
    assert np.isfinite(step)
    assert 0 < step < 1
    assert len(np.unique(kept(numbers / step))) > 1


# --- supply -------------------------------------------------------------------


def test_the_lowest_supply_fits_and_the_next_does_not(tables: WeightTables) -> None:
    supply = Supply.of(tables)
    for longest in np.linspace(5, 320, 64).tolist():
        volts = supply.lowest_v(longest)
        assert longest * delay_factor(volts, 0.7, 0.25, 1.5) <= 320 * (1 + 1e-6)
        lower = round(volts - 0.01, 6)
        if lower >= supply.vmin_v:
            assert longest * delay_factor(lower, 0.7, 0.25, 1.5) > 320
            assert longest > supply.allowed_ps(lower)
        assert longest <= supply.allowed_ps(volts) * (1 + 1e-6)
    assert supply.lowest_v(1.0) == supply.vmin_v


@pytest.mark.parametrize(
    ("volts", "message"),
    [
        (0.25, "0.25 V is not above the threshold of 0.25 V"),
        (0.1, "not above the threshold"),
        (0.44, "a supply of 0.44 V: the law of delays holds from 0.45 to 0.7 V"),
        (0.8, "holds from 0.45 to 0.7 V"),
    ],
)
def test_a_supply_that_is_not_allowed_is_one_line(
    source: Source, tables: WeightTables, volts: float, message: str
) -> None:
    with pytest.raises(SimError, match=message):
        Supply.of(tables).allowed_ps(volts)
    with pytest.raises(SimError, match=message):
        Pruning(source, tables, Wish(vdd_v=volts)).run()


def test_tables_without_delays_or_law_have_no_voltage(tmp_path: Path) -> None:
    late = write(tmp_path / "zero.npz", arrival_ps=np.full((16, 16, 16), np.inf))
    with pytest.raises(SimError, match="the tables have no delays"):
        Supply.of(WeightTables.load(late))
    none = write(tmp_path / "none.npz", meta=np.array(json.dumps(META | {"alpha": None})))
    with pytest.raises(SimError, match="no law of delays is known for made_up"):
        Supply.of(WeightTables.load(none))
    with pytest.raises(SimError, match="a kept transition takes 321 ps"):
        Supply.of(WeightTables.load(write(tmp_path / "made.npz"))).lowest_v(321.0)


# --- the methods --------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_methods_keep_what_they_promise(source: Source, tables: WeightTables, method: str) -> None:
    pruning = Pruning(source, tables, Wish(method, 3.0, voltage=method == "global", higher=2))
    found = pruning.run()
    best = found[0]
    assert best.loss <= 3.0
    assert best.scaled_nj < pruning.baseline.energy_nj
    assert best.scaled_nj == min(each.scaled_nj for each in found if each.loss <= 3.0)
    energies = layer_energies_nj(best.network, tables)
    macs = best.network.macs()
    for index, (name, layer) in enumerate(best.network.weighted.items()):
        direct = sum(float(tables.energy_fj[index, int(w) + 8]) for w in layer.weight.ravel())
        each_fj = direct / layer.weight.size
        assert energies[name] == pytest.approx(macs[name] * each_fj * 1e-6)
        assert not layer.accumulator.split
    assert best.energy_nj == pytest.approx(sum(energies.values()))
    if method != "global":
        assert best.vdd_v == 0.7
        return
    # Every transition that the network can make, one by one, at the supply's delays.
    kept_w = sorted({w for values in used_weights(best.network).values() for w in values.tolist()})
    kept_x = list(range(16)) if best.activations is None else list(best.activations.values)
    factor = delay_factor(best.vdd_v, 0.7, 0.25, 1.5)
    slowest = max(
        float(tables.arrival_ps[w + 8, a, b]) for w, a, b in product(kept_w, kept_x, kept_x)
    )
    assert slowest == pytest.approx(best.longest_ps)
    assert slowest * factor <= 320 * (1 + 1e-6)
    assert best.scaled_nj == pytest.approx(best.energy_nj * (best.vdd_v / 0.7) ** 2)


def test_given_thresholds_are_used(source: Source, tmp_path: Path) -> None:
    late = arrays()["arrival_ps"]
    late[:, 13, :13] += 150.0  # from 13 down, whatever the weight
    late[8] = 0.0
    tables = WeightTables.load(write(tmp_path / "late.npz", arrival_ps=late))
    pruning = Pruning(source, tables, Wish("global", 90.0, most_fj=70.0, most_ps=250.0))
    best = min(pruning.run(), key=lambda each: each.label == "unpruned")
    assert best.longest_ps <= 250.0
    assert best.activations is not None
    assert 13 not in best.activations.values
    names = [best.network.node(name).inputs[0] for name in LAYERS]
    run = best.network.run(source.test.images[:50], names)
    for name, layer in best.network.weighted.items():
        for matrix in layer.matrices(run.kept[best.network.node(name).inputs[0]]):
            assert not np.any(matrix == 13)
    for values in used_weights(best.network).values():
        assert max(pruning.energy_fj[values + 8]) <= 70.0


def test_nothing_meets_a_loss_that_cannot_be(source: Source, tables: WeightTables) -> None:
    found = Pruning(source, tables, Wish("global", 0.0, most_fj=50.0, voltage=False)).run()
    assert found[0].label == "unpruned"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"method": "best"}, "unknown method 'best': known are global, layers, pann"),
        ({"method": "layers", "most_fj": 3.0}, "thresholds are for the method global"),
        ({"bits_x": 3}, "bits of x are for the methods layers and pann"),
        ({"points": -1.0}, "0 points or more"),
        ({"voltage": False, "vdd_v": 0.6}, "a supply of 0.6 V is given, and that it may not fall"),
    ],
)
def test_wishes_that_make_no_sense_are_one_line(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SimError, match=message):
        Wish(**given)


def test_a_network_that_the_unit_does_not_hold_is_one_line(
    source: Source, tables: WeightTables
) -> None:
    network = source.quantized(Scheme("mixed", 6, 4))
    with pytest.raises(SimError, match="layer conv1: mac_stationary_x4u_w4s_a32 does not hold"):
        on_unit(network, tables)


# --- the table, the command ---------------------------------------------------


def test_a_row_replaces_its_like(tmp_path: Path) -> None:
    def put(**changed: Any) -> int:
        row = dict.fromkeys(POWERPRUNING.names, 1.0) | {"network": "a", "array": None}
        rows = pd.DataFrame([row | {"voltage_scaled": True} | changed])
        return POWERPRUNING.replace(rows, tmp_path, order=POWERPRUNING.key)

    assert put() == 1
    assert put(accuracy=5.0) == 1
    assert put(voltage_scaled=False) == 2
    read = POWERPRUNING.read(tmp_path)
    assert list(read.columns) == POWERPRUNING.names
    assert read.accuracy.tolist() == [1.0, 5.0]  # those of nominal voltage first
    POWERPRUNING.path(tmp_path).write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SimError, match=r"powerpruning\.csv: lacks the column network"):
        put()


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sim", "powerprune", *arguments])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_the_command_writes_networks_row_and_kept_values(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnx")
    from sim.importers.onnx import load_onnx  # noqa: PLC0415 - an extra

    status = _run(monkeypatch, "digits", "--tables", str(path), "--loss", "2", "--method", "layers",
                  "--no-voltage", "--higher", "1", "--budget-images", "200", "--images", "100",
                  "--jobs", "1", "--out", str(tmp_path))  # fmt: skip
    text = capsys.readouterr().out
    assert status == 0, text
    row = pd.read_csv(tmp_path / "powerpruning.csv").iloc[0]
    assert row.method == "layers"
    assert row.saving_percent == pytest.approx(
        100 * (1 - row.energy_after_nj / row.energy_before_nj), rel=1e-4
    )
    folder = tmp_path / "powerpruning" / "mac_stationary_x4u_w4s_a32_made_up_library"
    kept = read_kept(folder / "digits_layers_2.json")
    network = load_onnx(folder / "digits_layers_2.onnx")
    for name, layer in network.weighted.items():
        assert tuple(np.unique(layer.weight)) == kept.layers[name]
    assert len(kept.weights) == row.weights_kept
    assert f"kept values: {kept.path}; 1 rows: {tmp_path / 'powerpruning.csv'}" in text
    test = Source().test.part(0, 100)
    classes, _ = network.classify(test.images)
    assert 100 * np.mean(classes == test.labels) == pytest.approx(row.accuracy)
    _confirmed(tmp_path, kept.path, monkeypatch, capsys)
    table = POWERPRUNING.read(tmp_path)
    assert rows_of(kept, table).equals(table)  # that at the gates is of the same search
    assert rows_of(kept, table.assign(label="other")).empty
    commands = re.findall("python -m characterize network (.*)", text)
    assert len(commands) == 2
    assert "--dataflow weight" in commands[1]


def _confirmed(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Energies at the gates, made up, beside those by tables."""
    columns = ("network", "unit", "delay_model", "images", "library", "layer", "tier", "macs",
               "energy_fj_per_mac")  # fmt: skip
    rows = [("digits_unpruned", "mac", "library", 1, "made_up", "all", "A", 1000, 80.0),
            ("digits_unpruned", "mac", "library", 1, "made_up", "all", "C", 1000, 70.0),
            ("digits_layers_2", "other", "library", 1, "made_up", "all", "A", 1000, 10.0),
            ]  # fmt: skip
    path, kept = folder / "networks.csv", str(file)
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    monkeypatch.setattr(sys, "argv", ["sim", "powerprune-confirm", kept, str(path)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert "does not have both digits_unpruned and digits_layers_2" in capsys.readouterr().err
    rows.append(("digits_layers_2", "mac", "library", 1, "made_up", "all", "A", 1000, 20.0))
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    monkeypatch.setattr(sys, "argv", [
        "sim", "powerprune-confirm", kept, str(path), "--out", str(folder)
    ])  # fmt: skip
    with contextlib.suppress(SystemExit):
        main()
    table = pd.read_csv(folder / "powerpruning.csv")
    assert table.energy_from.tolist() == ["gates", "table"]
    assert table.saving_percent[0] == pytest.approx(75.0)
    assert table.energy_before_nj[0] == pytest.approx(0.08)


def test_bad_commands_are_one_line(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, message in (
        ((), "give --tables"),
        (("--tables", str(tmp_path / "no.npz")), "cannot read it"),
        (("--tables", str(path), "--most-fj", "1"), "no weight but 0 takes 1 fJ"),
        (("--tables", str(path), "--supply", "0.2"), "not above the threshold"),
        (("--tables", str(path), "--method", "pann", "--retrain", "1"), "--retrain is for"),
    ):
        assert _run(monkeypatch, "digits", "--budget-images", "50", *arguments) == 1
        lines = capsys.readouterr().err.strip().splitlines()
        assert len(lines) == 1
        assert message in lines[0]
