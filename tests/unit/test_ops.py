"""The reference operators against plain Python integers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import ops
from sim.errors import SimError
from sim.formats import IntFormat

cycles = st.lists(
    st.tuples(st.integers(-128, 127), st.integers(-128, 127), st.booleans(), st.booleans()),
    min_size=1,
    max_size=60,
)


@given(cycles, st.integers(8, 32), st.booleans())
def test_mac_is_the_loop_that_it_abbreviates(
    stream: list[tuple[int, int, bool, bool]], bits: int, signed: bool
) -> None:
    x, w, clear, enable = (np.array(column, dtype=np.int64) for column in zip(*stream, strict=True))
    clear[0] = 1
    acc = IntFormat(bits, signed)
    total, expected = 0, []
    for xi, wi, clears, enables in zip(x.tolist(), w.tolist(), clear, enable, strict=True):
        total = 0 if clears else total
        total += xi * wi if enables else 0
        wrapped = total % 2**bits
        expected.append(wrapped - 2**bits if signed and wrapped >= 2 ** (bits - 1) else wrapped)
    assert ops.mac(x, w, clear, enable, acc).tolist() == expected
    assert ops.accumulate(x * w, clear, enable, acc).tolist() == expected


def test_totals_beyond_64_bits_stay_exact() -> None:
    """The running total wraps in 64 bits; the differences do not care."""
    x = np.full(5000, 2**61, dtype=np.int64)
    clear = np.zeros(5000, dtype=np.int64)
    clear[[0, 4000]] = 1
    sums = ops.accumulate(x + 1, clear, np.ones_like(x), IntFormat(32, signed=False))
    assert sums[3999] == 4000
    assert sums[-1] == 1000


def test_a_first_cycle_without_clear_is_refused() -> None:
    one = np.ones(2, dtype=np.int64)
    with pytest.raises(SimError, match="first cycle must clear"):
        ops.accumulate(one, np.zeros(2, dtype=np.int64), one, IntFormat(8, signed=True))


def test_products_and_sums_are_exact() -> None:
    values = IntFormat(8, signed=True).values()
    x, w = (grid.ravel() for grid in np.meshgrid(values, values))
    assert ops.multiply(x, w).tolist() == [
        a * b for a, b in zip(x.tolist(), w.tolist(), strict=True)
    ]
    assert ops.add(x, w).tolist() == [a + b for a, b in zip(x.tolist(), w.tolist(), strict=True)]


@given(st.lists(st.tuples(*[st.integers(0, 4), st.integers(0, 1), st.integers(0, 1)]), min_size=1))
def test_pann_finishes_weights_as_one_counts(cycles: list[tuple[int, int, int]]) -> None:
    """Against a plain loop over the cycles, with weights that change while they are added."""
    q, clear, enable = (np.array(values) for values in zip(*cycles, strict=True))
    clear[0] = 1
    left, wanted = 0, []
    for magnitude, clears, enables in zip(q, clear, enable, strict=True):
        left = 0 if clears else left
        if enables:
            left = max((left or magnitude) - 1, 0)
        wanted.append(int(enables and left == 0))
    nothing = np.zeros_like(q)
    found = ops.pann(nothing, nothing, q, clear, enable, IntFormat(8, signed=False))
    assert found["next"].tolist() == wanted
