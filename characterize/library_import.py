"""Liberty files in, a `CellLibrary` out.

What is taken, and how states are merged, is MEASURE.md's: leakage of the
unconditional group of the positive supply, else the mean of the `when` groups;
internal energy of the positive supply, mean of the `when` states; a delay without
condition before the mean of those with one.
"""

import csv
import gzip
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from characterize.errors import CharacterizeError
from characterize.files import read_toml
from characterize.liberty import Group, parse
from characterize.library import (
    EDGES,
    Cell,
    CellLibrary,
    ClockGate,
    Conditions,
    FlipFlop,
    FloatArray,
    Grid,
    PinEnergy,
    PowerArc,
    SynthesisSettings,
    TimingArc,
)
from characterize.logic import BooleanFunction

_TIME_PS = {"1ps": 1.0, "10ps": 10.0, "100ps": 100.0, "1ns": 1000.0}
_POWER_NW = {"1pW": 1e-3, "10pW": 1e-2, "100pW": 1e-1, "1nW": 1.0, "10nW": 10.0,
             "100nW": 100.0, "1uW": 1e3, "10uW": 1e4, "100uW": 1e5, "1mW": 1e6}  # fmt: skip
_CAPACITANCE_FF = {"ff": 1.0, "pf": 1000.0}
_COMPACT_POINTS = 4  # entries kept of each axis, spread over its whole range
_OPPOSITE = {"rise": "fall", "fall": "rise"}


@dataclass(frozen=True, slots=True)
class _Units:
    """Factors from a file's units to ours."""

    time_ps: float
    capacitance_ff: float
    energy_fj: float
    leakage_nw: float


def import_library(
    files: Sequence[Path], settings_file: Path, transistors_file: Path | None
) -> CellLibrary:
    """Build a library from Liberty files.

    Parameters
    ----------
    files
        Liberty files that belong together, plain or gzip.
    settings_file
        TOML: name, source, conditions, synthesis settings, cells to take.
    transistors_file
        CSV with the columns `cell` and `transistors`; None counts them as 0.

    Raises
    ------
    CharacterizeError
        If a file cannot be read, or lacks what is needed.
    """
    settings = _read_settings(settings_file)
    transistors = _read_transistors(transistors_file) if transistors_file else {}
    wanted: list[str] = settings["cells"]
    slew_ps = settings["conditions"]["input_slew_ps"]
    cells: dict[str, Cell] = {}
    sources = []
    for path in files:
        content, text = _read_liberty(path)
        group = parse(text, path.name)
        sources.append({"name": path.name, "sha256": hashlib.sha256(content).hexdigest()})
        importer = _Importer(group, path.name, _units(group, path.name), slew_ps)
        for cell in group.all("cell"):
            name = cell.arguments[0] if cell.arguments else ""
            if name in wanted:
                cells[name] = importer.cell(cell, transistors.get(name, 0))
    if missing := [name for name in wanted if name not in cells]:
        raise CharacterizeError(
            f"{settings_file}: cells not found in the Liberty files: {', '.join(missing)}"
        )
    if uncounted := [name for name in wanted if transistors_file and name not in transistors]:
        raise CharacterizeError(f"{transistors_file}: no line for {', '.join(uncounted)}")
    return CellLibrary(
        name=settings["name"],
        source={**settings["source"], "files": sources},
        conditions=Conditions(**settings["conditions"]),
        synthesis=SynthesisSettings(**settings["synthesis"]),
        cells={name: cells[name] for name in wanted},
    )


def _read_settings(path: Path) -> dict[str, Any]:
    needed = {"name", "source", "conditions", "synthesis", "cells"}
    settings = read_toml(path)
    if missing := needed - set(settings):
        raise CharacterizeError(f"{path}: lacks {', '.join(sorted(missing))}")
    return settings


def _read_transistors(path: Path) -> dict[str, int]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["cell"]: int(row["transistors"]) for row in csv.DictReader(file)}
    except OSError as error:
        raise CharacterizeError(f"{path}: cannot read it: {error.strerror}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise CharacterizeError(
            f"{path}: needs the columns cell and transistors, with whole numbers"
        ) from error


