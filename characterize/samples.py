"""Random operands: the same integers on every platform.

Samples come from integer thresholds of the words of a PCG64 generator. What needs
arithmetic with fractions uses only what IEEE 754 rounds exactly.
"""

import hashlib
import math
from functools import cache

import numpy as np
import numpy.typing as npt

from sim.formats import IntArray, IntFormat

# Of a wider number these many leading bits are Gaussian, the others uniform: in
# the differences of its neighbouring values a distribution is flat.
_GAUSSIAN_BITS = 12
GUIDE_SHIFT = 18  # of the 32 bits of a word, those that do not lead
# A correlated sequence runs in integers: its sigma is 2^_FINE_BITS, its factors
# are multiples of 2^-FACTOR_BITS.
_FINE_BITS = 12
FACTOR_BITS = 16
FINE = IntFormat(_FINE_BITS + 4, signed=True)  # reaches to 8 sigma
FINE_SIGMA = 1 << _FINE_BITS


def generator(stream: str, first: int = 0) -> np.random.PCG64:
    """The generator of a stream, seeded by its text, from its word `first` on."""
    seed = int.from_bytes(hashlib.sha256(stream.encode()).digest()[:16], "little")
    found = np.random.PCG64(seed)
    found.advance(first)
    return found


def words(stream: str, count: int, first: int = 0) -> IntArray:
    """32-bit words of a stream's generator from its word `first` on, shape (count,)."""
    raw = generator(stream, first).random_raw(count)
    return (np.asarray(raw, dtype=np.uint64) >> np.uint64(32)).astype(np.int64)


def uniform(drawn: IntArray, number: IntFormat) -> IntArray:
    """Every value of the format alike; shape of `drawn`, 32-bit words."""
    values = number.max - number.min + 1
    return (drawn if values == 1 << 32 else drawn * values >> 32) + number.min


def gaussian(drawn: IntArray, number: IntFormat, sigma: float) -> IntArray:
    """Samples around 0, rounded half to even, clipped; of an unsigned format down to -max.

    Parameters
    ----------
    drawn
        32-bit words, shape (n,).
    sigma
        Standard deviation in least significant bits.
    """
    low_bits, bounds, smallest = thresholds(number, sigma)
    # How many thresholds a word reaches, its leading bits tell for nearly all words.
    first, split = guide(number, sigma)
    leading = drawn >> GUIDE_SHIFT
    reached: IntArray = first[leading]
    unsure = np.flatnonzero(split[leading])
    reached[unsure] = np.searchsorted(bounds, drawn[unsure], side="right")
    reached += smallest
    return (reached << low_bits) | (drawn & ((1 << low_bits) - 1))


@cache
def guide(number: IntFormat, sigma: float) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """For the leading bits of a word: thresholds that it reaches, and whether that varies."""
    _, bounds, _ = thresholds(number, sigma)
    edges = np.arange((1 << (32 - GUIDE_SHIFT)) + 1, dtype=np.int64) << GUIDE_SHIFT
    first = np.searchsorted(bounds, edges[:-1], side="right").astype(np.int64)
    last = np.searchsorted(bounds, edges[1:] - 1, side="right")
    return first, first != last


@cache
def thresholds(number: IntFormat, sigma: float) -> tuple[int, IntArray, int]:
    """Low bits that are uniform, thresholds between the rounded values, lowest value."""
    low_bits = 0 if number == FINE else max(number.bits - _GAUSSIAN_BITS, 0)
    largest = number.max >> low_bits
    smallest = number.min >> low_bits if number.signed else -largest
    # Thresholds between the rounded values, as 32-bit integers: differences of
    # the platforms' error functions in the last place do not reach them.
    bounds = np.arange(smallest, largest) + 0.5
    scale = sigma / (1 << low_bits) * math.sqrt(2)
    shares = [0.5 * (1 + math.erf(bound / scale)) for bound in bounds]
    return low_bits, np.array([round(share * 2**32) for share in shares], dtype=np.int64), smallest


def correlated(drawn: IntArray, number: IntFormat, sigma: float, rho: float) -> IntArray:
    """A first-order autoregressive sequence of Gaussian samples, rounded and clipped.

    Parameters
    ----------
    drawn
        32-bit words, shape (n,).
    sigma
        Standard deviation in least significant bits.
    rho
        Correlation of neighbouring samples before rounding, -1 < rho < 1.
    """
    fresh = gaussian(drawn, FINE, FINE_SIGMA).tolist()
    keep, take = factors(rho)
    half = 1 << (FACTOR_BITS - 1)
    states = fresh[:1]
    for sample in fresh[1:]:
        states.append((keep * states[-1] + take * sample + half) >> FACTOR_BITS)
    return scaled(np.array(states, dtype=np.int64), number, sigma)


def factors(rho: float) -> tuple[int, int]:
    """What a correlated sequence keeps of its state and takes of a sample, in 2^-FACTOR_BITS."""
    keep = round(rho * (1 << FACTOR_BITS))
    return keep, round(math.sqrt(1 - rho * rho) * (1 << FACTOR_BITS))


def scaled(states: IntArray, number: IntFormat, sigma: float) -> IntArray:
    """States of a correlated sequence as numbers of a format, rounded half to even, clipped."""
    found = np.rint(states.astype(np.float64) * (sigma / FINE_SIGMA))
    lowest = number.min if number.signed else -number.max
    return np.clip(found, lowest, number.max).astype(np.int64)
