"""Small networks drawn at random, for images of 8 x 8 pixels: what energy models are held to.

Weights are drawn, not trained. `gaussian`: normal, as He et al. (2015) start a training.
`trained`: of a Laplace distribution, channels of log-normal scales, as trained layers have
them, and biases that keep more ReLUs shut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from sim.architectures import build
from sim.floats import Float32Array
from sim.network import Network
from sim.patches import Array
from sim.schemes import Scheme

FAMILIES = ("feed-forward", "convolutional", "residual")
ACTIVATIONS = ("relu", "sigmoid", "tanh")
WEIGHTS = ("gaussian", "trained")
BITS = (2, 3, 4, 5, 6, 7, 8)
_CLASSES = 10
_SIZE = 8  # rows and columns of an image
_LEVELS = 16
_WIDTHS = (16, 24, 32, 48, 64, 96, 128)
_CHANNELS = (4, 6, 8, 12, 16, 24)


@dataclass(frozen=True, eq=False, slots=True)
class DrawnNetwork:
    """A network and the numbers that it is to have.

    Attributes
    ----------
    name
        Says what was drawn.
    family, activation, weights
        Of `FAMILIES`, `ACTIVATIONS`, `WEIGHTS`.
    bits
        Of all activations and weights.
    description, arrays
        As `sim.architectures.build` takes them.
    """

    name: str
    family: str
    activation: str
    weights: str
    bits: int
    description: Mapping[str, Any]
    arrays: Mapping[str, Float32Array]

    @property
    def network(self) -> Network:
        """The float network."""
        return build(self.description, self.arrays)

    @property
    def scheme(self) -> Scheme:
        """Unsigned activations where the function gives them, weights in two's complement."""
        kind = "signed" if self.activation == "tanh" else "mixed"
        return Scheme(kind, self.bits, self.bits)


def draw(number: int, seed: int = 1) -> DrawnNetwork:
    """The network of this number: families and activations in turn, the rest at random.

    Parameters
    ----------
    number
        From 0 on; any number gives the same network whichever others are drawn.
    seed
        Of all of them.
    """
    random = np.random.Generator(np.random.PCG64([seed, number]))
    family = FAMILIES[number % len(FAMILIES)]
    activation = ACTIVATIONS[number // len(FAMILIES) % len(ACTIVATIONS)]
    kind = WEIGHTS[number // (len(FAMILIES) * len(ACTIVATIONS)) % len(WEIGHTS)]
    bits = int(random.choice(BITS))
    drawing = _Drawing(random, activation, kind)
    {"feed-forward": drawing.feed_forward, "convolutional": drawing.convolutional,
     "residual": drawing.residual}[family]()  # fmt: skip
    if random.random() < 0.5:
        drawing.add("softmax", "softmax")
    flat = family == "feed-forward"
    description = {
        "architecture": "layers",
        "input": [_SIZE, _SIZE, 1],
        "levels": _LEVELS,
        "layer": [{"op": "flatten", "name": "flat"}] * flat + drawing.layers,
    }
    name = f"{family}-{number:03d}-{activation}-{kind}-{bits}bit"
    return DrawnNetwork(name, family, activation, kind, bits, description, drawing.arrays)


def random_images(shape: tuple[int, ...], levels: int, count: int) -> Array:
    """Images of pixels drawn alike: what there is to look at without data.

    Parameters
    ----------
    shape
        Of an image.
    levels
        The largest pixel.
    count
        How many.
    """
    random = np.random.Generator(np.random.PCG64(count))
    return np.asarray(random.integers(0, levels + 1, (count, *shape)), dtype=np.uint8)


class _Drawing:
    """Layers that are put one behind the other, and their weights."""

    def __init__(self, random: np.random.Generator, activation: str, kind: str) -> None:
        self._random, self._activation, self._kind = random, activation, kind
        self.layers: list[dict[str, Any]] = []
        self.arrays: dict[str, Float32Array] = {}

    def feed_forward(self) -> None:
        width = _SIZE * _SIZE
        for index in range(self._between(1, 4)):
            outputs = self._one(_WIDTHS)
            self._linear(f"linear{index}", width, outputs)
            self.add(self._activation, f"{self._activation}{index}")
            width = outputs
        self._linear("linear", width, _CLASSES)

    def convolutional(self) -> None:
        size, channels = _SIZE, 1
        for index in range(self._between(1, 3)):
            outputs = self._one(_CHANNELS)
            self._convolution(f"conv{index}", channels, outputs)
            self.add(self._activation, f"{self._activation}{index}")
            channels = outputs
            if size > 2 and self._random.random() < 0.7:
                self.add(["maxpool", "avgpool"][self._between(0, 1)], f"pool{index}", kernel=2)
                size //= 2
        self.add("flatten", "flatten")
        self._linear("linear", channels * size * size, _CLASSES)

    def residual(self) -> None:
        size, channels = _SIZE, self._one(_CHANNELS[:4])
        self._convolution("conv", 1, channels)
        last = self.add(self._activation, self._activation)
        for block in range(self._between(1, 3)):
            self._convolution(f"conv{block}a", channels, channels)
            self.add(self._activation, f"{self._activation}{block}a")
            inside = self._convolution(f"conv{block}b", channels, channels)
            self.add("add", f"add{block}", inputs=[inside, last])
            last = self.add(self._activation, f"{self._activation}{block}")
            if size > 2 and self._random.random() < 0.4:
                last = self.add("maxpool", f"pool{block}", kernel=2)
                size //= 2
        self.add("avgpool", "pool", kernel=size)
        self.add("flatten", "flatten")
        self._linear("linear", channels, _CLASSES)

    def add(self, op: str, name: str, **keys: Any) -> str:
        """A layer behind the last one; its name."""
        self.layers.append({"op": op, "name": name, **keys})
        return name

    def _linear(self, name: str, inputs: int, outputs: int) -> None:
        self.add("linear", name)
        self._fill(name, (outputs, inputs))

    def _convolution(self, name: str, inputs: int, outputs: int) -> str:
        self.add("conv2d", name, padding=1)
        self._fill(name, (outputs, inputs, 3, 3))
        return name

    def _fill(self, name: str, shape: tuple[int, ...]) -> None:
        deviation = (2 / prod(shape[1:])) ** 0.5
        if self._kind == "gaussian":
            weight = self._random.standard_normal(shape)
            bias = 0.1 * self._random.standard_normal(shape[0])
        else:
            weight = self._random.laplace(0, 2**-0.5, shape)
            scales = self._random.lognormal(-0.125, 0.5, shape[0])
            weight *= scales.reshape(-1, *[1] * (len(shape) - 1))
            bias = 0.2 * self._random.standard_normal(shape[0]) - 0.2
        self.arrays[f"{name}.weight"] = (weight * deviation).astype(np.float32)
        self.arrays[f"{name}.bias"] = bias.astype(np.float32)

    def _between(self, low: int, high: int) -> int:
        return int(self._random.integers(low, high + 1))

    def _one(self, choices: tuple[int, ...]) -> int:
        return int(self._random.choice(choices))
