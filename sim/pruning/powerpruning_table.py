"""What PowerPruning led to: rows of `powerpruning.csv`, and the kept values of each layer."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.charges import measured_additions
from sim.errors import SimError
from sim.files import locked, write_bytes
from sim.pruning.powerpruning import Pruning
from sim.pruning.pruned_networks import Candidate
from sim.pruning.table_energy import layer_energies_nj, used_weights
from sim.table_files import read_csv

BY_TABLE, AT_GATES = "table", "gates"
# The columns that other programs rely on, then those of this version.
COLUMNS = (
    "network", "dataset", "method", "accuracy", "accuracy_loss_points", "saving_percent",
    "voltage_scaled", "vdd_v", "library", "weights_kept", "activations_kept",
    "allowed_loss_points", "images", "unpruned_accuracy", "retrained_epochs", "unit",
    "delay_model", "scheme", "bits_x", "additions", "energy_before_nj", "energy_after_nj",
    "saving_nominal_percent", "energy_from", "array", "gating", "longest_ps", "period_ps",
    "nominal_v", "label",
)  # fmt: skip
_KEY = ("network", "dataset", "method", "voltage_scaled", "library", "unit", "delay_model",
        "allowed_loss_points", "retrained_epochs", "bits_x", "energy_from", "array",
        "gating")  # fmt: skip


def row_of(
    pruning: Pruning, chosen: Candidate, percent: float, unpruned: float, images: int, epochs: int
) -> dict[str, Any]:
    """A row whose energies are by the tables, after selection and after voltage.

    Parameters
    ----------
    chosen
        The network.
    percent, unpruned
        Accuracy of it and of the unpruned network on the same test images, percent.
    images
        How many those are.
    epochs
        Of retraining.
    """
    source, wish, conditions = pruning.source, pruning.wish, pruning.tables.conditions
    before = pruning.baseline.energy_nj
    kept = np.unique(np.concatenate(list(used_weights(chosen.network).values())))
    every = chosen.scheme.activation_format(chosen.scheme.bits_x).values().size
    additions = measured_additions(chosen.network)["all"]
    values = (
        source.name, source.data if source.data == "digits" else Path(source.data).name,
        wish.method, percent, unpruned - percent, 100 * (1 - chosen.scaled_nj / before),
        wish.voltage, chosen.vdd_v, conditions.library, kept.size,
        every if chosen.activations is None else len(chosen.activations.values),
        wish.points, images, unpruned, epochs, conditions.unit, conditions.delay_model,
        chosen.scheme.kind, chosen.scheme.bits_x, additions, before, chosen.energy_nj,
        100 * (1 - chosen.energy_nj / before), BY_TABLE, None, None, chosen.longest_ps,
        conditions.static_critical_ps, conditions.vdd_v, chosen.label,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def write_row(path: Path, values: dict[str, Any]) -> int:
    """Put a row into a table, over one of the same network, conditions and wish.

    Returns
    -------
    int
        How many rows there are then.

    Raises
    ------
    SimError
        If the file is another table.
    """
    rows: list[Mapping[Any, Any]] = [values]
    with locked(path.parent):
        if path.is_file():
            old = read_csv(path)
            if list(old.columns) != list(COLUMNS):
                raise SimError(f"{path}: not a table of PowerPruning: its columns are others")
            key = _key(values)
            rows = [row for row in old.to_dict("records") if _key(row) != key] + rows
        rows.sort(key=_key)
        content = pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(index=False, float_format="%.6g")
        write_bytes(path, content.encode())
    return len(rows)


def write_kept(
    path: Path, pruning: Pruning, chosen: Candidate, row: Mapping[str, Any]
) -> None:  # fmt: skip
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
        "activations": "all" if activations is None else list(activations.values),
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
        If a file cannot be read, or nothing in the table has both networks.
    """
    try:
        row = json.loads(kept.read_text(encoding="utf-8"))["row"]
        table = read_csv(gates)
        arrays = "array" in table.columns
        whole = table[(table["layer"] == "all") & (arrays | (table.get("tier", "A") == "A"))]
        whole = whole[whole["library"] == row["library"]]
        before = whole[whole["network"] == f"{row['network']}_unpruned"]
        after = whole[whole["network"] == kept.stem]
    except OSError as error:
        raise SimError(f"{error.filename}: cannot read it: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SimError(f"{kept}, {gates}: not such files: {error!r}") from error
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


def _key(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """What tells rows apart, as text: numbers as the file has them."""
    each = (row[name] for name in _KEY)
    return tuple(
        "" if value is None or pd.isna(value)
        else f"{value:.6g}" if isinstance(value, int | float) and not isinstance(value, bool)
        else str(value)
        for value in each
    )  # fmt: skip
