"""Networks run in batches, architectures from files, training of small ones."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.accumulators import Accumulator
from sim.architectures import build, load_network, load_weights
from sim.datasets import Dataset, load
from sim.errors import SimError
from sim.floats import Float32Array, FloatConv2d
from sim.formats import IntFormat
from sim.layers import Add, Relu, Subsample
from sim.network import INPUT, Network, Node
from sim.schemes import Scheme
from sim.sources import Source
from sim.training import train
from sim.weighted import Linear

random = np.random.default_rng(8)


@pytest.fixture(scope="module")
def integers() -> tuple[Network, Dataset]:
    """The shipped network, with an accumulator that overflows."""
    source = Source(calibration=100)
    scheme = Scheme("mixed", 4, 4, accumulator=Accumulator(9, "wrap"))
    return source.quantized(scheme), source.test


def test_batches_and_threads_change_nothing(integers: tuple[Network, Dataset]) -> None:
    network, test = integers
    whole = network.run(test.images)
    done: list[int] = []
    for jobs, batch in ((1, 500), (2, 33), (3, 7)):
        classes, overflows = network.classify(test.images, jobs, batch, done.append)
        assert np.array_equal(classes, whole.output.argmax(axis=1))
        assert overflows == whole.overflows
    assert sum(done) == 3 * 500
    assert any(whole.overflows.values())


def test_kept_tensors_are_those_asked_for(integers: tuple[Network, Dataset]) -> None:
    network, test = integers
    kept = network.run(test.images[:3], ("conv2", INPUT)).kept
    assert set(kept) == {"conv2", INPUT}
    assert kept["conv2"].shape == (3, *network.shapes["conv2"])
    assert network.macs()["linear"] == 640
    with pytest.raises(SimError, match="no layer 'conv9': there are "):
        network.node("conv9")
    with pytest.raises(
        SimError, match=r"images have shape \(8, 8, 3\), the network takes \(8, 8, 1\)"
    ):
        network.run(np.zeros((2, 8, 8, 3), np.uint8))


def test_layers_that_cannot_be_connected_are_refused() -> None:
    linear = Linear(np.ones((3, 4), np.int64), IntFormat(4, False), IntFormat(4, True))
    with pytest.raises(SimError, match="at least one layer"):
        Network([], (4,))
    with pytest.raises(SimError, match="layer a: its input 'b' comes from no earlier layer"):
        Network([Node("a", linear, ("b",))], (4,))
    with pytest.raises(SimError, match="layer a: another layer has its name"):
        Network([Node("a", linear, (INPUT,)), Node("a", Relu(), ("a",))], (4,))
    with pytest.raises(SimError, match=r"layer sum: only tensors of one shape .*\(3,\), \(4,\)"):
        Network([Node("a", linear, (INPUT,)), Node("sum", Add(), ("a", INPUT))], (4,))


# --- architectures ------------------------------------------------------------


def _resnet_weights(blocks: int) -> dict[str, Float32Array]:
    found: dict[str, Any] = {}

    def convolution(conv: str, norm: str, outputs: int, inputs: int) -> None:
        found[f"{conv}.weight"] = random.standard_normal((outputs, inputs, 3, 3)) / np.sqrt(
            9 * inputs
        )
        for part, value in (("weight", 1), ("bias", 0.1), ("running_mean", 0), ("running_var", 1)):
            found[f"{norm}.{part}"] = np.full(outputs, value)

    convolution("conv1", "bn1", 16, 3)
    before = 16
    for stage, width in ((1, 16), (2, 32), (3, 64)):
        for block in range(blocks):
            name = f"layer{stage}.{block}"
            convolution(f"{name}.conv1", f"{name}.bn1", width, before)
            convolution(f"{name}.conv2", f"{name}.bn2", width, width)
            before = width
    found["linear.weight"] = random.standard_normal((10, 64))
    found["linear.bias"] = np.zeros(10)
    return {name: np.asarray(values, dtype=np.float32) for name, values in found.items()}


def _save(path: Path, weights: dict[str, Float32Array]) -> Path:
    buffer = io.BytesIO()
    np.savez(buffer, **weights)  # type: ignore[arg-type]
    path.write_bytes(buffer.getvalue())
    return path


RESNET = """
architecture = "resnet"
input = [32, 32, 3]
mean = [0.5, 0.5, 0.5]
deviation = [0.2, 0.2, 0.2]
"""


@pytest.mark.parametrize("blocks", [1, 3, 5, 9])
def test_resnets_of_every_depth(tmp_path: Path, blocks: int) -> None:
    """6 n + 2 layers with weights, and the multiplications that they are known for."""
    weights = _save(tmp_path / "net.npz", _resnet_weights(blocks))
    (tmp_path / "net.toml").write_text(RESNET)
    network = load_network(weights, tmp_path / "net.toml")
    convolutions = [n for n in network.nodes if isinstance(n.layer, FloatConv2d)]
    assert len(convolutions) == 6 * blocks + 1
    assert network.shapes["pool"] == (1, 1, 64)
    assert sum(isinstance(n.layer, Subsample) for n in network.nodes) == 2
    if blocks == 3:
        images = random.integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
        from sim.quantize import quantize  # noqa: PLC0415

        made = quantize(network, Scheme("split", 8, 8), images)
        assert sum(made.macs().values()) == 40_551_040
        wanted, found = network.run(images).output, made.run(images).output
        assert np.square(found - wanted).mean() < 0.02 * np.square(wanted - wanted.mean()).mean()


def test_a_block_by_hand() -> None:
    """The float network's first block against sums written out."""
    weights = _resnet_weights(1)
    network = build({"architecture": "resnet", "input": [32, 32, 3]}, weights)
    images = random.integers(0, 256, (1, 32, 32, 3), dtype=np.uint8)
    kept = network.run(images, ["relu1", "layer1.0.relu1", "layer1.0.relu2"]).kept

    def conv(x: Any, w: Any, row: int, column: int) -> Any:
        framed = np.pad(x[0], ((1, 1), (1, 1), (0, 0)))
        return np.einsum("rsc,mcrs->m", framed[row : row + 3, column : column + 3], w)

    scale = 1 / np.sqrt(1 + 1e-5)
    for row, column in ((0, 0), (5, 31), (16, 7)):
        first = conv(kept["relu1"], weights["layer1.0.conv1.weight"], row, column) * scale + 0.1
        assert np.allclose(kept["layer1.0.relu1"][0, row, column], np.maximum(first, 0), atol=1e-4)
        inner = conv(kept["layer1.0.relu1"], weights["layer1.0.conv2.weight"], row, column)
        second = inner * scale + 0.1 + kept["relu1"][0, row, column]
        assert np.allclose(kept["layer1.0.relu2"][0, row, column], np.maximum(second, 0), atol=1e-4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('architecture = "vgg"\n', "unknown architecture 'vgg': known are resnet, layers"),
        ('architecture = "resnet"\n', "input, mean, deviation and levels must be numbers"),
        ('architecture = "resnet"\ninput = ["a"]\n', "input, mean, deviation and levels must be"),
        (RESNET, "there is no array 'layer1.0.conv1.weight'"),
        ("architecture = \n", "not a TOML file"),
        ('architecture = "layers"\ninput = [4]\n[[layer]]\nop = "lstm"\n',
         "layer layer0: unknown op 'lstm': known are conv2d, linear"),
        ('architecture = "layers"\ninput = [8,8,1]\n[[layer]]\nop = "maxpool"\nkernel = "a"\n',
         "layer layer0: kernel is one number, or two in brackets, not a"),
    ],
)  # fmt: skip
def test_architectures_that_cannot_be_are_refused(tmp_path: Path, text: str, message: str) -> None:
    weights = {k: v for k, v in _resnet_weights(1).items() if not k.startswith("layer")}
    _save(tmp_path / "net.npz", weights)
    (tmp_path / "net.toml").write_text(text)
    with pytest.raises(SimError, match=f"net.toml: .*{message}"):
        load_network(tmp_path / "net.npz", tmp_path / "net.toml")


