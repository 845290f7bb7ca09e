"""Word statistics of operands: what is known of a layer without looking at single bits.

Mean, mean magnitude, deviation, share of zeros, share of repeated words and correlation of
neighbours, of each operand; and every product of one of x with one of w. Energy models
on these need no bit counts, and are less exact than those of `sim.statistics`.
"""

import numpy as np
import numpy.typing as npt

from sim.formats import IntArray, IntFormat

FloatArray = npt.NDArray[np.float64]

WORD_STATISTICS = ("mean", "magnitude", "deviation", "zeros", "repeats", "correlation")


def word_statistics(values: IntArray, number: IntFormat) -> FloatArray:
    """Statistics of a stream of words, in the order of `WORD_STATISTICS`.

    Parameters
    ----------
    values
        Shape (N,), N > 1.
    number
        Format; means and deviations are in shares of its largest number.

    Returns
    -------
    FloatArray
        Shape (6,); the correlation of a constant is 1.
    """
    words = np.asarray(values, dtype=np.float64)
    mean, deviation = float(words.mean()), float(words.std())
    centred = words - mean
    variance = float(centred @ centred)
    correlation = float(centred[1:] @ centred[:-1]) / variance if variance else 1.0
    return np.array(
        [
            mean / number.max,
            float(np.abs(words).mean()) / number.max,
            deviation / number.max,
            float((values == 0).mean()),
            float((values[1:] == values[:-1]).mean()),
            correlation,
        ]
    )


def word_features(
    x: IntArray, w: IntArray, x_format: IntFormat, w_format: IntFormat
) -> tuple[tuple[str, ...], FloatArray]:
    """What a word-statistics model takes, in its fixed order.

    Parameters
    ----------
    x, w
        Operands of consecutive operations, shape (N,), N > 1.

    Returns
    -------
    names : tuple of str
        `mean(x)`, ..., `mean(w)`, ..., `mean(x)*mean(w)`, ...
    values : FloatArray
        Shape (names,).
    """
    of_x, of_w = word_statistics(x, x_format), word_statistics(w, w_format)
    names = [f"{name}({operand})" for operand in "xw" for name in WORD_STATISTICS]
    names += [f"{one}(x)*{other}(w)" for one in WORD_STATISTICS for other in WORD_STATISTICS]
    return tuple(names), np.concatenate([of_x, of_w, np.outer(of_x, of_w).ravel()])
