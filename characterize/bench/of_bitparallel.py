"""The bit-parallel engine in the benchmark, with each kernel."""

from collections.abc import Iterator

import numpy as np

from characterize.bench.case import SEED, BenchCase
from characterize.simulators.bitparallel.binding import CKernel
from characterize.simulators.bitparallel.exhaustive import Codes, count_chunks
from characterize.simulators.bitparallel.generated import uniform
from characterize.simulators.bitparallel.oracle import NumpyKernel
from characterize.simulators.bitparallel.stream import Kernel
from characterize.simulators.protocol import LEAD_IN
from sim.formats import IntArray

# Cycles in memory at a time.
_CHUNK = 1 << 22


class BitParallelContestant:
    """Counts as the package does.

    Parameters
    ----------
    simd
        Instruction set; empty takes NumPy.
    """

    def __init__(self, case: BenchCase, simd: str, threads: int) -> None:
        self._case = case
        self._kernel: Kernel = CKernel(simd) if simd else NumpyKernel()
        self._threads = threads

    def run(self, vectors: int) -> IntArray:
        """See `Contestant.run`."""
        case = self._case
        if case.netlist.unit.clock is None:
            totals = uniform(case.netlist, vectors, SEED, case.delays, self._kernel, self._threads)
        else:
            totals = count_chunks(
                case.netlist, self._chunks(vectors), case.delays, self._kernel, self._threads
            )
        return totals.toggles

    def _chunks(self, vectors: int) -> Iterator[Codes]:
        """Codes of all ports but the clock; the first ones clear the unit."""
        for begin in range(0, vectors + 1, _CHUNK):
            chunk = self._case.codes(begin, min(_CHUNK, vectors + 1 - begin))
            if begin == 0:
                chunk = {
                    role: np.concatenate([np.repeat(codes[:1], LEAD_IN - 1), codes])
                    for role, codes in chunk.items()
                }
            yield {port.name: chunk[port.role] for port in self._case.netlist.unit.operands}