def _read_liberty(path: Path) -> tuple[bytes, str]:
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            return content, gzip.decompress(content).decode("utf-8", "replace")
        return content, content.decode("utf-8", "replace")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CharacterizeError(f"{path}: broken gzip file: {error}") from error
    except OSError as error:
        raise CharacterizeError(f"{path}: cannot read it: {error.strerror}") from error


def _units(library: Group, source: str) -> _Units:
    def look_up(name: str, table: Mapping[str, float]) -> float:
        value = library.text(name)
        if value not in table:
            raise CharacterizeError(f"{source}: {name} is '{value}', known are {', '.join(table)}")
        return table[value]

    number, _, unit = library.text("capacitive_load_unit").partition(",")
    try:
        capacitance_ff = float(number) * _CAPACITANCE_FF[unit.strip().lower()]
    except (ValueError, KeyError) as error:
        raise CharacterizeError(
            f"{source}: capacitive_load_unit is '{number},{unit}', known are ff and pf"
        ) from error
    look_up("voltage_unit", {"1V": 1.0})
    return _Units(
        time_ps=look_up("time_unit", _TIME_PS),
        capacitance_ff=capacitance_ff,
        energy_fj=capacitance_ff,  # Liberty: voltage unit squared times capacitance unit
        leakage_nw=look_up("leakage_power_unit", _POWER_NW),
    )


