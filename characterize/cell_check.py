"""What a cell table must hold beside its form, before programs are told of it.

Names of it reach Verilog, Liberty files and scripts of Yosys, and its mapper's script
reaches abc, which knows commands that run programs: a table may be anybody's.
"""

import math
import re
from collections.abc import Iterable, Iterator

import numpy as np

from characterize.errors import CharacterizeError
from characterize.library import Cell, CellLibrary, FloatArray, Grid, SynthesisSettings

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# No ! | > < / " of abc, which run programs and write files, and nothing that ends a line.
_SCRIPT = re.compile(r"[A-Za-z0-9_&;,. +-]*")
# A pin's states, as `BooleanFunction` writes them.
_WHEN = re.compile(r"[\w.\[\]!&|*+^'() ]*")
_TIME_UNITS, _CAPACITANCE_UNITS = ("1ns", "1ps"), ("ff", "pf")
_SENSES = ("positive", "negative", "clock")


def check_script(settings: SynthesisSettings, where: str) -> None:
    """Refuse a mapper's script that may be more than the mapper's commands.

    Raises
    ------
    CharacterizeError
        If it is no text of commands and their options.
    """
    script = settings.abc_script
    if not isinstance(script, str) or _SCRIPT.fullmatch(script) is None:
        raise CharacterizeError(
            f"{where}: abc_script is {script!r}: commands of abc and their options, with "
            "letters, digits and & ; , . + - _ only"
        )


def check_library(library: CellLibrary, where: str) -> None:
    """Refuse a library that is not whole, or whose names and figures are none.

    Parameters
    ----------
    where
        What messages begin with.

    Raises
    ------
    CharacterizeError
        One line with what is wrong, and in which cell.
    """
    if not _is_name(library.name):
        raise CharacterizeError(f"{where}: name must be a word of letters, digits and _")
    for name, value in vars(library.conditions).items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or (name != "temperature_c" and value < 0):
            raise CharacterizeError(f"{where}: conditions: {name} is {value!r}, a number is needed")
    if not all(
        getattr(library.conditions, name) > 0 for name in ("vdd_v", "clock_ps", "delay_step_ps")
    ):
        raise CharacterizeError(f"{where}: conditions: supply, clock and step must be above 0")
    for key, known in (("time_unit", _TIME_UNITS), ("capacitance_unit", _CAPACITANCE_UNITS)):
        if library.source.get(key, known[0]) not in known:
            raise CharacterizeError(f"{where}: source: {key} must be {' or '.join(known)}")
    for cell in library.cells.values():
        if (problem := problem_of(cell)) is not None:
            raise CharacterizeError(f"{where}: cell {cell.name}: {problem}")
    _check_synthesis(library, where)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _check_synthesis(library: CellLibrary, where: str) -> None:
    settings = library.synthesis
    check_script(settings, where)
    if settings.driving_cell not in library.cells:
        raise CharacterizeError(
            f"{where}: driving_cell {settings.driving_cell} is none of its cells"
        )
    for tie in (settings.tie_high, settings.tie_low):
        if tie is not None and tie[1] not in getattr(library.cells.get(tie[0]), "outputs", ()):
            raise CharacterizeError(f"{where}: {tie[0]} has no output {tie[1]} to tie to")


def problem_of(cell: Cell) -> str | None:
    """The first thing that is wrong with a cell; None if it is whole."""
    return next(_problems(cell), None)


def _problems(cell: Cell) -> Iterator[str]:
    """What is wrong with a cell, the first thing first."""
    yield from _pin_problems(cell)
    yield from _storage_problems(cell)
    yield from _arc_problems(cell)
    yield from _energy_problems(cell)
    if not all(map(_is_grid, _grids(cell))):
        yield "a table whose axes do not ascend, or with a value that is not finite"


