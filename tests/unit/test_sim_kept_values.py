"""Kept values and lookups: the nearest, priced ones, networks made of them, files of those."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.errors import SimError
from sim.formats import IntFormat
from sim.kept_values import KeptValues
from sim.lookup import Lookup
from sim.network import Network
from sim.quantizing.grids import Grid
from sim.schemes import Scheme
from sim.sources import Source
from sim.stored_schemes import scheme_from

WEIGHTS = KeptValues.of([-16, -8, -3, -1, 0, 1, 2, 5, 9])
ACTIVATIONS = KeptValues.of([0, 1, 2, 4, 6, 7, 11, 15, 30])


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=100)


@settings(deadline=None)
@given(st.sets(st.integers(-128, 127), max_size=20), st.floats(-300, 300))
def test_no_kept_value_is_nearer(values: set[int], number: float) -> None:
    kept = KeptValues.of(values | {0})
    found = float(kept(np.array([number]))[0])
    assert abs(number - found) == min(abs(number - value) for value in kept.values)


@settings(deadline=None)
@given(st.lists(st.floats(0, 400), min_size=16, max_size=16), st.floats(0, 2), st.floats(-12, 12))
def test_no_value_is_better_at_a_price(energies: list[float], price: float, number: float) -> None:
    values, energy_fj = np.arange(-8, 8), np.array(energies)
    energy_fj[8] = energy_fj.min()
    kept = KeptValues.priced(values, energy_fj, price)
    costs = np.square(number - values) + price * energy_fj
    found = int(kept(np.array([number]))[0])
    assert costs[found + 8] <= costs.min() + 1e-6
    assert 0 in kept.values


def test_a_price_of_nothing_keeps_all_and_a_high_one_leaves_zeros() -> None:
    values, energy_fj = np.arange(-128, 128), np.abs(np.arange(-128.0, 128.0)) + 30
    assert KeptValues.priced(values, energy_fj, 0.0) == KeptValues.of(values.tolist())
    dear = KeptValues.priced(values, energy_fj, 1e9)
    assert not dear(np.linspace(-300, 300, 99)).any()


def test_the_step_is_that_of_least_error() -> None:
    kept, random = KeptValues.of([-4, -1, 0, 1, 4]), np.random.default_rng(1)
    rows = np.stack([random.normal(0, 1, 3000), random.laplace(0, 7, 3000), np.zeros(3000)])
    found = kept.steps(rows)
    for row, step in zip(rows[:2], found[:2], strict=True):
        tried = np.linspace(0.2, 1.8, 400) * step
        errors = [float(np.square(kept(row / s) * s - row).mean()) for s in tried]
        chosen = float(np.square(kept(row / step) * step - row).mean())
        assert chosen <= 1.01 * min(errors)
    assert found[2] == 1.0
    assert KeptValues.of([0]).steps(rows[:1])[0] > 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: KeptValues((1, 2)), "0 is always kept"),
        (lambda: KeptValues((0, 2, 1)), "ascending"),
        (lambda: KeptValues((0, 1), (0.1, 0.2)), "2 bounds between 2"),
        (lambda: WEIGHTS.check(IntFormat(4, True), "weights"), "kept weights from -16 to 9"),
        (lambda: Lookup(np.arange(3), IntFormat(2, False)), "has 4 results from 0 to 3, not 3"),
        (lambda: Lookup(np.array([0, 1, 2, 4]), IntFormat(2, False)), "from 0 to 4"),
    ],
)
def test_what_does_not_fit_is_refused(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(SimError, match=message):
        make()


@pytest.mark.parametrize("number", [IntFormat(6, False), IntFormat(6, True)])
def test_a_lookup_says_the_nearest_of_each_value(number: IntFormat) -> None:
    kept = KeptValues.of([0, 3, 4, 31] + ([-32, -5] if number.signed else [63]))
    lookup = Lookup.nearest(kept, number)
    x = number.values().astype(np.int8 if number.signed else np.uint8).reshape(8, -1)
    found = lookup(x)
    assert found.dtype == x.dtype
    assert lookup.shape((8, 8)) == (8, 8)
    for value, result in zip(x.ravel().tolist(), found.ravel().tolist(), strict=True):
        nearest = min(abs(value - k) for k in kept.values)
        assert result in kept.values
        assert abs(value - result) == nearest


def test_a_grid_of_kept_values_has_no_others() -> None:
    grid = Grid(-128, 127, kept=WEIGHTS)
    found = grid(np.linspace(-200, 200, 2001))
    assert set(found.tolist()) == set(WEIGHTS.values)


def _restricted(kind: str, **settings: object) -> Scheme:
    names = ("conv1", "conv2", "conv3", "linear")
    additions = 1.5 if kind == "pann" else None
    return Scheme(
        kind, 6, None if kind == "pann" else 6, additions, bias_correction=True,
        kept_weights=tuple((name, WEIGHTS) for name in names),
        kept_activations=tuple((name, ACTIVATIONS) for name in names), **settings,  # type: ignore[arg-type]
    )  # fmt: skip


def _operands(network: Network, source: Source) -> None:
    """Every operand of every multiplication is kept, borders too."""
    names = [network.node(name).inputs[0] for name in network.weighted]
    run = network.run(source.test.images[:50], names)
    for name, layer in network.weighted.items():
        assert set(np.unique(layer.weight).tolist()) <= set(WEIGHTS.values)
        for matrix in layer.matrices(run.kept[network.node(name).inputs[0]]):
            assert set(np.unique(matrix).astype(int).tolist()) <= set(ACTIVATIONS.values)


@pytest.mark.parametrize("kind", ["mixed", "signed", "pann"])
@pytest.mark.parametrize("feedback", [False, True])
def test_networks_have_kept_operands_only(source: Source, kind: str, feedback: bool) -> None:
    more = {"weight_rounding": "feedback", "compensated": True} if feedback else {}
    network = source.quantized(_restricted(kind, **more))
    _operands(network, source)
    classes, _ = network.classify(source.test.images)
    assert np.mean(classes == source.test.labels) > 0.8


def test_all_values_kept_is_the_same_network_but_for_steps(source: Source) -> None:
    steps = tuple((name, 0.01) for name in ("conv1", "conv2", "conv3", "linear"))
    plain = Scheme("mixed", 6, 6, weight_steps=steps)
    every = tuple((name, KeptValues.of(range(-32, 32))) for name, _ in steps)
    first = source.quantized(plain)
    second = source.quantized(Scheme("mixed", 6, 6, weight_steps=steps, kept_weights=every))
    for one, other in zip(first.weighted.values(), second.weighted.values(), strict=True):
        # Halves go to the even number, or to the lower one.
        assert np.mean(one.weight != other.weight) < 1e-3


def test_kept_values_that_a_format_has_not_are_refused(source: Source) -> None:
    kept = (("conv2", KeptValues.of([0, 100])),)
    with pytest.raises(SimError, match="layer conv2: kept weights from 0 to 100 do not fit s6"):
        source.quantized(Scheme("mixed", 6, 6, kept_weights=kept))
    with pytest.raises(SimError, match="layer conv2: kept activations from 0 to 100 do not fit u6"):
        source.quantized(Scheme("mixed", 6, 6, kept_activations=kept))


def test_a_restricted_scheme_survives_json() -> None:
    scheme = Scheme("mixed", 6, 6, weight_steps=(("a", 0.5),), kept_weights=(("a", WEIGHTS),),
                    kept_activations=(("a", ACTIVATIONS),))  # fmt: skip
    assert scheme_from(json.loads(json.dumps(asdict(scheme)))) == scheme


@pytest.mark.parametrize("kind", ["mixed", "signed", "pann"])
@pytest.mark.parametrize("bits", [6, 8])  # of 8, unsigned pixels go in as they are
def test_lookups_are_exported_and_read_back(
    source: Source, tmp_path: Path, kind: str, bits: int
) -> None:
    onnx = pytest.importorskip("onnx")
    from sim.exporters.qonnx import write_qonnx  # noqa: PLC0415 - an extra
    from sim.importers.onnx import load_onnx  # noqa: PLC0415

    scheme = _restricted(kind)
    network = source.quantized(replace(scheme, bits_x=bits, residual_bits=8))
    path = tmp_path / "net.onnx"
    write_qonnx(network, path, kind)
    onnx.checker.check_model(onnx.load(str(path)))
    read = load_onnx(path)
    images = source.test.images[:50]
    assert np.array_equal(read.run(images).output, network.run(images).output)
    assert sum(isinstance(n.layer, Lookup) for n in read.nodes) == 4
    _operands(read, source)


@given(st.lists(st.floats(-300, 300), min_size=1, max_size=40), st.integers(0, 1000))
def test_the_nearest_numbers_of_kept_values_become_them(numbers: list[float], seed: int) -> None:
    random = np.random.default_rng(seed)
    kept = KeptValues((-64, -5, 0, 1, 64), tuple(np.sort(random.uniform(-90, 90, 4)).tolist()))
    wanted = random.choice(kept.array, len(numbers))
    given_numbers = np.array(numbers)
    assume(np.diff(kept.bounds).min() >= 0.01)  # room between bounds
    found = kept.nearest(given_numbers, wanted)
    assert np.array_equal(kept(found.astype(np.float32)), wanted)
    already = kept(given_numbers) == wanted
    assert np.all(np.abs(found - given_numbers)[already] <= 2e-3)
    moved = found[~already]
    distance = np.abs(moved[:, None] - np.array(kept.bounds)).min(axis=1, initial=np.inf)
    assert np.all(distance <= 2e-3)


def test_numbers_of_other_integers_are_refused() -> None:
    with pytest.raises(SimError, match="no kept values"):
        WEIGHTS.nearest(np.zeros(2), np.array([1, 10]))