def test_files_that_are_no_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SimError, match="there is no such file of weights"):
        load_weights(tmp_path / "none.npz")
    bad = {"conv1.weight": np.array([1, np.nan, np.inf], np.float32)}
    with pytest.raises(SimError, match=r"2 of the 3 numbers of 'conv1.weight' are NaN or infinite"):
        load_weights(_save(tmp_path / "nan.npz", bad))
    words: Any = {"conv1.weight": np.array(["a", "b"])}
    with pytest.raises(SimError, match=r"'conv1.weight' must hold numbers"):
        load_weights(_save(tmp_path / "words.npz", words))


# --- training -----------------------------------------------------------------

CHAIN: dict[str, Any] = {
    "architecture": "layers",
    "input": [6, 6, 2],
    "layer": [
        {"op": "conv2d", "name": "c", "padding": 1, "outputs": 3, "stride": [2, 1]},
        {"op": "relu"},
        {"op": "maxpool", "kernel": [1, 2]},
        {"op": "conv2d", "name": "d", "outputs": 4, "kernel": 2},
        {"op": "flatten"},
        {"op": "linear", "name": "l", "outputs": 3},
    ],
}


def test_gradients_are_differences_of_the_loss() -> None:
    """Every layer's slope against a finite difference in float64's reach of float32."""
    from sim.training import _gradients, _initial  # noqa: PLC0415

    weights = _initial(CHAIN, np.random.default_rng(1))
    # Images of its own: near a corner of a rectifier there is no slope to compare.
    images = np.random.default_rng(2).integers(0, 256, (5, 6, 6, 2), dtype=np.uint8)
    labels = np.array([0, 1, 2, 1, 0])
    _, gradients = _gradients(build(CHAIN, weights), images, labels)
    step = 1e-2
    for name, gradient in gradients.items():
        direction = np.asarray(gradient / np.sqrt(np.square(gradient).sum()), dtype=np.float32)
        losses = [
            _gradients(build(CHAIN, weights | {name: weights[name] + sign * step * direction}),
                       images, labels)[0]
            for sign in (1, -1)
        ]  # fmt: skip
        slope = (losses[0] - losses[1]) / (2 * step)
        assert slope == pytest.approx(float(np.sqrt(np.square(gradient).sum())), rel=0.03), name


