"""What stands on the page: figures, and tables whose numbers lead to their rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.figure import Figure

from characterize.report.inline import inline


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, and where it comes from.

    Attributes
    ----------
    text
        As it is shown; empty where nothing was measured.
    lines
        Of the rows it is made of, the whole unit's first.
    holds
        Whether it is on a claim's side; None where there is no claim.
    """

    text: str
    lines: tuple[int, ...] = ()
    holds: bool | None = None

    @property
    def link(self) -> str:
        """To the row of the whole unit."""
        return f"#L{self.lines[0]}" if self.lines else ""

    @property
    def origin(self) -> str:
        """The lines in words."""
        word = "line" if len(self.lines) == 1 else "lines"
        return f"units.csv, {word} {', '.join(map(str, self.lines))}" if self.lines else ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of figures: some columns that name a row, others that hold its numbers."""

    title: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Sequence[tuple[tuple[str, ...], Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes as SVG, and what it shows."""

    title: str
    svg: str


@dataclass(slots=True)
class Plot:
    """A figure of several panels.

    Attributes
    ----------
    name
        Its anchor.
    title, text
        What it shows and how to read it.
    rows
        Which rows of which table it draws.
    panels, grids
        What is there; a plot without panels says what is missing with `missing`.
    """

    name: str
    title: str
    text: str
    rows: str
    missing: str = ""
    panels: list[Panel] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)

    def add(self, title: str, figure: Figure) -> None:
        """Add a panel; figures are drawn within `inline.drawing()`."""
        name = f"{self.name}-{len(self.panels) + 1}"
        self.panels.append(Panel(title, inline(figure, name, f"{self.title}: {title}")))


def number(value: float, digits: int = 4) -> str:
    """As short as so many significant digits are; empty where there is none."""
    return "" if pd.isna(value) else f"{float(f'{value:.{digits}g}'):g}"


def by_width(title: str, rows: pd.DataFrame, columns: Sequence[str], measured: str) -> Grid:
    """A grid of whole units of equal widths: a line a structure, a column a width.

    Parameters
    ----------
    rows
        One a structure, width and what `columns` tell apart.
    columns
        What names a line of the grid.
    measured
        Column of the numbers.
    """
    widths = sorted(rows.width_x.dropna().astype(int).unique())
    lines: list[tuple[tuple[str, ...], list[Cell]]] = []
    for key, group in rows.groupby(list(columns), sort=False):
        values = dict(zip(group.width_x, group[measured], strict=True))
        lines_of = dict(zip(group.width_x, group.line, strict=True))
        cells = [
            Cell(number(values[w]), (int(lines_of[w]),)) if w in values else Cell("")
            for w in widths
        ]
        lines.append((tuple(map(str, key)), cells))
    heads = tuple(name.replace("architecture", "structure") for name in columns)
    return Grid(title, heads, tuple(f"{w} bit" for w in widths), lines)
