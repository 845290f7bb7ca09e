"""Cell libraries: the figures of the standard cells that a netlist is made of.

`cell_table` reads and writes them as TOML, `library_import` makes them from
Liberty files. Units everywhere: V, ps, fF, fJ, nW, um2.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.logic import BooleanFunction

FloatArray = npt.NDArray[np.float64]

EDGES = ("rise", "fall")
_CUBIC_POINTS = 4


@dataclass(frozen=True, eq=False)
class Grid:
    """A table over input slew and output load, extrapolated at its edges.

    Between its points it is interpolated along each axis as `_weights` says.

    Attributes
    ----------
    slew_ps, load_ff
        Axes, ascending, shapes (n,) and (m,).
    values
        Shape (n, m).
    """

    slew_ps: FloatArray
    load_ff: FloatArray
    values: FloatArray

    @cached_property
    def _lists(self) -> tuple[list[float], list[float], list[list[float]]]:
        # Plain floats: single look-ups in them are ten times as fast as in arrays.
        return self.slew_ps.tolist(), self.load_ff.tolist(), self.values.tolist()

    def __call__(self, slew_ps: float, load_ff: float) -> float:
        """The value at this input slew and output load."""
        slews, loads, values = self._lists
        i, of_slews = _weights(slews, slew_ps)
        j, of_loads = _weights(loads, load_ff)
        total = 0.0
        for row, of_slew in zip(values[i:], of_slews, strict=False):
            for value, of_load in zip(row[j:], of_loads, strict=False):
                total += of_slew * of_load * value
        return total


def _weights(axis: list[float], at: float) -> tuple[int, list[float]]:
    """The first of the points of `axis` that decide the value at `at`, and their weights.

    Four neighbours, by the cubic through them over the square root of the axis:
    tables are that smooth in slew and load, whose points lie in geometric steps, and
    straight lines between every other one of them make paths 2 % too fast. Straight
    lines where there are fewer points.
    """
    if len(axis) < _CUBIC_POINTS:
        i, share = _bracket(axis, at)
        return i, [1 - share, share]
    first = min(max(bisect_right(axis, at) - 2, 0), len(axis) - _CUBIC_POINTS)
    roots = [math.sqrt(point) for point in axis[first : first + _CUBIC_POINTS]]
    root = math.sqrt(at)
    return first, [
        math.prod((root - other) / (own - other) for other in roots if other != own)
        for own in roots
    ]


def _bracket(axis: list[float], value: float) -> tuple[int, float]:
    """The interval of `axis` for `value`, and its place in it (0..1 inside the table)."""
    if len(axis) == 1:
        return 0, 0.0
    i = min(max(bisect_right(axis, value) - 1, 0), len(axis) - 2)
    return i, (value - axis[i]) / (axis[i + 1] - axis[i])


@dataclass(frozen=True, slots=True)
class TimingArc:
    """Delay and output slew from one input pin to one output, of one sense.

    Attributes
    ----------
    sense
        `positive` (output follows), `negative` (output inverts), or `clock`: the
        output changes at the rising edge of the input, whichever way it goes.
    delay_ps, slew_ps
        Output edge (`rise`, `fall`) -> grid.
    """

    output: str
    input: str
    sense: str
    delay_ps: Mapping[str, Grid]
    slew_ps: Mapping[str, Grid]

    def input_edge(self, output_edge: str) -> str:
        """The input edge that causes this output edge."""
        if self.sense == "clock":
            return "rise"
        if self.sense == "positive":
            return output_edge
        return "fall" if output_edge == "rise" else "rise"


@dataclass(frozen=True, slots=True)
class PowerArc:
    """Internal energy of an output transition that one input pin causes.

    Attributes
    ----------
    energy_fj
        Output edge -> grid, drawn from the positive supply; mean of the states
        that the library tells apart.
    ground_energy_fj
        The same as booked on the ground pin, where the library splits it; used
        only for comparison with tools that add both.
    """

    output: str
    input: str
    energy_fj: Mapping[str, Grid]
    ground_energy_fj: Mapping[str, Grid]


@dataclass(frozen=True, slots=True)
class PinEnergy:
    """Internal energy of an input pin transition that changes no output.

    Attributes
    ----------
    pin
        The input pin.
    when
        State of the other pins; empty for the mean over all states, where states
        in which the output changes count as zero.
    slew_ps
        Axis, shape (n,).
    energy_fj, ground_energy_fj
        Edge of the pin -> energies, shape (n,).
    """

    pin: str
    when: str
    slew_ps: FloatArray
    energy_fj: Mapping[str, FloatArray]
    ground_energy_fj: Mapping[str, FloatArray]

    def at(self, edge: str, slew_ps: float) -> float:
        """Energy in fJ of this edge of the pin at this slew."""
        # These vary little, and not smoothly: no cubic.
        i, u = _bracket(self.slew_ps.tolist(), slew_ps)
        values = self.energy_fj[edge]
        return float(values[i] * (1 - u) + values[min(i + 1, values.size - 1)] * u)


@dataclass(frozen=True, slots=True)
class FlipFlop:
    """How a cell stores: a rising-edge flip-flop without set, reset or scan.

    Attributes
    ----------
    clock, data
        Its pins.
    inverted
        Whether the output is the complement of the stored value.
    setup_ps, hold_ps
        The larger of both edges at the library's input slew; synthesis and timing
        tools want them.
    """

    clock: str
    data: str
    inverted: bool
    setup_ps: float
    hold_ps: float


@dataclass(frozen=True, slots=True)
class ClockGate:
    """How an integrated clock gate works: a latch open at low clock, and an AND.

    Attributes
    ----------
    clock, enable, test
        Its pins; the clock passes where enable or test is high. Test is tied low; None
        where the cell has no such pin.
    """

    clock: str
    enable: str
    test: str | None

    @property
    def opening(self) -> tuple[str, ...]:
        """The pins of which one must be high for the clock to pass."""
        return (self.enable,) if self.test is None else (self.enable, self.test)


@dataclass(frozen=True)
class Cell:
    """A standard cell.

    Attributes
    ----------
    area_um2, leakage_nw, transistors
        Its size, its leakage power, the transistors in its own netlist.
    input_cap_ff
        Input pin -> edge -> capacitance.
    functions
        Output pin -> function of the input pins; flip-flops and clock gates have
        none.
    set_up_ps
        Set-up time of a flip-flop's data or a clock gate's enable: edge of the pin ->
        grid over its slew and, in place of a load, the clock's slew. Empty for other
        cells.
    """

    name: str
    area_um2: float
    leakage_nw: float
    transistors: int
    input_cap_ff: Mapping[str, Mapping[str, float]]
    functions: Mapping[str, BooleanFunction]
    outputs: tuple[str, ...]
    timing: tuple[TimingArc, ...]
    power: tuple[PowerArc, ...]
    pin_energy: tuple[PinEnergy, ...]
    flip_flop: FlipFlop | None = None
    clock_gate: ClockGate | None = None
    set_up_ps: Mapping[str, Grid] = field(default_factory=dict)

    @property
    def clock(self) -> str | None:
        """The clock pin of a flip-flop or clock gate; None for other cells."""
        kind = self.flip_flop or self.clock_gate
        return kind.clock if kind else None

    @property
    def stored(self) -> str | None:
        """The pin that a flip-flop or clock gate stores; None for other cells."""
        if self.clock_gate is not None:
            return self.clock_gate.enable
        return self.flip_flop.data if self.flip_flop is not None else None

    def load_ff(self, pin: str) -> float:
        """Capacitance of an input pin: the larger of rise and fall (MEASURE: switching)."""
        return max(self.input_cap_ff[pin].values())

    @cached_property
    def senses(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """(output, input) -> senses of the timing arcs between them."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for arc in self.timing:
            key = (arc.output, arc.input)
            found[key] = (*found.get(key, ()), arc.sense)
        return found


