"""Netlists as Verilog: the gates of a unit and the models of their cells."""

from collections.abc import Iterable

from characterize.library import Cell, CellLibrary
from characterize.netlist import Netlist, net_name


def netlist_verilog(netlist: Netlist) -> str:
    """A netlist as one flat module, named as its unit; nets are n0, n1, ..."""
    unit = netlist.unit
    ports = [
        f"    {port.direction:<6} wire [{port.format.bits - 1}:0] {port.name}" for port in unit.ports
    ]
    lines = [f"module {unit.name} (", ",\n".join(ports), ");"]
    lines += [f"  wire {net_name(net)};" for net in range(netlist.nets)]
    for port in unit.ports:
        for bit, net in enumerate(netlist.ports[port.name]):
            left, right = net_name(net), f"{port.name}[{bit}]"
            if port.direction == "output":
                left, right = right, left
            lines.append(f"  assign {left} = {right};")
    for gate in netlist.gates:
        pins = ", ".join(f".{pin}({net_name(net)})" for pin, net in gate.pins.items())
        lines.append(f"  {gate.cell} {gate.name} ({pins});")
    return "\n".join([*lines, "endmodule", ""])


def cell_models(library: CellLibrary, names: Iterable[str]) -> str:
    """Functional Verilog models of these cells, from the library's own functions."""
    return "\n".join(_model(library.cells[name]) for name in sorted(set(names)))


def _model(cell: Cell) -> str:
    storage = cell.flip_flop
    kind = "reg " if storage else "wire"
    ports = [f"input wire {pin}" for pin in cell.input_cap_ff]
    ports += [f"output {kind} {pin}" for pin in cell.outputs]
    lines = [f"module {cell.name} ({', '.join(ports)});"]
    if storage:
        data = f"~{storage.data}" if storage.inverted else storage.data
        lines += [f"  always @(posedge {storage.clock}) {pin} <= {data};" for pin in cell.outputs]
    else:
        lines += [
            f"  assign {pin} = {function.verilog({name: name for name in function.inputs})};"
            for pin, function in cell.functions.items()
        ]
    return "\n".join([*lines, "endmodule", ""])
