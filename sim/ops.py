"""Bit-exact reference operator of every hardware unit.

The one definition of the arithmetic: RTL, mapped netlists and the network
simulator are all held against these functions. Each takes and returns int64
arrays of shape (cycles,): element t is what the unit's port carries in cycle t.
A sequential unit's output in cycle t is what its registers hold after the
rising edge that ends cycle t; ports that are late by whole cycles say so in the
unit registry (`latency`), not here. A unit that takes several cycles per
operation (`cycles_per_op`) has one element per operation instead.

An operator with one result returns its array. An operator with several returns
a dictionary from the role of each result port to its array.
"""

import numpy as np

from sim import activations, stationary
from sim.errors import SimError
from sim.formats import IntArray, IntFormat

mac_stationary = stationary.mac_stationary
pe_stationary = stationary.pe_stationary
relu = activations.relu
maximum = activations.maximum
add_saturate = activations.add_saturate
distance = activations.distance
requantize = activations.requantize
residual_add = activations.residual_add
sigmoid = activations.sigmoid
tanh = activations.tanh
exp = activations.exp
reciprocal = activations.reciprocal


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


def average(
    x: IntArray, clear: IntArray, enable: IntArray, log_n: int, output: IntFormat
) -> IntArray:
    """Means of 2**log_n numbers, halves rounded up: an accumulator that begins with a half.

    Parameters
    ----------
    x, clear, enable
        As in `accumulate`.
    log_n
        Logarithm of the count, at least 1.
    output
        Format of x and of the mean; the sum has log_n bits more, and wraps.

    Returns
    -------
    IntArray
        (sum + 2^(log_n-1)) >> log_n after each cycle, shape (cycles,).

    Raises
    ------
    SimError
        If the first cycle does not clear.
    """
    total = IntFormat(output.bits + log_n, output.signed)
    sums = accumulate(x, clear, enable, total)
    return total.wrap(sums + (1 << (log_n - 1))) >> log_n


def mac(x: IntArray, w: IntArray, clear: IntArray, enable: IntArray, acc: IntFormat) -> IntArray:
    """Sums of a multiply-accumulate unit: `accumulate` of the products `x * w`."""
    return accumulate(multiply(x, w), clear, enable, acc)


def subtract(pos: IntArray, neg: IntArray) -> IntArray:
    """Exact differences `pos - neg`."""
    return pos - neg


def accumulate_split(
    x: IntArray, sign: IntArray, clear: IntArray, enable: IntArray, acc: IntFormat
) -> dict[str, IntArray]:
    """The two sums of a split accumulator, each modulo 2**acc.bits.

    In each cycle, `clear` first makes both old sums 0, then `enable` adds `x`
    to `pos` where `sign` is 0 and to `neg` where it is 1.

    Parameters
    ----------
    x, sign, clear, enable
        Addend (not negative) and control bits (0 or 1) of each cycle, shape
        (cycles,).
    acc
        Format of each sum.

    Returns
    -------
    dict of IntArray
        `pos` and `neg`: the sums after each cycle, shape (cycles,).

    Raises
    ------
    SimError
        If the first cycle does not clear: the sums before it are unknown.
    """
    return {
        "pos": accumulate(x, clear, enable & (sign ^ 1), acc),
        "neg": accumulate(x, clear, enable & sign, acc),
    }


def mac_split(
    x: IntArray,
    w: IntArray,
    sign: IntArray,
    clear: IntArray,
    enable: IntArray,
    acc: IntFormat,
) -> dict[str, IntArray]:
    """The two sums of a split MAC: `accumulate_split` of the products `x * w`.

    `w` is the magnitude of the weight, `sign` is 1 where the weight is negative.
    """
    return accumulate_split(multiply(x, w), sign, clear, enable, acc)


