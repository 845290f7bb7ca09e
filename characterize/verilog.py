"""Netlists as Verilog: the gates of a unit and the models of their cells."""

import itertools
from collections.abc import Iterable

import numpy as np

from characterize.delays import ZERO, Delays
from characterize.errors import CharacterizeError
from characterize.library import Cell, CellLibrary, ClockGate, FlipFlop
from characterize.netlist import Netlist, net_name


def netlist_verilog(netlist: Netlist, delays: Delays = ZERO) -> str:
    """A netlist as one flat module, named by `module_name`; nets are n0, n1, ..."""
    unit = netlist.unit
    ports = [
        f"    {port.direction:<6} wire [{port.format.bits - 1}:0] {port.name}"
        for port in unit.ports
    ]
    lines = [f"module {module_name(netlist, delays)} (", ",\n".join(ports), ");"]
    lines += [f"  wire {net_name(net)};" for net in range(netlist.nets)]
    for port in unit.ports:
        for bit, net in enumerate(netlist.ports[port.name]):
            left, right = net_name(net), f"{port.name}[{bit}]"
            if port.direction == "output":
                left, right = right, left
            lines.append(f"  assign {left} = {right};")
    for index, gate in enumerate(netlist.gates):
        pins = ", ".join(f".{pin}({net_name(net)})" for pin, net in gate.pins.items())
        steps = {
            f"DELAY_{pin}": delay
            for pin in netlist.cell(gate).outputs
            if (delay := delays.of(index, pin))
        }
        values = ", ".join(f".{name}({delay})" for name, delay in steps.items())
        cell = f"{gate.cell} #({values})" if steps else gate.cell
        lines.append(f"  {cell} {gate.name} ({pins});")
    return "\n".join([*lines, "endmodule", ""])


def module_name(netlist: Netlist, delays: Delays = ZERO) -> str:
    """Name of a netlist's module: the unit's, and with delays their model.

    A foreign module may be called as its unit is.
    """
    if delays.model == "zero" and not netlist.unit.entry.foreign:
        return netlist.unit.name
    return f"{netlist.unit.name}__{delays.model}"


def cell_models(library: CellLibrary, names: Iterable[str], tables: bool = True) -> str:
    """Verilog models of these cells, from the library's own functions.

    Each output has a parameter `DELAY_<pin>`, in steps of the simulator's clock, 0
    by default: its inertial delay, of a flip-flop that from clock to output. Gates
    are table primitives; without `tables` they are expressions, and have no delay.
    """
    return "\n".join(_model(library.cells[name], tables) for name in sorted(set(names)))


def table_name(cell: Cell) -> str | None:
    """Name of the table primitive in a cell's model: output, then inputs; None has none."""
    if cell.flip_flop is not None or cell.clock_gate is not None or not cell.input_cap_ff:
        return None
    return f"{cell.name}_table"


def _model(cell: Cell, tables: bool) -> str:
    if cell.flip_flop is not None:
        return _flip_flop_model(cell, cell.flip_flop)
    if cell.clock_gate is not None:
        return _clock_gate_model(cell, cell.clock_gate)
    if not cell.input_cap_ff:
        return _constant_model(cell)
    if not tables:
        return _expression_model(cell)
    return "".join(_gate_model(cell, output) for output in cell.outputs)


def _flip_flop_model(cell: Cell, storage: FlipFlop) -> str:
    (output,) = cell.outputs
    data = f"~{storage.data}" if storage.inverted else storage.data
    return (
        f"module {cell.name} #({_delay_parameter(output)}) (input wire {storage.clock}, "
        f"input wire {storage.data}, output reg {output});\n"
        + _either(
            output,
            f"always @(posedge {storage.clock}) {output} <= {data};",
            f"always @(posedge {storage.clock}) {output} <= #(DELAY_{output}) {data};",
        )
        + "endmodule\n"
    )


def _clock_gate_model(cell: Cell, gate: ClockGate) -> str:
    (output,) = cell.outputs
    inputs = ", ".join(f"input wire {pin}" for pin in cell.input_cap_ff)
    opening = " | ".join(gate.opening)
    return (
        f"module {cell.name} ({inputs}, output wire {output});\n"
        f"  reg open;\n"
        f"  always @* if (!{gate.clock}) open = {opening};\n"
        f"  assign {output} = {gate.clock} & open;\nendmodule\n"
    )


def _constant_model(cell: Cell) -> str:
    outputs = ", ".join(f"output wire {pin}" for pin in cell.outputs)
    values = "".join(
        f"  assign {pin} = 1'b{int(function.table(())[0])};\n"
        for pin, function in cell.functions.items()
    )
    return f"module {cell.name} ({outputs});\n{values}endmodule\n"


def _expression_model(cell: Cell) -> str:
    inputs = ", ".join(f"input wire {pin}" for pin in cell.input_cap_ff)
    outputs = ", ".join(f"output wire {pin}" for pin in cell.outputs)
    lines = [f"  assign {pin} = {cell.functions[pin].verilog};" for pin in cell.outputs]
    return "\n".join([f"module {cell.name} ({inputs}, {outputs});", *lines, "endmodule", ""])


def _gate_model(cell: Cell, output: str) -> str:
    """A table primitive, and the module that gives its pins their names.

    Icarus evaluates a table in one step, three times as fast as the expression.
    There is a row for x wherever it does not matter; every other x gives x.
    """
    pins = tuple(cell.input_cap_ff)
    if len(cell.outputs) != 1:
        raise CharacterizeError(f"{cell.name}: cells with several outputs are not simulated")
    table = cell.functions[output].table(pins)
    index = np.arange(table.size)
    names = ", ".join(pins)
    rows = []
    for levels in itertools.product("01x", repeat=len(pins)):
        matching = np.ones(table.size, dtype=np.bool_)
        for k, level in enumerate(levels):
            if level != "x":
                matching &= (index >> k & 1) == int(level)
        if (values := set(table[matching].tolist())) in ({False}, {True}):
            rows.append(f"    {' '.join(levels)} : {int(values.pop())};")
    body = "\n".join(rows)
    inputs = ", ".join(f"input wire {pin}" for pin in pins)
    connections = ", ".join((output, *pins))
    return (
        f"primitive {table_name(cell)} ({output}, {names});\n"
        f"  output {output};\n  input {names};\n  table\n{body}\n  endtable\nendprimitive\n"
        f"module {cell.name} #({_delay_parameter(output)}) ({inputs}, output wire {output});\n"
        + _either(
            output,
            f"{table_name(cell)} u ({connections});",
            f"{table_name(cell)} #(DELAY_{output}) u ({connections});",
        )
        + "endmodule\n"
    )


def _delay_parameter(output: str) -> str:
    return f"parameter integer DELAY_{output} = 0"


def _either(output: str, prompt: str, delayed: str) -> str:
    """One of two statements: `#0` is not the same as no delay."""
    return (
        f"  generate if (DELAY_{output} == 0) begin : gen_prompt\n    {prompt}\n"
        f"  end else begin : gen_delayed\n    {delayed}\n  end endgenerate\n"
    )
