"""Reference operators of units that take a partial sum and hand it on.

They are part of `sim.ops`, whose head says what an operator is.
"""

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray, IntFormat


def mac_stationary(x: IntArray, w: IntArray, addend: IntArray, acc: IntFormat) -> IntArray:
    """Sums `addend + x * w` modulo 2**acc.bits.

    Parameters
    ----------
    x, w, addend
        Operands, and the partial sum that arrives, of each cycle; shape (cycles,).
    acc
        Format of the sum.

    Returns
    -------
    IntArray
        The sum of each cycle, shape (cycles,).
    """
    return acc.wrap(addend + x * w)


def pe_stationary(
    x: IntArray,
    w: IntArray,
    addend: IntArray,
    load: IntArray,
    enable: IntArray,
    acc: IntFormat,
) -> dict[str, IntArray]:
    """What a processing element of a systolic array hands on.

    In each cycle `load` replaces the weight that it holds by `w`, and `enable` its
    input and partial sum by `x` and `addend`; what is not replaced stays.

    Parameters
    ----------
    x, w, addend, load, enable
        Operands, the partial sum that arrives, and control bits (0 or 1) of each
        cycle; shape (cycles,).
    acc
        Format of the sum.

    Returns
    -------
    dict of IntArray
        `x_out`: the input that it holds after each cycle; `sum`: the partial sum
        that it holds plus input times weight, modulo 2**acc.bits; shape (cycles,).

    Raises
    ------
    SimError
        If the first cycle does not load and enable: what it holds is unknown.

    Examples
    --------
    >>> x, w, addend = np.array([3, 4, 5]), np.array([2, 7, 9]), np.array([100, 50, 60])
    >>> found = pe_stationary(x, w, addend, np.array([1, 0, 1]), np.array([1, 1, 0]),
    ...                       IntFormat(8, signed=False))
    >>> found["x_out"].tolist(), found["sum"].tolist()
    ([3, 4, 4], [106, 58, 86])
    """
    if x.size and not (load[0] and enable[0]):
        raise SimError(
            "a processing element's first cycle must load and enable it: what it holds is unknown"
        )
    cycle = np.arange(x.size)
    loaded = np.maximum.accumulate(np.where(load != 0, cycle, 0))
    enabled = np.maximum.accumulate(np.where(enable != 0, cycle, 0))
    held = x[enabled]
    return {"x_out": held, "sum": mac_stationary(held, w[loaded], addend[enabled], acc)}
