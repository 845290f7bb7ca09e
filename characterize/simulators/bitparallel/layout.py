"""What the C kernel needs beside the operations: known functions, and where rows lie."""

import itertools
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import replace
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


def schedule(program: Program, sizes: Sequence[int]) -> Program:
    """The same program, its operations in an order in which few rows wait for readers.

    Next comes the operation that frees most rows more than it fills, and of those the
    one that became ready last.

    Parameters
    ----------
    sizes
        Rows that each signal needs.
    """
    ops = program.ops
    driver = {op.output: index for index, op in enumerate(ops)}
    inputs = [sorted({s for s in op.inputs if s in driver}) for op in ops]
    readers: dict[int, list[int]] = {}
    for index, signals in enumerate(inputs):
        for signal in signals:
            readers.setdefault(signal, []).append(index)
    left = {signal: len(found) for signal, found in readers.items()}
    missing = [len(signals) for signals in inputs]
    ready = {index: 0 for index, count in enumerate(missing) if not count}  # -> since when

    def worth(index: int) -> tuple[int, int, int]:
        freed = sum(sizes[signal] for signal in inputs[index] if left[signal] == 1)
        output = ops[index].output
        return freed - (sizes[output] if output in readers else 0), ready[index], index

    order: list[Op] = []
    while ready:
        index = max(ready, key=worth)
        del ready[index]
        order.append(ops[index])
        for signal in inputs[index]:
            left[signal] -= 1
        for reader in readers.get(ops[index].output, []):
            missing[reader] -= 1
            if not missing[reader]:
                ready[reader] = len(order)
    return replace(program, ops=tuple(order))


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
    # Constants keep their rows: they are written once.
    last |= dict.fromkeys(program.constants, len(program.ops))
    first = [0] * program.signals
    dying: dict[int, list[int]] = {}
    rows = _Rows()

    def take(signal: int, when: int) -> None:
        first[signal] = rows.take(sizes[signal])
        dying.setdefault(last.get(signal, when), []).append(signal)

    for net in (*program.constants, *program.inputs, *(f.output for f in program.flip_flops)):
        take(net, 0)
    for index, op in enumerate(program.ops):
        take(op.output, index)
        for signal in dying.pop(index, []):
            rows.free(first[signal], sizes[signal])
    return first, rows.end


class _Rows:
    """Rows in use and gaps between them; the lowest gap that is large enough is taken."""

    def __init__(self) -> None:
        self.end = 0
        self._gaps: list[tuple[int, int]] = []  # begin, end; ascending, never touching

    def take(self, size: int) -> int:
        for index, (begin, end) in enumerate(self._gaps):
            if end - begin >= size:
                self._gaps[index : index + 1] = [(begin + size, end)] if end - begin > size else []
                return begin
        begin = self.end
        if self._gaps and self._gaps[-1][1] == self.end:
            begin = self._gaps.pop()[0]
        self.end = begin + size
        return begin

    def free(self, begin: int, size: int) -> None:
        end = begin + size
        index = bisect(self._gaps, (begin, end))
        if index < len(self._gaps) and self._gaps[index][0] == end:
            end = self._gaps.pop(index)[1]
        if index and self._gaps[index - 1][1] == begin:
            index -= 1
            begin = self._gaps.pop(index)[0]
        self._gaps.insert(index, (begin, end))
