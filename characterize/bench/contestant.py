"""One protocol for all engines that are compared."""

from dataclasses import dataclass
from typing import Protocol

from sim.formats import IntArray


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """An engine as a row of the table names it.

    Attributes
    ----------
    engine
        `icarus`, `verilator-saif`, `cocotb-icarus`, `cocotb-verilator`, `kyupy-logicsim`,
        `kyupy-wavesim`, `bitparallel` or `bitparallel-numpy`.
    simd
        Instruction set of `bitparallel`; empty for the others.
    """

    engine: str
    simd: str = ""
    threads: int = 1

    def __str__(self) -> str:
        """Engine, instruction set and threads, as figures and messages say them."""
        details = [self.simd] if self.simd else []
        if self.threads > 1:
            details.append(f"{self.threads} threads")
        return f"{self.engine} ({', '.join(details)})" if details else self.engine


class Contestant(Protocol):
    """An engine that has one case ready to run: compiled, translated, in memory."""

    def run(self, vectors: int) -> IntArray:
        """Toggles of each net over the beginning of the case's sequence, shape (nets,).

        Raises
        ------
        CharacterizeError
            If the engine fails.
        """
        ...
