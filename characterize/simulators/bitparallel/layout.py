"""What the C kernel needs beside the operations: known functions, and where rows lie."""

import itertools
from collections.abc import Mapping, Sequence
from functools import cache

from characterize.simulators.bitparallel.program import Op, Program


@cache
def permuted(table: int, inputs: int) -> Mapping[int, tuple[int, ...]]:
    """All tables of a function whose inputs are permuted: table -> place of each input.

    Input k of the function is then input `order[k]` of the other.
    """
    found: dict[int, tuple[int, ...]] = {}
    for order in itertools.permutations(range(inputs)):
        other = 0
        for index in range(1 << inputs):
            mine = sum((index >> order[k] & 1) << k for k in range(inputs))
            other |= (table >> mine & 1) << index
        found.setdefault(other, order)
    return found


def match(op: Op, functions: Sequence[tuple[int, int]]) -> tuple[int, tuple[int, ...]]:
    """The known function of an operation, and its inputs in that function's order.

    Parameters
    ----------
    functions
        (inputs, truth table) of each known function.

    Returns
    -------
    number : int
        Of the function; the number of functions if it is none of them.
    inputs : tuple of int
        Signals.
    """
    number, order = _number(op.table, len(op.inputs), tuple(functions))
    return number, tuple(op.inputs[k] for k in order)


@cache
def _number(
    table: int, inputs: int, functions: tuple[tuple[int, int], ...]
) -> tuple[int, tuple[int, ...]]:
    for number, (count, known) in enumerate(functions):
        if count == inputs and (order := permuted(known, inputs).get(table)):
            return number, order
    return len(functions), tuple(range(inputs))


def kept_signals(program: Program) -> frozenset[int]:
    """Signals whose settled value somebody reads: outputs apart, which the stream names."""
    kept = {flip_flop.data for flip_flop in program.flip_flops}
    for gate in program.clock_gates:
        kept |= set(gate.enables)
    return frozenset(kept)


def places(
    program: Program, sizes: Sequence[int], to_the_end: frozenset[int]
) -> tuple[list[int], int]:
    """First row of each signal, rows used again when a signal's last reader is done.

    Parameters
    ----------
    sizes
        Rows that each signal needs.
    to_the_end
        Signals that are read when all operations are done.

    Returns
    -------
    first : list of int
        For each signal; 0 for those that nothing drives.
    rows : int
        Rows in all.
    """
    last = dict.fromkeys(to_the_end, len(program.ops))
    for index, op in enumerate(program.ops):
        for signal in op.inputs:
            last[signal] = max(index, last.get(signal, 0))
    first = [0] * program.signals
    free: dict[int, list[int]] = {}
    rows = 0
    dying: dict[int, list[int]] = {}

    def take(signal: int, when: int) -> None:
        nonlocal rows
        spare = free.get(sizes[signal])
        if spare:
            first[signal] = spare.pop()
        else:
            first[signal] = rows
            rows += sizes[signal]
        dying.setdefault(last.get(signal, when), []).append(signal)

    # Constants keep their rows: they are written once.
    for net in program.constants:
        last[net] = len(program.ops)
    for net in (*program.constants, *program.inputs, *(f.output for f in program.flip_flops)):
        take(net, 0)
    for index, op in enumerate(program.ops):
        take(op.output, index)
        for signal in dying.pop(index, []):
            free.setdefault(sizes[signal], []).append(first[signal])
    return first, rows
