"""Cell libraries: the figures of the standard cells that a netlist is made of.

`cell_table` reads and writes them as TOML, `library_import` makes them from
Liberty files. Units everywhere: V, ps, fF, fJ, nW, um2.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.logic import BooleanFunction

FloatArray = npt.NDArray[np.float64]

EDGES = ("rise", "fall")


@dataclass(frozen=True, eq=False)
class Grid:
    """A table over input slew and output load: the file's own, up to 7 x 7 points.

    Between its points it is bilinear, beyond them it goes on as the last interval does,
    as Liberty's convention has it.

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
        i, u = _bracket(slews, slew_ps)
        j, v = _bracket(loads, load_ff)
        low, high = values[i], values[min(i + 1, len(slews) - 1)]
        beside = min(j + 1, len(loads) - 1)
        return (1 - u) * ((1 - v) * low[j] + v * low[beside]) + u * (
            (1 - v) * high[j] + v * high[beside]
        )


def _bracket(axis: list[float], value: float) -> tuple[int, float]:
    """The interval of `axis` for `value`, and its place in it (0..1 inside the table)."""
    if len(axis) == 1:
        return 0, 0.0
    i = min(max(bisect_right(axis, value) - 1, 0), len(axis) - 2)
    return i, (value - axis[i]) / (axis[i + 1] - axis[i])


@dataclass(frozen=True, slots=True)
class TimingArc:
    """Delay and output slew from one input pin to one output, of one sense, in one state.

    Attributes
    ----------
    sense
        `positive` (output follows), `negative` (output inverts), or `clock`: the
        output changes at the rising edge of the input, whichever way it goes.
    delay_ps, slew_ps
        Output edge (`rise`, `fall`) -> grid.
    when
        State of the other pins in which it holds; empty for every state.
    """

    output: str
    input: str
    sense: str
    delay_ps: Mapping[str, Grid]
    slew_ps: Mapping[str, Grid]
    when: str = ""

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
    timing
        Every arc of the library, state by state: the worst of them makes slews and
        arrivals, as timing tools and the mapper have it. For means see `arc_shares`.
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
    def arc_shares(self) -> tuple[Mapping[str, float], ...]:
        """Weight of each arc of `timing` in a mean: output edge -> share.

        Every input, sense and output edge counts alike, however many states the library
        tells apart: an unconditional arc stands for all of them, else they share alike.
        """
        standing: dict[tuple[str, str, str, str], list[TimingArc]] = {}
        for arc in self.timing:
            for edge in arc.delay_ps:
                standing.setdefault((arc.output, arc.input, arc.sense, edge), []).append(arc)
        for kind, arcs in standing.items():
            standing[kind] = [arc for arc in arcs if not arc.when] or arcs

        def share(arc: TimingArc, edge: str) -> float:
            arcs = standing[arc.output, arc.input, arc.sense, edge]
            return 1 / len(arcs) if any(arc is other for other in arcs) else 0.0

        return tuple({edge: share(arc, edge) for edge in arc.delay_ps} for arc in self.timing)

    def arc_mean(self, figure: Callable[[TimingArc, str], float]) -> float:
        """Mean of a figure of an arc at an output edge, by `arc_shares`."""
        weighed = [
            (figure(arc, edge), share)
            for arc, shares in zip(self.timing, self.arc_shares, strict=True)
            for edge, share in shares.items()
        ]
        return sum(value * share for value, share in weighed) / sum(share for _, share in weighed)


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
