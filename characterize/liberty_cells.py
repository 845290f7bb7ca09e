"""A cell of a Liberty file as ours, or the reason why it cannot be used.

How states are merged is MEASURE.md's: leakage of the unconditional group of the
positive supply, else the mean of the `when` groups; internal energy of the
positive supply, mean of the `when` states. Delays stay apart by state
(`Cell.arc_shares` says how means are made of them).
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from characterize.cell_check import problem_of
from characterize.errors import CharacterizeError
from characterize.liberty import Group
from characterize.liberty_file import LibertyFile
from characterize.liberty_tables import Tables, add, on_common_axes
from characterize.library import (
    EDGES,
    Cell,
    ClockGate,
    FlipFlop,
    FloatArray,
    Grid,
    PinEnergy,
    PowerArc,
    TimingArc,
)
from characterize.logic import BooleanFunction

_MOST_INPUTS = 6  # of a gate; the mapper takes no more
_SPECIAL = {
    "is_level_shifter": "level shifter",
    "is_isolation_cell": "isolation cell",
    "always_on": "cell of the always-on supply",
    "pad_cell": "pad",
    "is_macro_cell": "macro",
}
_SPECIAL_GROUPS = {
    "latch": "latch",
    "ff_bank": "several flip-flops in one",
    "latch_bank": "several latches in one",
    "memory": "memory",
    "bus": "pins in buses",
    "bundle": "pins in bundles",
}
_CLOCK_GATES = {
    "latch_posedge": {"clock", "enable"},
    "latch_posedge_precontrol": {"clock", "enable", "test"},
}


class UnusableError(CharacterizeError):
    """A cell that cannot be used.

    Parameters
    ----------
    reason
        Why, in a few words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CellReader:
    """Turns the cells of one Liberty file into ours.

    Attributes
    ----------
    assumed
        What was put in where the file says nothing -> names of the cells.
    """

    def __init__(self, file: LibertyFile) -> None:
        self._file = file
        self._units = file.units
        self._tables = Tables(file)
        self.assumed: dict[str, list[str]] = {}

    def read(self, group: Group, input_slew_ps: float, transistors: int) -> Cell:
        """A cell.

        Parameters
        ----------
        input_slew_ps
            At which set-up and hold are read.

        Raises
        ------
        UnusableError
            If it is of a kind that is not used, or lacks figures.
        """
        try:
            return self._cell(group, input_slew_ps, transistors)
        except UnusableError:
            raise
        except CharacterizeError as error:  # a table or a function that cannot be read
            raise UnusableError(str(error)) from error

    def _cell(self, group: Group, input_slew_ps: float, transistors: int) -> Cell:
        name = group.arguments[0]
        _refuse_special(group, name)
        inputs, outputs = _pins(group)
        area = group.number("area")
        if area is None:
            raise UnusableError("no area")
        flip_flop, clock_gate = None, None
        functions: dict[str, BooleanFunction] = {}
        if storage := group.all("ff"):
            flip_flop = self._flip_flop(storage[0], group, inputs, outputs, input_slew_ps)
        elif group.text("clock_gating_integrated_cell"):
            clock_gate = self._clock_gate(group, inputs, outputs)
        else:
            functions = _functions(inputs, outputs)
        stored = flip_flop.data if flip_flop else clock_gate.enable if clock_gate else ""
        supply = _positive_supply(group)
        cell = Cell(
            name=name,
            area_um2=area,
            leakage_nw=self._leakage(group, supply),
            transistors=transistors,
            input_cap_ff={n: self._capacitance(n, pin, name) for n, pin in inputs.items()},
            functions=functions,
            outputs=tuple(outputs),
            timing=tuple(
                arc
                for n, pin in outputs.items()
                for arc in self._timing(n, pin, functions.get(n), flip_flop)
            ),
            power=tuple(
                arc
                for n, pin in outputs.items()
                for arc in self._power(n, pin, supply, _causes(flip_flop, functions, inputs))
            ),
            pin_energy=tuple(
                energy
                for n, pin in inputs.items()
                for energy in self._pin_energy(n, pin, supply, functions, tuple(inputs))
            ),
            flip_flop=flip_flop,
            clock_gate=clock_gate,
            set_up_ps=self._set_up(inputs[stored]) if stored else {},
        )
        _refuse_lacking(cell)
        if (problem := problem_of(cell)) is not None:  # figures that are too large for our units
            raise UnusableError(problem)
        return cell

    def _assume(self, what: str, cell: str) -> None:
        cells = self.assumed.setdefault(what, [])
        if cell not in cells:
            cells.append(cell)

    def _clock_gate(
        self,
        group: Group,
        inputs: Mapping[str, Group],
        outputs: Mapping[str, Group],
    ) -> ClockGate:
        kind = group.text("clock_gating_integrated_cell")
        pins = {
            role: name
            for name, pin in inputs.items()
            for role in ("clock", "enable", "test")
            if pin.text(f"clock_gate_{role}_pin") == "true"
        }
        if kind not in _CLOCK_GATES:
            raise UnusableError(f"clock gate of the kind {kind}")
        if set(pins) != _CLOCK_GATES[kind] or len(inputs) != len(pins) or len(outputs) != 1:
            raise UnusableError(f"clock gate whose pins are not those of the kind {kind}")
        return ClockGate(
            clock=pins["clock"],
            enable=pins["enable"],
            test=pins.get("test"),
        )

    def _flip_flop(
        self,
        storage: Group,
        group: Group,
        inputs: Mapping[str, Group],
        outputs: Mapping[str, Group],
        slew_ps: float,
    ) -> FlipFlop:
        if storage.text("clear") or storage.text("preset"):
            raise UnusableError("flip-flop with set or reset")
        clocked_on = BooleanFunction(storage.text("clocked_on"))
        if len(clocked_on.inputs) != 1 or storage.text("clocked_on_also"):
            raise UnusableError("flip-flop with more than one clock")
        clock = clocked_on.inputs[0]
        if not clocked_on.table((clock,))[1]:
            raise UnusableError("falling-edge flip-flop")
        next_state = BooleanFunction(storage.text("next_state"))
        if len(next_state.inputs) != 1:
            scan = group.all("test_cell") or any("scan" in p.text("nextstate_type") or
                                                 "scan" in p.text("signal_type")
                                                 for p in inputs.values())  # fmt: skip
            raise UnusableError(
                "scan flip-flop" if scan else "flip-flop with enable, scan or several data pins"
            )
        data = next_state.inputs[0]
        if len(outputs) != 1:
            raise UnusableError(f"flip-flop with {len(outputs)} outputs")
        if set(inputs) != {clock, data}:
            raise UnusableError(f"flip-flop whose inputs are not only {clock} and {data}")
        (output,) = outputs.values()
        stored = BooleanFunction(output.text("function"))
        if len(stored.inputs) != 1 or stored.inputs[0] not in storage.arguments:
            raise UnusableError("flip-flop whose output is not what it stores")
        inversions = int(not next_state.table((data,))[1])
        inversions += int(stored.inputs[0] == storage.arguments[-1])
        inversions += int(not stored.table(stored.inputs)[1])
        return FlipFlop(
            clock=clock,
            data=data,
            inverted=bool(inversions % 2),
            setup_ps=self._constraint(inputs[data], "setup_rising", slew_ps),
            hold_ps=self._constraint(inputs[data], "hold_rising", slew_ps),
        )

    def _constraint(self, pin: Group, kind: str, slew_ps: float) -> float:
        """The largest value of a set-up or hold table, at the input slew on both pins."""
        return max(
            (
                self._tables.grid(table, self._units.time_ps)(slew_ps, slew_ps)
                for timing in pin.all("timing")
                if timing.text("timing_type") == kind
                for edge in EDGES
                for table in timing.all(f"{edge}_constraint")
            ),
            default=0.0,
        )

    def _set_up(self, pin: Group) -> dict[str, Grid]:
        """Edge -> set-up times over the slews of the pin and of the clock."""
        groups = [g for g in pin.all("timing") if g.text("timing_type") == "setup_rising"]
        return on_common_axes(
            {
                edge: self._tables.mean(groups, [f"{edge}_constraint"], self._units.time_ps)
                for edge in EDGES
            }
        )

    def _leakage(self, group: Group, supply: str) -> float:
        groups = [g for g in group.all("leakage_power") if g.text("related_pg_pin") in ("", supply)]
        unconditional = [g for g in groups if not g.text("when")]
        values = [v for g in unconditional or groups if (v := g.number("value")) is not None]
        value = float(np.mean(values)) if values else group.number("cell_leakage_power")
        if value is None:
            value = self._file.group.number("default_cell_leakage_power")
            if value is None:
                self._assume("leakage 0: the file gives none", group.arguments[0])
                return 0.0
            self._assume("leakage: default_cell_leakage_power", group.arguments[0])
        return value * (self._units.leakage_nw or 0.0)

    def _capacitance(self, name: str, pin: Group, cell: str) -> dict[str, float]:
        both = pin.number("capacitance")
        values = {}
        for edge in EDGES:
            value = pin.number(f"{edge}_capacitance")
            value = both if value is None else value
            if value is None:
                value = self._file.group.number("default_input_pin_cap")
                if value is None:
                    raise UnusableError(f"pin {name} has no capacitance")
                self._assume("input capacitance: default_input_pin_cap", cell)
            values[edge] = value * self._units.capacitance_ff
        return values

    def _timing(
        self, output: str, pin: Group, function: BooleanFunction | None, storage: FlipFlop | None
    ) -> list[TimingArc]:
        """Arcs by related pin and sense; every state that the file tells apart is one."""
        found: dict[tuple[str, str], list[Group]] = {}
        for group in pin.all("timing"):
            kind = group.text("timing_type", "combinational")
            if not kind.startswith("rising_edge" if storage else "combinational"):
                continue
            for related in _names(group.text("related_pin")):
                for sense in _senses(group, related, function, storage):
                    found.setdefault((related, sense), []).append(group)
        arcs = []
        for (related, sense), groups in found.items():
            for group in groups:
                grids = on_common_axes(
                    {name: self._tables.mean([group], [name], self._units.time_ps)
                     for name in ("cell_rise", "cell_fall")}
                    | {name: self._tables.mean([group], [name], self._units.slew_ps)
                       for name in ("rise_transition", "fall_transition")}
                )  # fmt: skip
                delay = {e: grids[f"cell_{e}"] for e in EDGES if f"cell_{e}" in grids}
                slew = {e: grids[f"{e}_transition"] for e in EDGES if f"{e}_transition" in grids}
                if set(delay) != set(slew):
                    raise UnusableError(f"delays from {related} to {output} without output slews")
                if delay:
                    when = group.text("when")
                    arcs.append(TimingArc(output, related, sense, delay, slew, when))
        return arcs

    def _power(
        self, output: str, pin: Group, supply: str, causes: tuple[str, ...]
    ) -> list[PowerArc]:
        found: dict[str, list[Group]] = {}
        for group in pin.all("internal_power"):
            # Without a related pin it holds for every pin that can cause it.
            for related in _names(group.text("related_pin")) or causes:
                found.setdefault(related, []).append(group)
        arcs = []
        for related, groups in found.items():
            here, ground = _split_by_supply(groups, supply)
            grids = on_common_axes(
                {
                    f"{book} {edge}": self._tables.mean(
                        booked, [f"{edge}_power", "power"], self._units.energy_fj
                    )
                    for book, booked in (("here", here), ("ground", ground))
                    for edge in EDGES
                }
            )
            energy = {e: grids[f"here {e}"] for e in EDGES if f"here {e}" in grids}
            other = {e: grids[f"ground {e}"] for e in EDGES if f"ground {e}" in grids}
            if energy or other:
                arcs.append(PowerArc(output, related, energy, other))
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
                    for table in (*group.all(f"{edge}_power"), *group.all("power")):
                        grid = self._tables.grid(table, self._units.energy_fj)
                        result[edge] = add(result.get(edge), grid, share)
            return result

        main, other = merged(groups), merged(ground)
        axes = [grid.slew_ps for grid in (*main.values(), *other.values())]
        axis = max(axes, key=lambda a: a.size) if axes else np.zeros(1)

        def vectors(grids: dict[str, Grid]) -> dict[str, FloatArray]:
            return {
                edge: np.array([grid(slew, 0.0) for slew in axis]) for edge, grid in grids.items()
            }

        return PinEnergy(pin, when, axis, vectors(main), vectors(other))


