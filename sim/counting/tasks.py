"""What a network asks of arithmetic units: ALU tasks, from architecture and formats alone.

Every layer of a network of integers becomes tasks, each an operation of `sim.ops` that so
many times an image is done, with the formats of its numbers. Nothing here sees an image.
`sim.counting.task_operands` has the numbers themselves, task for task.

    convolution, matrix product    mac; of a split accumulator also subtract, once a sum
    requantizer of one tensor      requantize; relu or maximum behind it, where it clips above
                                   the lowest number of its format; minimum, where below the
                                   highest
    requantizer of two tensors     residual_add instead
    max pool                       maximum, one less than numbers in the window
    sum pool                       accumulate
    softmax of n numbers           n - 1 maximum, n distance, n exp, n accumulate,
                                   1 reciprocal, n scale
    sum of tensors                 add

A layer that only moves numbers has no task. `dequantize` is the reading of a network's
integers as real numbers at its end, which happens outside of it; `scale` the multiplication
with a reciprocal, which is a `requantize` of few bits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from sim.errors import SimError
from sim.formats import IntFormat
from sim.layers import Add, Flatten, Layer, MaxPool, Relu, Shape, Subsample, SumPool
from sim.network import INPUT, Network
from sim.nonlinear import Function
from sim.operands import weight_format
from sim.requantize import Requantize, Scale
from sim.weighted import Conv2d, Linear

PIXELS = IntFormat(8, signed=False)
MULTIPLIER = IntFormat(16, signed=True)  # of requantizers
MAC = "mac"
DEQUANTIZE = "dequantize"
HALF_EVEN = "requantize half to even"
MINIMUM = "minimum"
SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Task:
    """An operation, and how often an image takes it.

    Attributes
    ----------
    layer
        Of the network.
    operation
        Name of an operator of `sim.ops`, or of something that no unit does; `scale` too.
    operands
        Role -> format of each number that is data.
    result
        Format of the result.
    count
        Operations of one image.
    """

    layer: str
    operation: str
    operands: tuple[tuple[str, IntFormat], ...]
    result: IntFormat
    count: int

    @property
    def formats(self) -> str:
        """Operands and result, as tables show them."""
        given = ", ".join(f"{role} {number}" for role, number in self.operands)
        return f"{given} -> {self.result}"

    @property
    def flops(self) -> int:
        """Of a floating-point network: two of a multiply-accumulate, else one of each number.

        What only integers need, requantizing and the sums of split accumulators, is none.
        """
        each = {MAC: 2, "requantize": 0, HALF_EVEN: 0, "subtract": 0, DEQUANTIZE: 0, MINIMUM: 0}
        return each.get(self.operation, 1) * self.count


def tasks_of(network: Network) -> list[Task]:
    """All tasks of a network of integers, in its order.

    Raises
    ------
    SimError
        If a layer is none that is known; the message names it.
    """
    formats = {INPUT: PIXELS}
    found: list[Task] = []
    for node in network.nodes:
        shapes = [network.shapes[name] for name in node.inputs]
        given = [formats[name] for name in node.inputs]
        outputs = prod(network.shapes[node.name])
        for operation, operands, result, count in _of_layer(
            node.name, node.layer, given, shapes, outputs
        ):
            found.append(Task(node.name, operation, operands, result, count))
        formats[node.name] = result_format(node.layer, given)
    return found


def tensor_formats(network: Network) -> dict[str, IntFormat]:
    """What holds each tensor of a network, by name; images are unsigned bytes."""
    formats = {INPUT: PIXELS}
    for node in network.nodes:
        formats[node.name] = result_format(node.layer, [formats[name] for name in node.inputs])
    return formats


def result_format(layer: Layer, given: list[IntFormat]) -> IntFormat:
    """What holds a layer's results, where its inputs have these formats."""
    number = given[0]
    match layer:
        case Conv2d() | Linear():
            bits = layer.accumulator.bits
            # The difference of two unsigned sums.
            number = IntFormat(bits + 1 if layer.accumulator.split else bits, signed=True)
        case Requantize():
            number = layer.output
        case SumPool():
            number = IntFormat(number.bits + _log2(prod(layer.kernel)), number.signed)
        case Relu():
            number = IntFormat(max(number.bits - number.signed, 1), signed=False)
        case Add():
            signed = any(each.signed for each in given)
            widest = max(each.bits + (signed and not each.signed) for each in given)
            number = IntFormat(widest + _log2(len(given)), signed)
        case Function():
            number = layer.point.result
    return number


