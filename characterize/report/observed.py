"""The observations of the PANN paper as the report shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from characterize import observations
from characterize.delays import DELAY_MODELS
from characterize.figures.panels import Curve, curves
from characterize.observations import Finding
from characterize.report.page import Cell, Grid, Plot, number
from characterize.report.plots import style
from characterize.report.source import Source

_DELAYS = {"zero": "without glitches (zero)", "unit": "with glitches (unit)",
           "library": "with glitches (library)"}  # fmt: skip
_MEASURED = {
    1: "accumulator's share / %",
    2: "energy saved / %",
    3: "energy / % of 8 x 8",
    4: "R additions / % of the MAC",
    5: "leakage / % of energy",
}
_ACROSS = {
    1: "width of both operands / bit",
    2: "width of both operands / bit",
    3: "width of the narrower operand / bit",
    4: "width of the PANN unit's input / bit",
    5: "width of both operands / bit",
}
_REMARKS = {
    1: "The paper's formula gives the accumulator's share of all bit flips; it stands in the rows "
    "named formula.",
    2: "Every saving stands beside the formula's, 58.3 % at 2 bits to 11.1 % at 8. Unsigned MACs "
    "of one structure need operands that are unsigned anyway. The units split and split-gated "
    "do the whole scheme: two sums, of which one is addressed; their reference is the signed array "
    "MAC. Network-like operands are Gaussian with sign, rectified without: half of the unsigned "
    "activations are then 0, and that is part of the saving.",
    3: "The threshold lies midway between the 8 x 8 multiplier and one that is narrow on both "
    "sides; the rows named threshold show it.",
    4: "R and the input's width are those at which the formula counts as many bit flips as for the "
    "MAC in the row. A share above 100 % means that the additions cost more energy than the MAC. "
    "The formula does not count the clock of the registers, which every addition pays.",
    5: "Static against dynamic: what is not leakage is dynamic, at one operation a clock cycle. "
    "A circuit that waits leaks all the same; the share then rises in proportion.",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What was found under one library, delay model and kind of operands."""

    library: str
    delays: str
    operands: str
    verdict: str
    held: int
    count: int
    lowest: Cell
    median: Cell
    highest: Cell


@dataclass(frozen=True, slots=True)
class Observation:
    """One of the five, answered.

    Attributes
    ----------
    headline
        Of the second one, its savings under uniform operands and the most detailed delays.
    missing
        Libraries of the table that it was not measured with.
    """

    number: int
    claim: str
    question: str
    remark: str
    verdict: str
    held: int
    count: int
    conditions: list[Condition]
    plot: Plot
    headline: Grid | None
    grid: Grid
    missing: list[str]


def observe(source: Source) -> tuple[list[Observation], list[Finding]]:
    """The five observations, and the findings that they rest on."""
    found = observations.findings(source.rows)
    table = observations.Table(source.rows)
    shown = []
    for which, claim in observations.CLAIMS.items():
        own = [finding for finding in found if finding.observation == which]
        uniform = _most_real(f for f in own if f.operands == "uniform")
        shown.append(
            Observation(
                which, claim, observations.QUESTIONS[which], _REMARKS[which],
                observations.verdict(own), sum(f.holds for f in own), len(own),
                _conditions(own, table), _plot(which, own),
                _grid(which, uniform, table) if which == 2 and uniform else None,
                _grid(which, own, table),
                [name for name in source.libraries if name not in {f.library for f in own}],
            )
        )  # fmt: skip
    return shown, found


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.library, finding.delay_model, finding.operands


def _lines(finding: Finding, table: observations.Table) -> tuple[int, ...]:
    """Of the rows that a finding is made of, its unit's whole row first."""
    wanted = [(finding.unit, "all"), (finding.against, "all")]
    if finding.observation == 1:
        wanted.append((finding.unit, "accumulator"))
    if finding.observation == 3:
        x, _, w = finding.unit.rpartition("_")
        wanted.append((f"{x.rpartition('_')[0]}_x{w[1:]}_{w}", "all"))
    found = [table.get(unit, _key(finding), "line", part) for unit, part in wanted]
    return tuple(int(line) for line in found if line is not None)


def _cell(finding: Finding, table: observations.Table) -> Cell:
    return Cell(number(finding.measured_percent, 3), _lines(finding, table), finding.holds)


