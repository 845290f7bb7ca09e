"""Exact sums of products, and accumulators of a given width.

A sum of products is exact in a floating-point format if no partial sum, in any order, can
leave the integers that it holds without gaps: |sum| <= 2^24 for float32, 2^53 for float64.
Every partial sum of x w is at most max |x| times the L1 norm of the weights; where that bound
is within the limit, a BLAS routine gives the exact integer, whatever its order, its blocks
and its fused operations. Elsewhere int64 is used.

The same norms bound an accumulator: partial sums stay between the sum of all negative and
the sum of all positive products that the inputs' range allows.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.formats import MAX_BITS, IntArray, IntFormat

Array = npt.NDArray[np.number]
OVERFLOWS = ("refuse", "wrap", "saturate")
_LIMITS: tuple[tuple[int, npt.DTypeLike], ...] = (
    (1 << 24, np.float32),
    (1 << 53, np.float64),
    (1 << MAX_BITS, np.int64),
)


@dataclass(frozen=True, slots=True)
class Accumulator:
    """The register that sums are kept in.

    Parameters
    ----------
    bits
        Its width, 2 to 62.
    overflow
        What a sum does that leaves the range: `refuse` (a layer whose sums are not
        proven to fit is an error), `wrap` modulo 2^bits, or `saturate` after each
        addition. Wrapped and saturated sums are counted.
    split
        Whether products of positive and of negative weights are summed apart, in two
        unsigned registers of this width.

    Raises
    ------
    SimError
        If one of them is not legal.
    """

    bits: int = 32
    overflow: str = "refuse"
    split: bool = False

    def __post_init__(self) -> None:
        if not 2 <= self.bits <= MAX_BITS:
            raise SimError(f"an accumulator has 2 to {MAX_BITS} bits, not {self.bits}")
        if self.overflow not in OVERFLOWS:
            raise SimError(f"unknown overflow '{self.overflow}': known are {', '.join(OVERFLOWS)}")

    @property
    def format(self) -> IntFormat:
        """What a register holds."""
        return IntFormat(self.bits, signed=not self.split)


class Product:
    """Exact products of inputs with a weight matrix, through an accumulator.

    Parameters
    ----------
    weights
        Integers of shape (K, M).
    x_min, x_max
        Range of the inputs.
    accumulator
        What sums are kept in.

    Raises
    ------
    SimError
        If sums are not proven to fit and `accumulator` refuses that, or if they may
        exceed 62 bits.

    Attributes
    ----------
    safe_bits
        Smallest width in which no sum can leave the range, whatever the inputs.
    a2q_bits
        The width that the L1 norm alone guarantees: the bound of A2Q.
    dtype
        Format in which sums are computed.

    Notes
    -----
    Source: Colbert, Pappalardo, Petri-Koenig, A2Q: Accumulator-Aware Quantization with
    Guaranteed Overflow Avoidance, ICCV 2023: ||w||_1 <= (2^(P-1) - 1) / max |x|.
    """

    def __init__(self, weights: IntArray, x_min: int, x_max: int, accumulator: Accumulator) -> None:
        self.weights = np.asarray(weights, dtype=np.int64)
        self.accumulator = accumulator
        self._positive = np.maximum(self.weights, 0)
        self._negative = np.maximum(-self.weights, 0)
        up, down = self._positive.sum(axis=0), self._negative.sum(axis=0)
        highest = _largest(x_max * up - x_min * down)
        lowest = -_largest(x_max * down - x_min * up)
        if accumulator.split:
            if x_min < 0:
                raise SimError("sums of a split accumulator need inputs that are not negative")
            self.safe_bits = max(int(max(highest, -lowest)).bit_length(), 1)
        else:
            self.safe_bits = max(highest.bit_length(), max(-lowest - 1, 0).bit_length()) + 1
        self.bound = max(abs(x_min), abs(x_max)) * _largest(up + down)
        self.a2q_bits = self.bound.bit_length() + 1
        self.safe = self.safe_bits <= accumulator.bits
        if not self.safe and accumulator.overflow == "refuse":
            raise SimError(
                f"sums reach from {lowest} to {highest} and need {self.safe_bits} bits, the "
                f"accumulator has {accumulator.bits}: give it more, or let it wrap or saturate"
            )
        for limit, dtype in _LIMITS:
            if self.bound <= limit:
                self.dtype = np.dtype(dtype)
                break
        else:
            raise SimError(f"sums may reach {self.bound}: more than {MAX_BITS} bits")
        self._prepared = np.ascontiguousarray(self.weights, dtype=self.dtype)

    def __call__(self, x: Array) -> tuple[Array, int]:
        """Sums of products.

        Parameters
        ----------
        x
            Integers of shape (N, K), in any dtype that holds them.

        Returns
        -------
        sums : Array
            Integers of shape (N, M), in `dtype`; of a split accumulator the difference
            of its two sums.
        overflows : int
            How many of the N M sums left the accumulator's range.
        """
        if self.safe:
            return x.astype(self.dtype, copy=False) @ self._prepared, 0
        if not self.accumulator.split:
            return self._register(x, self.weights)
        positive, over = self._register(x, self._positive)
        negative, under = self._register(x, self._negative)
        return positive - negative, over + under

    def _register(self, x: Array, weights: IntArray) -> tuple[Array, int]:
        number = self.accumulator.format
        if self.accumulator.overflow == "saturate":
            return self._saturated(x, weights)
        exact = np.rint(x.astype(self.dtype) @ weights.astype(self.dtype)).astype(np.int64)
        wrapped = number.wrap(exact)
        return wrapped, int(np.count_nonzero(wrapped != exact))

    def _saturated(self, x: Array, weights: IntArray) -> tuple[Array, int]:
        """Operation by operation: where a sum is clipped depends on the order."""
        number = self.accumulator.format
        sums = np.zeros((len(x), weights.shape[1]), dtype=np.int64)
        clipped = np.zeros(sums.shape, dtype=bool)
        for inputs, row in zip(x.T.astype(np.int64), weights, strict=True):
            exact = sums + inputs[:, None] * row
            sums = np.clip(exact, number.min, number.max)
            clipped |= sums != exact
        return sums, int(np.count_nonzero(clipped))


def _largest(values: IntArray) -> int:
    return int(values.max(initial=0))
