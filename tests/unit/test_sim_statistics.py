"""Operand statistics against a loop over bits, and against the gates' own counts."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from characterize.library import CellLibrary
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.protocol import Simulation
from characterize.synthesis import synthesize
from characterize.units import Registry
from sim import ops
from sim.dataflow import Array, mac_stream
from sim.errors import SimError
from sim.formats import IntFormat
from sim.statistics import OperandStatistics, features
from sim.statistics_counter import StatisticsCounter, operand_statistics

ACC_BITS = 19  # more than one histogram


def _bits(value: int, bits: int) -> list[int]:
    return [(value >> bit) & 1 for bit in range(bits)]


def _by_loops(
    x: list[int], w: list[int], clear: list[int], kind: str, extra: list[int], widths: list[int]
) -> dict[str, tuple[list[int], list[int]]]:
    """Ones and toggles of each bit, operation by operation, in Python integers."""
    states: list[dict[str, list[int]]] = []
    registers = [0, 0]
    during = [0, 0]
    for t, (xi, wi, clears) in enumerate(zip(x, w, clear, strict=True)):
        side = extra[t] if kind == "split" else 0
        during = list(registers)
        if clears:
            registers = [0, 0]
        addend = extra[t] if kind == "addend" else registers[side]
        registers[side] = (addend + xi * wi) % 2**ACC_BITS
        if t == 0:
            during = list(registers)
        states.append(
            {
                "x": _bits(xi, widths[0]),
                "w": _bits(wi, widths[1]),
                "product": _bits(xi * wi, widths[0] + widths[1]),
                "partial": [
                    (xi >> i) & (wi >> j) & 1 for j in range(widths[1]) for i in range(widths[0])
                ],
                "addend": _bits(addend, ACC_BITS),
                "propagate": _bits(addend ^ (xi * wi), ACC_BITS),
                "carry": _bits(addend ^ (xi * wi) ^ registers[side], ACC_BITS),
                "acc": [bit for r in during for bit in _bits(r, ACC_BITS)],
                "sum": _bits(registers[side], ACC_BITS),
            }
            | ({"sign": [side]} if kind == "split" else {})
        )
    found = {}
    for name in states[0]:
        ones = [sum(column) for column in zip(*(s[name] for s in states[1:]), strict=True)]
        toggles = [
            sum(a != b for a, b in itertools.pairwise(column))
            for column in zip(*(s[name] for s in states), strict=True)
        ]
        if name == "acc":
            ones, toggles = (
                [a + b for a, b in zip(c[:ACC_BITS], c[ACC_BITS:], strict=True)]
                for c in (ones, toggles)
            )
        found[name] = (ones, toggles)
    return found


operations = st.lists(
    st.tuples(st.integers(-8, 15), st.integers(-4, 7), st.booleans(), st.integers(-(2**20), 2**20)),
    min_size=2,
    max_size=40,
)


@given(
    operations,
    st.booleans(),
    st.booleans(),
    st.sampled_from(["plain", "addend", "split"]),
    st.lists(st.integers(1, 40), max_size=5),
)
def test_counts_are_those_of_a_loop_in_any_parts(
    drawn: list[tuple[int, int, bool, int]],
    x_signed: bool,
    w_signed: bool,
    kind: str,
    cuts: list[int],
) -> None:
    x_format, w_format = IntFormat(4, x_signed), IntFormat(3, w_signed)
    x, w, clear, extra = (np.array(c, dtype=np.int64) for c in zip(*drawn, strict=True))
    x, w = x_format.wrap(x), w_format.wrap(w)
    clear[0] = 1
    extra = extra & 1 if kind == "split" else extra
    named = {"plain": None, "addend": "addend", "split": "sign"}[kind]

    counter = StatisticsCounter(x_format, w_format, ACC_BITS, split=kind == "split")
    for first, last in zip([0, *sorted(cuts)], [*sorted(cuts), len(x)], strict=True):
        part = slice(first, last)
        counter.update(x[part], w[part], clear[part], **({named: extra[part]} if named else {}))
    found = counter.statistics

    expected = _by_loops(x.tolist(), w.tolist(), clear.tolist(), kind, extra.tolist(), [4, 3])
    assert found.operations == len(x) - 1
    assert set(found.signals) == set(expected)
    for name, (ones, toggles) in expected.items():
        assert found.signals[name].ones.tolist() == ones, name
        assert found.signals[name].toggles.tolist() == toggles, name


@pytest.mark.parametrize("name", ["mac_array_x4u_w4s_a12", "mac_booth_x5s_w3s_a16"])
def test_the_gates_count_the_same(registry: Registry, asap7: CellLibrary, name: str) -> None:
    """Operands and sum register, net by net, of a layer that runs on the netlist."""
    unit = registry.unit(name)
    x_port, w_port = unit.port("x"), unit.port("w")
    assert x_port is not None
    assert w_port is not None
    x_format, w_format = x_port.format, w_port.format
    random = np.random.default_rng(1)
    x = random.integers(x_format.min, x_format.max + 1, (40, 9), dtype=np.int64)
    w = random.integers(w_format.min, w_format.max + 1, (9, 5), dtype=np.int64)
    (stream,) = mac_stream(x, w, "output", Array(2, 2), (1, 0))
    enable = np.ones_like(stream.clear)
    netlist = synthesize(unit, asap7)
    operands = {"x": stream.x, "w": stream.w, "clear": stream.clear, "enable": enable}
    (outcome,) = BitParallel().run([Simulation(unit, operands, netlist)])
    assert outcome.activity is not None

    acc = next(port.format.bits for port in unit.ports if port.role == "result")
    found = operand_statistics(stream.x, stream.w, stream.clear, x_format, w_format, acc)
    assert found.operations == outcome.activity.total_operations
    for signal, port_name in (("x", "x_i"), ("w", "w_i"), ("acc", "sum_o")):
        nets = list(netlist.ports[port_name])
        assert found.signals[signal].toggles.tolist() == (
            outcome.activity.toggles.sum(axis=0)[nets].tolist()
        ), signal
        assert found.signals[signal].ones.tolist() == outcome.activity.ones[nets].tolist(), signal


@pytest.mark.parametrize("count", [9000, 100])
def test_histograms_count_what_bits_count(count: int) -> None:
    random = np.random.default_rng(count)
    x, w = random.integers(-128, 128, (2, count), dtype=np.int64)
    clear = (random.random(count) < 0.01).astype(np.int64)
    clear[0] = 1
    s8 = IntFormat(8, signed=True)
    found = operand_statistics(x, w, clear, s8, s8, 24)
    sums = ops.mac(x, w, clear, np.ones_like(x), IntFormat(24, signed=True))
    for signal, values in (("x", x), ("product", x * w), ("sum", sums)):
        for bit in range(found.signals[signal].ones.size):
            bits = (values >> bit) & 1
            assert found.signals[signal].ones[bit] == bits[1:].sum()
            assert found.signals[signal].toggles[bit] == np.count_nonzero(np.diff(bits))


def _some(acc_width: int = 8, seed: int = 2) -> OperandStatistics:
    random = np.random.default_rng(seed)
    x, w = random.integers(0, 4, (2, 50), dtype=np.int64)
    clear = np.ones(50, dtype=np.int64)
    return operand_statistics(x, w, clear, IntFormat(2, False), IntFormat(2, False), acc_width)


def test_features_have_the_names_of_their_values() -> None:
    found = _some()
    names, values = features(found)
    by_name = dict(zip(names, values.tolist(), strict=True))
    assert len(by_name) == len(names) == 2 + 2 + 4 + 5 * 8 + 4 + 2 + 2
    x, w = found.toggle_rate("x"), found.probability("w")
    assert by_name["toggle(x1)"] == x[1]
    assert by_name["toggle(sum7)"] == found.toggle_rate("sum")[7]
    assert by_name["probability(w0)"] == w[0]
    assert by_name["toggle(partial3)"] == found.toggle_rate("partial")[3]


def test_statistics_of_several_macs_add_up() -> None:
    first, second = _some(seed=2), _some(seed=3)
    both = first + second
    assert both.operations == 98
    assert np.array_equal(
        both.signals["sum"].toggles, first.signals["sum"].toggles + second.signals["sum"].toggles
    )
    with pytest.raises(SimError, match=r"8 bits of sum, .* and of .*9 bits of sum, .*cannot"):
        first + _some(acc_width=9)


def test_what_is_no_stream_is_refused() -> None:
    one = np.ones(3, dtype=np.int64)
    u2 = IntFormat(2, signed=False)
    with pytest.raises(SimError, match="first operation must clear"):
        operand_statistics(one, one, 0 * one, u2, u2, 8)
    with pytest.raises(SimError, match="of one length"):
        operand_statistics(one, one[:2], one, u2, u2, 8)
    with pytest.raises(SimError, match="u2 holds 0 to 3, but got values from 4 to 4"):
        operand_statistics(4 * one, one, one, u2, u2, 8)
    with pytest.raises(SimError, match="a split MAC takes signs"):
        operand_statistics(one, one, one, u2, u2, 8, addend=one, sign=one)
    with pytest.raises(SimError, match="a split MAC takes signs"):
        StatisticsCounter(u2, u2, 8, split=True).update(one, one, one)


def test_more_partial_products_than_a_word_are_refused() -> None:
    with pytest.raises(SimError, match="9 and 8 bits have more than 64 partial products"):
        StatisticsCounter(IntFormat(9, signed=True), IntFormat(8, signed=True), 32)
