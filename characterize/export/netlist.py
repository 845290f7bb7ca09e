"""A unit's netlist as flat Verilog with what was measured of it, and its delays as SDF.

The netlist instances the library's cells; its nets are `n0`, `n1`, ..., as in every
message and in the SAIF export. What was measured stands in attributes of Verilog-2001,
which tools that do not know them pass over: of each gate its part and its energy per
operation by cause, of each net its group, load, and toggles per operation. Behind it
stand models of its cells with a specify block, to simulate it with the SDF file where
the library's own are not at hand.

The SDF file has the delays that simulation used: one of each cell output, the same for
all inputs and both edges, none for clock gates (the clock is ideal) and wires. It has
no timing checks. Icarus 11 annotates it, but its module paths are not quite inertial: a
change that comes in while another is on its way goes out at that one's time, and toggles
differ by about 1 %. As delays of gates or assignments the same figures give every toggle.

Source: IEEE 1364-2001, 2.8 (attributes) and 14 (specify blocks); IEEE 1497-2001 (SDF 3.0).
"""

from characterize.errors import CharacterizeError
from characterize.export.statement import number
from characterize.export.unit_run import UnitRun
from characterize.library import Cell
from characterize.netlist import Gate, net_name
from characterize.units import Port

_FIGURES = (
    "Netlist: gatewatt_*_fj in fJ per operation, gatewatt_load_ff in fF, gatewatt_toggles and "
    "gatewatt_glitches per operation."
)
_SDF_FIGURES = "SDF: delays in ps, one a cell output."


def export(run: UnitRun) -> dict[str, str]:
    """File name -> text: netlist, cell models, SDF.

    Raises
    ------
    CharacterizeError
        If the delay model's steps are no times.
    """
    name = run.case.unit.name
    if run.delays.step_ps is None:
        raise CharacterizeError(
            f"{name}: SDF needs times, which {run.delays.model} delays are not: "
            "give --delays library"
        )
    return {
        f"{name}.v": annotated_verilog(run),
        f"{name}_cells.v": models(run),
        f"{name}.sdf": sdf(run, run.delays.step_ps),
    }


def bit_names(port: Port) -> list[str]:
    """Names of a port's bits, lowest first."""
    if port.format.bits == 1:
        return [port.name]
    return [f"{port.name}[{bit}]" for bit in range(port.format.bits)]


def annotated_verilog(run: UnitRun) -> str:
    """The netlist of a run as Verilog with attributes."""
    netlist = run.netlist
    operations = run.activity.total_operations
    functional = run.activity.functional.sum(axis=0)
    names = ", ".join(port.name for port in netlist.unit.ports)
    lines = [f"// {line}" for line in run.statement(_FIGURES)]
    lines.append(f"module {netlist.unit.name} ({names});")
    for port in netlist.unit.ports:
        span = f" [{port.format.bits - 1}:0]" if port.format.bits > 1 else ""
        lines.append(f"  {port.direction}{span} {port.name};")
    for net, toggles in enumerate(run.toggles.tolist()):
        about = {
            "part": netlist.net_parts[net],
            "group": netlist.net_groups[net],
            "load_ff": number(float(run.timing.load_ff[net])),
            "toggles": number(toggles / operations),
            "glitches": number((toggles - int(functional[net])) / operations),
        }
        lines += [f"  {_attributes(about)}", f"  wire {net_name(net)};"]
    for port in netlist.unit.ports:
        for bit, net in zip(bit_names(port), netlist.ports[port.name], strict=True):
            pair = (net_name(net), bit) if port.direction == "input" else (bit, net_name(net))
            lines.append(f"  assign {pair[0]} = {pair[1]};")
    for gate, measured in zip(netlist.gates, run.report.gates(), strict=True):
        about = {"part": gate.part} | {
            f"{cause}_fj": number(getattr(measured, f"{cause}_fj"))
            for cause in ("energy", "switching", "internal", "clock", "leakage")
        }
        pins = ", ".join(f".{pin}({net_name(net)})" for pin, net in gate.pins.items())
        lines += [f"  {_attributes(about)}", f"  {gate.cell} {gate.name} ({pins});"]
    return "\n".join([*lines, "endmodule", ""])


