"""Verilator in the benchmark: its C++ model, driven by C++, which counts into SAIF."""

import os

import numpy as np

from characterize.bench.case import BenchCase
from characterize.bench.files import operand_words, run_program, work_folder
from characterize.errors import CharacterizeError
from characterize.netlist import net_name
from characterize.simulators import top
from characterize.simulators.saif import read_saif
from characterize.tools import require_verilator
from sim.formats import IntArray

_OPERANDS, _SAIF = "operands.bin", "nets.saif"
_MAIN = """\
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include "Vtop.h"
#include "verilated.h"
#include "verilated_saif_c.h"

int main(int, char** argv) {
    const uint64_t cycles = std::strtoull(argv[1], nullptr, 10);
    VerilatedContext context;
    context.traceEverOn(true);
    Vtop model{&context};
    VerilatedSaifC trace;
    model.trace(&trace, 99);
    trace.open(argv[2]);
    std::FILE* const file = std::fopen("operands.bin", "rb");
    if (!file) return 1;
    static uint32_t words[4096];
    for (uint64_t cycle = 0, left = 0, at = 0; cycle < cycles; ++cycle, --left, ++at) {
        if (!left) {
            left = std::fread(words, sizeof words[0], 4096, file);
            at = 0;
            if (!left) return 1;
        }
        model.in_i = words[at];
%s    }
    trace.dump(2 * cycles);
    trace.close();
    model.final();
    return 0;
}
"""
_COMBINATIONAL = """\
        model.eval();
        trace.dump(2 * cycle);
"""
_CLOCKED = """\
        model.clk = 1;
        model.eval();
        trace.dump(2 * cycle);
        model.clk = 0;
        model.eval();
        trace.dump(2 * cycle + 1);
"""


class VerilatorContestant:
    """A model of the netlist, compiled with optimization; no delays.

    Raises
    ------
    CharacterizeError
        If the case has delays, or Verilator or what it needs is missing.
    """

    def __init__(self, case: BenchCase) -> None:
        if case.delays.model != "zero":
            raise CharacterizeError(f"{case.label}: Verilator has no delays")
        self._case = case
        self._work = work = work_folder("gatewatt-bench-verilator-")
        clocked = case.netlist.unit.clock is not None
        (work / "top.v").write_text(_top(case, clocked))
        (work / "netlist.v").write_text(top.netlists_verilog([case.simulation(1)], tables=False))
        (work / "main.cpp").write_text(_MAIN % (_CLOCKED if clocked else _COMBINATIONAL))
        program = require_verilator()
        run_program(
            [
                *program.command, "-cc", "--exe", "--no-timing", "-Wno-fatal", "-Wno-lint",
                "-Wno-style", "--x-initial", "0", "--trace-saif", "-Mdir", "build",
                "--top-module", top.TOP, "--prefix", "Vtop", "-o", "bench",
                work / "main.cpp", "top.v", "netlist.v",
            ],
            work, case.label, program.environment,
        )  # fmt: skip
        run_program(
            [
                "make", f"-j{os.cpu_count() or 1}", "-C", "build", "-f", "Vtop.mk",
                "OPT_FAST=-O3", "OPT_SLOW=-O1", "OPT_GLOBAL=-O3", *program.make_variables,
            ],
            work, case.label, program.environment,
        )  # fmt: skip

    def run(self, vectors: int) -> IntArray:
        """See `Contestant.run`.

        The first value of a net counts as a change from 0: what was counted by the end
        of the lead-in is subtracted.
        """
        simulation = self._case.simulation(vectors)
        words = operand_words(simulation)
        words.tofile(self._work / _OPERANDS)
        before, after = (self._counted(cycles) for cycles in (simulation.lead_in, words.size))
        return after - before

    def _counted(self, cycles: int) -> IntArray:
        run_program(["build/bench", str(cycles), _SAIF], self._work, self._case.label)
        nets = read_saif(self._work / _SAIF)
        toggles = np.zeros(self._case.netlist.nets, dtype=np.int64)
        for net in range(self._case.netlist.nets):
            path = f"TOP.{top.TOP}.{top.instance_name(0)}.{net_name(net)}"
            if path not in nets:
                raise CharacterizeError(f"net {path} is missing in the SAIF file")
            toggles[net] = nets[path].toggles
        return toggles


def _top(case: BenchCase, clocked: bool) -> str:
    """The netlist alone; where it has a clock its operands come from registers."""
    packed = top.Packed([case.simulation(1)], "in_q" if clocked else "in_i")
    return "\n".join(
        [
            f"module {top.TOP} ({'input clk, ' if clocked else ''}input {packed.span_in} in_i);",
            "/* verilator tracing_off */",
            *(["  reg " + packed.span_in + " in_q;"] if clocked else []),
            *(["  always @(posedge clk) in_q <= in_i;"] if clocked else []),
            *packed.wires,
            "/* verilator tracing_on */",
            *packed.instances,
            "endmodule",
            "",
        ]
    )
