"""`transistor_ops.csv`: what counts of operations say of random networks' energies."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.errors import CharacterizeError
from sim.tables import Table, columns

_COLUMNS = columns(
    """
network           | string  |    | name of the random network: family, number, activation, weights, bits; `sim.counting.random_networks.draw` makes it
family            | string  |    | feed-forward, convolutional or residual
predictor         | string  |    | TOs: transistor operations of uniform operands; activity-aware TOs: the same scaled with toggles of the layer's operands and sums; signal-aware TOs: with those of the signals of its multipliers and adders; ... and clocks: a second coefficient for the transistors of flip-flops; energies of units: each at uniform operands, activity- or signal-aware, in place of one energy for all transistor operations; random images: the same predictor without data; oracle: it takes from the network's own gates the transistor operations as they switched, of all units, of MACs, or of all beside MACs (others signal-aware), or the measured energy of each operation; MACs; FLOPs
held_out          | string  |    | leave-one-out: fitted to all other networks; family: fitted to all networks of other families
energy_fj         | number  | fJ | of one image, every operation at the gates
predicted_fj      | number  | fJ | what the fit says
precision_percent | number  | %  | 100 less the absolute error, as the TOs paper has it
activation        | string  |    | relu, sigmoid or tanh
weights           | string  |    | how weights were drawn: gaussian, or trained (Laplace, log-normal channels)
bits              | integer | bit | width of activations and weights
images            | integer |    | test images of the digits whose mean energy it is
library           | string  |    | standard cell library
delay_model       | string  |    | of energies and counts: zero or library
macs              | integer |    | multiply-accumulates of one image
count             | number  |    | of one image, what the predictor counts
clocked           | number  |    | transistors of flip-flops of one image, operations counted; empty where the predictor has no such count
other_percent     | number  | %  | share of the energy that is no multiply-accumulate
"""
)
_KEY = ("network", "predictor", "held_out", "library", "delay_model")
PREDICTIONS = Table("transistor_ops", _COLUMNS, _KEY,
                    "python -m characterize transistor-ops", CharacterizeError)  # fmt: skip


def write_rows(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Put rows into `transistor_ops.csv`, in place of all of the same library and delays.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    CharacterizeError
        If a file cannot be read or written.
    """
    PREDICTIONS.replace(pd.DataFrame(rows), folder, ("library", "delay_model"))
    return PREDICTIONS.path(folder)
