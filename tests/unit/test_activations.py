"""The operators beside multiply-accumulates against plain integers and real functions."""

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import activations, ops
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.requantize import Requantize
from sim.segments import GUARD_BITS, Segments, segments, shape_of

TABLES = [(name, bits) for name in ("sigmoid", "power", "reciprocal") for bits in (8, 16)]
every_table = pytest.mark.parametrize(("name", "bits"), TABLES)
number = st.integers(-(2**31), 2**31 - 1)
multiplier = st.integers(-(2**15), 2**15 - 1)


def _clipped(value: int, output: IntFormat) -> int:
    return min(max(value, output.min), output.max)


def _pairs(first: IntFormat, second: IntFormat) -> tuple[IntArray, IntArray]:
    x, y = np.meshgrid(first.values(), second.values())
    return x.ravel(), y.ravel()


@pytest.mark.parametrize("signed", [False, True])
def test_operators_of_two_numbers(signed: bool) -> None:
    """All pairs of six bits, against Python's integers."""
    operand = IntFormat(6, signed)
    x, y = _pairs(operand, operand)
    pairs = list(zip(x.tolist(), y.tolist(), strict=True))
    found = ops.maximum(x, y)
    assert found["result"].tolist() == [max(a, b) for a, b in pairs]
    assert found["greater"].tolist() == [int(b > a) for a, b in pairs]
    assert ops.add_saturate(x, y, operand).tolist() == [_clipped(a + b, operand) for a, b in pairs]
    assert ops.relu(x).tolist() == [max(a, 0) for a in x.tolist()]
    unsigned = IntFormat(6, signed=False)
    assert ops.distance(x, y, unsigned).tolist() == [(a - b) % 64 for a, b in pairs]
    above = x >= y
    assert np.array_equal(ops.distance(x, y, unsigned)[above], (x - y)[above])


@settings(deadline=None)  # of a busy machine
@given(number, multiplier, number, multiplier, st.integers(-(2**40), 2**40),
       st.integers(1, 47), st.sampled_from([IntFormat(8, True), IntFormat(16, False)]))  # fmt: skip
def test_requantizing_is_that_of_networks(
    x: int, m: int, y: int, n: int, offset: int, places: int, output: IntFormat
) -> None:
    """With the half in c, both are what `Requantize` makes of one and of two inputs."""
    c = np.array([offset + (1 << (places - 1))])
    one, two = (np.array([[value]], dtype=np.int64) for value in (x, y))
    added = np.array([float(offset)])
    alone, beside = (
        Requantize(tuple(np.array([float(k)]) for k in factors), added, output, "shift", places)
        for factors in ((m,), (m, n))
    )
    shift = np.array([places])
    found = ops.requantize(one[0], np.array([m]), c, shift, output)
    assert found.tolist() == alone(one)[0].tolist()
    assert found[0] == _clipped(math.floor(Fraction(x * m + offset, 2**places) + Fraction(1, 2)),
                                output)  # fmt: skip
    found = ops.residual_add(one[0], np.array([m]), two[0], np.array([n]), c, shift, output)
    assert found.tolist() == beside(one, two)[0].tolist()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-128, 127), st.booleans(), st.booleans()), min_size=1,
                max_size=40), st.integers(1, 4))  # fmt: skip
def test_averages(stream: list[tuple[int, bool, bool]], log_n: int) -> None:
    x, clear, enable = (np.array(column, dtype=np.int64) for column in zip(*stream, strict=True))
    clear[0] = 1
    total, expected = 0, []
    for value, clears, enables in zip(x.tolist(), clear, enable, strict=True):
        total = (0 if clears else total) + (value if enables else 0)
        mean = math.floor(Fraction(total, 2**log_n) + Fraction(1, 2))
        expected.append((mean + 128) % 256 - 128)
    output = IntFormat(8, signed=True)
    assert ops.average(x, clear, enable, log_n, output).tolist() == expected


