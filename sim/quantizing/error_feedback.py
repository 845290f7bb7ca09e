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


class ErrorFeedback:
    """Rounds the weights that meet inputs of given second moments.

    Parameters
    ----------
    hessian
        Second moments of the inputs, shape (K, K).
    damping
        Share of the mean diagonal that is added to the diagonal: how little few or
        dependent inputs are believed.

    Raises
    ------
    SimError
        If the damping is not positive.
    """

    def __init__(self, hessian: FloatArray, damping: float = 0.01) -> None:
        if not damping > 0:
            raise SimError(f"damping is positive, 0.01 for instance, not {damping:g}")
        self._hessian = hessian
        diagonal = np.diagonal(hessian)
        self._used = np.flatnonzero(diagonal > 0)
        if self._used.size:
            self._order = np.argsort(-diagonal, kind="stable")
            held = damping * diagonal.mean() * np.eye(len(hessian))
            damped = hessian[np.ix_(self._order, self._order)] + held
            # The upper factor U with U' U the inverse: row j has what is left to those after j.
            self._upper = np.linalg.cholesky(np.linalg.inv(damped)).T

    def __call__(self, weights: FloatArray, step: FloatArray, rounding: Rounding) -> IntArray:
        """Integers of weights.

        Parameters
        ----------
        weights
            Shape (M, K).
        step
            What integers are multiples of, shape (M,) or (1,).
        rounding
            Integers of values in units of the step, element by element.

        Returns
        -------
        IntArray
            Shape (M, K). The output error of no row is larger than that of `rounding` alone.

        Raises
        ------
        SimError
            If the shapes do not fit.
        """
        if weights.shape[1] != len(self._hessian):
            raise SimError(
                f"second moments of {len(self._hessian)} inputs for weights of {weights.shape[1]}"
            )
        scaled = weights / step[:, None]
        nearest = rounding(scaled)
        if not self._used.size:
            return nearest.astype(np.int64)
        found = self.descend(scaled, self.sequential(scaled, rounding), rounding)
        errors, others = (output_error(q - scaled, self._hessian) for q in (found, nearest))
        return np.where((errors < others)[:, None], found, nearest).astype(np.int64)

    def sequential(self, scaled: FloatArray, rounding: Rounding) -> FloatArray:
        """Round input after input, those that follow making up for it; shape (M, K)."""
        values = np.ascontiguousarray(scaled.T[self._order])
        found = np.empty_like(values)
        for j, row in enumerate(values):
            found[j] = rounding(row)
            share = self._upper[j, j + 1 :] / self._upper[j, j]
            values[j + 1 :] -= np.outer(share, row - found[j])
        original = np.empty_like(found)
        original[self._order] = found
        return np.ascontiguousarray(original.T)

    def descend(self, scaled: FloatArray, found: FloatArray, rounding: Rounding) -> FloatArray:
        """Round single weights again, all rows side by side, while the error falls."""
        found = found.copy()
        slopes = (found - scaled) @ self._hessian
        for _ in range(_SWEEPS):
            changed = False
            for j in self._used:
                power = self._hessian[j, j]
                move = rounding(found[:, j] - slopes[:, j] / power) - found[:, j]
                gain = move * (power * move + 2 * slopes[:, j])
                move[gain >= -1e-12 * power] = 0
                if move.any():
                    changed = True
                    found[:, j] += move
                    slopes += np.outer(move, self._hessian[j])
            if not changed:
                break
        return found
