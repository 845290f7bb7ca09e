"""Toggles of made-up signals, counted by eye."""

from typing import Any

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from characterize.simulators.waves import count_toggles

START, PERIOD = 100, 10


def count(signal: Any, cycles: list[int]) -> tuple[list[list[int]], list[int]]:
    toggles, ones = count_toggles({"u.n0": signal}, "u", 1, START, PERIOD, np.array(cycles))
    return toggles.tolist(), ones.tolist()


def test_each_change_counts_in_the_cycle_in_which_it_happens() -> None:
    """Cycles begin at 100, 110, 120, 130; a change in that instant is the new cycle's."""
    signal = [(0, 0), (90, 1), (100, 0), (109, 1), (110, 0), (125, 1), (140, 0)]
    assert count(signal, [1, 1, 1, 1]) == ([[2], [1], [1], [0]], [3])
    assert count(signal, [2, 2]) == ([[3], [1]], [3])


def test_a_pulse_is_two_toggles_and_a_repeated_value_none() -> None:
    assert count([(0, 0), (102, 1), (103, 0), (105, 0), (112, 0)], [1, 1]) == ([[2], [0]], [0])


def test_ones_are_what_is_settled_at_the_end_of_each_cycle() -> None:
    """Not what a glitch shows, and not what the next edge brings."""
    assert count([(0, 0), (101, 1), (104, 0), (110, 1)], [1, 1]) == ([[2], [1]], [1])


@pytest.mark.parametrize("signal", [[(0, "x"), (101, 1)], [(0, 0), (105, "z")], [(101, 1)]])
def test_an_unknown_net_is_refused(signal: Any) -> None:
    with pytest.raises(CharacterizeError, match=r"n0 is unknown"):
        count(signal, [1])


def test_unknown_before_the_count_is_allowed() -> None:
    assert count([(0, "x"), (50, 1)], [1]) == ([[0]], [1])
