"""Counts operand statistics (`sim.statistics`) from the operations of a stream."""

import numpy as np

from sim import ops
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.statistics import SIGNALS, SPLIT_SIGNALS, BitCounts, OperandStatistics

_WORD = 64  # bits of a pattern
_HALF = 16  # bits of a histogram
_FEW = 1 << 13  # patterns, below which a histogram does not pay


class StatisticsCounter:
    """Counts the statistics of a stream that comes in parts.

    Parameters
    ----------
    x_format, w_format
        Formats of the operands; of a split MAC `w_format` is that of the magnitude.
    acc_width
        Bits of the sum.
    split
        Whether it is a split MAC, which adds products of negative weights apart.
    """

    def __init__(
        self, x_format: IntFormat, w_format: IntFormat, acc_width: int, split: bool = False
    ) -> None:
        signed = x_format.signed or w_format.signed
        self._formats = (x_format, w_format)
        self._product = IntFormat(x_format.bits + w_format.bits, signed)
        self._acc = IntFormat(acc_width, signed)
        self._split = split
        if x_format.bits * w_format.bits > _WORD:
            raise SimError(
                f"operands of {x_format.bits} and {w_format.bits} bits have more than {_WORD} "
                "partial products: statistics are those of 8 by 8 bits at most"
            )
        own = {
            "x": x_format.bits,
            "w": w_format.bits,
            "product": self._product.bits,
            "partial": x_format.bits * w_format.bits,
            "sign": 1,
        }
        signals = (*SIGNALS, *(SPLIT_SIGNALS if split else ()))
        bits_of = {name: own.get(name, acc_width) for name in signals}
        # Of each pattern of w: a field of ones for each bit that is 1.
        fields = np.arange(1 << w_format.bits, dtype=np.uint64)
        self._fields = np.zeros_like(fields)
        for bit in range(w_format.bits):
            ones = np.uint64((1 << x_format.bits) - 1 << x_format.bits * bit)
            self._fields |= np.where(fields >> np.uint64(bit) & np.uint64(1) == 1, ones, 0)
        self._copies = np.uint64(sum(1 << x_format.bits * bit for bit in range(w_format.bits)))
        zeros = {name: np.zeros(bits, dtype=np.int64) for name, bits in bits_of.items()}
        self._counts = {name: BitCounts(zero, zero) for name, zero in zeros.items()}
        self._operations = 0
        # Of the last operation: patterns, registers during it and after it.
        self._last: dict[str, int] = {}
        self._during: list[int] = []
        self._after: list[int] = []

    @property
    def statistics(self) -> OperandStatistics:
        """What was counted so far."""
        return OperandStatistics(self._operations, dict(self._counts))

    def update(
        self,
        x: IntArray,
        w: IntArray,
        clear: IntArray,
        *,
        addend: IntArray | None = None,
        sign: IntArray | None = None,
    ) -> None:
        """Count the next operations.

        Parameters
        ----------
        x, w, clear
            Operands and clear bits, shape (operations,).
        addend
            Partial sums from a neighbour, where the MAC does not add to its own.
        sign
            Of a split MAC, 1 where the weight is negative.

        Raises
        ------
        SimError
            If an operand is out of range, lengths differ, the first operation of the
            stream does not clear, or a split MAC lacks signs or has addends.
        """
        given = [x, w, clear, *(a for a in (addend, sign) if a is not None)]
        if len({array.shape for array in given}) != 1 or x.ndim != 1:
            raise SimError("operands of a stream must be one-dimensional and of one length")
        if self._split != (sign is not None) or (self._split and addend is not None):
            raise SimError("a split MAC takes signs and adds to its own sums; no other MAC does")
        if not x.size:
            return
        if not self._last and addend is None and not clear[0]:
            raise SimError("a stream's first operation must clear: the sum before it is unknown")
        x_bits, w_bits = (f.encode(a) for f, a in zip(self._formats, (x, w), strict=True))
        products = ops.multiply(x, w)
        patterns = {
            "x": x_bits,
            "w": w_bits,
            "product": products & ((1 << self._product.bits) - 1),
            "partial": (self._fields[w_bits] & x_bits.astype(np.uint64) * self._copies).view(
                np.int64
            ),
        }
        if addend is not None:
            patterns["sum"] = self._pattern(addend + products)
            patterns["addend"] = self._pattern(addend)
            registers = [patterns["sum"]]
        elif sign is None:
            patterns["sum"] = self._sums(products, clear, 0)
            patterns["addend"] = np.where(clear != 0, 0, self._held(patterns["sum"], 0))
            registers = [patterns["sum"]]
        else:
            registers = [
                self._sums(np.where(sign == side, products, 0), clear, side) for side in (0, 1)
            ]
            patterns["sum"] = np.where(sign == 0, *registers)
            patterns["sign"] = sign
            held = [self._held(values, side) for side, values in enumerate(registers)]
            patterns["addend"] = np.where(clear != 0, 0, np.where(sign == 0, *held))
        patterns["propagate"] = patterns["addend"] ^ self._pattern(products)
        patterns["carry"] = patterns["propagate"] ^ patterns["sum"]
        self._count(patterns, registers)

    def _pattern(self, values: IntArray) -> IntArray:
        return values & ((1 << self._acc.bits) - 1)

    def _held(self, after: IntArray, register: int) -> IntArray:
        """Patterns of a register during each operation, from those after it."""
        first = self._after[register] if self._after else 0
        return np.concatenate([np.array([first], dtype=np.int64), after[:-1]])

    def _sums(self, products: IntArray, clear: IntArray, register: int) -> IntArray:
        """Patterns of a register after each operation."""
        first, begins = products.copy(), clear.copy()
        if not clear[0]:
            first[0] += self._after[register]
            begins[0] = 1
        return self._pattern(ops.accumulate(first, begins, np.ones_like(clear), self._acc))

    def _count(self, patterns: dict[str, IntArray], registers: list[IntArray]) -> None:
        if not self._last:
            # Not counted: before the stream, its first operation repeats.
            self._last = {name: int(values[0]) for name, values in patterns.items()}
            self._during = self._after = [int(values[0]) for values in registers]
            patterns = {name: values[1:] for name, values in patterns.items()}
            registers = [values[1:] for values in registers]
        operations = len(patterns["x"])
        if not operations:
            return
        for name, values in patterns.items():
            self._add(name, [self._last[name]], values)
        for during, after, values in zip(self._during, self._after, registers, strict=True):
            self._add("acc", [during, after], values[:-1])
        self._last = {name: int(values[-1]) for name, values in patterns.items()}
        self._during = [
            int(values[-2]) if operations > 1 else after
            for after, values in zip(self._after, registers, strict=True)
        ]
        self._after = [int(values[-1]) for values in registers]
        self._operations += operations

    def _add(self, name: str, before: list[int], values: IntArray) -> None:
        """Count patterns behind earlier ones, the first of which is counted already."""
        chain = np.concatenate([np.array(before, dtype=np.int64), values])
        bits = self._counts[name].ones.size
        self._counts[name] += BitCounts(
            _ones_of_bits(chain[1:], bits), _ones_of_bits(chain[1:] ^ chain[:-1], bits)
        )