def _pin_problems(cell: Cell) -> Iterator[str]:
    inputs, outputs = tuple(cell.input_cap_ff), cell.outputs
    strange = [name for name in (cell.name, *inputs, *outputs) if not _is_name(name)]
    if strange:
        yield f"{strange[0]!r} is no name of letters, digits and _"
    if len(set(inputs) | set(outputs)) != len(inputs) + len(outputs):
        yield "a pin is there twice"
    if not all(
        isinstance(caps, dict) and {"rise", "fall"} == set(caps) and _finite(caps.values())
        for caps in cell.input_cap_ff.values()
    ):
        yield "input_cap_ff must be rise and fall of each pin, in fF"
    if not _finite((cell.area_um2, cell.leakage_nw)) or cell.area_um2 < 0 or cell.transistors < 0:
        yield "area and transistors must be numbers of at least 0, leakage a finite one"
    stores = cell.flip_flop is not None or cell.clock_gate is not None
    if not stores and set(cell.functions) != set(outputs):
        yield "needs a function of each output"
    for function in cell.functions.values():
        if missing := sorted(set(function.inputs) - set(inputs)):
            yield f"a function of {missing[0]}, which is no input"


def _arc_problems(cell: Cell) -> Iterator[str]:
    for arc in cell.timing:
        if arc.sense not in _SENSES:
            yield f"sense {arc.sense!r}: known are {', '.join(_SENSES)}"
        if set(arc.delay_ps) != set(arc.slew_ps) or not arc.delay_ps:
            yield "delays and slews of an arc are not of the same edges"
    ends = {(arc.input, arc.output) for arc in cell.timing}
    for start, end in ends | {(arc.input, arc.output) for arc in cell.power}:
        if start not in cell.input_cap_ff or end not in cell.outputs:
            yield f"an arc from {start} to {end}, which are no pins of it"
    for text in (*(arc.when for arc in cell.timing), *(energy.when for energy in cell.pin_energy)):
        if not isinstance(text, str) or _WHEN.fullmatch(text) is None:
            yield f"a state {text!r}, which is no Boolean function"


def _energy_problems(cell: Cell) -> Iterator[str]:
    for energy in cell.pin_energy:
        if energy.pin not in cell.input_cap_ff:
            yield f"energy of {energy.pin}, which is no input"
        vectors = (*energy.energy_fj.values(), *energy.ground_energy_fj.values())
        if not _is_axis(energy.slew_ps) or not all(
            v.shape == energy.slew_ps.shape and np.isfinite(v).all() for v in vectors
        ):
            yield f"energies of {energy.pin} do not fit their axis"


def _storage_problems(cell: Cell) -> Iterator[str]:
    pins = tuple(cell.input_cap_ff)
    named: tuple[object, ...] = ()
    if cell.flip_flop is not None:
        named = (cell.flip_flop.clock, cell.flip_flop.data)
        if not _finite((cell.flip_flop.setup_ps, cell.flip_flop.hold_ps)):
            yield "set-up and hold must be numbers"
    if cell.clock_gate is not None:
        gate = cell.clock_gate
        named = (gate.clock, gate.enable, *([] if gate.test is None else [gate.test]))
    if named and (set(named) != set(pins) or len(cell.outputs) != 1):
        yield "its pins are not those of what it stores"


def _grids(cell: Cell) -> Iterator[Grid]:
    for timing in cell.timing:
        yield from (*timing.delay_ps.values(), *timing.slew_ps.values())
    for power in cell.power:
        yield from (*power.energy_fj.values(), *power.ground_energy_fj.values())
    yield from cell.set_up_ps.values()


def _finite(values: Iterable[object]) -> bool:
    return all(
        isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v) for v in values
    )


def _is_axis(axis: FloatArray) -> bool:
    """Whether it ascends, also as a table writes it, with eight digits."""
    if axis.ndim != 1 or not axis.size or not np.isfinite(axis).all():
        return False
    return bool((np.diff(axis) > 1e-7 * np.abs(axis[1:])).all())


def _is_grid(grid: Grid) -> bool:
    return (
        _is_axis(grid.slew_ps)
        and _is_axis(grid.load_ff)
        and grid.values.shape == (grid.slew_ps.size, grid.load_ff.size)
        and bool(np.isfinite(grid.values).all())
    )
