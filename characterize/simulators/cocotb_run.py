"""What the simulators that cocotb drives share: files, checks, counts, kept waves."""

import json
import logging
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from characterize.activity import Activity
from characterize.errors import CharacterizeError
from characterize.simulators import top
from characterize.simulators.protocol import Outcome, Simulation
from characterize.simulators.waves import Watch, count_toggles
from characterize.testbench import bench

_DRIVE, _EXPECT, _TOP, _NETLISTS = "drive.txt", "expect.txt", "top.v", "netlists.v"
LOG_FILE = "simulator.log"


class WrongOutputError(CharacterizeError):
    """An output differs from the reference operator.

    Attributes
    ----------
    index
        Of the simulation among those that ran together.
    """

    def __init__(self, message: str, index: int) -> None:
        super().__init__(message)
        self.index = index


class CocotbSimulator(ABC):
    """A simulator that runs the cocotb bench; all simulations of a run side by side.

    Parameters
    ----------
    keep
        Where a wrong output leaves a wave dump of everything, with the Verilog and
        the bits that were driven and expected, in a folder named after the unit;
        None leaves nothing.
    """

    name: str
    version: str
    is_referee = True
    title: str  # what messages call it

    def __init__(self, keep: Path | None = None) -> None:
        self._keep = keep

    def run(self, simulations: Sequence[Simulation]) -> list[Outcome]:
        """See `Simulator.run`."""
        chosen = list(simulations)
        with tempfile.TemporaryDirectory(prefix=f"gatewatt-{self.name}-") as folder:
            work = Path(folder)
            dump = "nets" if any(simulation.counted for simulation in chosen) else "none"
            self._simulate(chosen, work, dump)
            try:
                self._check(chosen, work)
            except WrongOutputError as error:
                if self._keep is None:
                    raise
                place = self._leave_everything(chosen, chosen[error.index])
                instance = f"{top.TOP}.{top.instance_name(error.index)}"
                raise WrongOutputError(
                    f"{error}; waves of {instance}: {place / top.DUMP_FILE}", error.index
                ) from None
            activities = self._activities(chosen, work)
        return [
            Outcome(simulation.visible_results, activity)
            for simulation, activity in zip(chosen, activities, strict=True)
        ]

    @abstractmethod
    def _simulate(self, simulations: list[Simulation], work: Path, dump: str) -> None:
        """Build and run; `dump` is `none`, `nets` (those that are counted) or `everything`."""

    def _activities(self, simulations: list[Simulation], work: Path) -> list[Activity | None]:
        """What was counted in a folder where the simulations ran."""
        counted = [i for i, simulation in enumerate(simulations) if simulation.counted]
        if not counted:
            return [None] * len(simulations)
        half_period = top.half_period(simulations)
        # Cycle t begins with the rising edge in the middle of period t.
        watches = [
            Watch.of(simulations[index], f"{top.TOP}.{top.instance_name(index)}", half_period, 1)
            for index in counted
        ]
        counts = count_toggles(work / top.DUMP_FILE, watches)
        of_simulation = dict(zip(counted, counts, strict=True))
        return [
            simulation.activity(*of_simulation[index]) if simulation.counted else None
            for index, simulation in enumerate(simulations)
        ]

    def _write(self, simulations: list[Simulation], work: Path, top_text: str, netlists_text: str
    ) -> list[Path]:  # fmt: skip
        """Write what the bench reads and the Verilog; the sources in their order."""
        (work / _DRIVE).write_text("\n".join(top.drive_lines(simulations)))
        (work / _EXPECT).write_text("\n".join(top.expect_lines(simulations)))
        (work / _TOP).write_text(top_text)
        (work / _NETLISTS).write_text(netlists_text)
        rtl = {path: None for s in simulations if s.netlist is None for path in s.unit.entry.files}
        return [work / _TOP, work / _NETLISTS, *rtl]

    def _build(self, runner: Any, sources: Sequence[Path], work: Path, **options: Any) -> None:
        runner.log.setLevel(logging.CRITICAL)  # what went wrong is said here, in one line
        try:
            runner.build(
                sources=sources,
                hdl_toplevel=top.TOP,
                build_dir=work / "build",
                log_file=work / LOG_FILE,
                **options,
            )
        except (SystemExit, RuntimeError, OSError):
            raise self._failure(work) from None

    def _run_bench(self, runner: Any, work: Path, extra_env: Mapping[str, str], **options: Any
    ) -> None:  # fmt: skip
        """Run the bench; cocotb's own messages go to a log that a failure quotes."""
        runner.log.setLevel(logging.CRITICAL)  # what went wrong is said here, in one line
        (work / bench.RESULT_FILE).unlink(missing_ok=True)
        try:
            runner.test(
                hdl_toplevel=top.TOP,
                hdl_toplevel_lang="verilog",
                test_module="characterize.testbench.bench",
                build_dir=work / "build",
                test_dir=work,
                results_xml=str(work / "results.xml"),
                extra_env={bench.FOLDER: str(work), "COCOTB_LOG_LEVEL": "WARNING", **extra_env},
                log_file=work / LOG_FILE,
                **options,
            )
        except (SystemExit, RuntimeError, OSError):
            # A failed bench has left its result, which says more than cocotb's status.
            if not (work / bench.RESULT_FILE).is_file():
                raise self._failure(work) from None

    def _failure(self, work: Path) -> CharacterizeError:
        log = work / LOG_FILE
        lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
        errors = [line for line in lines if "error" in line.lower()]
        said = (errors or lines or ["it left no message"])[0].strip()
        return CharacterizeError(f"{self.title} failed: {said}")

    def _check(self, simulations: list[Simulation], work: Path) -> None:
        """Raise for the first simulation whose outputs were wrong."""
        path = work / bench.RESULT_FILE
        if not path.is_file():
            raise self._failure(work)
        try:
            result = json.loads(path.read_text())
        except ValueError as error:
            raise CharacterizeError(
                f"{self.title} left half a result: is there room in {tempfile.gettempdir()}? "
                "TMPDIR names another folder"
            ) from error
        cycles = max(simulation.cycles for simulation in simulations)
        if result["cycles"] != cycles:
            raise CharacterizeError(f"{self.title} checked {result['cycles']} of {cycles} cycles")
        expected = (work / _EXPECT).read_text().split() if result["failures"] else []
        for cycle, got in result["failures"]:
            for simulation, port, bits in top.output_slices(simulations):
                wanted = expected[cycle][bits]
                if "-" not in wanted and got[bits] != wanted:
                    unit = simulation.unit
                    operation = (cycle - port.latency) // unit.cycles_per_op
                    operands = ", ".join(
                        f"{role} = {values[operation]}" for role, values in simulation.held.items()
                    )
                    title = unit.entry.operator.title
                    reference = port.role if port.role == "valid" else title(port.role)
                    raise WrongOutputError(
                        f"{simulation.label}: cycle {cycle}: {port.name} is {got[bits]}, "
                        f"but {reference} of {operands} is {wanted}",
                        simulations.index(simulation),
                    )

    def _leave_everything(self, simulations: list[Simulation], wrong: Simulation) -> Path:
        """Run again with a dump of everything; move that and what it came from to `keep`."""
        assert self._keep is not None
        place = self._keep / f"{wrong.unit.name}-{'rtl' if wrong.netlist is None else 'netlist'}"
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"gatewatt-{self.name}-") as folder:
            self._simulate(simulations, Path(folder), "everything")
            for name in (top.DUMP_FILE, _TOP, _NETLISTS, _DRIVE, _EXPECT, bench.RESULT_FILE):
                shutil.move(Path(folder) / name, place / name)
        return place
