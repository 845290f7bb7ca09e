"""Training: gradients as defined, resumed as if never stopped, integers as training saw them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.accuracy import accuracy
from sim.architectures import build, load_weights
from sim.charges import measured_additions
from sim.cli import app
from sim.datasets import Dataset
from sim.errors import SimError
from sim.network import Network
from sim.quantize import quantize
from sim.schemes import Scheme, Widths
from sim.sources import Source

torch = pytest.importorskip("torch", reason="PyTorch, extra `train`")
from sim.train.arrays import arrays_of  # noqa: E402
from sim.train.loop import Descent, train_network  # noqa: E402
from sim.train.model import TrainableNetwork  # noqa: E402
from sim.train.products import Convolution, product  # noqa: E402
from sim.train.quantizers import Activations, Additions  # noqa: E402

CONVOLUTION = Convolution((2, 2), (1, 1))
QUICK = Descent(epochs=1, batch=50, rate=0.01, augmented=False)


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=100, validation=100)


def _resnet(seed: int) -> Network:
    """Of eight layers, with batch norms and both kinds of shortcuts."""
    random = np.random.default_rng(seed)
    weights: dict[str, np.ndarray] = {}

    def conv(name: str, outputs: int, inputs: int) -> None:
        scale = np.sqrt(2 / (9 * inputs))
        weights[f"{name}.weight"] = random.standard_normal((outputs, inputs, 3, 3)) * scale

    def norm(name: str, channels: int) -> None:
        weights[f"{name}.weight"] = random.uniform(0.5, 1.5, channels)
        weights[f"{name}.bias"] = random.uniform(-0.2, 0.4, channels)
        weights[f"{name}.running_mean"] = random.uniform(-0.2, 0.2, channels)
        weights[f"{name}.running_var"] = random.uniform(0.5, 1.5, channels)

    conv("conv1", 4, 3)
    norm("bn1", 4)
    for stage, (inputs, outputs) in enumerate(((4, 4), (4, 8), (8, 16)), start=1):
        name = f"layer{stage}.0"
        conv(f"{name}.conv1", outputs, inputs)
        norm(f"{name}.bn1", outputs)
        conv(f"{name}.conv2", outputs, outputs)
        norm(f"{name}.bn2", outputs)
    weights["linear.weight"] = random.standard_normal((5, 16))
    weights["linear.bias"] = random.standard_normal(5)
    description = {"architecture": "resnet", "input": [32, 32, 3], "mean": [0.2, 0.4, 0.6],
                   "deviation": [0.2, 0.3, 0.25]}  # fmt: skip
    narrow = {name: values.astype(np.float32) for name, values in weights.items()}
    return build(description, narrow)


def _widths(network: Network, bits: int = 5, additions: float = 1.5) -> dict[str, Widths]:
    names = [n.name for n in network.nodes if n.name in ("linear",) or "conv" in n.name]
    return {name: Widths(8 if name == "conv1" else bits, additions=additions) for name in names}


def _images(seed: int) -> Dataset:
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)
    return Dataset("noise", images, random.integers(0, 5, 60), 255, tuple("abcde"))


def _logits(model: TrainableNetwork, images: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        axes = (0, 3, 1, 2) if images.ndim == 4 else (0, 1)
        found: np.ndarray = model(torch.tensor(images.transpose(axes))).double().numpy()
    return found


def test_without_widths_it_is_the_float_network(source: Source) -> None:
    for network, images in (
        (source.network, source.test.images[:20]),
        (_resnet(1), _images(1).images[:10]),
    ):
        model = TrainableNetwork(network).eval()
        assert np.allclose(_logits(model, images), network.run(images).output, atol=1e-4)
        same = model.network().run(images).output
        assert np.array_equal(same, network.run(images).output)
        assert all(
            a.name == b.name for a, b in zip(network.nodes, model.network().nodes, strict=True)
        )


def test_the_gradients_of_learned_steps() -> None:
    """LSQ's, by its own equations, for values below, inside, at the border and above."""
    module = Activations(2)
    module.step.data.fill_(0.5)
    x = torch.tensor([-0.3, 0.1, 0.4, 1.2, 1.6, 9.0], requires_grad=True)
    slope = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    found = module(x)
    assert found.tolist() == [0.0, 0.0, 0.5, 1.0, 1.5, 1.5]
    found.backward(slope)
    assert x.grad is not None
    assert x.grad.tolist() == [0.0, 2.0, 3.0, 4.0, 0.0, 0.0]
    to_step = [0, 0 - 0.2, 1 - 0.8, 2 - 2.4, 3, 3]
    wanted = sum(s * t for s, t in zip(slope.tolist(), to_step, strict=True)) / np.sqrt(6 * 3)
    assert module.step.grad is not None
    assert module.step.grad.item() == pytest.approx(wanted, rel=1e-5)


