"""The numbers of each task of a network, on given images, in the order of one unit.

Task for task what `sim.counting.tasks` lists, beside multiply-accumulates, whose streams are
those of `sim.dataflow`. A unit takes image after image, and of each its numbers by rows, columns
and channels, as they lie in memory; a window or the terms of a softmax one after the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from sim import activations, ops
from sim.counting.tasks import MINIMUM, PIXELS, SCALE, result_format
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.layers import Add, Layer, MaxPool, Relu, SumPool
from sim.network import Network
from sim.nonlinear import Function
from sim.patches import Array, pad, windows
from sim.requantize import Requantize
from sim.weighted import Conv2d, Linear

_TOO_LARGE = 1 << 15
_CLEAR, _ENABLE = "clear", "enable"


@dataclass(frozen=True, eq=False, slots=True)
class TaskOperands:
    """What a unit gets and what it must give.

    Attributes
    ----------
    layer, operation
        As of the `Task`.
    operands
        Role of the operator's argument -> integers, shape (operations,).
    results
        Role of a result -> what the network has in its place, shape (ends,).
    ends
        Operations behind which the results are those, ascending, shape (ends,).
    output
        Format of the result.
    memory
        Operations that one result depends on.
    """

    layer: str
    operation: str
    operands: Mapping[str, IntArray]
    results: Mapping[str, IntArray]
    ends: IntArray
    output: IntFormat
    memory: int = 1

    @property
    def count(self) -> int:
        """Operations."""
        return int(next(iter(self.operands.values())).size)


def task_operands(network: Network, images: Array) -> Iterator[TaskOperands]:
    """Numbers of every task that is no multiply-accumulate and has a unit.

    Results are the network's own tensors, not worked out a second time, but for what lies
    inside of a layer.

    Parameters
    ----------
    images
        Shape (N, ...).

    Raises
    ------
    SimError
        If numbers are not of their formats.
    """
    names = tuple(node.name for node in network.nodes)
    kept = dict(network.run(images, names).kept) | {"input": images}
    formats = {"input": PIXELS}
    for node in network.nodes:
        given = [formats[name] for name in node.inputs]
        formats[node.name] = result_format(node.layer, given)
        inputs = [kept[name] for name in node.inputs]
        try:
            for stream in _of_layer(node.name, node.layer, given, inputs, kept[node.name]):
                if stream.count:
                    yield stream
        except SimError as error:
            raise SimError(f"layer {node.name}: {error}") from error


def _of_layer(
    name: str, layer: Layer, given: list[IntFormat], inputs: list[Array], found: Array
) -> Iterator[TaskOperands]:
    match layer:
        case Conv2d() | Linear():
            # Subtractions behind split sums run beside their multiply-accumulates.
            return
        case Requantize():
            yield from _requantized(name, layer, inputs, found)
        case MaxPool():
            yield _largest(name, layer, given[0], inputs[0], found)
        case SumPool():
            view = windows(pad(inputs[0], layer.padding, 0), layer.kernel, layer.stride)
            terms = view.transpose(0, 1, 2, 5, 3, 4).reshape(-1, prod(layer.kernel))
            yield _sums(name, _int(terms), _int(found).ravel(), result_format(layer, given))
        case Relu():
            yield _each(name, "relu", {"x": inputs[0]}, found, result_format(layer, given))
        case Add():
            total, number = _int(inputs[0]), given[0]
            for values, other in zip(inputs[1:], given[1:], strict=True):
                number = result_format(Add(), [number, other])
                pair: dict[str, Array] = {"x": total, "y": values}
                total = total + _int(values)
                yield _each(name, "add", pair, total, number)
        case Function(name="softmax"):
            yield from _softmax(name, layer, inputs[0], found)
        case Function():
            yield _each(name, layer.name, {"x": inputs[0]}, found, layer.point.result)


def _requantized(
    name: str, layer: Requantize, inputs: list[Array], found: Array
) -> Iterator[TaskOperands]:
    if layer.rounding != "shift":
        return  # of floating-point multipliers: no unit
    shape, shift = found.shape, layer.shift
    constant = layer.offset.astype(np.int64) + ((1 << shift) >> 1) + (layer.zero << shift)
    factors = [np.broadcast_to(m.astype(np.int64), shape) for m in layer.multipliers]
    places = np.broadcast_to(np.int64(shift), shape)
    added = np.broadcast_to(constant, shape)
    # 2^15 is one more than a multiplier of 16 bits holds: half of everything is the same.
    halved = (factors[0] == _TOO_LARGE) & (places > 0) & (factors[-1] % 2 == 0)
    if halved.any():
        factors = [np.where(halved, factor >> 1, factor) for factor in factors]
        added, places = np.where(halved, added >> 1, added), places - halved
    operands: dict[str, Array] = {"x": inputs[0], "m": factors[0]}
    if len(inputs) > 1:
        operands |= {"y": inputs[1], "n": factors[1]}
    operands |= {"c": added, "places": places}
    output = layer.output
    low = output.min if layer.low is None else layer.low
    high = output.max if layer.high is None else layer.high
    operation = "requantize" if len(inputs) == 1 else "residual_add"
    if (low, high) == (output.min, output.max):
        yield _each(name, operation, operands, found, output)
        return
    flat = {role: _int(values).ravel() for role, values in operands.items()}
    operator = ops.requantize if len(inputs) == 1 else ops.residual_add
    values = operator(**flat, output=output).reshape(shape)
    yield _each(name, operation, operands, values, output)
    if low > output.min:
        above = np.maximum(values, low)
        pair: dict[str, Array] = {"x": values}
        if low != 0:
            pair["y"] = np.full(shape, low)
        yield _each(name, "relu" if low == 0 else "maximum", pair, above, output)
        values = above
    if high < output.max:
        pair = {"x": values, "y": np.full(shape, high)}
        values = np.minimum(values, high)
        yield _each(name, MINIMUM, pair, values, output)
    if not np.array_equal(values, found):
        raise SimError("its requantizer is not what its tasks are")


def _largest(name: str, layer: MaxPool, number: IntFormat, x: Array, found: Array) -> TaskOperands:
    """Each window's numbers against the largest so far."""
    # A border is the lowest number of the format, and never wins.
    view = windows(pad(_int(x), layer.padding, number.min), layer.kernel, layer.stride)
    terms = _int(view.transpose(0, 1, 2, 5, 3, 4).reshape(-1, prod(layer.kernel)))
    so_far = np.maximum.accumulate(terms, axis=1)
    compared = terms.shape[1] - 1
    ends = np.arange(1, len(terms) * bool(compared) + 1) * compared - 1
    pair: dict[str, IntArray] = {
        "x": so_far[:, :-1].reshape(-1), "y": terms[:, 1:].reshape(-1),
    }  # fmt: skip
    results = {"result": _int(found).ravel()[: len(ends)]}
    return TaskOperands(name, "maximum", pair, results, ends, number)


