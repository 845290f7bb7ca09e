"""Layers with weights, in exact integers."""

from dataclasses import dataclass, field
from math import prod

import numpy as np

from sim.accumulators import Accumulator, Product
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.layers import Shape, image_shape
from sim.patches import Array, Pair, pad, rows_of_windows, window_counts


@dataclass(eq=False)
class _Weighted:
    """What convolutions and matrix products share; see `Conv2d`."""

    weight: IntArray
    x_format: IntFormat
    w_format: IntFormat
    accumulator: Accumulator = field(default_factory=Accumulator)
    products: list[Product] = field(init=False)

    @property
    def safe_bits(self) -> int:
        """Smallest accumulator that no input can overflow."""
        return max(product.safe_bits for product in self.products)

    @property
    def a2q_bits(self) -> int:
        """The accumulator that the weights' L1 norm alone guarantees."""
        return max(product.a2q_bits for product in self.products)

    @staticmethod
    def check(weight: IntArray, number: IntFormat) -> None:
        """Refuse weights that are no integers or not in their format."""
        if weight.dtype.kind not in "iu":
            raise SimError(f"weights of an integer layer are integers, not {weight.dtype}")
        if not number.contains(weight):
            raise SimError(
                f"weights from {weight.min()} to {weight.max()} do not fit {number}, "
                f"which holds {number.min} to {number.max}"
            )


@dataclass(eq=False)
class Conv2d(_Weighted):
    """Sums of a two-dimensional convolution.

    Parameters
    ----------
    weight
        Integers of shape (M, C / groups, kernel rows, kernel columns).
    x_format, w_format
        Formats of the inputs and of the weights.
    accumulator
        What sums are kept in.
    stride, padding
        Down and across.
    groups
        In how many groups channels are divided; C for a depthwise convolution.
    pad_value
        What the border holds: one integer, or one a channel.

    Raises
    ------
    SimError
        If weights do not fit their format, or sums the accumulator.
    """

    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    groups: int = 1
    pad_value: IntArray | int = 0

    def __post_init__(self) -> None:
        self.check(self.weight, self.w_format)
        if self.weight.shape[0] % self.groups:
            raise SimError(f"{self.weight.shape[0]} outputs cannot be in {self.groups} groups")
        outputs = self.weight.shape[0] // self.groups
        self.products = [
            Product(part.transpose(2, 3, 1, 0).reshape(-1, outputs), *_range(self.x_format),
                    self.accumulator)
            for part in np.split(self.weight, self.groups)
        ]  # fmt: skip

    @property
    def kernel(self) -> Pair:
        """Its rows and columns."""
        return (self.weight.shape[2], self.weight.shape[3])

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        height, width, channels = image_shape(inputs)
        wanted = self.weight.shape[1] * self.groups
        if channels != wanted:
            raise SimError(f"the input has {channels} channels, weights take {wanted}")
        down, across = window_counts((height, width), self.kernel, self.stride, self.padding)
        return (down, across, self.weight.shape[0])

    def matrices(self, x: Array) -> list[Array]:
        """Inputs of each group as the matrix (N * down * across, K) that meets the weights."""
        framed = pad(x, self.padding, self.pad_value)
        size = framed.shape[3] // self.groups
        return [
            rows_of_windows(framed[..., g * size : (g + 1) * size], self.kernel, self.stride,
                            product.dtype)
            for g, product in enumerate(self.products)
        ]  # fmt: skip

    def __call__(self, *inputs: Array) -> Array:
        """Sums, shape (N, down, across, M)."""
        return self.counted(inputs[0])[0]

    def counted(self, x: Array) -> tuple[Array, int]:
        """Sums, and how many of them left the accumulator's range."""
        shape = self.shape(x.shape[1:])
        results = [
            product(matrix) for product, matrix in zip(self.products, self.matrices(x), strict=True)
        ]
        sums = [found.reshape(len(x), *shape[:2], -1) for found, _ in results]
        joined = sums[0] if len(sums) == 1 else np.concatenate(sums, axis=3)
        return joined, sum(overflows for _, overflows in results)

    def macs(self, *inputs: Shape) -> int:
        """Multiplications of one image."""
        return prod(self.shape(*inputs)) * prod(self.weight.shape[1:])


@dataclass(eq=False)
class Linear(_Weighted):
    """Sums of a matrix product; weights of shape (M, K), otherwise as `Conv2d`."""

    def __post_init__(self) -> None:
        self.check(self.weight, self.w_format)
        self.products = [Product(self.weight.T, *_range(self.x_format), self.accumulator)]

    def shape(self, *inputs: Shape) -> Shape:
        """See `Layer`."""
        (shape,) = inputs
        if shape != self.weight.shape[1:]:
            raise SimError(f"the input has shape {shape}, weights take ({self.weight.shape[1]},)")
        return (self.weight.shape[0],)

    def matrices(self, x: Array) -> list[Array]:
        """The inputs themselves, as the one matrix (N, K)."""
        return [x.astype(self.products[0].dtype)]

    def __call__(self, *inputs: Array) -> Array:
        """Sums, shape (N, M)."""
        return self.counted(inputs[0])[0]

    def counted(self, x: Array) -> tuple[Array, int]:
        """Sums, and how many of them left the accumulator's range."""
        return self.products[0](x)

    def macs(self, *inputs: Shape) -> int:
        """Multiplications of one image."""
        self.shape(*inputs)
        return int(self.weight.size)


def _range(number: IntFormat) -> tuple[int, int]:
    return number.min, number.max
