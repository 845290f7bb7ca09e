"""cocotb in the benchmark, with Icarus and with Verilator: every net read in Python."""

import json
import os
from contextlib import suppress
from pathlib import Path

import cocotb_tools.config
import numpy as np
from cocotb_tools.runner import get_runner

from characterize.bench import sampling
from characterize.bench.case import BenchCase
from characterize.bench.files import operand_words, run_program, work_folder
from characterize.errors import CharacterizeError
from characterize.simulators import top
from characterize.tools import require_icarus, require_verilator
from sim.formats import IntArray

SIMULATORS = ("icarus", "verilator")


class CocotbContestant:
    """A simulator that `sampling.py` drives.

    Parameters
    ----------
    simulator
        One of `SIMULATORS`; Verilator only without delays.

    Raises
    ------
    CharacterizeError
        If the simulator is missing, or has no such delays.
    """

    def __init__(self, case: BenchCase, simulator: str) -> None:
        self._case, self._simulator = case, simulator
        self._work = work = work_folder(f"gatewatt-bench-{simulator}-")
        (work / "build").mkdir()
        (work / "top.v").write_text(_top(case))
        (work / "netlist.v").write_text(
            top.netlists_verilog([case.simulation(1)], tables=simulator == "icarus")
        )
        if simulator == "icarus":
            require_icarus()
            # What cocotb's runner starts.
            sources = (str(work / "top.v"), str(work / "netlist.v"))
            run_program(
                ["iverilog", "-g2005-sv", "-s", top.TOP, "-o", "build/sim.vvp", *sources],
                work, case.label,
            )  # fmt: skip
        else:
            self._verilate()

    def _verilate(self) -> None:
        if self._case.delays.model != "zero":
            raise CharacterizeError(f"{self._case.label}: Verilator has no delays")
        program = require_verilator()
        libraries = cocotb_tools.config.libs_dir
        run_program(
            [
                *program.command, "-cc", "--exe", "--vpi", "--public-flat-rw", "--no-timing",
                "-Wno-fatal", "-Wno-lint", "-Wno-style", "--timescale-override", "1ps/1ps",
                "--x-initial", "0", "-Mdir", "build", "--top-module", top.TOP,
                "--prefix", "Vtop", "-o", top.TOP,
                "-LDFLAGS", f"-Wl,-rpath,{libraries} -L{libraries} -lcocotbvpi_verilator",
                Path(cocotb_tools.config.share_dir) / "lib" / "verilator" / "verilator.cpp",
                "top.v", "netlist.v",
            ],
            self._work, self._case.label, program.environment,
        )  # fmt: skip
        run_program(
            [
                "make", f"-j{os.cpu_count() or 1}", "-C", "build", "-f", "Vtop.mk",
                *program.make_variables,
            ],
            self._work, self._case.label, program.environment,
        )  # fmt: skip

    def run(self, vectors: int) -> IntArray:
        """See `Contestant.run`."""
        case, work = self._case, self._work
        simulation = case.simulation(vectors)
        words = operand_words(simulation)
        (work / sampling.OPERANDS_FILE).write_text("\n".join(map(str, words.tolist())))
        (work / sampling.RESULT_FILE).unlink(missing_ok=True)
        delayed = case.delays.model != "zero"
        settled = case.delays.settled_after(case.netlist) if delayed else 0
        runner = get_runner(self._simulator)
        runner.log.disabled = True
        # The missing result says so.
        with suppress(SystemExit, RuntimeError, OSError):
            runner.test(
                hdl_toplevel=top.TOP,
                hdl_toplevel_lang="verilog",
                test_module="characterize.bench.sampling",
                build_dir=work / "build",
                test_dir=work,
                results_xml=str(work / "results.xml"),
                log_file=work / "log",
                extra_env={
                    sampling.FOLDER: str(work),
                    sampling.NETS: str(case.netlist.nets),
                    sampling.LEAD_IN: str(simulation.lead_in),
                    sampling.HALF: str(top.half_period([simulation])),
                    sampling.SETTLED: str(settled),
                    "COCOTB_LOG_LEVEL": "WARNING",
                },
            )
        if not (work / sampling.RESULT_FILE).is_file():
            raise CharacterizeError(f"{case.label}: cocotb with {self._simulator} left no counts")
        return np.array(json.loads((work / sampling.RESULT_FILE).read_text()), dtype=np.int64)


def _top(case: BenchCase) -> str:
    """The netlist; a register takes the operands, so that they change with the clock."""
    packed = top.Packed([case.simulation(1)], "in_q")
    return "\n".join(
        [
            "`timescale 1ps / 1ps",
            f"module {top.TOP};",
            "  reg clk;",
            f"  reg {packed.span_in} in_i, in_q;",
            *packed.wires,
            "  always @(posedge clk) in_q <= in_i;",
            *packed.instances,
            "endmodule",
            "",
        ]
    )
