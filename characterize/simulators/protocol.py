"""What every simulator engine takes and gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from characterize.activity import Activity, block_sizes
from characterize.delays import ZERO, Delays
from characterize.netlist import Netlist
from characterize.units import RESETS, UnitSpec
from sim.formats import IntArray

# Uncounted operations: the largest operands once, so that registers which hold at
# a zero are known, then the first ones; more where a unit needs them.
LEAD_IN = 4


@dataclass(frozen=True, eq=False)
class Simulation:
    """One unit to simulate with one stimulus.

    Attributes
    ----------
    unit
        What is simulated: its RTL, or `netlist`.
    operands
        Role of each operand port -> values, shape (uncounted + 1 + operations,); the
        first ones are not counted.
    netlist
        Its mapped netlist; None simulates the RTL.
    blocks
        In how many blocks toggles are counted, as equal as possible, or the sizes of
        these blocks; 0 counts none, which is faster.
    delays
        Of the netlist's gates; RTL runs without.
    uncounted
        Operations of `operands` behind their first that are not counted: with them a
        unit with state comes to what it holds in the midst of a stream.
    """

    unit: UnitSpec
    operands: Mapping[str, IntArray]
    netlist: Netlist | None = None
    blocks: int | tuple[int, ...] = 1
    delays: Delays = ZERO
    uncounted: int = 0

    @cached_property
    def held(self) -> Mapping[str, IntArray]:
        """The operations that are driven: `operands` behind the uncounted ones."""
        return self.held_between(0, self.operations + self.lead_in)

    @cached_property
    def block_sizes(self) -> IntArray:
        """Counted operations of each block, shape (blocks,)."""
        if isinstance(self.blocks, tuple):
            return np.array(self.blocks, dtype=np.int64)
        return block_sizes(self.operations, max(1, self.blocks))

    def held_between(self, begin: int, end: int) -> Mapping[str, IntArray]:
        """Operations of `held` from one to another, which is not among them."""
        # The first of `operands` is the last of those before all of them.
        first, last = (max(at - self.driven_before + 1, 0) for at in (begin, end))
        return {
            role: np.concatenate([before[begin:end], self.operands[role][first:last]])
            for role, before in self._before.items()
        }

    @cached_property
    def _before(self) -> Mapping[str, IntArray]:
        found: dict[str, IntArray] = {}
        for port in self.unit.operands:
            values = self.operands[port.role]
            largest = values[:1] if port.format.bits == 1 else [port.format.max]
            # A longer lead-in also writes what only some operands write.
            mixed = np.resize(values, self.driven_before - LEAD_IN)
            first = np.repeat(values[:1], LEAD_IN - 2)
            found[port.role] = np.concatenate([largest, mixed, first])
        return found

    @cached_property
    def lead_in(self) -> int:
        """Number of operations before the first counted one."""
        return self.driven_before + self.uncounted

    @property
    def driven_before(self) -> int:
        """Number of operations that are driven up to the first of `operands`, itself one."""
        return max(LEAD_IN, self.unit.lead_in)

    def protocol(self, role: str) -> IntArray:
        """What an input port that is no operand carries, shape (cycles,).

        Parameters
        ----------
        role
            `start`: 1 in the first cycle of each operation. `reset` and `reset_n`: active
            in the first half of the uncounted operations.
        """
        cycle = np.arange(self.cycles, dtype=np.int64)
        if role in RESETS:
            active = cycle < self.driven_before // 2 * self.unit.cycles_per_op
            return np.asarray(active == (role == "reset"), dtype=np.int64)
        return np.asarray(cycle % self.unit.cycles_per_op == 0, dtype=np.int64)

    @property
    def operations(self) -> int:
        """Number of counted operations."""
        return len(next(iter(self.operands.values()))) - 1 - self.uncounted

    @cached_property
    def cycles(self) -> int:
        """Number of clock cycles, those of the uncounted operations included."""
        return (self.operations + self.lead_in) * self.unit.cycles_per_op

    @property
    def visible_results(self) -> int:
        """Number of operands whose results are out before the end."""
        unit = self.unit
        return self.operations + self.uncounted + 1 - -(-unit.latency // unit.cycles_per_op)

    def activity(self, toggles: IntArray, ones: IntArray) -> Activity:
        """What was counted, shapes (blocks, nets) and (nets,), by a simulator of one run."""
        return Activity(self.block_sizes, toggles, toggles, ones, self.unit.cycles_per_op)

    @property
    def counted(self) -> bool:
        """Whether toggles are counted."""
        return self.netlist is not None and self.blocks != 0

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"{self.unit.name} ({'RTL' if self.netlist is None else 'netlist'})"


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a simulation showed.

    Attributes
    ----------
    vectors_checked
        Operands whose results were compared with the reference operator, bit by bit.
    activity
        Toggles of every net with the simulation's delays, `functional` the same as
        `toggles`; None where they are not counted.
    """

    vectors_checked: int
    activity: Activity | None


class Simulator(Protocol):
    """An engine; its version is that of the program behind it.

    A referee is a standard simulator, which runs RTL too; the counts of any other
    engine are held against one.
    """

    name: str
    version: str
    is_referee: bool

    def run(self, simulations: Sequence[Simulation]) -> list[Outcome]:
        """Simulate, check every output of every cycle, count toggles.

        Raises
        ------
        CharacterizeError
            If an output differs from the reference operator, or the engine fails.
        """
        ...
