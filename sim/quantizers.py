"""How large a quantization step is: from the values, or from what is known of them.

A step maps values to the integers lowest..highest: clip(round half to even(v / step)). Each
rule takes values of shape (rows, n) and gives a step a row: one row is a tensor as a whole,
a row a channel is per-channel quantization.

Sources: R. Banner, Y. Nahshan, D. Soudry, Post training 4-bit quantization of
convolutional networks for rapid-deployment, NeurIPS 2019 (ACIQ); M. Nagel et al.,
Data-Free Quantization Through Weight Equalization and Bias Correction, ICCV 2019
(ranges from batch norm).
"""

import math
from functools import cache

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.layers import FloatArray

QUANTIZERS = ("minmax", "percentile", "mmse", "aciq", "batchnorm")
_PERCENTILE = 99.9
_GRID = np.geomspace(0.02, 1.0, 80)
_SAMPLES = 1 << 16
_TINY = 1e-30  # a row below is one of zeros: squares and quotients of it are none


def quantized(
    values: npt.NDArray[np.floating], step: FloatArray | float, lowest: int, highest: int
) -> npt.NDArray[np.int64]:
    """Integers of values: rounded half to even, clipped; same shape.

    >>> quantized(np.array([-0.5, 0.25, 0.75, 9.0]), 0.5, 0, 3).tolist()
    [0, 0, 2, 3]
    """
    return np.clip(np.rint(np.asarray(values) / step), lowest, highest).astype(np.int64)


def steps(values: npt.NDArray[np.floating], lowest: int, highest: int, rule: str) -> FloatArray:
    """The step of each row.

    Parameters
    ----------
    values
        Shape (rows, n); not negative where `lowest` is 0.
    lowest, highest
        Range of the integers.
    rule
        `minmax`: the largest magnitude is the highest integer. `percentile`: the 99.9th.
        `mmse`: least mean squared error, by search. `aciq`: least expected error of a
        Laplace or a normal distribution, whichever the values are closer to.

    Returns
    -------
    FloatArray
        Shape (rows,), positive; 1 for a row of zeros.

    Raises
    ------
    SimError
        If the rule is unknown or needs more than values.
    """
    rows = np.asarray(values, dtype=np.float64)
    largest = np.abs(rows).max(axis=1, initial=0)
    nothing = largest <= _TINY
    rows = np.where(nothing[:, None], 1.0, rows)
    largest = np.where(nothing, 1.0, largest)
    end = highest or -lowest  # nothing may be above 0
    if rule == "minmax":
        found = largest / end
    elif rule == "percentile":
        clip = np.percentile(np.abs(rows), _PERCENTILE, axis=1)
        found = np.where(clip > _TINY, clip, largest) / end
    elif rule == "mmse":
        found = _mmse(rows, largest / end, lowest, highest)
    elif rule == "aciq":
        clips = np.array([_aciq(row, lowest, highest) for row in np.abs(rows)])
        found = np.minimum(clips, largest) / end
    else:
        raise SimError(
            f"no rule '{rule}' for values: known are {', '.join(QUANTIZERS[:-1])}; batchnorm is "
            "for activations behind a batch norm"
        )
    return np.where(nothing, 1.0, found)


def _mmse(values: FloatArray, widest: FloatArray, lowest: int, highest: int) -> FloatArray:
    stride = -(-values.shape[1] // _SAMPLES) | 1  # odd: it meets every channel
    sampled = values[:, ::stride]
    best, best_error = widest, np.full(len(values), np.inf)
    for share in _GRID:
        step = widest * share
        column = step[:, None]
        error = np.square(np.clip(np.rint(sampled / column), lowest, highest) * column - sampled)
        total = error.mean(axis=1)
        best = np.where(total < best_error, step, best)
        best_error = np.minimum(total, best_error)
    return best


def _aciq(magnitudes: FloatArray, lowest: int, highest: int) -> float:
    """Where to clip; of rectified values only the positive ones tell of the distribution."""
    tail = magnitudes[magnitudes > 0] if lowest == 0 else magnitudes
    mean, deviation = float(tail.mean()), math.sqrt(float(np.square(tail).mean()))
    # mean / deviation is 0.707 for Laplace, 0.798 for normal.
    laplace = mean / deviation < 0.5 * (math.sqrt(0.5) + math.sqrt(2 / math.pi))
    levels = 2 * highest  # of both sides, as the formulas count
    return optimal_clip(levels, laplace) * (mean if laplace else deviation)


@cache
def optimal_clip(levels: int, laplace: bool) -> float:
    """Clipping value of least expected error, in scales (Laplace) or deviations (normal).

    Values of a symmetric distribution, quantized to `levels` steps between -clip and clip.

    Notes
    -----
    Source: Banner, Nahshan, Soudry 2019, equations for the Laplace and the Gaussian case:
    clipping error plus (2 clip / levels)^2 / 12.

    >>> [round(optimal_clip(2**bits, laplace=True), 1) for bits in (2, 3, 4)]
    [2.8, 3.9, 5.0]
    """
    clip = np.linspace(0.01, 20, 200_000)
    rounding = clip**2 / (3 * float(levels) ** 2)
    if laplace:
        error = 2 * np.exp(-clip) + rounding
    else:
        tails = np.array([math.erfc(c / math.sqrt(2)) for c in clip[::20]])
        clip, rounding = clip[::20], rounding[::20]
        density = math.sqrt(2 / math.pi) * clip * np.exp(-(clip**2) / 2)
        error = (1 + clip**2) * tails - density + rounding
    return float(clip[np.argmin(error)])


def batch_norm_step(mean: FloatArray, deviation: FloatArray, highest: int) -> float:
    """The step of rectified values whose channels are normal, without any data.

    Parameters
    ----------
    mean, deviation
        Of each channel before the ReLU: beta and |gamma| of its batch norm; shape (C,).
    highest
        Largest integer.
    """
    reach = float((mean + optimal_clip(2 * highest, laplace=False) * deviation).max())
    return (reach if reach > 0 else 1.0) / highest
