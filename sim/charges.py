"""What weights cost by the formula: multiplications, or the additions that rounding left."""

import numpy as np

from sim.formats import IntArray
from sim.network import Network
from sim.operands import weight_format
from sim.pann import mac_bit_flips, pann_bit_flips
from sim.quantizing.grids import digit_count
from sim.schemes import Scheme

# Weights are so many additions; elsewhere one multiplication.
ADDING = ("pann", "csd")


def additions(kind: str, weight: IntArray) -> float:
    """Mean additions a weight: of `pann` its magnitude, of `csd` its digits that are not 0.

    >>> additions("pann", np.array([-3, 7])), additions("csd", np.array([-3, 7]))
    (5.0, 2.0)
    """
    if kind == "pann":
        return float(np.abs(weight).mean())
    values, counts = np.unique(weight, return_counts=True)
    digits = np.array([digit_count(int(value)) for value in values])
    return float((digits * counts).sum() / weight.size)


def measured_additions(network: Network) -> dict[str, float]:
    """Mean additions an input element, by layer, and of `all` weighted by multiplications.

    They are what is left of R after rounding: the mean of |q|.
    """
    macs = network.macs()
    found = {name: additions("pann", layer.weight) for name, layer in network.weighted.items()}
    found["all"] = sum(found[name] * count for name, count in macs.items()) / sum(macs.values())
    return found


def measured_flips(network: Network, scheme: Scheme) -> float:
    """Mean bit flips of a multiplication by the formula, of all layers with weights.

    Additions are those of the integers, not those that were asked for. An addition of a
    signed digit is charged as one of PANN's.
    """
    macs, total = network.macs(), 0.0
    for name, layer in network.weighted.items():
        bits_x = layer.x_format.bits
        if scheme.kind in ADDING:
            flips = pann_bit_flips(bits_x, additions(scheme.kind, layer.weight))
        else:
            bits_w, bits = weight_format(layer).bits, layer.accumulator.bits
            flips = sum(mac_bit_flips(bits_x, bits_w, not scheme.split, bits).values())
        total += macs[name] * flips
    return total / sum(macs.values())
