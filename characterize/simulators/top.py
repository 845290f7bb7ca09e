"""The top module around the simulated units, and the bits that it is driven with."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from characterize.delays import Delays
from characterize.foreign_cells import cells_of, gates_verilog
from characterize.library import CellLibrary
from characterize.netlist import Netlist, net_name
from characterize.simulators.protocol import Simulation
from characterize.units import Port, UnitSpec
from characterize.verilog import cell_models, module_name, netlist_verilog
from sim.formats import IntArray, IntFormat

TOP = "bench_top"
DUMP_FILE = "nets.vcd"
# Steps of the simulator's clock, whatever a step is in the delay model.
_SHORTEST_HALF_PERIOD = 5000
_NOTHING = ord("-")
# Of a simulation and its instance: expressions in place of output ports, where it has none.
Shown = Callable[[Simulation, str], Mapping[str, str] | None]


def instance_name(index: int) -> str:
    """Name of the instance of the simulation with this index."""
    return f"u{index}"


def half_period(simulations: Sequence[Simulation]) -> int:
    """Steps of half a clock period, by whose end every net is at rest.

    Rising edges are at its odd multiples; a clock gate's enable has settled before
    its latch opens at the falling one.
    """
    settled = [s.delays.settled_after(s.netlist) for s in simulations if s.netlist is not None]
    return max([_SHORTEST_HALF_PERIOD, *(steps + 1 for steps in settled)])


def top_verilog(simulations: Sequence[Simulation], dump: str = "nets") -> str:
    """The top module: a clock, all instances, operands and results packed.

    The first simulation's first port has the lowest bits of `in_i` and `out_q`.
    Results are sampled at the rising edge: a packed wire would be evaluated anew
    at every change of any result, which takes longer than the gates.

    Parameters
    ----------
    dump
        What is dumped: `none`, `nets` (of the netlists whose toggles are counted)
        or `everything`.
    """
    packed = Packed(simulations, "in_i")
    dumped = {
        "none": [],
        "nets": [
            "0, "
            + ", ".join(f"{instance_name(index)}.{net_name(net)}" for net in range(s.netlist.nets))
            for index, s in enumerate(simulations)
            if s.netlist is not None and s.counted
        ],
        "everything": [f"0, {TOP}"],
    }[dump]
    dump_lines = [
        "  initial begin",
        f'    $dumpfile("{DUMP_FILE}");',
        *(f"    $dumpvars({what});" for what in dumped),
        "  end",
    ]
    return "\n".join(
        [
            "`timescale 1ps / 1ps",
            f"module {TOP};",
            "  reg clk = 1'b0;",
            f"  always #{half_period(simulations)} clk = ~clk;",
            f"  reg {packed.span_in} in_i;",
            f"  reg {packed.span_out} out_q;",
            *packed.wires,
            *packed.instances,
            "  always @(posedge clk)",
            f"    out_q <= {packed.results};",
            *(dump_lines if dumped else []),
            "endmodule",
            "",
        ]
    )


def untimed_top_verilog(simulations: Sequence[Simulation], dump: str = "nets") -> str:
    """The same for Verilator, whose clock comes from outside.

    A register takes the operands from `in_i`: were the gates driven by a signal that
    is written from outside, Verilator would write and run all their code twice.
    Results are sampled at the falling edge, when they are there: delays are zero.
    """
    packed = Packed(simulations, "in_q")
    public = "/* verilator public_flat_rw */"
    traced = [dump == "everything" or (dump == "nets" and s.counted) for s in simulations]
    return "\n".join(
        [
            "`timescale 1ps / 1ps",
            f"module {TOP};",
            "/* verilator tracing_off */" if dump != "everything" else "",
            f"  reg clk {public};",
            f"  reg {packed.span_in} in_i {public};",
            f"  reg {packed.span_in} in_q;",
            f"  reg {packed.span_out} out_q {public};",
            *packed.wires,
            "  always @(posedge clk) in_q <= in_i;",
            "  always @(negedge clk)",
            f"    out_q <= {packed.results};",
            *(
                f"/* verilator tracing_{'on' if on else 'off'} */\n{instance}"
                for instance, on in zip(packed.instances, traced, strict=True)
            ),
            "endmodule",
            "",
        ]
    )


def recording_top_verilog(
    simulations: Sequence[Simulation],
    drive: str,
    record: str,
    half: int | None = None,
    shown: Shown | None = None,
    first: Sequence[str] = (),
) -> str:
    """The same, which reads `drive` and writes all outputs of every cycle to `record`.

    No bench runs beside it. A file has a line of bits a cycle, as `drive_lines` has them.

    Parameters
    ----------
    half
        Steps of half a clock period; as many as every net needs to rest if None.
    shown
        As of `Packed`.
    first
        Statements before all others.
    """
    packed = Packed(simulations, "in_i", shown)
    half = half_period(simulations) if half is None else half
    return "\n".join(
        [
            "`timescale 1ps / 1ps",
            f"module {TOP};",
            "  reg clk = 1'b0;",
            f"  reg {packed.span_in} in_i, next;",
            "  integer drive, record;",
            *packed.wires,
            *packed.instances,
            "  initial begin",
            *(f"    {statement}" for statement in first),
            f'    drive = $fopen("{drive}", "r");',
            f'    record = $fopen("{record}", "w");',
            '    while ($fscanf(drive, "%b", next) == 1) begin',
            "      clk = 1'b1;",
            "      in_i <= next;",
            f"      #{half} clk = 1'b0;",
            f'      #{half} $fdisplay(record, "%b", {packed.results});',
            "    end",
            "    $fclose(record);",
            "    $finish;",
            "  end",
            "endmodule",
            "",
        ]
    )


class Packed:
    """The instances of simulations, their wires, and their ports packed.

    Parameters
    ----------
    driver
        Of the operands.
    shown
        What shows outputs; their ports if None.

    Attributes
    ----------
    wires, instances
        Lines of Verilog; one instance for each simulation.
    span_in, span_out
        Ranges of what drives the operands, and of the results.
    results
        All outputs as one expression.
    """

    def __init__(
        self,
        simulations: Sequence[Simulation],
        driver: str,
        shown: Shown | None = None,
    ) -> None:
        self.wires: list[str] = []
        self.instances: list[str] = []
        results = []
        bits_in = bits_out = 0
        for index, simulation in enumerate(simulations):
            connections = []
            outputs = None if shown is None else shown(simulation, instance_name(index))
            for port in simulation.unit.ports:
                if port.role == "clock":
                    connections.append(f".{port.name}(clk)")
                    continue
                if port.direction == "output" and outputs is not None:
                    results.append(outputs[port.name])
                    bits_out += port.format.bits
                    continue
                wire = f"{instance_name(index)}_{port.name}"
                span = f"[{port.format.bits - 1}:0]"
                connections.append(f".{port.name}({wire})")
                if port.direction == "input":
                    steps = simulation.delays.operands
                    delay = f"#({steps}) " if steps else ""
                    source = f"{driver}[{bits_in}+:{port.format.bits}]"
                    self.wires.append(f"  wire {span} {delay}{wire} = {source};")
                    bits_in += port.format.bits
                else:
                    self.wires.append(f"  wire {span} {wire};")
                    results.append(wire)
                    bits_out += port.format.bits
            if simulation.netlist is not None:
                module = module_name(simulation.netlist, simulation.delays)
            else:
                values = ", ".join(f".{name}({v})" for name, v in simulation.unit.parameters)
                module = f"{simulation.unit.top} #({values})"
            name = instance_name(index)
            self.instances.append(f"  {module} {name} ({', '.join(connections)});")
        self.span_in = f"[{bits_in - 1}:0]"
        self.span_out = f"[{bits_out - 1}:0]"
        self.results = f"{{{', '.join(reversed(results))}}}"


def netlists_verilog(simulations: Sequence[Simulation], tables: bool = True) -> str:
    """All netlists of the simulations, each once, and the cell models they and the RTL need.

    Gates are `tables` or expressions; see `cell_models`. Verilator does not trace their
    pins, which are on the nets.
    """
    netlists: dict[str, tuple[Netlist, Delays]] = {}
    for simulation in simulations:
        if simulation.netlist is not None:
            name = module_name(simulation.netlist, simulation.delays)
            netlists[name] = simulation.netlist, simulation.delays
    models = models_verilog(simulations, tables)
    modules = [netlist_verilog(netlist, delays) for netlist, delays in netlists.values()]
    untraced = ["/* verilator tracing_off */", *models, "/* verilator tracing_on */"]
    return "\n".join(["`timescale 1ps / 1ps", *untraced, *modules])


def models_verilog(simulations: Sequence[Simulation], tables: bool = True) -> list[str]:
    """The cell models that the netlists and the RTL of simulations need."""
    netlists = {id(s.netlist): s.netlist for s in simulations if s.netlist is not None}
    cells: dict[str, CellLibrary] = {
        gate.cell: netlist.library for netlist in netlists.values() for gate in netlist.gates
    }
    gates = ""
    for entry in {
        s.unit.entry.name: s.unit.entry for s in simulations if s.netlist is None
    }.values():
        if (found := cells_of(entry)) is not None:
            cells |= dict.fromkeys(found[1], found[0])
        gates = gates or gates_verilog(entry)
    models = [cell_models(library, [cell], tables) for cell, library in sorted(cells.items())]
    return [*models, gates]


def drive_lines(simulations: Sequence[Simulation]) -> list[str]:
    """The bits of `in_i` for each cycle, highest first.

    A stream that is shorter than the others stays as it ends.
    """
    columns = []
    for simulation in simulations:
        unit = simulation.unit
        for port in unit.ports:
            if port.direction == "input" and port.role != "clock":
                if port in unit.operands:
                    values = np.repeat(simulation.held[port.role], unit.cycles_per_op)
                else:
                    values = simulation.protocol(port.role)
                columns.append(_bits(values, port.format))
    length = max(simulation.cycles for simulation in simulations)
    return _lines(
        [np.pad(column, ((0, length - len(column)), (0, 0)), mode="edge") for column in columns]
    )


def expect_lines(simulations: Sequence[Simulation]) -> list[str]:
    """The bits of `out_q` for each cycle by the reference operators, highest first.

    `-` stands where nothing is expected: before a unit's latency has passed, between
    the results of a unit that takes several cycles, where a result has no reference,
    and after the end of a stream that is shorter than the others.
    """
    length = max(simulation.cycles for simulation in simulations)
    columns = []
    for simulation in simulations:
        unit = simulation.unit
        results = unit.references(simulation.held)
        for port in output_ports(unit):
            out = np.arange(port.latency, simulation.cycles, unit.cycles_per_op)
            column = np.full((length, port.format.bits), _NOTHING, dtype=np.uint8)
            if port.role == "valid":
                column[unit.latency : simulation.cycles] = ord("0")
                column[out] = ord("1")
            elif port.role in results:
                column[out] = _bits(results[port.role], port.format)[: out.size]
            columns.append(column)
    return _lines(columns)


def output_ports(unit: UnitSpec) -> list[Port]:
    """Everything that a unit puts out: its results and, where it has one, valid."""
    return [port for port in unit.ports if port.direction == "output"]


def output_slices(
    simulations: Sequence[Simulation],
) -> Iterator[tuple[Simulation, Port, slice]]:
    """Where each output of each simulation stands in a line of `out_q`."""
    high = sum(port.format.bits for s in simulations for port in output_ports(s.unit))
    for simulation in simulations:
        for port in output_ports(simulation.unit):
            low = high - port.format.bits
            yield simulation, port, slice(low, high)
            high = low


def _bits(values: IntArray, number: IntFormat) -> npt.NDArray[np.uint8]:
    """ASCII bits, highest first; shape (cycles, number.bits)."""
    shifts = np.arange(number.bits - 1, -1, -1)
    return (number.encode(values)[:, None] >> shifts & 1).astype(np.uint8) + ord("0")


def _lines(columns: Sequence[npt.NDArray[np.uint8]]) -> list[str]:
    rows = np.concatenate(columns[::-1], axis=1)
    return [row.tobytes().decode("ascii") for row in rows]