def _refuse_special(group: Group, name: str) -> None:
    """Refuse cells that no arithmetic is built of."""
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        raise UnusableError("a name that Verilog and tables do not take as it is")
    for attribute, kind in _SPECIAL.items():
        if group.text(attribute) == "true":
            raise UnusableError(kind)
    if group.text("switch_cell_type"):
        raise UnusableError("power switch")
    for special, kind in _SPECIAL_GROUPS.items():
        if group.all(special):
            raise UnusableError(kind)
    if group.all("statetable") and not group.text("clock_gating_integrated_cell"):
        raise UnusableError("state table")


def _pins(group: Group) -> tuple[dict[str, Group], dict[str, Group]]:
    """Inputs and outputs, by name."""
    inputs: dict[str, Group] = {}
    outputs: dict[str, Group] = {}
    for pin in group.all("pin"):
        for name in _names(" ".join(pin.arguments)):
            match pin.text("direction"):
                case "input":
                    inputs[name] = pin
                case "output":
                    if pin.text("three_state"):
                        raise UnusableError("tri-state output")
                    outputs[name] = pin
                case "internal":
                    continue
                case direction:
                    raise UnusableError(f"pin {name} of direction '{direction}'")
            if not re.fullmatch(r"[A-Za-z_]\w*", name):
                raise UnusableError(f"pin {name}, a name that Verilog does not take as it is")
    if not outputs:
        raise UnusableError("no output")
    return inputs, outputs


