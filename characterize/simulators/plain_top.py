"""Verilog for Icarus alone: operands from a file, outputs into another, nets to be dumped.

Gates are the table primitives themselves, without modules around them, and outputs are
read off their nets once a cycle: what is left to the simulator are the gates.
"""

from collections.abc import Sequence

from characterize.delays import Delays
from characterize.netlist import Netlist, net_name
from characterize.simulators import top
from characterize.simulators.protocol import Simulation
from characterize.verilog import module_name, table_name

NETS = "nets"  # the scope in each instance that has all nets of a netlist and nothing else


def plain_verilog(
    simulations: Sequence[Simulation], drive: str, record: str, dump: str
) -> tuple[str, str]:
    """The top module, and the netlists with the models of their cells.

    Parameters
    ----------
    drive, record
        Files with a line of bits a cycle, as `top.drive_lines` and `top.expect_lines` have
        them.
    dump
        File of the nets whose toggles are counted.
    """
    dumped = [
        f"$dumpvars(1, {top.instance_name(index)}.{NETS});"
        for index, simulation in enumerate(simulations)
        if simulation.counted
    ]
    first = [f'$dumpfile("{dump}");', *dumped] if dumped else []
    bench = top.recording_top_verilog(simulations, drive, record, shown=_outputs, first=first)
    return bench, _netlists(simulations)


def _outputs(simulation: Simulation, instance: str) -> dict[str, str] | None:
    """What shows the outputs of a netlist: its nets; None where ports do."""
    netlist = simulation.netlist
    if netlist is None:
        return None
    return {
        port.name: "{"
        + ", ".join(f"{instance}.{NETS}.{net_name(net)}" for net in netlist.ports[port.name][::-1])
        + "}"
        for port in top.output_ports(simulation.unit)
    }


def _netlists(simulations: Sequence[Simulation]) -> str:
    """All netlists of the simulations, each once, and the cell models they and the RTL need."""
    modules = {
        module_name(s.netlist, s.delays): (s.netlist, s.delays)
        for s in simulations
        if s.netlist is not None
    }
    return "\n".join(
        [
            "`timescale 1ps / 1ps",
            *top.models_verilog(simulations),
            *(_module(netlist, delays) for netlist, delays in modules.values()),
        ]
    )


def _module(netlist: Netlist, delays: Delays) -> str:
    """A netlist as a module of its inputs; all its nets in the scope `NETS`."""
    inputs = [port for port in netlist.unit.ports if port.direction == "input"]
    ports = ", ".join(f"input wire [{port.format.bits - 1}:0] {port.name}" for port in inputs)
    lines = [f"module {module_name(netlist, delays)} ({ports});"]
    lines.append(f"  generate if (1) begin : {NETS}")
    lines += [f"  wire {net_name(net)};" for net in range(netlist.nets)]
    for port in inputs:
        for bit, net in enumerate(netlist.ports[port.name]):
            lines.append(f"  assign {net_name(net)} = {port.name}[{bit}];")
    for index, gate in enumerate(netlist.gates):
        cell = netlist.cell(gate)
        steps = {pin: delays.of(index, pin) for pin in cell.outputs if delays.of(index, pin)}
        primitive = table_name(cell)
        if primitive is not None:
            (output,) = cell.outputs
            if output not in gate.pins:
                continue
            delay = f"#({steps[output]}) " if steps else ""
            pins = ", ".join(net_name(gate.pins[pin]) for pin in (output, *cell.input_cap_ff))
            lines.append(f"  {primitive} {delay}{gate.name} ({pins});")
        else:
            values = ", ".join(f".DELAY_{pin}({delay})" for pin, delay in steps.items())
            pins = ", ".join(f".{pin}({net_name(net)})" for pin, net in gate.pins.items())
            lines.append(f"  {cell.name} #({values}) {gate.name} ({pins});" if steps else
                         f"  {cell.name} {gate.name} ({pins});")  # fmt: skip
    return "\n".join([*lines, "  end endgenerate", "endmodule", ""])
