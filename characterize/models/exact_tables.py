"""Energy of a MAC whose operand stays: an exact table of its multiplier, a linear rest.

What toggles in the multiplier, operands and products included, hangs on the operand that
stays and on the two values between which the other one moves: every such triple is run
through the gates, once. Where both change, between tiles, no table has room for all that
can happen: these few operations are run when they are asked for. Adder, register and clock
are linear in the toggle rates of addend, product, propagate, carry and sum, fitted on
synthetic streams (`models.streams`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from characterize.activity import Activity
from characterize.delays import Delays
from characterize.energy import EnergyReport, block_energies_fj
from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.models.operand_statistics import Fit, fit
from characterize.models.streams import OPERATIONS, STREAMS, mac_streams
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.bitparallel.generated import fill_walk
from characterize.simulators.bitparallel.per_cycle import PerCycle, per_cycle
from characterize.simulators.protocol import Simulation
from characterize.timing import StaticTiming
from characterize.units import Port, UnitSpec
from sim.formats import IntArray, IntFormat
from sim.statistics import OperandStatistics
from sim.statistics_counter import StatisticsCounter

OTHER = {"x": "w", "w": "x"}
_PART = "multiplier"
_SIGNALS = ("addend", "product", "propagate", "carry", "sum")
_CYCLES = 1 << 20  # that are run at once
Codes = npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class ExactTable:
    """The model of a unit.

    Attributes
    ----------
    netlist, delays
        Of the unit.
    moving
        The operand that moves, x or w.
    weights_fj
        Energy of a toggle of each net that only x and w move; 0 of the others, shape (nets,).
    table_fj
        Energy of the multiplier's toggles: of the code that stays, the code before and the
        code after, shape (2^held, 2^moving, 2^moving).
    rest
        Energy of everything else, from `rest_features`.
    """

    netlist: Netlist
    delays: Delays
    moving: str
    weights_fj: FloatArray
    table_fj: npt.NDArray[np.float32]
    rest: Fit

    def turns_fj(self, before: Mapping[str, Codes], after: Mapping[str, Codes]) -> FloatArray:
        """Energy of the multiplier's toggles where both operands may change.

        Parameters
        ----------
        before, after
            Codes of x and w in the operation before, and in the one that is asked for.
        """
        operands = {}
        for role in "xw":
            pairs = np.array([before[role], after[role]], dtype=np.int64).T.ravel()
            operands[role] = _port(self.netlist.unit, role).format.wrap(pairs)
        return _cycles(self.netlist, self.delays, self.weights_fj, operands).energy[::2]


def exact_table(
    netlist: Netlist,
    timing: StaticTiming,
    delays: Delays,
    clock_ps: float,
    moving: str = "x",
    streams: int = STREAMS,
    operations: int = OPERATIONS,
) -> ExactTable:
    """Make the model of a unit that adds a product to its neighbour's sum.

    Parameters
    ----------
    moving
        The operand that moves, x or w.
    streams, operations
        Synthetic ones, and how long each is.

    Raises
    ------
    CharacterizeError
        If the unit is another one.
    """
    unit = netlist.unit
    if {port.role for port in unit.operands} != {"x", "w", "addend"}:
        raise CharacterizeError(f"{unit.name}: exact tables are those of units with x, w, addend")
    operands = mac_streams(unit, streams, operations)
    (outcome,) = BitParallel().run([Simulation(unit, operands, netlist, streams, delays)])
    activity = outcome.activity
    assert activity is not None
    weights = multiplier_weights_fj(netlist, timing, activity, clock_ps)
    energies = block_energies_fj(netlist, timing, activity, clock_ps)
    rest = energies - activity.toggles @ weights / activity.operations
    return ExactTable(
        netlist, delays, moving, weights, _table(netlist, delays, weights, moving),
        fit(_features(unit, operands, streams, operations), rest),
    )  # fmt: skip


def rest_features(statistics: OperandStatistics) -> FloatArray:
    """What the linear part takes."""
    return np.concatenate([statistics.toggle_rate(signal) for signal in _SIGNALS])


def multiplier_weights_fj(
    netlist: Netlist, timing: StaticTiming, activity: Activity, clock_ps: float
) -> FloatArray:
    """Energy of a toggle of each net that only x and w move; 0 of the others, shape (nets,)."""
    every = EnergyReport(netlist, timing, activity, clock_ps).toggle_energy_fj
    own = np.array([part == _PART for part in netlist.net_parts])
    for role in "xw":
        own[list(netlist.ports[_port(netlist.unit, role).name])] = True
    return np.where(own, every, 0.0)


@dataclass(frozen=True, eq=False)
class HeldCycles:
    """What every ordered transition of the operand that moves did, for some that stay.

    Attributes
    ----------
    held
        Codes that stay, shape (held,).
    energy_fj
        Of the code that stays, the code before and the code after, shape (held, size, size).
    last_step
        As of `PerCycle`, for each set of nets, shape (sets, held, size, size).
    """

    held: IntArray
    energy_fj: FloatArray
    last_step: IntArray


def held_cycles(
    netlist: Netlist,
    delays: Delays,
    moving: str,
    weights_fj: FloatArray,
    sets: Sequence[Sequence[int]] = (),
) -> Iterator[HeldCycles]:
    """Every value that stays, with every ordered transition of the one that moves.

    Parameters
    ----------
    moving
        The operand that moves, x or w.
    weights_fj
        Energy of a toggle of each net that counts, shape (nets,).
    sets
        Nets of each set whose last change is wanted.

    Yields
    ------
    HeldCycles
        Of some codes that stay, in ascending order.
    """
    unit = netlist.unit
    moves, stays = _port(unit, moving).format, _port(unit, OTHER[moving]).format
    size, held = 1 << moves.bits, np.arange(1 << stays.bits)
    walk = np.zeros(size * size + 1, dtype=np.uint8)
    fill_walk(size, 0, [walk])
    order = np.argsort(walk[:-1].astype(np.int64) * size + walk[1:])
    together = max(_CYCLES // walk.size, 1)
    for first in range(0, held.size, together):
        some = held[first : first + together]
        operands = {
            moving: np.tile(moves.wrap(walk.astype(np.int64)), some.size),
            OTHER[moving]: np.repeat(stays.wrap(some), walk.size),
        }
        cycles = _cycles(netlist, delays, weights_fj, operands, sets)
        shape = (some.size, walk.size)
        # The last cycle of each turns to the next code that stays.
        energy = np.append(cycles.energy, 0.0).reshape(shape)[:, order]
        steps = np.pad(cycles.last_step, ((0, 0), (0, 1))).reshape(-1, *shape)[..., order]
        yield HeldCycles(
            some,
            energy.reshape(some.size, size, size),
            steps.reshape(-1, some.size, size, size),
        )


def _table(
    netlist: Netlist, delays: Delays, weights: FloatArray, moving: str
) -> npt.NDArray[np.float32]:
    """Energy of every transition, with every value that stays."""
    parts = held_cycles(netlist, delays, moving, weights)
    return np.concatenate([part.energy_fj.astype(np.float32) for part in parts])


def _cycles(
    netlist: Netlist,
    delays: Delays,
    weights: FloatArray,
    operands: dict[str, IntArray],
    sets: Sequence[Sequence[int]] = (),
) -> PerCycle:
    """Each operation but the first, with sums that bring nothing."""
    whole = {**operands, "addend": np.zeros_like(operands["x"])}
    return per_cycle(Simulation(netlist.unit, whole, netlist, 1, delays), weights, sets)


def _features(
    unit: UnitSpec, operands: dict[str, IntArray], streams: int, operations: int
) -> FloatArray:
    formats = [_port(unit, role).format for role in ("x", "w", "addend")]
    rows = []
    for stream in range(streams):
        part = slice(stream * operations, (stream + 1) * operations + 1)
        counter = StatisticsCounter(formats[0], formats[1], formats[2].bits)
        x, w, addend = (operands[role][part] for role in ("x", "w", "addend"))
        counter.update(x, w, np.ones_like(x), addend=addend)
        rows.append(rest_features(counter.statistics))
    return np.array(rows)


def _port(unit: UnitSpec, role: str) -> Port:
    port = unit.port(role)
    assert port is not None
    assert isinstance(port.format, IntFormat)
    return port