def _ones_of_bits(patterns: IntArray, bits: int) -> IntArray:
    """How many patterns have each bit, the lowest first; shape (bits,)."""
    if len(patterns) < _FEW:
        return np.asarray(((patterns[:, None] >> np.arange(bits)) & 1).sum(axis=0))
    counts = []
    for low in range(0, bits, _HALF):
        part = min(bits - low, _HALF)
        histogram = np.bincount((patterns >> low) & ((1 << part) - 1), minlength=1 << part)
        # Of a histogram folded in the middle, the upper half has the highest bit.
        found = []
        while histogram.size > 1:
            lower, upper = histogram.reshape(2, -1)
            found.append(upper.sum())
            histogram = lower + upper
        counts += found[::-1]
    return np.array(counts, dtype=np.int64)


def operand_statistics(
    x: IntArray,
    w: IntArray,
    clear: IntArray,
    x_format: IntFormat,
    w_format: IntFormat,
    acc_width: int,
    *,
    addend: IntArray | None = None,
    sign: IntArray | None = None,
) -> OperandStatistics:
    """Statistics of a whole stream at once; see `StatisticsCounter`.

    Parameters
    ----------
    x, w, clear
        Operands and clear bits, shape (N + 1,); the first operation is not counted.
    x_format, w_format
        Formats of the operands; of a split MAC `w_format` is that of the magnitude.
    acc_width
        Bits of the sum.
    addend
        Partial sums from a neighbour, where the MAC does not add to its own.
    sign
        Of a split MAC, 1 where the weight is negative; None is any other MAC.

    Examples
    --------
    >>> u2, u1 = IntFormat(2, signed=False), IntFormat(1, signed=False)
    >>> found = operand_statistics(np.array([0, 3, 1]), np.array([1, 1, 1]),
    ...                            np.array([1, 0, 0]), u2, u1, 4)
    >>> found.operations, found.toggle_rate("x").tolist(), found.probability("x").tolist()
    (2, [0.5, 1.0], [1.0, 0.5])
    """
    counter = StatisticsCounter(x_format, w_format, acc_width, split=sign is not None)
    counter.update(x, w, clear, addend=addend, sign=sign)
    return counter.statistics
