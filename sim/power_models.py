"""Power models of units, as `characterize` writes them (`models.json`)."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import SimError
from sim.formats import IntFormat
from sim.layers import FloatArray
from sim.statistics import OperandStatistics, features
from sim.stimuli import stimulus_toggles

SCHEMA = "gatewatt-models"
MAJOR = 1
CAUSES = ("switching_fj", "internal_fj", "clock_fj", "leakage_fj")
# Beside the package in a checkout, inside it in a wheel.
_PACKAGED_MODELS = Path(__file__).parent / "results" / "models.json"
REPOSITORY_MODELS = (
    _PACKAGED_MODELS
    if _PACKAGED_MODELS.is_file()
    else Path(__file__).parents[1] / "results" / "models.json"
)


@dataclass(frozen=True, eq=False, slots=True)
class WidthTable:
    """Measured means of a unit under one stimulus; energies in fJ an operation.

    Attributes
    ----------
    row
        The columns of the model: unit, widths, library, delay model, stimulus, `energy_fj`
        and its causes, `toggles_per_op`, `paper_bit_flips`, `parts`.
    """

    row: Mapping[str, Any]

    @property
    def unit(self) -> str:
        """Name of the unit."""
        return str(self.row["unit"])

    @property
    def stimulus(self) -> str:
        """What it was measured with."""
        return str(self.row["stimulus"])

    @property
    def energy_fj(self) -> float:
        """Energy per operation."""
        return float(self.row["energy_fj"])

    @property
    def toggles(self) -> float:
        """Toggles of distinct nets per operation, glitches included."""
        return float(self.row["toggles_per_op"])

    @property
    def causes(self) -> dict[str, float]:
        """Energy per operation by cause."""
        return {cause: float(self.row[cause]) for cause in CAUSES}

    @property
    def parts(self) -> dict[str, float]:
        """Energy per operation by part."""
        return {n: float(part["energy_fj"]) for n, part in self.row.get("parts", {}).items()}


@dataclass(frozen=True, eq=False, slots=True)
class StatisticsModel:
    """Energy of a unit from the bit statistics of its operands.

    Attributes
    ----------
    unit, library, delay_model
        What it is fitted on.
    names
        Features, as `sim.statistics.features` calls them.
    coefficients_fj
        Shape (names,).
    intercept_fj
        Energy with all features 0.
    error_percent
        Mean error on held-out streams; NaN where the file does not say.
    """

    unit: str
    library: str
    delay_model: str
    names: tuple[str, ...]
    coefficients_fj: FloatArray
    intercept_fj: float
    error_percent: float

    def energy_fj(self, statistics: OperandStatistics) -> float:
        """Energy per operation.

        Raises
        ------
        SimError
            If the model wants a feature that the statistics do not have.
        """
        names, values = features(statistics)
        known = dict(zip(names, values.tolist(), strict=True))
        missing = [name for name in self.names if name not in known]
        if missing:
            raise SimError(
                f"the model of {self.unit} wants '{missing[0]}', which operand statistics do "
                "not have: take a models.json of this version"
            )
        found = np.array([known[name] for name in self.names])
        return self.intercept_fj + float(self.coefficients_fj @ found)


class PowerModels:
    """The models of a file.

    Parameters
    ----------
    tables, statistics
        Its entries by kind.
    """

    def __init__(self, tables: list[WidthTable], statistics: list[StatisticsModel]) -> None:
        self.tables = tables
        self._statistics = {(m.unit, m.library, m.delay_model): m for m in statistics}

    @classmethod
    def load(cls, path: Path) -> "PowerModels":
        """Read `models.json`.

        Raises
        ------
        SimError
            If it cannot be read, is of an unknown version, or an entry lacks something.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            schema = str(content["schema"])
            entries = list(content["models"])
        except OSError as error:
            raise SimError(f"{path}: cannot read the power models: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise SimError(f"{path}: not a file of power models: {error}") from error
        name, _, version = schema.partition("/")
        if name != SCHEMA or version.split(".")[0] != str(MAJOR):
            raise SimError(
                f"{path}: its schema is {schema}, this version reads {SCHEMA}/{MAJOR}: "
                "make it anew with `characterize`"
            )
        tables, statistics = [], []
        for index, entry in enumerate(entries):
            try:
                if entry["kind"] == "width_table":
                    tables.append(_table(entry))
                elif entry["kind"] == "operand_statistics":
                    statistics.append(_statistics(entry))
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                raise SimError(f"{path}: model {index} is not whole: {error}") from error
        return cls(tables, statistics)

    @property
    def fitted(self) -> list[StatisticsModel]:
        """All operand-statistics models."""
        return list(self._statistics.values())

    def statistics(self, unit: str, library: str, delay_model: str) -> StatisticsModel | None:
        """The operand-statistics model of a unit, if there is one."""
        return self._statistics.get((unit, library, delay_model))

    def of_unit(self, library: str, delay_model: str, **columns: object) -> list[WidthTable]:
        """Tables of one unit, one a stimulus.

        Of units that differ only in the width of their sum, the one nearest to `acc_width`.

        Parameters
        ----------
        library, delay_model
            What they were measured with.
        columns
            What the unit's columns must be.

        Raises
        ------
        SimError
            If there is none; the message says which there are.
        """
        wanted = {k: v for k, v in columns.items() if k != "acc_width"}
        rows = [t for t in self.tables if all(t.row.get(k) == v for k, v in wanted.items())]
        here = [
            t for t in rows if t.row["library"] == library and t.row["delay_model"] == delay_model
        ]
        if not here:
            what = ", ".join(f"{key} {value}" for key, value in wanted.items())
            pairs = sorted({f"{t.row['library']} with {t.row['delay_model']} delays" for t in rows})
            raise SimError(
                f"no power model of a unit with {what} on {library} with {delay_model} delays: "
                + (f"there is one on {', '.join(pairs)}" if pairs else "characterize it first")
            )
        acc = columns.get("acc_width")
        if isinstance(acc, int):
            nearest = min(abs(int(t.row["acc_width"]) - acc) for t in here)
            here = [t for t in here if abs(int(t.row["acc_width"]) - acc) == nearest]
        first = here[0].unit
        return [table for table in here if table.unit == first]


def nearest_stimulus(
    tables: list[WidthTable], x_toggles: FloatArray, x_format: IntFormat
) -> WidthTable:
    """The table whose stimulus toggles the bits of x most alike; the first of equals.

    Parameters
    ----------
    tables
        Of one unit; a stimulus whose rates are not known is taken only if there is no other.
    x_toggles
        Toggle rate of each bit of x, the lowest first.
    x_format
        Format of the unit's x.
    """

    def distance(table: WidthTable) -> float:
        rates = stimulus_toggles(table.stimulus, x_format)
        return math.inf if rates is None else float(np.abs(rates - x_toggles).sum())

    return min(tables, key=distance)


def _table(entry: Mapping[str, Any]) -> WidthTable:
    table = WidthTable(entry)
    numbers = [table.energy_fj, table.toggles, *table.causes.values(), *table.parts.values()]
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"{table.unit} has an energy that is no number")
    for key in ("library", "delay_model", "stimulus", "acc_width", "width_x"):
        entry[key]
    return table


def _statistics(entry: Mapping[str, Any]) -> StatisticsModel:
    names = tuple(str(name) for name in entry["features"])
    coefficients = np.array(entry["coefficients_fj"], dtype=np.float64)
    if coefficients.shape != (len(names),) or not np.all(np.isfinite(coefficients)):
        raise ValueError(f"{entry['unit']} has {len(names)} features, {coefficients.size} numbers")
    held_out = entry.get("error", {}).get("held_out", {})
    return StatisticsModel(
        str(entry["unit"]), str(entry["library"]), str(entry["delay_model"]), names, coefficients,
        float(entry["intercept_fj"]), float(held_out.get("mean_percent", math.nan)),
    )  # fmt: skip