class _Importer:
    """Turns the cells of one Liberty file into ours."""

    def __init__(self, library: Group, source: str, units: _Units, slew_ps: float) -> None:
        self._source = source
        self._units = units
        self._slew_ps = slew_ps
        self._templates = {
            group.arguments[0]: group
            for kind in ("lu_table_template", "power_lut_template")
            for group in library.all(kind)
            if group.arguments
        }

    def cell(self, group: Group, transistors: int) -> Cell:
        name = group.arguments[0]
        where = f"{self._source}, line {group.line}, {name}"
        area = group.number("area")
        if area is None:
            raise CharacterizeError(f"{where}: has no area")
        pins = {pin.arguments[0]: pin for pin in group.all("pin") if pin.arguments}
        inputs = {n: pin for n, pin in pins.items() if pin.text("direction") == "input"}
        outputs = {n: pin for n, pin in pins.items() if pin.text("direction") == "output"}
        supplies = [
            p.arguments[0] for p in group.all("pg_pin") if p.text("pg_type") == "primary_power"
        ]
        supply = supplies[0] if supplies else ""
        storage = group.all("ff")
        flip_flop = self._flip_flop(storage[0], inputs, outputs, where) if storage else None
        clock_gate = self._clock_gate(group, inputs, where)
        stored = flip_flop.data if flip_flop else clock_gate.enable if clock_gate else ""
        functions = {}
        if flip_flop is None and clock_gate is None:
            functions = {n: BooleanFunction(pin.text("function")) for n, pin in outputs.items()}
        return Cell(
            name=name,
            area_um2=area,
            leakage_nw=self._leakage(group, supply),
            transistors=transistors,
            input_cap_ff={n: self._capacitance(pin, where) for n, pin in inputs.items()},
            functions=functions,
            outputs=tuple(outputs),
            timing=tuple(
                arc
                for n, pin in outputs.items()
                for arc in self._timing(n, pin, storing=bool(storage))
            ),
            power=tuple(a for n, pin in outputs.items() for a in self._power(n, pin, supply)),
            pin_energy=tuple(
                energy
                for n, pin in inputs.items()
                for energy in self._pin_energy(n, pin, supply, functions, tuple(inputs))
            ),
            flip_flop=flip_flop,
            clock_gate=clock_gate,
            set_up_ps=self._set_up(inputs[stored]) if stored else {},
        )

    def _clock_gate(
        self, group: Group, inputs: Mapping[str, Group], where: str
    ) -> ClockGate | None:
        kind = group.text("clock_gating_integrated_cell")
        if not kind:
            return None
        pins = {
            role: name
            for name, pin in inputs.items()
            for role in ("clock", "enable", "test")
            if pin.text(f"clock_gate_{role}_pin") == "true"
        }
        known = {
            "latch_posedge": {"clock", "enable"},
            "latch_posedge_precontrol": {"clock", "enable", "test"},
        }
        if kind not in known or set(pins) != known[kind]:
            raise CharacterizeError(
                f"{where}: only clock gates of the kinds {' and '.join(known)} are used, "
                f"this one is {kind}; take another one"
            )
        return ClockGate(
            clock=pins["clock"],
            enable=pins["enable"],
            test=pins.get("test"),
        )

    def _constraint(self, pin: Group, kind: str) -> float:
        """The largest value of a set-up or hold table, at the input slew on both pins."""
        return max(
            (
                self._grid(table)(self._slew_ps, self._slew_ps)
                for timing in pin.all("timing")
                if timing.text("timing_type") == kind
                for edge in EDGES
                for table in timing.all(f"{edge}_constraint")
            ),
            default=0.0,
        )

    def _set_up(self, pin: Group) -> dict[str, Grid]:
        """Edge -> set-up times over the slews of the pin and of the clock."""
        found: dict[str, Grid] = {}
        for timing in pin.all("timing"):
            for edge in EDGES if timing.text("timing_type") == "setup_rising" else ():
                for table in timing.all(f"{edge}_constraint"):
                    grid = self._grid(table)
                    template = self._templates.get(table.arguments[0])
                    if template and template.text("variable_1") == "related_pin_transition":
                        grid = Grid(grid.load_ff, grid.slew_ps, grid.values.T)
                    found[edge] = grid
        return found

    def _leakage(self, group: Group, supply: str) -> float:
        groups = [g for g in group.all("leakage_power") if g.text("related_pg_pin") in ("", supply)]
        unconditional = [g for g in groups if not g.text("when")]
        values = [v for g in unconditional or groups if (v := g.number("value")) is not None]
        value = float(np.mean(values)) if values else group.number("cell_leakage_power")
        return (value or 0.0) * self._units.leakage_nw

    def _capacitance(self, pin: Group, where: str) -> dict[str, float]:
        both = pin.number("capacitance")
        values = {}
        for edge in EDGES:
            value = pin.number(f"{edge}_capacitance")
            value = both if value is None else value
            if value is None:
                raise CharacterizeError(f"{where}: pin {pin.arguments[0]} has no capacitance")
            values[edge] = value * self._units.capacitance_ff
        return values

    def _flip_flop(
        self, storage: Group, inputs: Mapping[str, Group], outputs: Mapping[str, Group], where: str
    ) -> FlipFlop:
        clock = storage.text("clocked_on")
        next_state = BooleanFunction(storage.text("next_state"))
        plain = len(next_state.inputs) == 1 and set(next_state.inputs) < set(inputs)
        if clock not in inputs or not plain or storage.text("clear") or storage.text("preset"):
            raise CharacterizeError(
                f"{where}: only rising-edge flip-flops without set, reset or scan are used; "
                "take another one"
            )
        data = next_state.inputs[0]
        (output,) = outputs.values()
        inversions = int(not next_state.table((data,))[1])
        inversions += int(output.text("function").replace(" ", "") == storage.arguments[-1])
        inversions += int(output.text("function").startswith("!"))
        return FlipFlop(
            clock=clock,
            data=data,
            inverted=bool(inversions % 2),
            setup_ps=self._constraint(inputs[data], "setup_rising"),
            hold_ps=self._constraint(inputs[data], "hold_rising"),
        )

    def _timing(self, output: str, pin: Group, storing: bool) -> list[TimingArc]:
        """Arcs by related pin and sense; a group without `when` stands for its kind."""
        found: dict[tuple[str, str], list[Group]] = {}
        for group in pin.all("timing"):
            sense = group.text("timing_sense").removesuffix("_unate")
            kind = group.text("timing_type", "combinational")
            if storing:
                if kind != "rising_edge":
                    continue
                sense = "clock"
            elif not kind.startswith("combinational"):
                continue
            for one in ("positive", "negative") if sense == "non" else (sense,):
                found.setdefault((group.text("related_pin"), one), []).append(group)
        arcs = []
        for (related, sense), groups in found.items():
            chosen = [g for g in groups if not g.text("when")] or groups
            delay = {e: self._mean(chosen, f"cell_{e}", "time_ps") for e in EDGES}
            slew = {e: self._mean(chosen, f"{e}_transition", "time_ps") for e in EDGES}
            arcs.append(TimingArc(output, related, sense, _present(delay), _present(slew)))
        return arcs

    def _power(self, output: str, pin: Group, supply: str) -> list[PowerArc]:
        found: dict[str, list[Group]] = {}
        for group in pin.all("internal_power"):
            for related in group.text("related_pin").split():
                found.setdefault(related, []).append(group)
        arcs = []
        for related, groups in found.items():
            here, ground = _split_by_supply(groups, supply)
            arcs.append(
                PowerArc(
                    output,
                    related,
                    _present({e: self._mean(here, f"{e}_power", "energy_fj") for e in EDGES}),
                    _present({e: self._mean(ground, f"{e}_power", "energy_fj") for e in EDGES}),
                )
            )
        return arcs

    def _pin_energy(
        self,
        name: str,
        pin: Group,
        supply: str,
        functions: Mapping[str, BooleanFunction],
        inputs: tuple[str, ...],
    ) -> list[PinEnergy]:
        """One merged entry for a gate's pin; one a state for a flip-flop's or clock gate's."""
        here, ground = _split_by_supply(pin.all("internal_power"), supply)
        if not here:
            return []
        if not functions:
            entries = []
            for group in here:
                when = group.text("when")
                twin = [g for g in ground if g.text("when") == when]
                entries.append(
                    self._merged_pin_energy(name, when, [(group, 1.0)], [(g, 1.0) for g in twin])
                )
            return entries
        shares = [(g, _share_of_states(g.text("when"), functions, inputs)) for g in here]
        ground_shares = [(g, _share_of_states(g.text("when"), functions, inputs)) for g in ground]
        return [self._merged_pin_energy(name, "", shares, ground_shares)]

    def _merged_pin_energy(
        self,
        pin: str,
        when: str,
        groups: list[tuple[Group, float]],
        ground: list[tuple[Group, float]],
    ) -> PinEnergy:
        def merged(weighted: list[tuple[Group, float]]) -> dict[str, Grid]:
            result: dict[str, Grid] = {}
            for edge in EDGES:
                for group, share in weighted:
                    for table in group.all(f"{edge}_power"):
                        grid = self._grid(table, self._units.energy_fj)
                        result[edge] = _add(result.get(edge), grid, share)
            return result

        main, other = merged(groups), merged(ground)
        axes = [grid.slew_ps for grid in (*main.values(), *other.values())]
        axis = max(axes, key=lambda a: a.size) if axes else np.zeros(1)

        def vectors(grids: dict[str, Grid]) -> dict[str, FloatArray]:
            return {
                edge: np.array([grid(slew, 0.0) for slew in axis]) for edge, grid in grids.items()
            }

        return PinEnergy(pin, when, axis, vectors(main), vectors(other))

    def _mean(self, groups: Sequence[Group], table: str, unit: str) -> Grid | None:
        """Mean grid of the tables of this name in the groups; None where there is none."""
        tables = [t for group in groups for t in group.all(table)]
        mean: Grid | None = None
        for one in tables:
            mean = _add(mean, self._grid(one, getattr(self._units, unit)), 1.0 / len(tables))
        return mean

    def _grid(self, table: Group, factor: float | None = None) -> Grid:
        """A Liberty table as a compact grid over (slew, load), in our units."""
        where = f"{self._source}, line {table.line}"
        template = self._templates.get(table.arguments[0] if table.arguments else "")
        variables = [
            template.text(f"variable_{k}")
            for k in (1, 2)
            if template and template.text(f"variable_{k}")
        ]
        axes = [
            _numbers(
                table.text(f"index_{k}") or (template.text(f"index_{k}") if template else ""), where
            )
            for k in range(1, len(variables) + 1)
        ]
        values = _numbers(table.text("values"), where)
        shape = [axis.size for axis in axes]
        if values.size == 1:
            return Grid(
                np.zeros(1),
                np.zeros(1),
                np.full((1, 1), values[0] * (factor or self._units.time_ps)),
            )
        if int(np.prod(shape)) != values.size:
            raise CharacterizeError(f"{where}: {values.size} values for axes of {shape}")
        values = values.reshape(shape) * (factor or self._units.time_ps)
        kinds = ["load" if "capacitance" in variable else "slew" for variable in variables]
        if len(kinds) == 1:
            kinds.append("load" if kinds[0] == "slew" else "slew")
            axes.append(np.zeros(1))
            values = values[:, None]
        if kinds[0] == "load":
            axes, values = axes[::-1], values.T
        second = self._units.time_ps if kinds == ["slew", "slew"] else self._units.capacitance_ff
        rows, columns = _spread(values.shape[0]), _spread(values.shape[1])
        return Grid(
            axes[0][rows] * self._units.time_ps,
            axes[1][columns] * second,
            values[np.ix_(rows, columns)],
        )


