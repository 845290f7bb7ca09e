"""ZigZag: energy and area of the operational array's unit, a MAC.

An accelerator of ZigZag is one YAML file, whose `operational_array` has `unit_energy`,
in pJ per MAC as the energies of its memories, and `unit_area`, summed with the areas
of its memories, which CACTI gives in mm2. ZigZag knows no leakage: it is in
`unit_energy`, at one MAC in each clock period. Memories must keep their order, lowest
first, so an accelerator's file is changed line by line and not read and written again.

Source: github.com/KULeuven-MICAS/zigzag, zigzag-dse 3.9.1: `accelerator_validator.py`,
`accelerator_factory.py`, `CostModelEvaluation.calc_mac_energy_cost`, and
`get_cacti_cost.py` for mm2.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from characterize.errors import CharacterizeError
from characterize.export.source import MeasuredUnit, Selection, Source, by_library
from characterize.export.statement import number, statement

_FIGURES = (
    "ZigZag operational_array: unit_energy in pJ per MAC, leakage of its clock period "
    "included; unit_area in mm2."
)
_KEYS = ("unit_energy", "unit_area")


def export(source: Source, selection: Selection) -> dict[str, str]:
    """File name -> text: for each library the operational array of every MAC.

    Raises
    ------
    CharacterizeError
        If there are no such rows, or none of a MAC.
    """
    units = [unit for unit in source.units(selection) if _is_mac(unit)]
    if not units:
        raise CharacterizeError(f"{source.folder / 'units.csv'}: no MAC among its units")
    return {f"{library}.yaml": _table(source, some) for library, some in by_library(units).items()}


def accelerator(source: Source, selection: Selection, unit: str, file: Path) -> dict[str, str]:
    """File name -> text: a given accelerator, its unit replaced by a measured one.

    Parameters
    ----------
    selection
        With one library.
    unit
        Name of a MAC.
    file
        An accelerator of ZigZag, in block style.

    Raises
    ------
    CharacterizeError
        If there is no such row, the unit is no MAC, or the file has not one
        `unit_energy` and one `unit_area`.
    """
    row = source.unit(unit, selection)
    if not _is_mac(row):
        raise CharacterizeError(f"{unit}: not a MAC: an operation of ZigZag's array is one")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CharacterizeError(f"{file}: cannot be read as YAML: {error}") from None
    for key, value in _values(row).items():
        text, replaced = re.subn(
            rf"^(\s+{key}:).*$", rf"\g<1> {value} # {unit}, {row.library}", text, flags=re.MULTILINE
        )
        if replaced != 1:
            raise CharacterizeError(
                f"{file}: has {replaced} lines with {key}:, an accelerator of ZigZag has one "
                "in its operational_array"
            )
    return {file.name: _comment(source, [row]) + text}


def _is_mac(unit: MeasuredUnit) -> bool:
    return unit.operation == "mac"


def _table(source: Source, units: Sequence[MeasuredUnit]) -> str:
    lines = [
        "# Keys are units. Put one's two values into the operational_array of an accelerator, or",
        "# python -m characterize export --to zigzag --unit UNIT --accelerator FILE does it.",
    ]
    for unit in units:
        lines += [f"{unit.unit}:", "  operational_array:"]
        lines += [f"    {key}: {value}" for key, value in _values(unit).items()]
    return _comment(source, units) + "\n".join(lines) + "\n"


def _values(unit: MeasuredUnit) -> dict[str, str]:
    """YAML's numbers: with a point, or an exponent of e-07 would be a text."""
    figures = (unit.energy_fj / 1000, unit.area_um2 / 1e6)
    return {key: _yaml(value) for key, value in zip(_KEYS, figures, strict=True)}


def _yaml(value: float) -> str:
    text = number(value)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return text if "." in text else f"{text}.0"


def _comment(source: Source, units: Sequence[MeasuredUnit]) -> str:
    return "".join(f"# {line}\n" for line in statement(source, units, _FIGURES))
