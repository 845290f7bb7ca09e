"""The operands of a layer, as the unit that it runs on sees them."""

import numpy as np

from sim.accumulators import Product
from sim.dataflow import mac_stream
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.patches import Array
from sim.statistics import OperandStatistics, StatisticsCounter
from sim.weighted import Conv2d, Linear

_OPERATIONS = 1 << 17  # of each layer, on which statistics are counted
_COLUMNS = 8
_BLOCKS = 16  # of consecutive rows, spread over all images


def layer_statistics(
    layer: Conv2d | Linear,
    x: Array,
    dataflow: str = "output",
    formats: tuple[IntFormat, IntFormat] | None = None,
    acc_width: int | None = None,
) -> OperandStatistics:
    """Bit statistics of a layer's operands, from evenly spaced columns and blocks of rows.

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
    matrices = layer.matrices(x)
    step = max(len(matrices) // _COLUMNS, 1)
    chosen = list(zip(matrices, layer.products, strict=True))[::step]
    found: OperandStatistics | None = None
    for matrix, product in chosen:
        weights = _some_columns(product, max(_COLUMNS // len(chosen), 1))
        rows = max(_OPERATIONS // (len(chosen) * max(weights.size, 1)), 2)
        for block in _blocks(len(matrix), rows):
            counter = StatisticsCounter(x_format, w_format, width, split)
            for part in mac_stream(matrix[block].astype(np.int64), weights, dataflow):
                if split:
                    sign = (part.w < 0).astype(np.int64)
                    counter.update(part.x, np.abs(part.w), part.clear, sign=sign)
                else:
                    counter.update(part.x, part.w, part.clear, addend=part.addend)
            found = counter.statistics if found is None else found + counter.statistics
    if found is None:
        raise SimError("it has no operation")
    return found


def _blocks(rows: int, wanted: int) -> list[slice]:
    """All rows, or blocks of consecutive ones spread evenly."""
    if rows <= wanted:
        return [slice(0, rows)]
    size = max(wanted // _BLOCKS, 2)
    firsts = np.linspace(0, rows - size, max(wanted // size, 1)).astype(int).tolist()
    return [slice(first, first + size) for first in firsts]


def _some_columns(product: Product, count: int) -> IntArray:
    step = max(product.weights.shape[1] // count, 1)
    return product.weights[:, ::step][:, :count]


def weight_format(layer: Conv2d | Linear) -> IntFormat:
    """What the unit's port for weights holds: of a split layer their magnitude."""
    if not layer.accumulator.split:
        return layer.w_format
    # The sign stays outside; the lowest two's complement number is not used.
    return IntFormat(max(layer.w_format.bits - 1, 1), signed=False)
