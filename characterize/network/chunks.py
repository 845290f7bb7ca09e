"""The operations of a layer, image by image, in the order of a dataflow, in parts of bounded size.

The order is that of `sim.dataflow.mac_stream` for one MAC alone; with `output`, each unit's
own cycles (`network.cycles`) stand in place of one operation a weight.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.network.cycles import Cycles, cycles_of
from characterize.network.units import splits
from characterize.units import UnitSpec
from sim.dataflow import DATAFLOWS
from sim.formats import IntArray
from sim.patches import Array
from sim.product_tables import ProductTable

Values = npt.NDArray[np.integer]
_SUM, _CODES = np.int32, np.uint32  # partial sums, modulo 2^32
CYCLES = 3 << 18  # of a part, if a dot product is not longer: what caches and TLBs hold


@dataclass(frozen=True, eq=False, slots=True)
class Chunk:
    """Consecutive cycles of a unit.

    Attributes
    ----------
    codes
        Role of each operand -> bits that its port carries, shape (cycles,); of a
        wider port than that the lowest ones count.
    ends
        Cycles whose results are known, ascending.
    results
        Role -> values behind these cycles, shape (ends,), modulo the port's width.
    cycles
        How many.
    memory
        Cycles of the longest dot product.
    """

    codes: dict[str, Values]
    ends: IntArray
    results: dict[str, IntArray]
    cycles: int
    memory: int


def layer_chunks(
    unit: UnitSpec,
    x: Array,
    w: IntArray,
    dataflow: str = "output",
    order: str = "given",
    size: int = CYCLES,
    table: ProductTable | None = None,
) -> Iterator[Chunk]:
    """What a unit does for a matrix product.

    Parameters
    ----------
    x
        Inputs, integers of shape (N, K).
    w
        Weights, integers of shape (K, M).
    dataflow
        `output`, `weight` or `input`.
    order
        Of the weights of a dot product, see `cycles_of`; with `output` only.
    size
        About how many cycles a part has.
    table
        Of products that are not exact; with `output` only.

    Raises
    ------
    CharacterizeError
        If the unit has not the dataflow's operands.
    """
    if dataflow not in DATAFLOWS:
        raise CharacterizeError(f"unknown dataflow '{dataflow}': known are {', '.join(DATAFLOWS)}")
    takes_sums = unit.port("addend") is not None
    if takes_sums == (dataflow == "output"):
        raise CharacterizeError(
            f"{unit.name} {'takes its neighbour' if takes_sums else 'adds to its own'}"
            f"{chr(39) + 's' if takes_sums else ''} sum: it is not for dataflow {dataflow}"
        )
    inputs = np.asarray(x, dtype=np.int64)
    if dataflow == "output":
        yield from _output(unit, inputs, w, order, size, table)
    elif dataflow == "weight":
        yield from _held(unit, inputs.T, w, ("x", "w"), size)
    else:
        yield from _held(unit, w, inputs.T, ("w", "x"), size)


def _output(
    unit: UnitSpec, x: IntArray, w: IntArray, order: str, size: int, table: ProductTable | None
) -> Iterator[Chunk]:
    roles = frozenset(port.role for port in unit.operands)
    columns = [_Column.of(unit, cycles_of(column, roles, order)) for column in w.T]
    inputs = codes_of(unit, "x", x)
    sums = _sums(splits(unit), x, w) if table is None else {"result": table.sums(x, w).T}
    for group in _groups([len(cycles) for cycles in columns], len(x), size):
        some = columns[group]
        for rows in _rows(len(x), max(len(cycles) for cycles in some), size):
            count = len(inputs[rows])
            total = sum(len(cycles) for cycles in some) * count
            codes: dict[str, Values] = {role: np.empty(total, dtype=np.uint8) for role in roles}
            ends = np.empty((len(some), count), dtype=np.int64)
            begin = 0
            for cycles, column_ends in zip(some, ends, strict=True):
                part, shape = slice(begin, begin + len(cycles) * count), (count, len(cycles))
                np.take(inputs[rows], cycles.index, axis=1, out=codes["x"][part].reshape(shape))
                for role, values in cycles.codes.items():
                    codes[role][part].reshape(shape)[:] = values
                begin = part.stop
                column_ends[:] = np.arange(part.start, begin, len(cycles)) + len(cycles) - 1
            results = {role: values[group, rows].ravel() for role, values in sums.items()}
            yield Chunk(codes, ends.ravel(), results, total, max(map(len, some)))


@dataclass(frozen=True, eq=False, slots=True)
class _Column:
    """Cycles of a column, as ports carry them."""

    index: IntArray
    codes: dict[str, Values]

    @classmethod
    def of(cls, unit: UnitSpec, cycles: Cycles) -> "_Column":
        codes = {role: codes_of(unit, role, values) for role, values in cycles.operands.items()}
        return cls(cycles.index, codes)

    def __len__(self) -> int:
        return int(self.index.size)


def codes_of(unit: UnitSpec, role: str, values: IntArray) -> Values:
    """What the port of a role carries, in the smallest dtype."""
    port = unit.port(role)
    assert port is not None
    codes = port.format.encode(values)
    return np.ascontiguousarray(codes, dtype=np.uint8 if port.format.bits <= 8 else np.int64)


def _sums(split: bool, x: IntArray, w: IntArray) -> dict[str, IntArray]:
    """Results of each column and row, shape (M, N)."""
    if not split:
        return {"result": _product(x, w).T}
    return {"pos": _product(x, np.maximum(w, 0)).T, "neg": _product(x, np.maximum(-w, 0)).T}


def _product(x: IntArray, w: IntArray) -> IntArray:
    # float64 has 53 bits: exact for sums of products that 32 bits hold, and in BLAS.
    return np.rint(x.astype(np.float64) @ w.astype(np.float64)).astype(np.int64)


def _held(
    unit: UnitSpec, stream: IntArray, held: IntArray, names: tuple[str, str], size: int
) -> Iterator[Chunk]:
    """Each of `held`, shape (K, M), meets its row of `stream`, shape (K, N)."""
    streams, holds = (
        codes_of(unit, name, values) for name, values in zip(names, (stream, held), strict=True)
    )
    values = stream.astype(_SUM)
    together = max(size // max(stream.size, 1), 1)
    for first in range(0, held.shape[1], together):
        columns = slice(first, first + together)
        products = values * held.T[columns, :, None].astype(_SUM)
        shape = products.shape
        after = np.cumsum(products, axis=1, dtype=_SUM)
        ends = np.arange(products.size).reshape(shape)[:, -1].ravel()
        codes: dict[str, Values] = {
            names[0]: np.broadcast_to(streams, shape).reshape(-1),
            names[1]: np.broadcast_to(holds.T[columns, :, None], shape).reshape(-1),
            "addend": (after - products).reshape(-1).view(_CODES),
        }
        results = {"result": after[:, -1].ravel().astype(np.int64)}
        yield Chunk(codes, ends, results, products.size, 1)


def _groups(lengths: list[int], rows: int, size: int) -> Iterator[slice]:
    """Columns that together have about `size` cycles."""
    first = total = 0
    for number, length in enumerate(lengths):
        if total and total + length * rows > size:
            yield slice(first, number)
            first, total = number, 0
        total += length * rows
    yield slice(first, len(lengths))


def _rows(count: int, length: int, size: int) -> Iterator[slice]:
    step = max(size // max(length, 1), 1)
    for first in range(0, count, step):
        yield slice(first, first + step)
