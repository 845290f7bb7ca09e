"""How much of a unit's parts switches, by the signals that its adders are made of.

A full adder has three: propagate (a xor b), carry, sum. An adder is a row of them; a multiplier
an array, a row for each bit of one factor, with partial products in front. Toggles of all these
signals are counted on the numbers of a task, and on uniform ones, with which the counts of
units were made: what is said is the quotient. No gate is looked at, and nothing is fitted.

Source of the structures: N. Weste, D. Harris, CMOS VLSI Design, 4th edition, 2010, chapter 11.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np

from sim.counting.task_operands import TaskOperands
from sim.counting.unit_counts import INPUT_PART
from sim.formats import IntArray, IntFormat
from sim.statistics import OperandStatistics
from sim.statistics_counter import operand_statistics

MULTIPLIER_PART, OTHER_PARTS = "multiplier", ""
_MULTIPLIER, _ADDER = ("partial", "product"), ("propagate", "carry", "sum")
_FACTORS = (("x", "m"), ("y", "n"))  # roles that a requantizer multiplies
_HELD = "places"  # the same through a layer, and in the measurement with uniform operands
_UNIFORM = 1 << 15  # operations
_DOT_PRODUCT = 256  # operations between two clears, as in the table of units
_Ports = Mapping[str, IntFormat]


def mac_shares(statistics: OperandStatistics, ports: _Ports) -> dict[str, float]:
    """Toggles of a MAC's signals over those with uniform operands, by part.

    Parameters
    ----------
    statistics
        Of the layer's operands.
    ports
        Role -> format, of the unit's x and w.

    Returns
    -------
    dict
        Of the multiplier, of the nets of operands, and of `OTHER_PARTS`.
    """
    split = "sign" in statistics.signals
    width = statistics.signals["sum"].ones.size
    uniform = _uniform_mac(ports["x"], ports["w"], width, split)

    def share(signals: tuple[str, ...]) -> float:
        own, usual = (
            sum(float(each.toggle_rate(name).sum()) for name in signals)
            for each in (statistics, uniform)
        )
        return own / usual

    return {
        MULTIPLIER_PART: share(_MULTIPLIER), INPUT_PART: share(("x", "w")),
        OTHER_PARTS: share(_ADDER),
    }  # fmt: skip


def multiplies(ports: _Ports) -> bool:
    """Whether a unit multiplies an operand with a factor, as requantizers do."""
    return set(_FACTORS[0]) <= set(ports)


def requantizer_shares(stream: TaskOperands, ports: _Ports) -> dict[str, float]:
    """Toggles of a requantizer's signals over those with uniform operands, by part.

    What shifts and clips is behind the sum, and scaled with its bits.

    Parameters
    ----------
    ports
        Role -> format, of the unit that does it.
    """
    uniform = _uniform_requantizer(tuple(sorted(ports.items())))
    own = _requantizer_toggles(stream.operands, ports)
    return {part: own[part] / usual for part, usual in uniform.items()}


def array_toggles(x: IntArray, factor: IntArray, x_format: IntFormat, m_format: IntFormat) -> float:
    """Toggles of the signals of an array multiplier, an operation.

    Parameters
    ----------
    x, factor
        What is multiplied, shape (operations,); the array has a row for each bit of `factor`.
    x_format, m_format
        Their formats.
    """
    found, total = 0, np.zeros_like(x)
    for bit in range(m_format.bits):
        term = np.where(factor >> bit & 1 != 0, x, 0) << bit
        if m_format.signed and bit == m_format.bits - 1:
            term = -term  # the weight of a sign bit
        row = (1 << x_format.bits + 2) - 1 << bit  # a sum of two, and its sign
        propagate = (total ^ term) & row
        total = total + term
        summed = total & row
        found += sum(
            bit_flips(each) for each in (term & row, propagate, propagate ^ summed, summed)
        )
    return found / max(x.size, 1)


def bit_flips(codes: IntArray) -> int:
    """Bits that change from each number to the next."""
    return int(np.bitwise_count(codes[1:] ^ codes[:-1]).sum())


@cache
def _uniform_mac(x: IntFormat, w: IntFormat, width: int, split: bool) -> OperandStatistics:
    draw = np.random.Generator(np.random.PCG64(1))
    values = [draw.integers(each.min, each.max + 1, _UNIFORM) for each in (x, w)]
    clear = (np.arange(_UNIFORM) % _DOT_PRODUCT == 0).astype(np.int64)
    sign = draw.integers(0, 2, _UNIFORM) if split else None
    return operand_statistics(values[0], values[1], clear, x, w, width, sign=sign)


@cache
def _uniform_requantizer(ports: tuple[tuple[str, IntFormat], ...]) -> dict[str, float]:
    draw = np.random.Generator(np.random.PCG64(1))
    operands = {
        role: np.zeros(_UNIFORM, dtype=np.int64)
        if role == _HELD
        else draw.integers(each.min, each.max + 1, _UNIFORM)
        for role, each in ports
    }
    return _requantizer_toggles(operands, dict(ports))


def _requantizer_toggles(operands: Mapping[str, IntArray], ports: _Ports) -> dict[str, float]:
    """Toggles of the signals of each part, an operation."""
    pairs = [pair for pair in _FACTORS if set(pair) <= set(operands)]
    total = operands["c"]
    for role, factor in pairs:
        total = total + operands[role] * operands[factor]
    width = ports["x"].bits + ports["m"].bits + 2
    codes = [operands[role] & (1 << each.bits) - 1 for role, each in ports.items()]
    count = max(total.size, 1)
    return {
        MULTIPLIER_PART: sum(
            array_toggles(operands[role], operands[factor], ports[role], ports[factor])
            for role, factor in pairs
        ),
        INPUT_PART: sum(map(bit_flips, codes)) / count,
        OTHER_PARTS: bit_flips(total & (1 << width) - 1) / count,
    }
