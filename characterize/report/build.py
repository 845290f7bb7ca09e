"""Builds the report: `report.html`, one file, and `observations.csv`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from characterize import tables
from characterize.files import write_text
from characterize.report import (
    plots,
    plots_of_models,
    plots_of_networks,
    plots_of_pruning,
    plots_of_tasks,
    words,
)
from characterize.report.coverage import coverage
from characterize.report.inline import drawing
from characterize.report.observations_table import OBSERVATIONS, frame
from characterize.report.observed import observe
from characterize.report.source import Source, read_source
from characterize.units import RTL_DIR

REPORT_FILE = "report.html"
# Of a whole unit, in the table of all of them; the others stand in units.csv.
_COLUMNS = ("unit", "architecture", "library", "stimulus", "delay_model", "energy_fj",
            "energy_ci_fj", "switching_fj", "internal_fj", "clock_fj", "leakage_fj",
            "toggles_per_op", "glitch_toggles_per_op", "bit_flips_per_op", "paper_bit_flips",
            "delay_ps", "area_um2", "cells", "vectors")  # fmt: skip


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """What holds for all rows of a library."""

    name: str
    title: str
    licence: str
    vdd_v: str
    clock: str
    delay_steps: str
    units: int
    cases: int


def write_report(results: Path, rtl: Path = RTL_DIR) -> tuple[Path, Path]:
    """Write the report of a results folder into it.

    The same tables give the same bytes.

    Parameters
    ----------
    results
        Folder of `units.csv`; `models.json`, `weights.csv`, `powerpruning.csv` and others are
        shown where they are.
    rtl
        Folder of the registry of units, which says what a whole run measures.

    Returns
    -------
    tuple of Path
        `report.html` and `observations.csv`.

    Raises
    ------
    CharacterizeError
        If a table is missing or unreadable, or a file cannot be written.
    """
    source = read_source(results)
    with drawing():
        figures = plots.all_of_units(source)
        figures += [plots_of_models.weights(source), plots_of_models.fits(source)]
        figures += [plots_of_networks.rivals(source.networks)]
        figures += [plots_of_networks.models(source.networks)]
        figures += plots_of_tasks.all_of_tasks(source.tasks, source.transistor_ops)
        pruned = plots_of_pruning.pruning(results, source.weights)
        figures += [] if pruned is None else [pruned]
        observations, found = observe(source)
    environment = Environment(
        loader=PackageLoader("characterize.report", "template"),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined,
    )  # fmt: skip
    text = environment.get_template("report.html.j2").render(
        source=source,
        facts=_facts(source),
        libraries=[_library(source, name) for name in source.libraries],
        coverage=coverage(source, rtl),
        observations=observations,
        plots=figures,
        columns=tables.UNITS,
        heads=[column for name in _COLUMNS for column in tables.UNITS if column.name == name],
        units=_cells(source.whole),
        structures=words.structures(source.whole.architecture.unique()),
        words=words,
    )
    page = results / REPORT_FILE
    OBSERVATIONS.write(frame(found), results)
    write_text(page, text)
    return page, OBSERVATIONS.path(results)


def _facts(source: Source) -> dict[str, Any]:
    """Figures of the whole table for its summary."""
    whole = source.whole
    interval = 100 * whole.energy_ci_fj / whole.energy_fj
    worst = whole.iloc[int(interval.to_numpy().argmax())]
    refereed = whole[whole.referee_vectors > 0]
    return {
        "rows": len(source.rows),
        "cases": len(whole),
        "units": whole.unit.nunique(),
        "stimuli": list(dict.fromkeys(whole.stimulus)),
        "delay_models": list(dict.fromkeys(whole.delay_model)),
        "engines": list(dict.fromkeys(whole.engine)),
        "fewest": int(whole.vectors.min()),
        "most": int(whole.vectors.max()),
        "interval_median": f"{interval.median():.2g}",
        "interval_worst": f"{interval.max():.2g}",
        "interval_line": int(worst.line),
        "refereed": len(refereed),
        "referees": list(dict.fromkeys(refereed.referee)),
        "referee_vectors": int(refereed.referee_vectors.min()) if len(refereed) else 0,
        "slow": int((whole.clock_ps > whole.groupby("library").clock_ps.transform("min")).sum()),
    }


def _library(source: Source, name: str) -> LibraryFacts:
    rows = source.whole[source.whole.library == name]
    given = source.package.get("provenance", {}).get("libraries", [])
    about: dict[str, Any] = next((one for one in given if one.get("name") == name), {})
    return LibraryFacts(
        name, about.get("title", ""), about.get("licence", ""),
        _texts(rows.vdd_v), _texts(rows.clock_ps), _texts(rows.delay_step_ps.dropna()),
        rows.unit.nunique(), len(rows),
    )  # fmt: skip


def _texts(values: "pd.Series[float]") -> str:
    return ", ".join(f"{value:g}" for value in sorted(values.unique()))


def _cells(whole: pd.DataFrame) -> list[tuple[int, Sequence[str]]]:
    """Line and texts of every whole unit, as they stand in the file."""
    columns = [[_as_written(value) for value in whole[name]] for name in _COLUMNS]
    return list(zip(whole.line, zip(*columns, strict=True), strict=True))


def _as_written(value: Any) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
