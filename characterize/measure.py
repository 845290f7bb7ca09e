"""Measuring a unit: its cases through synthesis, simulation and energy, to table rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from characterize.activity import Activity, nested_blocks
from characterize.cache import NO_CACHE, Cache
from characterize.case import Case
from characterize.cell_table import load_library
from characterize.delays import ZERO, Delays, delays_of
from characterize.energy import EnergyReport
from characterize.netlist import Netlist
from characterize.precision import OperandStream, more_vectors, pieces
from characterize.rows import Row, case_rows, clock_period_ps
from characterize.simulators.icarus import Icarus
from characterize.simulators.observe import compare_with_rtl
from characterize.simulators.plain_icarus import PlainIcarus
from characterize.simulators.protocol import Simulation, Simulator
from characterize.simulators.referee import compare_with_referee
from characterize.synthesis import synthesize
from characterize.timing import StaticTiming, analyze

# Of the RTL, which event-driven simulators run slower than its netlist; and of both where
# only their outputs are compared.
_RTL_VECTORS = 500
_OUTPUT_VECTORS = 2000
_ZERO = ZERO.model


@dataclass(frozen=True, eq=False)
class _Group:
    """Cases of one unit with the same operands: what differs is delays."""

    cases: tuple[Case, ...]
    netlist: Netlist
    timing: StaticTiming

    @cached_property
    def delays(self) -> dict[tuple[str, float | None], Delays]:
        """What has to run: without delays, for glitches are counted beside it; then the rest."""
        wanted = dict.fromkeys([(_ZERO, None), *(_delay_key(case) for case in self.cases)])
        return {key: delays_of(self.netlist, self.timing, key[0], step_ps=key[1]) for key in wanted}

    @cached_property
    def stream(self) -> OperandStream:
        """The operands of all cases."""
        return OperandStream(self.cases[0].stimulus, self.cases[0].unit)

    def simulations(
        self, first: int, end: int, whole: int, delayed: bool = False
    ) -> list[Simulation]:
        """Of the operations from one to another of `whole`: one for each of `delays`.

        Or only those with delays, where there are any.
        """
        operands, uncounted = self.stream.between(first, end, whole)
        wanted = list(self.delays.values())
        if delayed and len(wanted) > 1:
            del wanted[0]
        blocks = tuple(nested_blocks(first, end, whole).tolist())
        return [
            Simulation(self.cases[0].unit, operands, self.netlist, blocks, delays, uncounted)
            for delays in wanted
        ]

    def reports(self, counted: Sequence[Activity]) -> list[EnergyReport]:
        """Energy of each case, from the activities of its simulations."""
        return [self.report(activity) for activity in self.activities(counted)]

    def report(self, activity: Activity) -> EnergyReport:
        """Energy with an activity."""
        clock_ps = clock_period_ps(self.netlist.library, self.timing)
        return EnergyReport(self.netlist, self.timing, activity, clock_ps)

    def activities(self, counted: Sequence[Activity]) -> list[Activity]:
        """The activity of each case, its glitches beside the toggles without delays."""
        keys = list(self.delays)[-len(counted) :]
        activities = dict(zip(keys, counted, strict=True))
        zero = activities.setdefault((_ZERO, None), activities[keys[0]].without_delays())
        return [activities[_delay_key(case)].beside_zero_delays(zero) for case in self.cases]


def measure(
    cases: Sequence[Case],
    simulator: Simulator | None = None,
    cache: Cache = NO_CACHE,
    referee: Simulator | None = None,
) -> list[list[Row]]:
    """Rows of `units.csv` for cases, which are simulated side by side.

    Each unit's RTL runs beside its netlist with the beginning of its first stimulus:
    both must equal the reference operator in every cycle, and each other where an
    output has none. A case with delays is
    counted beside the same one without: what is more are glitches. An engine that is
    no referee must count as one does on the beginning of every simulation.

    Parameters
    ----------
    cases
        All with one library.
    simulator
        Engine; Icarus if None.
    cache
        Holds netlists.
    referee
        Of an engine that is none; Icarus, without cocotb, if None.

    Returns
    -------
    list of list of dict
        For each case its rows, column -> value.

    Raises
    ------
    CharacterizeError
        If a unit cannot be synthesized, or computes something wrong.
    """
    engine = simulator or Icarus()
    groups = _groups(cases, cache)
    vectors = [group.cases[0].vectors for group in groups]
    simulations = [
        group.simulations(0, count, count) for group, count in zip(groups, vectors, strict=True)
    ]
    rtl = _rtl(simulations)
    for some in {some[0].unit.name: some for some in reversed(simulations)}.values():
        compare_with_rtl(_shortened(some[0], _OUTPUT_VECTORS))
    columns: Row = {"engine": engine.name, "referee": None}
    together = [simulation for some in simulations for simulation in some]
    compared = [0] * len(together)
    if engine.is_referee:
        activities = _activities(engine, [*together, *rtl])
    else:
        judge = referee or PlainIcarus()
        compared = compare_with_referee(engine, judge, [*together, *rtl])
        columns |= {"referee": judge.name}
        activities = _activities(engine, together)
    measured: dict[Case, list[Row]] = {}
    position = 0
    for group, fewest, some in zip(groups, vectors, simulations, strict=True):
        first = activities[position : position + len(some)]
        columns["referee_vectors"] = min(compared[position : position + len(some)])
        position += len(some)
        count, reports = _precise(engine, group, fewest, first)
        for case, report in zip(group.cases, reports, strict=True):
            delays = group.delays[_delay_key(case)]
            rows = case_rows(case, count, group.timing, delays, report)
            measured[case] = [row | columns for row in rows]
    return [measured[case] for case in cases]


def _precise(
    engine: Simulator, group: _Group, vectors: int, activities: Sequence[Activity]
) -> tuple[int, list[EnergyReport]]:
    """Operations that reach the precision that is wanted, and what they gave.

    An engine that is no referee counts functional toggles beside all others: where the
    first activities show that they are those of the run without delays, this one is not
    repeated. On the way intervals are estimated, with the first energies of a toggle.
    """
    delayed = all(np.array_equal(some.functional, activities[0].toggles) for some in activities)
    if delayed and len(activities) > 1:
        activities = activities[1:]
    case = group.cases[0]
    if case.precision_percent is None:
        return vectors, group.reports(activities)
    first_report = group.report(activities[-1])
    while True:
        relative_ci = max(map(first_report.relative_ci_of, group.activities(activities)))
        more = more_vectors(case, vectors, relative_ci)
        if more == vectors:
            reports = group.reports(activities)
            more = more_vectors(case, vectors, max(report.relative_ci for report in reports))
        if more == vectors:
            return vectors, reports
        for first, end in pieces(vectors, more):
            later = _activities(engine, group.simulations(first, end, more, delayed))
            activities = [
                some.followed_by(other) for some, other in zip(activities, later, strict=True)
            ]
        vectors = more


def _activities(engine: Simulator, simulations: Sequence[Simulation]) -> list[Activity]:
    """What an engine counts of simulations; of RTL, which it runs too, nothing."""
    counted = [outcome.activity for outcome in engine.run(simulations)]
    return [activity for activity in counted if activity is not None]


def _delay_key(case: Case) -> tuple[str, float | None]:
    return case.delay_model, None if case.delay_model == _ZERO else case.step_ps


def _groups(cases: Sequence[Case], cache: Cache) -> list[_Group]:
    library = load_library(cases[0].library)
    mapped: dict[str, tuple[Netlist, StaticTiming]] = {}
    together: dict[tuple[object, ...], list[Case]] = {}
    for case in cases:
        if case.unit.name not in mapped:
            netlist = synthesize(case.unit, library, cache)
            mapped[case.unit.name] = netlist, analyze(netlist)
        key = case.unit.name, case.stimulus, case.vectors, case.precision_percent
        together.setdefault(key, []).append(case)
    return [_Group(tuple(some), *mapped[some[0].unit.name]) for some in together.values()]


def _rtl(simulations: Sequence[Sequence[Simulation]]) -> list[Simulation]:
    """The RTL of each unit with the beginning of its first operands."""
    first = {some[0].unit.name: some[0] for some in reversed(simulations)}
    return [replace(_shortened(s, _RTL_VECTORS), netlist=None) for s in reversed(first.values())]


def _shortened(simulation: Simulation, vectors: int) -> Simulation:
    operands = {role: values[:vectors] for role, values in simulation.operands.items()}
    return Simulation(simulation.unit, operands, simulation.netlist)
