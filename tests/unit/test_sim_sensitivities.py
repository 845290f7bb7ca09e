"""Sensitivities: against whole networks with one layer changed, run anew."""

from dataclasses import replace

import numpy as np
import pytest

from sim.floats import FloatConv2d, FloatLinear, Normalize
from sim.image_files import Images
from sim.layers import FloatArray, Layer
from sim.network import Network, Node
from sim.patches import Array
from sim.quantizers import quantized, steps
from sim.schemes import Scheme, Widths
from sim.searching.layer_widths import multiplications, sensitivities
from sim.searching.sensitivities import Probe
from sim.sources import Source

PLAIN = Scheme("split", 4, 3)
WITH_ALL = replace(
    PLAIN, bias_correction=True, batch_norm="reestimated", weight_rounding="feedback"
)


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=130, validation=50)


@pytest.fixture(scope="module")
def images(source: Source) -> Images:
    return source.calibration_images.images


def _shares(output: Array) -> FloatArray:
    powers = np.exp(output.astype(np.float64))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _distance(network: Network, changed: Network, images: Images) -> float:
    p, q = (_shares(n.run(images).output) for n in (network, changed))
    return float((p * np.log(p / q)).sum(axis=1).mean())


def _with(network: Network, name: str, layer: Layer) -> Network:
    nodes = [replace(n, layer=layer) if n.name == name else n for n in network.nodes]
    return Network(nodes, network.shapes["input"])


def test_weights_of_one_layer(source: Source, images: Images) -> None:
    network, probe = source.network, Probe(source.network, PLAIN, images)
    assert probe.layers() == list(multiplications(network))
    for name in probe.layers():
        layer = network.node(name).layer
        assert isinstance(layer, FloatConv2d | FloatLinear)
        ((loss, integers),) = probe.of_weights(name, [Widths(4, 2)])
        weight = layer.weight.astype(np.float64)
        step = steps(weight.reshape(1, -1), -3, 3, "mmse")[0]
        assert np.array_equal(integers, quantized(weight, step, -3, 3))
        changed = replace(layer, weight=np.asarray(integers * step, dtype=np.float32))
        assert loss == pytest.approx(_distance(network, _with(network, name, changed), images))
        assert loss > 1e-4


def test_activations_of_one_layer(source: Source, images: Images) -> None:
    """By a layer between, that rounds."""
    network, probe = source.network, Probe(source.network, PLAIN, images)

    class Rounds:
        def __init__(self, step: float) -> None:
            self.step = step

        def shape(self, *inputs: tuple[int, ...]) -> tuple[int, ...]:
            return inputs[0]

        def __call__(self, *inputs: Array) -> Array:
            x = inputs[0].astype(np.float64)
            return np.asarray(quantized(x, self.step, 0, 7) * self.step, dtype=np.float32)

    for name in probe.layers():
        node = network.node(name)
        if isinstance(network.node(node.inputs[0]).layer, Normalize):
            # Pixels of 17 levels are exact in 5 bits and rounded in 2.
            assert probe.of_activations(name, 5) < 1e-9 < probe.of_activations(name, 2)
            continue
        values = network.run(images, (node.inputs[0],)).kept[node.inputs[0]].astype(np.float64)
        step = float(steps(values.reshape(1, -1), 0, 7, "mmse")[0])
        nodes: list[Node] = []
        for each in network.nodes:
            if each is node:
                nodes.append(Node("rounds", Rounds(step), node.inputs))
                each = replace(node, inputs=("rounds",))  # noqa: PLW2901 - its input is another
            nodes.append(each)
        changed = Network(nodes, network.shapes["input"])
        wanted = _distance(network, changed, images)
        assert probe.of_activations(name, 3) == pytest.approx(wanted, rel=1e-3)


def test_corrections_are_those_of_the_scheme(source: Source, images: Images) -> None:
    """Mean errors are taken out: a layer whose weights vanish keeps its means."""
    plain, mended = Probe(source.network, PLAIN, images), Probe(source.network, WITH_ALL, images)
    name = plain.layers()[-1]
    ((before, _),) = plain.of_weights(name, [Widths(4, 1)])
    ((after, _),) = mended.of_weights(name, [Widths(4, 1)])
    assert after < before


def test_many_bits_cost_nothing_and_few_cost_much(source: Source, images: Images) -> None:
    for kind in ("split", "pann", "csd"):
        pann = kind == "pann"
        base = Scheme(kind, 4, None if pann else 4, 1.0 if pann else None, bias_correction=True,
                      weight_rounding="feedback", additions_rule="measured")  # fmt: skip
        told: list[int] = []
        found = sensitivities(Probe(source.network, base, images[:60]), pann, told.append)
        assert len(told) == len(found)
        for sensitivity in found.values():
            for losses in (sensitivity.activations.items(), sensitivity.weights.items()):
                ordered = [loss for _, loss in sorted(losses)]
                assert ordered[-1] < 0.05 * ordered[0]
                assert min(ordered) > -1e-9
            assert bool(sensitivity.charged) == (kind != "split")
            if pann:
                for additions, left in sensitivity.charged.items():
                    assert 0.9 * additions - 0.02 <= left <= additions
