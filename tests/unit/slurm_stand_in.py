"""Stands in for Slurm: `sbatch`, `squeue` and `scancel`, whose jobs run on this machine.

Called by the name under which it lies on the PATH. Jobs are kept in the folder that the
variable SLURM_STAND_IN names, each in one of its own: script, process id, output.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path


def sbatch(folder: Path, script: str) -> None:
    """Start a job script, in a group of processes of its own, and say its number."""
    options = _options(Path(script).read_text(encoding="utf-8"))
    if options.ntasks != 1 or not re.fullmatch(r"\d+[KMG]", options.mem):
        sys.exit(f"sbatch: error: not understood: {options}")
    for number in count(1):
        job = folder / str(number)
        with suppress(FileExistsError):  # several are submitted at once
            job.mkdir()
            break
    # Slurm keeps a copy: the script may be removed at once.
    kept = shutil.copy(script, job / "script")
    with (job / "out").open("wb") as out:
        process = subprocess.Popen(
            ["/bin/sh", "-c", 'chmod +x "$0" && exec "$0"', kept], stdout=out, stderr=out,
            stdin=subprocess.DEVNULL, start_new_session=True,
            env=dict(os.environ, SLURM_JOB_ID=job.name),
        )  # fmt: skip
    (job / "pid").write_text(str(process.pid))
    print(f"Submitted batch job {number}")


def squeue(folder: Path) -> None:
    """The numbers of the jobs that run, one a line."""
    for job in sorted(folder.iterdir()):
        with suppress(ProcessLookupError):
            os.killpg(int((job / "pid").read_text()), 0)
            print(job.name)


def scancel(folder: Path, number: str) -> None:
    """End a job."""
    with suppress(ProcessLookupError):
        os.killpg(int((folder / number / "pid").read_text()), signal.SIGTERM)


def _options(script: str) -> argparse.Namespace:
    """What the lines #SBATCH say; those that Slurm has not are refused."""
    parser = argparse.ArgumentParser("sbatch", exit_on_error=True, allow_abbrev=False)
    parser.add_argument("-J", "--job-name")
    parser.add_argument("-n", "--ntasks", type=int)
    parser.add_argument("--cpus-per-task", type=int, required=True)
    parser.add_argument("--mem", required=True)
    parser.add_argument("-t", "--time", required=True)
    lines = re.findall(r"^#SBATCH (.*)$", script, re.MULTILINE)
    return parser.parse_args(" ".join(lines).split())


if __name__ == "__main__":
    commands: dict[str, Callable[..., None]] = {
        "sbatch": sbatch, "squeue": squeue, "scancel": scancel,
    }  # fmt: skip
    commands[Path(sys.argv[0]).name](Path(os.environ["SLURM_STAND_IN"]), *sys.argv[1:])
