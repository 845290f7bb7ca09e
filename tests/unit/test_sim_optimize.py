"""The search for the least energy: rules that hold, energies by hand, and what it writes."""

import json
from dataclasses import fields
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.accounting.conditions import Conditions
from sim.accuracy import accuracy
from sim.charges import additions
from sim.cli import app
from sim.corrections import VARIANTS
from sim.energy import network_energy
from sim.errors import SimError
from sim.formats import IntFormat
from sim.network import Network
from sim.power_models import PowerModels, WidthTable
from sim.schemes import Scheme, Widths
from sim.searching import judging
from sim.searching.candidates import Candidate, Wish, best_of
from sim.searching.optimize import Search
from sim.signmag import SignMagnitude
from sim.sources import Source
from sim.stored_schemes import scheme_from
from sim.structures import STRUCTURES, Structure
from sim.sums import SUMS, sums_hold, with_sums
from sim.weighted import Linear

KINDS = ("mixed", "split", "pann", "csd", "signmag")
CLOCK_FJ, SUBTRACT_FJ = 16.0, 50.0
# What no unit costs: an order that is known.
BASE = {"array": 20.0, "stationary": 18.0, "split-gated": 10.0, "split-segmented": 30.0,
        "pann": 40.0, "csd": 12.0, "signmag": 14.0}  # fmt: skip
POINTS = 4.0


def _rows() -> list[dict[str, Any]]:
    causes = {"switching_fj": 0.0, "internal_fj": 0.0, "leakage_fj": 0.0}
    shared = {"kind": "width_table", "library": "asap7", "delay_model": "library",
              "stimulus": "uniform", "acc_width": 32, "toggles_per_op": 9.0, **causes}  # fmt: skip
    rows: list[dict[str, Any]] = [
        {**shared, "unit": f"{name}_{bits}{signed}", "family": "mac", "architecture": name,
         "width_x": bits, "width_w": None if name in ("pann", "csd") else bits,
         "signed_x": signed, "signed_w": name in ("array", "stationary"),
         "encoding": "signmag" if name == "signmag" else "twos",
         "energy_fj": base + bits * bits + CLOCK_FJ, "switching_fj": base + bits * bits,
         "clock_fj": CLOCK_FJ}
        for (name, base), bits, signed in product(BASE.items(), range(2, 9), (False, True))
    ]  # fmt: skip
    subtract = {"unit": "split_subtract", "family": "adder", "architecture": "subtract-ripple",
                "width_x": 32, "energy_fj": SUBTRACT_FJ, "clock_fj": 0.0}  # fmt: skip
    return [*rows, {**shared, **subtract}]


@pytest.fixture(scope="module")
def models() -> PowerModels:
    return PowerModels([WidthTable(row) for row in _rows()], [])


@pytest.fixture(scope="module")
def source() -> Source:
    found = Source(calibration=60, validation=150)
    # No choice may see a test image.
    object.__setattr__(found, "test", None)
    return found


WISH = Wish(POINTS, Conditions(), kinds=KINDS, energy_images=1)
Found = tuple[Search, list[Candidate]]


@pytest.fixture(scope="module")
def found(source: Source, models: PowerModels) -> Found:
    before: list[bool] = []
    search = Search(source, WISH, models, advance=lambda _, kept: before.append(kept))
    candidates = list(search.run())
    assert not any(before)
    return search, candidates


def test_every_kind_gets_the_same_help(found: Found) -> None:
    _, candidates = found
    own = {"kind", "bits_x", "bits_w", "additions", "layers", *VARIANTS[1]}
    for field in fields(Scheme):
        if field.name not in own:
            assert len({getattr(each.scheme, field.name) for each in candidates}) == 1
    for kind in KINDS:
        mine = [each for each in candidates if each.scheme.kind == kind]
        variants = {(each.scheme.compensated, each.scheme.dead_zone) for each in mine}
        assert len(variants) == 1
        assert variants <= {(v["compensated"], v.get("dead_zone", 0.5)) for v in VARIANTS}
        # From 8 bits down, then widths of each layer.
        assert [each.label for each in mine[:2]] == ["8 bits", "4 bits"]
        assert {each.family for each in mine} == {"uniform", "layers"}
        assert all(each.scheme.layers for each in mine if each.family == "layers")


