"""Delay models: the integer delay of every gate output, as simulators use it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.netlist import Netlist
from characterize.timing import StaticTiming

DELAY_MODELS = ("zero", "unit", "library")


@dataclass(frozen=True, eq=False)
class Delays:
    """Delays of a netlist's gate outputs in whole steps; inertial.

    Attributes
    ----------
    model
        `zero`; `unit`: one step each gate, flip-flops and clock gates none; or
        `library`: from the cells' tables. The clock is ideal: it passes clock
        gates without delay.
    step_ps
        Length of a step; None where steps are no times (zero, unit).
    operands
        Steps after the clock's edge at which the unit's operands change.
    outputs
        (gate index, output pin) -> steps; outputs that are not in it have none.
    """

    model: str = "zero"
    step_ps: float | None = None
    operands: int = 0
    outputs: Mapping[tuple[int, str], int] = field(default_factory=dict)

    def of(self, gate: int, pin: str) -> int:
        """Delay of an output of the gate with this index, in steps."""
        return self.outputs.get((gate, pin), 0)

    def settled_after(self, netlist: Netlist) -> int:
        """Steps after the clock's edge by which every net is at rest."""
        latest = [0] * netlist.nets
        for net in netlist.input_nets - netlist.clock_nets:
            latest[net] = self.operands
        for index, gate in enumerate(netlist.gates):
            cell = netlist.cell(gate)
            # What storage puts out follows the clock, whenever its data came.
            inputs = () if cell.clock is not None else cell.input_cap_ff
            arrival = max((latest[gate.pins[pin]] for pin in inputs), default=0)
            for pin in cell.outputs:
                if pin in gate.pins:
                    latest[gate.pins[pin]] = arrival + self.of(index, pin)
        return max(latest)


ZERO = Delays()


def delays_of(
    netlist: Netlist, timing: StaticTiming, model: str, step_ps: float | None = None
) -> Delays:
    """The delays of a netlist's gates with a delay model (MEASURE: delays).

    Parameters
    ----------
    timing
        Static pass of the netlist; `library` rounds its mean delays.
    model
        One of `DELAY_MODELS`.
    step_ps
        Length of a step with `library`; the library's own if None.

    Raises
    ------
    CharacterizeError
        If the model is none of these, or the step is not positive.
    """
    if model not in DELAY_MODELS:
        raise CharacterizeError(
            f"unknown delay model '{model}': known are {', '.join(DELAY_MODELS)}"
        )
    if model == "zero":
        return ZERO
    if model == "unit":
        gates = {
            (index, pin): 1
            for index, gate in enumerate(netlist.gates)
            if netlist.cell(gate).clock is None and netlist.cell(gate).input_cap_ff
            for pin in netlist.cell(gate).outputs
        }
        return Delays(model, None, 0, gates)
    step = netlist.library.conditions.delay_step_ps if step_ps is None else step_ps
    if not step > 0:
        raise CharacterizeError(f"a delay step of {step:g} ps: give one above 0")
    outputs = {
        key: _steps(delay, step)
        for key, delay in timing.delay_ps.items()
        if netlist.cell(netlist.gates[key[0]]).clock_gate is None
    }
    return Delays(model, step, _steps(operand_delay_ps(netlist.library), step), outputs)


def operand_delay_ps(library: CellLibrary) -> float:
    """When operands change after the clock's edge: the library's flip-flop drives them.

    Its clock-to-output delay, mean of both edges, at the library's input slew with
    one flip-flop data pin as its load.
    """
    cell, _ = library.flip_flop
    slew_ps, load_ff = library.conditions.input_slew_ps, library.output_load_ff
    return cell.arc_mean(lambda arc, edge: arc.delay_ps[edge](slew_ps, load_ff))


def _steps(delay_ps: float, step_ps: float) -> int:
    """Whole steps, rounded half up, at least 1."""
    return max(1, math.floor(delay_ps / step_ps + 0.5))