def _functions(
    inputs: Mapping[str, Group], outputs: Mapping[str, Group]
) -> dict[str, BooleanFunction]:
    """Functions of a gate's output, or of the outputs of a tie cell."""
    if lacking := [name for name, pin in outputs.items() if not pin.text("function").strip()]:
        raise UnusableError(f"no function of output {lacking[0]}")
    functions = {name: BooleanFunction(pin.text("function")) for name, pin in outputs.items()}
    used = {name for function in functions.values() for name in function.inputs}
    if unknown := used - set(inputs):
        raise UnusableError(f"function of {', '.join(sorted(unknown))}, which is no input")
    if inputs and len(outputs) > 1:
        raise UnusableError(f"{len(outputs)} outputs; the mapper takes cells with one")
    if idle := set(inputs) - used:
        raise UnusableError(f"input {', '.join(sorted(idle))} has no part in the function")
    if len(inputs) > _MOST_INPUTS:
        raise UnusableError(f"{len(inputs)} inputs; the mapper takes at most {_MOST_INPUTS}")
    return functions


def _refuse_lacking(cell: Cell) -> None:
    """Refuse cells without the figures that delays and energy are made of."""
    if not cell.input_cap_ff:
        return
    reached = {arc.input for arc in cell.timing}
    causes = {cell.clock} if cell.clock is not None else set(cell.input_cap_ff)
    if missing := sorted(causes - reached):
        raise UnusableError(f"no delay from {', '.join(map(str, missing))}")
    if {edge for arc in cell.timing for edge in arc.delay_ps} != set(EDGES):
        raise UnusableError("delays of one edge only")
    related = reached | {arc.input for arc in cell.power}
    if unknown := sorted(related - set(cell.input_cap_ff)):
        raise UnusableError(f"figures related to {', '.join(unknown)}, which is no input")
    if not any(arc.energy_fj for arc in cell.power) and not any(
        energy.energy_fj for energy in cell.pin_energy
    ):
        raise UnusableError("no internal power")


