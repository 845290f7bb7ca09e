"""Tables that commands write: CSV files, each column described in a data package beside them.

There is one way to write a table: rows take the place of older ones of the same key, others keep
their bytes, nobody else writes meanwhile, and no half file is ever seen. The same rows give the
same bytes: a fixed number of significant digits, no dates, no hosts. Schemas grow by appending
columns; a change of meaning raises the major version.
"""

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim import packages
from sim.errors import SimError
from sim.files import locked, write_bytes
from sim.table_files import check_numbers, read_csv

_DIGITS = 6
_INTEGERS_END = 2.0**53  # of floats


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name, Frictionless type, unit (empty for none), meaning."""

    name: str
    type: str
    unit: str
    description: str


def columns(text: str) -> tuple[Column, ...]:
    """Columns, a line each: name, type, unit and meaning between bars."""
    rows = (line.split("|") for line in text.strip().splitlines())
    return tuple(Column(*(item.strip() for item in row)) for row in rows)


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of table: what its columns mean, and how it is written and read.

    Attributes
    ----------
    name
        Of the file, without `.csv`.
    columns
        In their order.
    key
        Names of the columns that tell rows apart.
    made_by
        Command that makes it, where it is not the one that made the package.
    failure
        What is raised: another package has its own.
    digits
        Significant ones of numbers.
    inner
        Whether it lies in a folder of its own within results: their package describes it, where
        there is one.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    made_by: str | None = None
    failure: type[Exception] = SimError
    digits: int = _DIGITS
    inner: bool = False

    @property
    def names(self) -> list[str]:
        """Of the columns."""
        return [column.name for column in self.columns]

    def path(self, folder: Path) -> Path:
        """The file in a folder."""
        return folder / f"{self.name}.csv"

    def content(self, rows: pd.DataFrame) -> bytes:
        """The file's content.

        Parameters
        ----------
        rows
            A column for each of `columns`, in any order.
        """
        whole = self._of_type("integer")
        rows = rows[self.names].astype(
            # Else pandas would round integers beside empty fields.
            {name: "Int64" for name in whole if _are_exact(rows[name])}
        )
        return _csv(rows, self.digits)

    def described(self, content: bytes, path: str | None = None) -> dict[str, Any]:
        """What a data package says of it: columns, key, where it comes from.

        Parameters
        ----------
        content
            Of the file.
        path
            From the package's folder; None if they lie side by side.
        """
        schema = {
            "fields": [
                {"name": c.name, "type": c.type, "description": c.description}
                | ({"unit": c.unit} if c.unit else {})
                for c in self.columns
            ],
            "missingValues": [""],
            "primaryKey": list(self.key),
        }
        found = packages.resource(path or f"{self.name}.csv", content, schema)
        return found if self.made_by is None else found | {"sources": [{"title": self.made_by}]}

    def write(self, rows: pd.DataFrame, folder: Path) -> None:
        """Write the table, and describe it in the package.

        Parameters
        ----------
        rows
            A column for each of `columns`, in any order.
        folder
            Where; made if it is missing.

        Raises
        ------
        SimError
            If a file cannot be written; `failure`, if that is another.
        """
        with self._alone(folder):
            self._put(self.content(rows), folder)

    def replace(
        self,
        rows: pd.DataFrame,
        folder: Path,
        same: Sequence[str] | None = None,
        order: Sequence[str] = (),
    ) -> int:
        """Put rows into the table, in place of those that agree with one of them.

        Parameters
        ----------
        rows, folder
            As of `write`; of those with one key the last counts.
        same
            Columns in which rows agree; the key if None.
        order
            Columns to sort by, empty fields first; as they come if there are none.

        Returns
        -------
        int
            How many rows there are then.

        Raises
        ------
        SimError
            If a file cannot be read or written, or is another table; `failure`, if that is
            another.
        """
        path = self.path(folder)
        with self._alone(folder):
            table = _as_text(self.content(rows)).drop_duplicates(list(self.key), keep="last")
            if path.is_file():
                old = read_csv(path, self.failure, dtype=str)
                self._check(old, path)
                if unknown := [name for name in old.columns if name not in self.names]:
                    raise self.failure(
                        f"{path}: has the unknown column {unknown[0]}; use the version of gatewatt "
                        "that wrote it, or give another folder"
                    )
                kept = old[~like(old, table, same or self.key)]
                table = pd.concat([kept, table], ignore_index=True)
            if order:
                table = table.sort_values(
                    list(order), kind="stable", na_position="first", key=self._in_order
                )
            self._put(_csv(table[self.names], self.digits), folder)
        return len(table)

    def read(self, folder: Path) -> pd.DataFrame:
        """The table as it stands; columns of a later minor version are kept.

        Raises
        ------
        SimError
            If it cannot be read, lacks a column, or one is not of its type; `failure`, if that
            is another.
        """
        path = self.path(folder)
        advice = "" if self.made_by is None else f"; `{self.made_by}` writes it"
        texts = dict.fromkeys(self._of_type("string"), str)
        table = read_csv(path, self.failure, advice, dtype=texts)
        self._check(table, path)
        return table

    def _check(self, table: pd.DataFrame, path: Path) -> None:
        """Refuse tables without a column, and columns that are not of their type."""
        if missing := [name for name in self.names if name not in table.columns]:
            raise self.failure(f"{path}: lacks the column {missing[0]}; remove it and run again")
        check_numbers(table, self._of_type("number"), path, self.failure)
        check_numbers(table, self._of_type("integer"), path, self.failure, whole=True)
        for name in self._of_type("boolean"):
            texts = table[name].astype(str).str.lower()
            wrong = ~(table[name].isna() | texts.isin(("true", "false")))
            if wrong.any():
                line = int(wrong.to_numpy().argmax())
                raise self.failure(
                    f"{path}, line {line + 2}: {name} is {str(table[name].iloc[line])!r}, "
                    "which is neither true nor false"
                )

    def _of_type(self, kind: str) -> list[str]:
        return [column.name for column in self.columns if column.type == kind]

    def _in_order(self, texts: "pd.Series[Any]") -> "pd.Series[Any]":
        numbers = texts.name in self._of_type("number") + self._of_type("integer")
        return pd.to_numeric(texts) if numbers else texts

    def _home(self, folder: Path) -> Path:
        return packages.describing(folder) if self.inner else folder

    def _alone(self, folder: Path) -> AbstractContextManager[None]:
        return locked(self._home(folder), self.failure)

    def _put(self, content: bytes, folder: Path) -> None:
        # The table first: a package never describes a table that is not there.
        path, home = self.path(folder), self._home(folder)
        write_bytes(path, content, self.failure)
        relative = path.resolve().relative_to(home.resolve()).as_posix()
        packages.put_resource(home, self.described(content, relative), self.failure)


def like(rows: pd.DataFrame, others: pd.DataFrame, names: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which rows agree with one of others in some columns, as a file would have them."""
    ours, theirs = (_as_text(_csv(each[list(names)], _DIGITS)) for each in (rows, others))
    wanted = set(theirs.fillna("").itertuples(index=False, name=None))
    found = (row in wanted for row in ours.fillna("").itertuples(index=False, name=None))
    return np.fromiter(found, dtype=np.bool_, count=len(rows))


def _are_exact(column: "pd.Series[Any]") -> bool:
    """Whether floats are small enough to be integers, each one of its own."""
    return bool(column.dtype == np.float64 and column.abs().max() < _INTEGERS_END)


def _csv(rows: pd.DataFrame, digits: int) -> bytes:
    text = rows.to_csv(index=False, float_format=f"%.{digits}g", lineterminator="\n")
    return text.encode()


def _as_text(content: bytes) -> pd.DataFrame:
    """A file's fields as they are written; empty ones are missing."""
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, na_values=[""])
