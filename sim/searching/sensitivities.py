"""What narrow widths of one layer alone do to a float network.

One layer after the other gets quantized inputs, or quantized weights, and everything behind it
runs anew; the loss is how far the distribution of classes moves (Kullback-Leibler). Widths'
weights are rounded as the scheme says, from the moments of the float inputs, and means and
deviations of sums are mended as the scheme mends them.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add

import numpy as np
from threadpoolctl import threadpool_limits

from sim.charges import ADDING, additions
from sim.corrections import centred, normalized
from sim.floats import FloatConv2d, FloatLinear, Normalize
from sim.formats import IntArray
from sim.image_files import Images
from sim.layers import FloatArray
from sim.network import BATCH, INPUT, Network, Node
from sim.patches import Array
from sim.quantizers import quantized, steps
from sim.quantizing.input_moments import InputMoments, input_rows
from sim.quantizing.moments import moments_of, together
from sim.quantizing.weights import integer_weights
from sim.schemes import Scheme, Widths


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Losses of one layer.

    Attributes
    ----------
    activations
        Bits of activations -> loss.
    weights
        Bits of weights, or additions -> loss.
    charged
        The same -> mean additions that rounding left, where those are charged.
    """

    activations: dict[int, float]
    weights: dict[float, float]
    charged: dict[float, float] = field(default_factory=dict)


