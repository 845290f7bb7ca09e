"""How fast the kernel is, beside what its arithmetic alone would take.

`python -m characterize.simulators.bitparallel.rates UNIT ...` prints both. Times are
processor times of one thread, the best of several runs.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from characterize.cell_table import load_library
from characterize.delays import DELAY_MODELS, Delays, delays_of
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.binding import CKernel, levels
from characterize.simulators.bitparallel.lanes import Job, words
from characterize.simulators.bitparallel.planes import PlaneBuilder
from characterize.simulators.bitparallel.program import compile_netlist
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry

_RUNS = 5
# Cycles of a run: some tenths of a second.
_CYCLES = {"zero": 1 << 25, "unit": 1 << 22, "library": 1 << 19}


@dataclass(frozen=True, slots=True)
class Rate:
    """Cycles a second: of a netlist, and of the register-only loop for as many nets."""

    cycles_per_s: float
    limit_per_s: float


def rate(
    netlist: Netlist, delays: Delays, kernel: CKernel, cycles: int, settled: bool = True
) -> Rate:
    """Rate of a netlist with random operands in the kernel, their transposition included.

    Parameters
    ----------
    settled
        Whether `ones` are counted too.
    """
    program = compile_netlist(netlist, delays)
    lanes = kernel.most_lanes(program)
    steps = cycles // lanes + 8  # no power of two: see Stream
    builder = PlaneBuilder(lanes * steps + 1)
    random = np.random.default_rng(1)
    for port in netlist.unit.operands:
        nets = netlist.ports[port.name]
        builder.drive(nets, random.integers(0, 1 << len(nets), lanes * steps + 1))
    nothing = np.zeros((len(program.flip_flops), words(lanes)), dtype=np.uint64)
    first = np.arange(lanes) * steps
    job = Job(program, builder.planes(), first, steps, lanes, nothing, check=False, settled=settled)
    taken = _best(lambda: kernel.run(job))
    return Rate(lanes * steps / taken, limit(kernel, netlist.nets))


def limit(kernel: CKernel, nets: int) -> float:
    """Cycles a second of so many nets if nothing but the arithmetic took time: limit.h."""
    rounds = 1 << 22
    taken = _best(lambda: kernel.register_loop(rounds))
    return kernel.register_loop_bits * rounds / taken / nets


def _best(run: Callable[[], object]) -> float:
    """Processor time of the shortest of several runs, in s."""
    times = []
    for _ in range(_RUNS):
        begin = time.process_time()
        run()
        times.append(time.process_time() - begin)
    return min(times)


def main(names: list[str]) -> None:
    """Print the rates of units with every instruction set and delay model."""
    library = load_library("asap7")
    for name in names:
        netlist = synthesize(Registry().unit(name), library)
        timing = analyze(netlist)
        for level in levels():
            for model in DELAY_MODELS:
                delays = delays_of(netlist, timing, model)
                # The limit counts toggles alone; only without delays can `ones` be left out.
                for settled in (True, False) if model == "zero" else (True,):
                    found = rate(netlist, delays, CKernel(level), _CYCLES[model], settled)
                    print(
                        f"{name} {netlist.nets} nets {level} {model}"
                        f"{'' if settled else ' toggles only'}: "
                        f"{found.cycles_per_s / 1e6:.2f} M cycles/s, "
                        f"{100 * found.cycles_per_s / found.limit_per_s:.1f} % of the limit"
                    )


if __name__ == "__main__":
    main(sys.argv[1:])
