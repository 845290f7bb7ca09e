"""Holding an engine's counts against those of a referee, net by net."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from characterize.errors import CharacterizeError
from characterize.netlist import net_name
from characterize.simulators.protocol import Simulation, Simulator

REFEREE_VECTORS = 500  # operations of each simulation that both run


def compare_with_referee(
    engine: Simulator, referee: Simulator, simulations: Sequence[Simulation]
) -> int:
    """Run the beginning of simulations on both engines; all counts must be equal.

    Parameters
    ----------
    simulations
        Of netlists, and of RTL, which only the referee runs.

    Returns
    -------
    int
        Operations that were compared of each netlist, at most `REFEREE_VECTORS`.

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
    return min((simulation.operations for simulation in counted), default=0)


def _beginning(simulation: Simulation) -> Simulation:
    operands = {role: values[: REFEREE_VECTORS + 1] for role, values in simulation.operands.items()}
    return replace(simulation, operands=operands, blocks=int(simulation.counted))
