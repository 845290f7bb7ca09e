"""Float layers: the trained network that quantization starts from, in float32."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.layers import Shape, SumPool, image_shape
from sim.patches import Array, Pair, pad, rows_of_windows, window_counts

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Normalize:
    """Pixels as the network was trained on them: (pixel / levels - mean) / deviation.

    Attributes
    ----------
    mean, deviation
        One a channel, shape (C,).
    levels
        The largest pixel.
    """

    mean: Float32Array
    deviation: Float32Array
    levels: int = 255

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        if self.mean.size not in (1, inputs[0][-1]):
            raise SimError(f"{self.mean.size} means for {inputs[0][-1]} channels")
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Float32, of the images' shape."""
        scaled = inputs[0].astype(np.float32) / np.float32(self.levels)
        return np.asarray((scaled - self.mean) / self.deviation)


def _check_bias(bias: Float32Array | None, outputs: int) -> None:
    if bias is not None and bias.shape != (outputs,):
        raise SimError(f"a bias of shape {bias.shape} for {outputs} outputs")


@dataclass(frozen=True, eq=False)
class FloatConv2d:
    """A convolution; weights (M, C / groups, rows, columns), bias (M,) or None."""

    weight: Float32Array
    bias: Float32Array | None = None
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    groups: int = 1

    @property
    def kernel(self) -> Pair:
        """Its rows and columns."""
        return (self.weight.shape[2], self.weight.shape[3])

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        height, width, channels = image_shape(inputs)
        if self.weight.ndim != 4 or self.groups < 1 or len(self.weight) % self.groups:
            raise SimError(
                f"weights of shape {self.weight.shape} do not go into {self.groups} groups"
            )
        _check_bias(self.bias, len(self.weight))
        wanted = self.weight.shape[1] * self.groups
        if channels != wanted:
            raise SimError(f"the input has {channels} channels, weights take {wanted}")
        down, across = window_counts((height, width), self.kernel, self.stride, self.padding)
        return (down, across, self.weight.shape[0])

    def __call__(self, *inputs: Array) -> Array:
        """Shape (N, down, across, M)."""
        x = pad(inputs[0], self.padding, 0)
        shape = self.shape(inputs[0].shape[1:])
        size = x.shape[3] // self.groups
        found = []
        for g, part in enumerate(np.split(self.weight, self.groups)):
            channels = x[..., g * size : (g + 1) * size]
            rows = rows_of_windows(channels, self.kernel, self.stride, np.float32)
            matrix = part.transpose(2, 3, 1, 0).reshape(rows.shape[1], -1)
            found.append((rows @ matrix).reshape(len(x), *shape[:2], -1))
        result = found[0] if len(found) == 1 else np.concatenate(found, axis=3)
        return result if self.bias is None else result + self.bias


@dataclass(frozen=True, eq=False)
class FloatLinear:
    """A matrix product; weights (M, K), bias (M,) or None."""

    weight: Float32Array
    bias: Float32Array | None = None

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        if self.weight.ndim != 2 or inputs[0] != self.weight.shape[1:]:
            raise SimError(f"the input has shape {inputs[0]}, weights take {self.weight.shape[1:]}")
        _check_bias(self.bias, len(self.weight))
        return (self.weight.shape[0],)

    def __call__(self, *inputs: Array) -> Array:
        """Shape (N, M)."""
        result = inputs[0] @ self.weight.T
        return np.asarray(result if self.bias is None else result + self.bias)


@dataclass(frozen=True, eq=False)
class BatchNorm:
    """(x - mean) / sqrt(variance + epsilon) gamma + beta, each of shape (C,)."""

    gamma: Float32Array
    beta: Float32Array
    mean: Float32Array
    variance: Float32Array
    epsilon: float = 1e-5

    @property
    def scale(self) -> Float32Array:
        """What it multiplies by, shape (C,)."""
        return np.asarray(self.gamma / np.sqrt(self.variance + self.epsilon), dtype=np.float32)

    @property
    def shift(self) -> Float32Array:
        """What it adds then, shape (C,)."""
        return np.asarray(self.beta - self.mean * self.scale, dtype=np.float32)

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        statistics = (self.gamma, self.beta, self.mean, self.variance)
        if any(numbers.shape != (inputs[0][-1],) for numbers in statistics):
            raise SimError(f"{self.gamma.size} statistics for {inputs[0][-1]} channels")
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Of the input's shape."""
        return np.asarray(inputs[0] * self.scale + self.shift)


@dataclass(frozen=True)
class AvgPool(SumPool):
    """The mean of each window, its border of zeros counted."""

    def __call__(self, *inputs: Array) -> Array:
        """Float32."""
        area = np.float32(self.kernel[0] * self.kernel[1])
        return np.asarray(SumPool.__call__(self, *inputs).astype(np.float32) / area)


@dataclass(frozen=True)
class FloatSigmoid:
    """1 / (1 + exp(-x))."""

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Of the input's shape and dtype."""
        # Half of a hyperbolic tangent: it cannot overflow.
        return np.asarray((np.tanh(inputs[0] / 2) + 1) / 2)


@dataclass(frozen=True)
class FloatTanh:
    """The hyperbolic tangent."""

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Of the input's shape and dtype."""
        return np.asarray(np.tanh(inputs[0]))


@dataclass(frozen=True)
class FloatSoftmax:
    """exp(x) over its sum, along the last axis."""

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        return inputs[0]

    def __call__(self, *inputs: Array) -> Array:
        """Of the input's shape and dtype."""
        (x,) = inputs
        powers = np.exp(x - x.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
