"""Accelergy: tables of its library plug-in, one file a library and component.

A file is named after its component; a line is one parameterization and its actions.
Energy is in pJ, area in um2, `technology` in nm, `global_cycle_seconds` in s. `#`
begins a comment, `,` ends a field, `|` joins alternatives. Every component needs the
actions read, write, update and leak; leakage is an action of its own, per cycle, and
so is not in the energy of the others. An attribute of a query that differs from a
line's is scaled to it: widths linearly. So every pair of widths that was measured is
a line, and the header says which ones were not. Attributes that the plug-in cannot
scale (signed_a, acc_width, unit, library) must be equal, or the line is not taken. The
environment variable ACCELERGY_COMPONENT_LIBRARIES names folders of such files.

Source: github.com/Accelergy-Project/accelergy-library-plug-in, README.md,
accelergywrapper.py and scaling.py at commit 662afb4; for Accelergy 0.4.
"""

from collections.abc import Sequence

from characterize.export.source import (
    MeasuredUnit,
    Selection,
    Source,
    by_component,
    by_library,
)
from characterize.export.statement import number, statement

# Where the plug-in's scaling may begin. Other libraries have no column `technology`.
_TECHNOLOGY_NM = {"asap7": 7, "sky130hd": 130}
_FIGURES = (
    "Accelergy library plug-in: energy in pJ per action, without leakage; the action leak is "
    "the leakage of one clock cycle; area in um2; technology in nm."
)


def export(source: Source, selection: Selection) -> dict[str, str]:
    """File name -> text of every table.

    Raises
    ------
    CharacterizeError
        If there are no such rows.
    """
    return {
        f"{library}/gatewatt_{component}.csv": _table(source, some)
        for library, units in by_library(source.units(selection)).items()
        for component, some in by_component(units).items()
    }


def _table(source: Source, units: Sequence[MeasuredUnit]) -> str:
    lines = [f"# {line}" for line in [*statement(source, units, _FIGURES), *_warning(units)]]
    columns = [*_attributes(units[0]), "energy(pJ)", "area(um^2)", "action"]
    lines.append(",".join(columns))
    for unit in units:
        leak_pj = unit.leakage_fj / unit.cycles_per_op / 1000
        for energy_pj, actions in (
            (unit.dynamic_fj / 1000, f"{unit.operation}|read"),
            (leak_pj, "leak"),
            (0.0, "write|update"),
        ):
            figures = [number(energy_pj), number(unit.area_um2), actions]
            lines.append(",".join([*_attributes(unit).values(), *figures]))
    return "\n".join(lines) + "\n"


def _attributes(unit: MeasuredUnit) -> dict[str, str]:
    """Column -> value; empty matches whatever is asked."""
    technology = _TECHNOLOGY_NM.get(unit.library)
    return ({} if technology is None else {"technology": str(technology)}) | {
        "voltage": number(unit.vdd_v),
        "global_cycle_seconds": number(unit.clock_ps * 1e-12),
        "width|datawidth": _common_width(unit),
        "width_a|datawidth_a": _text(unit.width_x),
        "width_b|datawidth_b": _text(unit.width_w),
        "signed_a": _text(unit.signed_x),
        "signed_b": _text(unit.signed_w),
        "acc_width": _text(unit.acc_width),
        "unit": unit.unit,
        "library": unit.library,
    }


def _common_width(unit: MeasuredUnit) -> str:
    """The width of both operands; where they differ a word, which is no width to scale."""
    equal = unit.width_w in (None, unit.width_x)
    return _text(unit.width_x) if equal else "unequal"


def _text(value: int | bool | None) -> str:
    """Accelergy's wildcard where there is none."""
    return "*" if value is None else str(value).lower()


def _warning(units: Sequence[MeasuredUnit]) -> list[str]:
    """Of what multiplies, which pairs from the least to the greatest width are missing."""
    pairs = {(u.width_x, u.width_w) for u in units if u.width_x and u.width_w}
    if not pairs or units[0].operation not in ("multiply", "mac"):
        return []
    widths = range(min(min(pair) for pair in pairs), max(max(pair) for pair in pairs) + 1)
    missing = len(widths) ** 2 - len(pairs)
    if not missing:
        return ["Every pair of widths from the least to the greatest is here."]
    return [
        f"Of {len(widths) ** 2} pairs of widths from {widths.start} to {widths.stop - 1} bits "
        f"{missing} were not measured: Accelergy scales to them linearly, which no multiplier "
        "does. Measure them with python -m characterize run --units UNIT."
    ]