def models(run: UnitRun) -> str:
    """Verilog models of the cells of a netlist, which take their delays from SDF."""
    cells = {gate.cell: run.netlist.cell(gate) for gate in run.netlist.gates}
    lines = [f"// Models of the cells of {run.case.unit.name}, {run.netlist.library.name}; delays "
             "come from the SDF file.", "`timescale 1ps / 1ps"]  # fmt: skip
    for _, cell in sorted(cells.items()):
        lines += _model(cell)
    return "\n".join([*lines, ""])


def sdf(run: UnitRun, step_ps: float) -> str:
    """The delays of a run as SDF."""
    netlist = run.netlist
    lines = [f"// {line}" for line in run.statement(_SDF_FIGURES)]
    lines += [
        "(DELAYFILE",
        '  (SDFVERSION "3.0")',
        f'  (DESIGN "{netlist.unit.name}")',
        '  (PROGRAM "gatewatt")',
        "  (DIVIDER .)",
        f"  (VOLTAGE {number(netlist.library.conditions.vdd_v)})",
        f"  (TEMPERATURE {number(netlist.library.conditions.temperature_c)})",
        "  (TIMESCALE 1ps)",
    ]
    for index, gate in enumerate(netlist.gates):
        if paths := _paths(run, index, gate, step_ps):
            lines += [
                f'  (CELL (CELLTYPE "{gate.cell}") (INSTANCE {gate.name}) (DELAY (ABSOLUTE',
                *(f"    {path}" for path in paths),
                "  )))",
            ]
    return "\n".join([*lines, ")", ""])


def _paths(run: UnitRun, index: int, gate: Gate, step_ps: float) -> list[str]:
    cell = run.netlist.cell(gate)
    clock = cell.flip_flop.clock if cell.flip_flop else None
    inputs = [f"(posedge {clock})"] if clock else list(cell.input_cap_ff)
    return [
        f"(IOPATH {pin} {output} ({number(steps * step_ps)}) ({number(steps * step_ps)}))"
        for output in cell.outputs
        if (steps := run.delays.of(index, output))
        for pin in inputs
    ]


def _attributes(values: dict[str, str]) -> str:
    """Attributes as texts: not every reader takes fractions there."""
    return "(* " + ", ".join(f'gatewatt_{key} = "{value}"' for key, value in values.items()) + " *)"


def _model(cell: Cell) -> list[str]:
    """A cell as a module with a specify block."""
    inputs = [f"input {pin}" for pin in cell.input_cap_ff]
    if cell.flip_flop is not None:
        storage, (output,) = cell.flip_flop, cell.outputs
        data = f"~{storage.data}" if storage.inverted else storage.data
        return [
            f"module {cell.name} ({', '.join([*inputs, f'output reg {output}'])});",
            f"  always @(posedge {storage.clock}) {output} <= {data};",
            f"  specify (posedge {storage.clock} => ({output} : {data})) = 0; endspecify",
            "endmodule",
        ]
    outputs = [f"output {pin}" for pin in cell.outputs]
    head = f"module {cell.name} ({', '.join([*inputs, *outputs])});"
    if cell.clock_gate is not None:
        (output,) = cell.outputs
        opening = " | ".join(cell.clock_gate.opening)
        return [
            head,
            "  reg open;",
            f"  always @* if (!{cell.clock_gate.clock}) open = {opening};",
            f"  assign {output} = {cell.clock_gate.clock} & open;",
            "endmodule",
        ]
    paths = [f"({pin} => {output}) = 0;" for output in cell.outputs for pin in cell.input_cap_ff]
    return [
        head,
        *(f"  assign {pin} = {cell.functions[pin].verilog};" for pin in cell.outputs),
        *(["  specify " + " ".join(paths) + " endspecify"] if paths else []),
        "endmodule",
    ]
