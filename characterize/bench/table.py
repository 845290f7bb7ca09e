"""`bench.csv`, and beside it `bench.json`: the machine, programs, growth."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.bench.case import LIBRARY, SEED, BenchCase
from characterize.bench.growth import Point
from characterize.bench.machine import description
from characterize.bench.rounds import Budget, Standing
from characterize.errors import CharacterizeError
from characterize.files import locked, write_text
from characterize.tools import require_icarus, require_verilator
from sim.tables import Table, columns

JSON_FILE = "bench.json"
SCHEMA_VERSION = "1.0"


_COLUMNS = columns(
    """
engine         | string  |     | what counted
simd           | string  |     | instruction set of the bit-parallel kernel
threads        | integer |     | threads
unit           | string  |     | what was simulated, mapped onto standard cells
delay_model    | string  |     | zero or unit
vectors_per_s  | number  | 1/s | operand pairs a second, median of the rounds; processor time of the process and its children, with several threads time on the wall; from making the operands to the toggles of every net, less what one vector takes
ratio_to_limit | number  |     | rate by that of a register-only loop with the arithmetic of as many nets, one thread, best instruction set, in the same run
nets_agree     | integer |     | nets with the same toggles as in icarus (bit-parallel engines), as in the first bit-parallel engine (others), on the same operands
vectors        | integer |     | operand pairs of one round
spread_percent | number  | %   | fastest less slowest round, in percent of the median
start_up_s     | number  | s   | time on the wall from the netlist to the first 100 vectors' counts, compilers included
peak_memory_mb | number  | MB  | most memory of the process, or of the largest that it started, compilers included
nets           | integer |     | nets that were compared: all but the clock's
"""
)
_KEY = ("engine", "simd", "threads", "unit", "delay_model")
BENCH = Table("bench", _COLUMNS, _KEY, "nox -s bench", CharacterizeError, digits=4)


def rows(case: BenchCase, standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """Rows of `bench.csv` for one case."""
    return [
        {
            "engine": s.name.engine,
            "simd": s.name.simd,
            "threads": s.name.threads,
            "unit": case.netlist.unit.name,
            "delay_model": case.delays.model,
            "vectors_per_s": s.vectors_per_s,
            "ratio_to_limit": s.ratio_to_limit,
            "nets_agree": s.nets_agree,
            "vectors": s.vectors,
            "spread_percent": s.spread_percent,
            "start_up_s": s.start_up_s,
            "peak_memory_mb": s.peak_memory_mb,
            "nets": s.nets,
        }
        for s in standings
    ]


def write(
    folder: Path,
    table: Sequence[Mapping[str, Any]],
    points: Mapping[str, Sequence[Point]],
    budget: Budget,
) -> None:
    """Write `bench.csv` and `bench.json`.

    Parameters
    ----------
    points
        Delay model -> growth.

    Raises
    ------
    CharacterizeError
        If a file cannot be written.
    """
    about = {
        "name": "gatewatt-bench",
        "title": "Engines side by side: toggles of every net, same netlists and operands",
        "version": SCHEMA_VERSION,
        "licenses": [{"name": "Apache-2.0", "title": "Apache License 2.0"}],
        "provenance": {
            "command": BENCH.made_by,
            "machine": description(),
            "programs": {
                "icarus": require_icarus(),
                "verilator": require_verilator().version,
                **{name: _version(name) for name in ("cocotb", "kyupy", "numba", "numpy")},
            },
            "library": LIBRARY,
            "operands": "uniform codes, made by each engine in its run by the same code in C",
            "seed": SEED,
            "rounds": budget.rounds,
            "seconds_of_a_run": budget.seconds,
        },
        "growth": [
            {
                "engine": p.name.engine,
                "delay_model": model,
                "vectors": p.vectors,
                "seconds": float(f"{p.seconds:.4g}"),
            }
            for model, some in points.items()
            for p in some
        ],
    }
    with locked(folder):  # of two runs at once, both files are of one
        BENCH.write(pd.DataFrame(table), folder)
        write_text(folder / JSON_FILE, json.dumps(about, indent=2) + "\n")


def _version(package: str) -> str | None:
    """None where a package of the dependency group `bench` is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
