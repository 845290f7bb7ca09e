"""The cluster page's example of Slurm, as it stands there, with commands in Slurm's place."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.docs.blocks import blocks

REPOSITORY = Path(__file__).parents[2]
STAND_IN = Path(__file__).parent / "slurm_stand_in.py"
JOBS = 2
# A task of each library: one a worker.
SWEEP = ["characterize", "run", "--units", "adder_*_x8u_y8u", "--library", "asap7", "--library",
         "sky130hd", "--stimulus", "uniform", "--vectors", "2000", "--no-cache"]  # fmt: skip
# Writes down in which job it simulates: no job is the process that gives the command.
ICARUS = """#!/bin/sh
[ "$1" = -V ] || echo "job ${{SLURM_JOB_ID:-none}}" >> {record}
exec {vvp} "$@"
"""


@pytest.fixture
def slurm(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Environment of a machine with Slurm; no job outlives the test."""
    commands, jobs = tmp_path / "bin", tmp_path / "jobs"
    commands.mkdir()
    jobs.mkdir()
    for name in ("sbatch", "squeue", "scancel"):
        _executable(commands / name, f"#!{sys.executable}\n{STAND_IN.read_text()}")
    text = ICARUS.format(record=tmp_path / "simulated", vvp=shutil.which("vvp"))
    _executable(commands / "vvp", text)
    yield dict(
        os.environ, PATH=f"{commands}{os.pathsep}{os.environ['PATH']}", SLURM_STAND_IN=str(jobs),
        PYTHONPATH=str(REPOSITORY), DASK_DISTRIBUTED__DIAGNOSTICS__NVML="0",
    )  # fmt: skip
    for pid in jobs.glob("*/pid"):
        with suppress(ProcessLookupError):
            os.killpg(int(pid.read_text()), signal.SIGKILL)


def _executable(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _python(folder: Path, environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, check=False, timeout=600,
        capture_output=True, text=True,
    )  # fmt: skip
    assert not done.returncode, done.stdout + done.stderr


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.exhaustive
@pytest.mark.usefixtures("icarus")
def test_the_example_starts_workers_and_the_results_are_the_same_bytes(
    tmp_path: Path, slurm: dict[str, str]
) -> None:
    page = REPOSITORY / "docs" / "cluster.md"
    (example,) = [block for block in blocks(page) if "SLURMCluster(" in block.code]
    assert not example.runs
    (tmp_path / "on_slurm.py").write_text(example.code, encoding="utf-8")
    here, there = tmp_path / "here", tmp_path / "there"
    _python(tmp_path, slurm, "-m", *SWEEP, "--jobs", "1", "--out", str(here))
    record = tmp_path / "simulated"
    simulated = record.read_text().split("\n")[:-1]
    assert set(simulated) == {"job none"}
    record.unlink()
    _python(tmp_path, slurm, "on_slurm.py", str(JOBS), *SWEEP, "--out", str(there))
    # Every job was a worker, and all that Icarus simulated was simulated in one of them.
    jobs = sorted((tmp_path / "jobs").iterdir())
    assert [job.name for job in jobs] == [str(number + 1) for number in range(JOBS)]
    assert all("Registered to" in (job / "out").read_text() for job in jobs)
    again = record.read_text().split("\n")[:-1]
    assert len(again) == len(simulated)
    assert set(again) == {f"job {job.name}" for job in jobs}
    assert _files(there) == _files(here)
    assert "units.csv" in _files(here)
    until = time.monotonic() + 30
    while running := _output(slurm, "squeue"):
        assert time.monotonic() < until, f"not cancelled: {running}"
        time.sleep(0.2)


def test_what_slurm_would_not_take_the_stand_in_does_not(
    tmp_path: Path, slurm: dict[str, str]
) -> None:
    script = tmp_path / "script"
    good = "#!/bin/sh\n#SBATCH -n 1\n#SBATCH --cpus-per-task=1\n#SBATCH --mem=4G\n#SBATCH -t 1\n"
    for text, message in (
        (good.replace("4G", "4GB"), "not understood"),
        (good.replace("#SBATCH -t 1\n", "#SBATCH --walltime 1\n"), "required: -t/--time"),
        (good + "#SBATCH --what\n", "unrecognized arguments: --what"),
    ):
        script.write_text(text + "exit\n")
        done = subprocess.run(
            ["sbatch", str(script)], env=slurm, check=False, capture_output=True, text=True
        )
        assert done.returncode
        assert message in done.stderr
    script.write_text(good + "echo $SLURM_JOB_ID; exec sleep 100\n")
    assert _output(slurm, "sbatch", str(script)) == "Submitted batch job 1\n"
    script.unlink()
    assert _output(slurm, "squeue") == "1\n"
    _output(slurm, "scancel", "1")
    until = time.monotonic() + 30
    while _output(slurm, "squeue") and time.monotonic() < until:
        time.sleep(0.1)
    assert not _output(slurm, "squeue")


def _output(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True
    ).stdout
