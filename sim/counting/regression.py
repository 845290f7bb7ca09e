"""From counts of operations to energy: regression, and how well it says what it has not seen.

A fit minimizes relative errors: networks differ by orders of magnitude, and each counts alike.
Precision is what the TOs paper calls so: 100 - |error| %, of the energy that is to be said.

Source: Li, Tsourdos, Guo, A Transistor Operations Model for Deep Learning Energy Consumption
Scaling Law, IEEE Trans. Artificial Intelligence 5(1), 2024.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm

from sim.errors import SimError
from sim.layers import FloatArray

LEAVE_ONE_OUT = "leave-one-out"
BY_FAMILY = "family"
HELD_OUT = (LEAVE_ONE_OUT, BY_FAMILY)


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """Energy as a sum of counts times coefficients.

    Attributes
    ----------
    coefficients
        Of each count, shape (counts,), in the unit of the energy.
    intercept
        Energy without any operation; 0 where the fit goes through the origin.
    relative_rms
        Root mean square of the relative errors that are left.
    """

    coefficients: FloatArray
    intercept: float
    relative_rms: float

    def __call__(self, counts: FloatArray) -> FloatArray:
        """Energies, shape (n,), of counts of shape (n, counts)."""
        return np.asarray(counts @ self.coefficients + self.intercept)


def fit(counts: FloatArray, energy: FloatArray, intercept: bool = False) -> Fit:
    """The coefficients of least relative error.

    Parameters
    ----------
    counts
        Shape (n, counts), not negative.
    energy
        What they are to give, shape (n,), positive, in any unit.
    intercept
        Whether there is energy without operations: of a machine that idles, not of gates.

    Raises
    ------
    SimError
        If there are fewer networks than coefficients, or counts that say the same.
    """
    if np.any(energy <= 0) or not np.all(np.isfinite(energy)):
        raise SimError("energies of a regression are positive numbers")
    columns = [counts, np.ones((len(counts), 1))] if intercept else [counts]
    # Counts reach 1e12: without a common scale the matrix is ill-conditioned.
    matrix = np.hstack(columns)
    scale = np.abs(matrix).max(axis=0)
    if len(matrix) < matrix.shape[1] or np.any(scale == 0):
        raise SimError(
            f"{len(matrix)} networks for {matrix.shape[1]} coefficients, and counts that are "
            "not all 0: bring more networks, of different sizes"
        )
    if np.linalg.matrix_rank(matrix / scale) < matrix.shape[1]:
        raise SimError("the networks' counts are in proportion: bring networks that differ")
    found = sm.OLS(np.ones(len(energy)), matrix / scale / energy[:, None]).fit()
    given = np.asarray(found.params) / scale
    ends = len(given) - intercept
    rms = float(np.sqrt(found.ssr / len(energy)))
    return Fit(given[:ends], float(given[ends]) if intercept else 0.0, rms)


def precision_percent(predicted: FloatArray, energy: FloatArray) -> FloatArray:
    """100 - |error| in percent of the energy, shape (n,); negative beyond twice of it."""
    return np.asarray(100 - 100 * np.abs(predicted / energy - 1))


def held_out(
    counts: FloatArray, energy: FloatArray, groups: Sequence[str], intercept: bool = False
) -> FloatArray:
    """What fits say of networks that they were not fitted to.

    Parameters
    ----------
    counts, energy
        As of `fit`.
    groups
        Of each network; those of one group are held out together. A group of its own for
        each network is leave-one-out.

    Returns
    -------
    FloatArray
        Predicted energies, shape (n,).

    Raises
    ------
    SimError
        If what is left cannot be fitted.
    """
    names: npt.NDArray[np.str_] = np.asarray(groups, dtype=np.str_)
    predicted = np.empty(len(energy))
    for name in np.unique(names):
        out = names == name
        if out.all():
            raise SimError(f"all networks are of the group '{name}': nothing is left to fit to")
        predicted[out] = fit(counts[~out], energy[~out], intercept)(counts[out])
    return predicted
