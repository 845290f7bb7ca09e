"""Operands of a MAC in a systolic array: w stays for a tile of operations, partial sums arrive.

A MAC stands somewhere in a column of `ROWS`. In each tile it has a weight and a row of its
own, and every MAC above it a weight: what arrives is the sum of their products, of inputs
that differ from operation to operation. Inputs and weights above are drawn as its own are.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from characterize import samples
from characterize.units import Port, UnitSpec
from sim.formats import IntArray

# Operations of a tile: the positions that the smallest layers of a ResNet on CIFAR-10 have.
# With four times as many, energies are 0.5 % lower, and take four times as long.
TILE = 64
ROWS = 256  # as many as a dot product has operations
_CHUNK = 1024  # tiles whose weights are drawn together
_INPUT_TILES = 16  # of a chunk: inputs come again with other weights
# Weights and rows of so few tiles are spread evenly, as drawn at random they would vary
# the energy by 1 %: additive sequences of the plastic number, 2^32 / 1.3247 and 1.3247^2
# (M. Roberts, The unreasonable effectiveness of quasirandom sequences, 2018).
_STEPS = {"w": 3242174889, "row": 2447445414}


class Draw(Protocol):
    """Draws values of a port as its stimulus does.

    Parameters
    ----------
    place
        Where, if not of the MAC itself: names a stream of its own.
    drawn
        32-bit words in place of random ones.
    """

    def __call__(
        self, port: Port, count: int, place: str = "", drawn: IntArray | None = None
    ) -> IntArray:
        """Values, shape (count,)."""
        ...


def tile_operands(unit: UnitSpec, cycles: int, draw: Draw, stream: str) -> dict[str, IntArray]:
    """Operand streams of a unit that takes partial sums.

    Parameters
    ----------
    unit
        With the operands x, w and addend.
    stream
        Names the sequences of weights and rows.

    Returns
    -------
    dict
        Role of each operand port -> values, shape (cycles,).
    """
    x, w, addend = (port for role in ("x", "w", "addend") if (port := unit.port(role)))
    tiles = -(-cycles // TILE)
    rows = _evenly(f"{stream} row", "row", tiles) * ROWS >> 32
    stays = draw(w, tiles, drawn=_evenly(f"{stream} w", "w", tiles))
    sums = np.concatenate(list(_partial_sums(x, w, rows, draw)))
    streams = {"w": np.repeat(stays, TILE)[:cycles], "addend": addend.format.wrap(sums)[:cycles]}
    return {
        port.role: streams[port.role] if port.role in streams else draw(port, cycles)
        for port in unit.operands
    }


def _evenly(stream: str, kind: str, count: int) -> IntArray:
    """32-bit words that fill their range evenly, from a start that the stream decides."""
    start = samples.words(stream, 1)
    return np.asarray((start + np.arange(count) * _STEPS[kind]) & 0xFFFFFFFF, dtype=np.int64)


def _partial_sums(x: Port, w: Port, rows: IntArray, draw: Draw) -> Iterator[IntArray]:
    """Sums of the products of the rows above, shape (tiles * TILE,) for each chunk of tiles."""
    for chunk, first in enumerate(range(0, rows.size, _CHUNK)):
        above = rows[first : first + _CHUNK, None]
        # Whole chunks, so that a longer stream begins with the shorter one.
        weights = draw(w, _CHUNK * ROWS, f" above {chunk}").reshape(_CHUNK, ROWS)
        weights = np.where(np.arange(ROWS) < above, weights[: len(above)], 0)
        inputs = draw(x, _INPUT_TILES * TILE * ROWS, f" above {chunk}")
        inputs = inputs.reshape(_INPUT_TILES, TILE, ROWS).astype(np.float64)
        sums = np.empty((len(above), TILE), dtype=np.float64)  # exact: far below 2^53
        for number in range(min(_INPUT_TILES, len(above))):
            sums[number::_INPUT_TILES] = weights[number::_INPUT_TILES] @ inputs[number].T
        yield sums.astype(np.int64).ravel()
