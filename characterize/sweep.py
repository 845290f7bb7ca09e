"""The sweep: which cases to run, side by side in as many processes as allowed.

Finished cases are kept in a cache, so that interrupted work goes on where it
stopped. A case that fails is reported, and the others are measured all the same.
"""

import itertools
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from characterize.cache import NO_CACHE, Cache
from characterize.case import Case, case_key
from characterize.cell_table import load_library
from characterize.delays import DELAY_MODELS
from characterize.errors import CharacterizeError
from characterize.measure import measure
from characterize.memory import keep_freed_memory
from characterize.rows import Row
from characterize.simulators.engines import engine
from characterize.simulators.plain_icarus import PlainIcarus
from characterize.stimulus import Stimulus, default_stimuli
from characterize.units import UnitSpec
from sim.errors import SimError
from sim.parallel import LostWorkerError, is_elsewhere, results, task

DEFAULT = "default"
DEFAULT_ENGINE = "bitparallel"
# Half width of the energy's 95 % confidence interval, and the operations with which
# it is estimated first: with fewer its own spread costs more than they save.
DEFAULT_PRECISION_PERCENT = 0.1
_FEWEST_VECTORS = 50_000
# Of these libraries only units with operands of equal widths are default cases, and of
# activations those with results of up to 8 bits.
SQUARE_ONLY = ("sky130hd",)
_ACTIVATION_BITS = 8
# Units in one run of the simulator: many share its start, and few are repeated
# if one of them is wrong.
_UNITS_A_TASK = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """What a sweep measures of each unit.

    Attributes
    ----------
    libraries
        Names or paths of cell tables.
    stimuli
        Texts of stimuli; `DEFAULT` stands for each unit's default ones.
    delay_models
        As in `delays.DELAY_MODELS`.
    vectors, precision_percent, step_ps
        As in `Case`.
    every_width
        In every library; else only equal (or narrow) ones in those of `SQUARE_ONLY`.
    """

    libraries: tuple[str, ...] = ("asap7", "sky130hd")
    stimuli: tuple[str, ...] = (DEFAULT,)
    delay_models: tuple[str, ...] = ("zero", "library")
    seed: int = 1
    vectors: int = _FEWEST_VECTORS
    precision_percent: float | None = DEFAULT_PRECISION_PERCENT
    step_ps: float | None = None
    every_width: bool = False

    def cases(self, units: Sequence[UnitSpec]) -> list[Case]:
        """The cases of these units, by library, unit, stimulus and delay model."""
        found = []
        for library in self.libraries:
            square_only = library in SQUARE_ONLY and not self.every_width
            for unit in units:
                if square_only and not _is_square(unit):
                    continue
                texts = dict.fromkeys(
                    text
                    for given in self.stimuli
                    for text in (default_stimuli(unit) if given == DEFAULT else [given])
                )
                found += [
                    Case(unit, library, Stimulus(text, self.seed), self.vectors, model,
                         self.step_ps if model == "library" else None, self.precision_percent)
                    for text, model in itertools.product(texts, self.delay_models)
                ]  # fmt: skip
        return found


QUICK = Choice(libraries=("asap7",), stimuli=("uniform",))
FULL = Choice(
    stimuli=(DEFAULT, "sparse(0.5)", "correlated(0.9)"), delay_models=DELAY_MODELS, every_width=True
)


def _is_square(unit: UnitSpec) -> bool:
    """Whether its multiplier's operands are of one width; true where there is none.

    Of an activation unit: whether its result is narrow.
    """
    if unit.family == "activation":
        return unit.results[0].format.bits <= _ACTIVATION_BITS
    x, w = unit.numbers if unit.entry.foreign else (unit.port("x"), unit.port("w"))
    return x is None or w is None or x.format.bits == w.format.bits


@dataclass(frozen=True, slots=True)
class Failure:
    """A unit that could not be measured with a library, and why."""

    unit: str
    library: str
    message: str


@dataclass(frozen=True)
class Sweep:
    """What a sweep gave.

    Attributes
    ----------
    rows
        Rows of `units.csv` in the order of the cases, whatever finished first.
    failures
        Units that are missing in it.
    """

    rows: pd.DataFrame
    failures: tuple[Failure, ...]


