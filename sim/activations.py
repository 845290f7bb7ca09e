"""Reference operators of what networks do beside multiply-accumulates.

They are part of `sim.ops`, whose head says what an operator is; these take arrays of any
shape. Numbers of sigmoid, tanh and exp units have a fixed point: `point_of`
says where. A softmax is a sequence of operators: `softmax`.
"""

from dataclasses import dataclass

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.segments import GUARD_BITS, WIDTHS, segments

MOST_SUMMED = 256  # terms of a softmax, whose sum has 8 bits more than they


@dataclass(frozen=True, slots=True)
class Point:
    """Formats of a function's operand and result, and how many of their bits are fractions."""

    operand: IntFormat
    operand_fraction: int
    result: IntFormat
    result_fraction: int


def point_of(function: str, bits: int) -> Point:
    """Where the binary points of a unit are.

    Parameters
    ----------
    function
        `sigmoid`, of operands from -8 to 8; `tanh`, from -4 to 4; `exp`: e^-x of operands
        from 0 to 16; `softmax`, of operands from -8 to 8.
    bits
        Of operand and result, 8 or 16.

    Raises
    ------
    SimError
        If there is no such function or width.

    Examples
    --------
    >>> point = point_of("tanh", 8)
    >>> str(point.operand), point.operand_fraction, str(point.result), point.result_fraction
    ('s8', 5, 's8', 7)
    """
    if bits not in WIDTHS:
        raise SimError(f"{function} of {bits} bits: there are units of 8 and 16 bits")
    signed, unsigned = IntFormat(bits, signed=True), IntFormat(bits, signed=False)
    match function:
        case "sigmoid" | "softmax":
            return Point(signed, bits - 4, unsigned, bits)
        case "tanh":
            return Point(signed, bits - 3, signed, bits - 1)
        case "exp":
            return Point(unsigned, bits - 4, unsigned, bits)
    raise SimError(f"no function '{function}': there are sigmoid, tanh, exp, softmax")


def relu(x: IntArray) -> IntArray:
    """What is positive; 0 for the rest. The result has a bit less than x."""
    return np.asarray(np.maximum(x, 0), dtype=np.int64)


def maximum(x: IntArray, y: IntArray) -> dict[str, IntArray]:
    """The larger of two numbers, and whether it is the second one: pooling, argmax.

    Returns
    -------
    dict of IntArray
        `result`, and `greater`: 1 where y > x.
    """
    return {"result": np.maximum(x, y), "greater": (y > x).astype(np.int64)}


def add_saturate(x: IntArray, y: IntArray, output: IntFormat) -> IntArray:
    """Sums `x + y`, clipped to the output's range."""
    return _clipped(x + y, output)


def distance(x: IntArray, y: IntArray, output: IntFormat) -> IntArray:
    """Differences `x - y` modulo 2**output.bits.

    Where x is not below y and both are of that width, signed or not, an unsigned output
    holds every difference.
    """
    return output.wrap(x - y)


def requantize(
    x: IntArray, m: IntArray, c: IntArray, places: IntArray, output: IntFormat
) -> IntArray:
    """Numbers of a narrow format from sums: `(x m + c) >> places`, clipped.

    With c = 2^(places-1) halves are rounded up. An offset that a network adds before it
    rounds, or a zero point that it adds behind, is in c too: it is
    offset + zero 2^places + 2^(places-1).

    Parameters
    ----------
    x, m, c
        Sum, multiplier, and what is added to their product; x m + c fits 62 bits.
    places
        Not negative.
    output
        Format of the result; an unsigned one clips at 0, as a ReLU does.

    Notes
    -----
    Source: B. Jacob et al., Quantization and Training of Neural Networks for Efficient
    Integer-Arithmetic-Only Inference, CVPR 2018, section 2.2.

    Examples
    --------
    >>> sums, c = np.array([-100, 7, 8, 5000]), np.array(1 << 3)
    >>> requantize(sums, np.array(3), c, np.array(4), IntFormat(8, signed=False)).tolist()
    [0, 1, 2, 255]
    """
    return _clipped((x * m + c) >> places, output)


def residual_add(
    x: IntArray,
    m: IntArray,
    y: IntArray,
    n: IntArray,
    c: IntArray,
    places: IntArray,
    output: IntFormat,
) -> IntArray:
    """The addition that ends a residual block: `(x m + y n + c) >> places`, clipped.

    x is the sum of a convolution, y a number of the shortcut; each has a multiplier of its
    own, for their scales differ. Else as `requantize`.
    """
    return _clipped((x * m + y * n + c) >> places, output)


