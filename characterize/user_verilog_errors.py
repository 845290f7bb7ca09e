"""`errors.csv`: how far outputs of anybody's Verilog are from their formulas."""

from dataclasses import asdict

import pandas as pd

from characterize.errors import CharacterizeError
from characterize.user_verilog_check import ErrorFigures
from sim.tables import Table, columns

_COLUMNS = columns(
    """
unit                | string  |   | name of the unit
output              | string  |   | name of the port
reference           | string  |   | its formula
operations          | integer |   | operands that were compared
exhaustive          | boolean |   | whether these are all that there are
wrong               | integer |   | how many of the results differ
mean_error          | number  |   | mean of result minus formula, over all operands
mean_absolute_error | number  |   | mean of its magnitude
worst_error         | integer |   | the result minus formula of the largest magnitude
worst_operands      | string  |   | where it is first
worst_got           | integer |   | the result there
worst_wanted        | integer |   | the formula there
error_rate_percent  | number  | % | share of the operands whose result differs
"""
)
ERRORS = Table("errors", _COLUMNS, ("unit", "output"), "python -m characterize verilog",
               CharacterizeError)  # fmt: skip


def frame(unit: str, errors: list[ErrorFigures]) -> pd.DataFrame:
    """A row for each output with a formula."""
    return pd.DataFrame(
        [
            {"unit": unit} | asdict(found) | {"error_rate_percent": found.error_rate_percent}
            for found in errors
        ]
    )