_Found = tuple[str, tuple[tuple[str, IntFormat], ...], IntFormat, int]


def _of_layer(
    name: str, layer: Layer, given: list[IntFormat], shapes: list[Shape], outputs: int
) -> Iterator[_Found]:
    result = result_format(layer, given)
    match layer:
        case Conv2d() | Linear():
            acc = layer.accumulator
            operands = (("x", layer.x_format), ("w", weight_format(layer)))
            yield MAC, operands, acc.format, layer.macs(shapes[0])
            if acc.split:
                yield "subtract", (("pos", acc.format), ("neg", acc.format)), result, outputs
        case Requantize():
            yield from _requantized(layer, given, outputs)
        case Function(name="softmax"):
            yield from _softmax(layer, shapes[0][-1], outputs)
        case Function():
            yield layer.name, (("x", layer.point.operand),), result, outputs
        case Add():
            total = given[0]
            for number in given[1:]:
                pair = (("x", total), ("y", number))
                total = result_format(Add(), [total, number])
                yield "add", pair, total, outputs
        case Flatten() | Subsample():
            return
        case _:
            yield _of_one(name, layer, given[0], result, outputs)


def _of_one(name: str, layer: Layer, number: IntFormat, result: IntFormat, outputs: int) -> _Found:
    """The one task of a layer of one input."""
    match layer:
        case MaxPool():
            pair = (("x", number), ("y", number))
            return "maximum", pair, result, outputs * (prod(layer.kernel) - 1)
        case SumPool():
            return "accumulate", (("x", number),), result, outputs * prod(layer.kernel)
        case Relu():
            return "relu", (("x", number),), result, outputs
        case Scale():
            return DEQUANTIZE, (("x", number),), result, outputs
    raise SimError(
        f"layer {name}: a {type(layer).__name__} is none of the layers that have tasks: "
        "quantize the network first"
    )


def _requantized(layer: Requantize, given: list[IntFormat], outputs: int) -> Iterator[_Found]:
    output = layer.output
    names = ("x", "y")
    operands = tuple(zip(names, given, strict=False))
    if layer.rounding != "shift":
        yield HALF_EVEN, operands, output, outputs
        return
    if len(given) > len(names):
        raise SimError(f"a sum of {len(given)} tensors that is requantized has no task")
    scaled = tuple(
        pair for operand, factor in zip(operands, ("m", "n"), strict=False)
        for pair in (operand, (factor, MULTIPLIER))
    )  # fmt: skip
    yield ("requantize" if len(given) == 1 else "residual_add"), scaled, output, outputs
    if layer.low is not None and layer.low > output.min:
        pair = (("x", output),) if layer.low == 0 else (("x", output), ("y", output))
        yield ("relu" if layer.low == 0 else "maximum"), pair, output, outputs
    if layer.high is not None and layer.high < output.max:
        yield MINIMUM, (("x", output), ("y", output)), output, outputs


def _softmax(layer: Function, terms: int, outputs: int) -> Iterator[_Found]:
    point, rows = layer.point, outputs // terms
    unsigned = point.result
    total = IntFormat(unsigned.bits + 8, signed=False)
    yield "maximum", (("x", point.operand), ("y", point.operand)), point.operand, outputs - rows
    yield "distance", (("x", point.operand), ("y", point.operand)), unsigned, outputs
    yield "exp", (("x", unsigned),), unsigned, outputs
    yield "accumulate", (("x", unsigned),), total, outputs
    yield "reciprocal", (("x", total),), unsigned, rows
    yield SCALE, (("x", unsigned), ("m", unsigned)), unsigned, outputs


def _log2(terms: int) -> int:
    return (terms - 1).bit_length()
