"""Networks whose requantizers are those of the hardware: integer multipliers and a shift."""

from dataclasses import replace

import numpy as np

from sim.network import INPUT, Network, Node
from sim.requantize import MAX_SHIFT, Requantize

_MULTIPLIER_BITS = 15  # of magnitudes


def shifting(network: Network) -> Network:
    """The network with multipliers of 16 bits in place of real ones.

    Multipliers and offsets are rounded to a step of 2^-shift, halves of results up and no
    longer to even numbers: a few results differ by 1. What shifts already stays.

    Parameters
    ----------
    network
        Of integers.
    """
    nodes = [
        Node(node.name, shifted(node.layer), node.inputs)
        if isinstance(node.layer, Requantize) and node.layer.rounding != "shift"
        else node
        for node in network.nodes
    ]
    return Network(nodes, network.shapes[INPUT])


def shifted(layer: Requantize) -> Requantize:
    """A requantizer of real multipliers as one of integers."""
    largest = max(float(np.abs(factor).max()) for factor in layer.multipliers)
    shift = int(np.floor(_MULTIPLIER_BITS - np.log2(largest))) if largest else 0
    shift = min(max(shift, 0), MAX_SHIFT)
    # A power of two would be one more than 16 bits with a sign hold.
    shift -= shift > 0 and np.rint(largest * 2.0**shift) == 1 << _MULTIPLIER_BITS
    return replace(
        layer,
        multipliers=tuple(np.rint(factor * 2.0**shift) for factor in layer.multipliers),
        offset=np.rint(layer.offset * 2.0**shift),
        rounding="shift",
        shift=shift,
    )
