"""Sums that Icarus Verilog has in their registers where the supply is lowered.

All delays of the netlist are longer by the voltage's factor, and the clock is not: a sum
that comes late is stored wrong. A step of simulation is longer by that factor, so that no
delay is rounded. The clock period is shorter by the set-up time, which simulated flip-flops
do not have.
"""

import math
from dataclasses import dataclass

import numpy as np

from characterize import samples
from characterize.delays import Delays
from characterize.errors import CharacterizeError
from characterize.network.layers import Mapped
from characterize.pruning.paths import set_ups_ps
from characterize.simulators.observe import observe, results
from characterize.simulators.protocol import Simulation
from sim.formats import IntArray

_FINER = 64  # steps of simulation in one of the delays: the clock's edge is rounded to two


@dataclass(frozen=True, slots=True)
class ClockedSums:
    """What was found in the register of sums.

    Attributes
    ----------
    sums
        How many were looked at.
    wrong
        How many of them had a wrong bit.
    """

    sums: int
    wrong: int


def clocked_sums(
    mapped: Mapped,
    weights: IntArray,
    activations: IntArray,
    delay_factor: float,
    clock_ps: float,
    transitions: int = 64,
    seed: int = 0,
) -> ClockedSums:
    """Run every weight with transitions of activations and sums at random, clocked.

    Parameters
    ----------
    weights, activations
        Values that are allowed.
    delay_factor
        How many times as long delays are as at the nominal voltage.
    clock_ps
        Clock period.
    transitions
        Of each weight. The one to the next weight is not looked at: loading one
        takes a cycle in which no sum is stored.
    seed
        Of what is drawn.

    Raises
    ------
    CharacterizeError
        If a set is empty, the delays are no times, or Icarus Verilog is missing.
    """
    for what, values in (("weights", weights), ("activations", activations)):
        if not len(values):
            raise CharacterizeError(f"no {what} are allowed: keep one at least")
    netlist = mapped.netlist
    delays = slower(mapped.delays, delay_factor)
    assert delays.step_ps is not None
    set_up_ps = max(set_ups_ps(netlist, mapped.timing).values(), default=0.0) * delay_factor
    # What comes in the very step that is allowed is stored: the edge is behind it.
    half = math.floor((clock_ps - set_up_ps) / delays.step_ps / 2) + 1
    operands = _operands(mapped, weights, activations, transitions, seed)
    simulation = Simulation(netlist.unit, operands, netlist, 0, delays)
    (outputs,) = observe([simulation], half)
    (port,) = netlist.unit.results
    got = results(simulation, port, outputs[port.role])
    references = netlist.unit.references(operands)[port.role]
    wrong = (got != references[: len(got)]) & _held(operands["w"])[: len(got)]
    return ClockedSums(int(_held(operands["w"])[: len(got)].sum()), int(wrong.sum()))


def slower(delays: Delays, factor: float) -> Delays:
    """All delays times a factor: as many steps, longer ones, each of many finer ones.

    Raises
    ------
    CharacterizeError
        If the delays are no times.
    """
    if delays.step_ps is None:
        raise CharacterizeError(f"{delays.model} delays are no times: take library delays")
    return Delays(
        delays.model,
        delays.step_ps * factor / _FINER,
        delays.operands * _FINER,
        {place: steps * _FINER for place, steps in delays.outputs.items()},
    )


def _operands(
    mapped: Mapped, weights: IntArray, activations: IntArray, transitions: int, seed: int
) -> dict[str, IntArray]:
    """Each weight for some operations; sums of all lengths, so that carries go all ways."""
    unit = mapped.netlist.unit
    addend = unit.port("addend")
    assert addend is not None
    count = len(weights) * (transitions + 1)
    name = f"clocked sums {seed}"
    shift = samples.words(f"{name} shift", count) * addend.format.bits >> 32
    drawn = samples.uniform(samples.words(f"{name} sums", count), addend.format)
    x = samples.words(f"{name} x", count) * len(activations) >> 32
    return {
        "x": np.asarray(activations, dtype=np.int64)[x],
        "w": np.repeat(np.asarray(weights, dtype=np.int64), transitions + 1),
        "addend": drawn >> shift,
    }


def _held(w: IntArray) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Whether the weight is that of the operation before; not so of the first."""
    return np.append(False, w[1:] == w[:-1])
