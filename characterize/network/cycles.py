"""What a unit does, cycle by cycle, for one column of weights: the same for every row of inputs.

    mac      one cycle a weight: w
    split    one cycle a weight: its magnitude and its sign
    pann     |q| cycles a weight: its magnitude and its sign; 0 takes none
    csd      one cycle for each digit of a weight that is not 0: shift, and whether it is negative

Which of them follows from the unit's operands. The first cycle clears.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from sim.formats import IntArray
from sim.ops import csd_digits

ByteArray = npt.NDArray[np.uint8]
ORDERS = ("given", "sorted")


@dataclass(frozen=True, eq=False, slots=True)
class Cycles:
    """The cycles of a dot product.

    Attributes
    ----------
    index
        Which input x is in each cycle, shape (cycles,).
    operands
        Role -> value in each cycle, shape (cycles,); x apart.
    """

    index: IntArray
    operands: dict[str, IntArray]

    def __len__(self) -> int:
        return int(self.index.size)


def cycles_of(weights: IntArray, roles: frozenset[str], order: str = "given") -> Cycles:
    """The cycles of a column of weights on a unit with these operands.

    Parameters
    ----------
    weights
        Integers of shape (K,).
    roles
        Of the unit's operands.
    order
        `given`: weights follow each other as the layer has them; `sorted`: those that are
        not negative first, each in the given order.

    Raises
    ------
    CharacterizeError
        If no unit with these operands is known, or the order is unknown.
    """
    if order not in ORDERS:
        raise CharacterizeError(f"unknown order '{order}': known are {', '.join(ORDERS)}")
    places = np.arange(len(weights))
    if order == "sorted":
        places = np.argsort(weights < 0, kind="stable")
    known = _KNOWN.get(roles)
    if known is None:
        raise CharacterizeError(
            f"operands {', '.join(sorted(roles))} are none of a unit that networks are run on"
        )
    found = known(places, np.asarray(weights, dtype=np.int64)[places])
    if not len(found):  # nothing to add: the sum is cleared all the same
        nothing = np.zeros(1, dtype=np.int64)
        found = Cycles(nothing, dict.fromkeys(roles - {"x"}, nothing))
    else:
        found.operands["enable"] = np.ones(len(found), dtype=np.int64)
    found.operands["clear"] = (np.arange(len(found)) == 0).astype(np.int64)
    return found


def _mac(places: IntArray, weights: IntArray) -> Cycles:
    return Cycles(places, {"w": weights})


def _split(places: IntArray, weights: IntArray) -> Cycles:
    return Cycles(places, {"w": np.abs(weights), "sign": (weights < 0).astype(np.int64)})


def _pann(places: IntArray, weights: IntArray) -> Cycles:
    times = np.abs(weights)
    sign = (weights < 0).astype(np.int64)
    return Cycles(
        np.repeat(places, times), {"q": np.repeat(times, times), "sign": np.repeat(sign, times)}
    )


def _csd(places: IntArray, weights: IntArray) -> Cycles:
    terms = [
        (place, shift, digit < 0)
        for place, weight in zip(places.tolist(), weights.tolist(), strict=True)
        for shift, digit in enumerate(csd_digits(weight))
        if digit
    ]
    index, shifts, negative = np.array(terms, dtype=np.int64).reshape(-1, 3).T
    return Cycles(index, {"shift": shifts, "negative": negative})


_CONTROL = frozenset({"clear", "enable"})
_KNOWN: dict[frozenset[str], Callable[[IntArray, IntArray], Cycles]] = {
    _CONTROL | {"x", "w"}: _mac,
    _CONTROL | {"x", "w", "sign"}: _split,
    _CONTROL | {"x", "q", "sign"}: _pann,
    _CONTROL | {"x", "shift", "negative"}: _csd,
}
