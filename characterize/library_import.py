"""Liberty files in, a `CellLibrary` and an account of it out.

One way for every library: all cells are read, those that can be used are known,
then settings say which of them make the library. Settings come from a file, or
are chosen by rule where there is none. Grids stay as the files have them, up to seven
points an axis; timing arcs stay apart by state, energies are means over states.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from characterize.errors import CharacterizeError
from characterize.liberty import Group
from characterize.liberty_cells import CellReader, UnusableError
from characterize.liberty_file import LibertyFile, read_liberty
from characterize.library import Cell, CellLibrary
from characterize.library_choice import choose, function_name, require_gates
from characterize.library_report import ImportReport
from characterize.library_settings import LibrarySettings, check_synthesis, read_settings

_THOUSAND = 1000  # ps in a ns, fF in a pF
_NOT_NAMED = "not named in the settings"
_OTHER_SIZE = "another size of the same function is taken"
_NOT_NEEDED = "function that arithmetic needs rarely"
_UNWANTED = "marked dont_use"


@dataclass(frozen=True)
class Imported:
    """A library and the account of its import."""

    library: CellLibrary
    report: ImportReport


@dataclass(frozen=True, eq=False)
class _Found:
    """Everything that is in the files.

    Attributes
    ----------
    groups
        Cell name -> its group and the reader of its file.
    usable
        Cell name -> cell, for those that can be used.
    reasons
        Cell name -> why it cannot be used.
    unwanted
        Names of the usable ones that are marked `dont_use`.
    """

    files: Sequence[LibertyFile]
    readers: Sequence[CellReader]
    groups: Mapping[str, tuple[Group, CellReader]]
    usable: Mapping[str, Cell]
    reasons: Mapping[str, str]
    unwanted: frozenset[str]


def import_library(
    files: Sequence[Path], settings_file: Path | None, transistors_file: Path | None
) -> Imported:
    """Build a library from Liberty files.

    Parameters
    ----------
    files
        Liberty files that belong together, plain or gzip.
    settings_file
        TOML: name, source, conditions, synthesis settings, cells to take; if None,
        they are chosen by rule (`library_choice`).
    transistors_file
        CSV with the columns `cell` and `transistors`; None counts them as 0.

    Raises
    ------
    CharacterizeError
        If a file cannot be read, the files do not belong together, or lack what
        is needed.
    """
    given = read_settings(settings_file) if settings_file is not None else None
    transistors = _read_transistors(transistors_file) if transistors_file else {}
    found = _read_all([read_liberty(path) for path in files])
    supply_v, temperature_c = _conditions(found.files)
    assumed = [line for file in found.files for line in file.assumed]
    if given is None:
        choice = choose(
            found.usable,
            found.unwanted,
            [file.library_name or file.name for file in found.files],
            supply_v,
            temperature_c,
        )
        settings = choice.settings
        assumed += choice.reasons
    else:
        settings = given
        _check_named(found, settings, settings_file, supply_v)
    if uncounted := [name for name in settings.cells if transistors and name not in transistors]:
        raise CharacterizeError(f"{transistors_file}: no line for {', '.join(uncounted)}")
    if transistors_file is None:
        assumed.append("transistor counts: no --transistors given, counted as 0")
    cells = {}
    for name in settings.cells:
        group, reader = found.groups[name]
        slew_ps = settings.conditions.input_slew_ps
        cells[name] = reader.read(group, slew_ps, transistors.get(name, 0))
    check_synthesis(settings, cells)
    require_gates(filter(None, map(function_name, cells.values())), f"settings of {settings.name}")
    sources = [{"name": file.name, "sha256": file.sha256} for file in found.files]
    library = CellLibrary(
        name=settings.name,
        source={**settings.source, "files": sources, **_units(found.files[0])},
        conditions=settings.conditions,
        synthesis=settings.synthesis,
        cells=cells,
    )
    _ = library.flip_flop  # refuses a library without one
    for reader in found.readers:
        for what, names in reader.assumed.items():
            if taken := [name for name in names if name in cells]:
                assumed.append(f"{what} ({', '.join(taken)})")
    report = ImportReport(
        files=[_described(file) for file in found.files],
        found=_kinds(found),
        taken=_taken(library),
        left_out=_left_out(found, library, by_rule=given is None),
        missing=_missing(library),
        assumed=assumed,
    )
    return Imported(library, report)


def _units(file: LibertyFile) -> dict[str, str]:
    """In which units the mapper gets the library: those of its first file."""
    return {
        "time_unit": "1ns" if file.units.time_ps >= _THOUSAND else "1ps",
        "capacitance_unit": "pf" if file.units.capacitance_ff >= _THOUSAND else "ff",
    }


def _read_all(files: Sequence[LibertyFile]) -> _Found:
    groups: dict[str, tuple[Group, CellReader]] = {}
    origin: dict[str, str] = {}
    usable: dict[str, Cell] = {}
    reasons: dict[str, str] = {}
    readers = []
    for file in files:
        reader = CellReader(file)
        readers.append(reader)
        for group in file.group.all("cell"):
            name = group.arguments[0] if group.arguments else ""
            if not name:
                raise CharacterizeError(f"{file.name}, line {group.line}: a cell without name")
            if name in groups:
                raise CharacterizeError(
                    f"cell {name} is in {origin[name]} and again in {file.name}, line "
                    f"{group.line}: give files without common cells"
                )
            origin[name] = file.name
            groups[name] = (group, reader)
            try:
                usable[name] = reader.read(group, 0.0, 0)
            except UnusableError as error:
                reasons[name] = error.reason
    names = ", ".join(file.name for file in files)
    if not groups:
        raise CharacterizeError(f"{names}: no cells")
    powered = any(
        pin.all("internal_power")
        for group, _ in groups.values()
        for pin in (*group.all("pin"), group)
    )
    if not powered:
        raise CharacterizeError(
            f"{names}: no internal power in any cell, so there is no energy to measure with: "
            "take Liberty files with internal_power groups"
        )
    if not any(cell.flip_flop for cell in usable.values()):
        kinds = sorted({reasons[name] for name, (group, _) in groups.items()
                        if group.all("ff") and name in reasons})  # fmt: skip
        raise CharacterizeError(
            f"{names}: no rising-edge flip-flop without set, reset or scan, which every unit's "
            f"output load needs (found: {', '.join(kinds) or 'none at all'})"
        )
    return _Found(
        files=files,
        readers=readers,
        groups=groups,
        usable=usable,
        reasons=reasons,
        unwanted=frozenset(n for n in usable if groups[n][0].text("dont_use") == "true"),
    )


def _conditions(files: Sequence[LibertyFile]) -> tuple[float | None, float | None]:
    """Supply and temperature of files, which must not differ, nor their thresholds."""
    first = files[0]
    for file in files[1:]:
        for attribute, value in file.thresholds_pct.items():
            if value != first.thresholds_pct[attribute]:
                raise CharacterizeError(
                    f"{file.name}: {attribute} is {value:g}, in {first.name} it is "
                    f"{first.thresholds_pct[attribute]:g}: give files that were measured alike"
                )
    values: list[float | None] = []
    for what, unit, some in (
        ("supply", "V", [file.supply_v for file in files]),
        ("temperature", "C", [file.temperature_c for file in files]),
    ):
        stated = [(v, file.name) for v, file in zip(some, files, strict=True) if v is not None]
        for value, name in stated:
            if abs(value - stated[0][0]) > 1e-6 * abs(stated[0][0]):
                raise CharacterizeError(
                    f"{name}: {what} {value:g} {unit}, in {stated[0][1]} it is "
                    f"{stated[0][0]:g} {unit}: give files of one corner"
                )
        values.append(stated[0][0] if stated else None)
    return values[0], values[1]


def _check_named(
    found: _Found, settings: LibrarySettings, path: Path | None, supply_v: float | None
) -> None:
    """Refuse cells that are named, but not there or of no use; and another supply."""
    if missing := [name for name in settings.cells if name not in found.groups]:
        raise CharacterizeError(
            f"{path}: cells not found in the Liberty files: {', '.join(missing)}"
        )
    for name in settings.cells:
        if name in found.reasons:
            line = found.groups[name][0].line
            raise CharacterizeError(
                f"{path}: cell {name} (line {line} of its file) cannot be used: "
                f"{found.reasons[name]}; take another one"
            )
    vdd_v = settings.conditions.vdd_v
    if supply_v is not None and abs(vdd_v - supply_v) > 1e-6 * supply_v:
        raise CharacterizeError(
            f"{path}: vdd_v is {vdd_v:g}, but the figures of the Liberty files hold for "
            f"{supply_v:g} V"
        )


def _read_transistors(path: Path) -> dict[str, int]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["cell"]: int(row["transistors"]) for row in csv.DictReader(file)}
    except OSError as error:
        raise CharacterizeError(f"{path}: cannot read it: {error.strerror}") from error
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise CharacterizeError(
            f"{path}: needs the columns cell and transistors, with whole numbers"
        ) from error


def _described(file: LibertyFile) -> str:
    units = file.units
    lower, upper = (
        file.thresholds_pct[f"slew_{side}_threshold_pct_rise"] for side in ("lower", "upper")
    )
    return (
        f"{file.name}: library {file.library_name}, {len(file.group.all('cell'))} cells, units "
        f"{units.time_ps:g} ps, {units.capacitance_ff:g} fF, {units.voltage_v:g} V, "
        f"{'no' if units.leakage_nw is None else format(units.leakage_nw, 'g')} nW, slews from "
        f"{lower:g} to {upper:g} %"
    )


def _kind(cell: Cell) -> str:
    if cell.flip_flop is not None:
        return "flip-flop"
    if cell.clock_gate is not None:
        return "clock gate"
    if not cell.input_cap_ff:
        return "tie cell"
    name = function_name(cell)
    return name if name in ("inverter", "buffer") else "gate"


def _kinds(found: _Found) -> dict[str, int]:
    """How many cells of each kind there are; the rest as such that cannot be used."""
    kinds = dict.fromkeys(("inverter", "buffer", "gate", "flip-flop", "clock gate", "tie cell"), 0)
    for cell in found.usable.values():
        kinds[_kind(cell)] += 1
    kinds = {f"{kind}s": count for kind, count in kinds.items()}
    return kinds | {"of no use, see below": len(found.reasons)}


def _taken(library: CellLibrary) -> dict[str, list[str]]:
    taken: dict[str, list[str]] = {}
    for name, cell in library.cells.items():
        taken.setdefault(f"{_kind(cell)}s", []).append(name)
    return taken


def _left_out(found: _Found, library: CellLibrary, by_rule: bool) -> dict[str, list[str]]:
    """Reason -> cells; what cannot be used first, then what is not needed."""
    left_out: dict[str, list[str]] = {}
    for name, reason in found.reasons.items():
        left_out.setdefault(reason, []).append(name)
    for name, cell in found.usable.items():
        if name in library.cells:
            continue
        reason = _NOT_NAMED
        if by_rule and name in found.unwanted:
            reason = _UNWANTED
        elif by_rule:
            rare = _kind(cell) == "gate" and function_name(cell) is None
            reason = _NOT_NEEDED if rare else _OTHER_SIZE
        left_out.setdefault(reason, []).append(name)
    return left_out


def _missing(library: CellLibrary) -> list[str]:
    cells = library.cells.values()
    lacks = {
        "leakage: no cell has any, it counts as 0": not any(cell.leakage_nw for cell in cells),
        "clock gates: units with gated clocks cannot be made": library.clock_gate is None,
        "tie cells: units with constant outputs cannot be made": None
        in (library.synthesis.tie_high, library.synthesis.tie_low),
        "internal energy of input pins: it counts as 0": not any(c.pin_energy for c in cells),
    }
    moving = [cell for cell in cells if cell.input_cap_ff]
    without = [cell.name for cell in moving if not any(arc.energy_fj for arc in cell.power)]
    if without:
        lacks[f"internal energy of outputs, it counts as 0 ({', '.join(without)})"] = True
    return [what for what, lacking in lacks.items() if lacking]
