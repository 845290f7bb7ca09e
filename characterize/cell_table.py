"""The cell table: a `CellLibrary` as a TOML file, written and read.

Its grids are the Liberty files' own, up to seven points an axis, and its timing arcs
are told apart by state (`when`), as there.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from characterize.cell_check import check_library
from characterize.errors import CharacterizeError
from characterize.files import write_text
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
from sim import files

LIBRARIES_DIR = Path(__file__).parent / "libraries"
SCHEMA = "gatewatt-cell-table/2"


def shipped_libraries() -> list[str]:
    """Names of the libraries that come with the package."""
    return sorted(path.stem for path in LIBRARIES_DIR.glob("*.toml"))


def load_library(name_or_path: str) -> CellLibrary:
    """A library by the name of a shipped one, or by the path of its cell table.

    Raises
    ------
    CharacterizeError
        If there is none, or it is no cell table of a version known here.
    """
    if not name_or_path.endswith(".toml") and name_or_path not in shipped_libraries():
        raise CharacterizeError(
            f"unknown library '{name_or_path}': known are {', '.join(shipped_libraries())}; "
            "else give the path of a cell table (.toml)"
        )
    path = Path(name_or_path)
    path = path if path.suffix == ".toml" else LIBRARIES_DIR / f"{name_or_path}.toml"
    if not path.is_file():
        return read_table(path)  # which says why it cannot
    stat = path.stat()
    return _table(path.resolve(), stat.st_mtime_ns, stat.st_size)


@cache
def _table(path: Path, _written_ns: int, _size: int) -> CellLibrary:
    """A table is read again only when it was written since."""
    return read_table(path)


def read_table(path: Path) -> CellLibrary:
    """The library of a cell table file.

    Raises
    ------
    CharacterizeError
        If the file cannot be read, or is no cell table of a version known here.
    """
    text, table = files.read_toml(path, CharacterizeError)
    if table.get("schema") != SCHEMA:
        raise CharacterizeError(
            f"{path}: its schema is {table.get('schema')!r}, this version reads {SCHEMA!r}"
        )
    try:
        library = CellLibrary(
            name=table["name"],
            source=table["source"],
            conditions=Conditions(**table["conditions"]),
            synthesis=SynthesisSettings.read(table["synthesis"]),
            cells={name: _read_cell(name, cell) for name, cell in table["cells"].items()},
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise CharacterizeError(
            f"{path}: not a whole cell table ({type(error).__name__}: {error}); "
            "import the Liberty files again"
        ) from error
    check_library(library, str(path))
    return library


def _read_cell(name: str, table: Mapping[str, Any]) -> Cell:
    return Cell(
        name=name,
        area_um2=float(table["area_um2"]),
        leakage_nw=float(table["leakage_nw"]),
        transistors=int(table["transistors"]),
        input_cap_ff=table["input_cap_ff"],
        functions={pin: BooleanFunction(text) for pin, text in table["functions"].items()},
        outputs=tuple(table["outputs"]),
        timing=tuple(
            TimingArc(
                arc["output"],
                arc["input"],
                arc["sense"],
                _read_grids(arc, "delay_{}_ps"),
                _read_grids(arc, "slew_{}_ps"),
                arc.get("when", ""),
            )
            for arc in table.get("timing", [])
        ),
        power=tuple(
            PowerArc(
                arc["output"],
                arc["input"],
                _read_grids(arc, "energy_{}_fj"),
                _read_grids(arc, "ground_energy_{}_fj"),
            )
            for arc in table.get("power", [])
        ),
        pin_energy=tuple(
            PinEnergy(
                energy["pin"],
                energy["when"],
                _array(energy["axis_slew_ps"]),
                _read_vectors(energy, "energy_{}_fj"),
                _read_vectors(energy, "ground_energy_{}_fj"),
            )
            for energy in table.get("pin_energy", [])
        ),
        flip_flop=FlipFlop(**table["flip_flop"]) if "flip_flop" in table else None,
        clock_gate=(
            ClockGate(**{"test": None, **table["clock_gate"]}) if "clock_gate" in table else None
        ),
        set_up_ps=_read_set_up(table["set_up"]) if "set_up" in table else {},
    )


def _read_set_up(table: Mapping[str, Any]) -> dict[str, Grid]:
    slew, clock_slew = _array(table["axis_slew_ps"]), _array(table["axis_clock_slew_ps"])
    return {
        edge: Grid(slew, clock_slew, values)
        for edge, values in _read_vectors(table, "set_up_{}_ps").items()
    }


def _array(values: Any) -> FloatArray:
    return np.array(values, dtype=np.float64)


def _read_vectors(table: Mapping[str, Any], key: str) -> dict[str, FloatArray]:
    return {edge: _array(table[key.format(edge)]) for edge in EDGES if key.format(edge) in table}


def _read_grids(table: Mapping[str, Any], key: str) -> dict[str, Grid]:
    slew, load = _array(table["axis_slew_ps"]), _array(table["axis_load_ff"])
    grids = {}
    for edge, values in _read_vectors(table, key).items():
        if values.shape != (slew.size, load.size):
            raise ValueError(f"{key.format(edge)} has shape {values.shape}")
        grids[edge] = Grid(slew, load, values)
    return grids


def write_table(library: CellLibrary, path: Path) -> None:
    """Write a library as a cell table; figures with the eight digits that Liberty files have."""
    lines = [f"schema = {_value(SCHEMA)}", f"name = {_value(library.name)}"]
    for section in ("source", "conditions", "synthesis"):
        content = getattr(library, section)
        content = dict(content) if isinstance(content, Mapping) else asdict(content)
        lines += ["", f"[{section}]", *_head(**_stated(content))]
    for cell in library.cells.values():
        lines += ["", *_cell_lines(cell)]
    write_text(path, "\n".join(lines) + "\n")


def _cell_lines(cell: Cell) -> Iterator[str]:
    yield f"[cells.{cell.name}]"
    yield f"area_um2 = {_value(cell.area_um2)}"
    yield f"leakage_nw = {_value(cell.leakage_nw)}"
    yield f"transistors = {cell.transistors}"
    yield f"input_cap_ff = {_value(cell.input_cap_ff)}"
    yield f"functions = {_value({pin: f.text for pin, f in cell.functions.items()})}"
    yield f"outputs = {_value(cell.outputs)}"
    if cell.flip_flop is not None:
        yield f"flip_flop = {_value(asdict(cell.flip_flop))}"
    if cell.clock_gate is not None:
        yield f"clock_gate = {_value(_stated(asdict(cell.clock_gate)))}"
    for edge, grid in cell.set_up_ps.items():
        if edge == next(iter(cell.set_up_ps)):
            yield f"[cells.{cell.name}.set_up]"
            yield from _head(axis_slew_ps=grid.slew_ps, axis_clock_slew_ps=grid.load_ff)
        yield f"set_up_{edge}_ps = {_value(grid.values)}"
    for timing in cell.timing:
        yield f"[[cells.{cell.name}.timing]]"
        yield from _head(output=timing.output, input=timing.input, sense=timing.sense)
        if timing.when:
            yield from _head(when=timing.when)
        yield from _grid_lines({"delay_{}_ps": timing.delay_ps, "slew_{}_ps": timing.slew_ps})
    for power in cell.power:
        yield f"[[cells.{cell.name}.power]]"
        yield from _head(output=power.output, input=power.input)
        yield from _grid_lines(
            {"energy_{}_fj": power.energy_fj, "ground_energy_{}_fj": power.ground_energy_fj}
        )
    for pin in cell.pin_energy:
        yield f"[[cells.{cell.name}.pin_energy]]"
        yield from _head(pin=pin.pin, when=pin.when, axis_slew_ps=pin.slew_ps)
        for key, vectors in (
            ("energy_{}_fj", pin.energy_fj),
            ("ground_energy_{}_fj", pin.ground_energy_fj),
        ):
            yield from (f"{key.format(edge)} = {_value(v)}" for edge, v in vectors.items())


def _stated(items: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a library does not have: TOML knows no null."""
    return {key: value for key, value in items.items() if value is not None}


def _head(**items: Any) -> Iterator[str]:
    return (f"{key} = {_value(value)}" for key, value in items.items())


def _grid_lines(kinds: Mapping[str, Mapping[str, Grid]]) -> Iterator[str]:
    first = next(grid for grids in kinds.values() for grid in grids.values())
    yield from _head(axis_slew_ps=first.slew_ps, axis_load_ff=first.load_ff)
    for key, grids in kinds.items():
        yield from (f"{key.format(edge)} = {_value(grid.values)}" for edge, grid in grids.items())


def _value(value: Any) -> str:
    """A TOML value on one line."""
    if isinstance(value, np.ndarray):
        return _value(value.tolist())
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(v)}" for key, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, float):
        text = f"{value:.8g}"
        return text if any(mark in text for mark in ".en") else f"{text}.0"
    return json.dumps(value)  # strings, integers and booleans look alike in JSON and TOML
