"""Toggles of nets from a simulator's wave dump (VCD, IEEE 1364-2005, section 18).

A dump of some units with delays has tens of millions of changes, so it is read in
pieces, each as arrays: everything that is counted adds up over them.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.netlist import net_name
from characterize.simulators.protocol import Simulation
from sim.formats import IntArray

ByteArray = npt.NDArray[np.int8]

_PIECE_BYTES = 1 << 20  # what is made of them fits the processor's caches
_DEFINITION = re.compile(rb"\$(scope|upscope|var)\b(.*?)\$end", re.DOTALL)
# Identifier codes are numbers, lowest digit first, whose digits are '!' to '~'; a
# digit is never 0, so that codes of different lengths differ.
_CODE_ZERO = ord("!") - 1
_CODE_BASE = 95
_UNKNOWN = -1
_NO_VALUE = -2
# What a line's first character says: changes of vectors, times and keywords are no values.
_VALUE_OF = np.full(256, _NO_VALUE, dtype=np.int8)
_VALUE_OF[[ord(c) for c in "01xzXZ"]] = [0, 1, *[_UNKNOWN] * 4]


@dataclass(frozen=True, eq=False)
class Watch:
    """The nets of one netlist, and when they are counted.

    Attributes
    ----------
    scope
        Path of the instance; its nets are n0, n1, ...
    nets
        Number of nets.
    start, period
        Begin of the first counted cycle; length of one, in the dump's units.
    cycles
        Cycles of each block, shape (blocks,).
    """

    scope: str
    nets: int
    start: int
    period: int
    cycles: IntArray

    @classmethod
    def of(cls, simulation: Simulation, scope: str, half: int, before: int) -> "Watch":
        """The nets of a simulation's netlist, in its counted cycles.

        Parameters
        ----------
        half
            Half of a clock period.
        before
            Of these, before the first cycle.
        """
        assert simulation.netlist is not None
        cycles_per_op = simulation.unit.cycles_per_op
        return cls(
            scope,
            simulation.netlist.nets,
            (before + 2 * simulation.lead_in * cycles_per_op) * half,
            2 * half,
            simulation.block_sizes * cycles_per_op,
        )

    @property
    def end(self) -> int:
        """End of the last counted cycle."""
        return self.start + self.period * int(self.cycles.sum())


def count_toggles(dump: Path, watches: Sequence[Watch]) -> list[tuple[IntArray, IntArray]]:
    """Toggles of the nets of netlists that were dumped together, and how they settled.

    Returns
    -------
    list of (toggles, ones)
        For each watch: 0 -> 1 and 1 -> 0 changes, int64, shape (blocks, nets), and
        the number of cycles at whose end each net is 1, int64, shape (nets,).

    Raises
    ------
    CharacterizeError
        If the dump is no VCD file, a net is missing in it, or is X or Z after the
        start of its count.
    """
    with dump.open("rb") as file:
        return count_toggles_of(file, dump.name, watches)


def count_toggles_of(
    file: BinaryIO, name: str, watches: Sequence[Watch]
) -> list[tuple[IntArray, IntArray]]:
    """`count_toggles` of a dump that comes from an open file, which has a name in messages."""
    identifiers, rest = _read_header(file, name)
    counter = _Counter(watches, identifiers)
    time = 0
    for piece in _pieces(rest, file):
        times, codes, values, time = _value_changes(piece, time)
        counter.add(times, codes, values)
    if time < max(watch.end for watch in watches):  # simulators do not notice a full disk
        raise CharacterizeError(
            f"{name}: not a whole wave dump: it ends at {time}, before its last cycle: "
            f"is there room in {tempfile.gettempdir()}? TMPDIR names another folder"
        )
    return counter.results()


def _read_header(file: BinaryIO, name: str) -> tuple[dict[str, int], bytes]:
    """Path of each net -> number of its identifier code, and what was read beyond."""
    text = b""
    while b"$enddefinitions" not in text:
        piece = file.read(_PIECE_BYTES)
        if not piece:
            raise CharacterizeError(f"{name}: not a whole wave dump: it has no definitions")
        text += piece
    header, _, rest = text.partition(b"$enddefinitions")
    scopes: list[str] = []
    identifiers = {}
    for keyword, content in _DEFINITION.findall(header):
        words = content.decode("ascii", "replace").split()
        if keyword == b"scope":
            scopes.append(words[1])
        elif keyword == b"upscope":
            scopes.pop()
        else:  # $var wire 1 ! n0 $end
            _, bits, code, net, *_ = words
            if bits == "1":
                digits = enumerate(ord(letter) - _CODE_ZERO for letter in code)
                number = sum(digit * _CODE_BASE**place for place, digit in digits)
                identifiers[".".join([*scopes, net])] = number
    return identifiers, rest.partition(b"$end")[2]


def _pieces(rest: bytes, file: BinaryIO) -> Iterator[bytes]:
    """The lines of the dump in pieces that end with a whole line."""
    while True:
        read = file.read(_PIECE_BYTES)
        whole, newline, rest = (rest + read).rpartition(b"\n")
        if newline:
            yield whole + newline
        if not read:
            return


def _value_changes(piece: bytes, time: int) -> tuple[IntArray, IntArray, ByteArray, int]:
    """Time, number of the identifier code, and value of each change of a single bit.

    Parameters
    ----------
    time
        At which the piece begins; the last thing returned is that at its end.
    """
    text = np.frombuffer(piece, dtype=np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    begins = np.concatenate([[0], ends[:-1] + 1])
    begins, ends = begins[ends > begins], ends[ends > begins]
    first = text[begins]
    is_stamp = first == ord("#")
    stamps = np.flatnonzero(is_stamp)
    instants = np.concatenate([[time], _decimal(text, begins[stamps] + 1, ends[stamps])])
    values = _VALUE_OF[first]
    changes = np.flatnonzero(values != _NO_VALUE)
    times = instants[np.cumsum(is_stamp)[changes]]
    begins, ends = begins[changes] + 1, ends[changes]
    codes = np.zeros(changes.size, dtype=np.int64)
    for place in range(int((ends - begins).max(initial=0))):
        inside = begins + place < ends
        codes[inside] += (text[begins[inside] + place] - np.int64(_CODE_ZERO)) * _CODE_BASE**place
    return times, codes, values[changes], int(instants[-1])


def _decimal(text: npt.NDArray[np.uint8], begins: IntArray, ends: IntArray) -> IntArray:
    """The decimal numbers between these positions."""
    numbers = np.zeros(begins.size, dtype=np.int64)
    for place in range(int((ends - begins).max(initial=0))):
        inside = begins + place < ends
        numbers[inside] = numbers[inside] * 10 + text[begins[inside] + place] - ord("0")
    return numbers


class _Counter:
    """Adds up the changes of all watched nets.

    Nets to which a dump gives one identifier share a line of the arrays, if they are
    of one watch. A clock that several watches see has a line for each, one after the
    other: each counts it from a begin of its own.
    """

    def __init__(self, watches: Sequence[Watch], identifiers: Mapping[str, int]) -> None:
        self._watches = watches
        self._codes = np.array(
            [
                self._code(identifiers, watch.scope, net)
                for watch in watches
                for net in range(watch.nets)
            ],
            dtype=np.int64,
        )
        # Changes are counted for each code and watch, and the counts given to their nets.
        of_net = np.repeat(np.arange(len(watches)), [watch.nets for watch in watches])
        pairs, self._line_of_net = np.unique(
            self._codes * len(watches) + of_net, return_inverse=True
        )
        lines = pairs.size
        watch_of_line = pairs % len(watches)
        known, first_line, shares = np.unique(
            pairs // len(watches), return_index=True, return_counts=True
        )
        self._line_of_code = np.full(int(known.max(initial=-1)) + 2, -1, dtype=np.int64)
        self._line_of_code[known] = first_line
        self._shares = np.zeros(lines, dtype=np.int64)
        self._shares[first_line] = shares
        cycles = np.array([watch.cycles.sum() for watch in watches], dtype=np.int64)
        self._start = np.array([watch.start for watch in watches])[watch_of_line]
        self._period = np.array([watch.period for watch in watches])[watch_of_line]
        self._cycles = cycles[watch_of_line]
        # Block of every cycle of every watch, one after the other.
        self._block = np.concatenate(
            [np.repeat(np.arange(watch.cycles.size), watch.cycles) for watch in watches]
        )
        self._first_cycle = (np.cumsum(cycles) - cycles)[watch_of_line]
        blocks = max(watch.cycles.size for watch in watches)
        self._toggles = np.zeros((blocks, lines), dtype=np.int64)
        self._ones = np.zeros(lines, dtype=np.int64)
        self._value = np.full(lines, _UNKNOWN, dtype=np.int8)
        self._initial = self._value.copy()

    @staticmethod
    def _code(identifiers: Mapping[str, int], scope: str, net: int) -> int:
        code = identifiers.get(f"{scope}.{net_name(net)}")
        if code is None:
            raise CharacterizeError(f"{scope}: net {net_name(net)} is missing in the wave dump")
        return code

    def add(self, times: IntArray, codes: IntArray, values: ByteArray) -> None:
        """Count changes that follow those added before, in the order of the dump."""
        lines = self._line_of_code[np.minimum(codes, self._line_of_code.size - 1)]
        chosen = np.flatnonzero(lines >= 0)
        lines = lines[chosen]
        shares = self._shares[lines]
        nth = np.arange(shares.sum()) - np.repeat(np.cumsum(shares) - shares, shares)
        chosen, lines = np.repeat(chosen, shares), np.repeat(lines, shares) + nth
        # By net, in order of time; numpy sorts numbers of 16 bits by their digits.
        small = self._ones.size <= np.iinfo(np.uint16).max
        order = np.argsort(lines.astype(np.uint16) if small else lines, kind="stable")
        chosen, lines = chosen[order], lines[order]
        times, values = times[chosen], values[chosen]
        # A dump repeats the value of a net that came back within an instant; only a
        # change of it is a toggle.
        before = np.concatenate([[_UNKNOWN], values[:-1]]).astype(np.int8)
        first = np.flatnonzero(np.diff(lines, prepend=-1))
        before[first] = self._value[lines[first]]
        self._value[lines] = values
        changed = values != before
        times, lines, values = times[changed], lines[changed], values[changed]
        early = times < self._start[lines]
        self._initial[lines[early]] = values[early]
        cycle = (times - self._start[lines]) // self._period[lines]
        counted = ~early & (cycle < self._cycles[lines])
        lines, values, cycle = lines[counted], values[counted], cycle[counted]
        if (values == _UNKNOWN).any():
            self._refuse(int(lines[values == _UNKNOWN][0]))
        block = self._block[self._first_cycle[lines] + cycle]
        size = self._toggles.size
        flat = np.bincount(block * self._toggles.shape[1] + lines, minlength=size)
        self._toggles += flat.reshape(self._toggles.shape)
        # What a net changes to, it is at the end of this cycle and of all that follow,
        # until it changes again.
        share = (2 * values.astype(np.int64) - 1) * (self._cycles[lines] - cycle)
        self._ones += np.bincount(lines, weights=share, minlength=self._ones.size).astype(np.int64)

    def results(self) -> list[tuple[IntArray, IntArray]]:
        """Toggles and ones of each watch, see `count_toggles`."""
        if (self._initial == _UNKNOWN).any():
            self._refuse(int(np.flatnonzero(self._initial == _UNKNOWN)[0]))
        ones = self._ones + self._initial * self._cycles
        found = []
        end = 0
        for watch in self._watches:
            begin, end = end, end + watch.nets
            lines = self._line_of_net[begin:end]
            found.append((self._toggles[: watch.cycles.size, lines], ones[lines]))
        return found

    def _refuse(self, line: int) -> None:
        place = int(np.flatnonzero(self._line_of_net == line)[0])
        for watch in self._watches:
            if place < watch.nets:
                raise CharacterizeError(
                    f"{watch.scope}: net {net_name(place)} is unknown (X or Z): "
                    "nothing drives it, nothing has set its register, or its gates keep the "
                    "unknown value that it began with, as memories without a reset do"
                )
            place -= watch.nets
