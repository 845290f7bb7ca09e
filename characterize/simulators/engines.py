"""The engines by their names."""

from pathlib import Path

from characterize.errors import CharacterizeError
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulator
from characterize.simulators.verilator import Verilator

ENGINES = ("icarus", "verilator")


def engine(name: str, keep: Path | None = None) -> Simulator:
    """The engine of this name.

    Parameters
    ----------
    keep
        Where a wrong output leaves its waves; None leaves nothing.

    Raises
    ------
    CharacterizeError
        If there is none, or the program behind it is missing or too old.
    """
    if name == "icarus":
        return Icarus(keep)
    if name == "verilator":
        return Verilator(keep)
    raise CharacterizeError(f"unknown engine '{name}': known are {', '.join(ENGINES)}")
