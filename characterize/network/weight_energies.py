"""What a weight's value costs: energy beside a weight of 0, in a layer's own operations.

Some weights of the layer are replaced, at random places, by each value in turn, the signs drawn
once: the difference of the energies of all operations, those before and behind included, is what
so many weights of the value add. So a unit with gated clocks, or one that adds again and again,
is asked in the same way as one whose operand stays.
"""

import numpy as np

from characterize.library import FloatArray
from characterize.network.chunks import layer_chunks
from characterize.network.energies import UnitEnergy, activity_of
from characterize.network.gates import GateStream
from characterize.network.layers import Gates, LayerGates
from sim.formats import IntArray
from sim.patches import Array

_OPERATIONS = 1 << 14
_REPLACED = 0.125  # share of the weights
_SEED = 1


def weight_energies(layer: LayerGates, x: Array, gates: Gates) -> FloatArray:
    """Energy of an operation by magnitude of its weight, beside one with weight 0.

    Parameters
    ----------
    layer
        Whose weights have both signs.
    x
        What it takes, of one image or more, shape (N, ...).
    gates
        Dataflow and order.

    Returns
    -------
    FloatArray
        In fJ, shape (largest magnitude + 1,); 0 first, and up to the layer's largest one.

    Raises
    ------
    CharacterizeError
        If a result is not that of `sim`.
    """
    random = np.random.Generator(np.random.PCG64(_SEED))
    product = layer.layer.products[0]
    matrix = next(iter(layer.layer.matrices(x[:1])))
    weights = product.weights
    columns = weights[:, : max(_OPERATIONS // weights.shape[0] // 8, 1)]
    count = max(_OPERATIONS // columns.size, 1)
    rows = matrix[np.sort(random.permutation(len(matrix))[:count])]
    places = random.random(columns.shape) < _REPLACED
    places[0, 0] = True
    signs = random.choice([-1, 1], columns.shape)
    stream = GateStream(layer.unit.netlist, layer.unit.delays)
    energies_fj = [
        _energy_fj(layer, stream, rows, np.where(places, value * signs, columns), gates)
        for value in range(int(np.abs(weights).max()) + 1)
    ]
    return (np.array(energies_fj) - energies_fj[0]) / (np.count_nonzero(places) * len(rows))


def _energy_fj(
    layer: LayerGates, stream: GateStream, rows: Array, weights: IntArray, gates: Gates
) -> float:
    stream.restart()
    for chunk in layer_chunks(layer.unit.netlist.unit, rows, weights, gates.dataflow, gates.order):
        stream.run(chunk)
    counts = stream.finish()
    return UnitEnergy.of(layer.unit, activity_of([counts]), counts.cycles).energy_fj
