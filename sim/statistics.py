"""Operand statistics: how often each bit of a MAC's signals is 1, and how often it toggles.

Counted exactly, from the operations of a stream (`sim.dataflow`), in the cycles in which
`characterize` counts toggles: N operations after an uncounted first one, before which the
first one is repeated.

    x, w      operands; of a split MAC w is the magnitude, and sign a signal of its own
    partial   bit i of x and bit j of w, for every i and j: bit width_x j + i
    product   x w, in width_x + width_w bits
    addend    what the product is added to, modulo 2^width_acc: the sum register, 0 where it
              is cleared, or what a neighbour gave
    propagate addend xor product: where the adder passes a carry on
    carry     into each bit of the adder
    sum       the adder's result, modulo 2^width_acc
    acc       the sum register: what the adder gave one operation before; of a split MAC
              both registers, so that a bit counts up to twice

These rates are what energy models of units are fitted on: nothing here knows energy.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.formats import IntArray

FloatArray = npt.NDArray[np.float64]

SIGNALS = ("x", "w", "product", "acc", "sum", "partial", "addend", "propagate", "carry")
SPLIT_SIGNALS = ("sign",)


@dataclass(frozen=True, eq=False, slots=True)
class BitCounts:
    """What the bits of one signal did; the lowest bit first.

    Attributes
    ----------
    ones
        Operations in which each bit is 1, shape (bits,).
    toggles
        Changes of each bit against the operation before, shape (bits,).
    """

    ones: IntArray
    toggles: IntArray

    def __add__(self, other: "BitCounts") -> "BitCounts":
        return BitCounts(self.ones + other.ones, self.toggles + other.toggles)


@dataclass(frozen=True, eq=False, slots=True)
class OperandStatistics:
    """Counts of every signal of a MAC over a number of operations.

    Attributes
    ----------
    operations
        Counted operations.
    signals
        `SIGNALS`, of a split MAC `SPLIT_SIGNALS` too: their bits' counts.
    """

    operations: int
    signals: dict[str, BitCounts]

    def probability(self, signal: str) -> FloatArray:
        """Share of the operations in which each bit is 1, shape (bits,)."""
        return self.signals[signal].ones / max(self.operations, 1)

    def toggle_rate(self, signal: str) -> FloatArray:
        """Toggles of each bit per operation, shape (bits,)."""
        return self.signals[signal].toggles / max(self.operations, 1)

    def __add__(self, other: "OperandStatistics") -> "OperandStatistics":
        """Both together: statistics of several MACs, or of several layers.

        Raises
        ------
        SimError
            If their signals are not of the same widths.
        """
        mine, others = ([c.ones.size for c in s.signals.values()] for s in (self, other))
        if mine != others:
            raise SimError(
                f"statistics of {_widths(mine)} and of {_widths(others)} cannot be added: "
                "take the same formats and accumulator"
            )
        return OperandStatistics(
            self.operations + other.operations,
            {name: counts + other.signals[name] for name, counts in self.signals.items()},
        )


def _widths(bits: list[int]) -> str:
    names = (*SIGNALS, *SPLIT_SIGNALS)
    return ", ".join(f"{n} bits of {name}" for name, n in zip(names, bits, strict=False))


def features(statistics: OperandStatistics) -> tuple[tuple[str, ...], FloatArray]:
    """What an operand-statistics model takes, in its fixed order.

    Toggle rates of every bit of every signal; probabilities of every bit of x and w, of a
    split MAC of the sign.

    Returns
    -------
    names : tuple of str
        `toggle(x0)`, ..., `toggle(carry31)`, `probability(x0)`, ..., `probability(w7)`
    values : FloatArray
        Shape (names,).
    """
    toggles = {name: statistics.toggle_rate(name) for name in statistics.signals}
    ones = {name: statistics.probability(name) for name in ("x", "w", "sign") if name in toggles}
    names = [f"toggle({name}{bit})" for name in toggles for bit in range(toggles[name].size)]
    names += [f"probability({name}{bit})" for name in ones for bit in range(ones[name].size)]
    return tuple(names), np.concatenate([*toggles.values(), *ones.values()])
