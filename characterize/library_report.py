"""What an import found, took, left out and assumed: for people to read."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from characterize.library import CellLibrary

_WIDTH = 100


@dataclass(frozen=True)
class ImportReport:
    """The account of an import.

    Attributes
    ----------
    files
        A line for each file: its name, its library, its units.
    found
        Kind of cell -> how many there are.
    taken
        Kind of cell -> names of those in the table.
    left_out
        Reason -> names of the cells.
    missing, assumed
        What the library does not have; what was put in where the files say nothing.
    """

    files: Sequence[str]
    found: Mapping[str, int]
    taken: Mapping[str, Sequence[str]]
    left_out: Mapping[str, Sequence[str]]
    missing: Sequence[str]
    assumed: Sequence[str]

    def text(self, library: CellLibrary) -> str:
        """The report, in plain lines."""
        conditions = library.conditions
        lines = [
            f"Library {library.name}",
            *self.files,
            f"conditions: {conditions.vdd_v:g} V, {conditions.temperature_c:g} C, clock "
            f"{conditions.clock_ps:g} ps, input slew {conditions.input_slew_ps:g} ps, wire "
            f"{conditions.wire_ff_per_fanout:g} fF per fan-out, delay step "
            f"{conditions.delay_step_ps:g} ps",
            "",
            f"Found: {sum(self.found.values())} cells",
            *(f"  {count:4} {kind}" for kind, count in self.found.items()),
            "",
            f"Taken: {len(library.cells)} cells, driven by {library.synthesis.driving_cell}",
            *_named(self.taken),
        ]
        if self.left_out:
            count = sum(len(names) for names in self.left_out.values())
            lines += ["", f"Left out: {count} cells", *_named(self.left_out)]
        for title, items in (("Missing", self.missing), ("Assumed", self.assumed)):
            if items:
                lines += ["", f"{title}:"]
                for item in items:
                    lines += textwrap.wrap(
                        item, _WIDTH, initial_indent="  ", subsequent_indent="    "
                    )
        return "\n".join(lines)


def _named(groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A title and its names, wrapped, for each group."""
    for title, names in groups.items():
        text = f"{title} ({len(names)}): {', '.join(names)}"
        yield from textwrap.wrap(
            text, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False
        )
