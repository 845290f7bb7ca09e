"""Icarus Verilog, driven through cocotb: a referee that anybody can run."""

import json
import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cocotb_tools.runner import get_runner

from characterize.activity import Activity, block_sizes
from characterize.errors import CharacterizeError
from characterize.simulators import top
from characterize.simulators.protocol import LEAD_IN, Outcome, Simulation
from characterize.simulators.waves import Watch, count_toggles
from characterize.testbench.bench import RESULT_FILE
from characterize.tools import require_icarus
from sim.formats import IntArray


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
    counted = [i for i, simulation in enumerate(simulations) if simulation.counted]
    half_period = top.half_period(simulations)
    watches = [_watch(simulations[index], index, half_period) for index in counted]
    counts = count_toggles(work / top.DUMP_FILE, watches) if dump else []
    of_simulation = dict(zip(counted, counts, strict=True))
    return [
        Outcome(simulation.visible_results, _activity(simulation, of_simulation.get(index)))
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
        with _vcd_dump():
            runner.test(
                hdl_toplevel=top.TOP,
                test_module="characterize.testbench.bench",
                build_dir=work / "build",
                test_dir=work,
                results_xml=str(work / "results.xml"),
                extra_env={"GATEWATT_BENCH": str(work), "COCOTB_LOG_LEVEL": "WARNING"},
                # Else the runner disables every dump, our own too.
                waves=dump,
                log_file=log,
            )
    except (SystemExit, RuntimeError, OSError):
        # A failed bench has left its result, which says more than cocotb's status.
        if (work / RESULT_FILE).is_file():
            return
        raise CharacterizeError(f"Icarus Verilog failed: {_last_error(log)}") from None


@contextmanager
def _vcd_dump() -> Iterator[None]:
    """Make the runner append `-vcd` to its command, where the last format wins.

    It asks for FST, which takes longer to read than the simulation to run.
    """
    before = os.environ.get("SIM_CMD_SUFFIX")
    os.environ["SIM_CMD_SUFFIX"] = "-vcd"
    try:
        yield
    finally:
        os.environ.pop("SIM_CMD_SUFFIX")
        if before is not None:
            os.environ["SIM_CMD_SUFFIX"] = before


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


def _blocks(simulation: Simulation) -> IntArray:
    return block_sizes(simulation.operations, simulation.blocks)


def _watch(simulation: Simulation, index: int, half_period: int) -> Watch:
    assert simulation.netlist is not None
    cycles_per_op = simulation.unit.cycles_per_op
    return Watch(
        scope=f"{top.TOP}.{top.instance_name(index)}",
        nets=simulation.netlist.nets,
        # Cycle t begins with the rising edge in the middle of period t.
        start=(1 + 2 * LEAD_IN * cycles_per_op) * half_period,
        period=2 * half_period,
        cycles=_blocks(simulation) * cycles_per_op,
    )


def _activity(simulation: Simulation, counts: tuple[IntArray, IntArray] | None) -> Activity | None:
    if counts is None:
        return None
    toggles, ones = counts
    return Activity(_blocks(simulation), toggles, toggles, ones, simulation.unit.cycles_per_op)
