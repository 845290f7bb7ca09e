"""What contestants that are programs share: operands in files, and running them."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.simulators.protocol import Simulation


def operand_words(simulation: Simulation) -> npt.NDArray[np.uint32]:
    """All operands of each cycle in one word, the first port lowest, as `top.Packed` has them.

    Returns
    -------
    ndarray
        Shape (cycles,), the uncounted ones first.
    """
    words = np.zeros(simulation.cycles, dtype=np.uint32)
    held, low = simulation.held, 0
    for port in simulation.unit.ports:
        if port.direction == "input" and port.role != "clock":
            words |= port.format.encode(held[port.role]).astype(np.uint32) << np.uint32(low)
            low += port.format.bits
    return words


def work_folder(prefix: str) -> Path:
    """A folder that is there until the process ends."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def run_program(
    command: Sequence[str | Path],
    work: Path,
    label: str,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a program in a folder.

    Raises
    ------
    CharacterizeError
        With its first error, if it fails.
    """
    run = subprocess.run(
        command, cwd=work, capture_output=True, text=True, check=False,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    if run.returncode != 0:
        lines = [line.strip() for line in (run.stderr + run.stdout).splitlines() if line.strip()]
        errors = [line for line in lines if "error" in line.lower()] or lines or ["no message"]
        raise CharacterizeError(f"{label}: {Path(command[0]).name} failed: {errors[0]}")