def _causes(
    storage: FlipFlop | None, functions: Mapping[str, BooleanFunction], inputs: Mapping[str, Group]
) -> tuple[str, ...]:
    """Inputs that can change an output."""
    if storage is not None:
        return (storage.clock,)
    if functions:
        return tuple(inputs)
    return tuple(n for n, pin in inputs.items() if pin.text("clock_gate_clock_pin") == "true")


def _senses(
    group: Group, related: str, function: BooleanFunction | None, storage: FlipFlop | None
) -> tuple[str, ...]:
    """Senses of a timing group; from the function where the file says nothing."""
    if storage is not None:
        return ("clock",)
    sense = group.text("timing_sense").removesuffix("_unate")
    if sense in ("positive", "negative"):
        return (sense,)
    if not sense and function is not None and related in function.inputs:
        others = tuple(pin for pin in function.inputs if pin != related)
        low, high = np.split(function.table((*others, related)), 2)
        found = []
        if (~low & high).any():
            found.append("positive")
        if (low & ~high).any():
            found.append("negative")
        return tuple(found)
    return ("positive", "negative") if sense == "non" else ("positive",)


def _positive_supply(group: Group) -> str:
    """The positive supply; empty where the cell's figures are not split by supply."""
    supplies = [
        pin.arguments[0] for pin in group.all("pg_pin") if pin.text("pg_type") == "primary_power"
    ]
    if supplies:
        return supplies[0]
    powers = [g for pin in group.all("pin") for g in pin.all("internal_power")]
    powers += group.all("leakage_power")
    if any(g.text("related_pg_pin") for g in powers):
        raise UnusableError("power by supply, but no pg_pin says which supply is positive")
    return ""


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
    if unknown := set(condition.inputs) - {*inputs, *functions}:
        raise UnusableError(f"a state of {', '.join(sorted(unknown))}, which is no pin")
    index = np.arange(1 << len(inputs))
    values = {pin: (index >> k & 1).astype(bool) for k, pin in enumerate(inputs)}
    outputs = {pin: function.evaluate(values) for pin, function in functions.items()}
    return float(np.broadcast_to(condition.evaluate({**values, **outputs}), index.shape).mean())


def _names(text: str) -> list[str]:
    """Each once, in the order of the text."""
    return list(dict.fromkeys(text.replace(",", " ").split()))
