"""One Liberty file: read whole, with its units and the conditions that it holds for."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from characterize.errors import CharacterizeError
from characterize.liberty import Group, parse
from sim.files import read_packed

_POWERS_OF_TEN = {"f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "": 0, "k": 3}
_LARGEST_V = 1000
# Liberty's own defaults, in percent of the supply.
_THRESHOLDS = {
    "input_threshold_pct_rise": 50.0, "input_threshold_pct_fall": 50.0,
    "output_threshold_pct_rise": 50.0, "output_threshold_pct_fall": 50.0,
    "slew_lower_threshold_pct_rise": 20.0, "slew_lower_threshold_pct_fall": 20.0,
    "slew_upper_threshold_pct_rise": 80.0, "slew_upper_threshold_pct_fall": 80.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Units:
    """Factors from a file's units to ours.

    Attributes
    ----------
    slew_ps
        Of transition times: the time unit times `slew_derate_from_library`, which
        makes them times between the slew thresholds.
    leakage_nw
        None where the file states no unit; it has no leakage then.
    """

    time_ps: float
    slew_ps: float
    capacitance_ff: float
    voltage_v: float
    leakage_nw: float | None

    @property
    def energy_fj(self) -> float:
        """Liberty: voltage unit squared times capacitance unit."""
        return self.voltage_v**2 * self.capacitance_ff


@dataclass(frozen=True, eq=False)
class LibertyFile:
    """A Liberty file.

    Attributes
    ----------
    name, sha256
        Of the file as it was given.
    group
        Its `library` group.
    thresholds_pct
        Attribute -> where delays and slews are measured, in percent of the supply.
    supply_v, temperature_c
        Conditions of its figures; None where it states none.
    assumed
        What it leaves to Liberty's defaults, in words.
    """

    name: str
    sha256: str
    group: Group
    units: Units
    thresholds_pct: dict[str, float]
    supply_v: float | None
    temperature_c: float | None
    assumed: tuple[str, ...]

    @property
    def library_name(self) -> str:
        """The name in its first line."""
        return self.group.arguments[0] if self.group.arguments else ""


def read_liberty(path: Path) -> LibertyFile:
    """Read a Liberty file, plain or gzip.

    Raises
    ------
    CharacterizeError
        If it cannot be read, is broken or cut off, or states no units that are known.
    """
    content = read_packed(path, CharacterizeError)
    name = path.name
    group = parse(content[1].decode("utf-8", "replace"), name)
    if "include_file" in group.attributes:
        raise CharacterizeError(
            f"{name}: includes {group.text('include_file')}, which is not followed: join the files"
        )
    assumed: list[str] = []
    units = _units(group, name, assumed)
    thresholds = {key: _number(group, key, name, value) for key, value in _THRESHOLDS.items()}
    for edge in ("rise", "fall"):
        lower = thresholds[f"slew_lower_threshold_pct_{edge}"]
        if not 0 < lower < thresholds[f"slew_upper_threshold_pct_{edge}"] < 100:
            raise CharacterizeError(f"{name}: the slew thresholds of {edge} are not 0 < lower < "
                                    "upper < 100 percent")  # fmt: skip
    supply_v = _condition(group, name, "voltage", assumed)
    if supply_v is not None and not 0 < supply_v * units.voltage_v < _LARGEST_V:
        raise CharacterizeError(
            f"{name}: a supply of {supply_v * units.voltage_v:g} V: above 0 and below "
            f"{_LARGEST_V} V are possible"
        )
    return LibertyFile(
        name=name,
        sha256=hashlib.sha256(content[0]).hexdigest(),
        group=group,
        units=units,
        thresholds_pct=thresholds,
        supply_v=None if supply_v is None else round(supply_v * units.voltage_v, 9),
        temperature_c=_condition(group, name, "temperature", assumed),
        assumed=tuple(assumed),
    )


def _number(group: Group, attribute: str, source: str, default: float) -> float:
    """An attribute of the library, or its default; text that is no number is an error."""
    value = group.number(attribute)
    if value is None and attribute in group.attributes:
        raise CharacterizeError(
            f"{source}: {attribute} is '{group.text(attribute)}', which is no number"
        )
    return default if value is None else value


def _units(library: Group, source: str, assumed: list[str]) -> Units:
    def unit(attribute: str, letter: str, target: int, default: str = "") -> float:
        text = library.text(attribute)
        if not text and default:
            text = default
            assumed.append(f"{source}: no {attribute}, Liberty's default {default}")
        found = re.fullmatch(rf"\s*(\d*\.?\d+)\s*([fpnumk]?){letter}\s*", text, re.IGNORECASE)
        if found is None or not float(found[1]):
            raise CharacterizeError(
                f"{source}: {attribute} is '{text}', but something like '1n{letter}' is needed"
            )
        return float(found[1]) * 10.0 ** (_POWERS_OF_TEN[found[2].lower()] - target)

    time_ps = unit("time_unit", "s", -12, "1ns")
    number, _, letter = library.text("capacitive_load_unit").partition(",")
    try:
        capacitance_ff = float(number) * {"ff": 1.0, "pf": 1e3, "nf": 1e6}[letter.strip().lower()]
    except (ValueError, KeyError) as error:
        raise CharacterizeError(
            f"{source}: capacitive_load_unit is '{number},{letter}', "
            "but something like '1,pf' is needed"
        ) from error
    derate = _number(library, "slew_derate_from_library", source, 1.0)
    if derate <= 0 or capacitance_ff <= 0:
        raise CharacterizeError(
            f"{source}: capacitive_load_unit and slew_derate_from_library must be above 0"
        )
    leaks = any(
        cell.all("leakage_power") or cell.number("cell_leakage_power")
        for cell in (*library.all("cell"),)
    ) or library.number("default_cell_leakage_power")
    leakage_nw = None
    if leaks or "leakage_power_unit" in library.attributes:
        leakage_nw = unit("leakage_power_unit", "W", -9)
    return Units(
        time_ps=time_ps,
        slew_ps=time_ps * derate,
        capacitance_ff=capacitance_ff,
        voltage_v=unit("voltage_unit", "V", 0, "1V"),
        leakage_nw=leakage_nw,
    )


def _condition(library: Group, source: str, quantity: str, assumed: list[str]) -> float | None:
    """The nominal value; else that of the default, or only, operating conditions."""
    every = library.all("operating_conditions")
    wanted = library.text("default_operating_conditions")
    named = [group for group in every if wanted in group.arguments]
    operating = named or (every if len(every) == 1 else [])
    value = operating[0].number(quantity) if operating else None
    nominal = library.number(f"nom_{quantity}")
    if nominal is None:
        return value
    if value is not None and value != nominal:
        assumed.append(f"{source}: nom_{quantity} {nominal:g} holds, although the default "
                       f"operating conditions say {value:g}")  # fmt: skip
    return nominal