@every_table
def test_tables_are_read_as_their_definition(name: str, bits: int) -> None:
    """floor(base +- slope low / 2^low bits) in fractions, at every start, end and middle."""
    table = segments(name, bits)
    points = 1 << table.low_bits
    sign = -1 if table.falling else 1
    for segment, (slope, base) in enumerate(
        zip(table.slopes.tolist(), table.bases.tolist(), strict=True)
    ):
        for low in (0, points // 2, points - 1):
            line = math.floor(base + sign * Fraction(slope * low, points))
            assert int(table(np.array(segment * points + low))) == line


@every_table
def test_no_line_is_better(name: str, bits: int) -> None:
    """Lines through the ends of a segment err on one side; the table's twice as little.

    Not in segments that the range of results bounds, nor where the function bends both ways.
    """
    shape, table = shape_of(name, bits), segments(name, bits)
    points = 1 << table.low_bits
    step = (shape.last - shape.first) / (points << shape.segment_bits)
    unit = shape.scale << GUARD_BITS
    wanted = [unit * shape.function(shape.first + step * n)
              for n in range((points << shape.segment_bits) + 1)]  # fmt: skip
    sign = -1 if table.falling else 1
    half = (1 << GUARD_BITS) / 2 if shape.rounded else 0
    checked = 0
    for segment, (slope, base) in enumerate(
        zip(table.slopes.tolist(), table.bases.tolist(), strict=True)
    ):
        values = wanted[segment * points : (segment + 1) * points + 1]
        chord = [values[0] + (values[-1] - values[0]) * n / points for n in range(points + 1)]
        errors = [value - line for value, line in zip(values, chord, strict=True)]
        if min(errors) < -1e-6 and max(errors) > 1e-6:
            continue
        worst = max(abs(error) for error in errors)
        mine = max(abs(values[n] - (base - half + sign * slope * n / points))
                   for n in range(points))  # fmt: skip
        if table.bases[segment] == _bound(table, shape.highest, half)[segment]:
            continue
        assert mine <= worst / 2 + 1.01  # rounding of slope and base, in guard bits
        checked += 1
    assert checked >= len(table.slopes) - 6


def _bound(table: Segments, highest: int, half: float) -> IntArray:
    points = 1 << table.low_bits
    low = np.arange(points)
    lines = (-1 if table.falling else 1) * (table.slopes[:, None] * low) // points
    rest = 0 if half else (1 << GUARD_BITS) >> 1
    return np.asarray(((highest + 1) << GUARD_BITS) - 1 - rest - lines.max(axis=1))


# Worst error in steps of the result, over all operands; none may become worse.
WORST = {
    ("sigmoid", 8): 0.91, ("tanh", 8): 0.91, ("exp", 8): 1.0,
    ("sigmoid", 16): 6.69, ("tanh", 16): 6.69, ("exp", 16): 2.46,
}  # fmt: skip
REAL: dict[str, Callable[[Decimal], Decimal]] = {
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "tanh": lambda x: 1 - 2 / (1 + (2 * x).exp()),
    "exp": lambda x: (-x).exp(),
}


@pytest.mark.parametrize(("name", "bits"), WORST)
def test_functions_are_near_the_real_ones(name: str, bits: int) -> None:
    """Every operand, in range and monotone; real values have 28 digits."""
    point = activations.point_of(name, bits)
    x = point.operand.values()
    found = getattr(ops, name)(x, point.result)
    assert point.result.contains(found)
    assert (np.diff(found) * (-1 if name == "exp" else 1)).min() >= 0
    stride = 1 if bits == 8 else 61
    with localcontext() as context:
        context.prec = 28
        worst = max(
            abs(value - REAL[name](Decimal(operand) / (1 << point.operand_fraction))
                * (1 << point.result_fraction))
            for operand, value in zip(x.tolist()[::stride], found.tolist()[::stride], strict=True)
        )  # fmt: skip
    assert worst <= WORST[name, bits]


@pytest.mark.parametrize(("bits", "worst"), [(8, 1.3), (16, 2.8)])
def test_reciprocals(bits: int, worst: float) -> None:
    """Of every sum (16 bits: every 61st); errors relative, in steps of the result's range."""
    output = IntFormat(bits, signed=False)
    x = np.arange(1, 1 << (bits + 8), 1 if bits == 8 else 61, dtype=np.int64)
    found = ops.reciprocal(x, output)
    assert found["places"].tolist() == [value.bit_length() - 1 for value in x.tolist()]
    assert np.array_equal(found["half"], (1 << found["places"]) >> 1)
    assert output.contains(found["result"])
    assert found["result"].min() >= 1 << (bits - 1)
    error = found["result"] * 0.5 ** (found["places"] + bits) * x - 1
    assert np.abs(error).max() * (1 << bits) <= worst
    nothing = ops.reciprocal(np.zeros(1, dtype=np.int64), output)
    one = ops.reciprocal(np.ones(1, dtype=np.int64), output)
    assert all(np.array_equal(nothing[key], one[key]) for key in one)


@pytest.mark.parametrize(("bits", "worst"), [(8, 2.6), (16, 5.0)])
@pytest.mark.parametrize("terms", [2, 10, 256])
def test_softmax(bits: int, worst: float, terms: int) -> None:
    point = activations.point_of("softmax", bits)
    x = np.random.default_rng(terms).integers(
        point.operand.min, point.operand.max, (400, terms), endpoint=True
    )
    found = activations.softmax(x, point.result)
    assert point.result.contains(found)
    powers = np.exp(x * 0.5**point.operand_fraction)
    wanted = powers / powers.sum(axis=-1, keepdims=True) * (1 << bits)
    assert np.abs(found - wanted).max() <= worst
    assert np.array_equal(found, activations.softmax(x[None], point.result)[0])


def test_a_certain_softmax_and_what_it_refuses() -> None:
    output = IntFormat(8, signed=False)
    assert activations.softmax(np.array([127, -128, -128]), output).tolist() == [255, 0, 0]
    assert activations.softmax(np.zeros(256, dtype=np.int64), output).tolist() == [1] * 256
    for terms in (1, 257):
        with pytest.raises(SimError, match=f"takes 2 to 256 terms, not {terms}"):
            activations.softmax(np.zeros(terms, dtype=np.int64), output)


def test_unknown_functions_and_widths_are_refused() -> None:
    with pytest.raises(SimError, match="of 12 bits: there are units of 8 and 16 bits"):
        ops.sigmoid(np.zeros(1, dtype=np.int64), IntFormat(12, signed=False))
    with pytest.raises(SimError, match="no table of 'sine': there are sigmoid"):
        segments("sine", 8)
    with pytest.raises(SimError, match="no function 'sine': there are sigmoid, tanh"):
        activations.point_of("sine", 8)
    with pytest.raises(SimError, match="tanh of 4 bits"):
        activations.point_of("tanh", 4)
