"""`powerpruning.csv`: what PowerPruning led to, a row for each search and each confirmation."""

from pathlib import Path
from typing import Any

import numpy as np

from sim.charges import measured_additions
from sim.pruning.powerpruning import Pruning
from sim.pruning.pruned_networks import Candidate
from sim.pruning.table_energy import used_weights
from sim.tables import Table, columns

BY_TABLE, AT_GATES = "table", "gates"
# The columns that other programs rely on, then those of this version.
_COLUMNS = columns(
    """
network                | string  |     | name of the network
dataset                | string  |     | whose images it saw
method                 | string  |     | global: one set of weights, those of least energy in the network as a whole, then weights and activations removed by delay, as published; layers: each layer's weights by error plus price times energy; pann: the same at one price on PANN's grid
accuracy               | number  | %   | test images whose class is right, in exact integers of the kept values
accuracy_loss_points   | number  |     | points less than the unpruned network on the same test images
saving_percent         | number  | %   | of the energy before: by selection, and where voltage_scaled also by the supply: 100 (1 - energy_after_nj (vdd_v / nominal_v)^2 / energy_before_nj); leakage is scaled with the square too
voltage_scaled         | boolean |     | whether the supply was allowed to fall
vdd_v                  | number  | V   | supply: the lowest at which longest_ps, scaled by the alpha-power law of the library, fits period_ps; nothing was measured at it
library                | string  |     | standard cell library
weights_kept           | integer |     | different values that the network's weights have, all layers together
activations_kept       | integer |     | values of activations that are kept; where all are, those of the format
allowed_loss_points    | number  |     | points that could be lost against the unpruned network on the training images that chose
images                 | integer |     | test images whose classes were counted, in every row; not those that ran at the gates
unpruned_accuracy      | number  | %   | of the network with all values that the unit holds, the same corrections and sums, on the same test images
retrained_epochs       | integer |     | of training with the kept values; 0 if there was none
unit                   | string  |     | MAC or array element of the energies: of rows table the one whose tables chose, of rows gates the one that ran
delay_model            | string  |     | of the energies, as in units.csv
scheme                 | string  |     | kind of numbers: mixed (activations without a sign), signed or pann
bits_x                 | integer | bit | width of activations
additions              | number  |     | mean magnitude of the integer weights, over all multiplications: PANN's R; only a figure of other kinds
energy_before_nj       | number  | nJ  | of an image, all layers with weights, unpruned, at the nominal supply; table: each multiplication a cycle of the unit, at the mean energy of its weight under the activations of the layer; gates: every operation of the images that ran, of an array with idle cycles and loading
energy_after_nj        | number  | nJ  | the same of the kept values, at the nominal supply; table: with the tables of the unpruned network's activations, which do not know what fewer activations save
saving_nominal_percent | number  | %   | by selection alone: 100 (1 - energy_after_nj / energy_before_nj)
energy_from            | string  |     | table: energies of each weight, as python -m characterize weights measures them; gates: networks.csv (tier A) or arrays.csv
array                  | string  |     | rows x columns of elements; empty where energies are of no array
gating                 | string  |     | gated, none: whether elements of the array have clock gates; empty where energies are of no array
longest_ps             | number  | ps  | slowest transition among the kept values at the nominal supply, in the delays of simulation: until the product rests, from there the longest path through the adder until the sum is stored, set-up time included; no less than the path of the sum that arrives
period_ps              | number  | ps  | clock period that must be met: the longest static path of the unit by whose tables values were chosen, at the nominal supply, in the same delays
nominal_v              | number  | V   | nominal supply, at which all energies and delays are
label                  | string  |     | what the search made it with: number of weights, level of the price, layers that got a higher one, R, limit of delays
"""
)
_KEY = ("network", "dataset", "method", "voltage_scaled", "library", "unit", "delay_model",
        "allowed_loss_points", "retrained_epochs", "bits_x", "energy_from", "array",
        "gating")  # fmt: skip
POWERPRUNING = Table("powerpruning", _COLUMNS, _KEY, "python -m sim powerprune")


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
    return dict(zip(POWERPRUNING.names, values, strict=True))
