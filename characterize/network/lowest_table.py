"""`lowest_energy.csv`: the lowest energy of networks at the gates, by kind of numbers and loss."""

from characterize.errors import CharacterizeError
from sim.tables import Table, columns

_COLUMNS = columns(
    """
network              | string  |      | name of the network
dataset              | string  |      | its images
library              | string  |      | standard cell library
delay_model          | string  |      | as in units.csv
points               | number  |      | points of accuracy that may be lost, on training images; empty for the baseline
scheme               | string  |      | kind of numbers; priced: weights are rounded by error plus price times the energy that their value takes on the unit; trained: weights and steps were trained under a budget of bit flips; baseline: 8-bit signed MACs
budget_flips         | number  |      | mean bit flips of a multiplication by the formula that widths were chosen under
bits_x               | number  | bit  | mean width of activations, over all multiplications
bits_w               | number  | bit  | mean width of weights; of split ones, of the magnitude
unit                 | string  |      | registry entry that takes the least energy, of those that were measured
order                | string  |      | of the weights of a dot product: given, or sorted
dataflow             | string  |      | as in networks.csv
sums                 | string  |      | bits of the sums, more in layers that could overflow them; safe: of each layer the fewest that nothing can overflow
acc_bits             | string  |      | bits of the sums, from the narrowest to the widest
images               | integer |      | test images whose every operation ran at the gates
energy_nj_per_image  | number  | nJ   | of all layers with weights, with the subtractions behind split sums
energy_fj_per_mac    | number  | fJ   | the same of a multiplication
paper_flips          | number  | 1/op | bit flips of a multiplication by the PANN paper's formula; of PANN those of its additions, as measured, also where a multiplier takes their place
loss_points          | number  |      | points against the float network on the training images that chose
loss_images          | integer |      | how many of them
accuracy             | number  | %    | test images whose class is right
float_accuracy       | number  | %    | the same of the float network; of trained schemes, of their control
accuracy_images      | integer |      | test images whose classes were counted
"""
)
_KEY = ("network", "dataset", "library", "delay_model", "points", "scheme", "sums")
LOWEST = Table("lowest_energy", _COLUMNS, _KEY, "python -m characterize lowest", CharacterizeError)
