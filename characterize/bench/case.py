"""What every engine gets: a netlist, delays, and the same sequence of operands."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from characterize.cache import NO_CACHE, Cache
from characterize.cell_table import load_library
from characterize.delays import Delays, delays_of
from characterize.netlist import Netlist
from characterize.simulators.bitparallel.generated import fill_uniform
from characterize.simulators.protocol import Simulation
from characterize.stimulus import DOT_PRODUCT_LENGTH
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry
from sim.formats import IntArray

UNITS = ("multiplier_array_x4s_w4s", "multiplier_array_x8s_w8s", "mac_array_x8s_w8s_a32")
DELAY_MODELS = ("zero", "unit")
LIBRARY = "asap7"
SEED = 1


@dataclass(frozen=True, eq=False)
class BenchCase:
    """A netlist with the delays of its gates, and its operands.

    Operands are uniform codes of one sequence, whose beginning every engine gets; each
    makes them in its run, by the same code (`codes`), and the time counts. A MAC is
    cleared at the first and as often as in a sweep.
    """

    netlist: Netlist
    delays: Delays

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"{self.netlist.unit.name}, {self.delays.model} delay"

    @cached_property
    def compared(self) -> IntArray:
        """Nets whose toggles are compared: all but the clock's, shape (nets,)."""
        return np.array(sorted(set(range(self.netlist.nets)) - self.netlist.clock_nets))

    def codes(self, begin: int, count: int) -> dict[str, npt.NDArray[np.uint8]]:
        """Role of each operand -> codes of `count` cycles from one on."""
        operands = self.netlist.unit.operands
        total = sum(port.format.bits for port in operands if port.format.bits > 1)
        streams = [np.empty(count, dtype=np.uint8) for _ in range(0, total, 8)]
        fill_uniform(SEED, begin, streams)
        found, low = {}, 0
        for port in operands:
            bits = port.format.bits
            if bits == 1:
                found[port.role] = np.full(count, port.role == "enable", dtype=np.uint8)
                if port.role == "clear":
                    found[port.role][-begin % DOT_PRODUCT_LENGTH :: DOT_PRODUCT_LENGTH] = 1
                continue
            stream = streams[low // 8]
            # Both units have operands of 4 or of 8 bits: none lies across two bytes.
            found[port.role] = (
                stream if bits == 8 else (stream >> np.uint8(low % 8)) & np.uint8((1 << bits) - 1)
            )
            low += bits
        return found

    def simulation(self, vectors: int) -> Simulation:
        """The beginning of the sequence, as engines of the package take it."""
        unit = self.netlist.unit
        codes = self.codes(0, vectors + 1)
        operands: dict[str, IntArray] = {
            port.role: port.format.wrap(codes[port.role].astype(np.int64)) for port in unit.operands
        }
        return Simulation(unit, operands, self.netlist, 1, self.delays)


def bench_case(unit: str, delay_model: str, cache: Cache = NO_CACHE) -> BenchCase:
    """The case of a unit and a delay model.

    Raises
    ------
    CharacterizeError
        If one of them is unknown, or the unit cannot be synthesized.
    """
    netlist = synthesize(Registry().unit(unit), load_library(LIBRARY), cache)
    return BenchCase(netlist, delays_of(netlist, analyze(netlist), delay_model))
