"""The engines by their names."""

from pathlib import Path

from characterize.errors import CharacterizeError
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.bitparallel.oracle import NumpyKernel
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulator
from characterize.simulators.verilator import Verilator

ENGINES = ("icarus", "verilator", "bitparallel", "bitparallel-numpy")


def engine(name: str, keep: Path | None = None) -> Simulator:
    """The engine of this name.

    Parameters
    ----------
    keep
        Where a wrong output of a referee leaves its waves; None leaves nothing.

    Raises
    ------
    CharacterizeError
        If there is none, or the program behind it is missing or too old.
    """
    if name == "icarus":
        return Icarus(keep)
    if name == "verilator":
        return Verilator(keep)
    if name == "bitparallel":
        return BitParallel()
    if name == "bitparallel-numpy":
        return BitParallel(NumpyKernel())
    raise CharacterizeError(f"unknown engine '{name}': known are {', '.join(ENGINES)}")
