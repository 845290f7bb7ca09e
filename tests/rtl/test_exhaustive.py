"""All operand pairs of the array multiplier: RTL and netlist equal `sim.ops`."""

import itertools

import numpy as np
import pytest

from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.stimulus import exhaustive
from characterize.synthesis import synthesize
from characterize.units import Registry, UnitSpec

SIGNS = list(itertools.product((0, 1), (0, 1)))


def _multiplier(registry: Registry, entry: str, width: int, signs: tuple[int, int]) -> UnitSpec:
    return registry.entries[entry].unit(
        {"WIDTH_X": width, "WIDTH_W": width, "SIGNED_X": signs[0], "SIGNED_W": signs[1]}
    )


# Longest first, so that they do not run alone at the end.
@pytest.mark.parametrize("width", [8, 7, 6, 5, 4, 3, 2])
@pytest.mark.parametrize("level", ["rtl", "netlist"])
def test_array_multiplier_all_operand_pairs(
    registry: Registry, asap7: CellLibrary, icarus: Icarus, width: int, level: str
) -> None:
    simulations = []
    for signs in SIGNS:
        unit = _multiplier(registry, "multiplier_array", width, signs)
        operands = exhaustive(unit)
        assert len({*zip(operands["x"].tolist(), operands["w"].tolist(), strict=True)}) == 4**width
        netlist = synthesize(unit, asap7) if level == "netlist" else None
        simulations.append(Simulation(unit, operands, netlist, blocks=0))
    outcomes = icarus.run(simulations)
    assert [outcome.vectors_checked for outcome in outcomes] == [4**width] * 4


@pytest.mark.parametrize("signs", SIGNS)
def test_registered_multiplier_all_operand_pairs(
    registry: Registry, asap7: CellLibrary, icarus: Icarus, signs: tuple[int, int]
) -> None:
    unit = _multiplier(registry, "multiplier_registered", 4, signs)
    operands = exhaustive(unit)
    simulations = [
        Simulation(unit, operands),
        Simulation(unit, operands, synthesize(unit, asap7), blocks=0),
    ]
    assert [outcome.vectors_checked for outcome in icarus.run(simulations)] == [256, 256]


@pytest.mark.parametrize("signed", [0, 1])
def test_ripple_adder_all_operand_pairs(
    registry: Registry, asap7: CellLibrary, icarus: Icarus, signed: int
) -> None:
    unit = registry.entries["adder_ripple"].unit({"WIDTH": 6, "SIGNED": signed})
    operands = exhaustive(unit)
    simulations = [
        Simulation(unit, operands),
        Simulation(unit, operands, synthesize(unit, asap7), blocks=0),
    ]
    assert [outcome.vectors_checked for outcome in icarus.run(simulations)] == [4096, 4096]


def test_unequal_widths_all_operand_pairs(
    registry: Registry, asap7: CellLibrary, icarus: Icarus
) -> None:
    """A stated sample: widths 2 x 8 and 7 x 3, all signs, RTL and netlist."""
    checked = 0
    for width_x, width_w in ((2, 8), (7, 3)):
        simulations = []
        for signed_x, signed_w in SIGNS:
            unit = registry.entries["multiplier_array"].unit(
                {"WIDTH_X": width_x, "WIDTH_W": width_w, "SIGNED_X": signed_x, "SIGNED_W": signed_w}
            )
            operands = exhaustive(unit)
            simulations.append(Simulation(unit, operands))
            simulations.append(Simulation(unit, operands, synthesize(unit, asap7), blocks=0))
        checked += sum(outcome.vectors_checked for outcome in icarus.run(simulations))
    assert checked == 2 * 4 * 2 * 1024


def test_exhaustive_streams_hold_the_last_pair_for_the_latency(registry: Registry) -> None:
    unit = _multiplier(registry, "multiplier_registered", 2, (1, 1))
    operands = exhaustive(unit)
    assert operands["x"].size == 16 + unit.latency
    assert np.all(operands["w"][-3:] == operands["w"][-1])
