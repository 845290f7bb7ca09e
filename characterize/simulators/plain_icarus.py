"""Icarus Verilog without a bench beside it: the referee where many operations are compared.

The operands come from a file, what is put out goes into another, and the changes of all
nets come through a pipe while it runs. Its counts are those of `Icarus`, in a third of the
time; where an output is wrong, that one runs, says what, and leaves its waves.
"""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from characterize.errors import CharacterizeError
from characterize.simulators import top
from characterize.simulators.icarus import Icarus
from characterize.simulators.observe import first_error
from characterize.simulators.plain_top import NETS, plain_verilog
from characterize.simulators.protocol import Outcome, Simulation
from characterize.simulators.waves import Watch, count_toggles_of
from sim.formats import IntArray

_DRIVE, _RECORD, _TOP, _NETLISTS, _PROGRAM = "drive.txt", "record.txt", "top.v", "cells.v", "run"
_NOTHING = ord("-")
Counts = list[tuple[IntArray, IntArray]]


class PlainIcarus:
    """The referee `icarus`, without cocotb.

    Parameters
    ----------
    keep
        Where a wrong output leaves its waves; see `Icarus`.

    Raises
    ------
    CharacterizeError
        If Icarus Verilog is missing or too old.
    """

    name = Icarus.name
    is_referee = True

    def __init__(self, keep: Path | None = None) -> None:
        self._bench = Icarus(keep)
        self.version = self._bench.version

    def run(self, simulations: Sequence[Simulation]) -> list[Outcome]:
        """See `Simulator.run`."""
        chosen = list(simulations)
        counted = [index for index, simulation in enumerate(chosen) if simulation.counted]
        with tempfile.TemporaryDirectory(prefix="gatewatt-icarus-") as folder:
            work = Path(folder)
            counts = self._simulate(chosen, counted, work)
            if not _as_expected(chosen, work):
                return self._bench.run(chosen)
        activities = {
            index: chosen[index].activity(toggles, ones)
            for index, (toggles, ones) in zip(counted, counts, strict=True)
        }
        return [
            Outcome(simulation.visible_results, activities.get(index))
            for index, simulation in enumerate(chosen)
        ]

    def _simulate(self, simulations: list[Simulation], counted: list[int], work: Path) -> Counts:
        """Build, run, and count meanwhile."""
        reading, writing = os.pipe()
        # What is dumped before it is read waits in the pipe, and ends with the simulator.
        with os.fdopen(reading, "rb") as dump:
            try:
                # Icarus wants a name that ends in .vcd.
                (work / top.DUMP_FILE).symlink_to(f"/dev/fd/{writing}")
                texts = plain_verilog(simulations, _DRIVE, _RECORD, top.DUMP_FILE)
                (work / _DRIVE).write_text("\n".join(top.drive_lines(simulations)) + "\n")
                for file, text in zip((_TOP, _NETLISTS), texts, strict=True):
                    (work / file).write_text(text)
                rtl = {
                    p: None for s in simulations if s.netlist is None for p in s.unit.entry.files
                }
                sources = [_TOP, _NETLISTS, *(str(path.resolve()) for path in rtl)]
                command = ["iverilog", "-g2005-sv", "-s", top.TOP, "-o", _PROGRAM, *sources]
                build = subprocess.run(
                    command, cwd=work, capture_output=True, text=True, check=False
                )
                if build.returncode:
                    raise _failure(build.stderr + build.stdout)
                with (work / "said.txt").open("w") as said:
                    process = subprocess.Popen(
                        ["vvp", "-n", _PROGRAM],
                        cwd=work, stdout=said, stderr=said, pass_fds=[writing],
                    )  # fmt: skip
            finally:
                os.close(writing)
            try:
                half = top.half_period(simulations)
                watches = [
                    Watch.of(simulations[i], f"{top.TOP}.{top.instance_name(i)}.{NETS}", half, 0)
                    for i in counted
                ]
                counts = count_toggles_of(dump, top.DUMP_FILE, watches) if counted else []
            except CharacterizeError:
                process.kill()
                raise
            finally:
                status = process.wait()
        if status:
            raise _failure((work / "said.txt").read_text(errors="replace"))
        return counts


def _as_expected(simulations: list[Simulation], work: Path) -> bool:
    """Whether every output was what the references say in every cycle, X and Z never."""
    wanted, got = (
        np.frombuffer(text, dtype=np.uint8)
        for text in (
            "".join(top.expect_lines(simulations)).encode(),
            b"".join((work / _RECORD).read_bytes().split()),
        )
    )
    if wanted.size != got.size:
        raise CharacterizeError(
            f"Icarus Verilog showed {got.size} of {wanted.size} bits: does the Verilog call "
            f"$finish, or is there no room in {tempfile.gettempdir()}?"
        )
    return bool(((wanted == got) | (wanted == _NOTHING)).all())


def _failure(said: str) -> CharacterizeError:
    return CharacterizeError(f"Icarus Verilog failed: {first_error(said)}")