def _clipped(values: IntArray, output: IntFormat) -> IntArray:
    return np.asarray(np.clip(values, output.min, output.max), dtype=np.int64)


def sigmoid(x: IntArray, output: IntFormat) -> IntArray:
    """1 / (1 + e^-x) in straight pieces; x and output as `point_of` says."""
    table = segments("sigmoid", output.bits)
    return table(x + (1 << (output.bits - 1))) >> GUARD_BITS


def tanh(x: IntArray, output: IntFormat) -> IntArray:
    """The hyperbolic tangent in straight pieces; x and output as `point_of` says.

    tanh x = 2 sigmoid(2 x) - 1: with half of the sigmoid's range and half of its steps on
    both sides, integers differ by a constant.
    """
    return sigmoid(x, output) - (1 << (output.bits - 1))


def log2_e(bits: int) -> IntArray:
    """log2 e in steps of 2^-bits, as exp units have it, of so many bits; shape ()."""
    return np.array(round(1.4426950408889634 * (1 << bits)), dtype=np.int64)


def exp(x: IntArray, output: IntFormat) -> IntArray:
    """e^-x of x not below 0, as 2^-n times 2^-f; x and output as `point_of` says.

    x log2 e has a whole part n and a fraction f: 2^-f is in straight pieces, n places are
    shifted, halves are rounded up. The largest result stands for 1.

    Notes
    -----
    Source: J. Stevens et al., Softermax: Hardware/Software Co-Design of an Efficient
    Softmax for Transformers, DAC 2021 (powers of two, fractions linear in pieces).
    """
    bits = output.bits
    table = segments("power", bits)
    fraction = point_of("exp", bits).operand_fraction + bits
    power = x * log2_e(bits)
    kept = bits + 2
    mantissa = table((power >> (fraction - kept)) & ((1 << kept) - 1))
    half = (1 << GUARD_BITS) >> 1
    return np.asarray(((mantissa >> (power >> fraction)) + half) >> GUARD_BITS)


def reciprocal(x: IntArray, output: IntFormat) -> dict[str, IntArray]:
    """1 / x as a normalised number and a power of two, in straight pieces.

    Parameters
    ----------
    x
        Not negative, below 2^(output.bits + 8); 0 counts as 1.
    output
        Unsigned, 8 or 16 bits.

    Returns
    -------
    dict of IntArray
        `result` r, from half of its range up; `places` k, the place of x's leading one;
        and `half`, 2^(k-1), or 0 where k is 0. 1 / x is about r 2^-(k + output.bits),
        and `requantize(e, r, half, k)` is e 2^output.bits / x, rounded.
    """
    kept = output.bits + 2
    table = segments("reciprocal", output.bits)
    one = np.maximum(x, 1)
    places = np.frexp(one.astype(np.float64))[1].astype(np.int64) - 1
    fraction = ((one << kept) >> places) - (1 << kept)
    return {
        "result": table(fraction) >> GUARD_BITS,
        "places": places,
        "half": (np.ones_like(places) << places) >> 1,
    }


def softmax(x: IntArray, output: IntFormat) -> IntArray:
    """Softmax over the last axis, from operators that are units.

    In turn: `maximum` of all, `distance` of each from it, `exp`, `sim.ops.accumulate`,
    `reciprocal` of the sum, and `requantize`, which multiplies.

    Parameters
    ----------
    x
        Shape (..., n), of 2 to 256 terms; formats as `point_of` says.
    output
        Unsigned, 8 or 16 bits.

    Returns
    -------
    IntArray
        Of x's shape, in steps of 2**-output.bits.

    Raises
    ------
    SimError
        If there are more terms, or fewer.

    Notes
    -----
    Source: Stevens et al. 2021, without their running maximum.

    Examples
    --------
    >>> softmax(np.array([[16, 0, 0, -16]]), IntFormat(8, signed=False)).tolist()
    [[136, 50, 50, 19]]
    """
    if not 2 <= x.shape[-1] <= MOST_SUMMED:
        raise SimError(f"a softmax takes 2 to {MOST_SUMMED} terms, not {x.shape[-1]}")
    highest = x.max(axis=-1, keepdims=True)
    terms = exp(distance(highest, x, output), output)
    inverse = reciprocal(terms.sum(axis=-1, keepdims=True), output)
    return requantize(terms, inverse["result"], inverse["half"], inverse["places"], output)
