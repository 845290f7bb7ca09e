"""PANN, power-aware neural networks: the published power model and weights.

Source: Spingarn Eliezer, Banner, Hoffer, Ben-Yaakov, Michaeli, Energy awareness in
low precision neural networks, arXiv 2202.02783 (2022). The formulas count bit
flips of uniform operands; they are what measurements are held against, not
what the hardware does.
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.formats import IntArray
from sim.layers import FloatArray

BUDGET_BITS = tuple(range(2, 9))
# Of the search for a step: the share of additions that may be left over, and where it ends.
_SPARE, _TRIALS, _NARROWEST = 0.01, 14, 1e-3


def multiplier_bit_flips(width_x: int, width_w: int) -> dict[str, float]:
    """Bit flips of one multiplication, by net group.

    Returns
    -------
    dict
        `mult_in`: 0.5 (bx + bw); `mult_internal`: 0.5 max(bx, bw)^2.
    """
    return {
        "mult_in": 0.5 * (width_x + width_w),
        "mult_internal": 0.5 * max(width_x, width_w) ** 2,
    }


def accumulator_bit_flips(width_x: int, signed: bool, width_acc: int) -> dict[str, float]:
    """Bit flips of one accumulation of a `width_x` bit product, by net group.

    A two's complement product is extended by its sign: half of all `width_acc`
    input bits flip. Of an unsigned one only its own bits do.

    Returns
    -------
    dict
        `acc_in`: 0.5 B signed, 0.5 `width_x` unsigned; `acc_sum` and `acc_reg`:
        0.5 `width_x` each.
    """
    return {
        "acc_in": 0.5 * (width_acc if signed else width_x),
        "acc_sum": 0.5 * width_x,
        "acc_reg": 0.5 * width_x,
    }


def mac_bit_flips(
    width_x: int, width_w: int, signed: bool, width_acc: int = 32
) -> dict[str, float]:
    """Bit flips of one multiply-accumulate operation, by net group.

    Examples
    --------
    >>> [sum(mac_bit_flips(b, b, True).values()) for b in (2, 3, 4, 8)]
    [24.0, 29.5, 36.0, 72.0]
    >>> [sum(mac_bit_flips(b, b, False).values()) for b in (2, 3, 4, 8)]
    [10.0, 16.5, 24.0, 64.0]
    """
    return {
        **multiplier_bit_flips(width_x, width_w),
        **accumulator_bit_flips(width_x + width_w, signed, width_acc),
    }


def pann_bit_flips(bits_x: int, additions: float) -> float:
    """Bit flips of an input element that is added `additions` times: (R + 0.5) bx.

    >>> pann_bit_flips(5, 1.5)
    10.0
    """
    return (additions + 0.5) * bits_x


def settings(budget: float) -> list[tuple[int, float]]:
    """Bits of activations and additions that spend a budget of bit flips an element.

    R = P / bx - 0.5 for bx from 2 to 8; where that is not positive, there is no setting.

    Raises
    ------
    SimError
        If no bx leaves a positive R.

    Examples
    --------
    >>> [(bits, round(additions, 2)) for bits, additions in settings(3)]
    [(2, 1.0), (3, 0.5), (4, 0.25), (5, 0.1)]
    """
    found = [(bits, budget / bits - 0.5) for bits in BUDGET_BITS if budget / bits > 0.5]
    if not found:
        raise SimError(
            f"no setting meets a budget of {budget:g} bit flips an element: the cheapest, "
            f"{BUDGET_BITS[0]} bits, takes more than {0.5 * BUDGET_BITS[0]:g}"
        )
    return found


def pann_step(rows: npt.NDArray[np.floating], additions: float) -> FloatArray:
    """Steps ||w||_1 / (R d) of rows of d weights, shape (rows,); 1 for a row of zeros."""
    gamma = np.abs(np.asarray(rows, dtype=np.float64)).mean(axis=1) / additions
    return np.where(gamma > 0, gamma, 1.0)


def quantize_weights(
    rows: npt.NDArray[np.floating], additions: float
) -> tuple[IntArray, FloatArray]:
    """Weights as numbers of additions, a step a row.

    gamma = ||w||_1 / (R d), d weights; q = w / gamma, rounded half to even. The mean of |q| is
    R before rounding; what is measured after it differs.

    Parameters
    ----------
    rows
        Shape (rows, d).
    additions
        R, positive.

    Returns
    -------
    integers : IntArray
        q, shape (rows, d).
    gamma : FloatArray
        Shape (rows,); 1 for a row of zeros.
    """
    gamma = pann_step(rows, additions)
    return np.rint(np.asarray(rows, dtype=np.float64) / gamma[:, None]).astype(np.int64), gamma


def fitted_step(
    step: FloatArray, additions: float, rounded: Callable[[FloatArray], IntArray]
) -> FloatArray:
    """The step whose rounded weights have at most a mean |q| of R, and little less.

    Parameters
    ----------
    step
        Where the search begins: that of the formula.
    additions
        R, as it is measured.
    rounded
        Integers at a step.
    """

    def left(factor: float) -> float:
        return float(np.abs(rounded(step * factor)).mean())

    wide, few = 1.0, left(1.0)
    while few > additions:
        wide *= 2
        few = left(wide)
    narrow, many = wide / 2, left(wide / 2)
    while many <= additions and narrow > _NARROWEST:
        wide, few, narrow = narrow, many, narrow / 2
        many = left(narrow)
    for trial in range(_TRIALS):
        if few > (1 - _SPARE) * additions or many <= additions:
            break
        share = 0.5
        if trial % 2 == 0 and few > 0:  # additions fall nearly as a power of the step
            wanted = (1 - _SPARE / 2) * additions
            share = min(max(math.log(many / wanted) / math.log(many / few), 0.02), 0.98)
        middle = narrow ** (1 - share) * wide**share
        found = left(middle)
        if found > additions:
            narrow, many = middle, found
        else:
            wide, few = middle, found
    return np.asarray(step * wide)