def _conditions(found: list[Finding], table: observations.Table) -> list[Condition]:
    result = []
    for key, group in groupby(sorted(found, key=_sorted), key=_key):
        some = sorted(group, key=lambda finding: finding.measured_percent)
        # Of an even number the lower middle one: a figure that was measured.
        cells = [_cell(some[place], table) for place in (0, (len(some) - 1) // 2, -1)]
        result.append(
            Condition(key[0], _DELAYS[key[1]], key[2], observations.verdict(some),
                      sum(f.holds for f in some), len(some), *cells)
        )  # fmt: skip
    return result


def _sorted(finding: Finding) -> tuple[str, int, bool, str]:
    delays = DELAY_MODELS.index(finding.delay_model)
    return finding.library, delays, finding.operands != "uniform", finding.operands


def _most_real(found: Iterable[Finding]) -> list[Finding]:
    """Those of each library with the delays closest to real gates."""
    kept = list(found)
    delays: dict[str, str] = {}
    for finding in kept:
        before = delays.get(finding.library, finding.delay_model)
        delays[finding.library] = max(before, finding.delay_model, key=DELAY_MODELS.index)
    return [f for f in kept if f.delay_model == delays[f.library]]


def _name(finding: Finding) -> str:
    """The line that a finding belongs to: structure, or the MAC that PANN is held against."""
    if finding.observation == 4:
        return f"MAC of {finding.against.split('_')[-2][1:-1]} bit"
    if finding.observation == 5:
        x, w = (part[-1] for part in finding.unit.split("_")[-3:-1])
        return f"{finding.architecture} {x}{w}"
    return finding.architecture


def _grid(which: int, found: list[Finding], table: observations.Table) -> Grid:
    """All findings of an observation: a line a structure and condition, a column a width."""
    widths = sorted({finding.width for finding in found})
    ordered = sorted(found, key=_sorted)
    rows: list[tuple[tuple[str, ...], list[Cell]]] = []
    if which in (1, 2) and found:
        formula = {f.width: f.formula_percent for f in found if f.formula_percent is not None}
        rows.append((("formula", "", "", ""),
                     [Cell(number(formula[w], 3)) if w in formula else Cell("") for w in widths]
                     + [Cell("")]))  # fmt: skip
    for key, group in groupby(ordered, key=_key):
        lines: dict[str, list[Finding]] = {}
        for finding in group:
            lines.setdefault(_name(finding), []).append(finding)
        for name, some in lines.items():
            labels = (key[0], _DELAYS[key[1]], key[2], name)
            at = {finding.width: finding for finding in some}
            cells = [_cell(at[w], table) if w in at else Cell("") for w in widths]
            rows.append((labels, [*cells, Cell(observations.verdict(some))]))
            if which == 3:
                limits = [
                    Cell(number(at[w].threshold_percent, 3), _lines(at[w], table))
                    if w in at else Cell("") for w in widths
                ]  # fmt: skip
                rows.append(((*labels[:3], f"{name}, threshold"), [*limits, Cell("")]))
    heads = ("library", "delays", "operands", "against" if which == 4 else "structure")
    title = f"{_MEASURED[which]}; columns: {_ACROSS[which]}"
    return Grid(title, heads, (*(f"{w} bit" for w in widths), "verdict"), rows)


def _plot(which: int, found: list[Finding]) -> Plot:
    """With the delays closest to real gates: a panel a library and kind of operands."""
    plot = Plot(f"observation-{which}-figure", f"Observation {which}", "", "")
    for library in dict.fromkeys(f.library for f in found):
        own = _most_real(f for f in found if f.library == library)
        for operands in dict.fromkeys(f.operands for f in own):
            some = [f for f in own if f.operands == operands]
            lines: dict[str, list[Finding]] = {}
            for finding in some:
                lines.setdefault(_name(finding), []).append(finding)
            shown = [
                Curve(name, [f.width for f in line], [f.measured_percent for f in line],
                      index if which in (3, 4, 5) else style(name))
                for index, (name, line) in enumerate(lines.items())
            ]  # fmt: skip
            shown += _limits(which, some)
            plot.add(f"{library}, {operands} operands, {some[0].delay_model} delays",
                     curves(shown, _ACROSS[which], _MEASURED[which],
                            log="y" if which in (4, 5) else ""))  # fmt: skip
    return plot


def _limits(which: int, found: list[Finding]) -> list[Curve]:
    """The formula, or the threshold, as a dashed line; where all structures have the same."""
    if which == 3 or not found:
        return []
    at = {f.width: f.formula_percent if which == 2 else f.threshold_percent for f in found}
    widths = sorted(at)
    values = [float(at[w] or 0.0) for w in widths]
    return [Curve("formula" if which == 2 else "threshold", widths, values, None)]