def _some(candidates: list[Candidate]) -> list[Candidate]:
    """Of each kind one of uniform widths, and one with widths of each layer."""
    each = [[one for one in candidates if one.scheme.kind == kind] for kind in KINDS]
    return [one for mine in each for one in (mine[1], mine[-1])]


def test_losses_are_against_the_float_network_on_validation_images(
    found: Found, source: Source
) -> None:
    search, candidates = found
    assert search.float_accuracy == accuracy(source.network, source.validation_images)
    for each in _some(candidates):
        network = search.network(each, each.implementations[0])
        assert accuracy(network, source.validation_images) == each.accuracy
        assert each.loss == search.float_accuracy - each.accuracy


def _by_hand(network: Network, structure: Structure, images: int = 1) -> float:
    assert images == 1
    energy_fj = 0.0
    for name, layer in network.weighted.items():
        macs, split = network.macs()[name], layer.accumulator.split
        bits_x = layer.x_format.bits
        bits_w = layer.w_format.bits - split
        if structure.architecture == "signmag":
            bits_x += 1
        width = max(bits_x, 2) if structure.charge else max(bits_x, bits_w, 2)
        operations = additions(structure.charge, layer.weight) if structure.charge else 1
        clock_fj = CLOCK_FJ * layer.accumulator.bits / 32
        energy_fj += macs * operations * (BASE[structure.architecture] + width**2 + clock_fj)
        energy_fj += split * prod(network.shapes[name]) * SUBTRACT_FJ
    return energy_fj


def test_energies_by_hand(found: Found) -> None:
    search, candidates = found
    structures = {one.entry: one for one in STRUCTURES}
    seen = set()
    for each in _some(candidates):
        for made in each.implementations:
            network = search.network(each, made)
            bits = {layer.accumulator.bits for layer in network.weighted.values()}
            assert made.accumulator == "safe" or bits == {int(made.accumulator)}
            wanted = _by_hand(network, structures[made.structure]) * 1e-6
            assert made.energy_nj == pytest.approx(wanted), made
            assert made.modelled == 0
            seen.add((made.structure, made.dataflow))
    assert seen >= {("mac_array", "output"), ("mac_stationary", "weight"), ("pann", "output"),
                    ("mac_stationary", "input"), ("mac_split_gated", "output"),
                    ("csd", "output"), ("mac_signmag", "output")}  # fmt: skip
    # PANN's weights run on small multipliers too.
    pann = {m.structure for each in candidates if each.scheme.kind == "pann"
            for m in each.implementations}  # fmt: skip
    assert pann == {"pann", "mac_split_gated", "mac_split_segmented"}
    assert search.missing() == sorted({"mac_booth", "mac_dadda", "mac_behavioural", "mac_zero_skip",
                                       "mac_split", "mac_split_zero_skip", "pann_gated",
                                       "pann_segmented"})  # fmt: skip


def test_the_best_meets_the_loss_and_nothing_that_does_is_cheaper(found: Found) -> None:
    _, candidates = found
    best = best_of(candidates, POINTS)
    assert {each.scheme.kind for each in best} == set(KINDS)
    for each in best:
        assert each.loss <= POINTS
        assert each.best is not None
        assert all(
            made.energy_nj >= each.best.energy_nj
            for other in candidates
            if other.scheme.kind == each.scheme.kind and other.loss <= POINTS
            for made in other.implementations
        )
    energies = [each.best.energy_nj for each in best if each.best]
    assert energies == sorted(energies)
    assert best_of(candidates, -100.0) == []
    widest = [each for each in candidates if each.label == "8 bits"]
    assert min(energies) < 0.6 * min(e.best.energy_nj for e in widest if e.best)


