"""From float networks to integers: laws of steps, what is folded, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from sim.accumulators import Accumulator
from sim.architectures import build
from sim.charges import measured_additions
from sim.errors import SimError
from sim.floats import (
    AvgPool,
    BatchNorm,
    Float32Array,
    FloatConv2d,
    FloatLinear,
    Normalize,
)
from sim.formats import IntArray, IntFormat
from sim.layers import Add, Flatten, FloatArray, MaxPool, Relu, Subsample
from sim.network import INPUT, Network, Node
from sim.pann import fitted_step, pann_step, quantize_weights, settings
from sim.patches import Array
from sim.quantize import quantize
from sim.quantizers import QUANTIZERS, batch_norm_step, quantized, steps
from sim.quantizing.grids import Grid, digit_count
from sim.schemes import KINDS, Scheme, Widths
from sim.searching.deployment import Deployment
from sim.searching.settings import pann_scheme
from sim.signmag import SignMagnitude
from sim.weighted import Conv2d

random = np.random.default_rng(11)
IMAGES = random.integers(0, 256, (64, 8, 8, 3), dtype=np.uint8)


def _floats(*shape: int) -> Float32Array:
    return np.asarray(random.standard_normal(shape) * 0.4, dtype=np.float32)


def _norm(channels: int) -> BatchNorm:
    one = np.ones(channels, np.float32)
    return BatchNorm(one + 0.5 * _floats(channels), 0.3 + _floats(channels), _floats(channels), one)


def _network() -> Network:
    """Of every kind of layer one, a residual sum, a depthwise convolution."""
    mean, deviation = np.array([0.4, 0.5, 0.6], np.float32), np.array([0.2, 0.3, 0.25], np.float32)
    nodes = [
        Node("normalize", Normalize(mean, deviation), (INPUT,)),
        Node("conv1", FloatConv2d(_floats(6, 3, 3, 3), None, (1, 1), (1, 1)), ("normalize",)),
        Node("bn1", _norm(6), ("conv1",)),
        Node("relu1", Relu(), ("bn1",)),
        Node(
            "depthwise", FloatConv2d(_floats(6, 1, 3, 3), _floats(6), (2, 2), (1, 1), 6), ("relu1",)
        ),
        Node("bn2", _norm(6), ("depthwise",)),
        Node("shortcut", Subsample(2, 0, 0), ("relu1",)),
        Node("add", Add(), ("bn2", "shortcut")),
        Node("relu2", Relu(), ("add",)),
        Node("pool", MaxPool((2, 2), (2, 2)), ("relu2",)),
        Node("conv2", FloatConv2d(_floats(8, 6, 2, 2), _floats(8)), ("pool",)),
        Node("relu3", Relu(), ("conv2",)),
        Node("flatten", Flatten(), ("relu3",)),
        Node("linear", FloatLinear(_floats(5, 8), _floats(5)), ("flatten",)),
    ]
    return Network(nodes, (8, 8, 3))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "pann"])
@pytest.mark.parametrize("rounding", ["shift", "half-even"])
def test_eight_bits_are_nearly_the_float_network(kind: str, rounding: str) -> None:
    """Batch norms, means of pixels, borders, residual sums: everything is folded rightly."""
    network = _network()
    scheme = Scheme(kind, 8, 8, residual_bits=12, rounding=rounding, activation_rule="minmax")
    expected = network.run(IMAGES).output
    found = quantize(network, scheme, IMAGES, jobs=2).run(IMAGES).output
    error = float(np.sqrt(np.square(found - expected).mean() / np.square(expected).mean()))
    assert error < 0.04, error


def test_pann_with_many_additions_is_nearly_the_float_network() -> None:
    network = _network()
    made = quantize(network, Scheme("pann", 8, additions=20.0, residual_bits=12), IMAGES)
    expected, found = network.run(IMAGES).output, made.run(IMAGES).output
    assert float(np.sqrt(np.square(found - expected).mean() / np.square(expected).mean())) < 0.04
    few = quantize(network, Scheme("pann", 8, additions=0.3), IMAGES).run(IMAGES).output
    assert np.square(few - expected).mean() > 10 * np.square(found - expected).mean()


def test_an_integer_network_computes_integers_only() -> None:
    made = quantize(_network(), Scheme("split", 5, 3), IMAGES)
    names = [node.name for node in made.nodes[:-1]]
    for name, tensor in made.run(IMAGES[:4], names).kept.items():
        assert np.array_equal(tensor, np.rint(tensor)), name
    for name, layer in made.weighted.items():
        x = made.run(IMAGES[:4], (made.node(name).inputs[0],)).kept[made.node(name).inputs[0]]
        assert layer.x_format.contains(x.astype(np.int64)), name
        assert layer.x_format == IntFormat(5, signed=False)
        assert np.abs(layer.weight).max() <= 7
        assert layer.accumulator.split


@pytest.mark.parametrize("kind", ["split", "pann"])
def test_first_and_last_layers_may_have_bits_of_their_own(kind: str) -> None:
    weights = {"additions": 1.5} if kind == "pann" else {"bits_w": 3}
    scheme = Scheme(kind, 4, first_bits=7, last_bits=6, batch_norm="reestimated", **weights)
    layers = quantize(_network(), scheme, IMAGES).weighted
    assert [layer.x_format.bits for layer in layers.values()] == [7, 4, 4, 6]
    if kind == "split":
        assert [layer.w_format.bits - 1 for layer in layers.values()] == [7, 3, 3, 6]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("per_channel", [False, True])
def test_error_feedback_brings_every_kind_nearer_to_the_float_network(
    kind: str, per_channel: bool
) -> None:
    network, steps_down = _network(), np.random.default_rng(1).normal(0, 30, (400, 8, 8, 3))
    images = np.clip(128 + steps_down.cumsum(axis=1).cumsum(axis=2) / 3, 0, 255).astype(np.uint8)
    nearest = Scheme(kind, 7, None if kind == "pann" else 3, 1.5 if kind == "pann" else None,
                     bias_correction=True, per_channel=per_channel)  # fmt: skip
    expected = network.run(images).output
    plain, fed_back = (
        float(np.square(quantize(network, s, images, 2).run(images).output - expected).mean())
        for s in (nearest, replace(nearest, weight_rounding="feedback"))
    )
    assert fed_back < 0.8 * plain, (fed_back, plain)


def test_layers_have_widths_of_their_own() -> None:
    own = (("conv1", Widths(7, 3)), ("linear", Widths(8, 6)))
    scheme = Scheme("split", 4, 4, layers=own, first_bits=2, safe_accumulators=True)
    layers = quantize(_network(), scheme, IMAGES).weighted
    assert [layer.x_format.bits for layer in layers.values()] == [7, 4, 4, 8]
    assert [layer.w_format.bits - 1 for layer in layers.values()] == [3, 4, 4, 6]
    for layer in layers.values():
        assert layer.accumulator.bits == layer.safe_bits
    with pytest.raises(SimError, match=r"sums reach from"):
        replace(
            layers["conv1"],
            accumulator=replace(layers["conv1"].accumulator, bits=layers["conv1"].safe_bits - 1),
        )
    pann = Scheme("pann", 5, additions=1.0, additions_rule="measured",
                  layers=(("conv2", Widths(3, additions=2.5)),))  # fmt: skip
    counts = measured_additions(quantize(_network(), pann, IMAGES))
    assert {name: round(count * 2) / 2 for name, count in counts.items() if name != "all"} == {
        "conv1": 1.0, "depthwise": 1.0, "conv2": 2.5, "linear": 1.0}  # fmt: skip
    assert max(counts[name] for name in ("conv1", "depthwise", "linear")) <= 1.0


def test_accumulators_of_their_own_change_no_result() -> None:
    network = _network()
    for kind in ("split", "mixed", "signmag"):
        scheme = Scheme(kind, 4, 4)
        wide, safe = (
            quantize(network, s, IMAGES).run(IMAGES).output
            for s in (scheme, replace(scheme, safe_accumulators=True))
        )
        assert np.array_equal(wide, safe)


def test_sign_magnitude_and_signed_digits() -> None:
    """Of operands that may be negative, too; weights are symmetric and of few digits."""
    one = np.ones(1, np.float32)
    nodes = [
        Node("normalize", Normalize(0 * one, one), (INPUT,)),
        Node("conv1", FloatConv2d(_floats(4, 3, 1, 1)), ("normalize",)),
        Node("conv2", FloatConv2d(_floats(4, 4, 1, 1)), ("conv1",)),
    ]
    network = Network(nodes, (8, 8, 3))
    expected = network.run(IMAGES).output
    for kind, number in (("signmag", SignMagnitude(7)), ("csd", IntFormat(7, signed=True))):
        made = quantize(network, Scheme(kind, 7, 7), IMAGES)
        assert [layer.x_format for layer in made.weighted.values()] == [IntFormat(7, False), number]
        assert all(layer.w_format == number for layer in made.weighted.values())
        assert np.abs(made.run(IMAGES).output - expected).max() < 0.1 * np.abs(expected).max()
        assert not any(layer.accumulator.split for layer in made.weighted.values())
    few = quantize(_network(), Scheme("csd", 7, 7, digits=2), IMAGES).weighted
    digits = {digit_count(int(w)) for layer in few.values() for w in layer.weight.flat}
    assert digits == {0, 1, 2}


def test_the_border_is_the_mean_pixel() -> None:
    """An image of mean pixels gives the same inside and at the border."""
    mean = np.array([0.4, 0.6], np.float32)
    nodes = [
        Node("normalize", Normalize(mean, np.ones(2, np.float32)), (INPUT,)),
        Node("conv", FloatConv2d(_floats(3, 2, 3, 3), None, (1, 1), (1, 1)), ("normalize",)),
    ]
    network = Network(nodes, (5, 5, 2))
    images = np.broadcast_to(np.rint(mean * 255).astype(np.uint8), (4, 5, 5, 2))
    made = quantize(network, Scheme("mixed", 8, 8), images)
    layer = made.weighted["conv"]
    assert isinstance(layer, Conv2d)
    assert np.asarray(layer.pad_value).tolist() == [102, 153]
    output = made.run(images).output
    assert np.ptp(output, axis=(0, 1, 2)).max() == 0
    assert np.abs(output).max() < 1e-6 + 0.01 * np.abs(layer.weight).sum()


def test_corrections_take_the_mean_error_out() -> None:
    network = _network()
    for scheme in (
        Scheme("split", 3, 3, bias_correction=True),
        Scheme("pann", 3, additions=1.0, bias_correction=True),
    ):
        corrected, plain = (
            quantize(network, s, IMAGES).run(IMAGES).output.mean(axis=0)
            for s in (scheme, replace(scheme, bias_correction=False))
        )
        wanted = network.run(IMAGES).output.mean(axis=0)
        assert np.abs(corrected - wanted).max() < 1e-3 + 0.2 * np.abs(plain - wanted).max()


def test_reestimation_moves_statistics_as_the_images_say() -> None:
    """Sums that are scaled and shifted by a wrong weight are mended by it."""
    network = _network()
    plain, moved = (
        quantize(network, Scheme("split", 4, 2, batch_norm=b), IMAGES)
        for b in ("stored", "reestimated")
    )
    expected = network.run(IMAGES, ["bn1"]).kept["bn1"]

    def deviations(made: Network) -> Array:
        # The requantizer behind bn1 holds its scale: of the same step, deviations compare.
        name = next(n.name for n in made.nodes if n.name.startswith("relu1."))
        tensor = made.run(IMAGES, [name]).kept[name]
        return np.asarray(tensor.astype(np.float64).std(axis=(0, 1, 2)))

    wanted = np.maximum(expected, 0).std(axis=(0, 1, 2))
    for made in (plain, moved):
        assert deviations(made).shape == wanted.shape

    def spread(made: Network) -> float:
        ratio = deviations(made) / wanted
        return float(ratio.std() / ratio.mean())

    assert spread(moved) < spread(plain)


# --- steps --------------------------------------------------------------------

values_of_rows = st.one_of(st.floats(1e-25, 100), st.floats(-100, -1e-25), st.just(0.0))
samples = st.lists(values_of_rows, min_size=2, max_size=40).filter(any)


@given(samples, st.integers(2, 8), st.sampled_from(QUANTIZERS[:-1]))
def test_steps_are_positive_and_never_wider_than_the_values(
    values: list[float], bits: int, rule: str
) -> None:
    number = IntFormat(bits, signed=True)
    row = np.array([values])
    (step,) = steps(row, number.min, number.max, rule)
    assert 0 < step <= np.abs(row).max() / number.max * (1 + 1e-9)
    integers = quantized(row, step, number.min, number.max)
    assert number.contains(integers)
    if rule == "minmax":
        assert np.abs(integers * step - row).max() <= step / 2 * (1 + 1e-9) + (
            step if row.min() < -np.abs(row.max()) else 0
        )


@given(samples, st.integers(2, 6))
def test_mmse_is_not_worse_than_the_others(values: list[float], bits: int) -> None:
    number = IntFormat(bits, signed=True)
    row = np.array([values])

    def error(rule: str) -> float:
        (step,) = steps(row, number.min, number.max, rule)
        found = quantized(row, step, number.min, number.max) * step
        return float(np.square(found - row).mean())

    assert error("mmse") <= error("minmax") * (1 + 1e-9)


@pytest.mark.parametrize("rule", QUANTIZERS[:-1])
def test_what_is_nearly_nothing_is_nothing(rule: str) -> None:
    for tiny in (0.0, 5e-324, 1e-299, 1e-31):
        assert steps(np.array([[tiny, -tiny]]), -2, 1, rule).tolist() == [1.0]


def test_rows_are_channels() -> None:
    rows = np.array([[1.0, -2.0], [0.0, 0.0], [40.0, 3.0]])
    assert steps(rows, -8, 7, "minmax").tolist() == [2 / 7, 1.0, 40 / 7]


@pytest.mark.parametrize("laplace", [True, False])
def test_aciq_finds_the_best_clip_of_its_distribution(laplace: bool) -> None:
    """Against a search over the same samples."""
    drawn = np.random.default_rng(3)
    values = (drawn.laplace if laplace else drawn.normal)(0, 1, (1, 200_000))
    for bits in (3, 4, 5):
        high = 2 ** (bits - 1) - 1
        (found,), (best,) = (steps(values, -high, high, rule) for rule in ("aciq", "mmse"))
        assert found == pytest.approx(best, rel=0.15)


def test_ranges_without_data() -> None:
    """Normal channels: the step is near the one that the samples themselves want."""
    mean, deviation = np.array([0.0, 1.0]), np.array([1.0, 2.0])
    values = np.random.default_rng(1).normal(mean, deviation, (100_000, 2))
    best = steps(np.maximum(values, 0).reshape(1, -1), 0, 15, "mmse")[0]
    assert batch_norm_step(mean, deviation, 15) == pytest.approx(best, rel=0.3)
    network = _network()
    made = quantize(network, Scheme("split", 6, 6, activation_rule="batchnorm"), IMAGES)
    expected = network.run(IMAGES).output
    assert np.square(made.run(IMAGES).output - expected).mean() < 0.1 * np.square(expected).mean()


# --- PANN ---------------------------------------------------------------------


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60), st.floats(0.1, 8))
def test_pann_weights_are_the_formula(weights: list[float], additions: float) -> None:
    rows = np.array([weights])
    integers, gamma = quantize_weights(rows, additions)
    norm = sum(map(abs, weights))
    if norm > 1e-9:
        assert gamma[0] == pytest.approx(norm / (additions * len(weights)))
        assert integers.tolist() == [[round(w / gamma[0]) for w in weights]]
        # Before rounding the mean of |q| is R; rounding moves each by half at most.
        assert abs(np.abs(integers).mean() - additions) <= 0.5 + 1e-9
    else:
        assert not integers.any() or norm > 0


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 9), st.floats(0.5, 1))
@limits(deadline=None)
def test_a_fitted_step_leaves_the_additions_that_are_wanted(
    seed: int, additions: float, zone: float
) -> None:
    rows = np.random.default_rng(seed).laplace(size=(1, 2000))
    grid = Grid(dead_zone=zone)

    def rounded(step: FloatArray) -> IntArray:
        return grid(rows / step[:, None]).astype(np.int64)

    step = fitted_step(pann_step(rows, additions), additions, rounded)
    left = np.abs(rounded(step)).mean()
    assert 0.96 * additions - 0.002 <= left <= additions


def test_settings_spend_the_budget_and_skip_what_cannot_be() -> None:
    for budget in (3.0, 10.0, 24.0):
        found = settings(budget)
        assert [bits for bits, _ in found] == [b for b in range(2, 9) if budget / b - 0.5 > 0]
        assert all((r + 0.5) * bits == pytest.approx(budget) for bits, r in found)
    with pytest.raises(SimError, match="no setting meets a budget of 1 bit flips an element"):
        settings(1)


def test_deployment_switches_from_one_float_network() -> None:
    network = _network()
    deployment = Deployment(network, IMAGES)
    first, second = pann_scheme(5, 1.5), pann_scheme(3, 0.5)
    made = deployment.at(first)
    other = deployment.at(second)
    assert deployment.at(first) is made
    assert other is not made
    again = quantize(network, second, IMAGES)
    assert np.array_equal(other.run(IMAGES).output, again.run(IMAGES).output)
    counts = measured_additions(made)
    macs = made.macs()
    expected = sum(np.abs(made.weighted[n].weight).mean() * macs[n] for n in macs)
    assert counts["all"] == pytest.approx(expected / sum(macs.values()))
    assert abs(counts["all"] - 1.5) < 0.3


# --- what is refused ----------------------------------------------------------


def test_nan_weights_are_refused() -> None:
    network = _network()
    weight = _floats(6, 3, 3, 3)
    weight[2, 1, 0, 0] = np.nan
    nodes = [
        replace(node, layer=FloatConv2d(weight, None, (1, 1), (1, 1)))
        if node.name == "conv1"
        else node
        for node in network.nodes
    ]
    with pytest.raises(SimError, match="layer conv1: 1 of its 162 weights are NaN or infinite"):
        quantize(Network(nodes, (8, 8, 3)), Scheme("split", 4, 4), IMAGES)


def test_operands_that_may_be_negative_are_refused_where_they_must_not() -> None:
    network = Network(
        [
            Node("normalize", Normalize(np.zeros(1, np.float32), np.ones(1, np.float32)), (INPUT,)),
            Node("conv1", FloatConv2d(_floats(4, 3, 1, 1)), ("normalize",)),
            Node("conv2", FloatConv2d(_floats(4, 4, 1, 1)), ("conv1",)),
        ],
        (8, 8, 3),
    )
    with pytest.raises(SimError, match="layer conv2: its input conv1 may be negative, split takes"):
        quantize(network, Scheme("split", 4, 4), IMAGES)
    made = quantize(network, Scheme("signed", 8, 8), IMAGES)
    expected = network.run(IMAGES).output
    assert np.abs(made.run(IMAGES).output - expected).max() < 0.1 * np.abs(expected).max()


def test_an_accumulator_that_is_not_proven_is_refused_by_layer() -> None:
    with pytest.raises(SimError, match=r"layer conv1: sums reach from .* the accumulator has 9"):
        quantize(_network(), Scheme("mixed", 8, 8, accumulator=Accumulator(9)), IMAGES)


def test_averages_and_several_pools() -> None:
    nodes = [
        Node("normalize", Normalize(np.zeros(1, np.float32), np.ones(1, np.float32)), (INPUT,)),
        Node("conv1", FloatConv2d(_floats(4, 3, 3, 3)), ("normalize",)),
        Node("relu1", Relu(), ("conv1",)),
        Node("pool", AvgPool((3, 3), (3, 3)), ("relu1",)),
        Node("conv2", FloatConv2d(_floats(4, 4, 2, 2)), ("pool",)),
        Node("flatten", Flatten(), ("conv2",)),
    ]
    network = Network(nodes, (8, 8, 3))
    made = quantize(network, Scheme("split", 8, 8, residual_bits=8), IMAGES)
    expected = network.run(IMAGES).output
    assert np.abs(made.run(IMAGES).output - expected).max() < 0.05 * np.abs(expected).max()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "ternary"}, f"unknown scheme 'ternary': known are {', '.join(KINDS)}"),
        ({"bits_x": 9, "residual_bits": 12}, "bits_x of split is 1 to 8, not 9"),
        ({"bits_w": None}, "split takes bits of weights"),
        ({"additions": 2.0}, "split takes bits of weights and no number of additions"),
        ({"kind": "pann", "bits_w": None}, "pann takes a positive number of additions"),
        ({"kind": "pann", "bits_w": None, "additions": -1.0}, "pann takes a positive number"),
        ({"weight_rule": "batchnorm"}, "unknown rule for weights 'batchnorm'"),
        ({"activation_rule": "best"}, "unknown rule for activations 'best'"),
        ({"residual_bits": 3}, "residual_bits is at least bits_x, 4, and at most 16, not 3"),
        ({"kind": "signed", "bits_x": 1}, "bits_x of signed is 2 to 8, not 1"),
        ({"weight_rounding": "gptq"}, "unknown rounding of weights 'gptq': known are nearest, fee"),
        ({"additions_rule": "mean"}, "unknown rule for additions 'mean'"),
        ({"dead_zone": 1.5}, "a dead zone is 0.5 to 1 steps, not 1.5"),
        ({"damping": 0.0}, "damping is positive, 0.01 for instance, not 0"),
        ({"digits": 2}, "digits are for csd and at least 1, not split, 2"),
        ({"compensated": True}, "compensated weights need weight_rounding feedback"),
        ({"layers": (("conv1", Widths(9, 4)),)}, "layer conv1: bits_x of split is 1 to 8, not 9"),
        ({"layers": (("conv1", Widths(4)),)}, "layer conv1: split takes bits of weights"),
        ({"kind": "csd", "bits_w": 1}, "bits_w of csd is 2 to 8, not 1"),
    ],
)
def test_schemes_that_cannot_be_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(SimError, match=message.replace("(", r"\(")):
        replace(Scheme("split", 4, 4), **change)  # type: ignore[arg-type]


def test_shapes_that_do_not_fit_name_the_layer() -> None:
    description = {
        "architecture": "layers",
        "input": [8, 8, 3],
        "layer": [{"op": "conv2d", "name": "c"}],
    }
    with pytest.raises(SimError, match="layer c: the input has 3 channels, weights take 4"):
        build(description, {"c.weight": _floats(2, 4, 3, 3)})
    with pytest.raises(SimError, match=r"layer c: there is no array 'c.weight'"):
        build(description, {})
