"""What a table has of the cases that a whole run measures, and what it lacks."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from characterize.report.source import Source
from characterize.sweep import Choice
from characterize.units import RTL_DIR, Registry


@dataclass(frozen=True, slots=True)
class Lack:
    """Cases of a structure that are missing with a library."""

    library: str
    family: str
    architecture: str
    missing: int
    wanted: int


@dataclass(frozen=True)
class Coverage:
    """How much of a whole run there is.

    Attributes
    ----------
    wanted, found
        Default cases, and those of them that the table has.
    lacks
        Where cases are missing.
    other
        Cases of the table that are no default ones.
    """

    wanted: int
    found: int
    lacks: list[Lack]
    other: int


def coverage(source: Source, rtl: Path = RTL_DIR) -> Coverage:
    """Hold a table against the default cases.

    Parameters
    ----------
    rtl
        Folder of the registry of units.
    """
    names = ["unit", "library", "stimulus", "delay_model"]
    there = set(source.whole[names].itertuples(index=False, name=None))
    cases = [
        (c.unit.name, c.library, c.stimulus.name, c.delay_model, c.unit.family, c.unit.architecture)
        for c in Choice().cases(Registry(rtl / "units.toml").select())
    ]
    table = pd.DataFrame(cases, columns=[*names, "family", "architecture"])
    table["found"] = [tuple(case[:4]) in there for case in cases]
    lacks = [
        Lack(str(library), str(family), str(structure), int((~group.found).sum()), len(group))
        for (library, family, structure), group in table.groupby(
            ["library", "family", "architecture"], sort=False
        )
        if not group.found.all()
    ]
    found = int(table.found.sum())
    return Coverage(len(table), found, lacks, len(there) - found)
