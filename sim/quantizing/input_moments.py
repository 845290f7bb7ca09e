"""Second moments of what the weights of a layer meet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from sim.floats import FloatConv2d, FloatLinear
from sim.formats import IntArray
from sim.layers import FloatArray
from sim.patches import Array, pad, rows_of_windows

Numbers = TypeVar("Numbers", FloatArray, IntArray)


@dataclass(frozen=True, eq=False, slots=True)
class InputMoments:
    """Sums of products of a layer's inputs; those of batches are added.

    Attributes
    ----------
    rows
        How many inputs were counted, of K numbers each.
    total, products
        Their sum, shape (K,), and that of their products, shape (K, K).
    float_total, crossed
        Sum of the float inputs that they stand for, and of products of both, (float, own).
    """

    rows: int
    total: FloatArray
    products: FloatArray
    float_total: FloatArray | None = None
    crossed: FloatArray | None = None

    @classmethod
    def of(cls, rows: FloatArray, float_rows: FloatArray | None = None) -> "InputMoments":
        """Those of inputs of shape (N, K)."""
        total, products = rows.sum(axis=0), rows.T @ rows
        if float_rows is None:
            return cls(len(rows), total, products)
        return cls(len(rows), total, products, float_rows.sum(axis=0), float_rows.T @ rows)

    def __add__(self, other: "InputMoments") -> "InputMoments":
        """Those of both."""
        return InputMoments(
            self.rows + other.rows, self.total + other.total, self.products + other.products,
            _sum(self.float_total, other.float_total), _sum(self.crossed, other.crossed),
        )  # fmt: skip

    def hessian(self, centred: bool) -> FloatArray:
        """Mean products, shape (K, K); centred, without what the means contribute."""
        mean = self.total / self.rows
        return self.products / self.rows - (np.outer(mean, mean) if centred else 0.0)

    def target(self, weights: FloatArray, centred: bool, damping: float) -> FloatArray:
        """Weights that give most nearly from these inputs what `weights` give from the float ones.

        Least squares, held near `weights` by a share `damping` of the mean power; shape (M, K).
        """
        assert self.crossed is not None
        assert self.float_total is not None
        crossed = self.crossed / self.rows
        if centred:
            crossed = crossed - np.outer(self.float_total, self.total) / self.rows**2
        hessian = self.hessian(centred)
        if not np.diagonal(hessian).any():  # inputs that say nothing
            return weights
        held = damping * np.diagonal(hessian).mean() * np.eye(len(hessian))
        return np.asarray(np.linalg.solve(hessian + held, (weights @ (crossed + held)).T).T)


def input_rows(
    layer: FloatConv2d | FloatLinear, x: Array, border: FloatArray | float
) -> list[FloatArray]:
    """Inputs of each group, a row a dot product, in the order of `weight_rows`."""
    if isinstance(layer, FloatLinear):
        return [x.astype(np.float64)]
    framed = pad(x, layer.padding, border)
    size = framed.shape[3] // layer.groups
    return [
        rows_of_windows(framed[..., g * size : (g + 1) * size], layer.kernel, layer.stride,
                        np.float64).astype(np.float64, copy=False)
        for g in range(layer.groups)
    ]  # fmt: skip


def moments_in_steps(
    layer: FloatConv2d | FloatLinear, scale: FloatArray, shift: FloatArray, border: IntArray
) -> Callable[[tuple[Array, ...]], list[InputMoments]]:
    """What gives the moments of each group of a batch.

    Parameters
    ----------
    layer
        Of the float network.
    scale, shift
        Of an integer input x, which stands for (x + shift) scale.
    border
        Integers of the border.

    Returns
    -------
    Callable
        Takes integer inputs, or those and the float inputs that they stand for.
    """

    def moments(batch: tuple[Array, ...]) -> list[InputMoments]:
        found = input_rows(layer, batch[0] + shift, border + shift)
        if len(batch) == 1:
            return [InputMoments.of(rows) for rows in found]
        floats = input_rows(layer, batch[1] / scale, 0.0)
        return [InputMoments.of(*both) for both in zip(found, floats, strict=True)]

    return moments


def weight_rows(weight: FloatArray) -> FloatArray:
    """Weights (M, C, rows, columns) or (M, K) as rows (M, K) that meet `input_rows`."""
    if weight.ndim == 4:
        weight = weight.transpose(0, 2, 3, 1)
    return weight.reshape(len(weight), -1)


def weights_of_rows(rows: Numbers, shape: tuple[int, ...]) -> Numbers:
    """The reverse of `weight_rows`."""
    if len(shape) == 4:
        outputs, channels, down, across = shape
        return rows.reshape(outputs, down, across, channels).transpose(0, 3, 1, 2)
    return rows.reshape(shape)


def _sum(one: FloatArray | None, other: FloatArray | None) -> FloatArray | None:
    return None if one is None or other is None else one + other
