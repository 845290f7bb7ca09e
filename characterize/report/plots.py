"""The figures of whole units: energy by width, map, glitches, libraries."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from characterize.energy import ALL
from characterize.figures.panels import Curve, curves, grid
from characterize.report.page import Cell, Grid, Plot, by_width, number
from characterize.report.plots_of_parts import parts_and_causes
from characterize.report.source import Source

SIGNS = {
    "false false": "unsigned x unsigned",
    "false true": "unsigned x signed",
    "true true": "signed x signed",
    "true false": "signed x unsigned",
}
_WIDTH = "width of both operands / bit"
_LINES = ["family", "architecture", "signs"]
# A structure has one colour and marker in all figures.
_STYLES = {"array": 0, "booth": 1, "dadda": 2, "behavioural": 3, "zero-skip": 4, "signmag": 4,
           "csd": 5, "split": 6, "split-gated": 7, "array-registered": 8, "serial": 9}  # fmt: skip


def style(architecture: str) -> int:
    """Number of a structure's colour and marker."""
    return _STYLES.get(architecture, 5 + len(architecture) % 5)


def all_of_units(source: Source) -> list[Plot]:
    """Every figure that `units.csv` has the rows for; the others say what they lack."""
    drawn = [energy_by_width(source), width_map(source), parts_and_causes(source),
             glitches(source), libraries(source)]  # fmt: skip
    for plot in drawn:
        if not plot.panels:
            plot.missing = "The table has no rows for this figure."
    return drawn


def signs(rows: pd.DataFrame) -> "pd.Series[str]":
    """Of the operands of each row, a key of `SIGNS`."""
    texts = [rows[name].astype(str).str.lower() for name in ("signed_x", "signed_w")]
    return texts[0] + " " + texts[1]


def _square(rows: pd.DataFrame) -> pd.DataFrame:
    """Whole multipliers and MACs with operands of one width; of sums the widest."""
    square = rows[
        rows.family.isin(("mac", "multiplier"))
        & (rows.part == ALL)
        & (rows.net_group == ALL)
        & (rows.width_x == rows.width_w)
    ]
    sums = square.acc_width.fillna(0)
    case = [square[name] for name in ("library", "stimulus", "delay_model", "width_x")]
    unit = [square.family, square.architecture, signs(square)]
    return square[sums == sums.groupby([*unit, *case]).transform("max")]


