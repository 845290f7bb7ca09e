"""Random operands, drawn from a stream's generator: in C, where the kernel was built.

They are the numbers of `samples`, whose functions say what they mean: NumPy's take the
place of C, and are what it is held against.
"""

import ctypes
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from characterize import samples
from characterize.simulators.bitparallel.binding import library
from sim.formats import IntArray, IntFormat

# C takes what a word of 32 bits reaches.
_MOST_BITS = 32


def uniform(stream: str, count: int, number: IntFormat, first: int = 0) -> IntArray:
    """`samples.uniform` of a stream's words from `first` on, shape (count,)."""
    loaded = _loaded(number)
    if loaded is None:
        return samples.uniform(samples.words(stream, count, first), number)
    found = np.empty(count, dtype=np.int64)
    values = number.max - number.min + 1
    state = _generator(stream, first)
    loaded.gw_draw_uniform(state, values, number.min, count, found.ctypes.data)
    return found


def zeros(values: IntArray, stream: str, probability: float, first: int = 0) -> None:
    """Make values 0, in their place, where a stream's words from `first` on say so."""
    threshold = round(probability * (1 << 32))
    loaded = _loaded()
    if loaded is None:
        values[samples.words(stream, values.size, first) < threshold] = 0
        return
    state = _generator(stream, first)
    loaded.gw_draw_zeros(state, threshold, values.size, values.ctypes.data)


def gaussian(stream: str, count: int, number: IntFormat, sigma: float, first: int = 0) -> IntArray:
    """`samples.gaussian` of a stream's words from `first` on, shape (count,)."""
    loaded = _loaded(number)
    if loaded is None:
        return samples.gaussian(samples.words(stream, count, first), number, sigma)
    found = np.empty(count, dtype=np.int64)
    low_bits, thresholds, lowest = samples.thresholds(number, sigma)
    guide = _guide(number, sigma)
    loaded.gw_draw_gaussian(
        _generator(stream, first), guide.ctypes.data, samples.GUIDE_SHIFT, thresholds.ctypes.data,
        thresholds.size, lowest, low_bits, count, found.ctypes.data,
    )  # fmt: skip
    return found


def correlated(stream: str, count: int, number: IntFormat, sigma: float, rho: float) -> IntArray:
    """`samples.correlated` of a stream's words, shape (count,)."""
    loaded = _loaded(number)
    if loaded is None:
        return samples.correlated(samples.words(stream, count), number, sigma, rho)
    states = gaussian(stream, count, samples.FINE, samples.FINE_SIGMA)
    keep, take = samples.factors(rho)
    loaded.gw_correlate(keep, take, samples.FACTOR_BITS, count, states.ctypes.data)
    return samples.scaled(states, number, sigma)


def _loaded(number: IntFormat = samples.FINE) -> ctypes.CDLL | None:
    loaded = library()
    if loaded is None or not loaded.gw_draws() or number.bits > _MOST_BITS:
        return None
    return loaded


def _generator(stream: str, first: int) -> Any:
    """State and increment of a stream's generator, each as two words, the high one first."""
    state = samples.generator(stream, first).state["state"]
    halves = [half for number in (state["state"], state["inc"]) for half in divmod(number, 1 << 64)]
    return (ctypes.c_uint64 * 4)(*halves)


@cache
def _guide(number: IntFormat, sigma: float) -> npt.NDArray[np.int32]:
    """Thresholds that every word with the same leading bits reaches; small, for caches."""
    return samples.guide(number, sigma)[0].astype(np.int32)
