"""Layers of networks: what they share, and those that only move, add or compare numbers.

A layer takes and gives tensors with the channels last; in an integer network they hold
integers, in any dtype that holds them exactly. `shape` refuses what does not fit, before
anything runs; shapes are without the batch.
"""

from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.patches import Array, Pair, pad, window_counts, windows

FloatArray = npt.NDArray[np.float64]
Shape = tuple[int, ...]


class Layer(Protocol):
    """What a network runs."""

    def shape(self, *inputs: Shape) -> Shape:
        """Shape of the result.

        Raises
        ------
        SimError
            If the inputs' shapes do not fit.
        """
        ...

    def __call__(self, *inputs: Array) -> Array:
        """The result."""
        ...


@dataclass(frozen=True)
class Add:
    """The sum of its inputs."""

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        if len(set(inputs)) != 1:
            raise SimError(f"only tensors of one shape can be added, got {inputs}")
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Sums, in the widest of the inputs' dtypes, integers in int64."""
        total = _wide(inputs[0])
        for values in inputs[1:]:
            total = total + _wide(values)
        return total


@dataclass(frozen=True)
class Relu:
    """What is positive; 0 for the rest."""

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Of the input's dtype."""
        return np.maximum(inputs[0], 0)


@dataclass(frozen=True)
class MaxPool:
    """The largest of each window; a border never wins."""

    kernel: Pair
    stride: Pair
    padding: Pair = (0, 0)

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        height, width, channels = image_shape(inputs)
        down, across = window_counts((height, width), self.kernel, self.stride, self.padding)
        return (down, across, channels)

    def __call__(self, *inputs: Array) -> Array:
        """Of the input's dtype."""
        (x,) = inputs
        lowest: float = np.iinfo(x.dtype.name).min if x.dtype.kind in "iu" else -np.inf
        framed = pad(x, self.padding, lowest)
        return np.asarray(windows(framed, self.kernel, self.stride).max(axis=(3, 4)))


@dataclass(frozen=True)
class SumPool:
    """The sum of each window: an average times the window's area."""

    kernel: Pair
    stride: Pair
    padding: Pair = (0, 0)

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        height, width, channels = image_shape(inputs)
        down, across = window_counts((height, width), self.kernel, self.stride, self.padding)
        return (down, across, channels)

    def __call__(self, *inputs: Array) -> Array:
        """Integers in int64, floating point as it is."""
        framed = pad(inputs[0], self.padding, 0)
        return np.asarray(windows(_wide(framed), self.kernel, self.stride).sum(axis=(3, 4)))


@dataclass(frozen=True)
class Flatten:
    """Features in the order channel, row, column, as trained networks have them."""

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        return (prod(inputs[0]),)

    def __call__(self, *inputs: Array) -> Array:
        """Shape (N, C H W)."""
        (x,) = inputs
        channels_first = x.transpose(0, 3, 1, 2) if x.ndim == 4 else x
        return channels_first.reshape(len(x), -1)


@dataclass(frozen=True)
class Subsample:
    """Every stride-th pixel, between channels of zeros: a shortcut without weights.

    Notes
    -----
    Source: He, Zhang, Ren, Sun, Deep Residual Learning for Image Recognition, 2015,
    option A.
    """

    stride: int
    before: int
    after: int

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        height, width, channels = image_shape(inputs)
        return (
            -(-height // self.stride),
            -(-width // self.stride),
            self.before + channels + self.after,
        )

    def __call__(self, *inputs: Array) -> Array:
        """Of the input's dtype."""
        x = inputs[0][:, :: self.stride, :: self.stride]
        return np.pad(x, ((0, 0), (0, 0), (0, 0), (self.before, self.after)))


def image_shape(inputs: tuple[Shape, ...]) -> tuple[int, int, int]:
    """Height, width and channels of a layer's one input."""
    (shape,) = inputs
    if len(shape) != 3:
        raise SimError(f"images (height, width, channels) are wanted, got shape {shape}")
    return shape[0], shape[1], shape[2]


def _wide(values: Array) -> Array:
    return values.astype(np.int64) if values.dtype.kind in "iu" else values
