"""`network_tasks.csv`: energy of every task of networks, multiply-accumulates and all others."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.energy import ALL
from characterize.errors import CharacterizeError
from characterize.network.layers import Gates
from characterize.network.table import Subject
from characterize.network.tasks import TaskEnergy
from characterize.network.work import Work
from sim.counting.tasks import MAC
from sim.tables import Table, columns

OTHERS = "others"
_COLUMNS = columns(
    """
network          | string  |     | name of the network
dataset          | string  |     | whose test images it saw
images           | integer |     | how many of them, the first ones
scheme           | string  |     | how it was quantized: see `python -m sim`; own: it came with integers
library          | string  |     | standard cell library
delay_model      | string  |     | zero, unit or library, as in units.csv
layer            | string  |     | name of the layer; all: the sum
operation        | string  |     | what is done: mac (of a split accumulator with the subtraction behind it), an operator of sim.ops, scale (a softmax's multiplication with a reciprocal); others: all but mac; all: the sum
unit             | string  |     | what does it; empty where nothing does, and of sums
operations       | integer |     | of one image
energy_fj_per_op | number  | fJ  | energy of an operation, leakage included; empty where nothing does it
energy_fj        | number  | fJ  | of one image
share_percent    | number  | %   | of the energy of the whole network
glitch_share     | number  | %   | share of the energy that toggles take which only delays cause
results_compared | integer |     | results that the gates gave and that were compared, bit by bit, with those of the network simulator
"""
)
_RUN = ("network", "dataset", "images", "scheme", "library", "delay_model")
TASKS = Table("network_tasks", _COLUMNS, (*_RUN, "layer", "operation"),
              "python -m characterize tasks", CharacterizeError)  # fmt: skip


def rows_of(subject: Subject, gates: Gates, work: Work) -> list[dict[str, Any]]:
    """Rows of a run: each task, then sums."""
    run = {
        "network": subject.network,
        "dataset": subject.dataset,
        "images": subject.images,
        "scheme": subject.scheme,
        "library": Path(gates.library).stem,
        "delay_model": gates.delay_model,
    }
    whole = work.energy_fj
    return [run | _row(each, whole) for each in _energies(work)] + [
        run | _row(TaskEnergy(t.layer, t.operation, "", t.count, math.nan, math.nan), whole)
        for t in work.apart
    ]


def _energies(work: Work) -> Iterator[TaskEnergy]:
    macs = [
        TaskEnergy(each.layer, MAC, each.unit, each.macs, each.energy_fj, each.glitch_fj, {},
                   each.results)
        for each in work.macs
    ]  # fmt: skip
    others = _sum(OTHERS, work.others)
    return iter([*macs[:-1], *work.others, macs[-1], others, _sum(ALL, [macs[-1], others])])


def _sum(operation: str, energies: Sequence[TaskEnergy]) -> TaskEnergy:
    return TaskEnergy(
        ALL, operation, "",
        sum(each.operations for each in energies),
        sum(each.energy_fj for each in energies),
        sum(each.glitch_fj for each in energies),
        {}, sum(each.results for each in energies),
    )  # fmt: skip


def _row(each: TaskEnergy, whole_fj: float) -> dict[str, Any]:
    known = each.energy_fj > 0
    return {
        "layer": each.layer,
        "operation": each.operation,
        "unit": each.unit,
        "operations": round(each.operations),
        "energy_fj_per_op": each.energy_fj / each.operations if known else math.nan,
        "energy_fj": each.energy_fj,
        "share_percent": 100 * each.energy_fj / whole_fj,
        "glitch_share": 100 * each.glitch_fj / each.energy_fj if known else math.nan,
        "results_compared": each.results,
    }


def write_rows(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Put rows into `network_tasks.csv`, in place of those of the same run.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    CharacterizeError
        If a file cannot be read or written.
    """
    TASKS.replace(pd.DataFrame(rows), folder, _RUN)
    return TASKS.path(folder)
