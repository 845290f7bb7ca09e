"""Accumulators and MACs: directed corners and random sequences, RTL and netlist."""

from dataclasses import replace

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.synthesis import synthesize
from characterize.units import Registry, UnitSpec
from sim import ops
from sim.formats import IntArray

CYCLES = 400


def _corners(unit: UnitSpec) -> dict[str, IntArray]:
    """The extreme operands, alone and together, held long enough to wrap the sum."""
    extremes = [
        [port.format.min, port.format.max] for port in unit.operands if port.format.bits > 1
    ]
    pairs = np.array(np.meshgrid(*extremes)).reshape(len(extremes), -1)
    streams = np.repeat(pairs, CYCLES // pairs.shape[1], axis=1)
    roles = [port.role for port in unit.operands if port.format.bits > 1]
    length = streams.shape[1]
    clear = np.zeros(length, dtype=np.int64)
    clear[0] = 1
    enable = np.ones(length, dtype=np.int64)
    return {
        **dict(zip(roles, streams.astype(np.int64), strict=True)),
        "clear": clear,
        "enable": enable,
    }


def _random(unit: UnitSpec, length: int, seed: int) -> dict[str, IntArray]:
    """Random operands; clear and enable in all combinations."""
    generator = np.random.default_rng(seed)
    streams = {
        port.role: generator.integers(port.format.min, port.format.max, length, endpoint=True)
        for port in unit.operands
        if port.format.bits > 1
    }
    clear = (generator.random(length) < 0.1).astype(np.int64)
    clear[0] = 1
    return {**streams, "clear": clear, "enable": generator.integers(0, 2, length)}


UNITS = [
    "accumulator_x2u_a8",
    "accumulator_x8s_a8",
    "accumulator_x16s_a24",
    "accumulator_x16u_a32",
    "mac_array_x2s_w2s_a8",
    "mac_array_x4u_w4u_a8",
    "mac_array_x8u_w8s_a16",
    "mac_array_x8s_w8s_a16",
    "mac_array_x3s_w8u_a20",
    "mac_array_x8s_w8s_a32",
]


@pytest.mark.parametrize("stream", ["corners", "random"])
def test_sequences_equal_the_reference(
    registry: Registry, asap7: CellLibrary, icarus: Icarus, stream: str
) -> None:
    simulations = []
    for seed, name in enumerate(UNITS):
        unit = registry.unit(name)
        operands = _corners(unit) if stream == "corners" else _random(unit, CYCLES, seed)
        simulations.append(Simulation(unit, operands))
        simulations.append(Simulation(unit, operands, synthesize(unit, asap7), blocks=0))
    outcomes = icarus.run(simulations)
    assert [o.vectors_checked for o in outcomes] == [CYCLES - 1] * 2 * len(UNITS)


def test_the_corners_wrap_the_narrow_sums(registry: Registry) -> None:
    unit = registry.unit("mac_array_x8s_w8s_a16")
    operands = _corners(unit)
    exact = np.cumsum(operands["x"] * operands["w"])
    assert not unit.results[0].format.contains(exact)


def test_a_wrong_unit_is_caught_and_named(
    registry: Registry, asap7: CellLibrary, icarus: Icarus
) -> None:
    """The netlist of an unsigned multiplier does not pass for a signed one."""
    unsigned = registry.unit("multiplier_array_x4u_w4u")
    signed = registry.unit("multiplier_array_x4s_w4s")
    right = {role: np.arange(-8, 8, dtype=np.int64) for role in ("x", "w")}
    netlist = synthesize(unsigned, asap7)
    wrong = Simulation(signed, right, replace(netlist, unit=signed))
    with pytest.raises(
        CharacterizeError, match=r"multiplier_array_x4s_w4s \(netlist\): cycle \d+: p_o is"
    ):
        icarus.run([wrong])


def test_an_unknown_output_is_caught(
    registry: Registry, icarus: Icarus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An accumulator that is never cleared holds X, and X is no number."""
    unit = registry.unit("accumulator_x8s_a16")
    operands = _random(unit, 20, 1) | {"clear": np.zeros(20, dtype=np.int64)}

    def always_zero(x: IntArray, **_: object) -> IntArray:
        return np.zeros_like(x)

    monkeypatch.setattr(ops, "accumulate", always_zero)
    with pytest.raises(CharacterizeError, match=r"sum_o is X{16}, but accumulate of x"):
        icarus.run([Simulation(unit, operands)])
