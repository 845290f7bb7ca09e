"""Layers against direct loops over pixels, and the two roundings against Python integers."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.floats import AvgPool, BatchNorm, FloatConv2d, FloatLinear, Normalize
from sim.formats import IntFormat
from sim.layers import Add, Flatten, MaxPool, Relu, Subsample, SumPool
from sim.patches import Array
from sim.requantize import Requantize, Scale
from sim.weighted import Conv2d, Linear

U4, S4 = IntFormat(4, signed=False), IntFormat(4, signed=True)
geometries = st.tuples(
    st.tuples(st.integers(3, 6), st.integers(3, 6)),  # size
    st.tuples(st.integers(1, 3), st.integers(1, 3)),  # kernel
    st.tuples(st.integers(1, 3), st.integers(1, 3)),  # stride
    st.tuples(st.integers(0, 2), st.integers(0, 2)),  # padding
)
Geometry = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]


def _convolved(
    x: Array,
    w: Array,
    stride: tuple[int, int],
    padding: tuple[int, int],
    groups: int,
    border: list[int],
) -> list[list[list[list[int]]]]:
    """The definition, pixel by pixel in Python integers."""
    count, height, width, channels = x.shape
    outputs, group, rows, columns = w.shape
    down = (height + 2 * padding[0] - rows) // stride[0] + 1
    across = (width + 2 * padding[1] - columns) // stride[1] + 1
    found = np.zeros((count, down, across, outputs), dtype=object)
    for n, i, j, m in itertools.product(*map(range, found.shape)):
        first = m // (outputs // groups) * group
        for r, s, c in itertools.product(range(rows), range(columns), range(group)):
            y, z = i * stride[0] + r - padding[0], j * stride[1] + s - padding[1]
            inside = 0 <= y < height and 0 <= z < width
            value = int(x[n, y, z, first + c]) if inside else border[first + c]
            found[n, i, j, m] += value * int(w[m, c, r, s])
    assert channels == group * groups
    return list(found.tolist())


@given(geometries, st.sampled_from([(1, 2, 3), (2, 2, 1), (3, 1, 1), (2, 1, 2)]), st.booleans())
def test_convolutions_are_their_definition(
    geometry: Geometry, grouping: tuple[int, int, int], split: bool
) -> None:
    size, kernel, stride, padding = geometry
    groups, group, outputs = grouping  # (3, 1, 1) is depthwise
    random = np.random.default_rng(sum(size) * 100 + sum(kernel) * 10 + groups)
    x = random.integers(0, 16, (2, *size, groups * group), dtype=np.uint8)
    w = random.integers(-7, 8, (groups * outputs, group, *kernel), dtype=np.int64)
    border = random.integers(0, 16, groups * group, dtype=np.int64)
    layer = Conv2d(w, U4, S4, Accumulator(split=split), stride=stride, padding=padding,
                   groups=groups, pad_value=border)  # fmt: skip
    found = layer(x)
    assert found.shape[1:] == layer.shape(x.shape[1:])
    expected = _convolved(x, w, stride, padding, groups, border.tolist())
    assert found.astype(np.int64).tolist() == expected
    assert layer.macs(x.shape[1:]) == found[0].size * group * kernel[0] * kernel[1]
    plain = FloatConv2d(w.astype(np.float32), None, stride, padding, groups)
    zero = _convolved(x, w, stride, padding, groups, [0] * len(border))
    assert plain(x.astype(np.float32)).astype(np.int64).tolist() == zero


def test_matrices_times_weights_are_the_sums() -> None:
    """The operands of every dot product are those of the layer."""
    random = np.random.default_rng(0)
    x = random.integers(0, 16, (2, 5, 5, 4), dtype=np.uint8)
    w = random.integers(-7, 8, (6, 2, 3, 3), dtype=np.int64)
    layer = Conv2d(w, U4, S4, padding=(1, 1), groups=2)
    parts = [
        matrix.astype(np.int64) @ product.weights
        for matrix, product in zip(layer.matrices(x), layer.products, strict=True)
    ]
    assert np.array_equal(np.concatenate(parts, axis=1).reshape(2, 5, 5, 6), layer(x))


@given(geometries)
def test_pools_are_their_definition(geometry: Geometry) -> None:
    size, kernel, stride, _ = geometry
    random = np.random.default_rng(sum(size))
    x = random.integers(-99, 99, (2, *size, 3), dtype=np.int8)
    largest, total, mean = (kind(kernel, stride)(x) for kind in (MaxPool, SumPool, AvgPool))
    assert largest.shape[1:] == MaxPool(kernel, stride).shape(x.shape[1:])
    for n, i, j, c in itertools.product(*map(range, largest.shape)):
        top, left = i * stride[0], j * stride[1]
        window = x[n, top : top + kernel[0], left : left + kernel[1], c].ravel().tolist()
        assert largest[n, i, j, c] == max(window)
        assert total[n, i, j, c] == sum(window)
        assert mean[n, i, j, c] == np.float32(sum(window)) / np.float32(len(window))


def test_borders_never_win_and_add_nothing() -> None:
    x = np.full((1, 2, 2, 1), -5, dtype=np.int8)
    assert MaxPool((2, 2), (2, 2), (1, 1))(x).max() == -5
    assert MaxPool((2, 2), (2, 2), (1, 1))(x.astype(np.float32)).max() == -5
    assert SumPool((2, 2), (2, 2), (1, 1))(x).ravel().tolist() == [-5] * 4


def test_what_moves_numbers() -> None:
    x = np.arange(2 * 3 * 3 * 2).reshape(2, 3, 3, 2)
    flat = Flatten()(x)
    assert flat[1].tolist() == [
        int(x[1, i, j, c]) for c in range(2) for i in range(3) for j in range(3)
    ]
    found = Subsample(2, 1, 2)(x)
    assert found.shape == (2, 2, 2, 5) == (2, *Subsample(2, 1, 2).shape((3, 3, 2)))
    assert found[0, 1, 0].tolist() == [0, *x[0, 2, 0].tolist(), 0, 0]
    assert Relu()(x - 10).min() == 0
    wide = Add()(np.array([200], dtype=np.uint8), np.array([100], dtype=np.uint8))
    assert wide.tolist() == [300]


numbers = st.lists(st.integers(-(2**24), 2**24), min_size=1, max_size=20)


@given(numbers, st.integers(-(2**16), 2**16), st.integers(-(2**40), 2**40), st.integers(0, 40))
def test_shifting_is_that_of_the_hardware(
    sums: list[int], multiplier: int, offset: int, shift: int
) -> None:
    layer = Requantize(
        (np.array([float(multiplier)]), np.array([3.0])), np.array([float(offset)]),
        IntFormat(8, signed=True), "shift", shift, -100,
    )  # fmt: skip
    found = layer(np.array(sums, dtype=np.float32), np.array(sums[::-1]))
    half = 2 ** (shift - 1) if shift else 0
    assert found.tolist() == [
        min(max((a * multiplier + 3 * b + offset + half) >> shift, -100), 127)
        for a, b in zip(sums, sums[::-1], strict=True)
    ]


@given(numbers, st.integers(1, 64), st.integers(0, 10))
def test_half_to_even_is_that_of_fractions(sums: list[int], numerator: int, places: int) -> None:
    """Of multipliers that float64 holds exactly, so that ties are ties."""
    multiplier = Fraction(numerator, 2**places)
    layer = Requantize((np.array([float(multiplier)]),), np.array([0.5]), IntFormat(16, False))
    found = layer(np.array(sums, dtype=np.float32))
    assert found.dtype == np.uint16
    assert found.tolist() == [
        min(max(round(a * multiplier + Fraction(1, 2)), 0), 65535) for a in sums
    ]


def test_requantizers_refuse_what_is_no_hardware() -> None:
    one = np.ones(1)
    with pytest.raises(SimError, match="unknown rounding 'up': known are half-even, shift"):
        Requantize((one,), one, U4, "up")
    with pytest.raises(SimError, match="needs integers"):
        Requantize((0.5 * one,), one, U4, "shift", 3)
    with pytest.raises(SimError, match="3 multipliers for 2 channels"):
        Requantize((np.ones(3),), one, U4).shape((4, 4, 2))
    with pytest.raises(SimError, match="1 inputs of one shape are wanted"):
        Requantize((one,), one, U4).shape((2,), (2,))
    with pytest.raises(SimError, match="2 inputs of one shape are wanted"):
        Scale((one, one), one).shape((2,))


def test_a_scale_gives_real_numbers() -> None:
    found = Scale((np.array([0.5, 2.0]), np.array([1.0])), np.array([0.25]))(
        np.array([[2, 3]]), np.array([[10, 20]])
    )
    assert found.tolist() == [[11.25, 26.25]]


def test_float_layers() -> None:
    x = np.array([[[[51, 102]]]], dtype=np.uint8)
    normal = Normalize(np.array([0.2, 0], np.float32), np.array([0.5, 1], np.float32))
    assert np.allclose(normal(x), [[[[0, 0.4]]]])
    one = np.ones(2, np.float32)
    norm = BatchNorm(2 * one, 3 * one, 4 * one, 15 * one, epsilon=1)
    assert norm(np.full((1, 1, 1, 2), 8.0)).ravel().tolist() == [5.0, 5.0]
    linear = FloatLinear(np.array([[1, 2], [3, 4]], np.float32), np.array([10, 20], np.float32))
    assert linear(np.array([[1, 1]], np.float32)).tolist() == [[13, 27]]


def test_shapes_that_do_not_fit_are_refused() -> None:
    w = np.ones((2, 3, 3, 3), dtype=np.int64)
    conv = Conv2d(w, U4, S4)
    for layer in (conv, FloatConv2d(w.astype(np.float32))):
        with pytest.raises(SimError, match="the input has 4 channels, weights take 3"):
            layer.shape((8, 8, 4))
        with pytest.raises(SimError, match="a kernel of 3 x 3 does not fit into 2 x 8"):
            layer.shape((2, 8, 3))
        with pytest.raises(SimError, match=r"images .* are wanted, got shape \(8,\)"):
            layer.shape((8,))
    for linear in (Linear(w[:, :, 0, 0], U4, S4), FloatLinear(np.ones((2, 3), np.float32))):
        with pytest.raises(SimError, match=r"shape \(4,\), weights take \(3,\)"):
            linear.shape((4,))
    with pytest.raises(SimError, match="only tensors of one shape can be added"):
        Add().shape((2,), (3,))
    with pytest.raises(SimError, match="2 outputs cannot be in 3 groups"):
        Conv2d(w, U4, S4, groups=3)
    with pytest.raises(SimError, match="weights from 1 to 9 do not fit s4"):
        Linear(np.array([[1, 9]]), U4, S4)
    with pytest.raises(SimError, match="are integers, not float64"):
        Linear(np.ones((2, 2)), U4, S4)  # type: ignore[arg-type]
    with pytest.raises(SimError, match="2 means for 3"):
        Normalize(np.ones(2, np.float32), np.ones(2, np.float32)).shape((4, 4, 3))
    two = np.ones(2, np.float32)
    with pytest.raises(SimError, match="2 statistics for 3 channels"):
        BatchNorm(two, two, two, two).shape((4, 4, 3))
