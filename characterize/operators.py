"""What a unit must compute: an operator of `sim.ops`, formulas, or nothing that is known."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np

from characterize.errors import CharacterizeError
from characterize.formulas import Formula
from sim import ops
from sim.formats import IntArray, IntFormat

Values = Mapping[str, IntArray]
Formats = Mapping[str, IntFormat]


@cache
def _parameters(name: str) -> frozenset[str]:
    """What an operator of `sim.ops` takes."""
    return frozenset(inspect.signature(getattr(ops, name)).parameters)


class Operator(Protocol):
    """The reference of a unit."""

    def title(self, role: str) -> str:
        """What messages call the reference of this result."""
        ...

    def judges(self, role: str) -> bool:
        """Whether this result must equal the reference."""
        ...

    def __call__(
        self, operands: Values, results: Formats, constants: Mapping[str, int]
    ) -> dict[str, IntArray]:
        """What results must be.

        Parameters
        ----------
        operands
            Role of each operand -> values, shape (operations,).
        results
            Role of each result -> its format.
        constants
            What a unit's parameters say beside.

        Returns
        -------
        dict of IntArray
            Role of each result that it judges -> values, shape (operations,).

        Raises
        ------
        CharacterizeError
            If the reference is not one of these operands and results.
        """
        ...


@dataclass(frozen=True, slots=True)
class SimOperator:
    """An operator of `sim.ops`; it speaks of every result.

    Attributes
    ----------
    name, where
        Its name; the registry entry, named in messages.
    """

    name: str
    where: str

    def __post_init__(self) -> None:
        if not hasattr(ops, self.name):
            raise CharacterizeError(f"{self.where}: no operator {self.name} in sim/ops.py")

    def title(self, role: str) -> str:  # noqa: ARG002 - formulas differ by result
        """See `Operator.title`."""
        return self.name

    def judges(self, role: str) -> bool:  # noqa: ARG002 - formulas differ by result
        """See `Operator.judges`."""
        return True

    def __call__(
        self, operands: Values, results: Formats, constants: Mapping[str, int]
    ) -> dict[str, IntArray]:
        """See `Operator.__call__`."""
        operator = getattr(ops, self.name)
        arguments: dict[str, Any] = {**operands, **constants}
        takes = _parameters(self.name)
        if "output" in takes:
            arguments["output"] = results["result"]
        if "acc" in takes:
            # Beside its sums a unit may put out single bits.
            arguments["acc"] = max(results.values(), key=lambda number: number.bits)
        returned: IntArray | dict[str, IntArray] = operator(**arguments)
        found = returned if isinstance(returned, dict) else {"result": returned}
        if set(results) != set(found):
            raise CharacterizeError(
                f"{self.where}: result ports have the roles {', '.join(results)}, "
                f"but {self.name} in sim/ops.py gives {', '.join(found)}"
            )
        return found


@dataclass(frozen=True, slots=True)
class FormulaOperator:
    """Formulas of some results; those of an approximate unit are what it comes near to.

    Attributes
    ----------
    formulas
        Role of a result -> its formula; there may be none.
    approximate
        Whether results may differ from their formulas.
    """

    formulas: Mapping[str, Formula]
    approximate: bool

    def title(self, role: str) -> str:
        """See `Operator.title`."""
        return self.formulas[role].text

    def judges(self, role: str) -> bool:
        """See `Operator.judges`."""
        return role in self.formulas and not self.approximate

    def __call__(
        self,
        operands: Values,
        results: Formats,
        constants: Mapping[str, int],  # noqa: ARG002 - formulas have them as numbers
    ) -> dict[str, IntArray]:
        """See `Operator.__call__`."""
        if self.approximate:
            return {}
        found = self.ideal(operands)
        for role, values in found.items():
            number = results[role]
            if not number.contains(values):
                index = int(np.flatnonzero((values < number.min) | (values > number.max))[0])
                at = ", ".join(f"{name} = {of[index]}" for name, of in operands.items())
                keep = "signed" if number.signed else "unsigned"
                raise CharacterizeError(
                    f"reference '{self.title(role)}' is {values[index]} for {at}, but {role} holds "
                    f"{number.min} to {number.max}: write {keep}(..., {number.bits}) if it wraps"
                )
        return found

    def ideal(self, operands: Values) -> dict[str, IntArray]:
        """What the formulas say, whether or not results must equal it."""
        return {role: formula(operands) for role, formula in self.formulas.items()}
