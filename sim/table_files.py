"""CSV tables that may be anybody's: read as they stand, or refused in one line."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.errors import DtypeWarning, ParserWarning

from sim.errors import SimError

_MOST_COLUMNS = 1000
_LONGEST_HEADER = 1 << 20
_RESULTS = "results"
# Of the checkout that the package lies in; a wheel has no tables.
_CHECKOUT = Path(__file__).parents[1] / _RESULTS


def of_results(name: str) -> Path:
    """A table of `results/` in this folder; where it is not there, of the checkout's."""
    here, there = Path(_RESULTS, name), _CHECKOUT / name
    return there if there.is_file() and not here.is_file() else here


def read_csv(
    path: Path, failure: type[Exception] = SimError, advice: str = "", **options: Any
) -> pd.DataFrame:
    """A CSV file; only empty fields are missing values.

    Parameters
    ----------
    failure
        What is raised: another package has its own.
    advice
        What messages end with.
    options
        Of `pandas.read_csv`.

    Raises
    ------
    SimError
        If it cannot be read, is no UTF-8 text, or lines have more fields than its header.
    """
    try:
        with path.open("rb") as file:
            # pandas takes quadratic time for names that repeat.
            if file.readline(_LONGEST_HEADER).count(b",") >= _MOST_COLUMNS:
                raise ValueError(f"it has more than {_MOST_COLUMNS} columns")
        with warnings.catch_warnings():
            # Else the first fields of lines that are too long would become the index.
            warnings.simplefilter("error", ParserWarning)
            warnings.simplefilter("ignore", DtypeWarning)  # of mixed columns, which are checked
            table: pd.DataFrame = pd.read_csv(
                path, index_col=False, **{"keep_default_na": False, "na_values": [""], **options}
            )
            return table
    except (OSError, ValueError, OverflowError, MemoryError, ParserWarning) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise failure(f"{path}: cannot read it: {reason}{advice}") from error


def check_numbers(
    table: pd.DataFrame,
    names: Iterable[str],
    path: Path,
    failure: type[Exception] = SimError,
    whole: bool = False,
) -> None:
    """Refuse columns that hold anything but finite numbers and empty fields.

    Parameters
    ----------
    whole
        Whether they must be integers.

    Raises
    ------
    SimError
        The first one that is none, with its line.
    """
    for name in names:
        column = table[name]
        try:
            coerced = pd.to_numeric(column, errors="coerce")
            numbers = coerced.to_numpy(dtype=np.float64, na_value=np.nan)
        except OverflowError as error:
            raise failure(f"{path}: {name} has a number of too many digits") from error
        wrong = ~np.isfinite(numbers) & ~column.isna().to_numpy()
        # Of True and False pandas makes numbers too.
        wrong |= np.array([isinstance(value, bool) for value in column], dtype=np.bool_)
        if whole:
            wrong |= np.isfinite(numbers) & (numbers != np.rint(np.nan_to_num(numbers)))
        if wrong.any():
            line = int(np.flatnonzero(wrong)[0])
            kind = "whole number" if whole else "finite number"
            raise failure(
                f"{path}, line {line + 2}: {name} is {str(column.iloc[line])!r}, which is no {kind}"
            )
