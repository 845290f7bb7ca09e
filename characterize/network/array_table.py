"""`arrays.csv`: energy of networks on weight-stationary arrays, layer by layer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.errors import CharacterizeError
from characterize.network.array_energies import BESIDE, IDLE, ArrayEnergy
from characterize.network.energies import CAUSES
from characterize.network.layers import Gates
from characterize.network.table import Subject
from sim.tables import Table, columns

_COLUMNS = columns(
    """
network              | string  |     | name of the network
dataset              | string  |     | whose test images it saw
images               | integer |     | how many of them, the first ones
scheme               | string  |     | how it was quantized: see `python -m sim`; own: it came with integers
bits_x               | integer | bit | width of most layers' activations
bits_w               | integer | bit | width of most layers' weights
acc_bits             | integer | bit | width of the sums
array                | string  |     | rows x columns of elements; weights stay
unit                 | string  |     | registry entry of the element: with gated clocks or without
library              | string  |     | standard cell library
vdd_v                | number  | V   | supply voltage at which energies were measured
delay_model          | string  |     | zero, unit or library, as in units.csv
layer                | string  |     | name of the layer; all: the sum
macs                 | integer |     | multiplications of one image
cycles               | number  |     | clock cycles of the array for one image
idle_percent         | number  | %   | cycles of elements without an operation, over all: rows and columns that a tile leaves, fill and drain
energy_nj_per_image  | number  | nJ  | energy of all elements for one image: operations, weights loaded, registers, idle cycles
energy_fj_per_mac    | number  | fJ  | the same for a multiplication
idle_fj_per_mac      | number  | fJ  | idle cycles of it, those beside a tile, which see inputs pass by, included
glitch_share         | number  | %   | share of the energy that toggles take which only delays cause
switching_fj_per_mac | number  | fJ  | cause, as in units.csv
internal_fj_per_mac  | number  | fJ  | cause, as in units.csv
clock_fj_per_mac     | number  | fJ  | cause, as in units.csv
leakage_fj_per_mac   | number  | fJ  | cause, as in units.csv
parts                | string  |     | energy in fJ for a multiplication by part of the element: name=value, separated by blanks
results_compared     | integer |     | sums that the gates gave and that were compared, bit by bit, with partial sums of the network simulator's products
"""
)
_KEY = ("network", "dataset", "images", "scheme", "acc_bits", "array", "unit", "library",
        "delay_model", "layer")  # fmt: skip
ARRAYS = Table("arrays", _COLUMNS, _KEY, "python -m characterize array", CharacterizeError)


def rows_of(
    subject: Subject, gates: Gates, array: str, vdd_v: float, layers: Sequence[ArrayEnergy]
) -> list[dict[str, Any]]:
    """Rows of a run.

    Parameters
    ----------
    array
        Its size in words, `64x64`.
    """
    return [
        {
            "network": subject.network,
            "dataset": subject.dataset,
            "images": subject.images,
            "scheme": subject.scheme,
            "bits_x": subject.bits_x,
            "bits_w": subject.bits_w,
            "acc_bits": subject.acc_bits,
            "array": array,
            "unit": gates.entry,
            "library": Path(gates.library).stem,
            "vdd_v": vdd_v,
            "delay_model": gates.delay_model,
            "layer": layer.layer,
            "macs": layer.macs,
            "cycles": layer.cycles,
            "idle_percent": 100 * layer.idle_share,
            "energy_nj_per_image": layer.energy_fj * 1e-6,
            "energy_fj_per_mac": layer.energy_fj / layer.macs,
            "idle_fj_per_mac": (layer.parts[IDLE] + layer.parts[BESIDE]) / layer.macs,
            "glitch_share": 100 * layer.glitch_fj / layer.energy_fj,
            **{f"{cause}_per_mac": layer.causes[cause] / layer.macs for cause in CAUSES},
            "parts": " ".join(f"{part}={fj / layer.macs:.4g}" for part, fj in layer.parts.items()),
            "results_compared": layer.results,
        }
        for layer in layers
    ]


def write_rows(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Put rows into `arrays.csv`, in place of those of the same run.

    Raises
    ------
    CharacterizeError
        If a file cannot be read or written.
    """
    ARRAYS.replace(pd.DataFrame(rows), folder)
    return ARRAYS.path(folder)


def read_rows(folder: Path) -> pd.DataFrame:
    """The table as it stands.

    Raises
    ------
    CharacterizeError
        If it cannot be read, or lacks a column.
    """
    return ARRAYS.read(folder)
