"""Compares the product's energies and critical paths with the oracle's.

`python -m tests.oracle.compare [--library L] [--units GLOB] [--jobs N]`, from the root
of the repository, with GATEWATT_DATA naming the folder that has the Liberty files.
Status 1 if a threshold is missed.
"""

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from joblib import Parallel, delayed
from rich.console import Console
from rich.table import Column, Table

from characterize.cell_table import shipped_libraries
from characterize.errors import CharacterizeError
from characterize.units import Registry
from tests.oracle.comparison import (
    BOOKED,
    THRESHOLDS,
    VECTORS,
    Comparison,
    compare,
    failures,
    per_cent,
    worst,
)

_UNITS_A_TASK = 8


def _report(console: Console, library: str, comparisons: Sequence[Comparison]) -> None:
    table = Table(
        "cause", *(Column(h, justify="right") for h in ("allowed %", "worst %", "median %")),
        "unit", "cell that adds most", Column("its fJ", justify="right"),
        Column("mean states %", justify="right"), "unit of it",
        title=f"{library}: {len(comparisons)} units against full tables",
    )  # fmt: skip
    for cause, limit in THRESHOLDS.items():
        bad = worst(comparisons, cause)
        sizes = sorted(abs(c.deviation(cause)) for c in comparisons)
        cell, energy = _worst_cell(bad, cause)
        row = [cause, f"{limit}", f"{bad.deviation(cause):+.3f}", f"{sizes[len(sizes) // 2]:.3f}",
               bad.unit, cell, energy]  # fmt: skip
        if cause != "path":
            cost = [(per_cent(c.oracle[cause], c.events[cause]), c.unit) for c in comparisons]
            share, unit = max(cost, key=lambda pair: abs(pair[0]))
            row += [f"{share:+.2f}", unit]
        table.add_row(*row)
    console.print(table)
    console.print(
        "mean states: what the definitions' means over states and edges differ from what each "
        "cell did in each cycle; no threshold"
    )
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for comparison in comparisons:
        for key, value in comparison.cells.items():
            totals[key] += value
    for (cause, cell), value in sorted(totals.items(), key=lambda item: -abs(item[1]))[:5]:
        console.print(f"all units: {cell} {cause} {value / len(comparisons):+.4f} fJ a unit")


def _worst_cell(comparison: Comparison, cause: str) -> tuple[str, str]:
    booked = {"total": BOOKED, "combinational": ("internal",), "path": ()}.get(cause, (cause,))
    sums: dict[str, float] = defaultdict(float)
    for (one, cell), value in comparison.cells.items():
        if one in booked:
            sums[cell] += value
    if not sums:
        return "", ""
    cell = max(sums, key=lambda name: abs(sums[name]))
    return cell, f"{sums[cell]:+.4f}"


def main() -> int:
    """Run the command line; what it gives is the exit status."""
    parser = argparse.ArgumentParser(prog="tests.oracle.compare", description=__doc__)
    parser.add_argument("--library", choices=shipped_libraries(), action="append")
    parser.add_argument("--units", default="*", help="only units whose name matches")
    parser.add_argument("--vectors", type=int, default=VECTORS)
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: one a core")
    arguments = parser.parse_args()
    folder = os.environ.get("GATEWATT_DATA")
    if not folder:
        print("error: GATEWATT_DATA is not set: name the folder of Liberty files", file=sys.stderr)
        return 2
    console = Console(width=None if sys.stdout.isatty() else 180)
    missed = []
    try:
        units = Registry().select(arguments.units, "default")
        for library in arguments.library or shipped_libraries():
            # Neighbours cost alike; dealt out, every task gets large and small ones.
            tasks = max(1, -(-len(units) // _UNITS_A_TASK))
            results = Parallel(n_jobs=arguments.jobs, batch_size=1)(
                delayed(compare)(units[first::tasks], library, Path(folder), arguments.vectors)
                for first in range(tasks)
            )
            comparisons = [c for result in results for c in result]
            _report(console, library, comparisons)
            missed += [f"{library} {line}" for line in failures(comparisons)]
    except CharacterizeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for line in missed[:40]:
        print(line)
    print(f"{len(missed)} thresholds missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
