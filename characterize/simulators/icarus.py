"""Icarus Verilog, driven through cocotb: a referee that anybody can run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cocotb_tools.runner import get_runner

from characterize.simulators import top
from characterize.simulators.cocotb_run import CocotbSimulator
from characterize.simulators.protocol import Simulation
from characterize.tools import require_icarus


class Icarus(CocotbSimulator):
    """The engine `icarus`.

    Parameters
    ----------
    keep
        Where a wrong output leaves its waves; see `CocotbSimulator`.

    Raises
    ------
    CharacterizeError
        If Icarus Verilog is missing or too old.
    """

    name = "icarus"
    title = "Icarus Verilog"

    def __init__(self, keep: Path | None = None) -> None:
        super().__init__(keep)
        self.version = require_icarus()

    def _simulate(self, simulations: list[Simulation], work: Path, dump: str) -> None:
        sources = self._write(
            simulations, work, top.top_verilog(simulations, dump), top.netlists_verilog(simulations)
        )
        runner = get_runner("icarus")
        self._build(runner, sources, work, build_args=["-g2005-sv"])
        with _vcd_dump():
            # Without `waves` the runner disables every dump, our own too.
            self._run_bench(runner, work, {}, waves=dump != "none")


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
