"""Training small networks with NumPy alone: what the shipped weights come from.

Stochastic gradient descent with momentum on the cross-entropy, a learning rate that falls
as a cosine, weights that start as He et al. (2015) propose. Same seed, same sequence of
operations; the last bits depend on the BLAS library.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.architectures import build
from sim.datasets import Dataset
from sim.errors import SimError
from sim.floats import Float32Array, FloatConv2d, FloatLinear, Normalize
from sim.layers import Flatten, Layer, MaxPool, Relu
from sim.network import Network
from sim.patches import pad, rows_of_windows, window_counts, windows

_MOMENTUM = 0.9
_DECAY = 5e-4
_KERNEL = 3  # where the architecture says nothing
Gradients = dict[str, Float32Array]


def train(
    description: Mapping[str, Any],
    data: Dataset,
    epochs: int,
    seed: int = 1,
    rate: float = 0.05,
    batch: int = 64,
    advance: Callable[[float], None] | None = None,
) -> dict[str, Float32Array]:
    """Weights of a chain of convolutions, linear layers, ReLUs and max pools.

    Parameters
    ----------
    description
        The architecture, see `sim.architectures`; layers with weights have `outputs`, and
        convolutions may have `kernel`.
    data
        Training images.
    epochs, seed, rate, batch
        Of the descent.
    advance
        Told the mean loss after each epoch.

    Returns
    -------
    dict
        Arrays `NAME.weight`, `NAME.bias`.

    Raises
    ------
    SimError
        If the architecture is no such chain, or does not fit the data.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    weights = _initial(description, random)
    speed = {name: np.zeros_like(values) for name, values in weights.items()}
    total = epochs * -(-len(data) // batch)
    done = 0
    for _ in range(epochs):
        order = random.permutation(len(data))
        losses = []
        for first in range(0, len(data), batch):
            chosen = order[first : first + batch]
            network = build(description, weights)
            loss, gradients = _gradients(network, data.images[chosen], data.labels[chosen])
            losses.append(loss)
            now = rate * 0.5 * (1 + math.cos(math.pi * done / total))
            for name, gradient in gradients.items():
                force = np.float32(now) * (gradient + np.float32(_DECAY) * weights[name])
                speed[name] = np.float32(_MOMENTUM) * speed[name] - force
                weights[name] = np.asarray(weights[name] + speed[name], dtype=np.float32)
            done += 1
        if advance is not None:
            advance(float(np.mean(losses)))
    return weights


def _initial(
    description: Mapping[str, Any], random: np.random.Generator
) -> dict[str, Float32Array]:
    """Random weights of the shapes that each layer's input needs."""
    weights: dict[str, Float32Array] = {}
    entries = list(description.get("layer", []))
    for index, entry in enumerate(entries):
        if entry.get("op") not in ("conv2d", "linear"):
            continue
        if "name" not in entry or "outputs" not in entry:
            raise SimError(f"layer {index} to be trained needs a name and its outputs")
        before = build({**description, "layer": entries[:index]}, weights)
        given = before.shapes[before.nodes[-1].name]
        kernel = int(entry.get("kernel", _KERNEL))
        window = (kernel, kernel) if entry["op"] == "conv2d" else ()
        shape = (int(entry["outputs"]), given[-1], *window)
        deviation = math.sqrt(2 / math.prod(shape[1:]))
        weights[f"{entry['name']}.weight"] = (random.standard_normal(shape) * deviation).astype(
            np.float32
        )
        weights[f"{entry['name']}.bias"] = np.zeros(shape[0], dtype=np.float32)
    return weights


def _gradients(network: Network, images: Any, labels: Any) -> tuple[float, Gradients]:
    names = [node.name for node in network.nodes]
    kept = network.run(images, names).kept
    logits = kept[names[-1]].astype(np.float64)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = float(-np.log(np.maximum(shares[rows, labels], 1e-12)).mean())
    shares[rows, labels] -= 1
    slope = (shares / len(labels)).astype(np.float32)
    gradients: Gradients = {}
    for node in reversed(network.nodes):
        if isinstance(node.layer, Normalize):
            break
        x = kept[node.inputs[0]]
        slope = _backward(node.name, node.layer, x, kept[node.name], slope, gradients)
    return loss, gradients


def _backward(name: str, layer: Layer, x: Any, y: Any, slope: Any, gradients: Gradients) -> Any:
    """Slope of the loss at a layer's input; that at its weights goes into `gradients`."""
    if isinstance(layer, FloatLinear):
        gradients[f"{name}.weight"] = slope.T @ x
        gradients[f"{name}.bias"] = slope.sum(axis=0)
        return slope @ layer.weight
    if isinstance(layer, FloatConv2d):
        return _convolution_backward(name, layer, x, slope, gradients)
    if isinstance(layer, Relu):
        return np.where(y > 0, slope, np.float32(0))
    if isinstance(layer, Flatten):
        height, width, channels = x.shape[1:]
        return slope.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
    if isinstance(layer, MaxPool) and layer.kernel == layer.stride and layer.padding == (0, 0):
        (down, across), back = layer.kernel, np.zeros_like(x)
        largest = y[:, :, None, :, None] == windows(x, layer.kernel, layer.stride).transpose(
            0, 1, 3, 2, 4, 5
        )
        spread = largest * (slope[:, :, None, :, None] / largest.sum(axis=(2, 4), keepdims=True))
        height, width = y.shape[1] * down, y.shape[2] * across
        back[:, :height, :width] = spread.reshape(len(x), height, width, -1)
        return back
    raise SimError(f"layer {name}: a {type(layer).__name__} cannot be trained here")


def _convolution_backward(
    name: str, layer: FloatConv2d, x: Any, slope: Any, gradients: Gradients
) -> Any:
    if layer.groups != 1:
        raise SimError(f"layer {name}: a convolution in groups cannot be trained here")
    framed = pad(x, layer.padding, 0)
    rows = rows_of_windows(framed, layer.kernel, layer.stride, np.float32)
    flat = slope.reshape(-1, slope.shape[3])
    outputs, channels, down, across = layer.weight.shape
    weight = (rows.T @ flat).reshape(down, across, channels, outputs)
    gradients[f"{name}.weight"] = weight.transpose(3, 2, 0, 1)
    gradients[f"{name}.bias"] = flat.sum(axis=0)
    taps = (flat @ layer.weight.transpose(0, 2, 3, 1).reshape(outputs, -1)).reshape(
        len(x), *slope.shape[1:3], down, across, channels
    )
    back = np.zeros_like(framed)
    height, width = window_counts(x.shape[1:3], layer.kernel, layer.stride, layer.padding)
    for i in range(down):
        for j in range(across):
            back[
                :,
                i : i + height * layer.stride[0] : layer.stride[0],
                j : j + width * layer.stride[1] : layer.stride[1],
            ] += taps[:, :, :, i, j]
    top, left = layer.padding
    return back[:, top : top + x.shape[1], left : left + x.shape[2]]
