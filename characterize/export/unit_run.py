"""One unit, synthesized and simulated for the exports that are of its nets."""

from dataclasses import dataclass

import numpy as np

from characterize.activity import Activity
from characterize.cache import NO_CACHE, Cache
from characterize.case import Case, input_hash
from characterize.cell_table import load_library
from characterize.delays import ZERO, Delays, delays_of
from characterize.energy import EnergyReport
from characterize.errors import CharacterizeError
from characterize.export.statement import NOT_INCLUDED, number
from characterize.netlist import Netlist
from characterize.rows import clock_period_ps
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.plain_icarus import PlainIcarus
from characterize.simulators.protocol import Simulation, Simulator
from characterize.simulators.referee import compare_with_referee
from characterize.synthesis import synthesize
from characterize.timing import StaticTiming, analyze
from sim.formats import IntArray

ENGINE = "bitparallel"


@dataclass(frozen=True, eq=False)
class UnitRun:
    """A unit's netlist and what its nets did.

    Attributes
    ----------
    activity
        With the case's delays, in one block; glitches are what they add.
    referee_vectors
        Operations in which every net was compared with the referee.
    """

    case: Case
    netlist: Netlist
    timing: StaticTiming
    delays: Delays
    activity: Activity
    referee_vectors: int

    @property
    def clock_ps(self) -> float:
        """Clock period of the unit."""
        return clock_period_ps(self.netlist.library, self.timing)

    @property
    def report(self) -> EnergyReport:
        """Energy of the run, by part and by gate."""
        return EnergyReport(self.netlist, self.timing, self.activity, self.clock_ps)

    @property
    def toggles(self) -> IntArray:
        """Toggles of each net in the whole run, shape (nets,)."""
        return np.asarray(self.activity.toggles.sum(axis=0), dtype=np.int64)

    def statement(self, figures: str) -> list[str]:
        """Lines that tell what the run was; `figures`: what the file holds, in which units."""
        case, library, delays = self.case, self.netlist.library, self.delays
        step = f" (step {number(delays.step_ps)} ps)" if delays.step_ps is not None else ""
        return [
            f"Gatewatt: {case.unit.name}, measured at the gates. {figures}",
            f"Library {library.name}: {number(library.conditions.vdd_v)} V, clock period "
            f"{number(self.clock_ps)} ps; stimulus {case.stimulus.name}, seed "
            f"{case.stimulus.seed}, {case.vectors} operations in {self.activity.total_cycles} "
            f"cycles; delay model {delays.model}{step}; engine {ENGINE}, every net equal to "
            f"Icarus in the first {self.referee_vectors}.",
            f"Not included: {NOT_INCLUDED}.",
            f"From Verilog, cell table and synthesizer with the joint SHA-256 "
            f"{input_hash([case.unit], [library])}.",
        ]


def run_unit(case: Case, cache: Cache = NO_CACHE, referee: Simulator | None = None) -> UnitRun:
    """Synthesize a case's unit, and count the toggles of its nets.

    Parameters
    ----------
    case
        Its number of vectors is counted, whatever the precision.
    cache
        Holds netlists.
    referee
        Which the engine is held against; Icarus if None.

    Raises
    ------
    CharacterizeError
        If the unit cannot be synthesized, computes something wrong, or the referee
        counts otherwise.
    """
    if case.vectors < 1:
        raise CharacterizeError(f"--vectors {case.vectors}: count 1 operation or more")
    library = load_library(case.library)
    netlist = synthesize(case.unit, library, cache)
    timing = analyze(netlist)
    delays = delays_of(netlist, timing, case.delay_model, case.step_ps)
    operands = case.stimulus.operands(case.unit, case.vectors + 1)
    # Glitches are counted beside a run without delays.
    simulations = [Simulation(case.unit, operands, netlist, 1, d) for d in (ZERO, delays)]
    engine = BitParallel()
    compared = min(compare_with_referee(engine, referee or PlainIcarus(), simulations))
    zero, counted = (outcome.activity for outcome in engine.run(simulations))
    assert zero is not None
    assert counted is not None
    activity = counted.beside_zero_delays(zero)
    return UnitRun(case, netlist, timing, delays, activity, compared)
