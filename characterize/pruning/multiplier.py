"""What each weight does with each transition of the activation: energy, and when it rests.

Exhaustive: 2^24 entries of a multiplier of 8 by 8 bits, each run through the gates once.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from characterize.library import FloatArray
from characterize.models.exact_tables import held_cycles
from characterize.network.layers import Mapped
from characterize.pruning.paths import addend_path_ps, product_nets, tails_ps
from sim.formats import IntArray

Table = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class MultiplierTables:
    """The tables of a unit that adds a product to its neighbour's sum.

    Attributes
    ----------
    weights, activations
        Every value of the operands, ascending, shapes (W,) and (X,).
    energy_fj
        Of what only x and w move: multiplier, operands, product; [w, x before, x after],
        shape (W, X, X).
    arrival_ps
        From the clock's edge that changes x: until each bit of the product that moves is at
        rest, and from there the longest path through the adder until the sum is stored,
        set-up time included, the latest of all bits; but not less than the longest path of
        the sum that arrives, which moves at that edge too. NaN without delays that are
        times; shape (W, X, X).
    """

    weights: IntArray
    activations: IntArray
    energy_fj: Table
    arrival_ps: Table


def multiplier_tables(mapped: Mapped, weights_fj: FloatArray) -> MultiplierTables:
    """Make the tables.

    Parameters
    ----------
    weights_fj
        Energy of a toggle of each net that counts, shape (nets,).

    Raises
    ------
    CharacterizeError
        If the unit is another one.
    """
    netlist, delays = mapped.netlist, mapped.delays
    x, w = (port.format for role in "xw" if (port := netlist.unit.port(role)) is not None)
    products = product_nets(netlist)
    codes = x.encode(x.values())
    shape = (1 << w.bits, 1 << x.bits, 1 << x.bits)
    energy, arrival = np.zeros(shape, np.float32), np.full(shape, np.nan, np.float32)
    timed = delays.step_ps is not None
    sets = [[net] for net in dict.fromkeys(products)] if timed else []
    tails = tails_ps(netlist, mapped.timing, delays)[[nets[0] for nets in sets]] if timed else None
    floor = addend_path_ps(netlist, mapped.timing, delays) if timed else 0.0
    for part in held_cycles(netlist, delays, "x", weights_fj, sets):
        places = w.wrap(part.held) - w.min
        by_value = np.ix_(np.arange(len(places)), codes, codes)
        energy[places] = part.energy_fj[by_value]
        if tails is not None and delays.step_ps is not None:
            latest = np.full(part.energy_fj.shape, floor)
            for steps, tail in zip(part.last_step, tails, strict=True):
                moved = np.where(steps >= 0, steps * delays.step_ps + tail, floor)
                np.maximum(latest, moved, out=latest)
            arrival[places] = latest[by_value]
    return MultiplierTables(w.values(), x.values(), energy, arrival)
