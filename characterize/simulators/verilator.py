"""Verilator, driven through cocotb: the second referee; it compiles, and has zero delays."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import cocotb_tools.config
import numpy as np
from cocotb_tools.runner import get_runner

from characterize.activity import Activity
from characterize.errors import CharacterizeError
from characterize.netlist import net_name
from characterize.simulators import top
from characterize.simulators.cocotb_run import LOG_FILE, CocotbSimulator
from characterize.simulators.protocol import Simulation
from characterize.simulators.saif import SaifNet, read_saif
from characterize.testbench import bench
from characterize.tools import require_verilator

COUNTS = ("waves", "saif")
# The compiled model is run for fewer seconds than a compiler spends on optimizing it.
_OPTIMIZATION = ("OPT_FAST=-O0", "OPT_SLOW=-O0", "OPT_GLOBAL=-O0")
# Passes that take a third of Verilator's time and find nothing in mapped gates.
_SKIPPED_PASSES = ("-fno-dfg", "-fno-gate", "-fno-const-bit-op-tree")
# What Verilator's own library is compiled to, the same for every model.
_RUNTIME_OBJECTS = "verilated*.o"


class Verilator(CocotbSimulator):
    """The engines `verilator` and `verilator-saif`; zero delays only.

    The units are simulated with two states: registers begin at 0, which the
    uncounted operations overwrite.

    Parameters
    ----------
    keep
        Where a wrong output leaves its waves; see `CocotbSimulator`.
    count
        What toggles are counted from: `waves`, a dump of all changes; or `saif`,
        Verilator's own counts, which have no blocks.

    Raises
    ------
    CharacterizeError
        If Verilator, make or a C++ compiler is missing or too old.
    """

    title = "Verilator"

    def __init__(self, keep: Path | None = None, count: str = "waves") -> None:
        super().__init__(keep)
        if count not in COUNTS:
            raise CharacterizeError(
                f"toggles cannot be counted from '{count}', but from waves or saif"
            )
        self._saif = count == "saif"
        self.name = "verilator-saif" if self._saif else "verilator"
        self._program = require_verilator()
        self.version = self._program.version

    def _simulate(self, simulations: list[Simulation], work: Path, dump: str) -> None:
        for simulation in simulations:
            if simulation.delays.model != "zero":
                raise CharacterizeError(
                    f"{simulation.label}: Verilator has no {simulation.delays.model} delays: "
                    "take icarus for them"
                )
            if self._saif and simulation.counted and simulation.block_sizes.size > 1:
                raise CharacterizeError(
                    f"{simulation.label}: SAIF has no "
                    f"{simulation.block_sizes.size} blocks, only totals: count from waves"
                )
        sources = self._write(
            simulations,
            work,
            top.untimed_top_verilog(simulations, dump),
            top.netlists_verilog(simulations, tables=False),
        )
        saif = self._saif and dump == "nets"
        self._compile(sources, work, dump, saif)
        everything = max(simulation.cycles for simulation in simulations)
        shorter = _counted_cycles(simulations) - {everything} if saif else set()
        # The longest run is the last: its outputs are those that are checked.
        for cycles in (*sorted(shorter), everything):
            trace = _saif_file(cycles) if saif else top.DUMP_FILE
            self._run_bench(
                get_runner("verilator"),
                work,
                {
                    bench.PERIOD: str(2 * top.half_period(simulations)),
                    bench.CYCLES: str(cycles),
                },
                test_args=["--trace", "--trace-file", trace] if dump != "none" else [],
            )

    def _compile(self, sources: list[Path], work: Path, dump: str, saif: bool) -> None:
        """Make the model `build/bench_top`.

        Not by cocotb's runner: that makes every net of the design writable, and so
        hinders its translation.
        """
        build = work / "build"
        libraries = cocotb_tools.config.libs_dir
        trace = {
            "none": [],
            "nets": ["--trace-saif" if saif else "--trace"],
            "everything": ["--trace"],
        }[dump]
        verilate: list[str | Path] = [
            *self._program.command,
            *("-cc", "--exe", "--vpi", "--no-timing", "-Wno-fatal", "-Wno-lint", "-Wno-style"),
            *("--timescale-override", "1ps/1ps", "--x-initial", "0"),
            *("-Mdir", build, "--top-module", top.TOP, "--prefix", "Vtop", "-o", top.TOP),
            *("-LDFLAGS", f"-Wl,-rpath,{libraries} -L{libraries} -lcocotbvpi_verilator"),
            *_SKIPPED_PASSES,
            *trace,
            Path(cocotb_tools.config.share_dir) / "lib" / "verilator" / "verilator.cpp",
            *sources,
        ]
        self._call(verilate, work)
        # Traced or not, and how, is compiled into it.
        cached = _runtime_folder() / f"{self.version}{''.join(trace)}"
        for path in cached.glob(_RUNTIME_OBJECTS):
            shutil.copyfile(path, build / path.name)
        jobs = f"-j{os.cpu_count() or 1}"
        make: list[str | Path] = ["make", jobs, "-C", build, "-f", "Vtop.mk", *_OPTIMIZATION]
        self._call([*make, *self._program.make_variables], work)
        if not cached.is_dir():
            cached.mkdir()
            for path in build.glob(_RUNTIME_OBJECTS):
                shutil.copyfile(path, cached / path.name)

    def _call(self, command: list[str | Path], work: Path) -> None:
        with (work / LOG_FILE).open("w") as log:
            run = subprocess.run(
                command, stdout=log, stderr=subprocess.STDOUT, check=False,
                env={**os.environ, **self._program.environment},
            )  # fmt: skip
        if run.returncode != 0:
            raise self._failure(work)

    def _activities(self, simulations: list[Simulation], work: Path) -> list[Activity | None]:
        if not self._saif:
            return super()._activities(simulations, work)
        at = {
            cycles: read_saif(work / _saif_file(cycles)) for cycles in _counted_cycles(simulations)
        }
        period = 2 * top.half_period(simulations)
        return [
            _count(simulation, at, index, period) if simulation.counted else None
            for index, simulation in enumerate(simulations)
        ]


@cache
def _runtime_folder() -> Path:
    """Where this process keeps what Verilator's own library was compiled to."""
    folder = Path(tempfile.mkdtemp(prefix="gatewatt-verilated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _saif_file(cycles: int) -> str:
    """Counts of the first cycles."""
    return f"nets_{cycles}.saif"


def _counted_cycles(simulations: list[Simulation]) -> set[int]:
    """The cycles at which the counting of some simulation begins or ends."""
    counted = [simulation for simulation in simulations if simulation.counted]
    begins = {simulation.lead_in * simulation.unit.cycles_per_op for simulation in counted}
    return begins | {simulation.cycles for simulation in counted}


def _count(
    simulation: Simulation, at: dict[int, dict[str, SaifNet]], index: int, period: int
) -> Activity:
    """What was counted at the end, less what was counted of the uncounted operations.

    The first value of a net, which Verilator counts as a change from 0, is in both.
    """
    netlist = simulation.netlist
    assert netlist is not None
    cycles_per_op = simulation.unit.cycles_per_op
    before, after = at[simulation.lead_in * cycles_per_op], at[simulation.cycles]
    toggles = np.zeros((1, netlist.nets), dtype=np.int64)
    ones = np.zeros(netlist.nets, dtype=np.int64)
    for net in range(netlist.nets):
        path = f"{top.TOP}.{top.instance_name(index)}.{net_name(net)}"
        if path not in after:
            raise CharacterizeError(f"net {path} is missing in the SAIF file")
        toggles[0, net] = after[path].toggles - before[path].toggles
        # Clocks are 1 for half a cycle, and 0 at its end.
        if net not in netlist.clock_nets:
            ones[net], rest = divmod(after[path].time_1 - before[path].time_1, period)
            if rest:
                raise CharacterizeError(f"net {path} is 1 for parts of a cycle in the SAIF file")
    operations = np.array([simulation.operations], dtype=np.int64)
    return Activity(operations, toggles, toggles, ones, cycles_per_op)
