"""What a unit puts out beside what its formulas say: wrong, or how far from them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from characterize.errors import CharacterizeError
from characterize.operators import FormulaOperator
from characterize.simulators.observe import observe, results
from characterize.simulators.protocol import Simulation
from characterize.stimulus import MOST_PAIRS, Stimulus, exhaustive
from characterize.units import Port, UnitSpec
from sim.formats import IntArray

# Where not all operands can be tried.
_SAMPLED = 1 << 16


@dataclass(frozen=True, slots=True)
class ErrorFigures:
    """How far an output is from its formula.

    Attributes
    ----------
    output, reference
        Name of the port; the formula.
    operations
        Operands that were compared.
    exhaustive
        Whether they are all that there are.
    wrong
        How many of the results differ.
    mean_error, mean_absolute_error
        Mean of result minus formula, and of its magnitude, over all operands.
    worst_error
        The result minus formula of the largest magnitude.
    worst_operands, worst_got, worst_wanted
        Where it is first, and both values.
    """

    output: str
    reference: str
    operations: int
    exhaustive: bool
    wrong: int
    mean_error: float
    mean_absolute_error: float
    worst_error: int
    worst_operands: str
    worst_got: int
    worst_wanted: int

    @property
    def error_rate_percent(self) -> float:
        """Share of the operands whose result differs."""
        return 100 * self.wrong / self.operations


def check_outputs(unit: UnitSpec, seed: int = 1) -> list[ErrorFigures]:
    """Compare the RTL of a unit with its formulas.

    All operands are tried where there are at most 2^20 combinations and nothing is
    accumulated; else 2^16 uniform ones, with every combination of extremes before them.

    Returns
    -------
    list of ErrorFigures
        One for each formula; of a unit that is not approximate all without errors.

    Raises
    ------
    CharacterizeError
        If an output of a unit that is not approximate is wrong, or an output is unknown.
    """
    operator = unit.entry.operator
    assert isinstance(operator, FormulaOperator)
    if not operator.formulas:
        return []
    operands, whole = _operands(unit, seed)
    simulation = Simulation(unit, operands)
    (shown,) = observe([simulation])
    figures = []
    for port in unit.results:
        if port.role in operator.formulas:
            got = results(simulation, port, shown[port.role])
            if whole:
                got = got[: _pairs(unit)]
            operands_of = {role: values[: got.size] for role, values in operands.items()}
            if not operator.approximate:
                operator(operands_of, {p.role: p.format for p in unit.results}, {})
            wanted = operator.formulas[port.role](operands_of)
            figures.append(_figures(unit, port, operands_of, got, wanted, whole))
    if not operator.approximate:
        for found in figures:
            if found.wrong:
                raise CharacterizeError(_wrong(unit, found))
    return figures


def _operands(unit: UnitSpec, seed: int) -> tuple[dict[str, IntArray], bool]:
    controls = {"clear", "enable"} & {port.role for port in unit.operands}
    if not controls and _pairs(unit) <= MOST_PAIRS:
        return exhaustive(unit), True
    operands = Stimulus("uniform", seed).operands(unit, _SAMPLED)
    numbers = [port for port in unit.operands if port.role not in controls][:10]
    grids = np.meshgrid(*([port.format.min, port.format.max] for port in numbers))
    for port, grid in zip(numbers, grids, strict=True):
        operands[port.role][: grid.size] = grid.ravel()
    return operands, False


def _pairs(unit: UnitSpec) -> int:
    return 1 << sum(port.format.bits for port in unit.operands)


def _figures(
    unit: UnitSpec,
    port: Port,
    operands: Mapping[str, IntArray],
    got: IntArray,
    wanted: IntArray,
    whole: bool,
) -> ErrorFigures:
    errors = got.astype(object) - wanted.astype(object)
    magnitudes = np.abs(errors)
    worst = int(np.argmax(magnitudes)) if got.size else 0
    at = ", ".join(f"{name} = {values[worst]}" for name, values in operands.items())
    return ErrorFigures(
        output=port.name,
        reference=unit.entry.operator.title(port.role),
        operations=got.size,
        exhaustive=whole,
        wrong=int((errors != 0).sum()),
        mean_error=float(errors.sum() / got.size),
        mean_absolute_error=float(magnitudes.sum() / got.size),
        worst_error=int(errors[worst]),
        worst_operands=at,
        worst_got=int(got[worst]),
        worst_wanted=int(wanted[worst]),
    )


def _wrong(unit: UnitSpec, found: ErrorFigures) -> str:
    of = f"{found.operations} operand combinations" + ("" if found.exhaustive else " tried")
    return (
        f"{unit.name}: {found.output} is wrong for {found.wrong} of {of}: "
        f"{found.worst_operands}: {found.output} is {found.worst_got}, "
        f"but {found.reference} is {found.worst_wanted} (the largest error; "
        "--approximate measures errors instead)"
    )
