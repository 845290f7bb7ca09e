"""Exact sums and accumulators against Python integers and loops over operations."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.accumulators import Accumulator, Product
from sim.errors import SimError
from sim.formats import IntArray

WIDE = Accumulator(60)


def _by_python(x: IntArray, w: IntArray) -> list[list[int]]:
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in w.T.tolist()]
        for row in x.tolist()
    ]


def _register(
    x: list[int], w: list[int], bits: int, overflow: str, signed: bool
) -> tuple[int, bool]:
    """A register, operation by operation; whether it ever held another number than wanted."""
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    total, exact, clipped = 0, 0, False
    for a, b in zip(x, w, strict=True):
        total, exact = total + a * b, exact + a * b
        if overflow == "wrap":
            total = (total - low) % 2**bits + low
        elif not low <= total <= high:
            total, clipped = min(max(total, low), high), True
    return total, clipped if overflow == "saturate" else total != exact


matrices = st.tuples(st.integers(1, 5), st.integers(1, 9), st.integers(1, 4), st.integers(0, 99))


def _drawn(shape: tuple[int, int, int, int], x_bits: int = 6) -> tuple[IntArray, IntArray]:
    samples, depth, outputs, seed = shape
    random = np.random.default_rng(seed)
    return (
        random.integers(0, 2**x_bits, (samples, depth), dtype=np.int64),
        random.integers(-31, 32, (depth, outputs), dtype=np.int64),
    )


@given(matrices)
def test_products_are_those_of_python(shape: tuple[int, int, int, int]) -> None:
    x, w = _drawn(shape)
    sums, overflows = Product(w, 0, 63, WIDE)(x.astype(np.uint8))
    assert sums.astype(np.int64).tolist() == _by_python(x, w)
    assert overflows == 0


@given(matrices, st.integers(4, 14), st.sampled_from(["wrap", "saturate"]), st.booleans())
def test_overflowing_registers_are_those_of_a_loop(
    shape: tuple[int, int, int, int], bits: int, overflow: str, split: bool
) -> None:
    x, w = _drawn(shape)
    product = Product(w, 0, 63, Accumulator(bits, overflow, split))
    sums, overflows = product(x)
    expected: list[list[int]] = []
    count = 0
    for row in x.tolist():
        expected.append([])
        for column in w.T.tolist():
            if split:
                up, over = _register(row, [max(v, 0) for v in column], bits, overflow, False)
                down, under = _register(row, [max(-v, 0) for v in column], bits, overflow, False)
                expected[-1].append(up - down)
                count += over + under
            else:
                found, over = _register(row, column, bits, overflow, True)
                expected[-1].append(found)
                count += over
    assert sums.astype(np.int64).tolist() == expected
    assert overflows == count


@pytest.mark.parametrize("split", [False, True])
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=4), st.booleans())
def test_the_safe_width_is_the_smallest_that_no_input_overflows(
    split: bool, column: list[int], signed: bool
) -> None:
    """Against every input that there is, and every partial sum."""
    low, high = (-2, 1) if signed and not split else (0, 3)
    product = Product(np.array([column]).T, low, high, Accumulator(40, split=split))
    sums = []
    for x in itertools.product(range(low, high + 1), repeat=len(column)):
        for side in (1, -1) if split else (0,):
            weights = [max(side * w, 0) if split else w for w in column]
            terms = [a * b for a, b in zip(x, weights, strict=True)]
            sums += list(itertools.accumulate(terms))
    bits = next(
        b for b in range(1, 40)
        if (0 if split else -(2 ** (b - 1))) <= min(sums)
        and max(sums) <= (2**b - 1 if split else 2 ** (b - 1) - 1)
    )  # fmt: skip
    assert product.safe_bits == bits
    # The bound of A2Q knows the norm only: it is never below.
    assert product.a2q_bits >= bits
    assert sum(map(abs, column)) * max(-low, high) <= 2 ** (product.a2q_bits - 1) - 1


@pytest.mark.parametrize(
    ("bits", "depth", "dtype"),
    [
        (8, 2, "float32"),
        (8, 256, "float32"),
        (8, 260, "float64"),
        (20, 1 << 10, "float64"),
        (24, 1 << 10, "int64"),
    ],
)
def test_sums_are_exact_up_to_the_bound(bits: int, depth: int, dtype: str) -> None:
    """The largest operands, and odd sums near the limit, where float32 would round."""
    largest = 2**bits - 1
    random = np.random.default_rng(depth)
    w = np.full((depth, 2), largest, dtype=np.int64)
    w[:, 1] = random.integers(-largest, largest + 1, depth)
    product = Product(w, 0, largest, WIDE)
    assert product.dtype == dtype
    x = np.stack([np.full(depth, largest), np.arange(depth) % 2 * largest, np.ones(depth)])
    sums, _ = product(x.astype(np.int64))
    assert sums.astype(np.int64).tolist() == _by_python(x.astype(np.int64), w)


def test_beyond_53_bits_integers_are_used() -> None:
    w = np.array([[2**30 - 1], [-(2**29)]])
    product = Product(w, 0, 2**30, Accumulator(62))
    assert product.dtype == np.int64
    x = np.array([[2**30 - 1, 3], [2**30, 2**30 - 7]])
    assert product(x)[0].tolist() == _by_python(x, w)
    with pytest.raises(SimError, match="more than 62 bits"):
        Product(w, 0, 2**40, Accumulator(62, "wrap"))


def test_what_does_not_fit_is_refused() -> None:
    w = np.array([[100], [-100]])
    with pytest.raises(
        SimError, match=r"from -25500 to 25500 and need 16 bits, the accumulator has 12: give it"
    ):
        Product(w, 0, 255, Accumulator(12))
    with pytest.raises(SimError, match="inputs that are not negative"):
        Product(w, -1, 1, Accumulator(12, split=True))
    with pytest.raises(SimError, match="2 to 62 bits, not 63"):
        Accumulator(63)
    with pytest.raises(SimError, match="unknown overflow 'clip': known are refuse, wrap, saturate"):
        Accumulator(8, "clip")
