"""A network on a weight-stationary systolic array of processing elements, at the gates.

The K x M weights of a layer are cut into tiles of at most R x C. While a tile stays, the
inputs of an image stream through it from the left, one row of the tile each, and sums move
down: those of the tile before enter at the top. Tiles with the same outputs follow each
other, the one with fewer than R weights first, in the lowest rows. Tiles follow without a
gap (`sim.dataflow.schedule`): an element takes its weight together with the first input.

Every operation of every element is run through its gates, in the element's own order of
tiles; elements are run one behind the other, so that the first operation of each follows the
last one of another. In all other cycles an element is idle: nothing is loaded or enabled. Of
those the column beside a tile sees inputs pass by; these cycles are run too. What a cycle
takes in which no input moves is measured once, for some states, and counts as often as there
are such cycles. Memories, the accumulators' first sums and control are not in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from characterize import samples
from characterize.errors import CharacterizeError
from characterize.network.chunks import CYCLES, Chunk, Values, codes_of
from characterize.network.gates import GateCounts, GateStream
from characterize.network.layers import LayerGates, Mapped
from characterize.units import UnitSpec
from sim.dataflow import Array as ArrayShape
from sim.dataflow import schedule
from sim.formats import IntArray
from sim.patches import Array

ROLES = frozenset({"x", "w", "addend", "load", "enable"})
_STATES = 16  # in which idle cycles are measured
_SETTLE, _IDLE = 3, 64  # cycles until nothing moves, and that are counted then
_SUM, _CODES = np.int32, np.uint32


@dataclass(frozen=True, eq=False)
class ArrayCounts:
    """What an array did for some images in a layer.

    Attributes
    ----------
    images
        How many.
    active
        Operations of the elements.
    beside
        Cycles of idle elements that inputs pass by.
    idle
        Cycles of elements in which no input moves.
    cycles
        Clock cycles of the array.
    """

    images: int
    active: GateCounts
    beside: GateCounts
    idle: int
    cycles: int


def check_mappable(layers: list[LayerGates]) -> None:
    """Refuse what such an array cannot do.

    Raises
    ------
    CharacterizeError
        One line that names the layer and the reason.
    """
    for layer in layers:
        unit = layer.unit.netlist.unit
        if {port.role for port in unit.operands} != ROLES:
            raise CharacterizeError(
                f"{unit.name} is no element of a weight-stationary array: take pe_stationary or "
                "pe_stationary_gated"
            )
        if layer.layer.accumulator.overflow == "saturate":
            raise CharacterizeError(
                f"layer {layer.name}: sums that saturate cannot move through an array, whose "
                "elements wrap: set overflow=wrap or refuse"
            )


def count_array(layer: LayerGates, x: Array, shape: ArrayShape, stream: GateStream) -> ArrayCounts:
    """Count the gates of a layer's elements, image by image.

    Parameters
    ----------
    x
        What the layer takes, shape (images, ...).
    stream
        Of the layer's netlist.

    Raises
    ------
    CharacterizeError
        If a sum is not the one that is wanted; the message names the layer.
    """
    unit = layer.unit.netlist.unit
    idle = cycles = 0
    try:
        for chunk in _all(layer, x, shape, "active"):
            stream.run(chunk)
        active = stream.finish()
        beside = _without_first(stream, list(_all(layer, x, shape, "beside")), unit)
    except CharacterizeError as error:
        raise CharacterizeError(f"layer {layer.name}: {error}") from error
    for matrix, weights in _products(layer, x):
        depth, outputs = weights.shape
        planned = schedule(len(matrix), depth, outputs, "weight", shape)
        idle += planned.idle
        cycles += planned.cycles
    return ArrayCounts(len(x), active, beside, idle - beside.cycles, cycles)


def idle_counts(mapped: Mapped) -> GateCounts:
    """Cycles of an element in which nothing is loaded or enabled and no input moves."""
    unit = mapped.netlist.unit
    stream = GateStream(mapped.netlist, mapped.delays)
    found = []
    for state in range(_STATES):
        held = {
            port.role: codes_of(
                unit, port.role, samples.uniform(samples.words(f"idle {state} {port.role}", 1),
                                                 port.format),
            )
            for port in unit.operands
        }  # fmt: skip
        each = []
        for count in (_SETTLE, _SETTLE + _IDLE):
            codes = {role: np.repeat(values, count) for role, values in held.items()}
            for role in ("load", "enable"):
                codes[role] = (np.arange(count) == 0).astype(np.uint8)
            stream.run(Chunk(codes, np.zeros(0, np.int64), {}, count, 1))
            each.append(stream.finish())
        found.append(_difference(each[1], each[0]))
    return sum(found[1:], found[0])


def _all(layer: LayerGates, x: Array, shape: ArrayShape, what: str) -> Iterator[Chunk]:
    unit = layer.unit.netlist.unit
    for matrix, weights in _products(layer, x):
        chunks = _active if what == "active" else _beside
        yield from chunks(unit, matrix, weights, shape)


def _products(layer: LayerGates, x: Array) -> Iterator[tuple[IntArray, IntArray]]:
    """Inputs (N, K) and weights (K, M) of each product of each image."""
    for index in range(len(x)):
        matrices = layer.layer.matrices(x[index : index + 1])
        for matrix, product in zip(matrices, layer.layer.products, strict=True):
            yield np.asarray(matrix, dtype=np.int64), product.weights


def operations(depth: int, outputs: int, shape: ArrayShape) -> tuple[IntArray, IntArray, IntArray]:
    """Weights in the order in which elements hold them, one element behind the other.

    Returns
    -------
    k, m
        Row and column of each weight, shape (K M,).
    element
        Which element holds it, row by row, shape (K M,).
    """
    places = np.arange(depth) + (-depth) % shape.rows
    k, m = (axis.ravel() for axis in np.mgrid[:depth, :outputs])
    element = places[k] % shape.rows * shape.columns + m % shape.columns
    order = np.lexsort((places[k] // shape.rows, m // shape.columns, element))
    return k[order], m[order], element[order]


def _active(unit: UnitSpec, x: IntArray, w: IntArray, shape: ArrayShape) -> Iterator[Chunk]:
    inputs, held = codes_of(unit, "x", x.T), codes_of(unit, "w", w)
    count = len(x)
    products = x.T.astype(_SUM)[:, None, :] * w.astype(_SUM)[:, :, None]
    after = np.cumsum(products, axis=0, dtype=_SUM)
    before = after - products
    depth, outputs = w.shape
    k, m, _ = operations(depth, outputs, shape)
    together = max(CYCLES // count, 1)
    first = np.arange(count) == 0
    for begin in range(0, k.size, together):
        rows, columns = k[begin : begin + together], m[begin : begin + together]
        size = rows.size * count
        codes: dict[str, Values] = {
            "x": inputs[rows].reshape(-1),
            "w": np.repeat(held[rows, columns], count),
            "addend": before[rows, columns].reshape(-1).view(_CODES),
            "load": np.tile(first, rows.size).astype(np.uint8),
            "enable": np.ones(size, dtype=np.uint8),
        }
        sums = after[rows, columns].reshape(-1).astype(np.int64)
        results = {"sum": sums, "x_out": codes["x"].astype(np.int64)}
        yield Chunk(codes, np.arange(size), results, size, 1)


def _beside(unit: UnitSpec, x: IntArray, w: IntArray, shape: ArrayShape) -> Iterator[Chunk]:
    """Inputs that pass by the idle column at the right of each last tile."""
    del unit
    depth, outputs = w.shape
    if outputs % shape.columns == 0:
        return
    codes = x.T.astype(np.uint8)
    together = max(CYCLES // len(x), 1)
    for begin in range(0, depth, together):
        moving = np.ascontiguousarray(codes[begin : begin + together]).reshape(-1)
        nothing = np.zeros(moving.size, dtype=np.uint8)
        still = dict.fromkeys(ROLES - {"x"}, nothing)
        yield Chunk({"x": moving, **still}, np.zeros(0, np.int64), {}, moving.size, 1)


def _without_first(stream: GateStream, chunks: list[Chunk], unit: UnitSpec) -> GateCounts:
    """Counts of cycles in which an element that was cleared before is idle."""
    nothing = np.zeros(_SETTLE, dtype=np.uint8)
    taken = (np.arange(_SETTLE) == 0).astype(np.uint8)
    codes: dict[str, Values] = {port.role: nothing for port in unit.operands}
    clear = Chunk(codes | {"load": taken, "enable": taken}, np.zeros(0, np.int64), {}, _SETTLE, 1)
    stream.run(clear)
    before = stream.finish()
    stream.run(clear)
    for chunk in chunks:
        stream.run(chunk)
    return _difference(stream.finish(), before)


def _difference(whole: GateCounts, part: GateCounts) -> GateCounts:
    return GateCounts(
        whole.cycles - part.cycles,
        whole.toggles - part.toggles,
        whole.functional - part.functional,
        whole.ones - part.ones,
        whole.results - part.results,
    )
