"""The lowest energy at a loss: the table says what gates measure, of the best that was asked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from characterize.cache import NO_CACHE
from characterize.cli import app
from characterize.errors import CharacterizeError
from characterize.network import lowest as module
from characterize.network.energies import network_energies
from characterize.network.layers import Gates, layers_at_gates
from characterize.network.lowest import (
    CONTENDERS,
    Contender,
    Finalist,
    best_unit,
    measured,
    rows,
)
from characterize.network.lowest_table import LOWEST
from characterize.network.truth import count_network
from sim.charges import measured_additions
from sim.corrections import corrected
from sim.importers.onnx import load_onnx
from sim.schemes import KINDS, Widths
from sim.sources import Source
from sim.structures import structures_of
from sim.sums import with_sums


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=100, validation=50)


def _finalist(source: Source, kind: str) -> Finalist:
    widths = Widths(4, additions=0.7) if kind == "pann" else Widths(4, 3)
    scheme = corrected(kind, widths, "bias")
    return Finalist(kind, 1.0, source.quantized(scheme), scheme, 5.0, 0.5, 90.0, 95.0)


def test_every_kind_has_units_that_take_its_weights() -> None:
    assert set(CONTENDERS) == set(KINDS)
    for kind, contenders in CONTENDERS.items():
        known = {structure.entry: structure for structure in structures_of(kind)}
        for contender in contenders:
            assert (contender.dataflow == "output") != known[contender.entry].stationary


@pytest.mark.parametrize("sums", ["16", "safe"])
def test_energies_are_those_of_the_gates(source: Source, sums: str) -> None:
    images = source.test.images[:1]
    finalist = _finalist(source, "pann")
    found = measured(finalist, Contender("pann_segmented"), "asap7", "zero", sums, images)
    structure = next(s for s in structures_of("pann") if s.entry == "pann_segmented")
    network = with_sums(finalist.network, structure, sums)
    bits = [layer.accumulator.bits for layer in network.weighted.values()]
    least = [structure.least_acc_bits(layer) for layer in network.weighted.values()]
    assert bits == [max(b, 0 if sums == "safe" else int(sums)) for b in least]
    assert found["acc_bits"] == "-".join(str(b) for b in sorted({min(bits), max(bits)}))
    gates = Gates("pann_segmented")
    counts = count_network(network, images, gates)
    whole = network_energies(layers_at_gates(network, gates), counts)[-1]
    assert found["energy_nj_per_image"] == pytest.approx(whole.energy_fj * 1e-6, rel=1e-12)
    assert found["energy_fj_per_mac"] * whole.macs == pytest.approx(whole.energy_fj)
    assert found["bits_x"] == 4
    # By the formula PANN pays its additions, here of 4 bits.
    additions = measured_additions(network)["all"]
    assert found["paper_flips"] == pytest.approx((additions + 0.5) * 4, rel=0.1)
    assert np.array_equal(network.run(images).output, finalist.network.run(images).output)


def test_the_best_unit_is_the_cheapest_that_takes_the_network(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    energies = {"mac_split_segmented": 2.0, "mac_split_zero_skip": 1.0}

    def fake(_: Finalist, contender: Contender, *__: object) -> dict[str, object]:
        if contender.entry not in energies:
            raise CharacterizeError("too narrow")
        return {"energy_nj_per_image": energies[contender.entry], "paper_flips": 1.0}

    monkeypatch.setattr(module, "measured", fake)
    refused: list[str] = []
    finalist, images = _finalist(source, "pann"), source.test.images[:1]
    best = best_unit(finalist, "asap7", "zero", images, NO_CACHE, 1, refused.append)
    assert best == Contender("mac_split_zero_skip")
    assert refused == ["pann on pann_segmented: too narrow"]
    other = replace(finalist, name="signmag", scheme=replace(
        corrected("signmag", Widths(4, 4), "bias")))  # fmt: skip
    assert best_unit(other, "asap7", "zero", images, NO_CACHE, 1, refused.append) is None
    made = list(rows([finalist], {"pann": best}, ["asap7", "b.toml"], "zero", images, {},
                     NO_CACHE, 1, ("16", "safe")))  # fmt: skip
    assert [row["library"] for row in made] == ["asap7", "b", "asap7", "b"]
    assert {row["points"] for row in made} == {1.0}


def test_rows_replace_those_of_the_same_key(tmp_path: Path) -> None:
    row = {column.name: "x" if column.type == "string" else 1 for column in LOWEST.columns}
    first = pd.DataFrame([row | {"points": np.nan, "sums": "32"}, row | {"sums": "16"}])
    assert LOWEST.replace(first, tmp_path) == 2
    assert LOWEST.replace(first.assign(energy_nj_per_image=7.0).iloc[:1], tmp_path) == 2
    again = LOWEST.read(tmp_path)
    assert again.energy_nj_per_image.tolist() == [1, 7]
    # The same number is the same key, whole or not.
    for points in (2, 2.0):
        once = first.assign(points=points, sums="8").iloc[:1]
        assert LOWEST.replace(once, tmp_path / "other") == 1
    assert again.sums.tolist() == ["16", "32"]
    assert not again.duplicated(list(LOWEST.key)).any()


def test_the_command_measures_tables_and_exports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path / "cache"))
    arguments = [
        "lowest", "digits", "--scheme", "split", "--loss", "3",
        "--library", "asap7", "--delay", "zero", "--sums", "safe", "--validation", "60",
        "--calibration", "60", "--accuracy-images", "200", "--jobs", "1",
        "--out", str(tmp_path), "--export", str(tmp_path), "--cache", str(tmp_path / "gates"),
    ]  # fmt: skip
    app(arguments, standalone_mode=False)
    text = capsys.readouterr().out
    table = pd.read_csv(tmp_path / "lowest_energy.csv")
    assert table.scheme.tolist() == ["baseline", "split"]
    assert table.sums.tolist() == ["32", "safe"]
    assert (table.loss_points[table.points.notna()] <= 3).all()
    assert table.accuracy.min() > 85
    ratio = table.energy_nj_per_image[0] / min(table.energy_nj_per_image)
    assert f"{ratio:.2f} times less" in text
    assert ratio > 3
    assert (tmp_path / "figures" / "lowest_energy.svg").read_text(encoding="utf-8").count("<svg")
    data = Source()
    own = load_onnx(tmp_path / "digits_split_3.onnx")
    classes, _ = own.classify(data.test.images[:200])
    right = 100 * float(np.mean(classes == data.test.labels[:200]))
    assert right == pytest.approx(table.accuracy[1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--scheme", "float"], "unknown scheme 'float': known are signed"),
        (["--sums", "64"], "unknown sums 64: known are 32, 16, safe"),
        (["--trained", "x.npz"], "held against their float control: --control"),
    ],
)
def test_bad_options_are_refused(options: list[str], message: str) -> None:
    with pytest.raises(CharacterizeError, match=message):
        app(["lowest", "digits", *options], standalone_mode=False)