def test_finished_networks_are_not_made_again(
    found: Found, source: Source, models: PowerModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, candidates = found

    def never(*_: Any) -> Network:
        raise AssertionError

    monkeypatch.setattr(judging, "quantize", never)
    before: list[bool] = []
    again = Search(source, WISH, models, advance=lambda _, kept: before.append(kept))
    assert list(again.run()) == candidates
    assert all(before)
    assert len(before) == len(candidates)


def test_schemes_survive_json() -> None:
    scheme = Scheme("pann", 4, None, 1.5, layers=(("a", Widths(3, additions=0.5)),),
                    activation_steps=(("a", 0.25),))  # fmt: skip
    from dataclasses import asdict  # noqa: PLC0415

    assert scheme_from(json.loads(json.dumps(asdict(scheme)))) == scheme


def test_sums_are_never_too_narrow() -> None:
    source = Source(calibration=60)
    network = source.quantized(Scheme("split", 8, 8))
    images = source.train.images[:10]
    plain, segmented = (
        next(s for s in STRUCTURES if s.entry == name)
        for name in ("mac_split_gated", "mac_split_segmented")
    )
    assert [sums_hold(network, plain, name) for name in SUMS] == [True, False, True]
    for structure, margin in ((plain, 0), (segmented, 3)):
        narrowed = with_sums(network, structure, "safe")
        for name, layer in narrowed.weighted.items():
            bits = layer.accumulator.bits
            assert bits >= layer.safe_bits
            assert bits >= layer.x_format.bits + layer.w_format.bits - 1 + margin
            assert bits <= network.weighted[name].accumulator.bits
        assert np.array_equal(narrowed.run(images).output, network.run(images).output)


def test_only_sums_that_a_width_does_not_hold_are_wider() -> None:
    network = Source(calibration=60).quantized(Scheme("split", 6, 6))
    structure = next(s for s in STRUCTURES if s.entry == "mac_split_gated")
    least = {name: structure.least_acc_bits(layer) for name, layer in network.weighted.items()}
    assert min(least.values()) < 16 < max(least.values())
    for name, layer in with_sums(network, structure, "16").weighted.items():
        assert layer.accumulator.bits == max(least[name], 16)


def test_a_signmag_unit_has_a_sign_for_unsigned_inputs() -> None:
    structure = next(s for s in STRUCTURES if s.architecture == "signmag")
    weight = np.array([[1, -1]])
    for x, bits in ((IntFormat(4, False), 5), (SignMagnitude(4), 4)):
        layer = Linear(weight, x, SignMagnitude(3))
        assert structure.widths(layer) == (bits, 3)


def test_an_exact_width_of_sums_is_not_scaled(source: Source, models: PowerModels) -> None:
    network = source.quantized(Scheme("mixed", 4, 4))
    images = source.train.images[:1]
    structure = STRUCTURES[0]
    each = [
        network_energy(network, images, models, Conditions(structure=structure, scaled_sums=scaled))
        for scaled in (False, True)
    ]
    assert each[0][-1].energy_fj == each[1][-1].energy_fj


def test_the_command_recommends_and_exports(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    from sim.importers.onnx import load_onnx, notes_of  # noqa: PLC0415

    path = tmp_path / "models.json"
    path.write_text(json.dumps({"schema": "gatewatt-models/1.0", "models": _rows()}))
    given = ["optimize", "--models", str(path), "--scheme", "split", "--scheme", "signed",
             "--loss", "3", "--budget-images", "100", "--energy-images", "1", "--jobs", "1",
             "--dataflow", "output", "--out", str(tmp_path)]  # fmt: skip
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "optimize.csv")
    assert set(table.dataflow) == {"output"}
    assert set(table.scheme) == {"split", "signed"}
    meets = table[table.meets]
    assert (meets.loss_points <= 3).all()
    best = meets.sort_values("energy_nj_per_image").iloc[0]
    assert f"recommended: {best.scheme}, {best.structure}" in result.output
    assert f"{best.energy_nj_per_image:.3f} nJ" in result.output
    file = tmp_path / f"digits_{best.scheme}.onnx"
    assert f"characterize network {file} --data digits --unit {best.structure}" in result.output
    assert "8-bit signed, output-stationary, 32-bit sums" in result.output
    assert "by the paper's bit flips" in result.output
    assert notes_of(file).kind == best.scheme
    source = Source(onnx=file)
    percent = accuracy(load_onnx(file), source.test)
    assert f"{percent:.2f}" in result.output
    again = CliRunner().invoke(app, ["optimize", str(file), *given[1:]])
    assert isinstance(again.exception, SimError)
    assert "is quantized already: take a float network" in str(again.exception)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--scheme", "odd"], "unknown scheme 'odd': known are signed"),
        (["--dataflow", "odd"], "unknown dataflow 'odd': known are any, output"),
        (["net.npz"], "'net.npz': give digits, a float ONNX file, or weights"),
    ],
)
def test_mistakes_are_one_line(given: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["optimize", *given])
    assert isinstance(result.exception, SimError)
    assert message in str(result.exception)
    assert "\n" not in str(result.exception)
