"""Which transitions a layer makes where its weights stay: of activations and of partial sums.

All images stream through the array while a tile of weights stays, one behind the other: a
layer of one position an image has transitions too, from image to image. Sums enter the
array at the top and each row adds its product, so that what arrives in a row is the sum of
all rows before it.
"""

from dataclasses import dataclass

import numpy as np

from characterize import samples
from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.network.layers import LayerGates
from sim.formats import IntArray, IntFormat
from sim.patches import Array

POOL = 8192  # transitions that are drawn, of which groups are told apart
_UNIFORM_ROWS = 256  # of the array that operands without a layer meet
_WORD = 32


@dataclass(frozen=True, eq=False)
class Transitions:
    """What moves in the MACs of a layer.

    Attributes
    ----------
    name
        Of the layer.
    share
        How often each transition of the activation occurs, over the sum of all, values of
        the unit's operand ascending; [before, after], shape (X, X).
    x, addend
        Values before and after of transitions drawn at random, shape (POOL, 2).
    """

    name: str
    share: FloatArray
    x: IntArray
    addend: IntArray


def layer_transitions(layer: LayerGates, x: Array) -> Transitions:
    """Those of a layer.

    Parameters
    ----------
    x
        What the layer takes, of all images, shape (images, ...).

    Raises
    ------
    CharacterizeError
        If no activation follows another.
    """
    port = layer.unit.netlist.unit.port("x")
    assert port is not None
    number = port.format
    counts = np.zeros((1 << number.bits) ** 2)
    drawn = [
        samples.words(f"transitions {layer.name} {what}", POOL) for what in ("row", "column", "at")
    ]
    pools = []
    for matrix, product in zip(layer.layer.matrices(x), layer.layer.products, strict=True):
        values = np.rint(matrix).astype(np.int64)
        if len(values) < 2:
            raise CharacterizeError(
                f"layer {layer.name} has one position, and one image: no activation follows "
                "another, give more images"
            )
        places = values - number.min
        pairs = (places[:-1] << number.bits) + places[1:]
        found = np.bincount(pairs.ravel(), minlength=counts.size)
        counts += found * product.weights.shape[1]
        pools.append((values, product.weights))
    # A convolution in groups is one product a group; any of them may be drawn from.
    parts = [
        _pool(values, weights, [words[number :: len(pools)] for words in drawn])
        for number, (values, weights) in enumerate(pools)
    ]
    size = 1 << number.bits
    return Transitions(
        layer.name,
        (counts / counts.sum()).reshape(size, size),
        np.concatenate([some for some, _ in parts]),
        np.concatenate([some for _, some in parts]),
    )


def uniform_transitions(x: IntFormat, w: IntFormat) -> Transitions:
    """Every transition alike; sums of uniform activations times uniform weights."""
    size = 1 << x.bits
    row = _scaled(samples.words("uniform transitions row", POOL), _UNIFORM_ROWS)
    before, after = (
        samples.uniform(samples.words(f"uniform transitions x {n}", POOL * _UNIFORM_ROWS), x)
        for n in range(2)
    )
    held = samples.uniform(samples.words("uniform transitions w", POOL * _UNIFORM_ROWS), w)
    shape = (POOL, _UNIFORM_ROWS)
    x_pool, addend = _sums(before.reshape(shape), after.reshape(shape), held.reshape(shape), row)
    return Transitions("uniform", np.full((size, size), 1 / size**2), x_pool, addend)


def groups_of(addend: IntArray, bits: int) -> IntArray:
    """Hamming distance of the upper halves of sums of so many bits, before and after.

    Parameters
    ----------
    addend
        Shape (transitions, 2).

    Returns
    -------
    IntArray
        0 to bits - bits // 2, shape (transitions,).
    """
    upper = (addend & ((1 << bits) - 1)) >> bits // 2
    return np.asarray(np.bitwise_count(upper[:, 0] ^ upper[:, 1]), dtype=np.int64)


def _pool(values: IntArray, weights: IntArray, words: list[IntArray]) -> tuple[IntArray, IntArray]:
    """Transitions of MACs at random rows and columns, at random times; each of shape (n, 2)."""
    row, column = _scaled(words[0], weights.shape[0]), _scaled(words[1], weights.shape[1])
    at = _scaled(words[2], len(values) - 1)
    return _sums(values[at], values[at + 1], weights.T[column], row)


def _sums(
    before: IntArray, after: IntArray, held: IntArray, row: IntArray
) -> tuple[IntArray, IntArray]:
    """The activation of a row and the sum of all rows above it, before and after."""
    above = np.arange(held.shape[1]) < row[:, None]
    masked = np.where(above, held, 0)
    sums = np.stack([(before * masked).sum(axis=1), (after * masked).sum(axis=1)], axis=1)
    here = np.arange(len(row))
    return np.stack([before[here, row], after[here, row]], axis=1), sums


def _scaled(words: IntArray, count: int) -> IntArray:
    return np.asarray(words * count >> _WORD, dtype=np.int64)
