"""A user's own measurements: a CSV file of networks and joules.

    network,energy_j,architecture,scheme,bits_x
    nets/small.npz,0.0123,nets/small.toml,mixed,8
    nets/large.onnx,0.0456,,,

Needed are `network` (`digits`, an ONNX file, or weights beside an `architecture`) and
`energy_j`, of one image; `architecture`, `data`, `scheme`, `bits_x`, `bits_w` may follow, and
`transistor_ops`, which stands in place of a network that is no file. Paths are relative to
the CSV file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import SimError
from sim.table_files import check_numbers, read_csv

_NEEDED = ("network", "energy_j")
_NUMBERS, _WHOLE = ("energy_j", "transistor_ops"), ("bits_x", "bits_w")


@dataclass(frozen=True, slots=True)
class Measurement:
    """A row of the file.

    Attributes
    ----------
    network
        As it is written.
    energy_j
        Of one image.
    row
        All of its columns that are not empty.
    folder
        That paths are relative to.
    """

    network: str
    energy_j: float
    row: Mapping[str, Any]
    folder: Path

    @property
    def transistor_ops(self) -> float | None:
        """Counted by the user; None where the network is to be translated."""
        given = self.row.get("transistor_ops")
        return None if given is None else float(given)

    def path(self, column: str) -> Path | None:
        """A file that a column names."""
        given = self.row.get(column)
        return None if given is None else self.folder / str(given)

    def text(self, column: str, default: str) -> str:
        """A word of a column, or what stands for it."""
        return str(self.row.get(column, default))

    def number(self, column: str, default: int | None) -> int | None:
        """A whole number of a column, or what stands for it."""
        given = self.row.get(column)
        return default if given is None else int(given)


def read_measurements(path: Path) -> list[Measurement]:
    """All rows of a file.

    Raises
    ------
    SimError
        If it cannot be read, lacks a column, or an energy is no positive number; the
        message names the line.
    """
    table = read_csv(path)
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise SimError(f"{path}: lacks the column {missing[0]}; needed are {', '.join(_NEEDED)}")
    check_numbers(table, [name for name in _NUMBERS if name in table.columns], path)
    whole = [name for name in _WHOLE if name in table.columns]
    check_numbers(table, whole, path, whole=True)
    found = []
    for number, row in enumerate(table.to_dict("records"), start=2):
        known = {str(name): value for name, value in row.items() if not pd.isna(value)}
        try:
            energy_j = float(known["energy_j"])
            name = str(known["network"])
            if not (np.isfinite(energy_j) and energy_j > 0):
                raise ValueError
        except (KeyError, ValueError, TypeError):
            raise SimError(
                f"{path}, line {number}: needs a network and a positive energy_j, "
                f"got {row.get('network')} and {row.get('energy_j')}"
            ) from None
        found.append(Measurement(name, energy_j, known, path.parent))
    return found