class Probe:
    """A float network in which single layers are changed.

    Parameters
    ----------
    network
        The float network.
    scheme
        How widths become integers.
    images
        Training images; some hundred.
    jobs
        Threads.
    """

    def __init__(self, network: Network, scheme: Scheme, images: Images, jobs: int = 1) -> None:
        self._network, self._jobs, self.kind = network, jobs, scheme.kind
        self._scheme = replace(scheme, compensated=False)
        names = [INPUT, *(node.name for node in network.nodes)]
        parts = [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
        with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(jobs) as pool:
            self._kept = list(pool.map(lambda part: network.run(part, names).kept, parts))
        self._last = network.nodes[-1].name
        self._expected = [log_shares(kept[self._last]) for kept in self._kept]

    def layers(self) -> list[str]:
        """Names of the layers with weights."""
        kinds = FloatConv2d | FloatLinear
        return [node.name for node in self._network.nodes if isinstance(node.layer, kinds)]

    def of_activations(self, name: str, bits: int) -> float:
        """Loss of a layer whose inputs have so many bits."""
        node = self._network.node(name)
        before = self._network.node(node.inputs[0]) if node.inputs[0] != INPUT else None
        inputs = [kept[node.inputs[0]] for kept in self._kept]
        if before is not None and isinstance(before.layer, Normalize):
            highest = min(self._scheme.activation_format(bits).max, before.layer.levels)
            factor = highest / before.layer.levels
            changed = [
                before.layer(np.rint(kept[INPUT].astype(np.float64) * factor) / factor)
                for kept in self._kept
            ]
        else:
            positive = min(float(x.min()) for x in inputs) >= 0
            number = self._scheme.activation_format(bits, positive)
            low = 0 if positive else number.min
            rule = self._scheme.activation_rule
            rule = "mmse" if rule == "batchnorm" else rule
            stride = max(sum(x.size for x in inputs) >> 18, 1) | 1
            sampled = np.concatenate([x.ravel() for x in inputs])[::stride]
            step = steps(sampled.reshape(1, -1), low, number.max, rule)[0]
            changed = [
                np.asarray(
                    quantized(x.astype(np.float64), step, low, number.max) * step, np.float32
                )
                for x in inputs
            ]
        return self._loss(node, node.layer, changed)

    def of_weights(self, name: str, values: Iterable[Widths]) -> list[tuple[float, IntArray]]:
        """Losses of a layer whose weights have these widths, and the weights, one by one."""
        node = self._network.node(name)
        layer = node.layer
        assert isinstance(layer, FloatConv2d | FloatLinear)
        inputs = [kept[node.inputs[0]] for kept in self._kept]
        moments = None
        if self._scheme.weight_rounding == "feedback":
            each = [[InputMoments.of(r) for r in input_rows(layer, x, 0.0)] for x in inputs]
            moments = [reduce(add, group) for group in zip(*each, strict=True)]
        weights = layer.weight.astype(np.float64)
        mended = centred(self._network, name, self._scheme)
        found = []
        for widths in values:
            made = integer_weights(self._scheme, weights, widths, moments, mended)
            step = made.step.reshape(-1, *[1] * (layer.weight.ndim - 1))
            weight = np.asarray(made.integers * step, dtype=np.float32)
            loss = self._loss(node, replace(layer, weight=weight), inputs)
            found.append((loss, made.integers))
        return found

    def _loss(self, node: Node, layer: Callable[..., Array], inputs: Sequence[Array]) -> float:
        with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(self._jobs) as pool:
            outputs = self._corrected(node.name, list(pool.map(layer, inputs)))
            found = list(pool.map(self._distance, outputs, self._kept, self._expected,
                                  [node.name] * len(outputs)))  # fmt: skip
        return float(np.concatenate(found).mean())

    def _corrected(self, name: str, outputs: list[Array]) -> list[Array]:
        if not centred(self._network, name, self._scheme):
            return outputs
        wanted = together([moments_of(kept[name]) for kept in self._kept])
        found = together([moments_of(output) for output in outputs])
        scale = np.ones_like(wanted.mean)
        if normalized(self._network, name, self._scheme):
            scale = np.sqrt(wanted.variance / np.maximum(found.variance, 1e-12))
        shift = wanted.mean - found.mean * scale
        narrow = scale.astype(np.float32), shift.astype(np.float32)
        return [np.asarray(output * narrow[0] + narrow[1]) for output in outputs]

    def _distance(
        self, output: Array, kept: dict[str, Array], expected: FloatArray, name: str
    ) -> FloatArray:
        """How far each image's shares of classes move; see `distances`."""
        live = {name: output}
        names = [node.name for node in self._network.nodes]
        for node in self._network.nodes[names.index(name) + 1 :]:
            if any(source in live for source in node.inputs):
                inputs = [live.get(source, kept[source]) for source in node.inputs]
                live[node.name] = node.layer(*inputs)
        return distances(expected, log_shares(live[self._last]))


def measure(
    probe: Probe,
    bits_x: Sequence[int],
    weights: Sequence[Widths],
    advance: Callable[[int], None] | None = None,
) -> dict[str, Sensitivity]:
    """Sensitivities of all layers.

    Parameters
    ----------
    probe
        The network.
    bits_x
        Widths of activations to try.
    weights
        Widths of weights to try: bits, or additions; their bits of activations do not matter.
    advance
        Told after each layer.
    """
    found = {}
    for name in probe.layers():
        losses, charged = {}, {}
        for widths, (loss, integers) in zip(weights, probe.of_weights(name, weights), strict=True):
            key = float(widths.additions or widths.bits_w or 0)
            losses[key] = loss
            if probe.kind in ADDING:
                charged[key] = additions(probe.kind, integers)
        activations = {bits: probe.of_activations(name, bits) for bits in bits_x}
        found[name] = Sensitivity(activations, losses, charged)
        if advance is not None:
            advance(1)
    return found


def log_shares(logits: Array) -> FloatArray:
    """Logarithms of the shares that a network gives to the classes, shape (N, classes)."""
    values = np.asarray(logits, dtype=np.float64).reshape(len(logits), -1)
    values = values - values.max(axis=1, keepdims=True)
    return np.asarray(values - np.log(np.exp(values).sum(axis=1, keepdims=True)))


def distances(expected: FloatArray, found: FloatArray) -> FloatArray:
    """Kullback-Leibler divergence of each image's shares from those expected, shape (N,)."""
    return np.asarray((np.exp(expected) * (expected - found)).sum(axis=1))
