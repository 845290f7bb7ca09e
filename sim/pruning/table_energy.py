"""Energy of a network's weights by measured tables: which weight is held for how many cycles."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.layers import Layer
from sim.network import Network
from sim.pruning.weight_tables import WeightTables


def layer_energies_nj(network: Network, tables: WeightTables) -> dict[str, float]:
    """Energy of an image by layer, if each multiplication is a cycle of the tables' unit.

    The tables are those of the activations that they were measured with: what other
    activations change is known at the gates only.

    Parameters
    ----------
    network
        Of integers.
    tables
        Of the same network, or one that it was made from.

    Raises
    ------
    SimError
        If the tables lack a layer or a weight.
    """
    macs, found = network.macs(), {}
    for name, layer in network.weighted.items():
        weights = layer.weight
        if weights.min() < tables.weights[0] or weights.max() > tables.weights[-1]:
            raise SimError(
                f"layer {name}: weights from {weights.min()} to {weights.max()}, the tables' unit "
                f"{tables.conditions.unit} holds {tables.weights[0]} to {tables.weights[-1]}"
            )
        mean_fj = tables.energy_fj[tables.row(name)][weights - tables.weights[0]].mean()
        found[name] = macs[name] * float(mean_fj) * 1e-6
    return found


def used_weights(network: Network) -> dict[str, IntArray]:
    """The values that weights of each layer have, ascending."""
    return {name: np.unique(layer.weight) for name, layer in network.weighted.items()}


def on_unit(network: Network, tables: WeightTables) -> Network:
    """The same integers as operands of the tables' unit, whose sums are not split.

    Raises
    ------
    SimError
        If the unit does not hold a layer's operands; the message names the layer.
    """
    formats: Mapping[str, IntFormat] = {
        "x": _format(tables.activations), "w": _format(tables.weights)
    }  # fmt: skip
    layers: dict[str, Layer] = {}
    for name, layer in network.weighted.items():
        x, w = layer.x_format, formats["w"]
        if x.min < formats["x"].min or x.max > formats["x"].max or not w.contains(layer.weight):
            raise SimError(
                f"layer {name}: {tables.conditions.unit} does not hold activations of {x} "
                f"and weights from {layer.weight.min()} to {layer.weight.max()}: take fewer bits"
            )
        sums = replace(layer.accumulator, split=False)
        layers[name] = replace(layer, w_format=w, accumulator=sums)
    return network.with_layers(layers)


def _format(values: IntArray) -> IntFormat:
    return IntFormat(int(values.size - 1).bit_length(), bool(values[0] < 0))
