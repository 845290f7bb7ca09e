"""Where the time of a case goes: its stages, each timed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from characterize.activity import Activity, block_sizes
from characterize.case import Case
from characterize.cell_table import load_library
from characterize.delays import ZERO, delays_of
from characterize.energy import BLOCKS, EnergyReport
from characterize.errors import CharacterizeError
from characterize.rows import case_rows, clock_period_ps
from characterize.simulators.bitparallel.engine import BitParallel, best_kernel, wrong_result
from characterize.simulators.bitparallel.planes import planes_of
from characterize.simulators.bitparallel.program import compile_netlist
from characterize.simulators.bitparallel.stream import Stream, StreamCounts
from characterize.simulators.observe import compare_with_rtl
from characterize.simulators.plain_icarus import PlainIcarus
from characterize.simulators.protocol import Simulation
from characterize.simulators.referee import compare_with_referee, referee_vectors
from characterize.synthesis import synthesize
from characterize.timing import analyze

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a case, and the seconds on the wall that it took."""

    name: str
    seconds: float


class Stages:
    """Runs stages one after the other and notes their times.

    Attributes
    ----------
    done
        In the order in which they ran.
    """

    def __init__(self) -> None:
        self.done: list[Stage] = []

    def run(self, name: str, work: Callable[[], _Result]) -> _Result:
        """Run a stage."""
        begin = time.perf_counter()
        result = work()
        self.done.append(Stage(name, time.perf_counter() - begin))
        return result


def profile(case: Case) -> tuple[Stage, ...]:
    """Measure a case as a sweep does, stage by stage, with nothing kept from before.

    A sweep runs it without delays besides, for its glitches. The first kernel call
    reads and prepares the program; it is a stage of its own, as it does not grow with
    the operations.

    Returns
    -------
    tuple of Stage
        In the order in which they run.

    Raises
    ------
    CharacterizeError
        If the case cannot be measured.
    """
    stages = Stages()
    library = stages.run("cell table", lambda: load_library(case.library))
    netlist = stages.run("synthesis", lambda: synthesize(case.unit, library))
    timing = stages.run("static pass", lambda: analyze(netlist))
    delays = delays_of(netlist, timing, case.delay_model, case.step_ps)
    operands = stages.run("stimulus", lambda: case.stimulus.operands(case.unit, case.vectors + 1))
    simulation = Simulation(case.unit, operands, netlist, BLOCKS, delays)
    planes = stages.run("planes and references", lambda: planes_of(simulation, netlist))
    program = stages.run("compile", lambda: compile_netlist(netlist, delays))
    kernel = stages.run("kernel, loading", best_kernel)
    stream = Stream(kernel, program, planes)
    lead_in, per_op = simulation.lead_in, case.unit.cycles_per_op
    begin = lead_in * per_op
    stages.run("kernel, preparation", lambda: stream.run([begin, begin + 1]))
    sizes = block_sizes(simulation.operations, BLOCKS)
    edges = [begin]
    for size in sizes.tolist():
        edges.append(edges[-1] + size * per_op)
    counts = stages.run("kernel", lambda: stream.run(edges))
    if counts.wrong is not None:
        raise wrong_result(simulation, counts.wrong)
    activity = _activity(counts, simulation, per_op)

    def energy() -> None:
        report = EnergyReport(netlist, timing, activity, clock_period_ps(library, timing))
        case_rows(case, case.vectors, timing, delays, report)

    stages.run("energy and rows", energy)
    referee = PlainIcarus()
    rtl = replace(simulation, netlist=None, blocks=0, delays=ZERO)
    stages.run(
        f"referee and RTL, {min(referee_vectors(len(netlist.gates)), case.vectors)} operations",
        lambda: compare_with_referee(BitParallel(kernel), referee, [simulation, rtl]),
    )
    if any(not case.unit.entry.operator.judges(port.role) for port in case.unit.results):
        stages.run("comparison with RTL", lambda: compare_with_rtl(simulation))
    return tuple(stages.done)


def _activity(counts: StreamCounts, simulation: Simulation, cycles_per_op: int) -> Activity:
    """What the stream's counts are as an activity, the clock's toggles included."""
    netlist = simulation.netlist
    assert netlist is not None
    operations = block_sizes(simulation.operations, BLOCKS)
    if (clock := simulation.unit.clock) is not None:
        for net in netlist.ports[clock.name]:
            counts.toggles[:, net] = counts.functional[:, net] = 2 * operations * cycles_per_op
    return Activity(
        operations, counts.toggles, counts.functional, counts.ones.sum(axis=0), cycles_per_op,
        counts.ones,
    )  # fmt: skip


def check_vectors(vectors: int) -> None:
    """Refuse fewer operations than there are blocks.

    Raises
    ------
    CharacterizeError
        If there are fewer.
    """
    if vectors < BLOCKS:
        raise CharacterizeError(f"--vectors {vectors}: give at least {BLOCKS}, one for each block")