def _cut(rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Square units by family and signs."""
    for family, names in (("mac", "MAC"), ("multiplier", "multiplier")):
        for sign, words in SIGNS.items():
            chosen = rows[(rows.family == family) & (signs(rows) == sign)]
            if len(chosen):
                yield names, words, chosen.sort_values("width_x", kind="stable")


def _structures(rows: pd.DataFrame, measured: str) -> list[Curve]:
    return [
        Curve(str(name), group.width_x.tolist(), group[measured].tolist(), style(str(name)))
        for name, group in rows.groupby("architecture", sort=False)
    ]


def energy_by_width(source: Source) -> Plot:
    """Energy against width by structure and signs, with the paper's formula."""
    plot = Plot(
        "energy-by-width", "Energy against operand width",
        "Energy of one operation with both operands of the same width. The dashed line is the "
        "bit-flip formula of the PANN paper; it counts flips, not energy, so it is scaled by one "
        "factor for each library and family, which makes its mean over all widths and signs of the "
        "array structure the measured one. What differs is the shape, not the height.",
        "part = all, net_group = all, stimulus = uniform, width_x = width_w, family = mac or "
        "multiplier, the most detailed delay model of the library",
    )  # fmt: skip
    for library in source.libraries:
        rows = _square(source.typical(library))
        for family, words, chosen in _cut(rows):
            array = rows[(rows.family == chosen.family.iloc[0]) & (rows.architecture == "array")]
            shown = _structures(chosen, "energy_fj")
            formula = chosen.dropna(subset="paper_bit_flips").drop_duplicates("width_x")
            title = f"{family}, {words}, {library}"
            if len(array) and len(formula):
                factor = array.energy_fj.sum() / array.paper_bit_flips.sum()
                flips = factor * formula.paper_bit_flips
                shown.append(Curve("formula", formula.width_x.tolist(), flips.tolist(), None))
                title += f" (formula: {factor:.3g} fJ a flip)"
            drawn = curves(shown, _WIDTH, "energy per operation / fJ", y_range=(0, None))
            plot.add(title, drawn)
        if len(rows):
            named = rows.assign(signs=signs(rows).map(SIGNS))
            plot.grids.append(
                by_width(f"Energy per operation in fJ, {library}", named, _LINES, "energy_fj")
            )
    return plot


def width_map(source: Source) -> Plot:
    """Energy over the widths of both operands."""
    plot = Plot(
        "width-map", "Energy over weight bits and activation bits",
        "The array multiplier with operands of different widths. If the larger width decided "
        "alone, as the paper's formula has it, a row would be nearly constant up to the diagonal.",
        "family = multiplier, architecture = array, part = all, net_group = all, "
        "stimulus = uniform, the most detailed delay model of the library",
    )  # fmt: skip
    for library in source.libraries:
        rows = source.typical(library)
        rows = rows[
            (rows.family == "multiplier") & (rows.architecture == "array")
            & (rows.part == ALL) & (rows.net_group == ALL)
        ]  # fmt: skip
        for sign, words in SIGNS.items():
            chosen = rows[signs(rows) == sign]
            # Without different widths there is nothing to see.
            if not (chosen.width_x != chosen.width_w).any():
                continue
            map_ = chosen.pivot(index="width_x", columns="width_w", values="energy_fj")
            lines = chosen.pivot(index="width_x", columns="width_w", values="line")
            w, x = ([int(v) for v in axis] for axis in (map_.columns, map_.index))
            title = f"{words}, {library}, fJ per multiplication"
            plot.add(title, grid(map_.to_numpy(dtype=np.float64), w, x,
                                 "weight width / bit", "activation width / bit"))  # fmt: skip
            cells = [
                ((f"{bits} bit",),
                 [Cell(number(v), (int(line),)) if pd.notna(v) else Cell("")
                  for v, line in zip(map_.loc[bits], lines.loc[bits], strict=True)])
                for bits in x
            ]  # fmt: skip
            plot.grids.append(Grid(title, ("activation",), tuple(f"{b} bit" for b in w), cells))
    return plot


def glitches(source: Source) -> Plot:
    """Share of the glitches in the toggles, and what they add to the energy."""
    plot = Plot(
        "glitches", "Glitches",
        "A glitch is a change of a net that a settled circuit would not make: signals arrive at "
        "different times. First their share of all toggles, then how much more energy the same "
        "operands take with delays than without. The rule that swallows a pulse shorter than a "
        "gate's delay decides much of these figures; it is their largest uncertainty.",
        "part = all, net_group = all, stimulus = uniform, width_x = width_w; the most detailed "
        "delay model of the library: glitch_toggles_per_op / toggles_per_op; the energy beside "
        "that of the row with delay_model = zero",
    )  # fmt: skip
    for library in source.libraries:
        rows = _square(source.typical(library))
        if rows.empty or rows.delay_model.iloc[0] == "zero":
            continue
        whole = source.whole
        still = whole[(whole.library == library) & (whole.delay_model == "zero")
                      & (whole.stimulus == "uniform")].set_index("unit")  # fmt: skip
        rows = rows.assign(
            share=100 * rows.glitch_toggles_per_op / rows.toggles_per_op,
            added=100 * (rows.energy_fj / rows.unit.map(still.energy_fj).astype(float) - 1),
            signs=signs(rows).map(SIGNS),
        )
        for measured, label in (("share", "glitches in all toggles / %"),
                                ("added", "energy added by glitches / %")):  # fmt: skip
            some = rows.dropna(subset=measured)
            for family, words, chosen in _cut(some):
                drawn = curves(_structures(chosen, measured), _WIDTH, label, y_range=(0, None))
                plot.add(f"{family}, {words}, {library}", drawn)
            if len(some):
                plot.grids.append(by_width(f"{label}, {library}", some, _LINES, measured))
    return plot


def libraries(source: Source) -> Plot:
    """The same units in two libraries."""
    plot = Plot(
        "libraries", "Library against library",
        "Each point is one unit with the same operands and delay model in two libraries. "
        "The dashed line is the median ratio: points beside it are units that one library suits "
        "better.",
        "part = all, net_group = all; rows that agree in unit, stimulus, seed and delay_model",
    )  # fmt: skip
    first, *others = source.libraries
    keys = ["unit", "family", "architecture", "stimulus", "seed", "delay_model"]
    for other in others:
        whole = source.whole
        both = whole[whole.library == first].merge(
            whole[whole.library == other], on=keys, suffixes=("", "_other")
        )
        if both.empty:
            continue
        ratio = both.energy_fj_other / both.energy_fj
        shown = [
            Curve(str(name), group.energy_fj.tolist(), group.energy_fj_other.tolist(), index, False)
            for index, (name, group) in enumerate(both.groupby("family", sort=False))
        ]
        plot.add(f"{other} against {first}, median ratio {ratio.median():.3g}",
                 curves(shown, f"{first}: energy per operation / fJ",
                        f"{other}: energy per operation / fJ", log="xy",
                        equal=float(ratio.median())))  # fmt: skip
        rows: list[tuple[tuple[str, ...], list[Cell]]] = []
        for key, group in both.assign(ratio=ratio).groupby(["family", "architecture"], sort=False):
            ordered = group.sort_values("ratio", kind="stable")
            low, high = ordered.iloc[0], ordered.iloc[-1]
            cells = [Cell(str(len(group))), Cell(number(group.ratio.median()))]
            cells += [Cell(number(r.ratio), (int(r.line), int(r.line_other))) for r in (low, high)]
            rows.append((tuple(map(str, key)), cells))
        plot.grids.append(Grid(f"Energy in {other} divided by that in {first}",
                               ("family", "structure"), ("cases", "median", "lowest", "highest"),
                               rows))  # fmt: skip
    return plot
