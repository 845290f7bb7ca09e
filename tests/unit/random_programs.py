"""Random operations, flip-flops, clock gates and streams for the bit-parallel engine."""

from dataclasses import dataclass

import numpy as np

from characterize.simulators.bitparallel.lanes import Job, pack
from characterize.simulators.bitparallel.planes import PlaneBuilder, Planes
from characterize.simulators.bitparallel.program import ClockGate, FlipFlop, Op, Program

# Functions of 2, 3, 4, 5 and 6 inputs that the kernel knows by name: exclusive or,
# inverted majority, AND-OR-INVERT 22, 221 and 222.
_KNOWN = ((2, 0x6), (3, 0x17), (4, 0x0777), (5, 0x00000777), (6, 0x0000077707770777))


@dataclass(frozen=True, eq=False)
class RandomCase:
    """A program whose net 0 clears its flip-flops, and a stream for it."""

    program: Program
    planes: Planes
    cycles: int


def random_case(seed: int, timed: bool, stateful: bool, cycles: int) -> RandomCase:
    """A program of every kind of thing, and `cycles` cycles of operands."""
    rng = np.random.default_rng(seed)
    inputs = int(rng.integers(2, 12))
    flip_flop_count = int(rng.integers(1, 8)) if stateful else 0
    constants = {inputs + flip_flop_count + k: int(rng.integers(2)) for k in range(2)}
    sources = inputs + flip_flop_count + len(constants)
    ops = []
    last = sources + int(rng.integers(1, 60))
    for output in range(sources, last):
        if rng.integers(3) == 0:
            count, table = _KNOWN[int(rng.integers(len(_KNOWN)))]
        else:
            count = int(rng.integers(1, 7))
            table = int.from_bytes(rng.bytes(8), "little") & ((1 << (1 << count)) - 1)
        # Near ones more often: chains, not bushes.
        near = rng.integers(max(0, output - 12), output, size=count)
        far = rng.integers(0, output, size=count)
        chosen = np.where(rng.integers(4, size=count) > 0, near, far)
        ops.append(Op(table, tuple(chosen.tolist()), output, int(rng.integers(6)) * timed))
    flip_flops, clock_gates = [], []
    if stateful:
        for k in range(int(rng.integers(3))):
            parent = None if k == 0 or rng.integers(2) else 0
            enable = int(rng.integers(sources, last))
            # Cleared flip-flops have to be clocked: a parent is open then too.
            clock_gates.append(ClockGate((enable, 0), last, parent))
            last += 1
        for k in range(flip_flop_count):
            data, wanted = last, int(rng.integers(0, last))
            while wanted in {gate.output for gate in clock_gates}:
                wanted = int(rng.integers(0, last))
            # What is wanted, and not clear.
            ops.append(Op(0b0010, (wanted, 0), data, int(rng.integers(6)) * timed))
            last += 1
            gate = int(rng.integers(-1, len(clock_gates)))
            flip_flops.append(
                FlipFlop(
                    data,
                    inputs + k,
                    None if gate < 0 else gate,
                    bool(rng.integers(2)),
                    int(rng.integers(4)) * timed,
                )
            )
    program = Program(
        nets=last,
        signals=last,
        inputs=tuple(range(inputs)),
        constants=constants,
        ops=tuple(ops),
        flip_flops=tuple(flip_flops),
        clock_gates=tuple(clock_gates),
        timed=timed,
        operand_delay=int(rng.integers(4)) * timed,
    )
    builder = PlaneBuilder(cycles)
    clear = rng.integers(12, size=cycles) == 0
    clear[:4] = True
    builder.drive([0], clear.astype(np.int64))
    builder.drive(list(range(1, inputs)), rng.integers(0, 1 << (inputs - 1), cycles))
    checked = rng.integers(0, sources, size=3).tolist()
    # Mostly not expected at all, so that some streams are right.
    care = (rng.integers(200, size=cycles) == 0).astype(np.int64)
    builder.expect(checked, rng.integers(0, 8, cycles), care)
    return RandomCase(program, builder.planes(), cycles)


def random_job(case: RandomCase, seed: int) -> Job:
    """Lanes anywhere in the stream, from any state."""
    rng = np.random.default_rng(seed)
    lanes = int(rng.choice([1, 3, 64, 100, 512, 513, 1500]))
    steps = int(rng.integers(1, min(40, case.cycles - 1)))
    state = rng.integers(0, 2, size=(len(case.program.flip_flops), lanes), dtype=np.uint8)
    return Job(
        case.program,
        case.planes,
        rng.integers(0, case.cycles - steps, size=lanes),
        steps,
        int(rng.integers(1, lanes + 1)),
        pack(state),
        count=bool(rng.integers(4)),
    )
