"""Compares the bit-parallel engine with Icarus on every net of every default unit.

`python -m tests.referees.bitparallel` from the root of the repository: 20,000 operations
of each unit in both libraries, with zero, unit and library delays. What agreed is kept by
its content, so that the work can be done in pieces: the same command goes on where it
stopped, `--seconds` ends it after a time. Status 1 if a net differs, 2 if something is left.
"""

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import platformdirs
from rich.console import Console
from rich.progress import Progress

from characterize.cache import Cache, code_sha256, content_key
from characterize.cell_table import load_library, shipped_libraries
from characterize.delays import DELAY_MODELS, delays_of
from characterize.errors import CharacterizeError
from characterize.netlist import net_name
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.plain_icarus import PlainIcarus
from characterize.simulators.protocol import Outcome, Simulation, Simulator
from characterize.simulators.top import netlists_verilog
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry
from sim.parallel import Task, results, task

FULL_VECTORS = 20_000
_BLOCKS = 5
# Beside what runs, all that decides whether an engine agrees: its code and the references'.
_CODE = ("simulators", "activity.py", "logic.py", "netlist.py", "operators.py", "units.py",
         "verilog.py")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A netlist with a delay model whose nets all agreed.

    Attributes
    ----------
    vectors, nets, toggles
        Operations, nets, and toggles that both engines counted on them.
    """

    unit: str
    family: str
    library: str
    delay_model: str
    vectors: int
    nets: int
    toggles: int


def kept_comparisons() -> Cache:
    """What agreed before: in the folder of `GATEWATT_COMPARED`, or the user's for caches."""
    given = os.environ.get("GATEWATT_COMPARED")
    default = platformdirs.user_cache_path("gatewatt", appauthor=False) / "compared"
    return Cache(Path(given) if given else default)


def compare(
    unit_name: str, library_name: str, vectors: int, kept: Cache, engine: Simulator | None = None
) -> tuple[list[Compared], bool]:
    """Hold the toggles of every net with every delay model against Icarus's.

    Parameters
    ----------
    kept
        Of comparisons, and of netlists.
    engine
        What is compared; the bit-parallel one if None.

    Returns
    -------
    list of Compared
        One for each delay model.
    bool
        Whether they were kept before.

    Raises
    ------
    CharacterizeError
        If a net differs, or an output is wrong.
    """
    unit, library = Registry().unit(unit_name), load_library(library_name)
    netlist = synthesize(unit, library, kept)
    timing = analyze(netlist)
    operands = Stimulus("uniform").operands(unit, vectors + 1)
    simulations = [
        Simulation(unit, operands, netlist, _BLOCKS, delays_of(netlist, timing, model))
        for model in DELAY_MODELS
    ]
    referee, ours = PlainIcarus(), engine or BitParallel()
    key = content_key(
        "compared with icarus",
        code_sha256(*_CODE),
        [ours.name, ours.version, referee.version],
        netlists_verilog(simulations),
        [simulation.delays.operands for simulation in simulations],
        {role: hashlib.sha256(values.tobytes()).hexdigest() for role, values in operands.items()},
    )
    found = kept.get(key)
    if found is not None:
        return [Compared(**each) for each in found], True
    theirs, mine = referee.run(simulations), ours.run(simulations)
    for simulation, other, own in zip(simulations, theirs, mine, strict=True):
        for difference in _differences(simulation, other, own, theirs[0]):
            raise CharacterizeError(
                f"{unit_name}, {library_name}, {simulation.delays.model} delays: {difference}"
            )
    compared = [
        Compared(unit_name, unit.family, library_name, simulation.delays.model, vectors,
                 netlist.nets, int(other.activity.toggles.sum()))
        for simulation, other in zip(simulations, theirs, strict=True)
        if other.activity is not None
    ]  # fmt: skip
    kept.put(key, [asdict(each) for each in compared])
    return compared, False


def _differences(
    simulation: Simulation, theirs: Outcome, ours: Outcome, without_delays: Outcome
) -> Iterator[str]:
    assert theirs.activity is not None
    assert ours.activity is not None
    assert without_delays.activity is not None
    if ours.vectors_checked != theirs.vectors_checked:
        yield f"{ours.vectors_checked} results checked, {theirs.vectors_checked} in Icarus"
    for what, mine, other in (
        ("toggles", ours.activity.toggles, theirs.activity.toggles),
        ("functional toggles", ours.activity.functional, without_delays.activity.toggles),
        ("cycles at 1", ours.activity.ones[None], theirs.activity.ones[None]),
        ("operations", ours.activity.operations[:, None], theirs.activity.operations[:, None]),
    ):
        wrong = np.flatnonzero((mine != other).any(axis=0))
        if wrong.size:
            yield f"{what} differ on {wrong.size} of {simulation.label}, first {net_name(wrong[0])}"


def _one(unit: str, library: str, vectors: int, kept: Cache) -> tuple[list[Compared], bool, str]:
    """A comparison that fails is told, and the others go on."""
    try:
        return *compare(unit, library, vectors, kept), ""
    except CharacterizeError as error:
        return [], False, str(error)


def _work(pairs: Sequence[tuple[str, str]], vectors: int, kept: Cache, end: float
) -> Iterator[Task]:  # fmt: skip
    for unit, library in pairs:
        if time.monotonic() > end:
            return
        yield task(_one, unit, library, vectors, kept)


def main() -> int:
    """Print a table of what agrees, and what does not."""
    parser = argparse.ArgumentParser(description="Hold the bit-parallel engine against Icarus.")
    parser.add_argument("--library", action="append", choices=shipped_libraries())
    parser.add_argument("--units", default="*", help="glob over the names of default units")
    parser.add_argument("--vectors", type=int, default=FULL_VECTORS, help="of each unit")
    parser.add_argument("--jobs", type=int, default=1, help="processes; -1: one a core")
    parser.add_argument("--seconds", type=float, default=np.inf, help="no unit begins after these")
    parser.add_argument("--kept", type=Path, help="folder of what agreed before")
    arguments = parser.parse_args()
    kept = Cache(arguments.kept) if arguments.kept else kept_comparisons()
    console = Console(stderr=True)
    units = [unit.name for unit in Registry().select(arguments.units)]
    pairs = [(u, name) for name in arguments.library or shipped_libraries() for u in units]
    rows: list[Compared] = []
    failures: list[str] = []
    done = new = 0
    work = _work(pairs, arguments.vectors, kept, time.monotonic() + arguments.seconds)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("units", total=len(pairs))
        for found, was_kept, failure in results(work, arguments.jobs):
            rows += found
            failures += [failure] if failure else []
            done, new = done + 1, new + (not was_kept)
            progress.advance(bar)
            if not console.is_terminal and done % 50 == 0:
                console.print(f"{done} of {len(pairs)} units, {len(failures)} differ")
    if rows:
        table = pd.DataFrame([asdict(row) for row in rows])
        by = ["library", "delay_model", "family"]
        sums = table.groupby(by)[["vectors", "nets", "toggles"]].sum()
        print(table.groupby(by).size().to_frame("units").join(sums).to_string())
    for failure in sorted(failures):
        print(failure)
    print(
        f"{done} of {len(pairs)} units compared, {new} of them now, {len(failures)} differ; "
        f"{arguments.vectors:,} operations of each, delays {', '.join(DELAY_MODELS)}"
    )
    return 1 if failures else 2 if done < len(pairs) else 0


if __name__ == "__main__":
    sys.exit(main())
