"""What each cycle did: its energy, and when its nets came to rest.

Energies are sums of whole numbers: each net's weight is rounded to a quantum, the
largest weight divided by 2^24, so that a sum is the same with every instruction set and
number of threads, and off by at most 2^-25 of the largest weight for each toggle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.engine import best_kernel, wrong_result
from characterize.simulators.bitparallel.lanes import Watch
from characterize.simulators.bitparallel.planes import planes_of
from characterize.simulators.bitparallel.program import compile_netlist
from characterize.simulators.bitparallel.stream import Kernel, Stream
from characterize.simulators.protocol import Simulation
from sim.formats import IntArray

_QUANTA = 1 << 24


@dataclass(frozen=True, eq=False)
class PerCycle:
    """Each counted cycle of a simulation, in order.

    Attributes
    ----------
    energy
        Toggles of all nets times their weights, in the weights' unit, shape (cycles,).
        The ungated clock has no weight here: it toggles twice in every cycle.
    last_step
        Steps of the simulation's delays after the clock's edge at which a net of a set
        changed last; -1 where none did; shape (sets, cycles). Without delays it is 0
        where one did.
    """

    energy: FloatArray
    last_step: IntArray


def per_cycle(
    simulation: Simulation,
    weights: FloatArray | None = None,
    sets: Sequence[Sequence[int]] = (),
    kernel: Kernel | None = None,
    jobs: int = 1,
) -> PerCycle:
    """Run a simulation and note what each of its counted cycles did.

    Parameters
    ----------
    weights
        Of one toggle of each net, in any unit, negative ones too, shape (nets,); None
        gives energies of 0.
    sets
        Nets of each set whose last change is wanted.
    kernel
        What runs the lanes; the best there is if None.
    jobs
        Number of threads.

    Raises
    ------
    CharacterizeError
        If the simulation has no netlist, an output is wrong, or weights or nets do not
        fit the netlist.
    """
    netlist = simulation.netlist
    if netlist is None:
        raise CharacterizeError(f"{simulation.label}: cycles of RTL have no nets, give a netlist")
    quantum, watch = _watch(netlist, weights, sets)
    program = compile_netlist(netlist, simulation.delays)
    stream = Stream(kernel or best_kernel(), program, planes_of(simulation, netlist), jobs, watch)
    counts = stream.run([simulation.lead_in * simulation.unit.cycles_per_op, simulation.cycles])
    if counts.wrong is not None:
        raise wrong_result(simulation, counts.wrong)
    if counts.watched is None:
        nothing = np.zeros((len(sets), 0), dtype=np.int64)
        return PerCycle(np.zeros(0), nothing)
    energy = np.asarray(counts.watched.sums * quantum, dtype=np.float64)
    return PerCycle(energy, counts.watched.latest)


def by_label(
    values: FloatArray, labels: npt.NDArray[np.integer], size: int
) -> tuple[IntArray, FloatArray]:
    """Cycles with each label, and the sum of their values.

    Parameters
    ----------
    values
        Of each cycle, shape (cycles,).
    labels
        Of each cycle, from 0 to size - 1, shape (cycles,).

    Returns
    -------
    cycles, sums
        Shape (size,).

    Raises
    ------
    CharacterizeError
        If a label is out of range, or there is not one for each value.
    """
    if values.shape != labels.shape:
        raise CharacterizeError(
            f"{labels.size} labels of {values.size} cycles: give one for each cycle"
        )
    if labels.size and not 0 <= int(labels.min()) <= int(labels.max()) < size:
        raise CharacterizeError(
            f"labels from {labels.min()} to {labels.max()}: {size} labels go from 0 to {size - 1}"
        )
    cycles = np.bincount(labels, minlength=size).astype(np.int64)
    sums = np.bincount(labels, weights=values, minlength=size).astype(np.float64)
    return cycles, sums


def _watch(
    netlist: Netlist, weights: FloatArray | None, sets: Sequence[Sequence[int]]
) -> tuple[float, Watch]:
    """The quantum of weights, and what is watched."""
    member = np.zeros((len(sets), netlist.nets), dtype=np.bool_)
    for number, nets in enumerate(sets):
        for net in nets:
            if not 0 <= net < netlist.nets:
                raise CharacterizeError(
                    f"{netlist.unit.name}: set {number} has net {net}, but nets go from 0 to "
                    f"{netlist.nets - 1}"
                )
            member[number, net] = True
    if weights is None:
        return 0.0, Watch(None, member)
    if weights.shape != (netlist.nets,) or not np.isfinite(weights).all():
        raise CharacterizeError(
            f"{netlist.unit.name}: weights of shape {weights.shape}: "
            f"give a finite one for each of {netlist.nets} nets"
        )
    quantum = float(np.abs(weights).max()) / _QUANTA or 1.0
    return quantum, Watch(np.rint(weights / quantum).astype(np.int64), member)