def test_weights_pass_gradients_and_keep_their_additions() -> None:
    module = Additions(0.5)
    weight = torch.tensor(np.random.default_rng(2).standard_normal((40, 50)), requires_grad=True)
    for _ in range(60):
        made = module(weight)
    made.sum().backward()
    assert weight.grad is not None
    assert torch.all(weight.grad == 1)
    integers, step = module.integers(weight)
    assert float(integers.detach().abs().mean()) == pytest.approx(0.5, rel=0.02)
    assert torch.allclose(made, integers * step)
    module.eval()
    before = module.factor.item()
    module(weight)
    assert module.factor.item() == before


def test_integers_are_those_that_training_saw(source: Source) -> None:
    """The integer network of what comes out classifies as the module does."""
    for start, data in ((source.network, source.train.part(0, 300)), (_resnet(3), _images(3))):
        names = _weighted_names(start)
        widths = {n: Widths(8 if i == 0 else 5, additions=1.0) for i, n in enumerate(names)}
        model = TrainableNetwork(start, widths)
        train_network(model, data, replace(QUICK, batch=30))
        layers, steps = model.learned()
        scheme = Scheme("pann", 5, additions=1.0, layers=layers, activation_steps=steps,
                        residual_bits=16, rounding="half-even")  # fmt: skip
        made = quantize(model.network(), scheme, data.images[:40])
        images = data.images[:40]
        found, wanted = made.run(images).output, _logits(model, images)
        close = np.abs(found - wanted).mean() / np.abs(wanted).mean()
        assert close < 0.02, (close, len(names))
        measured = measured_additions(made)
        for name, given in layers:
            integers, _ = model.integers(name)
            assert np.array_equal(made.weighted[name].weight, integers.numpy().astype(np.int64))
            assert measured[name] == pytest.approx(given.additions)


def _weighted_names(network: Network) -> list[str]:
    return [n.name for n in network.nodes if n.name == "linear" or "conv" in n.name]


def test_training_mends_what_quantization_broke(source: Source) -> None:
    names = _weighted_names(source.network)
    widths = {name: Widths(8 if name == names[0] else 2, additions=0.4) for name in names}
    model = TrainableNetwork(source.network, widths)
    data = source.train

    def loss() -> float:
        logits = torch.tensor(_logits(model.eval(), data.images))
        return float(torch.nn.functional.cross_entropy(logits, torch.tensor(data.labels)))

    model.train()
    model(torch.tensor(data.images[:2].transpose(0, 3, 1, 2)))
    before = loss()
    train_network(model, data, replace(QUICK, epochs=2))
    assert loss() < 0.7 * before


def test_an_interrupted_training_goes_on_as_if_it_had_not(tmp_path: Path) -> None:
    data, widths = _images(5), _widths(_resnet(5))
    descent = Descent(epochs=3, batch=20, rate=0.01)

    class StopError(Exception):
        pass

    def stop(done: int, _: int, __: float) -> None:
        if done == 5:
            raise StopError

    whole = TrainableNetwork(_resnet(5), widths)
    train_network(whole, data, descent)
    path = tmp_path / "half.pt"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.train.loop._KEEP_EVERY", 2)
        with pytest.raises(StopError):
            train_network(TrainableNetwork(_resnet(5), widths), data, descent, path, stop)
    again, counts = TrainableNetwork(_resnet(5), widths), []
    train_network(again, data, descent, path, lambda done, *_: counts.append(done))
    assert counts == [5, 6, 7, 8, 9]
    for name, values in whole.state_dict().items():
        assert torch.equal(values, again.state_dict()[name]), name
    # A finished training has nothing left to do; that of another seed is another one.
    train_network(again, data, descent, path, lambda *_: pytest.fail("trained again"))
    with pytest.raises(SimError, match="of another training: remove it"):
        train_network(again, data, replace(descent, seed=2), path)
    path.write_bytes(b"nothing")
    with pytest.raises(SimError, match="not a checkpoint of this network"):
        train_network(again, data, descent, path)


