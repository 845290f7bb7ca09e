"""Laws of the integer formats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import SimError
from sim.formats import MAX_BITS, IntFormat

formats = st.builds(IntFormat, bits=st.integers(1, MAX_BITS), signed=st.booleans())


@given(formats, st.integers(-(2**62), 2**62))
def test_wrap_stays_in_range_and_changes_by_whole_turns(number: IntFormat, value: int) -> None:
    wrapped = number.wrap(np.array([value]))
    assert number.contains(wrapped)
    assert (int(wrapped[0]) - value) % 2**number.bits == 0


@given(st.integers(1, 12), st.booleans())
def test_encode_is_a_bijection_onto_the_bit_patterns(bits: int, signed: bool) -> None:
    number = IntFormat(bits, signed)
    values = number.values()
    assert sorted(number.encode(values).tolist()) == list(range(2**bits))
    assert np.array_equal(number.wrap(number.encode(values)), values)


def test_encode_refuses_what_does_not_fit() -> None:
    with pytest.raises(SimError, match="s4 holds -8 to 7"):
        IntFormat(4, signed=True).encode(np.array([8]))


@pytest.mark.parametrize("bits", [0, -1, MAX_BITS + 1])
def test_width_out_of_range(bits: int) -> None:
    with pytest.raises(SimError, match="1 to 62 bits"):
        IntFormat(bits, signed=False)