@dataclass(frozen=True)
class Conditions:
    """The stated conditions of a library; the reasons stand in its table.

    Attributes
    ----------
    vdd_v, temperature_c, clock_ps, input_slew_ps, wire_ff_per_fanout, delay_step_ps
        As their names say; the clock period turns leakage into energy.
    """

    vdd_v: float
    temperature_c: float
    clock_ps: float
    input_slew_ps: float
    wire_ff_per_fanout: float
    delay_step_ps: float


@dataclass(frozen=True)
class SynthesisSettings:
    """What synthesis may use, and how it is told to.

    Attributes
    ----------
    driving_cell
        Buffer that is assumed to drive the inputs while gates are sized.
    tie_high, tie_low
        (cell, pin) that drive constants; None where the library has no such cell.
    abc_script
        Script of the technology mapper.
    """

    driving_cell: str
    tie_high: tuple[str, str] | None
    tie_low: tuple[str, str] | None
    abc_script: str

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "SynthesisSettings":
        """Of a TOML table.

        Raises
        ------
        TypeError, ValueError
            If a tie is no pair of a cell and a pin.
        """
        ties: dict[str, tuple[str, str] | None] = {"tie_high": None, "tie_low": None}
        for role in ties:
            if role in table:
                cell, pin = table[role]
                ties[role] = (str(cell), str(pin))
        return cls(table["driving_cell"], ties["tie_high"], ties["tie_low"], table["abc_script"])


@dataclass(frozen=True)
class CellLibrary:
    """A set of standard cells with its conditions.

    Attributes
    ----------
    name
        Short name, as in the `library` column of the tables.
    source
        Where the figures come from: title, licence, files with their hashes.
    cells
        Cell name -> cell.
    sha256
        Of the table, so that results can say what they were measured with.
    """

    name: str
    source: Mapping[str, Any]
    conditions: Conditions
    synthesis: SynthesisSettings
    cells: Mapping[str, Cell]
    sha256: str = field(default="", compare=False)

    @cached_property
    def flip_flop(self) -> tuple[Cell, FlipFlop]:
        """The flip-flop that synthesis uses; its data pin is the load of every output.

        Raises
        ------
        CharacterizeError
            If the library has none.
        """
        for cell in self.cells.values():
            if cell.flip_flop is not None:
                return cell, cell.flip_flop
        raise CharacterizeError(
            f"library {self.name} has no rising-edge flip-flop without set, reset or scan: "
            "name one in its settings"
        )

    @cached_property
    def clock_gate(self) -> tuple[Cell, ClockGate] | None:
        """The integrated clock gate that synthesis uses; None if there is none."""
        for cell in self.cells.values():
            if cell.clock_gate is not None:
                return cell, cell.clock_gate
        return None

    @cached_property
    def output_load_ff(self) -> float:
        """Load of an output port: one flip-flop data pin and its wire."""
        cell, storage = self.flip_flop
        return cell.load_ff(storage.data) + self.conditions.wire_ff_per_fanout
