"""One comparison of the product with the oracle: a unit, a library, every cause."""

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from characterize.cell_table import LIBRARIES_DIR, load_library
from characterize.energy import BLOCKS, EnergyReport
from characterize.netlist import Netlist
from characterize.rows import clock_period_ps
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import LEAD_IN, Simulation, Simulator
from characterize.simulators.top import drive_lines
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import UnitSpec
from tests.oracle.account import INPUTS, Book, by_definition
from tests.oracle.events import by_event
from tests.oracle.full_liberty import FullCell, read_cells
from tests.oracle.replay import replay
from tests.oracle.static import Conditions, Static

# Per cent of the oracle's figure.
THRESHOLDS = {
    "switching": 0.1,
    "internal": 1.0,
    "combinational": 2.0,
    "clock": 1.0,
    "leakage": 5.0,
    "total": 0.5,
    "path": 2.0,
}
BOOKED = ("switching", "internal", "clock", "leakage")
VECTORS = 500


@dataclass(frozen=True, slots=True)
class Comparison:
    """One unit with one library.

    Attributes
    ----------
    product, oracle, events
        Cause -> fJ per operation, and `path` -> ps; `combinational` is the part of the
        internal energy that is not in flip-flops and clock gates. `events` has no path.
    cells
        (cause, cell) -> the product's energy minus the oracle's.
    toggles_differ
        Nets whose toggles or ones the oracle's own simulation counts otherwise.
    """

    unit: str
    product: dict[str, float]
    oracle: dict[str, float]
    events: dict[str, float]
    cells: dict[tuple[str, str], float]
    toggles_differ: int

    def deviation(self, cause: str) -> float:
        """Of the product from the oracle, in per cent of the oracle's figure."""
        return per_cent(self.product[cause], self.oracle[cause])


def per_cent(value: float, reference: float) -> float:
    """Deviation of a value from a reference, in per cent of the reference."""
    # A cause that is not there (the clock of a gate netlist) must be in neither.
    if reference == 0:
        return 0.0 if value == 0 else float("inf")
    return 100 * (value - reference) / abs(reference)


def liberty_files(data: Path, library: str) -> list[Path]:
    """The Liberty files of a library in the folder of given data."""
    files = sorted((data / "liberty" / library).glob("*.lib*"))
    return [path for path in files if not path.name.startswith("LICENSE")]


@cache
def full_cells(data: Path, library: str, ground: bool = False) -> dict[str, FullCell]:
    """The cells of a shipped library, whole; with `ground` the energy that is booked there."""
    return read_cells(liberty_files(data, library), load_library(library).cells, ground)


def conditions_of(library: str, cells: dict[str, FullCell]) -> Conditions:
    """From the settings: the load of an output is the data pin of their flip-flop."""
    path = LIBRARIES_DIR / "settings" / f"{library}.toml"
    settings: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    stated = settings["conditions"]
    flip_flop = next(c for name in settings["cells"] if (c := cells[name]).next_state)
    (data_pin,) = [pin for pin in flip_flop.inputs if pin.name != flip_flop.clock]
    return Conditions(
        vdd_v=stated["vdd_v"],
        input_slew_ps=stated["input_slew_ps"],
        wire_ff=stated["wire_ff_per_fanout"],
        output_ff=data_pin.cap_ff + stated["wire_ff_per_fanout"],
        clock_ps=stated["clock_ps"],
    )


def compare(
    units: Sequence[UnitSpec],
    library: str,
    data: Path,
    vectors: int = VECTORS,
    simulator: Simulator | None = None,
) -> list[Comparison]:
    """Compare units, which are simulated side by side with the uniform stimulus."""
    cell_library = load_library(library)
    netlists = [synthesize(unit, cell_library) for unit in units]
    simulations = [
        Simulation(unit, Stimulus("uniform").operands(unit, vectors + 1), netlist, BLOCKS)
        for unit, netlist in zip(units, netlists, strict=True)
    ]
    outcomes = (simulator or Icarus()).run(simulations)
    found = []
    for simulation, netlist, outcome in zip(simulations, netlists, outcomes, strict=True):
        timing = analyze(netlist)
        activity = outcome.activity
        assert activity is not None
        clock_ps = clock_period_ps(cell_library, timing)
        report = EnergyReport(netlist, timing, activity, clock_ps)
        whole = report.rows()["all", "all"]
        gates = report.gates()

        cells = full_cells(data, library)
        static = Static(netlist, cells, conditions_of(library, cells))
        history = replay(netlist, cells, drive_lines([simulation]))
        first = LEAD_IN * simulation.unit.cycles_per_op
        book = by_definition(static, activity, history, first, clock_ps)
        events = by_event(static, activity, history, first, clock_ps)

        product = {cause: getattr(whole, f"{cause}_fj") for cause in BOOKED}
        product["total"] = whole.energy_fj
        product["combinational"] = sum(
            measured.internal_fj
            for gate, measured in zip(netlist.gates, gates, strict=True)
            if not cells[gate.cell].clock
        )
        product["path"] = timing.critical_path_ps
        difference: dict[tuple[str, str], float] = defaultdict(float)
        for index, (gate, measured) in enumerate(zip(netlist.gates, gates, strict=True)):
            for cause in BOOKED:
                value = getattr(measured, f"{cause}_fj")
                difference[cause, gate.cell] += value - book[cause, index]
        clocks = static.clock_nets
        moved = (history[first:] != history[first - 1 : -1]).sum(axis=0)
        differ = (moved != activity.functional.sum(axis=0)) | (
            history[first:].sum(axis=0) != activity.ones
        )
        found.append(
            Comparison(
                unit=simulation.unit.name,
                product=product,
                oracle=_sums(book, netlist, cells) | {"path": static.critical_path_ps()},
                events=_sums(events, netlist, cells),
                cells=dict(difference),
                toggles_differ=sum(int(d) for n, d in enumerate(differ) if n not in clocks),
            )
        )
    return found


def _sums(book: Book, netlist: Netlist, cells: dict[str, FullCell]) -> dict[str, float]:
    sums = dict.fromkeys((*BOOKED, "total", "combinational"), 0.0)
    for (cause, index), value in book.items():
        sums[cause] += value
        sums["total"] += value
        if cause == "internal" and not cells[netlist.gates[index].cell].clock:
            assert index != INPUTS
            sums["combinational"] += value
    return sums


def worst(comparisons: Sequence[Comparison], cause: str) -> Comparison:
    """The comparison that deviates most in a cause."""
    return max(comparisons, key=lambda c: abs(c.deviation(cause)))


def failures(comparisons: Sequence[Comparison]) -> list[str]:
    """What misses a threshold, one line each."""
    found = [
        f"{c.unit}: {cause} is {c.product[cause]:.6g}, the oracle says {c.oracle[cause]:.6g} "
        f"({c.deviation(cause):+.3f} %, allowed {limit} %)"
        for c in comparisons
        for cause, limit in THRESHOLDS.items()
        if not abs(c.deviation(cause)) <= limit
    ]
    return found + [
        f"{c.unit}: {c.toggles_differ} nets toggle otherwise in the oracle's own simulation"
        for c in comparisons
        if c.toggles_differ
    ]