def test_training_is_the_same_for_the_same_seed_and_learns() -> None:
    data = load("digits", "train").part(0, 256)
    description: dict[str, Any] = {
        "architecture": "layers", "input": [8, 8, 1], "levels": 16,
        "layer": [{"op": "flatten"}, {"op": "linear", "name": "l", "outputs": 10}],
    }  # fmt: skip
    losses: list[float] = []
    weights = train(description, data, 15, advance=losses.append)
    again = train(description, data, 15)
    assert all(np.array_equal(weights[name], again[name]) for name in weights)
    assert losses[-1] < 0.3 * losses[0]
    classes, _ = build(description, weights).classify(data.images)
    assert np.mean(classes == data.labels) > 0.9


def test_what_cannot_be_trained_is_refused() -> None:
    data = load("digits", "train").part(0, 20)
    chain: dict[str, Any] = {"architecture": "layers", "input": [8, 8, 1]}
    with pytest.raises(SimError, match="layer 0 to be trained needs a name and its outputs"):
        train(chain | {"layer": [{"op": "conv2d", "name": "c"}]}, data, 1)
    pooled = [
        {"op": "avgpool", "name": "p"},
        {"op": "flatten"},
        {"op": "linear", "name": "l", "outputs": 10},
    ]
    with pytest.raises(SimError, match="layer p: a AvgPool cannot be trained here"):
        train(chain | {"layer": pooled}, data, 1)


def test_the_shipped_network_is_what_it_says() -> None:
    source = Source()
    classes, _ = source.network.classify(source.test.images)
    assert 100 * np.mean(classes == source.test.labels) == pytest.approx(95.2)
    assert source.calibration_images.images.shape[0] == 512
    validation = source.validation_images
    both = np.concatenate([source.calibration_images.images, validation.images])
    assert len(validation) == 500
    assert len(np.unique(both.reshape(len(both), -1), axis=0)) == len(both)
