"""`sweeps/*.csv`: accuracy against energy, a row for each network of integers that was judged."""

from dataclasses import replace

from sim.tables import Table, columns

_COLUMNS = columns(
    """
network             | string  |      | name of the network
dataset             | string  |      | whose images it saw
scheme              | string  |      | kind of numbers: signed, mixed (activations without a sign), split (W+ and W-), split-signed, pann, signmag, csd; float: not quantized, the control of trained networks
budget_flips        | number  | 1/op | bit flips of a multiplication by the PANN paper's formula that widths and additions were chosen under; of a regular scheme those of its MACs at one width; empty for float
bits_x              | number  | bit  | width of activations, the mean over all multiplications where layers have their own
r_nominal           | number  |      | additions for a multiplication that weights were scaled to, the mean over all multiplications; of pann only
r_measured          | number  |      | those that rounding left: mean magnitude of the integer weights; of pann only
trained             | boolean |      | whether weights and activation steps were trained, those of float without a budget; else they are made from the stored network
seed                | integer |      | of training
accuracy            | number  | %    | test images whose class is right, in exact integers; of float in floating point
images              | integer |      | how many test images those are
library             | string  |      | standard cell library of the energies; empty of trained networks, whose energy is not counted
energy_nj_per_image | number  | nJ   | by power models with the network's own operands on the first 8 test images, not at the gates: all layers with weights, of split sums with the subtraction behind them, output-stationary, sums of 32 bits, nominal supply, delays as the command was told (library if nothing was said); empty where there is no model
corrections         | string  |      | bias: mean errors of sums are taken out; all: also batch norms re-estimated, error feedback, widths of each layer under the budget; training, distilled: the weights were trained, against labels alone or also against what the float network says
flips_measured      | number  | 1/op | bit flips of a multiplication by the formula, with the widths and additions that the integers have; the mean over all multiplications
"""
)
_KEY = ("network", "dataset", "scheme", "budget_flips", "corrections", "seed")
SWEEPS = Table("sweep", _COLUMNS, _KEY, "python -m sim sweep", inner=True)
COLUMNS = tuple(SWEEPS.names)
ORDER = ("network", "scheme", "budget_flips", "corrections", "seed")


def sweep_of(network: str, corrections: str) -> Table:
    """The table of a network's sweep."""
    return replace(SWEEPS, name=network if corrections == "bias" else f"{network}_{corrections}")


def training_of(network: str) -> Table:
    """The table of its trained weights."""
    return replace(SWEEPS, name=f"{network}_trained", made_by="python -m sim finetune")
