"""Searching by halving: of ever harder choices the last that is good enough."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Choice = TypeVar("Choice")
Tried = TypeVar("Tried")


def last_good(
    choices: Sequence[Choice], tried: Callable[[Choice], Tried | None]
) -> tuple[Tried, Choice] | None:
    """The last choice that `tried` makes something of, and what; None if there is none.

    Parameters
    ----------
    choices
        The easiest first: behind one that fails all are taken to fail.
    tried
        What a choice leads to; None if that is not good enough.

    Examples
    --------
    >>> last_good([1, 2, 3, 4], lambda number: 10 * number if number < 4 else None)
    (30, 3)
    """
    low, high, best = -1, len(choices), None
    while high - low > 1:
        middle = (low + high) // 2
        found = tried(choices[middle])
        if found is not None:
            low, best = middle, (found, choices[middle])
        else:
            high = middle
    return best
