"""Holding an engine's counts against those of a referee, net by net."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from characterize.errors import CharacterizeError
from characterize.netlist import net_name
from characterize.simulators.protocol import Simulation, Simulator

# Operations of each simulation that both run: fewer of large netlists, which take longer.
REFEREE_VECTORS, FEWEST_REFEREE_VECTORS = 500, 200
_REFEREE_GATES = 40_000  # evaluated for each, if each gate were once an operation


def referee_vectors(gates: int) -> int:
    """Operations of a netlist of so many gates that both run."""
    return max(FEWEST_REFEREE_VECTORS, min(REFEREE_VECTORS, _REFEREE_GATES // max(1, gates)))


def compare_with_referee(
    engine: Simulator, referee: Simulator, simulations: Sequence[Simulation]
) -> list[int]:
    """Run the beginning of simulations on both engines; all counts must be equal.

    Parameters
    ----------
    simulations
        Of netlists, and of RTL, which only the referee runs.

    Returns
    -------
    list of int
        Operations that were compared of each netlist, at most `referee_vectors` of it.

    Raises
    ------
    CharacterizeError
        If a net toggles, or settles at 1, more often in one than in the other, or
        an output is wrong.
    """
    beginnings = [_beginning(simulation) for simulation in simulations]
    counted = [s for s in beginnings if s.netlist is not None]
    rest = [s for s in beginnings if s.netlist is None]
    theirs = referee.run([*counted, *rest])
    for simulation, ours, other in zip(counted, engine.run(counted), theirs, strict=False):
        assert ours.activity is not None
        assert other.activity is not None
        for what, mine, wanted in (
            ("toggles", ours.activity.toggles[0], other.activity.toggles[0]),
            ("settles at 1", ours.activity.ones, other.activity.ones),
        ):
            if not np.array_equal(mine, wanted):
                net = int(np.flatnonzero(mine != wanted)[0])
                raise CharacterizeError(
                    f"{simulation.label}, {simulation.delays.model} delays: net {net_name(net)} "
                    f"{what} {mine[net]} times in {engine.name}, {wanted[net]} times in "
                    f"{referee.name}, of {simulation.operations} operations"
                )
    return [simulation.operations for simulation in counted]


def _beginning(simulation: Simulation) -> Simulation:
    netlist = simulation.netlist
    vectors = REFEREE_VECTORS if netlist is None else referee_vectors(len(netlist.gates))
    operands = {role: values[: vectors + 1] for role, values in simulation.operands.items()}
    return replace(simulation, operands=operands, blocks=int(simulation.counted))
