"""Retraining with kept values: integers are those that training saw, and gradients pass."""

import dataclasses

import numpy as np
import pytest

from sim.accuracy import accuracy
from sim.errors import SimError
from sim.kept_values import KeptValues
from sim.lookup import Lookup
from sim.priced_values import PricedValues
from sim.schemes import Scheme
from sim.sources import Source

torch = pytest.importorskip("torch")
from sim.train.kept import KeptActivations, KeptLayer, KeptWeights, lookup_table  # noqa: E402
from sim.train.loop import Descent  # noqa: E402
from sim.train.model import TrainableNetwork  # noqa: E402
from sim.train.powerprune import retrained  # noqa: E402

WEIGHTS = KeptValues.of([-16, -4, -1, 0, 1, 2, 8])
ACTIVATIONS = KeptValues.of([0, 1, 2, 4, 9, 15, 40, 63])
NAMES = ("conv1", "conv2", "conv3", "linear")


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=100, validation=300)


def test_weights_are_kept_multiples_and_gradients_pass() -> None:
    weight = torch.randn(7, 50, requires_grad=True)
    module = KeptWeights(weight, WEIGHTS)
    found = module(weight)
    integers, step = module.integers(weight.detach())
    assert set(integers.flatten().tolist()) <= set(map(float, WEIGHTS.values))
    assert torch.allclose(found, integers * step, atol=1e-6)
    wanted = WEIGHTS(weight.detach().numpy().astype(np.float64) / float(step))
    assert np.mean(wanted == integers.numpy()) > 0.99  # bounds in float32
    found.square().sum().backward()
    assert torch.allclose(weight.grad, 2 * found.detach(), atol=1e-5)


@pytest.mark.parametrize("kept", [None, ACTIVATIONS])
def test_activations_are_those_of_the_lookup(kept: KeptValues | None) -> None:
    module = KeptActivations(63, kept)
    x = torch.rand(4000) * 3
    found = module(x)
    integers = (found / module.step).round().long().numpy()
    table = lookup_table(63, kept).numpy()
    wanted = np.clip(np.rint(x.numpy() / module.step.item()), 0, 63).astype(int)
    assert np.array_equal(integers, table[wanted])
    found.sum().backward()
    assert module.step.grad is not None


def _scheme(kind: str = "mixed") -> Scheme:
    return Scheme(
        kind, 6, 6, bias_correction=True, kept_weights=tuple((n, WEIGHTS) for n in NAMES),
        kept_activations=tuple((n, ACTIVATIONS) for n in NAMES),
    )  # fmt: skip


@pytest.mark.parametrize("priced", [False, True])
def test_retraining_mends_and_gives_the_integers_that_it_saw(source: Source, priced: bool) -> None:
    scheme = _scheme()
    if priced:
        energy = tuple(float(20 + 3 * abs(value)) for value in range(-32, 32))
        kept = PricedValues(tuple(range(-32, 32)), energy, 0.5)
        scheme = dataclasses.replace(scheme, kept_weights=tuple((n, kept) for n in NAMES))
    begun = source.quantized(scheme)
    before = accuracy(begun, source.validation_images)
    descent = Descent(2, batch=64, rate=0.01, augmented=False)
    made, trained, network = retrained(source, scheme, begun, descent)
    after = accuracy(network, source.validation_images)
    assert after >= before
    assert sum(isinstance(node.layer, Lookup) for node in network.nodes) == 4
    steps, own = dict(made.weight_steps), dict(made.kept_weights)
    for name, layer in network.weighted.items():
        kept_values = own[name]
        assert isinstance(kept_values, KeptValues)
        assert set(np.unique(layer.weight).tolist()) <= set(kept_values.values)
        # The float network's weights are on the grid: nothing is rounded any more.
        weight = trained.node(name).layer.weight  # type: ignore[attr-defined]
        scale = weight[layer.weight != 0] / layer.weight[layer.weight != 0]
        assert np.allclose(scale, scale.flat[0], rtol=1e-5)
        assert steps[name] > 0


def _coarse() -> Scheme:
    """Three values, dear ones far apart: what is nearest to the float weights is mostly 0."""
    energy = tuple(100.0 if value % 64 else float(abs(value)) for value in range(-128, 128))
    kept = PricedValues(tuple(range(-128, 128)), energy, 65.0)
    return Scheme(
        "mixed", 8, 8, weight_rounding="feedback", bias_correction=True, batch_norm="reestimated",
        kept_weights=tuple((name, kept) for name in NAMES),
    )  # fmt: skip


def test_training_begins_with_the_integers_of_error_feedback(source: Source) -> None:
    scheme = _coarse()
    begun = source.quantized(scheme)
    rules = {
        name: KeptLayer(255, kept, None, begun.weighted[name].weight)
        for name, kept in scheme.kept_weights
    }
    model = TrainableNetwork(source.network, kept=rules)
    differing = 0
    for name, layer in begun.weighted.items():
        integers, step = model.integers(name)
        assert np.array_equal(integers.numpy(), layer.weight)
        weight = source.network.node(name).layer.weight  # type: ignore[attr-defined]
        module = model.weights[name]
        assert isinstance(module, KeptWeights)
        nearest = module.kept(weight / float(step))
        differing += int(np.count_nonzero(nearest != layer.weight))
    assert differing > 100


def test_retraining_mends_what_few_values_take_away(source: Source) -> None:
    scheme = _coarse()
    begun = source.quantized(scheme)
    before = accuracy(begun, source.validation_images)
    descent = Descent(6, batch=32, rate=0.01, augmented=False, steepest=1.0)
    _, _, network = retrained(source, scheme, begun, descent)
    after = accuracy(network, source.validation_images)
    assert before < 90
    assert after > (before + 100) / 2


def test_layers_without_kept_values_are_refused(source: Source) -> None:
    with pytest.raises(SimError, match="layer conv2: training wants its kept values"):
        TrainableNetwork(source.network, kept={"conv1": KeptLayer(63, WEIGHTS)})
