"""Activation units on both libraries: RTL and netlist equal their operators.

All operands wherever there are at most 2^24 of them; else a stated sample. Ordinary runs
take the units of 8 bits, `nox -s exhaustive` the others.
"""

import math
from collections.abc import Mapping

import numpy as np
import pytest

from characterize.activation_tables import TABLES, table_path, table_verilog
from characterize.cell_table import load_library
from characterize.simulators.engines import engine
from characterize.simulators.observe import observe, results
from characterize.simulators.protocol import Simulation
from characterize.stimulus import MOST_PAIRS, Stimulus, exhaustive
from characterize.synthesis import synthesize
from characterize.units import Registry, UnitSpec
from sim import activations
from sim.formats import IntArray
from sim.segments import WIDTHS
from tests.rtl.units_under_test import ENTRIES, STATELESS, operand_bits

LIBRARIES = ("asap7", "sky130hd")
UNITS = [
    unit
    for entry in STATELESS
    if entry.table["family"] == "activation"
    for unit in entry.units("legal")
    if all(dict(unit.parameters).get(name, 8) in WIDTHS for name in ("WIDTH", "WIDTH_R"))
]
EIGHT = [unit for unit in UNITS if max(operand_bits(unit)) <= 8]
WIDE = [unit for unit in UNITS if operand_bits(unit) == (16,)]
LARGEST = "reciprocal_x24u"
SAMPLED = [unit for unit in UNITS if unit not in (*EIGHT, *WIDE) and unit.name != LARGEST]
FEW = [unit for unit in SAMPLED if len(unit.operands) > 2 and sum(operand_bits(unit)) <= 64]

Operands = Mapping[str, IntArray]


def _agree(unit: UnitSpec, operands: Operands) -> int:
    """Hold RTL and the netlists of both libraries against the operator; how many results."""
    count = next(iter(operands.values())).size
    wanted = unit.references(operands)
    simulation = Simulation(unit, operands)
    (shown,) = observe([simulation])
    for port in unit.results:
        found = results(simulation, port, shown[port.role])
        assert found.size == count
        wrong = np.flatnonzero(found != wanted[port.role])
        assert wrong.size == 0, {role: v[wrong[0]] for role, v in operands.items()}
    simulations = [
        Simulation(unit, operands, synthesize(unit, load_library(library)), blocks=0)
        for library in LIBRARIES
    ]
    outcomes = engine("bitparallel").run(simulations)
    assert [outcome.vectors_checked for outcome in outcomes] == [count] * len(LIBRARIES)
    return count


def _all_operands(unit: UnitSpec) -> None:
    expected = math.prod(port.format.values().size for port in unit.operands)
    operands = exhaustive(unit)
    assert len(np.unique(np.stack(list(operands.values())), axis=1).T) == expected
    assert _agree(unit, operands) == expected


def _corners(unit: UnitSpec) -> dict[str, IntArray]:
    """Every combination of the lowest, the highest and the numbers around 0."""
    values = [
        sorted({port.format.min, max(port.format.min, -1), 0, 1, port.format.max})
        for port in unit.operands
    ]
    grids = np.meshgrid(*(np.array(some, dtype=np.int64) for some in values))
    return {p.role: grid.ravel() for p, grid in zip(unit.operands, grids, strict=True)}


def _random(unit: UnitSpec, count: int) -> dict[str, IntArray]:
    generator = np.random.default_rng(1)
    return {
        port.role: generator.integers(port.format.min, port.format.max, count, endpoint=True)
        for port in unit.operands
    }


def test_every_default_unit_is_tried() -> None:
    """All but the average, whose sequences the battery draws."""
    default = {
        unit.name
        for entry in ENTRIES
        if entry.table["family"] == "activation"
        for unit in entry.units("default")
    }
    tried = {unit.name for unit in UNITS}
    assert {name for name in default - tried if not name.startswith("average")} == set()
    assert {"relu_x8s", "max_x8s_y8s"} <= {unit.name for unit in EIGHT}
    assert {"exp_x16u", "reciprocal_x16u"} <= {unit.name for unit in WIDE}


@pytest.mark.parametrize("unit", EIGHT, ids=lambda unit: unit.name)
def test_all_operands_of_8_bits(unit: UnitSpec) -> None:
    _all_operands(unit)


