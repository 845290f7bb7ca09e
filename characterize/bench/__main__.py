"""The command line of the benchmark: `python -m characterize.bench`, which `nox -s bench` runs."""

import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from characterize.bench import figure, table
from characterize.bench.case import DELAY_MODELS, UNITS, bench_case
from characterize.bench.growth import Point
from characterize.bench.rounds import Budget, compete, names
from characterize.cache import Cache, default_folder
from characterize.errors import CharacterizeError
from sim.errors import SimError

# What a slow engine does in a minute shows its slope.
_GROWTH_S = 20.0


def bench(
    unit: Annotated[
        list[str] | None, typer.Option(help="Name of a unit; may be given several times.")
    ] = None,
    delays: Annotated[
        list[str] | None, typer.Option(help="zero or unit; may be given several times.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.01, help="Of one run of an engine.")] = 1.0,
    rounds: Annotated[int, typer.Option(min=1, help="Runs whose median counts.")] = 5,
    out: Annotated[Path, typer.Option(help="Folder.")] = Path("results"),
) -> None:
    """Run every engine on the same netlists and operands: bench.csv, bench.json, a figure."""
    rows: list[dict[str, Any]] = []
    points: dict[str, list[Point]] = {}
    budget = Budget(seconds, rounds)
    for name in unit or UNITS:
        for model in delays or DELAY_MODELS:
            if model not in DELAY_MODELS:
                raise CharacterizeError(f"--delays {model}: give zero or unit")
            case = bench_case(name, model, Cache(default_folder()))
            growing = _GROWTH_S * min(1.0, seconds) if name == figure.UNIT else 0.0
            standings, grown = compete(case, names(model), budget, _say, growing)
            rows += table.rows(case, standings)
            points.setdefault(model, []).extend(grown)
            # What is finished is there, should the rest be interrupted.
            table.write(out, rows, points, budget)
    print(f"{len(rows)} rows: {table.BENCH.path(out)}")
    if all(points.get(model) for model in DELAY_MODELS):
        print(f"figure: {figure.draw(out)}")
    wrong = [row for row in rows if row["nets_agree"] != row["nets"]]
    if wrong:
        raise CharacterizeError(
            f"{len(wrong)} rows whose counts differ, the first is {wrong[0]['engine']}, "
            f"{wrong[0]['unit']}, {wrong[0]['delay_model']} delay: see nets_agree"
        )


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    """Run the command line; what a user can mend is one line and status 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        typer.run(bench)
    except (CharacterizeError, SimError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted: bench.csv has what was finished", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
