"""Asks hwcomponents for every exported unit: `python -m tests.exports.hwcomponents_run`.

Energy, area and leakage of each must be those of its row; attributes that no unit
fits must be refused. Python 3.12 or later.
"""

import sys
import tempfile
from pathlib import Path

from hwcomponents import get_action_cost, get_area, get_leak_power, get_models

from characterize.errors import CharacterizeError
from characterize.export import hwcomponents as export
from characterize.export import registry
from characterize.export.source import MeasuredUnit, Selection, read_source

RESULTS = Path(__file__).parents[2] / "results"
_DIGITS = 1e-5  # of six significant ones


def wrong(row: MeasuredUnit, models: list[type]) -> list[str]:
    """What hwcomponents says otherwise of a unit."""
    name = f"gatewatt_{row.component}"
    attributes = {"unit": row.unit, "library": row.library}
    seconds = row.operation_ps * 1e-12
    cost = get_action_cost(name, attributes, row.operation, {}, models)
    read = get_action_cost(name, attributes, "read", {}, models)
    leakage_j = get_leak_power(name, attributes, models) * seconds
    figures = {
        "energy": (cost.energy, row.dynamic_fj * 1e-15),
        "energy of read": (read.energy, row.dynamic_fj * 1e-15),
        "latency": (cost.latency, seconds),
        "throughput": (cost.throughput, 1 / seconds),
        "leakage of an operation": (leakage_j, row.leakage_fj * 1e-15),
        "area": (get_area(name, attributes, models), row.area_um2 * 1e-12),
    }
    return [
        f"{row.unit} ({row.library}): {figure} is {found}, not {wanted}"
        for figure, (found, wanted) in figures.items()
        if not abs(found - wanted) <= _DIGITS * wanted
    ]


def main() -> int:
    """Run the command line; what it gives is the exit status."""
    try:
        source = read_source(RESULTS)
        rows = source.units(Selection())
        problems: list[str] = []
        with tempfile.TemporaryDirectory(prefix="gatewatt-hwcomponents-") as folder:
            (path,) = registry.write(export.export(source, Selection()), Path(folder))
            models = get_models(str(path), include_installed=False)
            for row in rows:
                problems += wrong(row, models)
            try:
                get_area("gatewatt_mac_array", {"width_x": 99}, models)
                problems.append("a MAC of 99 bits is not refused")
            except RuntimeError:
                pass
    except CharacterizeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{len(models)} components, {len(rows)} units asked for, {len(problems)} figures wrong")
    for problem in problems:
        print(f"wrong: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
