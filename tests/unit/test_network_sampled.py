"""Sampled cycles of networks: each is what the stream has there, and intervals cover the truth."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, chi2

from characterize import cli_network
from characterize.delays import delays_of
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary, FloatArray
from characterize.network.chunks import layer_chunks
from characterize.network.energies import network_energies
from characterize.network.gates import GateStream
from characterize.network.layers import Gates, layers_at_gates
from characterize.network.positions import LayerPositions
from characterize.network.sampled import Sampler, energy_fj, half_width_fj
from characterize.network.scattered import Scattered
from characterize.network.table import read_rows, totals
from characterize.network.truth import count_network
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry
from sim.accumulators import Accumulator
from sim.formats import IntFormat
from sim.network import Network
from sim.patches import Array
from sim.schemes import Scheme
from sim.sources import Source
from sim.weighted import Linear

ARCHITECTURE = Path(__file__).parents[2] / "sim" / "data" / "resnet_cifar10.toml"
CASES = [
    ("mac_array_x4u_w4s_a16", "output"),
    ("mac_zero_skip_x4s_w4s_a16", "output"),
    ("mac_split_x4u_w3u_a16", "output"),
    ("mac_split_gated_x4u_w3u_a16", "output"),
    ("mac_split_zero_skip_x4u_w3u_a16", "output"),
    ("pann_q3u_x4u_a16", "output"),
    ("csd_x4u_shift2u_a16", "output"),
    ("mac_stationary_x4u_w4s_addend16s_a16", "weight"),
    ("mac_stationary_x4u_w4s_addend16s_a16", "input"),
]


@pytest.mark.parametrize("delay_model", ["zero", "library"])
@pytest.mark.parametrize(("name", "dataflow"), CASES)
def test_every_cycle_once_counts_as_the_stream_does(
    registry: Registry, asap7: CellLibrary, name: str, dataflow: str, delay_model: str
) -> None:
    unit = registry.unit(name)
    netlist = synthesize(unit, asap7)
    random = np.random.default_rng(7)
    port = unit.port("x")
    assert port is not None
    x = random.integers(port.format.min, port.format.max + 1, (11, 13))
    x[random.random(x.shape) < 0.4] = 0
    weights = random.integers(-7, 8, (13, 9))
    weights[random.random(weights.shape) < 0.3] = 0
    weights[:, 4] = 0  # a column that adds nothing
    split = any(port.role == "pos" for port in unit.results)
    layer = Linear(weights.T, port.format, IntFormat(4, True), Accumulator(16, split=split))
    delays = delays_of(netlist, analyze(netlist), delay_model)
    stream = GateStream(netlist, delays)
    for image in range(len(x)):
        for chunk in layer_chunks(unit, x[image : image + 1], weights, dataflow):
            stream.run(chunk)
    wanted = stream.finish()
    operands = LayerPositions(unit, layer, x, dataflow, "given")
    assert operands.cycles == wanted.cycles
    scattered = Scattered(netlist, delays)
    order = random.permutation(operands.cycles)
    parts = scattered.count(scattered.prepare(operands, order), 7)
    assert len(parts) == 7
    found = sum(parts[1:], parts[0])
    for what in ("toggles", "functional", "ones"):
        assert np.array_equal(getattr(found, what), getattr(wanted, what)), what
    assert found.cycles == wanted.cycles
    assert found.results == found.cycles * (1 + split)


NETWORKS = [
    (Scheme("split", 4, 4), Gates("mac_split_gated", order="sorted")),
    (Scheme("pann", 4, additions=0.5), Gates("pann")),
    (Scheme("signed", 4, 4), Gates("mac_stationary", dataflow="weight")),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "gates"), NETWORKS)
def test_a_tolerance_of_nothing_is_the_whole_truth(scheme: Scheme, gates: Gates) -> None:
    source = Source()
    network = source.quantized(scheme)
    images = source.test.images[:2]
    counts = count_network(network, images, gates)
    truth = network_energies(layers_at_gates(network, gates), counts)
    sampler = Sampler(network, images, gates)
    samples, _ = sampler.sample(1e-5)
    assert all(sample.exact for sample in samples)
    assert half_width_fj(samples) == 0
    for ours, wanted in zip(sampler.energies(samples), truth, strict=True):
        assert ours.energy_ci_fj == 0
        assert ours.parts == pytest.approx(wanted.parts)
        for what in ("layer", "unit", "macs", "cycles", "overflows"):
            assert getattr(ours, what) == getattr(wanted, what)
        for what in ("energy_fj", "glitch_fj"):
            assert getattr(ours, what) == pytest.approx(getattr(wanted, what))


def _coverage(
    network: Network, images: Array, tolerance: float, repetitions: int
) -> tuple[int, FloatArray, FloatArray, list[int]]:
    """Intervals that cover tier A; errors over half widths; half widths; cycles counted."""
    gates = Gates()
    counts = count_network(network, images, gates)
    truth_fj = network_energies(layers_at_gates(network, gates), counts)[-1].energy_fj
    sampler = Sampler(network, images, gates)
    errors, widths, cycles = [], [], []
    for seed in range(repetitions):
        samples, pilot = sampler.sample(tolerance, seed)
        half = half_width_fj(samples)
        errors.append((energy_fj(samples) - truth_fj) / half)
        widths.append(100 * half / truth_fj)
        cycles.append(pilot + sum(sample.transitions for sample in samples))
    return int((np.abs(errors) < 1).sum()), np.array(errors), np.array(widths), cycles


def test_intervals_cover_the_truth() -> None:
    source = Source()
    network = source.quantized(Scheme("signed", 8, 8))
    repetitions = 40
    covered, errors, widths, _ = _coverage(network, source.test.images[:2], 2, repetitions)
    # An interval of 95 % does this with a probability of 99.9 %, one of 80 % with 2 %.
    assert covered >= binom.ppf(0.001, repetitions, 0.95)
    # Too wide would be wrong too: errors spread as the intervals say, 0.51 of half a width.
    ratio = (errors / 0.5102).std()
    low, high = np.sqrt(chi2.ppf([0.001, 0.999], repetitions - 1) / (repetitions - 1))
    assert low < ratio < high
    assert 1.7 < np.median(widths) < 2.3


@pytest.mark.exhaustive
@pytest.mark.parametrize("tolerance", [1.0, 0.3])
def test_intervals_cover_the_truth_of_resnet(data: Path, tolerance: float) -> None:
    source = Source(
        data / "nets" / "resnet20_cifar10.npz", ARCHITECTURE,
        data=str(data / "datasets" / "cifar10_jpeg"),
    )  # fmt: skip
    network = source.quantized(Scheme("signed", 8, 8), jobs=2)
    covered, _, widths, cycles = _coverage(network, source.test.images[:1], tolerance, 200)
    assert 186 <= covered <= 194
    assert np.median(widths) < 1.05 * tolerance
    assert np.mean(cycles) < 20_000 / tolerance**2


def test_no_tolerance_is_refused() -> None:
    source = Source()
    sampler = Sampler(source.quantized(Scheme("signed", 4, 4)), source.test.images[:1], Gates())
    with pytest.raises(CharacterizeError, match="a tolerance of 0 %: give one above 0"):
        sampler.sample(0)


def test_the_command_line_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli_network.network(
        images=2, bits_x=4, tier="B", tolerance=3, seed=5, unit="mac_array", out=tmp_path,
        no_cache=True,
    )  # fmt: skip
    out = capsys.readouterr().out
    assert " of 231,680 cycles sampled, 800 before them as a pilot: +- " in out
    table = read_rows(tmp_path)
    assert set(table.tier) == {"B"}
    whole = totals(table).iloc[0]
    assert 2 < 100 * whole.energy_ci_fj_per_mac / whole.energy_fj_per_mac < 4
    assert 800 < whole.results_compared < 20_000
    with pytest.raises(CharacterizeError, match="unknown tier 'Z': known are A, B"):
        cli_network.network(tier="Z")