def _spread(size: int) -> list[int]:
    """Up to four indices over the whole axis: 0, 2, 4, 6 of seven."""
    points = min(size, _COMPACT_POINTS)
    return [round(i) for i in np.linspace(0, size - 1, points).tolist()]


def _numbers(text: str, where: str) -> FloatArray:
    try:
        return np.array([float(item) for item in text.replace(",", " ").split()])
    except ValueError as error:
        raise CharacterizeError(f"{where}: not a list of numbers: {error}") from error


def _add(total: Grid | None, grid: Grid, share: float) -> Grid:
    """`total + share * grid`; a constant grid spreads over the other's axes."""
    scaled = Grid(grid.slew_ps, grid.load_ff, grid.values * share)
    if total is None:
        return scaled
    large, small = (total, scaled) if total.values.size >= scaled.values.size else (scaled, total)
    if small.values.size == 1:
        values = large.values + small.values
    else:
        values = large.values + np.array(
            [[small(s, load) for load in large.load_ff] for s in large.slew_ps]
        )
    return Grid(large.slew_ps, large.load_ff, values)


def _present(grids: Mapping[str, Grid | None]) -> dict[str, Grid]:
    """The grids that there are, constants spread over the axes of the others."""
    present = {edge: grid for edge, grid in grids.items() if grid is not None}
    if not present:
        return present
    largest = max(present.values(), key=lambda grid: grid.values.size)
    zero = Grid(largest.slew_ps, largest.load_ff, np.zeros_like(largest.values))
    return {
        edge: grid if grid.values.shape == zero.values.shape else _add(zero, grid, 1.0)
        for edge, grid in present.items()
    }


def _split_by_supply(groups: Sequence[Group], supply: str) -> tuple[list[Group], list[Group]]:
    """Groups booked on the positive supply (or on none), and those on the ground."""
    here = [g for g in groups if g.text("related_pg_pin") in ("", supply)]
    return here, [g for g in groups if g.text("related_pg_pin") not in ("", supply)]


def _share_of_states(
    when: str, functions: Mapping[str, BooleanFunction], inputs: tuple[str, ...]
) -> float:
    """The share of input states in which `when` holds; it may name outputs too."""
    if not when:
        return 1.0
    condition = BooleanFunction(when)
    index = np.arange(1 << len(inputs))
    values = {pin: (index >> k & 1).astype(bool) for k, pin in enumerate(inputs)}
    outputs = {pin: function.evaluate(values) for pin, function in functions.items()}
    return float(np.broadcast_to(condition.evaluate({**values, **outputs}), index.shape).mean())
