"""What a report is made of: the tables of a results folder, each row with its line."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from characterize import tables
from characterize.delays import DELAY_MODELS
from characterize.energy import ALL
from characterize.errors import CharacterizeError
from characterize.figures.style import most_real
from characterize.models.file import FILE as MODELS_FILE
from characterize.models.file import read_models
from characterize.network.table import NETWORKS
from characterize.network.tasks_table import TASKS
from characterize.network.transistor_ops_table import PREDICTIONS
from sim.packages import PACKAGE_FILE


@dataclass(frozen=True)
class Source:
    """The tables of a results folder.

    Attributes
    ----------
    rows
        Of `units.csv`, and `line`: where each stands in the file, whose header is line 1.
    weights
        Of `weights.csv`, with `line` too; None where it is missing.
    models
        Of `models.json`; None where it is missing.
    models_fit
        Whether the models were fitted to this very table.
    package
        Content of `datapackage.json`.
    networks
        `networks.csv`; None where it is missing.
    tasks, transistor_ops
        `network_tasks.csv` and `transistor_ops.csv`; None where they are missing.
    """

    rows: pd.DataFrame
    weights: pd.DataFrame | None
    models: list[dict[str, Any]] | None
    models_fit: bool
    package: dict[str, Any]
    networks: pd.DataFrame | None = None
    tasks: pd.DataFrame | None = None
    transistor_ops: pd.DataFrame | None = None

    @property
    def whole(self) -> pd.DataFrame:
        """Rows of whole units."""
        return self.rows[(self.rows.part == ALL) & (self.rows.net_group == ALL)]

    @property
    def libraries(self) -> list[str]:
        """Names, in the order of the table."""
        return list(dict.fromkeys(self.rows.library))

    def typical(self, library: str) -> pd.DataFrame:
        """Rows of a library with uniform operands and the delays closest to real gates."""
        rows = self.rows[self.rows.library == library]
        return rows[(rows.delay_model == most_real(rows)) & (rows.stimulus == "uniform")]


def read_source(results: Path) -> Source:
    """Read what there is in a results folder.

    Raises
    ------
    CharacterizeError
        If `units.csv` is missing, or a file is not what it should be.
    """
    rows = _numbered(tables.read_units(results))
    if rows.empty:
        raise CharacterizeError(f"{results / 'units.csv'}: has no rows; run `nox -s characterize`")
    package = json.loads((results / PACKAGE_FILE).read_text(encoding="utf-8"))
    models: list[dict[str, Any]] | None = None
    fit = False
    if (results / MODELS_FILE).exists():
        content = read_models(results)
        models = list(content["models"])
        fit = content.get("provenance", {}).get("units") == package["resources"][0]["hash"]
    networks, tasks, ops = (
        table.read(results) if table.path(results).exists() else None
        for table in (NETWORKS, TASKS, PREDICTIONS)
    )
    weights = _weights(results)
    return Source(rows, weights, models, fit, package, networks, tasks, ops)


def _weights(results: Path) -> pd.DataFrame | None:
    path = tables.WEIGHTS_TABLE.path(results)
    if not path.exists():
        return None
    rows = tables.WEIGHTS_TABLE.read(results)
    if strange := sorted(set(map(str, rows.delay_model)) - set(DELAY_MODELS)):
        raise CharacterizeError(
            f"{path}: unknown delay model {strange[0]!r}: known are {', '.join(DELAY_MODELS)}"
        )
    return _numbered(rows)


def _numbered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(line=range(2, len(rows) + 2))
