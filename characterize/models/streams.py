"""Synthetic operand streams of a MAC, on which operand-statistics models are fitted.

Networks are not in it: what a model says of them, it says of operands that it has not
seen. Each stream mixes how wide operands spread, how many are 0, whether they are
rectified, correlated, held for a while, or sit at the lowest number as raw integers
with a zero point do, and how long a dot product is.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from characterize import samples
from characterize.units import Port, UnitSpec
from sim.formats import IntArray, IntFormat

_T = TypeVar("_T")

STREAMS = 512
OPERATIONS = 4096  # of each
_SEED = "operand-statistics"
# Standard deviations, in shares of the largest operand.
_SPREADS = (1.0, 0.5, 0.35, 0.25, 0.17, 0.12, 0.08, 0.05, 0.03)
_ZEROS_X = (0.0, 0.0, 0.1, 0.3, 0.5, 0.7, 0.9)
_ZEROS_W = (0.0, 0.0, 0.0, 0.2, 0.5, 0.8)
_HELD_X = (1, 1, 1, 1, 1, 1, 2, 8, 64)
_HELD_W = (1, 1, 1, 1, 1, 4, 32, 256)
_CORRELATIONS = (0.5, 0.9, 0.98)
_TILES = (16, 64, 64, 256, 1024)  # operations for which one operand stays in an array
_ABOVE = 8  # MACs above one in its column that are drawn, in place of all
_PRODUCTS = (9, 27, 64, 100, 144, 256, 288, 576, 1152, 2304)
_SIGNS = (0.5, 0.5, 0.4, 0.3, 0.1)  # how often a weight is negative
_KINDS_X = ("gaussian", "relu", "relu", "relu", "uniform", "correlated", "zero point")
_KINDS_W = ("gaussian", "gaussian", "gaussian", "uniform", "correlated")


def mac_streams(
    unit: UnitSpec, streams: int = STREAMS, operations: int = OPERATIONS, seed: int = 1
) -> dict[str, IntArray]:
    """Operands of a MAC: many streams, one behind the other.

    Parameters
    ----------
    unit
        With the operands x, w, clear, enable, and of a split MAC sign; or x, w and addend.
    streams, operations
        How many, and how long each.
    seed
        Of all that is drawn.

    Returns
    -------
    dict
        Role of each operand port -> values, shape (streams * operations + 1,); the first
        operation is that of the first stream, once more.
    """
    found: dict[str, list[IntArray]] = {port.role: [] for port in unit.operands}
    for number in range(streams):
        name = f"{_SEED} {seed} {number}"
        choices = _Choices(name)
        if unit.port("addend") is not None:
            some = _in_array(unit, choices, operations, name)
        else:
            some = {
                port.role: _stream(port, choices, operations, f"{name} {port.role}")
                for port in unit.operands
            }
        for role, values in some.items():
            found[role].append(values)
    whole = {role: np.concatenate(parts) for role, parts in found.items()}
    return {role: np.concatenate([values[:1], values]) for role, values in whole.items()}


class _Choices:
    """Draws one of several, again and again."""

    def __init__(self, name: str) -> None:
        self._drawn: Iterator[int] = iter(samples.words(name, 64).tolist())

    def __call__(self, items: Sequence[_T]) -> _T:
        return items[next(self._drawn) * len(items) >> 32]


def _stream(port: Port, choices: _Choices, operations: int, name: str) -> IntArray:
    if port.role == "enable":
        return np.ones(operations, dtype=np.int64)
    if port.role == "clear":
        return np.asarray(np.arange(operations) % choices(_PRODUCTS) == 0, dtype=np.int64)
    if port.role == "sign":
        share = choices(_SIGNS)
        return (samples.words(name, operations) < round(share * (1 << 32))).astype(np.int64)
    is_x = port.role == "x"
    held = choices(_HELD_X if is_x else _HELD_W)
    kind = choices(_KINDS_X if is_x else _KINDS_W)
    spread = choices(_SPREADS)
    rho = choices(_CORRELATIONS)
    zeros = choices(_ZEROS_X if is_x else _ZEROS_W)
    values = _values(kind, spread, rho, port.format, -(-operations // held), name)
    if zeros:
        drawn = samples.words(f"{name} zeros", values.size)
        values[drawn < round(zeros * (1 << 32))] = 0
    if kind == "zero point" and port.format.signed:
        values = port.format.min + np.minimum(2 * values, port.format.max - port.format.min)
    return np.repeat(values, held)[:operations]


def _in_array(unit: UnitSpec, choices: _Choices, operations: int, name: str) -> dict[str, IntArray]:
    """Operands of a MAC that takes its neighbour's sum: one of x and w stays for a tile."""
    x, w, addend = (port for role in ("x", "w", "addend") if (port := unit.port(role)))
    stays = choices(("w", "w", "x"))  # weight- or input-stationary
    tile = choices(_TILES)
    depth = choices(_PRODUCTS)
    drawn = {
        port.role: _stream(port, choices, operations, f"{name} {port.role}") for port in (x, w)
    }
    moves = drawn["x" if stays == "w" else "w"]
    held = drawn[stays][: -(-operations // tile)]
    drawn[stays] = np.repeat(held, tile)[:operations]
    # Sums of the MACs above: inputs as its own, at other places, with weights as its own;
    # a few stand for many, whose sum spreads with the root of their number.
    words = samples.words(f"{name} above", 2 * _ABOVE * len(held) + len(held))
    above = words[-len(held) :] * depth >> 32
    places, others = words[: -len(held)].reshape(2, -1, _ABOVE)
    scale = np.sqrt(above / np.minimum(np.maximum(above, 1), _ABOVE))
    sums = np.zeros(operations, dtype=np.float64)
    for number, count in enumerate(np.minimum(above, _ABOVE).tolist()):
        part = np.arange(number * tile, min((number + 1) * tile, operations))
        for k in range(count):
            weight = drawn[stays][int(others[number, k]) * operations >> 32]
            shift = int(places[number, k]) * operations >> 32
            sums[part] += scale[number] * weight * moves[(part + shift) % operations]
    return drawn | {"addend": addend.format.wrap(np.rint(sums).astype(np.int64))}


def _values(
    kind: str, spread: float, rho: float, number: IntFormat, count: int, name: str
) -> IntArray:
    drawn = samples.words(name, count)
    sigma = spread * (number.max + 1)
    match kind:
        case "uniform":
            reach = max(round(spread * number.max), 1)
            narrow = IntFormat(number.bits, number.signed)
            values = samples.uniform(drawn, narrow)
            return np.clip(values, -reach if number.signed else 0, reach)
        case "correlated":
            values = samples.correlated(drawn, number, sigma, rho)
        case _:
            values = samples.gaussian(drawn, number, sigma)
    if kind in ("relu", "zero point"):
        return np.maximum(values, 0)
    return values if number.signed else np.abs(values)
