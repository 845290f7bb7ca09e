"""What a weight's value costs: by another way, from single operations, and by what must hold."""

import numpy as np
import pytest

from characterize.network.layers import Gates, LayerGates, layers_at_gates
from characterize.network.weight_energies import weight_energies
from sim.corrections import corrected
from sim.patches import Array
from sim.schemes import Widths
from sim.sources import Source


@pytest.fixture(scope="module")
def inputs() -> tuple[Source, dict[str, Array]]:
    source = Source(calibration=100, validation=50)
    network = source.quantized(corrected("pann", Widths(4, additions=1.5), "bias"))
    names = tuple({layer.source for layer in layers_at_gates(network, Gates("mac_split"))})
    return source, network.run(source.test.images[:1], names).kept


def _layers(source: Source, entry: str) -> tuple[list[LayerGates], Gates]:
    network = source.quantized(corrected("pann", Widths(4, additions=1.5), "bias"))
    gates = Gates(entry)
    return layers_at_gates(network, gates), gates


def test_zero_costs_nothing_and_skipped_clocks_show(
    inputs: tuple[Source, dict[str, Array]],
) -> None:
    source, kept = inputs
    for entry, jump in (("mac_split", False), ("mac_split_zero_skip", True)):
        layers, gates = _layers(source, entry)
        layer = layers[1]
        found = weight_energies(layer, kept[layer.source], gates)
        assert found.shape == (int(np.abs(layer.layer.weight).max()) + 1,)
        assert found[0] == 0
        if jump:
            # A register that is clocked for each weight but 0 is most of what a weight of 1 costs.
            assert found[1] > 2 * abs(found[2] - found[1])
        assert (found[1:] > 0).all()


def test_a_weight_is_paid_as_often_as_it_is_added(inputs: tuple[Source, dict[str, Array]]) -> None:
    """Of repeated addition energies grow with the weight: every addition is a cycle."""
    source, kept = inputs
    layers, gates = _layers(source, "pann_gated")
    layer = layers[1]
    found = weight_energies(layer, kept[layer.source], gates)
    steps = np.diff(found)
    assert (steps > 0).all()
    assert found[-1] > 0.5 * (found.size - 1) * found[1]
    assert np.array_equal(found, weight_energies(layer, kept[layer.source], gates))
