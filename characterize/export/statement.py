"""What every exported file says of its figures."""

from collections.abc import Sequence

from characterize.export.source import MeasuredUnit, Source

NOT_INCLUDED = (
    "layout, wires beyond the allowance for each fan-out, clock tree, memories, "
    "control outside the unit, silicon"
)


def statement(source: Source, units: Sequence[MeasuredUnit], figures: str) -> list[str]:
    """Lines that tell what the figures are, where they come from and what they leave out.

    Parameters
    ----------
    units
        Those of the file; at least one.
    figures
        Which figures the file holds, and in which units.
    """
    lines = [f"Gatewatt: arithmetic units measured at the gates. {figures}"]
    for library in dict.fromkeys(unit.library for unit in units):
        lines.append(_conditions([unit for unit in units if unit.library == library]))
    lines += [
        "Energy is that of an average operation at full rate: idle cycles are not measured.",
        f"Not included: {NOT_INCLUDED}.",
        f"From units.csv, SHA-256 {source.sha256}.",
    ]
    return lines


def number(value: float) -> str:
    """Six significant digits, as tables have them."""
    return f"{value:.6g}"


def _conditions(units: Sequence[MeasuredUnit]) -> str:
    """Under which conditions units of one library were measured."""
    first = units[0]
    clocks = " or ".join(number(clock) for clock in sorted({unit.clock_ps for unit in units}))
    step = f" (step {number(first.delay_step_ps)} ps)" if first.delay_step_ps is not None else ""
    return (
        f"Library {first.library}: {number(first.vdd_v)} V, clock period {clocks} ps; "
        f"stimulus {first.stimulus}, seed {first.seed}; "
        f"delay model {first.delay_model}{step}; engine {first.engine}."
    )
