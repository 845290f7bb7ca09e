"""Rounding weights one after the other, each making up for the errors of those before.

A layer's output error is e H e' for each row e of errors of its weights, where H holds the
second moments of its inputs. Nearest rounding ignores all but H's diagonal. Here the inputs
are taken in the order of their power; once one's weights are rounded, those that follow move
to where they cancel most of the error (a column of the Cholesky factor of the inverse of H).
Then single weights are rounded again as long as that lowers the error, and each row keeps
what is best: never worse than nearest rounding.

Sources: E. Frantar, S. Ashkboos, T. Hoefler, D. Alistarh, GPTQ: Accurate Post-Training
Quantization for Generative Pre-trained Transformers, ICLR 2023; its order by the diagonal
is an option of the authors' program.
"""

from collections.abc import Callable

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray
from sim.layers import FloatArray

Rounding = Callable[[FloatArray], FloatArray]
_SWEEPS = 4  # over all weights; few change after the second


def output_error(errors: FloatArray, hessian: FloatArray) -> FloatArray:
    """Mean squared error of each output: e H e'; shape (M,) from errors of shape (M, K)."""
    return np.asarray(((errors @ hessian) * errors).sum(axis=1))


def feed_back(
    weights: FloatArray,
    step: FloatArray,
    hessian: FloatArray,
    rounding: Rounding,
    damping: float = 0.01,
) -> IntArray:
    """Integers of weights, errors fed back.

    Parameters
    ----------
    weights
        Shape (M, K).
    step
        What integers are multiples of, shape (M,) or (1,).
    hessian
        Second moments of the inputs, shape (K, K).
    rounding
        Integers of values in units of the step, element by element.
    damping
        Share of the mean diagonal that is added to the diagonal: how little few or
        dependent inputs are believed.

    Returns
    -------
    IntArray
        Shape (M, K). The output error of no row is larger than that of `rounding` alone.

    Raises
    ------
    SimError
        If the damping is not positive or the shapes do not fit.
    """
    if not damping > 0:
        raise SimError(f"damping is positive, 0.01 for instance, not {damping:g}")
    if hessian.shape != (weights.shape[1],) * 2:
        raise SimError(f"second moments of shape {hessian.shape} for {weights.shape[1]} inputs")
    scaled = weights / step[:, None]
    nearest = rounding(scaled)
    if not hessian.any():
        return nearest.astype(np.int64)
    found = _sequential(scaled, hessian, rounding, damping)
    found = _descend(scaled, found, hessian, rounding)
    better = output_error(found - scaled, hessian) < output_error(nearest - scaled, hessian)
    return np.where(better[:, None], found, nearest).astype(np.int64)


def _sequential(
    scaled: FloatArray, hessian: FloatArray, rounding: Rounding, damping: float
) -> FloatArray:
    diagonal = np.diagonal(hessian)
    order = np.argsort(-diagonal, kind="stable")
    damped = hessian[np.ix_(order, order)] + damping * diagonal.mean() * np.eye(len(hessian))
    # The upper factor U with U' U the inverse: row j has what is left to the inputs after j.
    upper = np.linalg.cholesky(np.linalg.inv(damped)).T
    values, found = scaled[:, order], np.empty_like(scaled)
    for j in range(len(order)):
        integers = rounding(values[:, j])
        found[:, order[j]] = integers
        missed = (values[:, j] - integers) / upper[j, j]
        values[:, j + 1 :] -= np.outer(missed, upper[j, j + 1 :])
    return found


def _descend(
    scaled: FloatArray, found: FloatArray, hessian: FloatArray, rounding: Rounding
) -> FloatArray:
    """Round single weights again, all rows side by side, while the error falls."""
    found = found.copy()
    slopes = (found - scaled) @ hessian
    used = np.flatnonzero(np.diagonal(hessian) > 0)
    for _ in range(_SWEEPS):
        changed = False
        for j in used:
            power = hessian[j, j]
            wanted = rounding(found[:, j] - slopes[:, j] / power)
            move = wanted - found[:, j]
            gain = move * (power * move + 2 * slopes[:, j])
            move[gain >= -1e-12 * power] = 0
            if move.any():
                changed = True
                found[:, j] += move
                slopes += np.outer(move, hessian[j])
        if not changed:
            break
    return found
