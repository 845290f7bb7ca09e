"""`models.json`: all models of a results folder, one a line."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.cache import NO_CACHE, Cache, code_sha256, content_key
from characterize.case import input_hash
from characterize.cell_table import load_library
from characterize.errors import CharacterizeError
from characterize.files import write_text
from characterize.models import formulas, operand_statistics, weights, width_tables
from characterize.models.weights import is_multiplier, weight_energies
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.synthesis import synthesize
from characterize.units import UnitSpec
from sim.parallel import results, task

SCHEMA = "gatewatt-models/1.0"
FILE = "models.json"
DELAY_MODELS = ("zero", "library")
# What networks run on; `sim` takes width tables for the rest.
_ARCHITECTURES = ("array", "split", "split-gated", "stationary")
_WEIGHT_WIDTHS = (4, 8)


@dataclass(frozen=True, eq=False)
class Fitted:
    """What units gave that were run for their models.

    Attributes
    ----------
    models
        Entries of `models.json`.
    weights
        Rows of `weights.csv`.
    """

    models: list[dict[str, Any]]
    weights: list[dict[str, Any]]


def fitted_units(units: Iterable[UnitSpec]) -> list[UnitSpec]:
    """The units that are run for models of their own: MACs and multipliers of networks."""
    return [unit for unit in units if _is_network_mac(unit) or _has_weight_table(unit)]


def _is_network_mac(unit: UnitSpec) -> bool:
    return unit.family == "mac" and unit.architecture in _ARCHITECTURES


def _has_weight_table(unit: UnitSpec) -> bool:
    x, w = unit.port("x"), unit.port("w")
    return (
        unit.architecture == "array"
        and is_multiplier(unit)
        and x is not None
        and w is not None
        and w.format.signed
        and x.format.bits == w.format.bits
        and w.format.bits in _WEIGHT_WIDTHS
    )


def fit(
    work: Sequence[tuple[UnitSpec, str]],
    jobs: int = 1,
    cache: Cache = NO_CACHE,
    progress: Callable[[int], None] | None = None,
) -> Fitted:
    """Run units with libraries for their models, with every delay model.

    Parameters
    ----------
    work
        Units, and names of libraries or paths of cell tables.
    jobs
        Number of processes; -1: one a core.
    cache
        Where finished models are looked up and kept.
    progress
        Called with 1 for every unit and library that is finished.
    """
    found = Fitted([], [])
    tasks = (task(_fit, unit, library, cache) for unit, library in work)
    for models, rows in results(tasks, jobs, ordered=True):
        found.models.extend(models)
        found.weights.extend(rows)
        if progress:
            progress(1)
    return found


def _fit(
    unit: UnitSpec, library: str, cache: Cache
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    cells = load_library(library)
    key = content_key("models", code_sha256(), input_hash([unit], [cells]), unit.name)
    kept = cache.get(key, list)
    if kept is None:
        netlist = synthesize(unit, cells, cache)
        kept = _statistics(netlist) if _is_network_mac(unit) else _weights(netlist)
        cache.put(key, kept)
    models, rows = kept
    return models, rows


def _statistics(netlist: Netlist) -> list[list[dict[str, Any]]]:
    streams = operand_statistics.run_streams(netlist, DELAY_MODELS, BitParallel())
    models = [
        operand_statistics.entry(netlist, kind, model, streams)
        for kind in operand_statistics.KINDS
        for model in DELAY_MODELS
    ]
    return [models, []]


def _weights(netlist: Netlist) -> list[list[dict[str, Any]]]:
    found = {model: weight_energies(netlist, model) for model in DELAY_MODELS}
    return [
        [weights.entry(netlist, model, of_weights) for model, of_weights in found.items()],
        [row for model, of in found.items() for row in weights.rows(netlist, model, of)],
    ]


def write_models(
    table: pd.DataFrame,
    fitted: Sequence[Mapping[str, Any]],
    folder: Path,
    provenance: Mapping[str, Any],
) -> Path:
    """Write the models of a table, and those that units were run for.

    Parameters
    ----------
    table
        Rows of `units.csv`.
    fitted
        `Fitted.models`.
    folder
        Where.
    provenance
        What they were made of.

    Returns
    -------
    Path
        The file.
    """
    whole = table[(table.part == "all") & (table.net_group == "all")]
    models = [*width_tables.entries(table), *formulas.entries(whole), *fitted]
    head = json.dumps({"schema": SCHEMA, "provenance": provenance})
    lines = ",\n".join(json.dumps(model, separators=(",", ":")) for model in models)
    path = folder / FILE
    write_text(path, f'{head[:-1]}, "models": [\n{lines}\n]}}\n')
    return path


def read_models(folder: Path) -> dict[str, Any]:
    """The content of `models.json`.

    Raises
    ------
    CharacterizeError
        If it is missing, no JSON, or of a major version not known here.
    """
    path = folder / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        schema = str(content["schema"])
    except OSError as error:
        raise CharacterizeError(
            f"{path}: cannot read it: {error.strerror}; `nox -s characterize` writes it"
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CharacterizeError(f"{path}: not a file of power models: {error}") from error
    if schema.split(".", maxsplit=1)[0] != SCHEMA.split(".", maxsplit=1)[0]:
        raise CharacterizeError(
            f"{path}: its schema is {schema}, this version reads {SCHEMA}; "
            "use the version of gatewatt that wrote it"
        )
    if not isinstance(content.get("models"), list):
        raise CharacterizeError(f"{path}: not a file of power models: it has no list of models")
    return dict(content)
