"""The simulator: simulations in, outcomes out."""

import logging
from collections.abc import Sequence

import numpy as np

from characterize.activity import Activity
from characterize.errors import CharacterizeError
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.binding import CKernel, library
from characterize.simulators.bitparallel.lanes import Wrong
from characterize.simulators.bitparallel.oracle import NumpyKernel
from characterize.simulators.bitparallel.planes import Planes, planes_of
from characterize.simulators.bitparallel.program import compile_netlist
from characterize.simulators.bitparallel.stream import Kernel, Stream
from characterize.simulators.protocol import Outcome, Simulation

_log = logging.getLogger(__name__)

# Of the algorithm: it goes up when counts may change. No count depends on the kernel.
VERSION = "1"


class BitParallel:
    """The engines `bitparallel` and `bitparallel-numpy`.

    They run netlists. An activity's `functional` toggles are counted beside the
    others, in the same run.

    Parameters
    ----------
    kernel
        What runs the lanes; the best there is if None.
    jobs
        Number of threads.
    """

    version = ""  # its code is the package's own
    is_referee = False

    def __init__(self, kernel: Kernel | None = None, jobs: int = 1) -> None:
        self._kernel = kernel or best_kernel()
        self._jobs = jobs
        self.version = VERSION
        self.name = "bitparallel"
        if isinstance(self._kernel, NumpyKernel):
            self.name = "bitparallel-numpy"

    def run(self, simulations: Sequence[Simulation]) -> list[Outcome]:
        """See `Simulator.run`.

        Raises
        ------
        CharacterizeError
            Also if a simulation has no netlist, or its netlist cannot be run.
        """
        outcomes: list[Outcome] = []
        driven: tuple[object, object] = None, None
        for simulation in simulations:
            if simulation.netlist is None:
                raise CharacterizeError(
                    f"{simulation.label}: the engine {self.name} runs netlists only, "
                    "give one or another engine"
                )
            # What is driven and expected does not hang on delays.
            if driven != (id(simulation.operands), id(simulation.netlist)):
                planes = planes_of(simulation, simulation.netlist)
                driven = id(simulation.operands), id(simulation.netlist)
            outcomes.append(self._outcome(simulation, simulation.netlist, planes))
        return outcomes

    def _outcome(self, simulation: Simulation, netlist: Netlist, planes: Planes) -> Outcome:
        program = compile_netlist(netlist, simulation.delays)
        cycles_per_op = simulation.unit.cycles_per_op
        operations = simulation.block_sizes
        edges = (simulation.lead_in + np.concatenate([[0], np.cumsum(operations)])) * cycles_per_op
        stream = Stream(self._kernel, program, planes, self._jobs)
        try:
            counts = stream.run([int(edge) for edge in edges])
        except CharacterizeError as error:
            raise CharacterizeError(f"{simulation.label}: {error}") from None
        if counts.wrong is not None:
            raise wrong_result(simulation, counts.wrong)
        if not simulation.counted:
            return Outcome(simulation.visible_results, None)
        clock = simulation.unit.clock
        if clock is not None:
            for net in netlist.ports[clock.name]:
                counts.toggles[:, net] = counts.functional[:, net] = 2 * operations * cycles_per_op
        activity = Activity(
            operations,
            counts.toggles,
            counts.functional,
            counts.ones.sum(axis=0),
            cycles_per_op,
            counts.ones,
        )
        return Outcome(simulation.visible_results, activity)


def best_kernel() -> Kernel:
    """The compiled kernel; where it was not built that of NumPy, with a warning."""
    if library() is not None:
        return CKernel()
    _log.warning(
        "the bit-parallel kernel was not built (no C compiler at installation, or no headers of "
        "Python, python3-dev?): NumPy takes its place, some 100 times slower"
    )
    return NumpyKernel()


def wrong_result(simulation: Simulation, wrong: Wrong) -> CharacterizeError:
    """What to say of the first output that differs from the reference operator."""
    unit = simulation.unit
    results = unit.references(simulation.held)
    position = 0
    for port in unit.ports:
        if port.direction != "output":
            continue
        bits = wrong.bits[position : position + port.format.bits]
        position += port.format.bits
        got = "".join(str(bit) for bit in bits[::-1])
        operation, phase = divmod(wrong.cycle - port.latency, unit.cycles_per_op)
        if port.role == "valid":
            if wrong.cycle < unit.latency:
                continue
            wanted = str(int(phase == 0))
        elif phase or operation < 0 or port.role not in results:
            continue
        else:
            code = int(port.format.encode(results[port.role][operation : operation + 1])[0])
            wanted = format(code, f"0{port.format.bits}b")
        if got != wanted:
            operands = ", ".join(
                f"{role} = {values[operation]}" for role, values in simulation.held.items()
            )
            reference = port.role if port.role == "valid" else unit.entry.operator.title(port.role)
            return CharacterizeError(
                f"{simulation.label}: cycle {wrong.cycle}: {port.name} is {got}, "
                f"but {reference} of {operands} is {wanted}"
            )
    raise AssertionError("an output was wrong, but none is")
