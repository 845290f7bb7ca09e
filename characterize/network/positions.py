"""Any cycle of a layer's stream, without those before it: operands, and the sums behind it.

The cycles are numbered as `network.chunks` lets them follow each other, over all images of
a batch. In front of the first one stand those that lead in, as in `network.gates`.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from characterize.network.chunks import Values, codes_of
from characterize.network.cycles import cycles_of
from characterize.units import UnitSpec
from sim.formats import IntArray
from sim.patches import Array
from sim.weighted import Conv2d, Linear

SUMS = ("result", "pos", "neg")
_SUM = np.int32  # modulo 2^32, as the widest sums are
_CELLS = 1 << 18  # of partial sums that are computed at once


class Operands(Protocol):
    """What a unit is given, cycle by cycle.

    Attributes
    ----------
    cycles
        How many there are.
    """

    cycles: int

    def codes(self, positions: IntArray) -> dict[str, Values]:
        """Role of each operand -> bits that its port carries in these cycles."""
        ...

    def results(self, positions: IntArray) -> dict[str, IntArray]:
        """Role of each sum -> its value behind these cycles, modulo the port's width."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class _Columns:
    """Cycles of all columns of weights, one behind the other.

    Attributes
    ----------
    lengths
        Cycles of each column for a row of inputs, shape (columns,).
    index
        Which input of the row each cycle takes, shape (cycles,).
    codes
        Role -> bits of the operands that hang on the column alone, shape (cycles,).
    factors
        Sum -> what the input is multiplied with, shape (cycles,).
    held
        Whether all rows meet one cycle of a column before the next one comes.
    """

    lengths: IntArray
    index: IntArray
    codes: dict[str, Values]
    factors: dict[str, Values]
    held: bool


class LayerPositions:
    """The cycles of a layer for a batch of images.

    Parameters
    ----------
    unit
        What the layer runs on.
    layer
        With weights.
    x
        What it takes, shape (N, ...).
    dataflow, order
        As of `network.chunks.layer_chunks`.
    """

    def __init__(
        self, unit: UnitSpec, layer: Conv2d | Linear, x: Array, dataflow: str, order: str
    ) -> None:
        self._unit, self._layer = unit, layer
        self._dataflow = dataflow
        self._moving = "w" if dataflow == "input" else "x"
        self._columns: list[_Columns] = []
        if dataflow == "output":
            roles = frozenset(port.role for port in unit.operands)
            self._columns = [
                _of_weights(unit, product.weights, roles, order) for product in layer.products
            ]
        elif dataflow == "weight":
            self._columns = [_held(unit, "w", product.weights) for product in layer.products]
        self._over(x)

    def of(self, x: Array) -> "LayerPositions":
        """The same layer for other images."""
        other = copy.copy(self)
        other._over(x)
        return other

    def _over(self, x: Array) -> None:
        self._x = x
        self._pieces = lru_cache(maxsize=4)(self._piece)
        each = [self._pieces(number).cycles for number in range(len(self._layer.products))]
        self._edges = np.concatenate([[0], np.cumsum(each * len(x))])
        self.cycles = int(self._edges[-1])

    def codes(self, positions: IntArray) -> dict[str, Values]:
        """See `Operands.codes`; positions below 0 are cycles that lead in."""
        found: dict[str, Values] = {}
        for piece, chosen, places in self._by_piece(positions):
            for role, values in piece.codes(places).items():
                if role not in found:
                    found[role] = np.zeros(len(positions), dtype=values.dtype)
                found[role][chosen] = values
        return found

    def results(self, positions: IntArray) -> dict[str, IntArray]:
        """See `Operands.results`; in front of the first cycle they are those behind it."""
        found: dict[str, IntArray] = {}
        for piece, chosen, places in self._by_piece(positions):
            for role, values in piece.results(places).items():
                into = found.setdefault(role, np.zeros(len(positions), dtype=np.int64))
                into[chosen] = values
        return found

    def ends(self, numbers: IntArray) -> IntArray:
        """Positions of the last cycles of dot products, which are numbered as they end."""
        counts = [self._pieces(number).dot_products for number in range(len(self._layer.products))]
        edges = np.concatenate([[0], np.cumsum(counts * len(self._x))])
        piece = np.searchsorted(edges, numbers, side="right") - 1
        found = np.empty(len(numbers), dtype=np.int64)
        for number in np.unique(piece):
            chosen = piece == number
            inside = self._pieces(int(number)).ends(numbers[chosen] - edges[number])
            found[chosen] = self._edges[number] + inside
        return found

    @property
    def dot_products(self) -> int:
        """Of all images."""
        each = (self._pieces(number).dot_products for number in range(len(self._layer.products)))
        return sum(each) * len(self._x)

    def _by_piece(self, positions: IntArray) -> Iterator[tuple["_Piece", IntArray, IntArray]]:
        """Pieces, and which positions are in each: indices, and places in the piece."""
        inside = np.maximum(positions, 0)
        piece = np.searchsorted(self._edges, inside, side="right") - 1
        for number in np.unique(piece).tolist():
            chosen = np.flatnonzero(piece == number)
            yield self._pieces(number), chosen, inside[chosen] - self._edges[number]

    def _piece(self, number: int) -> "_Piece":
        """One image's share of one matrix product."""
        image, which = divmod(number, len(self._layer.products))
        matrix = np.asarray(self._layer.matrices(self._x[image : image + 1])[which])
        weights = self._layer.products[which].weights
        if self._dataflow == "input":
            return _Piece(
                self._unit,
                self._moving,
                weights.T,
                _held(self._unit, "x", matrix.T.astype(np.int64)),
            )
        return _Piece(self._unit, self._moving, matrix, self._columns[which])


