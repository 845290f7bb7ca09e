"""Stimuli: the operand streams of a case, the same on every platform.

Samples come from integer thresholds of the words of a PCG64 generator. Every
port has a stream of its own, which depends on the seed, the stimulus, the
port's role and its format, and on nothing else.
"""

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from characterize.errors import CharacterizeError
from characterize.units import Port, UnitSpec
from sim.formats import IntArray, IntFormat

DOT_PRODUCT_LENGTH = 256  # operations between two clears of an accumulator
STIMULI = ("uniform", "gaussian", "relu")
# Standard deviation of the Gaussian as a share of the range on one side of 0:
# clipping at 3 sigma, as quantizers of real layers do.
_SIGMA_SHARE = 1 / 3
_SIGMA_SHARE_Q = 1 / 16  # additions of a PANN weight: 1.6 on average at 5 bits
# Of a wider number these many leading bits are Gaussian, the others uniform: in
# the differences of its neighbouring values a distribution is flat.
_GAUSSIAN_BITS = 12
# Of these every value is alike with every stimulus: they say which digit of a
# weight is at work, and half of all weights are negative.
_CONTROL_ROLES = ("sign", "negative", "shift")


@dataclass(frozen=True, slots=True)
class Stimulus:
    """An operand distribution.

    Attributes
    ----------
    name
        `uniform`: every value of the format alike. `gaussian`: rounded, clipped
        to the format, sigma a third of its range (2^(bits - 1), unsigned 2^bits);
        unsigned operands are absolute values. `relu`: the same, but an unsigned x is rectified:
        negative samples become 0.
    seed
        Of the generator.

    Raises
    ------
    CharacterizeError
        If the name is none of these.
    """

    name: str
    seed: int = 1

    def __post_init__(self) -> None:
        if self.name not in STIMULI:
            raise CharacterizeError(
                f"unknown stimulus '{self.name}': known are {', '.join(STIMULI)}"
            )

    def operands(self, unit: UnitSpec, cycles: int) -> dict[str, IntArray]:
        """Operand streams of a unit.

        Parameters
        ----------
        cycles
            Number of cycles, the uncounted first one included.

        Returns
        -------
        dict
            Role of each operand port -> values, shape (cycles,). Accumulators are
            always enabled, and cleared at the first cycle of each dot product. The
            operands of a weight that is added q times are held for q cycles.
        """
        if unit.port("q") is None:
            return {port.role: self._port(port, cycles) for port in unit.operands}
        # Some weights are 0 and take no cycle: draw more than are needed.
        weights = {port.role: self._port(port, 4 * cycles + 16) for port in unit.operands}
        return _repeated(weights, cycles)

    def _port(self, port: Port, cycles: int) -> IntArray:
        if port.role == "clear":
            first = np.arange(cycles) % DOT_PRODUCT_LENGTH == 0
            return np.asarray(first, dtype=np.int64)
        if port.role == "enable":
            return np.ones(cycles, dtype=np.int64)
        words = _words(f"{self.seed} {self.name} {port.role} {port.format}", cycles)
        if self.name == "uniform" or port.role in _CONTROL_ROLES:
            return _uniform(words, port.format)
        share = _SIGMA_SHARE_Q if port.role == "q" else _SIGMA_SHARE
        values = _gaussian(words, port.format, share * (port.format.max + 1))
        if port.format.signed:
            return values
        values[values < 0] *= 0 if self.name == "relu" and port.role == "x" else -1
        return values


def default_stimuli(unit: UnitSpec) -> tuple[str, ...]:
    """The stimuli of a unit's default cases: uniform, and one that looks like a network."""
    x = unit.port("x")
    return ("uniform", "relu" if x is not None and not x.format.signed else "gaussian")


def _words(stream: str, count: int) -> IntArray:
    """32-bit words of a generator seeded by a text, shape (count,)."""
    seed = int.from_bytes(hashlib.sha256(stream.encode()).digest()[:16], "little")
    raw = np.random.PCG64(seed).random_raw(count)
    return (np.asarray(raw, dtype=np.uint64) >> np.uint64(32)).astype(np.int64)


def _uniform(words: IntArray, number: IntFormat) -> IntArray:
    values = number.max - number.min + 1
    return (words if values == 1 << 32 else words * values >> 32) + number.min


def _repeated(weights: dict[str, IntArray], cycles: int) -> dict[str, IntArray]:
    """Streams of weights as streams of their additions: each q times, q = 0 left out.

    Sums are cleared at the first weight that begins in each dot product's length
    of additions.
    """
    held = np.repeat(np.arange(weights["q"].size), weights["q"])[:cycles]
    begins = np.flatnonzero(np.diff(held, prepend=-1))
    product = begins // DOT_PRODUCT_LENGTH
    clear = np.zeros(cycles, dtype=np.int64)
    clear[begins[np.diff(product, prepend=-1) != 0]] = 1
    return {role: values[held] for role, values in weights.items()} | {"clear": clear}


def _gaussian(words: IntArray, number: IntFormat, sigma: float) -> IntArray:
    """Samples around 0; those of an unsigned format reach down to -max."""
    low_bits = max(number.bits - _GAUSSIAN_BITS, 0)
    largest = number.max >> low_bits
    smallest = number.min >> low_bits if number.signed else -largest
    # Thresholds between the rounded values, as 32-bit integers: differences of
    # the platforms' error functions in the last place do not reach them.
    bounds = np.arange(smallest, largest) + 0.5
    scale = sigma / (1 << low_bits) * math.sqrt(2)
    shares = [0.5 * (1 + math.erf(bound / scale)) for bound in bounds]
    thresholds = np.array([round(share * 2**32) for share in shares], dtype=np.int64)
    values = np.searchsorted(thresholds, words, side="right").astype(np.int64) + smallest
    return (values << low_bits) | (words & ((1 << low_bits) - 1))


def exhaustive(unit: UnitSpec) -> dict[str, IntArray]:
    """All operands of a unit without state, the last repeated until its result is out.

    Raises
    ------
    CharacterizeError
        If the unit keeps state beyond its latency, or has more than 2^20 pairs.
    """
    values = [port.format.values() for port in unit.operands]
    if unit.port("enable") is not None or math.prod(v.size for v in values) > 1 << 20:
        raise CharacterizeError(f"{unit.name}: its operand pairs cannot be exhausted")
    repeats = -(-unit.latency // unit.cycles_per_op)
    return {
        port.role: np.concatenate([grid.ravel(), np.repeat(grid.ravel()[-1:], repeats)])
        for port, grid in zip(unit.operands, np.meshgrid(*values), strict=True)
    }
