"""Compares the toggles of every net of every default unit between the simulators.

`python -m tests.referees.compare` from the root of the repository: Icarus against
Verilator, whose toggles come from its waves and from its SAIF file, without delays,
with the same operands. One line for each library; status 1 if a net differs.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import Progress

from characterize.cell_table import load_library, shipped_libraries
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.netlist import Netlist, net_name
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Outcome, Simulation, Simulator
from characterize.simulators.verilator import Verilator
from characterize.stimulus import Stimulus, default_stimuli
from characterize.synthesis import synthesize
from characterize.units import Registry, UnitSpec
from sim.formats import IntArray

# Nets in one build of Verilator: more takes more memory, fewer more starts.
_NETS_A_BUILD = 12_000
_MOST_DIFFERENCES = 20  # shown; the rest would say the same


@dataclass(frozen=True, slots=True)
class Difference:
    """A net that two simulators disagree on.

    Attributes
    ----------
    unit, net
        Which one.
    what
        What was counted: `toggles`, or `cycles at 1`.
    engines, counts
        The two engines; what each found.
    """

    unit: str
    net: int
    what: str
    engines: tuple[str, str]
    counts: tuple[int, int]

    def __str__(self) -> str:
        found = ", ".join(
            f"{engine} {count}" for engine, count in zip(self.engines, self.counts, strict=True)
        )
        return f"{self.unit}: net {net_name(self.net)}: {self.what}: {found}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared.

    Attributes
    ----------
    units, nets, toggles
        How many; toggles are those that the first engine counted.
    differences
        Nets on which another engine disagrees with the first.
    """

    units: int
    nets: int
    toggles: int
    differences: tuple[Difference, ...]

    def __add__(self, other: "Comparison") -> "Comparison":
        return Comparison(
            self.units + other.units,
            self.nets + other.nets,
            self.toggles + other.toggles,
            self.differences + other.differences,
        )


def both_stimuli(unit: UnitSpec, operations: int) -> dict[str, IntArray]:
    """Operands of the default stimuli one after the other, so many counted of each."""
    first, second = (Stimulus(name) for name in default_stimuli(unit))
    head, tail = first.operands(unit, operations + 1), second.operands(unit, operations)
    return {role: np.concatenate([head[role], tail[role]]) for role in head}


def compare(
    netlists: Sequence[Netlist], engines: Sequence[Simulator], operations: int
) -> Comparison:
    """Run netlists with every engine; all are held against the first one.

    Parameters
    ----------
    operations
        Counted ones of each of the two default stimuli.

    Raises
    ------
    CharacterizeError
        If an output is wrong or an engine fails.
    """
    simulations = [
        Simulation(netlist.unit, both_stimuli(netlist.unit, operations), netlist)
        for netlist in netlists
    ]
    first, *others = [(engine.name, engine.run(simulations)) for engine in engines]
    differences = [
        difference
        for other in others
        for simulation, a, b in zip(simulations, first[1], other[1], strict=True)
        for difference in differing_nets(simulation, (first[0], other[0]), (a, b))
    ]
    toggles = sum(int(_activity(outcome)["toggles"].sum()) for outcome in first[1])
    nets = sum(netlist.nets for netlist in netlists)
    return Comparison(len(netlists), nets, toggles, tuple(differences))


def differing_nets(
    simulation: Simulation, engines: tuple[str, str], outcomes: tuple[Outcome, Outcome]
) -> Iterator[Difference]:
    """The nets of a simulation on which two outcomes disagree."""
    found = [_activity(outcome) for outcome in outcomes]
    for what, counts in found[0].items():
        other = found[1][what]
        for net in np.flatnonzero(counts != other):
            pair = (int(counts[net]), int(other[net]))
            yield Difference(simulation.unit.name, int(net), what, engines, pair)


def _activity(outcome: Outcome) -> dict[str, IntArray]:
    activity = outcome.activity
    assert activity is not None
    return {"toggles": activity.toggles.sum(axis=0), "cycles at 1": activity.ones}


def builds(netlists: Sequence[Netlist], most_nets: int = _NETS_A_BUILD) -> list[list[Netlist]]:
    """Netlists that run together: those of equally long operations, so many nets at most."""
    groups: list[list[Netlist]] = []
    room = 0
    # A unit that takes more cycles would keep all others waiting.
    for netlist in sorted(netlists, key=lambda netlist: netlist.unit.cycles_per_op):
        if netlist.nets > room:
            groups.append([])
            room = most_nets
        groups[-1].append(netlist)
        room -= netlist.nets
    return groups


def _compare_library(
    library: CellLibrary, units: Sequence[UnitSpec], operations: int, console: Console
) -> Comparison:
    total = Comparison(0, 0, 0, ())
    engines = [Icarus(), Verilator(), Verilator(count="saif")]
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(library.name, total=len(units))
        netlists = [synthesize(unit, library) for unit in units]
        for together in builds(netlists):
            total += compare(together, engines, operations)
            progress.advance(task, len(together))
            if not console.is_terminal:
                differ = f"{len(total.differences)} differences"
                console.print(f"{library.name}: {total.units} of {len(units)} units, {differ}")
    return total


def main() -> int:
    """Print a line for each library, and the nets that differ; status 1 if there are any."""
    parser = argparse.ArgumentParser(description="Hold the simulators against each other.")
    parser.add_argument("--library", action="append", choices=shipped_libraries())
    parser.add_argument("--units", default="*", help="glob over the names of default units")
    parser.add_argument("--vectors", type=int, default=200, help="of each default stimulus")
    arguments = parser.parse_args()
    console = Console(stderr=True)
    status = 0
    try:
        units = Registry().select(arguments.units)
        for name in arguments.library or shipped_libraries():
            begin = time.monotonic()
            found = _compare_library(load_library(name), units, arguments.vectors, console)
            for difference in found.differences[:_MOST_DIFFERENCES]:
                print(difference)
            differ = len({(each.unit, each.net) for each in found.differences})
            print(
                f"{name}: {found.units} units, {found.nets:,} nets, {found.toggles:,} toggles, "
                f"{differ} nets differ; icarus, verilator, verilator-saif; "
                f"{(time.monotonic() - begin) / 60:.1f} minutes",
                flush=True,
            )
            status |= differ > 0
    except CharacterizeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
