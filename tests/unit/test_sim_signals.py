"""Signals inside of units, bit by bit, and what they say of transistor operations."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.counting.random_networks import random_images
from sim.counting.signals import (
    OTHER_PARTS,
    array_toggles,
    mac_shares,
    multiplies,
    requantizer_shares,
)
from sim.counting.task_operands import TaskOperands
from sim.counting.unit_counts import INPUT_PART, ports_of
from sim.formats import IntFormat
from sim.statistics_counter import operand_statistics

REQUANTIZE = ports_of("requantize_x32s_m16s_c48s_places6u_r8u")
RESIDUAL = ports_of("residual_add_x16s_m8s_y8u_n8s_c24s_places6u_r8u")
MULTIPLIER = "multiplier"


def _signals(x: int, factor: int, wide: IntFormat, rows: IntFormat) -> list[int]:
    """Every signal of an array of full adders, in Python integers."""
    found, total = [], 0
    for row in range(rows.bits):
        weight = -1 if rows.signed and row == rows.bits - 1 else 1
        term = weight * x * (factor >> row & 1)
        carry = 0
        for bit in range(wide.bits + 2):
            a, b = total >> row + bit & 1, term >> bit & 1
            found += [b, a ^ b, carry, a ^ b ^ carry]
            carry = a & b | carry & (a ^ b)
        total += term << row
    assert total == x * factor
    return found


@settings(max_examples=40, deadline=None)
@given(st.data(), st.booleans(), st.booleans(), st.integers(1, 6), st.integers(1, 6))
def test_an_array_multiplier_is_rows_of_full_adders(
    data: st.DataObject, signed_x: bool, signed_m: bool, bits_x: int, bits_m: int
) -> None:
    wide, rows = IntFormat(bits_x, signed_x), IntFormat(bits_m, signed_m)
    pairs = data.draw(
        st.lists(st.tuples(st.integers(wide.min, wide.max), st.integers(rows.min, rows.max)),
                 min_size=1, max_size=6)
    )  # fmt: skip
    x, m = np.array(pairs, dtype=np.int64).T
    states = [_signals(a, b, wide, rows) for a, b in pairs]
    wanted = sum(
        p != q for one, two in itertools.pairwise(states) for p, q in zip(one, two, strict=True)
    )
    assert array_toggles(x, m, wide, rows) == pytest.approx(wanted / len(pairs))


def _uniform(number: IntFormat, seed: int, count: int = 20000) -> np.ndarray:
    return np.random.default_rng(seed).integers(number.min, number.max + 1, count)


@pytest.mark.parametrize("unit", ["mac_array_x5u_w4s_a32", "mac_split_gated_x4u_w3u_a32"])
def test_uniform_operands_of_a_mac_are_what_counts_were_made_with(unit: str) -> None:
    ports = ports_of(unit)
    x, w = _uniform(ports["x"], 2), _uniform(ports["w"], 3)
    clear = (np.arange(x.size) % 256 == 0).astype(np.int64)
    sign = np.random.default_rng(4).integers(0, 2, x.size) if "split" in unit else None
    shares = mac_shares(
        operand_statistics(x, w, clear, ports["x"], ports["w"], 32, sign=sign), ports
    )
    assert set(shares) == {MULTIPLIER, INPUT_PART, OTHER_PARTS}
    # Sums wander: where they are depends on the draw.
    assert shares[MULTIPLIER] == pytest.approx(1, abs=0.01)
    assert shares[INPUT_PART] == pytest.approx(1, abs=0.01)
    assert shares[OTHER_PARTS] == pytest.approx(1, abs=0.06)


def test_a_mac_of_zeros_switches_its_weights_alone() -> None:
    ports = ports_of("mac_array_x4u_w4s_a32")
    w = _uniform(ports["w"], 5)
    clear = (np.arange(w.size) % 256 == 0).astype(np.int64)
    statistics = operand_statistics(np.zeros_like(w), w, clear, ports["x"], ports["w"], 32)
    shares = mac_shares(statistics, ports)
    assert shares[MULTIPLIER] == shares[OTHER_PARTS] == 0
    assert shares[INPUT_PART] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("ports", [REQUANTIZE, RESIDUAL])
def test_uniform_operands_of_a_requantizer(ports: dict[str, IntFormat]) -> None:
    assert multiplies(ports)
    operands = {role: _uniform(each, number) for number, (role, each) in enumerate(ports.items())}
    operands["places"] = np.full(20000, 9)
    stream = TaskOperands("a", "requantize", operands, {}, np.arange(20000), ports["x"])
    shares = requantizer_shares(stream, ports)
    assert shares == pytest.approx({MULTIPLIER: 1.0, INPUT_PART: 1.0, OTHER_PARTS: 1.0}, abs=0.01)
    # A multiplier switches less while one factor stays, and not at all while all do.
    held = operands | {"m": np.full(20000, 77)}
    less = requantizer_shares(TaskOperands("a", "", held, {}, stream.ends, ports["x"]), ports)
    assert 0.5 < less[MULTIPLIER] < 0.95 * shares[MULTIPLIER]
    still = {role: np.full(20000, each.max) for role, each in ports.items()}
    none = requantizer_shares(TaskOperands("a", "", still, {}, stream.ends, ports["x"]), ports)
    assert set(none.values()) == {0.0}


def test_what_multiplies() -> None:
    assert not multiplies(ports_of("mac_array_x4u_w4s_a32"))
    assert not multiplies(ports_of("residual_x8s_y8s"))
    assert multiplies(ports_of("scale_x8u_m8u_c16u_places5u_r8u"))


def test_random_images_are_drawn_alike() -> None:
    images = random_images((8, 8, 1), 16, 40)
    assert images.shape == (40, 8, 8, 1)
    values, counts = np.unique(images, return_counts=True)
    np.testing.assert_array_equal(values, np.arange(17))
    assert counts.min() > 0.7 * images.size / 17
    np.testing.assert_array_equal(images, random_images((8, 8, 1), 16, 40))
