"""The operators of split and shift-and-add units against loops of plain integers."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import ops
from sim.errors import SimError
from sim.formats import IntFormat

bit = st.integers(0, 1)
split_cycles = st.lists(
    st.tuples(st.integers(0, 15), st.integers(0, 15), bit, bit, bit), min_size=1, max_size=40
)
csd_cycles = st.lists(
    st.tuples(st.integers(-8, 7), st.integers(0, 7), bit, bit, bit), min_size=1, max_size=40
)


@given(split_cycles, st.integers(8, 12))
def test_split_sums(stream: list[tuple[int, int, int, int, int]], bits: int) -> None:
    """Clear empties both sums, then the addressed one grows."""
    x, w, sign, clear, enable = (np.array(column) for column in zip(*stream, strict=True))
    clear[0] = 1
    sums, pos, neg = [0, 0], [], []
    for n in range(len(stream)):
        if clear[n]:
            sums = [0, 0]
        if enable[n]:
            sums[sign[n]] = (sums[sign[n]] + int(x[n]) * int(w[n])) % 2**bits
        pos.append(sums[0])
        neg.append(sums[1])
    acc = IntFormat(bits, signed=False)
    for found in (
        ops.mac_split(x, w, sign, clear, enable, acc),
        ops.accumulate_split(x * w, sign, clear, enable, acc),
    ):
        assert found["pos"].tolist() == pos
        assert found["neg"].tolist() == neg


@given(csd_cycles, st.integers(8, 16))
def test_shifted_sums(stream: list[tuple[int, int, int, int, int]], bits: int) -> None:
    x, shift, negative, clear, enable = (np.array(column) for column in zip(*stream, strict=True))
    clear[0] = 1
    total, expected = 0, []
    for n in range(len(stream)):
        term = int(x[n]) * 2 ** int(shift[n]) * (-1 if negative[n] else 1)
        total = (0 if clear[n] else total) + (term if enable[n] else 0)
        expected.append((total + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1))
    acc = IntFormat(bits, signed=True)
    assert ops.csd(x, shift, negative, clear, enable, acc).tolist() == expected


@given(st.integers(-(2**20), 2**20))
def test_canonical_digits(weight: int) -> None:
    digits = ops.csd_digits(weight)
    assert sum(digit << place for place, digit in enumerate(digits)) == weight
    assert set(digits) <= {-1, 0, 1}
    assert not any(low and high for low, high in pairwise(digits))
    assert digits[-1:] != [0]


def test_differences_are_exact() -> None:
    values = np.arange(256)
    pos, neg = (grid.ravel() for grid in np.meshgrid(values, values))
    expected = [p - n for p, n in zip(pos.tolist(), neg.tolist(), strict=True)]
    assert ops.subtract(pos, neg).tolist() == expected


pe_cycles = st.lists(
    st.tuples(
        st.integers(-8, 7), st.integers(-8, 7), st.integers(-(2**30), 2**30), bit, bit
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@given(pe_cycles, st.integers(8, 32), st.booleans())
def test_partial_sums(
    stream: list[tuple[int, int, int, int, int]], bits: int, signed: bool
) -> None:
    """What is not loaded or enabled stays; the MAC alone adds in every cycle."""
    x, w, addend, load, enable = (np.array(column) for column in zip(*stream, strict=True))
    load[0] = enable[0] = 1
    acc = IntFormat(bits, signed)

    def wrapped(total: int) -> int:
        lowest = -(1 << (bits - 1)) if signed else 0
        return (total - lowest) % (1 << bits) + lowest

    held_x = held_w = held_sum = 0
    passed, sums = [], []
    for n in range(len(stream)):
        held_w = int(w[n]) if load[n] else held_w
        if enable[n]:
            held_x, held_sum = int(x[n]), int(addend[n])
        passed.append(held_x)
        sums.append(wrapped(held_sum + held_x * held_w))
    found = ops.pe_stationary(x, w, addend, load, enable, acc)
    assert found["x_out"].tolist() == passed
    assert found["sum"].tolist() == sums
    expected = [wrapped(a * b + c) for a, b, c, *_ in stream]
    assert ops.mac_stationary(x, w, addend, acc).tolist() == expected


@pytest.mark.parametrize("missing", ["load", "enable"])
def test_a_processing_element_that_holds_nothing_is_refused(missing: str) -> None:
    one = np.ones(2, dtype=np.int64)
    control = {"load": one, "enable": one} | {missing: 0 * one}
    with pytest.raises(SimError, match="must load and enable"):
        ops.pe_stationary(one, one, one, **control, acc=IntFormat(8, signed=True))
