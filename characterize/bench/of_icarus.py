"""Icarus Verilog in the benchmark: a bench in Verilog, a wave dump, its toggles counted."""

import numpy as np

from characterize.bench.case import BenchCase
from characterize.bench.files import operand_words, run_program, work_folder
from characterize.netlist import net_name
from characterize.simulators import top
from characterize.simulators.waves import Watch, count_toggles
from characterize.tools import require_icarus
from sim.formats import IntArray

_OPERANDS, _PROGRAM = "operands.hex", "bench"


class IcarusContestant:
    """Compiled Verilog, which reads its operands and the number of cycles when it runs.

    Raises
    ------
    CharacterizeError
        If Icarus Verilog is missing, or refuses the Verilog.
    """

    def __init__(self, case: BenchCase) -> None:
        require_icarus()
        self._case = case
        self._work = work = work_folder("gatewatt-bench-icarus-")
        simulation = case.simulation(1)
        (work / "top.v").write_text(_top(case))
        (work / "netlist.v").write_text(top.netlists_verilog([simulation]))
        run_program(
            ["iverilog", "-g2005-sv", "-s", top.TOP, "-o", _PROGRAM, "top.v", "netlist.v"],
            work, case.label,
        )  # fmt: skip

    def run(self, vectors: int) -> IntArray:
        """See `Contestant.run`."""
        case, work = self._case, self._work
        simulation = case.simulation(vectors)
        words = operand_words(simulation)
        (work / _OPERANDS).write_text("\n".join(f"{word:x}" for word in words.tolist()) + "\n")
        run_program(["vvp", "-n", _PROGRAM, f"+cycles={words.size}"], work, case.label)
        half = top.half_period([simulation])
        watch = Watch(
            scope=f"{top.TOP}.{top.instance_name(0)}",
            nets=case.netlist.nets,
            start=(1 + 2 * simulation.lead_in) * half,
            period=2 * half,
            cycles=np.array([vectors], dtype=np.int64),
        )
        ((toggles, _),) = count_toggles(work / top.DUMP_FILE, [watch])
        return np.asarray(toggles[0], dtype=np.int64)


def _top(case: BenchCase) -> str:
    """The netlist, its clock, operands from a file, a dump of all its nets."""
    simulation = case.simulation(1)
    packed = top.Packed([simulation], "in_i")
    half = top.half_period([simulation])
    nets = ", ".join(f"{top.instance_name(0)}.{net_name(n)}" for n in range(case.netlist.nets))
    return "\n".join(
        [
            "`timescale 1ps / 1ps",
            f"module {top.TOP};",
            "  reg clk = 1'b0;",
            f"  reg {packed.span_in} in_i, next;",
            "  integer cycles, cycle, file, got;",
            *packed.wires,
            *packed.instances,
            "  initial begin",
            '    got = $value$plusargs("cycles=%d", cycles);',
            f'    file = $fopen("{_OPERANDS}", "r");',
            f'    $dumpfile("{top.DUMP_FILE}");',
            f"    $dumpvars(0, {nets});",
            "    for (cycle = 0; cycle < cycles; cycle = cycle + 1) begin",
            '      got = $fscanf(file, "%h", next);',
            f"      #{half} clk = 1'b1;",
            "      in_i <= next;",
            f"      #{half} clk = 1'b0;",
            "    end",
            f"    #{2 * half} $finish;",
            "  end",
            "endmodule",
            "",
        ]
    )
