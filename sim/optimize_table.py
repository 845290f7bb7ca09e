"""`optimize.csv`: every network that was judged, on every structure that could run it."""

from sim.tables import Table, columns

_COLUMNS = columns(
    """
network             | string  |      | name of the network
dataset             | string  |      | whose images it saw
library             | string  |      | standard cell library of the energies
delay_model         | string  |      | zero, unit or library, as in units.csv
scheme              | string  |      | kind of numbers: signed, mixed (activations without a sign), split (W+ and W-), split-signed, pann, signmag, csd
family              | string  |      | uniform: one width; layers: each layer has its own
label               | string  |      | bits, or the cost of a multiplication that widths were chosen under: fJ by width tables where there are any, else bit flips by the formula
variant             | string  |      | which correction was taken: magnitudes of weights below so many steps become 0; 0.5 is nearest rounding
validation_images   | integer |      | training images that judged
validation_accuracy | number  | %    | those of them whose class is right, in exact integers
loss_points         | number  |      | points less than the float network on the same images
meets               | boolean |      | whether that is no more than was allowed
r_measured          | number  |      | mean magnitude of the integer weights, over all multiplications; of pann only
structure           | string  |      | registry entry of the MAC
dataflow            | string  |      | output, weight or input: what stays in a MAC
accumulator         | string  |      | bits of the sums: 32, 16, or safe: of each layer the fewest that nothing can overflow
energy_nj_per_image | number  | nJ   | by power models with the network's own operands, not at the gates: all layers with weights, of split sums with the subtraction behind them; clock energy of sums in proportion to their bits
modelled_share      | number  |      | share of that energy, 0 to 1, that comes from operand statistics; the rest is from width tables
paper_flips         | number  | 1/op | bit flips of a multiplication by the PANN paper's formula
"""
)
_KEY = (
    "network", "dataset", "library", "delay_model", "scheme", "family", "label", "structure",
    "dataflow", "accumulator",
)  # fmt: skip
OPTIMIZED = Table("optimize", _COLUMNS, _KEY, "python -m sim optimize")
