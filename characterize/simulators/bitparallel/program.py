"""Netlist -> operations: what an engine evaluates, in an order in which it can."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from weakref import WeakKeyDictionary

import numpy as np

from characterize.delays import ZERO, Delays
from characterize.errors import CharacterizeError
from characterize.logic import BoolArray
from characterize.netlist import Gate, Netlist, net_name

MOST_INPUTS = 6  # a truth table is one 64-bit word
# A case asks again for every number of operations that it tries.
_compiled: "WeakKeyDictionary[Netlist, WeakKeyDictionary[Delays, Program]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Op:
    """One Boolean function of up to six signals.

    Attributes
    ----------
    table
        Truth table: bit i is the value where input k is bit k of i.
    inputs, output
        Signals: nets, and behind them helpers inside cells with many inputs.
    delay
        Inertial, in steps.
    """

    table: int
    inputs: tuple[int, ...]
    output: int
    delay: int


@dataclass(frozen=True, slots=True)
class FlipFlop:
    """A stored bit: `output` takes `data` at the clock's edge, if its clock gate is open.

    Attributes
    ----------
    gate
        Index among the program's clock gates; None takes every edge.
    delay
        From clock to output, in steps.
    """

    data: int
    output: int
    gate: int | None
    inverted: bool
    delay: int


@dataclass(frozen=True, slots=True)
class ClockGate:
    """Passes the clock's next pulse where one of `enables` has settled at 1.

    Attributes
    ----------
    parent
        Index of the clock gate that drives its clock pin; None is the clock itself.
    """

    enables: tuple[int, ...]
    output: int
    parent: int | None


@dataclass(frozen=True, eq=False)
class Program:
    """A netlist with its delays, as engines run it.

    Attributes
    ----------
    nets
        Number of nets.
    signals
        Number of nets and helpers.
    inputs
        Nets that operands drive.
    constants
        Net -> value.
    ops
        In topological order.
    clock_gates
        A parent before its children.
    timed
        Whether anything has a delay.
    operand_delay
        Steps after the edge at which operands change.
    """

    nets: int
    signals: int
    inputs: tuple[int, ...]
    constants: Mapping[int, int]
    ops: tuple[Op, ...]
    flip_flops: tuple[FlipFlop, ...]
    clock_gates: tuple[ClockGate, ...]
    timed: bool
    operand_delay: int

    @cached_property
    def arrivals(self) -> tuple[int, ...]:
        """For each signal the set of steps at which it may change: bit t is step t."""
        found = [0] * self.signals
        for net in self.inputs:
            found[net] = 1 << self.operand_delay
        for flip_flop in self.flip_flops:
            found[flip_flop.output] = 1 << flip_flop.delay
        for op in self.ops:
            for signal in op.inputs:
                found[op.output] |= found[signal] << op.delay
        return tuple(found)


def compile_netlist(netlist: Netlist, delays: Delays = ZERO) -> Program:
    """The operations of a netlist.

    Raises
    ------
    CharacterizeError
        If a cell is unknown, a pin or an output floats, gates form a loop, or a clock
        pin is driven by anything but the clock and clock gates.
    """
    known = _compiled.setdefault(netlist, WeakKeyDictionary())
    if delays not in known:
        known[delays] = _Compiler(netlist, delays).program()
    return known[delays]


class _Compiler:
    def __init__(self, netlist: Netlist, delays: Delays) -> None:
        self._netlist = netlist
        self._delays = delays
        self._unit = netlist.unit.name
        clock = netlist.unit.clock
        self._clock = netlist.ports[clock.name][0] if clock else None
        self._ops: list[Op] = []
        self._constants: dict[int, int] = {}
        self._signals = netlist.nets
        self._check()

    def _check(self) -> None:
        netlist = self._netlist
        driven = set(netlist.input_nets)
        for gate in netlist.gates:
            if gate.cell not in netlist.library.cells:
                raise CharacterizeError(
                    f"{self._unit}: gate {gate.name} is a {gate.cell}, "
                    f"which library {netlist.library.name} does not have"
                )
            driven |= {gate.pins[pin] for pin in netlist.cell(gate).outputs if pin in gate.pins}
        for gate in netlist.gates:
            for pin in netlist.cell(gate).input_cap_ff:
                if pin not in gate.pins:
                    raise CharacterizeError(
                        f"{self._unit}: pin {pin} of gate {gate.name} ({gate.cell}) "
                        "is not connected"
                    )
                if gate.pins[pin] not in driven:
                    raise CharacterizeError(
                        f"{self._unit}: net {net_name(gate.pins[pin])}, pin {pin} of gate "
                        f"{gate.name} ({gate.cell}), has no driver"
                    )
        for name, nets in netlist.ports.items():
            for net in nets:
                if net not in driven:
                    raise CharacterizeError(
                        f"{self._unit}: net {net_name(net)}, a bit of port {name}, has no driver"
                    )

    def program(self) -> Program:
        netlist = self._netlist
        clock_gates, numbers = self._clock_gates()
        flip_flops = []
        for index, gate in enumerate(netlist.gates):
            cell = netlist.cell(gate)
            if cell.flip_flop is not None:
                for pin in cell.outputs:
                    if pin in gate.pins:
                        flip_flops.append(
                            FlipFlop(
                                gate.pins[cell.flip_flop.data],
                                gate.pins[pin],
                                self._clocked_by(gate, cell.flip_flop.clock, numbers),
                                cell.flip_flop.inverted,
                                self._delays.of(index, pin),
                            )
                        )
            elif cell.clock_gate is None:
                for pin, function in cell.functions.items():
                    if pin in gate.pins and not function.inputs:
                        self._constants[gate.pins[pin]] = int(function.table(())[0])
        for index in self._ordered():
            self._gate(index, netlist.gates[index])
        clocks = netlist.clock_nets
        return Program(
            nets=netlist.nets,
            signals=self._signals,
            inputs=tuple(sorted(netlist.input_nets - clocks)),
            constants=self._constants,
            ops=tuple(self._ops),
            flip_flops=tuple(flip_flops),
            clock_gates=clock_gates,
            timed=self._delays.model != ZERO.model,
            operand_delay=self._delays.operands,
        )

    def _clock_gates(self) -> tuple[tuple[ClockGate, ...], dict[int, int]]:
        """The clock gates, and the number of that which drives each gated net."""
        waiting = [g for g in self._netlist.gates if self._netlist.cell(g).clock_gate is not None]
        found: list[ClockGate] = []
        numbers: dict[int, int] = {}
        while waiting:
            ready = [
                gate
                for gate in waiting
                if (pin := self._netlist.cell(gate).clock) is not None
                and (gate.pins[pin] == self._clock or gate.pins[pin] in numbers)
            ]
            if not ready:
                gate = waiting[0]
                raise CharacterizeError(
                    f"{self._unit}: the clock pin of gate {gate.name} ({gate.cell}) "
                    "is not driven by the clock"
                )
            for gate in ready:
                kind = self._netlist.cell(gate).clock_gate
                assert kind is not None
                (output,) = self._netlist.cell(gate).outputs
                parent = self._clocked_by(gate, kind.clock, numbers)
                numbers[gate.pins[output]] = len(found)
                enables = tuple(gate.pins[pin] for pin in kind.opening)
                found.append(ClockGate(enables, gate.pins[output], parent))
            waiting = [gate for gate in waiting if gate not in ready]
        return tuple(found), numbers

    def _clocked_by(self, gate: Gate, pin: str, numbers: Mapping[int, int]) -> int | None:
        net = gate.pins[pin]
        if net != self._clock and net not in numbers:
            raise CharacterizeError(
                f"{self._unit}: the clock pin of gate {gate.name} ({gate.cell}) is driven by net "
                f"{net_name(net)}, which is neither the clock nor a gated one"
            )
        return numbers.get(net)

    def _ordered(self) -> list[int]:
        """Indices of the gates that compute, each after those that drive it."""
        netlist = self._netlist
        computing = {
            index: gate
            for index, gate in enumerate(netlist.gates)
            if netlist.cell(gate).clock is None and netlist.cell(gate).input_cap_ff
        }
        driver = {
            gate.pins[pin]: index
            for index, gate in computing.items()
            for pin in netlist.cell(gate).outputs
            if pin in gate.pins
        }
        graph = {
            index: [
                driver[gate.pins[pin]]
                for pin in netlist.cell(gate).input_cap_ff
                if gate.pins[pin] in driver
            ]
            for index, gate in computing.items()
        }
        sorter = TopologicalSorter(graph)
        try:
            sorter.prepare()
        except CycleError as error:
            loop = [netlist.gates[index] for index in error.args[1][:-1]]
            where = ", ".join(
                f"{gate.name} ({gate.cell}) -> "
                + net_name(next(gate.pins[p] for p in netlist.cell(gate).outputs if p in gate.pins))
                for gate in loop[:4]
            )
            raise CharacterizeError(
                f"{self._unit}: {len(loop)} gates form a combinational loop: {where}"
            ) from None
        # Depth first: what was just computed is used soon, and few values wait.
        order = []
        ready = list(sorter.get_ready())
        while ready:
            order.append(ready.pop())
            sorter.done(order[-1])
            ready += sorter.get_ready()
        return order

    def _gate(self, index: int, gate: Gate) -> None:
        cell = self._netlist.cell(gate)
        for pin, function in cell.functions.items():
            if pin in gate.pins and function.inputs:
                inputs = [gate.pins[name] for name in function.inputs]
                table = function.table(function.inputs)
                self._function(table, inputs, gate.pins[pin], self._delays.of(index, pin))

    def _function(self, table: BoolArray, inputs: list[int], output: int, delay: int) -> None:
        """Operations of a function; one of many inputs is split by its last ones."""
        if len(inputs) > MOST_INPUTS:
            halves = []
            for half in np.split(table, 2):
                halves.append(self._signals)
                self._signals += 1
                self._function(half, inputs[:-1], halves[-1], 0)
            table, inputs = (
                np.array([0, 1, 0, 1, 0, 0, 1, 1], dtype=np.bool_),
                [*halves, inputs[-1]],
            )
        word = sum(int(value) << index for index, value in enumerate(table))
        self._ops.append(Op(word, tuple(inputs), output, delay))
