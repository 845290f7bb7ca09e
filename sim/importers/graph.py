"""An ONNX graph: read, checked, what is constant folded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.importers.folding import check_fold
from sim.notes import KEY, Notes

try:
    import onnx
    from onnx import TensorProto, numpy_helper
    from onnx.reference import ReferenceEvaluator
except ImportError as error:  # an extra of the package
    raise SimError("ONNX networks need the package onnx: pip install 'gatewatt[onnx]'") from error

Constant = npt.NDArray[Any]
# What reading a graph raises that is not as its operators have it.
MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
MOST_PIXELS = 1 << 26
FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE)
INT64 = TensorProto.INT64
# Of these, constants are weights that keep their integers.
QUANTIZED = ("QuantizeLinear", "DequantizeLinear")


@dataclass(frozen=True, eq=False)
class GraphNode:
    """An operator of a graph."""

    op: str
    name: str
    inputs: tuple[str, ...]
    output: str
    attributes: dict[str, Any]
    proto: Any = field(repr=False)

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"{self.op} '{self.name}'"


class Graph:
    """The nodes of an ONNX file in their order, and its constants.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    SimError
        If it cannot be read, has not one input of pixels, or holds numbers that are
        not finite.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._model = onnx.load(str(path))
        except FileNotFoundError as error:
            raise SimError(f"{path}: there is no such ONNX file") from error
        except Exception as error:  # protobuf has no common class of its own
            raise SimError(f"{path}: not an ONNX file: {error}") from error
        graph = self._model.graph
        try:
            for tensor in graph.initializer:
                onnx.checker.check_tensor(tensor)
            self.constants: dict[str, Constant] = {
                tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer
            }
        # The checker's own, and whatever an array cannot be made of.
        except (onnx.checker.ValidationError, *MALFORMED) as error:
            raise SimError(f"{path}: not a whole ONNX file: {error}") from error
        for name, values in self.constants.items():
            if values.dtype.kind == "f" and not np.all(np.isfinite(values)):
                raise SimError(f"{path}: weights '{name}' hold NaN or infinite numbers")
        inputs = [i for i in graph.input if i.name not in self.constants]
        if len(inputs) != 1 or not graph.output:
            raise SimError(f"{path}: one input is wanted, there are {len(inputs)}")
        self.input = inputs[0].name
        self.output = graph.output[0].name
        extents = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim]
        if len(extents) not in (2, 4) or min(extents[1:]) < 1 or prod(extents[1:]) > MOST_PIXELS:
            raise SimError(
                f"{path}: images (N, C, H, W) or (N, K) of at most {MOST_PIXELS} numbers are "
                f"wanted, not {extents}"
            )
        self.shape = tuple(extents[1:])
        texts = [entry.value for entry in self._model.metadata_props if entry.key == KEY]
        try:
            self.notes = Notes.from_json(texts[-1]) if texts else Notes()
        except SimError as error:
            raise SimError(f"{path}: {error}") from error

    def nodes(self) -> Iterator[GraphNode]:
        """Operators that depend on the input; the others become constants."""
        for index, proto in enumerate(self._model.graph.node):
            if not proto.output:
                raise SimError(f"{proto.op_type} '{proto.name}': has no output")
            node = GraphNode(
                proto.op_type, proto.name or proto.output[0] or str(index),
                tuple(proto.input), proto.output[0],
                {a.name: onnx.helper.get_attribute_value(a) for a in proto.attribute}, proto,
            )  # fmt: skip
            if node.op == "Constant":
                self._fold(node)
            elif node.op == "Shape" and node.inputs[:1] == (self.input,):
                # The batch is a -1 in whatever reshapes by it.
                self.constants[node.output] = np.array([-1, *self.shape], dtype=np.int64)
            elif node.op in QUANTIZED or proto.domain:
                yield node
            elif all(name in self.constants or not name for name in node.inputs):
                self._fold(node)
            else:
                yield node

    def _fold(self, node: GraphNode) -> None:
        given = [name for name in node.inputs if name]
        with told(node):
            check_fold(node.op, [self.constants[name] for name in given])
        inputs = [
            onnx.helper.make_tensor_value_info(
                name, onnx.helper.np_dtype_to_tensor_dtype(self.constants[name].dtype), None
            )
            for name in given
        ]
        output = onnx.helper.make_empty_tensor_value_info(node.output)
        graph = onnx.helper.make_graph([node.proto], "constant", inputs, [output])
        model = onnx.helper.make_model(graph, opset_imports=self._model.opset_import)
        try:
            evaluator = ReferenceEvaluator(model)
            evaluated = evaluator.run(None, {name: self.constants[name] for name in given})
        except Exception as error:  # whatever the evaluator meets
            raise SimError(f"{node.label}: cannot be computed from constants: {error}") from error
        made = np.asarray(next(iter(evaluated)))
        if made.dtype.kind not in "fiub":
            raise SimError(f"{node.label}: makes {made.dtype}, numbers are wanted")
        self.constants[node.output] = made


@contextmanager
def told(node: GraphNode) -> Iterator[None]:
    """Name the node in what is wrong with it.

    Raises
    ------
    SimError
        For whatever is not as the node's operator has it.
    """
    try:
        yield
    except SimError as error:
        text = str(error)
        raise SimError(text if node.label in text else f"{node.label}: {text}") from error
    except MALFORMED as error:
        raise SimError(
            f"{node.label}: its attributes and inputs are not those of the operator: {error!r}"
        ) from error


def pair(node: GraphNode, name: str, default: int) -> tuple[int, int]:
    """An attribute of two numbers.

    Raises
    ------
    SimError
        If there are not two.
    """
    given = list(node.attributes.get(name, [default, default]))
    if len(given) != 2:
        raise SimError(f"{node.label}: {name} {given}: two-dimensional ones only")
    return int(given[0]), int(given[1])


def padding(node: GraphNode, kernel: tuple[int, int]) -> tuple[int, int]:
    """Border of a window operator, the same on opposite sides.

    Raises
    ------
    SimError
        If it is not the same, or windows are dilated or rounded up.
    """
    if pair(node, "dilations", 1) != (1, 1) or node.attributes.get("ceil_mode", 0):
        raise SimError(f"{node.label}: dilated windows and ceil_mode are not supported")
    automatic = node.attributes.get("auto_pad", b"NOTSET").decode()
    if automatic in ("SAME_UPPER", "SAME_LOWER"):
        if pair(node, "strides", 1) != (1, 1) or not all(width % 2 for width in kernel):
            raise SimError(f"{node.label}: {automatic} needs strides of 1 and odd kernels")
        return kernel[0] // 2, kernel[1] // 2
    pads = [0, 0, 0, 0] if automatic == "VALID" else list(node.attributes.get("pads", [0] * 4))
    if len(pads) != 4 or pads[:2] != pads[2:]:
        raise SimError(f"{node.label}: pads {pads}: the same on opposite sides only")
    return int(pads[0]), int(pads[1])