def run(
    cases: Sequence[Case],
    jobs: int = 1,
    cache: Cache = NO_CACHE,
    progress: Callable[[int, bool], None] | None = None,
    waves: Path | None = None,
    engine_name: str = DEFAULT_ENGINE,
) -> Sweep:
    """Measure cases in parallel.

    Parameters
    ----------
    jobs
        Number of processes; -1: one a core.
    cache
        Where finished cases are looked up and kept.
    progress
        Called with a number of finished cases, and whether they were in the cache.
    waves
        Folder in which a failing bench leaves its wave dump and Verilog.
    engine_name
        One of `simulators.engines.ENGINES`.

    Raises
    ------
    CharacterizeError
        If an engine is missing, a library cannot be read, or a process was killed.
    """
    simulator = engine(engine_name)
    libraries = {name: load_library(name) for name in {case.library for case in cases}}
    keys = [case_key(case, libraries[case.library], simulator) for case in cases]
    rows: dict[int, list[Row]] = {}
    for index, key in enumerate(keys):
        found = cache.get(key, dict)
        if found is not None:
            rows[index] = found
    if progress:
        progress(len(rows), True)
    failures: list[Failure] = []
    missing = {index: case for index, case in enumerate(cases) if index not in rows}
    work = (task(_task, some, keys, cache, waves, engine_name) for some in _tasks(missing))
    try:
        for finished, failed in results(work, jobs):
            rows |= finished
            if is_elsewhere():  # what a worker keeps may be on its own machine
                for index, found in finished.items():
                    cache.put(keys[index], found)
            failures += failed
            if progress:
                progress(len(finished), False)
    except LostWorkerError as error:
        raise CharacterizeError(str(error)) from error
    table = pd.DataFrame([row for index in sorted(rows) for row in rows[index]])
    return Sweep(table, tuple(sorted(failures, key=lambda f: (f.library, f.unit))))


def _tasks(cases: dict[int, Case]) -> Iterable[dict[int, Case]]:
    """Cases that go into one run of the simulator: all of some units, with one library."""
    units: dict[tuple[str, str], list[int]] = {}
    for index, case in cases.items():
        units.setdefault((case.library, case.unit.name), []).append(index)
    for _, together in itertools.groupby(units, key=lambda key: key[0]):
        names = list(together)
        # Neighbours cost alike; dealt out, every task gets large and small ones.
        tasks = -(-len(names) // _UNITS_A_TASK)
        for first in range(tasks):
            yield {index: cases[index] for name in names[first::tasks] for index in units[name]}


def _task(
    cases: dict[int, Case],
    keys: Sequence[str],
    cache: Cache,
    waves: Path | None,
    engine_name: str,
) -> tuple[dict[int, list[Row]], list[Failure]]:
    """Measure cases; where that fails, each unit on its own, so that only one is lost."""
    keep_freed_memory()
    names = list(dict.fromkeys(case.unit.name for case in cases.values()))
    try:
        # Waves of one unit say more than those of all that ran beside it.
        kept = waves if len(names) == 1 else None
        simulator, referee = engine(engine_name, kept), PlainIcarus(kept)
        measured = measure(list(cases.values()), simulator, cache, referee)
    except (CharacterizeError, SimError, OSError) as error:
        if len(names) == 1:
            library = next(iter(cases.values())).library
            return {}, [Failure(names[0], library, _one_line(error))]
        rows: dict[int, list[Row]] = {}
        failures: list[Failure] = []
        for name in names:
            alone = {index: case for index, case in cases.items() if case.unit.name == name}
            finished, failed = _task(alone, keys, cache, waves, engine_name)
            rows |= finished
            failures += failed
        return rows, failures
    rows = dict(zip(cases, measured, strict=True))
    for index, found in rows.items():
        cache.put(keys[index], found)
    return rows, []


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError):
        where = error.filename or f"files in {tempfile.gettempdir()}"
        return f"{where}: cannot write or read: {error.strerror}; TMPDIR names another folder"
    return str(error)
