"""Means and variances of channels, over tensors that come in parts."""

from dataclasses import dataclass

import numpy as np

from sim.layers import FloatArray
from sim.patches import Array


@dataclass(frozen=True, eq=False, slots=True)
class Moments:
    """Mean and variance of each channel over `count` values."""

    count: int
    mean: FloatArray
    variance: FloatArray


def moments_of(values: Array) -> Moments:
    """Of a tensor of shape (..., C)."""
    axes = tuple(range(values.ndim - 1))
    return Moments(
        values.size // values.shape[-1],
        np.asarray(values.mean(axes, dtype=np.float64)),
        np.asarray(values.var(axes, dtype=np.float64)),
    )


def together(parts: list[Moments]) -> Moments:
    """Of all parts' values, from the parts' own."""
    count = sum(part.count for part in parts)
    mean = sum(part.count * part.mean for part in parts) / count
    spread = sum(part.count * (part.variance + np.square(part.mean - mean)) for part in parts)
    return Moments(count, np.asarray(mean), np.asarray(spread / count))