def pann(
    x: IntArray,
    sign: IntArray,
    q: IntArray,
    clear: IntArray,
    enable: IntArray,
    acc: IntFormat,
) -> dict[str, IntArray]:
    """The two sums of a PANN unit, and the cycles in which a weight is finished.

    A weight of magnitude `q` is offered for `q` enabled cycles; each adds `x` as in
    `accumulate_split`. A `q` of 0 adds nothing. `clear` begins a weight anew.

    Parameters
    ----------
    x, sign, q, clear, enable
        Input, sign and magnitude of its weight, and control bits (0 or 1) of each
        cycle, shape (cycles,).
    acc
        Format of each sum.

    Returns
    -------
    dict of IntArray
        `pos` and `neg`: the sums after each cycle; `next`: 1 in a cycle that
        finishes a weight; shape (cycles,).

    Raises
    ------
    SimError
        If the first cycle does not clear.

    Notes
    -----
    Source: Spingarn Eliezer et al., arXiv 2202.02783 (2022).

    Examples
    --------
    >>> one, q = np.ones(4, dtype=np.int64), np.array([2, 2, 1, 1])
    >>> sums = pann(5 * one, np.array([0, 0, 1, 0]), q, np.array([1, 0, 0, 0]), one,
    ...             IntFormat(8, signed=False))
    >>> sums["pos"].tolist(), sums["neg"].tolist(), sums["next"].tolist()
    ([5, 10, 10, 15], [0, 0, 5, 5], [0, 1, 1, 1])
    """
    finished = np.zeros_like(q)
    finished[_last_additions(q, clear, enable)] = 1
    return {**accumulate_split(x, sign, clear, enable & (q != 0), acc), "next": finished}


def _last_additions(q: IntArray, clear: IntArray, enable: IntArray) -> IntArray:
    """Cycles in which a PANN unit finishes a weight."""
    cycles = np.flatnonzero(enable)
    addition = np.arange(cycles.size + 1)
    # Of each addition: where a weight that began there would end, and where the next
    # one begins that was cleared before.
    ends = addition[:-1] + np.maximum(q[cycles], 1)
    anew = np.flatnonzero(np.diff(np.cumsum(clear)[cycles], prepend=0))
    cleared = np.append(anew, q.size + ends.max(initial=0))
    cleared = cleared[np.searchsorted(anew, addition[:-1], side="right")]
    following = np.minimum(ends, cleared).tolist()
    begins = []
    begin = 0
    while begin < cycles.size:
        begins.append(begin)
        begin = following[begin]
    chosen = ends[begins][ends[begins] <= np.minimum(cleared[begins], cycles.size)]
    return np.asarray(cycles[chosen - 1], dtype=np.int64)


def csd(
    x: IntArray,
    shift: IntArray,
    negative: IntArray,
    clear: IntArray,
    enable: IntArray,
    acc: IntFormat,
) -> IntArray:
    """Sums of a shift-and-add unit that wraps modulo 2**acc.bits.

    In each cycle, `clear` first makes the old sum 0, then `enable` adds
    `x * 2**shift`, or subtracts it where `negative` is 1.

    Parameters
    ----------
    x, shift, negative, clear, enable
        Operand, places to shift it by (not negative), and control bits (0 or 1)
        of each cycle, shape (cycles,).
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
    shifted = x << shift
    return accumulate(np.where(negative != 0, -shifted, shifted), clear, enable, acc)


def csd_digits(weight: int) -> list[int]:
    """Canonical signed digits of an integer, the lowest first.

    Each digit is -1, 0 or 1, of two neighbours at least one is 0, and the last
    digit is not 0. No other representation has fewer digits that are not 0; a
    CSD unit takes one cycle for each of them.

    Parameters
    ----------
    weight
        Any integer.

    Returns
    -------
    list of int
        Digits d with sum(d[i] * 2**i) == weight; empty for 0.

    Notes
    -----
    Source: G. Reitwiesner, Binary Arithmetic, Advances in Computers 1 (1960).

    Examples
    --------
    >>> csd_digits(7)
    [-1, 0, 0, 1]
    >>> csd_digits(-6)
    [0, 1, 0, -1]
    >>> csd_digits(0)
    []
    """
    digits = []
    while weight:
        # An odd rest of 3 modulo 4 would be followed by another 1: take -1.
        digit = 2 - weight % 4 if weight % 2 else 0
        digits.append(digit)
        weight = (weight - digit) // 2
    return digits
