"""The operands of a layer, as the unit that it runs on sees them."""

from collections.abc import Iterator

import numpy as np

from sim.dataflow import MacStream, mac_stream
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.image_files import Images
from sim.network import Network
from sim.patches import Array
from sim.statistics import OperandStatistics
from sim.statistics_counter import StatisticsCounter
from sim.weighted import Conv2d, Linear

_OPERATIONS = 1 << 18  # of each layer, on which statistics are counted
_COLUMNS = 64
_ROWS = 8  # of a block: the transition into its first dot product is not counted
_TILE = 512  # operations of neighbouring weights that stay in an array
# Steps of the plastic sequence (M. Roberts, The unreasonable effectiveness of
# quasirandom sequences, 2018).
_PLASTIC = (0.7548776662466927, 0.5698402909980532)
_GOLDEN = 0.6180339887498949  # blocks of neighbouring columns lie far apart


class NetworkOperands:
    """Statistics of the operands of a network's layers on some images, each counted once.

    Parameters
    ----------
    network
        Of integers.
    images
        Shape (N, ...).
    """

    def __init__(self, network: Network, images: Images) -> None:
        self._sources = {name: network.node(name).inputs[0] for name in network.weighted}
        self._kept = network.run(images, tuple(set(self._sources.values()))).kept
        self._found: dict[tuple[object, ...], OperandStatistics] = {}

    def statistics(
        self, name: str, layer: Conv2d | Linear, dataflow: str,
        formats: tuple[IntFormat, IntFormat], acc_width: int,
    ) -> OperandStatistics:  # fmt: skip
        """Those of a layer; see `layer_statistics`."""
        key = (name, dataflow, layer.accumulator.split, formats, acc_width)
        if key not in self._found:
            x = self._kept[self._sources[name]]
            self._found[key] = layer_statistics(layer, x, dataflow, formats, acc_width)
        return self._found[key]


def layer_statistics(
    layer: Conv2d | Linear,
    x: Array,
    dataflow: str = "output",
    formats: tuple[IntFormat, IntFormat] | None = None,
    acc_width: int | None = None,
) -> OperandStatistics:
    """Bit statistics of a layer's operands, from blocks of rows spread over all columns.

    Parameters
    ----------
    layer
        Of a split layer, weights are magnitudes and signs.
    x
        What it takes, shape (N, ...).
    dataflow
        Order of the operands.
    formats
        Of the unit's x and w, where they are wider than the layer's.
    acc_width
        Of the unit's sum, where it is not that of the layer's accumulator.

    Raises
    ------
    SimError
        If a split layer has another dataflow than `output`.
    """
    split = layer.accumulator.split
    if split and dataflow != "output":
        raise SimError(f"a split MAC adds to its own sums: take output dataflow, not {dataflow}")
    x_format, w_format = formats or (layer.x_format, weight_format(layer))
    width = acc_width or layer.accumulator.bits
    found: OperandStatistics | None = None
    for matrix, product in zip(layer.matrices(x), layer.products, strict=True):
        share = (
            _OPERATIONS
            * product.weights.shape[1]
            // sum(other.weights.shape[1] for other in layer.products)
        )
        inputs, weights = matrix.astype(np.int64), product.weights
        for part in _parts(inputs, weights, dataflow, len(x), share):
            counter = StatisticsCounter(x_format, w_format, width, split)
            if split:
                sign = (part.w < 0).astype(np.int64)
                counter.update(part.x, np.abs(part.w), part.clear, sign=sign)
            else:
                counter.update(part.x, part.w, part.clear, addend=part.addend)
            found = counter.statistics if found is None else found + counter.statistics
    if found is None:
        raise SimError("it has no operation")
    return found


def _parts(
    x: IntArray, w: IntArray, dataflow: str, images: int, operations: int
) -> Iterator[MacStream]:
    """Short streams from all over a layer, of about so many operations in all."""
    if dataflow == "output":
        for rows, column in _sample(len(x), w, operations):
            yield from mac_stream(x[rows], w[:, [column]], "output")
        return
    each = len(x) // images
    for image in range(images):
        of_image = x[image * each : (image + 1) * each]
        if dataflow == "weight":
            yield from _held(of_image.T, w, operations // images)
        else:
            for part in _held(w, of_image.T, operations // images):
                yield MacStream(part.w, part.x, part.clear, part.addend)


def _held(moving: IntArray, held: IntArray, operations: int) -> Iterator[MacStream]:
    """Some tiles in which each of `held`, shape (K, M), meets its row of `moving`, (K, N)."""
    depth, length = moving.shape
    together = min(max(_TILE // length, 1), depth)  # of neighbouring k
    count = min(max(operations // (together * length), 1), held.size // together or 1)
    for number in range(count):
        # Evenly over (k, m): a low-discrepancy sequence in two dimensions.
        first = int((number * _PLASTIC[0] + 0.5) % 1 * (depth - together + 1))
        column = int((number * _PLASTIC[1] + 0.5) % 1 * held.shape[1])
        stays = held[first : first + together, column, None]
        products = stays * moving[first : first + together]
        above = held[:first, column] @ moving[:first]
        addend = above + np.cumsum(products, axis=0) - products
        x, w = (
            np.broadcast_to(a, products.shape).ravel()
            for a in (moving[first : first + together], stays)
        )
        yield MacStream(x, w, np.ones_like(x), addend.ravel())


def _sample(rows: int, weights: IntArray, operations: int) -> Iterator[tuple[slice, int]]:
    """Blocks of rows, each with one column, of about so many operations in all."""
    depth, outputs = weights.shape
    columns = range(0, outputs, max(outputs // _COLUMNS, 1))
    wanted = max(operations // max(depth * len(columns), 1), 2)
    size = rows if rows <= wanted else min(_ROWS, wanted)
    blocks = max(min(wanted, rows) // size, 1)
    for number, column in enumerate(columns):
        for block in range(blocks):
            # Evenly over all rows, in each column from another one on.
            place = (block + number * _GOLDEN % 1) / blocks
            first = min(int(place * (rows - size + 1)), rows - size)
            yield slice(first, first + size), column


def weight_format(layer: Conv2d | Linear) -> IntFormat:
    """What the unit's port for weights holds: of a split layer their magnitude."""
    if not layer.accumulator.split:
        return layer.w_format
    # The sign stays outside; the lowest two's complement number is not used.
    return IntFormat(max(layer.w_format.bits - 1, 1), signed=False)