def test_weights_have_the_names_that_architectures_read() -> None:
    network = _resnet(7)
    description = {"architecture": "resnet", "input": [32, 32, 3], "mean": [0.2, 0.4, 0.6],
                   "deviation": [0.2, 0.3, 0.25]}  # fmt: skip
    again = build(description, arrays_of(network))
    images = _images(7).images[:4]
    assert np.array_equal(again.run(images).output, network.run(images).output)


def test_what_cannot_be_trained_is_refused(source: Source) -> None:
    with pytest.raises(SimError, match="training wants its additions"):
        TrainableNetwork(source.network, {})
    with pytest.raises(SimError, match="do not fill a batch of 128"):
        train_network(TrainableNetwork(source.network), source.train.part(0, 10), Descent())
    with pytest.raises(SimError, match="the loss is no number"):
        train_network(TrainableNetwork(source.network), source.train, replace(QUICK, rate=1e30))


def test_the_command_trains_and_its_files_give_the_integers_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--epochs", "2", "--rate", "0.01", "--out", str(tmp_path), "--batch", "50"]
    more = ["--bfloat16", "--sum-bits", "12", "--distilled", "0.5"]
    for extra in ([], ["--budget", "10"], ["--budget", "10"], ["--budget", "10", *more]):
        app(["finetune", *arguments, *extra], standalone_mode=False)
    assert "3 rows" in capsys.readouterr().out
    table = pd.read_csv(tmp_path / "digits_trained.csv")
    assert table.scheme.tolist() == ["float", "pann", "pann"]
    assert table.corrections.tolist() == ["training", "distilled", "training"]
    table = table.drop(index=1).reset_index(drop=True)
    assert table.trained.all()
    assert table.budget_flips.tolist()[1] == 10
    assert 8 < table.flips_measured.tolist()[1] < 11
    assert min(table.accuracy) > 85
    weights = load_weights(tmp_path / "digits_pann10_seed1.npz")
    stored = json.loads((tmp_path / "digits_pann10_seed1.json").read_text(encoding="utf-8"))
    layers = tuple((name, Widths(**widths)) for name, widths in stored["layers"])
    steps = tuple((name, step) for name, step in stored["activation_steps"])
    scheme = Scheme("pann", 8, additions=1.0, layers=layers, activation_steps=steps)
    source = Source()
    again = Source(tmp_path / "digits_pann10_seed1.npz", source.files[1])
    assert set(weights) == set(load_weights(source.files[0]))
    made = again.quantized(scheme)
    assert accuracy(made, source.test) == pytest.approx(table.accuracy[1], abs=1e-3)
    for name, widths in layers:
        left = float(np.abs(made.weighted[name].weight).mean())
        assert left == pytest.approx(widths.additions)


def _operands(seed: int, highest: int, largest: int) -> tuple[Any, ...]:
    """Activations, their step, weights, theirs: of a convolution of 2 images, 5 channels to 4."""
    random = np.random.default_rng(seed)
    step, weight_step = 0.25, 0.125  # exact in binary
    x = random.integers(-3, highest + 9, (2, 5, 7, 6)) * step
    weight = random.integers(-largest, largest + 1, (4, 5, 3, 3)) * weight_step
    made = [torch.tensor(values, dtype=torch.float32) for values in (x, [step], weight)]
    return *made, torch.tensor([weight_step])


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(("highest", "largest"), [(1, 1), (15, 9), (255, 256), (255, 2900)])
def test_products_are_those_of_integers(narrow: bool, highest: int, largest: int) -> None:
    """Bit by bit what Python's integers give, in bfloat16 too and beyond its integers."""
    x, step, weight, weight_step = _operands(highest, highest, largest)
    found = product(x, step, highest, weight, weight_step, CONVOLUTION, narrow)
    integers = np.clip(np.rint(x.numpy() / 0.25).astype(int), 0, highest)
    framed = np.pad(integers, ((0, 0), (0, 0), (1, 1), (1, 1)))
    weights = np.rint(weight.numpy() / 0.125).astype(int)
    for image, output, down, across in np.ndindex(2, 4, 4, 3):
        window = framed[image, :, 2 * down : 2 * down + 3, 2 * across : 2 * across + 3]
        wanted = int((window * weights[output]).sum())
        assert found[image, output, down, across].item() == np.float32(wanted) / 32


