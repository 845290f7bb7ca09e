"""Energies of PowerPruning's networks at the gates, in place of those by tables."""

from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import SimError
from sim.pruning.kept_files import KeptSets, read_kept
from sim.pruning.powerpruning_table import AT_GATES, POWERPRUNING
from sim.table_files import read_csv
from sim.tables import like

# What a confirmation knows better; in all other columns its row is that of the search.
_CONFIRMED = ("unit", "delay_model", "energy_before_nj", "energy_after_nj", "energy_from",
              "saving_nominal_percent", "saving_percent", "array", "gating")  # fmt: skip
_GATES = ("network", "images", "layer", "unit", "library", "delay_model", "macs",
          "energy_fj_per_mac")  # fmt: skip
_SEARCHED = tuple(name for name in POWERPRUNING.names if name not in _CONFIRMED)


def confirmed(kept: Path, gates: Path) -> list[dict[str, Any]]:
    """Rows whose energies are those of the gates, before and after selection.

    Energies at a lower supply are those at the nominal one times the square of its share.

    Parameters
    ----------
    kept
        What `write_kept` wrote; the file's name is the network's.
    gates
        `networks.csv` of `characterize network`, or `arrays.csv` of `characterize array`, with
        both exported networks; a row is made for each unit and delay model that has both.

    Raises
    ------
    SimError
        If a file cannot be read or is another, or nothing in the table has both networks.
    """
    row, table = read_kept(kept).row, read_csv(gates)
    arrays = "array" in table.columns
    if missing := [name for name in _GATES if name not in table.columns]:
        raise SimError(f"{gates}: lacks the column {missing[0]}: give networks.csv or arrays.csv")
    whole = table[(table["layer"] == "all") & (arrays | (table.get("tier", "A") == "A"))]
    whole = whole[whole["library"] == row["library"]]
    before = whole[whole["network"] == f"{row['network']}_unpruned"]
    after = whole[whole["network"] == kept.stem]
    found = []
    share = (row["vdd_v"] / row["nominal_v"]) ** 2
    for of_unit in before.to_dict("records"):
        for its in after.to_dict("records"):
            names = ("unit", "delay_model", "images", *(("array",) if arrays else ()))
            if any(of_unit[name] != its[name] for name in names):
                continue
            first, last = (r["energy_fj_per_mac"] * r["macs"] * 1e-6 for r in (of_unit, its))
            found.append(row | {
                "unit": its["unit"], "delay_model": its["delay_model"],
                "energy_before_nj": first, "energy_after_nj": last, "energy_from": AT_GATES,
                "saving_nominal_percent": 100 * (1 - last / first),
                "saving_percent": 100 * (1 - last * share / first),
                "array": its["array"] if arrays else None,
                "gating": ("gated" if "gated" in its["unit"] else "none") if arrays else None,
            })  # fmt: skip
    if not found:
        raise SimError(
            f"{gates}: does not have both {row['network']}_unpruned and {kept.stem} on one unit: "
            "run the two commands that powerprune printed"
        )
    return found


def rows_of(kept: KeptSets, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `powerpruning.csv` that a file's search led to, those at the gates too."""
    searched = pd.DataFrame([kept.row])
    return table[like(table, searched, _SEARCHED)]