def _sums(name: str, terms: IntArray, totals: IntArray, output: IntFormat) -> TaskOperands:
    """Each row of terms added up."""
    rows, length = terms.shape
    clear = np.zeros(terms.shape, dtype=np.int64)
    clear[:, 0] = 1
    ones = np.ones(terms.size, dtype=np.int64)
    operands: dict[str, IntArray] = {
        "x": terms.reshape(-1), _CLEAR: clear.reshape(-1), _ENABLE: ones,
    }  # fmt: skip
    ends = np.arange(1, rows + 1) * length - 1
    return TaskOperands(name, "accumulate", operands, {"result": totals}, ends, output, length)


def _softmax(name: str, layer: Function, x: Array, found: Array) -> Iterator[TaskOperands]:
    point, terms = layer.point, _int(x).reshape(-1, x.shape[-1])
    so_far = np.maximum.accumulate(terms, axis=1)
    pair: dict[str, Array] = {"x": so_far[:, :-1], "y": terms[:, 1:]}
    yield _each(name, "maximum", pair, so_far[:, 1:], point.operand)
    highest = np.broadcast_to(so_far[:, -1:], terms.shape)
    below = activations.distance(highest, terms, point.result)
    yield _each(name, "distance", {"x": highest, "y": terms}, below, point.result)
    powers = activations.exp(below, point.result)
    yield _each(name, "exp", {"x": below}, powers, point.result)
    totals = powers.sum(axis=1)
    wide = IntFormat(point.result.bits + 8, signed=False)
    yield _sums(name, powers, totals, wide)
    inverse = activations.reciprocal(totals, point.result)
    yield _each(name, "reciprocal", {"x": totals}, inverse, point.result)
    factors = {
        role: np.broadcast_to(inverse[of][:, None], terms.shape)
        for role, of in (("m", "result"), ("c", "half"), ("places", "places"))
    }
    yield _each(name, SCALE, {"x": powers, **factors}, found, point.result)


def _each(
    name: str,
    operation: str,
    operands: Mapping[str, Array],
    results: Array | Mapping[str, IntArray],
    output: IntFormat,
) -> TaskOperands:
    """Numbers that are one result each."""
    flat = {role: _int(values).ravel() for role, values in operands.items()}
    given = results if isinstance(results, Mapping) else {"result": results}
    wanted = {role: _int(values).ravel() for role, values in given.items()}
    ends = np.arange(next(iter(flat.values())).size)
    return TaskOperands(name, operation, flat, wanted, ends, output)


def _int(values: Array) -> IntArray:
    return np.asarray(np.rint(values) if values.dtype.kind == "f" else values, dtype=np.int64)
