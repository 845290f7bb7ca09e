"""Exported networks at the gates: the same units, the same toggles, the same energy."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from characterize.cli import app
from characterize.network.energies import network_energies
from characterize.network.layers import Gates, layers_at_gates
from characterize.network.table import read_rows
from characterize.network.truth import count_network
from sim.network import Network
from sim.schemes import Scheme
from sim.sources import Source
from sim.structures import structures_of
from sim.sums import with_sums

pytest.importorskip("onnx")
from sim.exporters.qonnx import write_qonnx

UNITS = {
    "signed": "mac_array", "mixed": "mac_zero_skip", "split": "mac_split_segmented",
    "split-signed": "mac_split_gated", "signmag": "mac_signmag", "csd": "csd",
    "pann": "pann_gated",
}  # fmt: skip


def _narrowed(network: Network, kind: str) -> Network:
    """With the narrowest sums that cannot overflow and that the unit has."""
    (structure,) = (one for one in structures_of(kind) if one.entry == UNITS[kind])
    return with_sums(network, structure, "safe")


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=60)


@pytest.mark.parametrize("kind", UNITS)
def test_energies_of_an_exported_network_are_those_of_the_network(
    source: Source, tmp_path: Path, kind: str
) -> None:
    pann = kind == "pann"
    scheme = Scheme(kind, 3, None if pann else 3, 1.0 if pann else None, bias_correction=True)
    network = _narrowed(source.quantized(scheme), kind)
    path = tmp_path / "net.onnx"
    write_qonnx(network, path, kind)
    read = Source(onnx=path).network
    images, gates = source.test.images[:1], Gates(UNITS[kind])
    (mine,), (theirs,) = (count_network(one, images, gates) for one in (network, read))
    for name in network.weighted:
        assert np.array_equal(mine[name].unit.toggles, theirs[name].unit.toggles)
    energies, others = (
        network_energies(layers_at_gates(one, gates), [counts])
        for one, counts in ((network, mine), (read, theirs))
    )
    for energy, other in zip(energies, others, strict=True):
        for name in ("layer", "unit", "macs", "energy_fj", "parts", "causes"):
            assert getattr(energy, name) == getattr(other, name)


def test_the_command_takes_units_and_sums_from_the_file(source: Source, tmp_path: Path) -> None:
    network = _narrowed(source.quantized(Scheme("pann", 3, None, 1.0)), "pann")
    path = tmp_path / "net.onnx"
    write_qonnx(network, path, "pann")
    given = ["network", str(path), "--images", "1", "--jobs", "1", "--out", str(tmp_path)]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output
    table = read_rows(tmp_path)
    truth = table[(table.tier == "A") & (table.layer == "all")]
    assert truth.unit.tolist() == ["pann"]
    wanted = sorted({layer.accumulator.bits for layer in network.weighted.values()})
    assert len(wanted) > 1
    for bits in wanted:
        assert f"_a{bits}" in result.output.replace("\n", "")
