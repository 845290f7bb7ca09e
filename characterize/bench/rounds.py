"""Rounds in which every engine runs once: what is slow at a time is slow for all."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import numpy as np

from characterize.bench.case import BenchCase
from characterize.bench.contestant import Name
from characterize.bench.growth import Point, growth
from characterize.bench.worker import FIRST_VECTORS, Worker
from characterize.simulators.bitparallel.binding import CKernel, levels
from characterize.simulators.bitparallel.rates import limit

THREADS = (1, 2)
_MOST_VECTORS = 1 << 31
# How much faster a longer run may turn out: the first one includes what is done once.
_GROWTH = 16
# So many times the others' budget lets the first engine reach a billion vectors with delays.
_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds of one run of an engine, and the number of runs whose median counts."""

    seconds: float = 1.0
    rounds: int = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """What one engine did with a case.

    Attributes
    ----------
    vectors_per_s
        Median of the rounds.
    spread_percent
        Fastest less slowest round, of the median.
    ratio_to_limit
        Rate by that of the register-only loop for as many nets, one thread of the best
        instruction set, measured in the same rounds.
    nets_agree, nets
        Nets whose toggles are the same: with those of the referee (bit-parallel
        engines), with those of the first bit-parallel engine (all others).
    """

    name: Name
    vectors: int
    vectors_per_s: float
    spread_percent: float
    ratio_to_limit: float
    nets_agree: int
    nets: int
    start_up_s: float
    peak_memory_mb: float


def names(delay_model: str) -> list[Name]:
    """All engines that have a delay model, the fastest kind first."""
    found = [Name("bitparallel", simd, threads) for simd in levels() for threads in THREADS]
    found.append(Name("bitparallel-numpy"))
    if delay_model == "zero":
        found += [Name("kyupy-logicsim"), Name("verilator-saif")]
    else:
        found.append(Name("kyupy-wavesim"))
    found += [Name("icarus"), Name("cocotb-icarus")]
    if delay_model == "zero":
        found.append(Name("cocotb-verilator"))
    return found


def compete(
    case: BenchCase,
    engines: Sequence[Name],
    budget: Budget,
    progress: Callable[[str], None] = lambda _: None,
    growing_s: float = 0.0,
) -> tuple[list[Standing], list[Point]]:
    """Run engines in turn, and compare what they counted, net by net.

    Parameters
    ----------
    engines
        The first is a bit-parallel one; `icarus` is among them, and its referee.
    growing_s
        Budget of `growth` for each engine with one thread, the bit-parallel one has a
        multiple of it; 0 leaves it out.

    Raises
    ------
    CharacterizeError
        If an engine is missing or fails.
    """
    with ExitStack() as stack:
        workers = []
        for name in engines:
            progress(f"{case.label}: starting {name}")
            workers.append(stack.enter_context(Worker(name, case)))
        vectors = {worker.name: fitting(worker, budget.seconds) for worker in workers}
        seconds: dict[Name, list[float]] = {worker.name: [] for worker in workers}
        toggles = {}
        limits = []
        for number in range(budget.rounds):
            progress(f"{case.label}: round {number + 1} of {budget.rounds}")
            limits.append(limit(CKernel(), case.netlist.nets))
            for worker in workers:
                run = worker.run(vectors[worker.name])
                seconds[worker.name].append(run.rate_seconds)
                toggles[worker.name] = run.toggles
        progress(f"{case.label}: comparing nets")
        referee = Name("icarus")
        standings = []
        for worker in workers:
            name = worker.name
            if name.engine.startswith("bitparallel"):
                mine, theirs = worker.run(vectors[referee]).toggles, toggles[referee]
            else:
                mine, theirs = toggles[name], workers[0].run(vectors[name]).toggles
            same = mine[case.compared] == theirs[case.compared]
            rates = [vectors[name] / each for each in seconds[name]]
            standings.append(
                Standing(
                    name=name,
                    vectors=vectors[name],
                    vectors_per_s=median(rates),
                    spread_percent=100 * (max(rates) - min(rates)) / median(rates),
                    ratio_to_limit=median(rates) / median(limits),
                    nets_agree=int(np.count_nonzero(same)),
                    nets=case.compared.size,
                    start_up_s=worker.start_up_s,
                    peak_memory_mb=worker.peak_memory_mb(),
                )
            )
        points: list[Point] = []
        for worker in workers:
            # Of the instruction sets the best is enough.
            first = worker is workers[0] or not worker.name.engine.startswith("bitparallel")
            if growing_s and first:
                progress(f"{case.label}: growth of {worker.name}")
                points += growth(worker, growing_s * (_PATIENCE if worker is workers[0] else 1))
    return standings, points


def fitting(worker: Worker, seconds: float) -> int:
    """Vectors that take about so long."""
    vectors = FIRST_VECTORS
    while True:
        taken = worker.run(vectors).rate_seconds
        if taken >= seconds / 4 or vectors >= _MOST_VECTORS:
            return max(FIRST_VECTORS, min(_MOST_VECTORS, int(vectors * seconds / taken)))
        vectors = int(vectors * min(_GROWTH, 1 + seconds / 2 / taken))
