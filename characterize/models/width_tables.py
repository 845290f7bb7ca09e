"""Exact tables: what was measured of each unit, as `sim` looks it up."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

KIND = "width_table"
_COLUMNS = ("unit", "family", "architecture", "width_x", "width_w", "signed_x", "signed_w",
            "encoding", "acc_width", "library", "delay_model", "stimulus", "energy_fj",
            "energy_ci_fj", "switching_fj", "internal_fj", "clock_fj", "leakage_fj",
            "toggles_per_op", "bit_flips_per_op", "paper_bit_flips")  # fmt: skip
_CASE = ["unit", "library", "delay_model", "stimulus"]
_INTEGERS = ("width_x", "width_w", "acc_width")


def entries(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """A table for every unit, library, delay model and stimulus.

    Parameters
    ----------
    table
        Rows of `units.csv`.
    """
    of_groups = table[table.net_group == "all"]
    parts: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in of_groups[of_groups.part != "all"].itertuples():
        case = tuple(getattr(row, name) for name in _CASE)
        parts.setdefault(case, {})[str(row.part)] = {"energy_fj": row.energy_fj}
    for row in of_groups[of_groups.part == "all"].itertuples():
        case = tuple(getattr(row, name) for name in _CASE)
        columns = {name: _plain(name, getattr(row, name)) for name in _COLUMNS}
        yield {"kind": KIND, **columns, "parts": parts[case]}


def _plain(name: str, value: Any) -> Any:
    if pd.isna(value):
        return None
    return int(value) if name in _INTEGERS else value
