"""`networks.csv`: energy of networks, layer by layer, as their gates took it and as models say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.energy import ALL
from characterize.errors import CharacterizeError
from characterize.files import locked
from characterize.network.energies import CAUSES, LayerEnergy
from characterize.network.layers import Gates
from sim.tables import Table, columns, like

_COLUMNS = columns(
    """
network              | string  |      | name of the network
dataset              | string  |      | whose test images it saw
images               | integer |      | how many of them, the first ones
scheme               | string  |      | how it was quantized: see `python -m sim`; own: it came with integers
encoding             | string  |      | how weights are coded on the unit's wires: twos, unsigned (magnitudes, signs apart), signmag, digits
bits_x               | integer | bit  | width of most layers' activations
bits_w               | integer | bit  | width of most layers' weights; of split ones, of the magnitude
acc_bits             | integer | bit  | width of the sums
unit                 | string  |      | registry entry; each layer runs on its smallest unit that holds the numbers
order                | string  |      | of the weights of a dot product: given, or sorted (negative ones last)
library              | string  |      | standard cell library
dataflow             | string  |      | output, weight or input: what stays in a MAC
delay_model          | string  |      | zero, unit or library, as in units.csv
layer                | string  |      | name of the layer; all: the sum
macs                 | integer |      | multiplications of one image
tier                 | string  |      | A: every operation at the gates; B: sampled operations; C: operand statistics; D: exact tables of the multiplier; E ...: a formula or constant
cycles_per_mac       | number  | 1/op | cycles of the unit for a multiplication: additions of pann, digits of csd
energy_fj_per_mac    | number  | fJ   | energy of the unit, of a split one also of the subtraction behind it, for a multiplication
energy_ci_fj_per_mac | number  | fJ   | half width of its 95 % confidence interval: of A over images, of B over the operations that were drawn, the images given; empty where there is none
glitch_share         | number  | %    | share of the energy that toggles take which only delays cause
switching_fj_per_mac | number  | fJ   | cause, as in units.csv
internal_fj_per_mac  | number  | fJ   | cause, as in units.csv
clock_fj_per_mac     | number  | fJ   | cause, as in units.csv
leakage_fj_per_mac   | number  | fJ   | cause, as in units.csv
parts                | string  |      | energy in fJ for a multiplication by part of the unit: name=value, separated by blanks
overflows            | number  |      | sums of an image that left the accumulator
results_compared     | integer |      | sums that the gates gave and that were compared, bit by bit, with those of the network simulator
error_percent        | number  | %    | energy against tier A of the same images; empty where there is none
accuracy             | number  | %    | test images whose class is right; empty where nobody asked
"""
)
_RUN = ("network", "dataset", "images", "scheme", "acc_bits", "unit", "order", "library",
        "dataflow", "delay_model", "tier")  # fmt: skip
_KEY = (*_RUN, "layer")
NETWORKS = Table("networks", _COLUMNS, _KEY, "python -m characterize network", CharacterizeError)
_ENCODINGS = {"sign": "unsigned", "shift": "digits"}


@dataclass(frozen=True, slots=True)
class Subject:
    """A network and its images, as the table names them."""

    network: str
    dataset: str
    images: int
    scheme: str
    encoding: str
    bits_x: int
    bits_w: int
    acc_bits: int


def rows_of(
    subject: Subject,
    gates: Gates,
    layers: Sequence[LayerEnergy],
    tier: str = "A",
    accuracy: float = math.nan,
) -> list[dict[str, Any]]:
    """Rows of a run, without the error."""
    return [
        {
            "network": subject.network,
            "dataset": subject.dataset,
            "images": subject.images,
            "scheme": subject.scheme,
            "encoding": subject.encoding,
            "bits_x": subject.bits_x,
            "bits_w": subject.bits_w,
            "acc_bits": subject.acc_bits,
            "unit": gates.entry,
            "order": gates.order,
            "library": Path(gates.library).stem,
            "dataflow": gates.dataflow,
            "delay_model": gates.delay_model,
            "layer": layer.layer,
            "macs": layer.macs,
            "tier": tier,
            "cycles_per_mac": layer.cycles / layer.macs,
            "energy_fj_per_mac": layer.energy_fj / layer.macs,
            "energy_ci_fj_per_mac": layer.energy_ci_fj / layer.macs,
            "glitch_share": 100 * layer.glitch_fj / layer.energy_fj,
            **{f"{c}_per_mac": layer.causes.get(c, math.nan) / layer.macs for c in CAUSES},
            "parts": " ".join(f"{part}={fj / layer.macs:.4g}" for part, fj in layer.parts.items()),
            "overflows": layer.overflows,
            "results_compared": layer.results,
            "error_percent": math.nan,
            "accuracy": accuracy,
        }
        for layer in layers
    ]


def write_rows(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Put rows into `networks.csv`, in place of those of the same run, or of its total.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    CharacterizeError
        If a file cannot be read or written.
    """
    new = pd.DataFrame(rows)
    path = NETWORKS.path(folder)
    with locked(folder):
        if path.is_file():
            new = _beside(read_rows(folder), new)
        NETWORKS.write(_with_errors(new), folder)
    return path


def _beside(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """New rows behind the old ones that are of none of their runs."""
    # Totals alone leave a run's layers as they are.
    replaced = like(old, new[new.layer != ALL], _RUN) | like(old, new, _KEY)
    return pd.concat([some for some in (old[~replaced], new) if len(some)], ignore_index=True)


def read_rows(folder: Path) -> pd.DataFrame:
    """The table as it stands.

    Raises
    ------
    CharacterizeError
        If it cannot be read, or lacks a column.
    """
    return NETWORKS.read(folder)


def _with_errors(table: pd.DataFrame) -> pd.DataFrame:
    """Every row's error against tier A of the same operands."""
    same = [name for name in _KEY if name != "tier"]
    truth = table[table.tier == "A"].set_index(same).energy_fj_per_mac
    of_row = pd.MultiIndex.from_frame(table[same])
    wanted = truth.reindex(of_row).to_numpy()
    errors = 100 * (table.energy_fj_per_mac.to_numpy() / wanted - 1)
    return table.assign(error_percent=pd.Series(errors).where(table.tier.to_numpy() != "A"))


def totals(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of whole networks."""
    return table[table.layer == ALL]