class _Piece:
    """Rows, shape (N, K), that meet columns."""

    def __init__(self, unit: UnitSpec, moving: str, rows: Array, columns: _Columns) -> None:
        self._moving, self._columns = moving, columns
        self._rows = np.ascontiguousarray(rows, dtype=_SUM)
        self._codes = codes_of(unit, moving, np.asarray(rows, dtype=np.int64))
        self._starts = np.concatenate([[0], np.cumsum(columns.lengths)])
        self._edges = self._starts * len(rows)
        self.cycles = int(self._edges[-1])
        self.dot_products = len(rows) * len(columns.lengths)

    def codes(self, places: IntArray) -> dict[str, Values]:
        column, row, step = self._at(places)
        flat = self._starts[column] + step
        index = self._columns.index[flat]
        found = {self._moving: self._codes[row, index]}
        found |= {role: values[flat] for role, values in self._columns.codes.items()}
        if self._columns.held:
            product = self._rows[row, index] * self._columns.factors["result"][flat]
            before = self._sums(column, row, step)["result"] - product
            found["addend"] = before.astype(_SUM).view(np.uint32)
        return found

    def results(self, places: IntArray) -> dict[str, IntArray]:
        return self._sums(*self._at(places))

    def ends(self, numbers: IntArray) -> IntArray:
        column, row = np.divmod(numbers, len(self._rows))
        length = self._columns.lengths[column]
        return self._edges[column] + (row + 1) * length - 1

    def _at(self, places: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Column, row, and cycle within the dot product."""
        column = np.searchsorted(self._edges, places, side="right") - 1
        inside = places - self._edges[column]
        if self._columns.held:
            step, row = np.divmod(inside, len(self._rows))
        else:
            row, step = np.divmod(inside, self._columns.lengths[column])
        return column, row, step

    def _sums(self, column: IntArray, row: IntArray, step: IntArray) -> dict[str, IntArray]:
        """Sums of a dot product up to a cycle, that one included."""
        factors = self._columns.factors
        found = {role: np.zeros(len(column), dtype=np.int64) for role in factors}
        order = np.argsort(column, kind="stable")
        numbers, begins = np.unique(column[order], return_index=True)
        for number, chosen in zip(numbers, np.split(order, begins[1:]), strict=True):
            whole = slice(self._starts[number], self._starts[number + 1])
            index = self._columns.index[whole]
            size = max(_CELLS // max(len(index), 1), 1)
            for first in range(0, len(chosen), size):
                some = chosen[first : first + size]
                terms = np.where(
                    np.arange(len(index)) <= step[some, None], self._rows[row[some]][:, index], 0
                )
                for role, values in factors.items():
                    found[role][some] = terms @ values[whole]
        return found


class Differences:
    """What the subtraction behind two sums of so many bits does, one dot product a cycle."""

    def __init__(self, sums: LayerPositions, bits: int) -> None:
        self._sums, self._mask = sums, (1 << bits) - 1
        self.cycles = sums.dot_products

    def codes(self, positions: IntArray) -> dict[str, Values]:
        """See `Operands.codes`."""
        ends = self._sums.ends(np.maximum(positions, 0))
        return {role: values & self._mask for role, values in self._sums.results(ends).items()}

    def results(self, positions: IntArray) -> dict[str, IntArray]:
        """See `Operands.results`."""
        codes = self.codes(positions)
        return {"result": codes["pos"] - codes["neg"]}


def _of_weights(unit: UnitSpec, weights: IntArray, roles: frozenset[str], order: str) -> _Columns:
    """Columns of a unit that adds to its own sums."""
    each = [cycles_of(column, roles, order) for column in weights.T]
    values = {
        role: np.concatenate([cycles.operands[role] for cycles in each])
        for role in each[0].operands
    }
    lengths = np.array([len(cycles) for cycles in each])
    codes = {role: codes_of(unit, role, some) for role, some in values.items()}
    return _Columns(
        lengths, np.concatenate([cycles.index for cycles in each]), codes,
        _factors(unit, values), held=False,
    )  # fmt: skip


def _factors(unit: UnitSpec, operands: dict[str, IntArray]) -> dict[str, Values]:
    """By how much each cycle changes each sum where x is 1: every sum is linear in x."""
    some = next(iter(operands.values()))
    sums = unit.references({"x": np.ones_like(some), **operands})
    found: dict[str, Values] = {}
    for port in unit.results:
        if port.role in SUMS:
            behind = sums[port.role]
            change = behind - np.where(operands["clear"] == 1, 0, np.roll(behind, 1))
            # Modulo the port's width, which may have no sign: to the nearest to 0.
            half = 1 << (port.format.bits - 1)
            found[port.role] = ((change + half) % (2 * half) - half).astype(_SUM)
    return found


def _held(unit: UnitSpec, name: str, held: IntArray) -> _Columns:
    """Columns of a unit that takes its neighbour's sum: held operands, shape (K, M)."""
    depth, count = held.shape
    values = np.ascontiguousarray(held.T, dtype=np.int64).ravel()
    return _Columns(
        np.full(count, depth), np.tile(np.arange(depth), count),
        {name: codes_of(unit, name, values)}, {"result": values.astype(_SUM)}, held=True,
    )  # fmt: skip
