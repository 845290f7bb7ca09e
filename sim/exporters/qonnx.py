"""Networks of integers as QONNX files.

Every tensor of the file holds the network's own integers, with scale 1; its input is the pixels as
they are. Layers are the ONNX operators of their names, on float32, which holds integers to
2^24; weights are constants behind a `Quant` node that says their width.

    Requantize   Cast to double, Mul, Add, rounding, Cast to float32, Quant of scale 1: exact,
                 in the same order
      half-even  Round
      shift      (a m + c + 2^(s-1)) >> s is floor(a m/2^s + (c + 2^(s-1))/2^s), of binary
                 fractions that a double holds without rounding: Floor
      low 0      a Relu before the rounding
    border       ONNX pads with 0: where the border holds p, the layer takes x - p, and the sum
                 of w p is added behind it
    SumPool      AveragePool times the window's area, rounded to the integer that it is
    Subsample    Slice, then Pad of the channels
    Lookup       Cast to int64, less the lowest value, and Gather from the table

What no operator says stands in the metadata (`sim.notes`). Sums that wrap or saturate are
known there only: another reader has their exact values.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.files import write_bytes
from sim.formats import IntFormat
from sim.layers import Add, Flatten, FloatArray, MaxPool, Shape, Subsample, SumPool
from sim.lookup import Lookup
from sim.network import INPUT, Network, Node
from sim.notes import KEY, Notes
from sim.requantize import Requantize, Scale
from sim.signmag import SignMagnitude
from sim.weighted import Conv2d, Linear

try:
    from onnx import TensorProto, helper, numpy_helper
except ImportError as error:  # an extra of the package
    raise SimError("ONNX networks need the package onnx: pip install 'gatewatt[onnx]'") from error

DOMAIN = "qonnx.custom_op.general"
_OPSET, _IR_VERSION = 19, 9
_PIXEL = IntFormat(8, signed=False)
_SUM_BITS = 24  # what float32 holds


def write_qonnx(network: Network, path: Path, kind: str = "") -> None:
    """Write a network of integers.

    Parameters
    ----------
    network
        As `sim.quantize` makes it.
    path
        Where to.
    kind
        Of its scheme, for the metadata.

    Raises
    ------
    SimError
        If a layer has no counterpart that is exact, or the file cannot be written.
    """
    if not network.weighted:
        raise SimError("the network has no integer layer with weights: quantize it first")
    model = _Writer(network).model
    helper.set_model_props(model, {KEY: Notes.of(network, kind).to_json()})
    write_bytes(path, model.SerializeToString())


class _Writer:
    def __init__(self, network: Network) -> None:
        self._network = network
        self._nodes: list[Any] = []
        self._constants: dict[str, npt.NDArray[Any]] = {}
        self._values: list[Any] = []
        self._tensors: dict[str, str] = {}  # of the network -> float32 tensor of the graph
        self._pixels: dict[IntFormat, str] = {}
        self._last = ""
        # Of pieces beside the layers' own nodes, whose names they must not take.
        self._taken = {node.name for node in network.nodes}
        known: dict[type, Callable[[Node, Any], str]] = {
            Conv2d: self._conv, Linear: self._linear, Requantize: self._requantize,
            Scale: self._scale, MaxPool: self._max_pool, SumPool: self._sum_pool,
            Subsample: self._subsample, Flatten: self._flatten, Add: self._add,
            Lookup: self._lookup,
        }  # fmt: skip
        for node in network.nodes:
            write = known.get(type(node.layer))
            if write is None:
                raise SimError(
                    f"layer {node.name}: a {type(node.layer).__name__} cannot be exported: known "
                    f"are {', '.join(kind.__name__ for kind in known)}"
                )
            try:
                self._tensors[node.name] = self._last = write(node, node.layer)
            except SimError as error:
                raise SimError(f"layer {node.name}: {error}") from error
        self.model = self._made()

    def _made(self) -> Any:
        last = self._network.nodes[-1]
        kind = TensorProto.DOUBLE if isinstance(last.layer, Scale) else TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes, "network",
            [self._typed(INPUT, TensorProto.FLOAT, self._network.shapes[INPUT])],
            [self._typed(self._last, kind, self._network.shapes[last.name])],
            [numpy_helper.from_array(values, name) for name, values in self._constants.items()],
            value_info=[value for value in self._values if value.name != self._last],
        )  # fmt: skip
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(DOMAIN, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION,
                                 producer_name="gatewatt")  # fmt: skip

    # --- pieces ---------------------------------------------------------------

    @staticmethod
    def _typed(name: str, kind: int, shape: Shape) -> Any:
        """A tensor's type and its shape, channels first."""
        turned = (shape[2], *shape[:2]) if len(shape) == 3 else shape
        return helper.make_tensor_value_info(name, kind, ["N", *turned])

    def _emit(
        self, op: str, name: str, inputs: list[str], shape: Shape,
        kind: int = TensorProto.FLOAT, **attributes: Any,
    ) -> str:  # fmt: skip
        output = f"{name}.out"
        domain = DOMAIN if op == "Quant" else ""
        self._nodes.append(
            helper.make_node(op, inputs, [output], name=name, domain=domain, **attributes)
        )
        self._values.append(self._typed(output, kind, shape))
        return output

    def _piece(self, name: str) -> str:
        """A name that no layer has, and no other piece."""
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def _constant(self, name: str, values: npt.NDArray[Any]) -> str:
        self._constants[name] = np.ascontiguousarray(values)
        return name

    def _channels(
        self, name: str, values: FloatArray, shape: Shape, kind: type = np.float64
    ) -> str:
        """One number, or one a channel, ready to be broadcast."""
        flat: npt.NDArray[Any] = np.asarray(values, dtype=kind).reshape(-1)
        if flat.size > 1 or len(shape) == 1:
            flat = flat.reshape(1, -1, *[1] * (len(shape) - 1))
        return self._constant(name, flat)

    def _quant(
        self, name: str, source: str, number: IntFormat, shape: Shape
    ) -> str:  # fmt: skip
        """The integers of a format; a sign-magnitude one is that without the lowest number."""
        for constant, value in (("one", 1), ("zero", 0), (f"bits{number.bits}", number.bits)):
            self._constants[constant] = np.array(value, dtype=np.float32)
        return self._emit(
            "Quant", name, [source, "one", "zero", f"bits{number.bits}"], shape,
            signed=int(number.signed), narrow=int(isinstance(number, SignMagnitude)),
            rounding_mode="ROUND",
        )  # fmt: skip

    def _weights(self, name: str, layer: Conv2d | Linear, weights: npt.NDArray[Any]) -> str:
        constant = self._constant(f"{name}.weight", weights.astype(np.float32))
        number = layer.w_format
        self._constants[f"bits{number.bits}"] = np.array(number.bits, dtype=np.float32)
        output = f"{name}.weight.out"
        self._constants |= {k: np.array(v, np.float32) for k, v in (("one", 1), ("zero", 0))}
        self._nodes.append(helper.make_node(
            "Quant", [constant, "one", "zero", f"bits{number.bits}"], [output],
            name=f"{name}.weight", domain=DOMAIN, signed=int(number.signed),
            narrow=int(isinstance(number, SignMagnitude)), rounding_mode="ROUND",
        ))  # fmt: skip
        self._values.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, weights.shape))
        return output

    def _source(self, node: Node, index: int = 0, number: IntFormat = _PIXEL) -> str:
        """The tensor that a layer takes; of pixels, as integers of a format."""
        name = node.inputs[index]
        if name != INPUT:
            return self._tensors[name]
        if number not in self._pixels:
            shape = self._network.shapes[INPUT]
            piece = self._piece(f"{INPUT}.{number}")
            self._pixels[number] = self._quant(piece, INPUT, number, shape)
        return self._pixels[number]

    # --- layers ---------------------------------------------------------------

    def _conv(self, node: Node, layer: Conv2d) -> str:
        source = self._source(node, 0, layer.x_format)
        before, shape = (self._network.shapes[name] for name in (node.inputs[0], node.name))
        border = np.broadcast_to(np.atleast_1d(layer.pad_value), (before[2],))
        framed = layer.padding != (0, 0) and bool(np.any(border))
        if framed:
            values = border[:1] if np.all(border == border[0]) else border
            level = self._channels(f"{node.name}.border", values.astype(np.float64), before,
                                   np.float32)  # fmt: skip
            source = self._emit("Sub", self._piece(f"{node.name}.centred"), [source, level], before)
        weights = self._weights(node.name, layer, layer.weight)
        down, across = layer.padding
        found = self._emit(
            "Conv", node.name, [source, weights], shape, kernel_shape=list(layer.kernel),
            strides=list(layer.stride), pads=[down, across] * 2, group=layer.groups,
        )  # fmt: skip
        if not framed:
            return found
        # Each group's weights meet its own channels.
        each = border.reshape(layer.groups, 1, -1, 1, 1)
        parts = layer.weight.reshape(layer.groups, -1, *layer.weight.shape[1:])
        sums = (parts * each).sum(axis=(2, 3, 4)).reshape(-1)
        added = self._channels(f"{node.name}.borders", sums.astype(np.float64), shape, np.float32)
        return self._emit("Add", self._piece(f"{node.name}.sum"), [found, added], shape)

    def _linear(self, node: Node, layer: Linear) -> str:
        source = self._source(node, 0, layer.x_format)
        weights = self._weights(node.name, layer, layer.weight.T)
        return self._emit("MatMul", node.name, [source, weights], self._network.shapes[node.name])

    def _affine(self, node: Node, factors: tuple[FloatArray, ...], offset: FloatArray) -> str:
        """Inputs times factors, plus an offset, in doubles and in this order."""
        shape, double = self._network.shapes[node.name], TensorProto.DOUBLE
        total = ""
        for index, factor in enumerate(factors):
            name = f"{node.name}.{index}"
            wide = self._cast(f"{name}.double", self._source(node, index), shape, double)
            constant = self._channels(f"{name}.factor", factor, shape)
            piece = self._piece(f"{name}.scaled")
            scaled = self._emit("Mul", piece, [wide, constant], shape, double)
            if total:
                piece = self._piece(f"{name}.added")
                scaled = self._emit("Add", piece, [total, scaled], shape, double)
            total = scaled
        constant = self._channels(f"{node.name}.offset", offset, shape)
        piece = self._piece(f"{node.name}.real")
        return self._emit("Add", piece, [total, constant], shape, double)

    def _requantize(self, node: Node, layer: Requantize) -> str:
        number, shape, double = (
            layer.output, self._network.shapes[node.name], TensorProto.DOUBLE,
        )  # fmt: skip
        if layer.zero:
            raise SimError("a zero point behind the rounding has no exact counterpart in QONNX")
        low = number.min if layer.low is None else layer.low
        high = number.max if layer.high is None else layer.high
        if low not in (number.min, 0) or high != number.max:
            raise SimError(
                f"results from {low} to {high}: only ranges of a format ({number}: {number.min} "
                f"to {number.max}), or from 0, can be exported"
            )
        shifted = layer.rounding == "shift"
        fraction = 0.5**layer.shift if shifted else 1.0
        half = (1 << layer.shift) >> 1 if shifted else 0
        factors = tuple(factor * fraction for factor in layer.multipliers)
        real = self._affine(node, factors, (layer.offset + half) * fraction)
        if low == 0 and number.signed:
            real = self._emit("Relu", self._piece(f"{node.name}.relu"), [real], shape, double)
        operator, piece = "Floor" if shifted else "Round", self._piece(f"{node.name}.rounded")
        real = self._emit(operator, piece, [real], shape, double)
        # What float32 does not hold is clipped anyway.
        narrow = self._cast(f"{node.name}.float", real, shape, TensorProto.FLOAT)
        return self._quant(node.name, narrow, number, shape)

    def _cast(self, name: str, source: str, shape: Shape, kind: int) -> str:
        return self._emit("Cast", self._piece(name), [source], shape, kind, to=kind)

    def _scale(self, node: Node, layer: Scale) -> str:
        return self._affine(node, layer.scales, layer.offset)

    def _add(self, node: Node, layer: Add) -> str:  # noqa: ARG002 - all layers have it
        total, shape = self._source(node), self._network.shapes[node.name]
        for index in range(1, len(node.inputs)):
            last = index == len(node.inputs) - 1
            name = node.name if last else self._piece(f"{node.name}.{index}")
            total = self._emit("Add", name, [total, self._source(node, index)], shape)
        return total

    def _max_pool(self, node: Node, layer: MaxPool) -> str:
        shape, window = self._network.shapes[node.name], _window(layer)
        return self._emit("MaxPool", node.name, [self._source(node)], shape, **window)

    def _sum_pool(self, node: Node, layer: SumPool) -> str:
        shape, window = self._network.shapes[node.name], _window(layer)
        area = layer.kernel[0] * layer.kernel[1]
        mean = self._emit("AveragePool", node.name, [self._source(node)], shape,
                          count_include_pad=1, **window)  # fmt: skip
        constant = self._constant(f"{node.name}.area", np.array(area, dtype=np.float32))
        total = self._emit("Mul", self._piece(f"{node.name}.times"), [mean, constant], shape)
        piece = self._piece(f"{node.name}.sum")
        return self._quant(piece, total, IntFormat(_SUM_BITS, signed=True), shape)

    def _subsample(self, node: Node, layer: Subsample) -> str:
        shape, before = (self._network.shapes[name] for name in (node.name, node.inputs[0]))
        constants = {
            "starts": [0, 0], "ends": list(before[:2]), "axes": [2, 3],
            "steps": [layer.stride] * 2, "pads": [0, layer.before, 0, 0, 0, layer.after, 0, 0],
        }  # fmt: skip
        names = {
            key: self._constant(f"{node.name}.{key}", np.array(values, dtype=np.int64))
            for key, values in constants.items()
        }
        pads = names.pop("pads")
        kept = (*shape[:2], before[2])
        piece = self._piece(f"{node.name}.cut")
        cut = self._emit("Slice", piece, [self._source(node), *names.values()], kept)
        return self._emit("Pad", node.name, [cut, pads], shape)

    def _lookup(self, node: Node, layer: Lookup) -> str:
        shape, whole = self._network.shapes[node.name], TensorProto.INT64
        index = self._cast(f"{node.name}.index", self._source(node, 0, layer.number), shape, whole)
        if layer.number.signed:
            lowest = self._constant(f"{node.name}.lowest", np.array(layer.number.min))
            piece = self._piece(f"{node.name}.place")
            index = self._emit("Sub", piece, [index, lowest], shape, whole)
        table = self._constant(f"{node.name}.table", layer.table.astype(np.float32))
        return self._emit("Gather", node.name, [table, index], shape, axis=0)

    def _flatten(self, node: Node, layer: Flatten) -> str:  # noqa: ARG002 - all layers have it
        shape = self._network.shapes[node.name]
        return self._emit("Flatten", node.name, [self._source(node)], shape, axis=1)


def _window(layer: MaxPool | SumPool) -> dict[str, Any]:
    return {"kernel_shape": list(layer.kernel), "strides": list(layer.stride),
            "pads": list(layer.padding) * 2}  # fmt: skip
