"""Bit-exact reference operator of every hardware unit.

The one definition of the arithmetic: RTL, mapped netlists and the network
simulator are all held against these functions. Each takes and returns int64
arrays of shape (cycles,): element t is what the unit's port carries in cycle t.
A sequential unit's output in cycle t is what its registers hold after the
rising edge that ends cycle t; ports that are late by whole cycles say so in the
unit registry (`latency`), not here.
"""

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray, IntFormat


def multiply(x: IntArray, w: IntArray) -> IntArray:
    """Exact products `x * w`."""
    return x * w


def add(x: IntArray, y: IntArray) -> IntArray:
    """Exact sums `x + y`."""
    return x + y


def accumulate(x: IntArray, clear: IntArray, enable: IntArray, acc: IntFormat) -> IntArray:
    """Sums of an accumulator that wraps modulo 2**acc.bits.

    In each cycle, `clear` first makes the old sum 0, then `enable` adds `x`.

    Parameters
    ----------
    x, clear, enable
        Addend and control bits (0 or 1) of each cycle, shape (cycles,).
    acc
        Format of the sum.

    Returns
    -------
    IntArray
        The sum after each cycle, shape (cycles,).

    Raises
    ------
    SimError
        If the first cycle does not clear: the sum before it is unknown.
    """
    if clear.size and not clear[0]:
        raise SimError("an accumulator's first cycle must clear it: the sum before it is unknown")
    # Running totals since the last clear. Differences of totals that wrapped
    # in 64 bits are still exact modulo 2**acc.bits.
    totals = np.cumsum(np.where(enable != 0, x, 0))
    before = np.concatenate([np.zeros(1, dtype=np.int64), totals[:-1]])
    last_clear = np.maximum.accumulate(np.where(clear != 0, np.arange(clear.size), 0))
    return acc.wrap(totals - before[last_clear])


def mac(x: IntArray, w: IntArray, clear: IntArray, enable: IntArray, acc: IntFormat) -> IntArray:
    """Sums of a multiply-accumulate unit: `accumulate` of the products `x * w`."""
    return accumulate(multiply(x, w), clear, enable, acc)
