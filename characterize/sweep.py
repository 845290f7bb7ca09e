"""The sweep: which cases to run, side by side in as many processes as allowed."""

from collections.abc import Callable, Sequence

import pandas as pd
from joblib import Parallel, delayed

from characterize.measure import Case, Row, measure
from characterize.stimulus import Stimulus, default_stimuli
from characterize.units import UnitSpec

DEFAULT_VECTORS = 2000
# Units in one run of the simulator: many share its start, and few are lost if
# one of them is wrong.
_UNITS_A_TASK = 8


def cases_of(units: Sequence[UnitSpec], library: str, seed: int, vectors: int) -> list[list[Case]]:
    """The default cases of units, one list for each unit."""
    return [
        [Case(unit, library, Stimulus(name, seed), vectors) for name in default_stimuli(unit)]
        for unit in units
    ]


def run(
    cases: Sequence[Sequence[Case]], jobs: int, progress: Callable[[int], None]
) -> pd.DataFrame:
    """Measure cases in parallel.

    Parameters
    ----------
    cases
        One list for each unit.
    jobs
        Number of processes.
    progress
        Called with the number of units that were finished.

    Returns
    -------
    pandas.DataFrame
        Rows of `units.csv` in the order of `cases`, whatever finished first.

    Raises
    ------
    CharacterizeError
        If a case fails.
    """
    # Neighbours cost alike; dealt out, every task gets large and small ones.
    tasks = max(1, -(-len(cases) // _UNITS_A_TASK))
    dealt = [list(range(first, len(cases), tasks)) for first in range(tasks)]
    rows: dict[int, list[Row]] = {}
    parallel = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
    work = (delayed(_task)({index: cases[index] for index in chosen}) for chosen in dealt)
    for finished in parallel(work):
        rows |= finished
        progress(len(finished))
    return pd.DataFrame([row for index in sorted(rows) for row in rows[index]])


def _task(cases: dict[int, Sequence[Case]]) -> dict[int, list[Row]]:
    together = [case for unit_cases in cases.values() for case in unit_cases]
    rows = measure(together)
    return {
        index: [row for row in rows if row["unit"] == unit_cases[0].unit.name]
        for index, unit_cases in cases.items()
    }
