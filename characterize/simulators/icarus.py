"""Icarus Verilog, driven through cocotb: a referee that anybody can run."""

import json
import logging
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from cocotb_tools.runner import get_runner
from pywellen import Signal

from characterize.activity import Activity, block_sizes
from characterize.errors import CharacterizeError
from characterize.simulators import top
from characterize.simulators.protocol import LEAD_IN, Outcome, Simulation
from characterize.simulators.waves import count_toggles, read_waves
from characterize.testbench.bench import RESULT_FILE
from characterize.tools import require_icarus


class Icarus:
    """The engine `icarus`.

    Raises
    ------
    CharacterizeError
        If Icarus Verilog is missing or too old.
    """

    name = "icarus"

    def __init__(self) -> None:
        self.version = require_icarus()

    def run(self, simulations: Sequence[Simulation]) -> list[Outcome]:
        """See `Simulator.run`; all simulations run side by side in one process."""
        with tempfile.TemporaryDirectory(prefix="gatewatt-icarus-") as folder:
            return _run(list(simulations), Path(folder))


def _run(simulations: list[Simulation], work: Path) -> list[Outcome]:
    dump = any(simulation.counted for simulation in simulations)
    (work / "drive.txt").write_text("\n".join(top.drive_lines(simulations)))
    (work / "expect.txt").write_text("\n".join(top.expect_lines(simulations)))
    (work / "top.v").write_text(top.top_verilog(simulations))
    (work / "netlists.v").write_text(top.netlists_verilog(simulations))
    rtl = {path: None for s in simulations if s.netlist is None for path in s.unit.entry.files}
    _simulate([work / "top.v", work / "netlists.v", *rtl], work, dump)
    _check(simulations, work)
    waves = read_waves(work / top.DUMP_FILE) if dump else {}
    half_period = top.half_period(simulations)
    return [
        Outcome(simulation.visible_results, _activity(simulation, waves, index, half_period))
        for index, simulation in enumerate(simulations)
    ]


def _simulate(sources: list[Path], work: Path, dump: bool) -> None:
    """Build and run; cocotb's own messages go to a log that a failure quotes."""
    log = work / "simulator.log"
    runner = get_runner("icarus")
    runner.log.setLevel(logging.CRITICAL)  # what went wrong is said here, in one line
    try:
        runner.build(
            sources=sources,
            hdl_toplevel=top.TOP,
            build_dir=work / "build",
            build_args=["-g2005-sv"],
            log_file=log,
        )
        runner.test(
            hdl_toplevel=top.TOP,
            test_module="characterize.testbench.bench",
            build_dir=work / "build",
            test_dir=work,
            results_xml=str(work / "results.xml"),
            extra_env={"GATEWATT_BENCH": str(work), "COCOTB_LOG_LEVEL": "WARNING"},
            # Without it the runner disables every dump, our own too.
            waves=dump,
            log_file=log,
        )
    except (SystemExit, RuntimeError, OSError):
        # A failed bench has left its result, which says more than cocotb's status.
        if (work / RESULT_FILE).is_file():
            return
        raise CharacterizeError(f"Icarus Verilog failed: {_last_error(log)}") from None


def _last_error(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it left no message"])[0].strip()


def _check(simulations: list[Simulation], work: Path) -> None:
    """Raise for the first simulation whose outputs were wrong."""
    path = work / RESULT_FILE
    if not path.is_file():
        raise CharacterizeError(
            f"Icarus Verilog ended without a result: {_last_error(work / 'simulator.log')}"
        )
    result = json.loads(path.read_text())
    cycles = max(simulation.cycles for simulation in simulations)
    if result["cycles"] != cycles:
        raise CharacterizeError(f"Icarus Verilog checked {result['cycles']} of {cycles} cycles")
    expected = (work / "expect.txt").read_text().split() if result["failures"] else []
    for cycle, got in result["failures"]:
        for simulation, port, bits in top.output_slices(simulations):
            wanted = expected[cycle][bits]
            if "-" not in wanted and got[bits] != wanted:
                unit = simulation.unit
                operation = (cycle - port.latency) // unit.cycles_per_op
                operands = ", ".join(
                    f"{role} = {values[operation]}" for role, values in simulation.held.items()
                )
                raise CharacterizeError(
                    f"{simulation.label}: cycle {cycle}: {port.name} is {got[bits]}, "
                    f"but {unit.entry.table['operator']} of {operands} is {wanted}"
                )


def _activity(
    simulation: Simulation, waves: Mapping[str, Signal], index: int, half_period: int
) -> Activity | None:
    netlist = simulation.netlist
    if netlist is None or not simulation.counted:
        return None
    cycles_per_op = simulation.unit.cycles_per_op
    operations = block_sizes(simulation.operations, simulation.blocks)
    toggles, ones = count_toggles(
        waves,
        scope=f"{top.TOP}.{top.instance_name(index)}",
        nets=netlist.nets,
        # Cycle t begins with the rising edge in the middle of period t.
        start=(1 + 2 * LEAD_IN * cycles_per_op) * half_period,
        period=2 * half_period,
        cycles=operations * cycles_per_op,
    )
    return Activity(operations, toggles, toggles, ones, cycles_per_op)
