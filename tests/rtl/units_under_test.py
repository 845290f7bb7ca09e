"""Which units the checks of this folder run over, and with which operands.

Nothing here names a unit: everything follows from the registry, so that an
entry without a check cannot exist.
"""

import itertools
from collections.abc import Callable

import numpy as np

from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.synthesis import synthesize
from characterize.units import Entry, Registry, UnitSpec
from sim.formats import IntArray

ENTRIES = list(Registry().entries.values())
# Of units with state, what the first operation has to do: then it is known.
_BEGINS = {"clear": ("clear",), "load": ("load", "enable")}
STATELESS = [e for e in ENTRIES if not any(p["role"] in _BEGINS for p in e.table["ports"].values())]
EXHAUSTIBLE_BITS = 16
_MANY_BITS = 80
CORNER_OPERATIONS = 32  # so many of the same extreme operands wrap a narrow sum

Operands = Callable[[UnitSpec], dict[str, IntArray]]


def corner_units(entry: Entry) -> list[UnitSpec]:
    """The legal units whose parameters are each at an end of their range.

    Of units with sums also the widest operands that the narrowest sum takes: it wraps.
    Of those that take the most bits only the first and the last, as they are the slowest.
    """
    ends = [sorted({values[0], values[-1]}) for values in entry.parameter_ranges.values()]
    wanted = {tuple(zip(entry.parameter_ranges, v, strict=True)) for v in itertools.product(*ends)}
    legal = list(entry.units("legal"))
    units = [unit for unit in legal if unit.parameters in wanted]
    if "WIDTH_ACC" in entry.parameter_ranges:
        narrowest = min(dict(unit.parameters)["WIDTH_ACC"] for unit in legal)
        narrow = [unit for unit in legal if dict(unit.parameters)["WIDTH_ACC"] == narrowest]
        fullest = max(narrow, key=lambda unit: sum(operand_bits(unit)))
        units += [fullest] if fullest not in units else []
    if units and sum(operand_bits(units[0])) > _MANY_BITS:
        return [units[0], units[-1]]
    return units or [legal[0]]


def operand_bits(unit: UnitSpec) -> tuple[int, ...]:
    """Width of each operand."""
    return tuple(port.format.bits for port in unit.operands)


def exhaustible_units(entry: Entry, square: bool) -> dict[tuple[int, ...], list[UnitSpec]]:
    """Operand widths -> legal units of these widths whose operands can all be tried."""
    found: dict[tuple[int, ...], list[UnitSpec]] = {}
    for unit in entry.units("legal"):
        bits = operand_bits(unit)
        if sum(bits) <= EXHAUSTIBLE_BITS and (len(set(bits)) == 1 or not square):
            found.setdefault(bits, []).append(unit)
    return found


def corner_operands(unit: UnitSpec) -> dict[str, IntArray]:
    """Every combination of extreme operands and control bits, long enough to wrap sums.

    Each combination is held for `CORNER_OPERATIONS`; the first clears or loads. Without
    state nothing wraps, and there are as many operations in all, if combinations are few.
    """
    extremes = [
        [port.format.min, port.format.max] if port.format.signed else [0, port.format.max]
        for port in unit.operands
    ]
    grids = np.meshgrid(*(np.array(values, dtype=np.int64) for values in extremes))
    stateless = unit.entry.name in {entry.name for entry in STATELESS}
    held = max(CORNER_OPERATIONS // grids[0].size, 1) if stateless else CORNER_OPERATIONS
    operands = {
        port.role: np.repeat(grid.ravel(), held)
        for port, grid in zip(unit.operands, grids, strict=True)
    }
    return begun(operands)


def random_operands(unit: UnitSpec, operations: int = 300, seed: int = 1) -> dict[str, IntArray]:
    """Random operands; sums are cleared now and then, with and without enable."""
    generator = np.random.default_rng(seed)
    operands = {
        port.role: generator.integers(port.format.min, port.format.max, operations, endpoint=True)
        for port in unit.operands
    }
    if "clear" in operands:
        operands["clear"] = (generator.random(operations) < 0.05).astype(np.int64)
    return begun(operands)


def begun(operands: dict[str, IntArray]) -> dict[str, IntArray]:
    """The same operands, the first of them such that registers are known."""
    for role, needed in _BEGINS.items():
        for one in needed if role in operands else ():
            operands[one][0] = 1
    return operands


def check(
    units: list[UnitSpec], operands: Operands, icarus: Icarus, library: CellLibrary
) -> list[int]:
    """Run RTL and netlist of units; how many results of each were compared."""
    simulations = []
    for unit in units:
        values = operands(unit)
        simulations.append(Simulation(unit, values))
        simulations.append(Simulation(unit, values, synthesize(unit, library), blocks=0))
    return [outcome.vectors_checked for outcome in icarus.run(simulations)]
