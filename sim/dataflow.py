"""The operand sequence that one multiply-accumulate unit sees.

A layer is a matrix product: inputs x of shape (N, K) times weights w of shape (K, M).
Its N K M multiplications run on an array of MACs, in an order that decides which
operands meet the same MAC one after the other, and with that its energy.

    output-stationary   a MAC makes whole dot products, one after the other: x[n, :] times
                        w[:, m] for every n, then the next m. It is `sim.ops.mac`:
                        clear is 1 at the first operation of each.
    weight-stationary   a MAC holds one weight w[k, m] while x[n, k] streams for every n.
                        It stands in a column of MACs that hold w[0, m], w[1, m], ...:
                        its adder takes the partial sum of its neighbour,
                        sum over k' < k of x[n, k'] w[k', m], in place of its own register.
    input-stationary    the same with the roles changed: x[n, k] is held while w[k, m]
                        streams for every m; the partial sums are those of the same k' < k.

In an array of R x C MACs, MAC (r, c) works on every R-th of the index along the rows and
every C-th along the columns: (n, m), (k, m), (k, n) for the three. Tiles follow each
other along the rows first. Cycles without an operation, in which operands hold, are
counted by `schedule` and not part of a stream.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.errors import SimError
from sim.formats import IntArray

DATAFLOWS = ("output", "weight", "input")
_CHUNK = 1 << 20


@dataclass(frozen=True, eq=False, slots=True)
class MacStream:
    """Consecutive operations of one MAC.

    Attributes
    ----------
    x, w
        Operands, shape (operations,).
    clear
        1 where the sum begins anew, shape (operations,); of a stream with addends
        1 everywhere: the register's own value is never read.
    addend
        Partial sum that arrives from the neighbour, shape (operations,); None where
        the MAC adds to its own register.
    """

    x: IntArray
    w: IntArray
    clear: IntArray
    addend: IntArray | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """An array of MACs.

    Parameters
    ----------
    rows, columns
        Its size.

    Raises
    ------
    SimError
        If one of them is not positive.
    """

    rows: int = 1
    columns: int = 1

    def __post_init__(self) -> None:
        if self.rows < 1 or self.columns < 1:
            raise SimError(
                f"an array has at least 1 x 1 MACs, not {self.rows} x {self.columns}: "
                "give positive numbers of rows and columns"
            )


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long an array works on a layer.

    Attributes
    ----------
    macs
        Operations of all MACs together: N K M.
    cycles
        Clock cycles from the first to the last operation.
    idle
        Cycles in which MACs have no operation, summed over the array.
    """

    macs: int
    cycles: int
    idle: int

    @property
    def utilization(self) -> float:
        """Share of the cycles in which a MAC works, 0 to 1."""
        return self.macs / (self.macs + self.idle)


