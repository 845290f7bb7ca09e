"""The ONNX graph of a network of integers while it is written."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.formats import IntFormat
from sim.layers import FloatArray, Shape
from sim.network import INPUT, Network, Node
from sim.requantize import Scale
from sim.signmag import SignMagnitude
from sim.weighted import Conv2d, Linear

try:
    from onnx import TensorProto, helper, numpy_helper
except ImportError as error:  # an extra of the package
    raise SimError("ONNX networks need the package onnx: pip install 'gatewatt[onnx]'") from error

FLOAT, DOUBLE, INT64 = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64
_DOMAIN = "qonnx.custom_op.general"
_OPSET, _IR_VERSION = 19, 9
_PIXEL = IntFormat(8, signed=False)


class GraphWriter:
    """Takes nodes and constants, and names them.

    Parameters
    ----------
    network
        Of integers.

    Attributes
    ----------
    shapes
        Of the network's tensors.
    tensors
        Tensor of the network -> that of the graph which holds it.
    """

    def __init__(self, network: Network) -> None:
        self._last = network.nodes[-1]
        self.shapes = network.shapes
        self.tensors: dict[str, str] = {}
        self._nodes: list[Any] = []
        self._constants: dict[str, npt.NDArray[Any]] = {}
        self._values: list[Any] = []
        self._pixels: dict[IntFormat, str] = {}
        # Of pieces beside the layers' own nodes, whose names they must not take.
        self._taken = {node.name for node in network.nodes}

    def model(self, properties: dict[str, str]) -> bytes:
        """The file's content, with metadata."""
        last = self.tensors[self._last.name]
        kind = DOUBLE if isinstance(self._last.layer, Scale) else FLOAT
        graph = helper.make_graph(
            self._nodes, "network",
            [_typed(INPUT, FLOAT, self.shapes[INPUT])],
            [_typed(last, kind, self.shapes[self._last.name])],
            [numpy_helper.from_array(values, name) for name, values in self._constants.items()],
            value_info=[value for value in self._values if value.name != last],
        )  # fmt: skip
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_DOMAIN, 1)]
        made = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION,
                                 producer_name="gatewatt")  # fmt: skip
        helper.set_model_props(made, properties)
        return bytes(made.SerializeToString())

    def emit(
        self, op: str, name: str, inputs: list[str], shape: Shape,
        kind: int = FLOAT, **attributes: Any,
    ) -> str:  # fmt: skip
        """Append an operator; the tensor that it gives.

        Parameters
        ----------
        op, name, inputs
            The operator, what it is called, and its tensors.
        shape
            Of its result, channels last.
        kind
            Type of the result's numbers.
        attributes
            Of the operator.
        """
        output = f"{name}.out"
        domain = _DOMAIN if op == "Quant" else ""
        self._nodes.append(
            helper.make_node(op, inputs, [output], name=name, domain=domain, **attributes)
        )
        self._values.append(_typed(output, kind, shape))
        return output

    def piece(self, name: str) -> str:
        """A name that no layer has, and no other piece."""
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        """Keep a constant; its name."""
        self._constants[name] = np.ascontiguousarray(values)
        return name

    def channels(self, name: str, values: FloatArray, shape: Shape, kind: type = np.float64) -> str:
        """One number, or one a channel, ready to be broadcast."""
        flat: npt.NDArray[Any] = np.asarray(values, dtype=kind).reshape(-1)
        if flat.size > 1 or len(shape) == 1:
            flat = flat.reshape(1, -1, *[1] * (len(shape) - 1))
        return self.constant(name, flat)

    def quant(self, name: str, source: str, number: IntFormat, shape: Shape) -> str:
        """The integers of a format; a sign-magnitude one is that without the lowest number."""
        for constant, value in (("one", 1), ("zero", 0), (f"bits{number.bits}", number.bits)):
            self._constants[constant] = np.array(value, dtype=np.float32)
        return self.emit(
            "Quant", name, [source, "one", "zero", f"bits{number.bits}"], shape,
            signed=int(number.signed), narrow=int(isinstance(number, SignMagnitude)),
            rounding_mode="ROUND",
        )  # fmt: skip

    def weights(self, name: str, layer: Conv2d | Linear, weights: npt.NDArray[Any]) -> str:
        """A layer's weights, behind the quantizer that says their width."""
        constant = self.constant(f"{name}.weight", weights.astype(np.float32))
        number = layer.w_format
        self._constants[f"bits{number.bits}"] = np.array(number.bits, dtype=np.float32)
        output = f"{name}.weight.out"
        self._constants |= {k: np.array(v, np.float32) for k, v in (("one", 1), ("zero", 0))}
        self._nodes.append(helper.make_node(
            "Quant", [constant, "one", "zero", f"bits{number.bits}"], [output],
            name=f"{name}.weight", domain=_DOMAIN, signed=int(number.signed),
            narrow=int(isinstance(number, SignMagnitude)), rounding_mode="ROUND",
        ))  # fmt: skip
        self._values.append(helper.make_tensor_value_info(output, FLOAT, weights.shape))
        return output

    def source(self, node: Node, index: int = 0, number: IntFormat = _PIXEL) -> str:
        """The tensor that a layer takes; of pixels, as integers of a format."""
        name = node.inputs[index]
        if name != INPUT:
            return self.tensors[name]
        if number not in self._pixels:
            shape = self.shapes[INPUT]
            piece = self.piece(f"{INPUT}.{number}")
            self._pixels[number] = self.quant(piece, INPUT, number, shape)
        return self._pixels[number]

    def cast(self, name: str, source: str, shape: Shape, kind: int) -> str:
        """The same numbers, of another type."""
        return self.emit("Cast", self.piece(name), [source], shape, kind, to=kind)


def _typed(name: str, kind: int, shape: Shape) -> Any:
    """A tensor's type and its shape, channels first."""
    turned = (shape[2], *shape[:2]) if len(shape) == 3 else shape
    return helper.make_tensor_value_info(name, kind, ["N", *turned])
