"""Kept values as files: what each layer's weights and the activations may be, and their row."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import SimError
from sim.files import write_bytes
from sim.pruning.powerpruning import Pruning
from sim.pruning.powerpruning_table import POWERPRUNING
from sim.pruning.pruned_networks import Candidate
from sim.pruning.table_energy import layer_energies_nj, used_weights
from sim.pruning.weight_tables import Conditions

_FOLDER = "powerpruning"
_ALL = "all"


@dataclass(frozen=True, slots=True)
class KeptSets:
    """What a file of kept values says.

    Attributes
    ----------
    path
        Of the file; its name is the network's.
    unit, library
        The MAC by whose tables was chosen, and its cells.
    vdd_v
        The supply.
    layers
        Values of the weights of each layer.
    activations
        Those of activations; None keeps all.
    row
        Of `powerpruning.csv`, with the energies by the tables.
    """

    path: Path
    unit: str
    library: str
    vdd_v: float
    layers: dict[str, tuple[int, ...]]
    activations: tuple[int, ...] | None
    row: dict[str, Any]

    @property
    def weights(self) -> list[int]:
        """Of all layers together, ascending."""
        return sorted({value for values in self.layers.values() for value in values})


def kept_folder(out: Path, conditions: Conditions) -> Path:
    """Where kept values go that were chosen by tables of these conditions."""
    name = f"{conditions.unit}_{conditions.library}_{conditions.delay_model}"
    return out / _FOLDER / name


def write_kept(path: Path, pruning: Pruning, chosen: Candidate, row: Mapping[str, Any]) -> None:
    """Kept weights of each layer, kept activations, energies by layer, and the row, as JSON."""
    before = layer_energies_nj(pruning.baseline.network, pruning.tables)
    after = layer_energies_nj(chosen.network, pruning.tables)
    activations = chosen.activations
    content = {
        "unit": pruning.tables.conditions.unit,
        "library": pruning.tables.conditions.library,
        "vdd_v": chosen.vdd_v,
        "longest_ps": chosen.longest_ps,
        "period_ps": pruning.tables.conditions.static_critical_ps,
        "activations": _ALL if activations is None else list(activations.values),
        "row": dict(row),
        "layers": {
            name: {
                "weights": values.tolist(), "energy_before_nj": before[name],
                "energy_after_nj": after[name],
            }
            for name, values in used_weights(chosen.network).items()
        },
    }  # fmt: skip
    write_bytes(path, (json.dumps(content, indent=1, default=float) + "\n").encode())


def read_kept(path: Path, failure: type[Exception] = SimError) -> KeptSets:
    """A file that `write_kept` wrote.

    Parameters
    ----------
    failure
        What is raised: another package has its own.

    Raises
    ------
    SimError
        If it cannot be read, or is no such file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if missing := {"unit", "library", "vdd_v", "layers", "activations", "row"} - set(content):
            raise ValueError(f"lacks {min(missing)}")
        if missing := set(POWERPRUNING.names) - set(content["row"]):
            raise ValueError(f"its row lacks {min(missing)}")
        given = content["activations"]
        return KeptSets(
            path, str(content["unit"]), str(content["library"]), float(content["vdd_v"]),
            {name: _integers(layer["weights"]) for name, layer in content["layers"].items()},
            None if given == _ALL else _integers(given), dict(content["row"]),
        )  # fmt: skip
    except OSError as error:
        raise failure(f"{path}: cannot read it: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise failure(f"{path}: no file of kept values: {error}") from error


def kept_files(results: Path, failure: type[Exception] = SimError) -> list[KeptSets]:
    """All that lie in a folder of results."""
    return [read_kept(path, failure) for path in sorted((results / _FOLDER).glob("*/*.json"))]


def _integers(values: list[Any]) -> tuple[int, ...]:
    return tuple(int(value) for value in values)
