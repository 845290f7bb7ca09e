"""A process of its own for each contestant: its time and its memory are nobody else's."""

import multiprocessing
import os
import re
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

from characterize.bench.case import BenchCase
from characterize.bench.contestant import Contestant, Name
from characterize.errors import CharacterizeError
from sim.formats import IntArray

# What is counted to say that an engine has started.
FIRST_VECTORS = 100
_SHORTEST_S = 1e-6


@dataclass(frozen=True, eq=False)
class Run:
    """A run of a contestant.

    Attributes
    ----------
    toggles
        Of each net, shape (nets,).
    seconds
        Processor time of the process and of those that it started; with several
        threads time on the wall.
    beginning_s
        How much of it a run of one vector takes too: a program's start.
    """

    toggles: IntArray
    seconds: float
    beginning_s: float = 0.0

    @property
    def rate_seconds(self) -> float:
        """Seconds that grow with the vectors."""
        return max(self.seconds - self.beginning_s, _SHORTEST_S)


class Worker:
    """A contestant in a process; closed at the end of a `with`.

    Attributes
    ----------
    start_up_s
        Time on the wall from the netlist to the first counts: compilers included.

    Raises
    ------
    CharacterizeError
        If the engine cannot run the case.
    """

    def __init__(self, name: Name, case: BenchCase) -> None:
        self.name = name
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        self._pool.submit(os.getpid).result()  # Python itself is not counted
        try:
            self.start_up_s = self._pool.submit(_Here.start, name, case).result()
            self._begin_s = min(self._pool.submit(_Here.run, 1).result().seconds for _ in range(2))
        except BaseException:
            self._pool.shutdown()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def run(self, vectors: int) -> Run:
        """Count the beginning of the case's sequence.

        Raises
        ------
        CharacterizeError
            If the engine fails.
        """
        try:
            run = self._pool.submit(_Here.run, vectors).result()
        except BrokenProcessPool:
            raise CharacterizeError(
                f"{self.name} ended at {vectors} vectors: is there memory enough?"
            ) from None
        return replace(run, beginning_s=self._begin_s)

    def peak_memory_mb(self) -> float:
        """The most memory of the process, or of the largest that it started, so far."""
        return self._pool.submit(_Here.peak_memory_mb).result()


class _Here:
    """What there is in the process of a worker."""

    contestant: ClassVar[Contestant]
    threads: ClassVar[int]

    @classmethod
    def start(cls, name: Name, case: BenchCase) -> float:
        begin = time.perf_counter()
        cls.contestant, cls.threads = contestant(name, case), name.threads
        cls.contestant.run(FIRST_VECTORS)
        return time.perf_counter() - begin

    @classmethod
    def run(cls, vectors: int) -> Run:
        begin = cls._clock()
        toggles = cls.contestant.run(vectors)
        return Run(toggles, cls._clock() - begin)

    @classmethod
    def _clock(cls) -> float:
        if cls.threads > 1:
            return time.perf_counter()
        # Of this process to the nanosecond, of its children as the system tells.
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime

    @staticmethod
    def peak_memory_mb() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        status = Path("/proc/self/status")
        # On Linux ru_maxrss begins with what the process that started this one had.
        if status.is_file() and (found := re.search(r"VmHWM:\s*(\d+) kB", status.read_text())):
            own = int(found[1])
        return max(own, children) * (1 if sys.platform == "darwin" else 1024) / 1e6


def contestant(name: Name, case: BenchCase) -> Contestant:
    """The engine of this name, ready to run a case.

    Raises
    ------
    CharacterizeError
        If there is none, or what it needs is missing.
    """
    # Each process imports what its engine needs, no more: memory is compared.
    if name.engine in ("bitparallel", "bitparallel-numpy"):
        from characterize.bench.of_bitparallel import BitParallelContestant  # noqa: PLC0415

        return BitParallelContestant(case, name.simd, name.threads)
    if name.engine == "icarus":
        from characterize.bench.of_icarus import IcarusContestant  # noqa: PLC0415

        return IcarusContestant(case)
    if name.engine == "verilator-saif":
        from characterize.bench.of_verilator import VerilatorContestant  # noqa: PLC0415

        return VerilatorContestant(case)
    if name.engine in ("cocotb-icarus", "cocotb-verilator"):
        from characterize.bench.of_cocotb import CocotbContestant  # noqa: PLC0415

        return CocotbContestant(case, name.engine.removeprefix("cocotb-"))
    if name.engine in ("kyupy-logicsim", "kyupy-wavesim"):
        from characterize.bench.of_kyupy import KyupyContestant  # noqa: PLC0415

        return KyupyContestant(case)
    raise CharacterizeError(f"unknown engine '{name.engine}' in the benchmark")
