"""Networks whose sums have another width."""

from dataclasses import replace

from sim.accumulators import Accumulator
from sim.layers import Layer
from sim.network import Network
from sim.structures import Structure

# Bits of every layer's sum; `safe`: of each layer the fewest that surely hold what it adds.
SUMS = ("32", "16", "safe")


def sums_hold(network: Network, structure: Structure, name: str) -> bool:
    """Whether sums of a width surely hold what every layer adds on a structure.

    Parameters
    ----------
    name
        One of `SUMS`.
    """
    layers = network.weighted.values()
    return name == "safe" or all(structure.least_acc_bits(layer) <= int(name) for layer in layers)


def with_sums(network: Network, structure: Structure, name: str) -> Network:
    """The network with sums of a width; a layer whose sum it does not hold gets a wider one.

    Parameters
    ----------
    name
        One of `SUMS`.
    """
    layers: dict[str, Layer] = {}
    for layer_name, layer in network.weighted.items():
        least = structure.least_acc_bits(layer)
        bits = least if name == "safe" else max(int(name), least)
        accumulator = Accumulator(bits, "refuse", layer.accumulator.split)
        layers[layer_name] = replace(layer, accumulator=accumulator)
    return network.with_layers(layers)