def schedule(samples: int, depth: int, outputs: int, dataflow: str, array: Array) -> Schedule:
    """Cycles and idle cycles of a layer on an array.

    Each tile runs through the array as a wave: MAC (r, c) starts r + c cycles after
    MAC (0, 0). The next tile follows without a gap (operands that stay are loaded
    behind the others' backs), so the skew is paid once.

    Parameters
    ----------
    samples, depth, outputs
        N, K, M of the layer.
    dataflow
        `output`, `weight` or `input`.
    array
        The MACs.

    Examples
    --------
    >>> schedule(4, 9, 2, "output", Array(2, 2))
    Schedule(macs=72, cycles=20, idle=8)
    """
    row, column, stream = _axes(samples, depth, outputs, dataflow)
    tiles = -(-row // array.rows) * -(-column // array.columns)
    skew = min(row, array.rows) + min(column, array.columns) - 2
    cycles = tiles * stream + skew
    macs = samples * depth * outputs
    return Schedule(macs, cycles, cycles * array.rows * array.columns - macs)


def mac_stream(
    x: IntArray,
    w: IntArray,
    dataflow: str,
    array: Array | None = None,
    position: tuple[int, int] = (0, 0),
    chunk: int = _CHUNK,
) -> Iterator[MacStream]:
    """The operations of one MAC, in their order.

    Parameters
    ----------
    x
        Inputs, integers of shape (N, K).
    w
        Weights, integers of shape (K, M).
    dataflow
        `output`, `weight` or `input`.
    array
        The array in which the MAC stands; alone by default.
    position
        Its row and column.
    chunk
        About how many operations each part of the stream has.

    Yields
    ------
    MacStream
        One part after the other; nothing where the MAC has no operation.

    Raises
    ------
    SimError
        If the shapes do not fit, the dataflow is unknown, or the position is outside.

    Examples
    --------
    >>> x, w = np.array([[1, 2], [3, 4]]), np.array([[5], [6]])
    >>> [s] = mac_stream(x, w, "output")
    >>> s.x.tolist(), s.w.tolist(), s.clear.tolist()
    ([1, 2, 3, 4], [5, 6, 5, 6], [1, 0, 1, 0])
    >>> [first, second] = mac_stream(x, w, "weight")
    >>> second.x.tolist(), second.w.tolist(), second.addend.tolist()
    ([2, 4], [6, 6], [5, 15])
    """
    array = array or Array()
    if x.ndim != 2 or w.ndim != 2 or x.shape[1] != w.shape[0]:
        raise SimError(
            f"inputs of shape {x.shape} and weights of shape {w.shape} do not fit: "
            "(N, K) and (K, M) are wanted"
        )
    row, column = position
    if not (0 <= row < array.rows and 0 <= column < array.columns):
        raise SimError(
            f"MAC {position} is outside the array of {array.rows} x {array.columns}: rows and "
            "columns count from 0"
        )
    _axes(x.shape[0], x.shape[1], w.shape[1], dataflow)
    x, w = np.asarray(x, dtype=np.int64), np.asarray(w, dtype=np.int64)
    if dataflow == "output":
        return _output_stationary(x[row :: array.rows], w[:, column :: array.columns], chunk)
    if dataflow == "weight":
        return _weight_stationary(x, w[:, column :: array.columns], row, array.rows, chunk)
    streams = _weight_stationary(w.T, x[column :: array.columns].T, row, array.rows, chunk)
    return (MacStream(part.w, part.x, part.clear, part.addend) for part in streams)


def _axes(samples: int, depth: int, outputs: int, dataflow: str) -> tuple[int, int, int]:
    """Lengths along an array's rows, along its columns, and of a tile's stream."""
    if dataflow not in DATAFLOWS:
        raise SimError(f"unknown dataflow '{dataflow}': known are {', '.join(DATAFLOWS)}")
    return {
        "output": (samples, outputs, depth),
        "weight": (depth, outputs, samples),
        "input": (depth, samples, outputs),
    }[dataflow]


def _output_stationary(x: IntArray, w: IntArray, chunk: int) -> Iterator[MacStream]:
    depth = max(w.shape[0], 1)
    block = max(chunk // depth, 1)
    together = max(chunk // max(x.size, 1), 1)
    for column in range(0, w.shape[1], together):
        weights = w.T[column : column + together, None, :]
        for first in range(0, len(x), block):
            inputs = x[None, first : first + block]
            shape = (len(weights), inputs.shape[1], w.shape[0])
            clear = np.zeros(shape, dtype=np.int64)
            clear[:, :, :1] = 1
            x_part, w_part = (np.broadcast_to(part, shape).ravel() for part in (inputs, weights))
            yield MacStream(x_part, w_part, clear.ravel())


def _weight_stationary(
    x: IntArray, w: IntArray, row: int, rows: int, chunk: int
) -> Iterator[MacStream]:
    for weights in w.T:
        partial = x[:, :row] @ weights[:row]
        for k in range(row, len(weights), rows):
            for first in range(0, len(x), chunk):
                inputs, addend = x[first : first + chunk, k], partial[first : first + chunk]
                clear = np.ones(len(inputs), dtype=np.int64)
                yield MacStream(inputs.copy(), np.full(len(inputs), weights[k]), clear, addend)
            partial = partial + x[:, k : k + rows] @ weights[k : k + rows]
