"""How objects show themselves in a notebook: small tables and bars, in HTML alone."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, TypeVar

Row = TypeVar("Row")
_WIDTH_PX, _BAR_PX, _GAP_PX, _LABEL_PX, _VALUE_PX = 560, 16, 5, 150, 80
# Told apart by those who see colours otherwise, too (Okabe and Ito, 2008).
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")


def html_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], caption: str = "") -> str:
    """A table; numbers with five digits that count, to the right.

    >>> html_table(["layer", "fJ"], [["<conv>", 12.3456789]])
    '<table><thead><tr><th>layer</th><th>fJ</th></tr></thead><tbody><tr><td>&lt;conv&gt;</td>\
<td style="text-align:right">12.346</td></tr></tbody></table>'
    """
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<td></td>"
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = f"{value:,}" if isinstance(value, int) else f"{value:,.5g}"
        return f'<td style="text-align:right">{shown}</td>'
    return f"<td>{escape(str(value))}</td>"


def bars(values: Mapping[str, Mapping[str, float]], unit: str) -> str:
    """Bars, one for each label, of pieces that add up; an SVG image.

    Parameters
    ----------
    values
        Label of each bar -> name of each piece -> its length, not negative.
    unit
        Of all of them.
    """
    names = list(dict.fromkeys(name for pieces in values.values() for name in pieces))
    largest = max((sum(pieces.values()) for pieces in values.values()), default=0) or 1
    room = _WIDTH_PX - _LABEL_PX - _VALUE_PX
    lines = []
    for number, (label, pieces) in enumerate(values.items()):
        top = number * (_BAR_PX + _GAP_PX)
        middle, left = top + _BAR_PX * 0.75, float(_LABEL_PX)
        lines.append(f'<text x="{_LABEL_PX - 6}" y="{middle}" text-anchor="end">{escape(label)}')
        lines.append("</text>")
        for name, value in pieces.items():
            width = max(value, 0) / largest * room
            colour = _COLOURS[names.index(name) % len(_COLOURS)]
            lines.append(
                f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR_PX}" '
                f'fill="{colour}"><title>{escape(name)}: {value:.5g} {escape(unit)}</title></rect>'
            )
            left += width
        total = f"{sum(pieces.values()):.4g} {escape(unit)}"
        lines.append(f'<text x="{left + 6:.1f}" y="{middle}">{total}</text>')
    height = len(values) * (_BAR_PX + _GAP_PX)
    image = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH_PX}" height="{height}" '
        f'font-family="sans-serif" font-size="12" fill="currentColor">{"".join(lines)}</svg>'
    )
    legend = " ".join(
        f'<span style="color:{_COLOURS[i % len(_COLOURS)]}">&#9632;</span> {escape(name)}'
        for i, name in enumerate(names)
    )
    return f"<div>{image}</div><div>{legend}</div>" if len(names) > 1 else f"<div>{image}</div>"


class Energies(list[Row]):
    """Energies of layers, the last one `all`: a list that a notebook shows as table and bars."""

    def _repr_html_(self) -> str:
        layers: Sequence[Any] = self
        rows = [
            [
                one.layer, one.unit, one.macs,
                None if one.energy_fj is None else one.energy_fj / one.macs,
                None if one.energy_fj is None else one.energy_fj * 1e-6,
            ]
            for one in layers
        ]  # fmt: skip
        shown = html_table(["layer", "unit", "MACs", "fJ a MAC", "nJ an image"], rows)
        causes = {
            one.layer: {name.removesuffix("_fj"): fj * 1e-6 for name, fj in one.causes.items()}
            for one in layers
            if one.layer != "all" and one.causes
        }
        return shown + (bars(causes, "nJ") if causes else "")
