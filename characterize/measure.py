"""Measuring a unit: its cases through synthesis, simulation and energy, to table rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from characterize.cache import NO_CACHE, Cache
from characterize.case import Case
from characterize.cell_table import load_library
from characterize.delays import ZERO, Delays, delays_of
from characterize.energy import BLOCKS, EnergyReport
from characterize.netlist import Netlist
from characterize.rows import Row, case_rows, clock_period_ps
from characterize.simulators.icarus import Icarus
from characterize.simulators.observe import compare_with_rtl
from characterize.simulators.protocol import Outcome, Simulation, Simulator
from characterize.simulators.referee import compare_with_referee
from characterize.synthesis import synthesize
from characterize.timing import StaticTiming, analyze

# Of the RTL, which event-driven simulators run slower than its netlist; and of both where
# only their outputs are compared.
_RTL_VECTORS = 500
_OUTPUT_VECTORS = 2000
# With a precision: the numbers of operations that are tried go up in these steps, by
# this much more than the last interval asks for, as that is itself a sample.
_VECTORS_STEP = 10_000
_MARGIN = 1.25
# Of few operations the interval is ill known, and of held weights far too wide: by how much
# their number may grow at once.
_GROWTH = 8
MOST_VECTORS = 10_000_000
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

    def simulations(self, vectors: int, delayed: bool = False) -> list[Simulation]:
        """One for each of `delays`; or only those with delays, where there are any."""
        first = self.cases[0]
        operands = first.stimulus.operands(first.unit, vectors + 1)
        wanted = list(self.delays.values())
        if delayed and len(wanted) > 1:
            del wanted[0]
        return [Simulation(first.unit, operands, self.netlist, BLOCKS, delays) for delays in wanted]

    def reports(self, outcomes: Sequence[Outcome]) -> list[EnergyReport]:
        """Energy of each case, from the outcomes of `simulations`."""
        keys = list(self.delays)[-len(outcomes) :]
        activities = {}
        for key, outcome in zip(keys, outcomes, strict=True):
            assert outcome.activity is not None
            activities[key] = outcome.activity
        zero = activities.setdefault((_ZERO, None), activities[keys[0]].without_delays())
        clock_ps = clock_period_ps(self.netlist.library, self.timing)
        return [
            EnergyReport(
                self.netlist, self.timing,
                activities[_delay_key(case)].beside_zero_delays(zero), clock_ps,
            )
            for case in self.cases
        ]  # fmt: skip


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
        Of an engine that is none; Icarus if None.

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
    simulations = [group.simulations(count) for group, count in zip(groups, vectors, strict=True)]
    rtl = _rtl(simulations)
    for some in {some[0].unit.name: some for some in reversed(simulations)}.values():
        compare_with_rtl(_shortened(some[0], _OUTPUT_VECTORS))
    columns: Row = {"engine": engine.name, "referee": None, "referee_vectors": 0}
    together = [simulation for some in simulations for simulation in some]
    if engine.is_referee:
        outcomes = engine.run([*together, *rtl])
    else:
        judge = referee or Icarus()
        compared = compare_with_referee(engine, judge, [*together, *rtl])
        columns |= {"referee": judge.name, "referee_vectors": compared}
        outcomes = engine.run(together)
    measured: dict[Case, list[Row]] = {}
    position = 0
    for group, fewest, some in zip(groups, vectors, simulations, strict=True):
        first = outcomes[position : position + len(some)]
        position += len(some)
        count, reports = _precise(engine, group, fewest, first)
        for case, report in zip(group.cases, reports, strict=True):
            delays = group.delays[_delay_key(case)]
            rows = case_rows(case, count, group.timing, delays, report)
            measured[case] = [row | columns for row in rows]
    return [measured[case] for case in cases]


def _precise(
    engine: Simulator, group: _Group, vectors: int, outcomes: Sequence[Outcome]
) -> tuple[int, list[EnergyReport]]:
    """Operations that reach the precision that is wanted, and what they gave.

    An engine that is no referee counts functional toggles beside all others: where the
    first outcomes show that they are those of the run without delays, this one is not
    repeated.
    """
    reports = group.reports(outcomes)
    while (more := _more_vectors(group.cases[0], vectors, reports)) > vectors:
        vectors = more
        simulations = group.simulations(vectors, delayed=_counts_functional(outcomes))
        reports = group.reports(engine.run(simulations))
    return vectors, reports


def _counts_functional(outcomes: Sequence[Outcome]) -> bool:
    """Whether each outcome has the toggles of the first one, without delays, among its own."""
    activities = [outcome.activity for outcome in outcomes if outcome.activity is not None]
    return all(np.array_equal(some.functional, activities[0].toggles) for some in activities)


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


def _more_vectors(case: Case, vectors: int, reports: Sequence[EnergyReport]) -> int:
    """How many operations the wanted precision takes; `vectors` where it is reached."""
    if case.precision_percent is None:
        return vectors
    excess = max(report.relative_ci for report in reports) * 100 / case.precision_percent
    if excess <= 1:
        return vectors
    wanted = math.ceil(vectors * excess**2 * _MARGIN / _VECTORS_STEP) * _VECTORS_STEP
    return max(vectors, min(wanted, _GROWTH * vectors, MOST_VECTORS))