@pytest.mark.exhaustive
@pytest.mark.parametrize("unit", WIDE, ids=lambda unit: unit.name)
def test_all_operands_of_16_bits(unit: UnitSpec) -> None:
    _all_operands(unit)


@pytest.mark.parametrize("unit", FEW, ids=lambda unit: unit.name)
def test_random_operands(unit: UnitSpec) -> None:
    assert _agree(unit, _random(unit, 2000)) == 2000


@pytest.mark.exhaustive
@pytest.mark.parametrize("unit", SAMPLED, ids=lambda unit: unit.name)
def test_a_sample_of_operands(unit: UnitSpec) -> None:
    """Corners, uniform operands at all places, and a stimulus whose places stay."""
    corners = _corners(unit)
    assert _agree(unit, corners) == 5 ** sum(p.format.signed for p in unit.operands) * 3 ** sum(
        not p.format.signed for p in unit.operands
    )
    count = 1 << (18 if len(unit.operands) == 2 else 15)
    assert _agree(unit, _random(unit, count)) == count
    assert _agree(unit, Stimulus("uniform").operands(unit, count)) == count


@pytest.mark.exhaustive
def test_all_products_at_all_places(registry: Registry) -> None:
    """The scaler of 8 bits: every x and m at every number of places, rounding."""
    unit = registry.unit("scale_x8u_m8u_c16u_places5u_r8u")
    byte = np.arange(256, dtype=np.int64)
    x, m = (grid.ravel() for grid in np.meshgrid(byte, byte))
    for places in range(32):
        half = np.full_like(x, min((1 << places) >> 1, 65535))
        operands = {"x": x, "m": m, "c": half, "places": np.full_like(x, places)}
        assert _agree(unit, operands) == 65536


@pytest.mark.exhaustive
def test_every_sum_of_24_bits(registry: Registry) -> None:
    unit = registry.unit(LARGEST)
    checked = sum(
        _agree(unit, {"x": np.arange(first, first + MOST_PAIRS, dtype=np.int64)})
        for first in range(0, 1 << 24, MOST_PAIRS)
    )
    assert checked == 1 << 24


@pytest.mark.parametrize("bits", WIDTHS)
@pytest.mark.parametrize("name", TABLES)
def test_tables_are_those_of_the_formula(name: str, bits: int) -> None:
    assert table_path(name, bits).read_text(encoding="utf-8") == table_verilog(name, bits)


def test_a_softmax_is_a_sequence_of_units(registry: Registry) -> None:
    """Each unit's RTL in turn, with what the one before put out."""
    logits = np.random.default_rng(2).integers(-128, 127, (40, 10), endpoint=True)

    def run(name: str, **operands: IntArray) -> dict[str, IntArray]:
        unit = registry.unit(name)
        shape = next(iter(operands.values())).shape
        # One more for each cycle of latency.
        simulation = Simulation(
            unit, {role: np.pad(v.ravel(), (0, unit.latency)) for role, v in operands.items()}
        )
        (shown,) = observe([simulation])
        return {
            port.role: results(simulation, port, shown[port.role]).reshape(shape)
            for port in unit.results
        }

    highest = logits[:, 0]
    for term in logits.T[1:]:
        highest = run("max_x8s_y8s", x=highest, y=term)["result"]
    each = np.repeat(highest[:, None], 10, axis=1)
    below = run("distance_x8s_y8s", x=each, y=logits)["result"]
    terms = run("exp_x8u", x=below)["result"]
    clear = np.zeros_like(terms)
    clear[:, 0] = 1
    sums = run("accumulator_x8u_a16", x=terms, clear=clear, enable=np.ones_like(terms))
    total = sums["result"][:, -1]
    inverse = {
        role: np.repeat(values[:, None], 10, axis=1)
        for role, values in run("reciprocal_x16u", x=total).items()
    }
    found = run("scale_x8u_m8u_c16u_places5u_r8u", x=terms, m=inverse["result"],
                c=inverse["half"], places=inverse["places"])["result"]  # fmt: skip
    output = activations.point_of("softmax", 8).result
    assert np.array_equal(found, activations.softmax(logits, output))