@pytest.mark.parametrize("narrow", [False, True])
def test_products_have_the_gradients_of_rounded_operands(narrow: bool) -> None:
    """Those of activations and weights that are rounded first and multiplied then."""
    x, step, weight, weight_step = _operands(3, 15, 9)
    x += 0.07  # between integers
    slope = torch.tensor(np.random.default_rng(4).standard_normal((2, 4, 4, 3))).float()
    module, found = Activations(4), []
    made: Any
    for both in (True, False):
        given = [values.clone().requires_grad_() for values in (x, step, weight)]
        if both:
            made = product(given[0], given[1], 15, given[2], weight_step, CONVOLUTION, narrow)
        else:
            module.step.data.copy_(step)
            made = CONVOLUTION(module(given[0]), given[2])
            given[1] = module.step
        made.backward(slope)
        found.append([values.grad for values in given])
    for one, other in zip(*found, strict=True):
        assert one is not None
        assert other is not None
        size = float(other.abs().max())
        assert torch.allclose(one, other, rtol=0, atol=(0.01 if narrow else 1e-5) * size)


def test_rows_that_exceed_a_sum_are_pulled() -> None:
    network = _resnet(9)
    widths = _widths(network)
    model = TrainableNetwork(network, widths)
    wanted = 0.0
    for name, given in widths.items():
        integers, step = (values.detach().double().numpy() for values in model.integers(name))
        weight = model._weight(name.replace(".", "/")).detach().double().numpy()
        assert np.array_equal(np.rint(weight / step), integers)
        for row in weight.reshape(len(weight), -1):
            for norm in (row[row > 0].sum(), -row[row < 0].sum()):
                wanted += max(norm - 255 / (2**given.bits_x - 1) * step.item(), 0)
    assert model.excess(8).item() == pytest.approx(wanted, rel=1e-5)
    assert wanted > 1
    assert model.excess(30).item() == 0
    data = _images(9)
    descent = Descent(epochs=2, batch=20, rate=0.01, sum_bits=8, sum_pull=0.1)
    free = TrainableNetwork(network, widths)
    train_network(free, data, replace(descent, sum_bits=None))
    train_network(model, data, descent)
    assert model.excess(8).item() < 0.95 * min(wanted, free.excess(8).item())


def test_a_teacher_is_followed_as_far_as_is_asked() -> None:
    """With all of the loss the labels do not matter; without any the teacher does not."""
    data, descent = _images(11), Descent(epochs=2, batch=20, rate=0.01, augmented=False)
    others = replace(data, labels=(data.labels + 1) % 5)
    found = {}
    for share in (0.0, 1.0):
        for labels in (data, others):
            for number, teacher in enumerate((_resnet(12), _resnet(13))):
                model = TrainableNetwork(_resnet(11))
                train_network(model, labels, replace(descent, distilled=share),
                              teacher=TrainableNetwork(teacher))  # fmt: skip
                values = torch.cat([p.detach().flatten() for p in model.parameters()])
                found[share, labels is data, number] = values
    assert torch.equal(found[0.0, True, 0], found[0.0, True, 1])
    assert not torch.equal(found[0.0, True, 0], found[0.0, False, 0])
    assert torch.equal(found[1.0, True, 0], found[1.0, False, 0])
    assert not torch.equal(found[1.0, True, 0], found[1.0, True, 1])
