"""ONNX files: float, QDQ and QONNX networks, changed field by field or byte by byte."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from sim.importers.onnx import load_onnx, notes_of
from sim.network import INPUT
from tests.fuzz.mutate import NUMBERS, WORDS, mutated

_FILE = "net.onnx"
_SHAPE = (2, 6, 6)
_INTEGERS = (0, -1, 1, 2, 3, 7, 255, 2**31 - 1, -(2**31), 2**40, 2**62, -(2**63), 1 << 20)
_FLOATS = (0.0, -1.0, 1e30, -1e30, 1e-40, float("nan"), float("inf"), 0.1)
# Operators that are computed while constants are folded, or could be.
_OPERATORS = (
    "Expand", "Tile", "ConstantOfShape", "Range", "Loop", "If", "Scan", "Pad", "Resize", "Pow",
    "Concat", "Split", "Gather", "OneHot", "Reshape", "Transpose", "Slice", "Shape", "Sequence",
    "RandomNormal", "Einsum", "LSTM", "Conv", "Gemm", "MatMul", "Relu", "Add", "Mul", "Div",
    "MaxPool", "AveragePool", "GlobalAveragePool", "Flatten", "QuantizeLinear", "Clip",
    "DequantizeLinear", "Quant", "BipolarQuant", "BatchNormalization", "Softmax", "Identity",
    "Sigmoid", "Tanh", "Round", "Floor", "Cast", "Dropout", "Squeeze", "Constant", "Trunc",
    "ImageDecoder", "StringNormalizer", "Optional", "MultiThreshold", "",
)  # fmt: skip


class Onnx:
    """See `Target`."""

    def __init__(self) -> None:
        self._seeds = (_float(), _qdq(), _qonnx(), _folded())

    def make(self, chance: random.Random) -> Mapping[str, bytes]:
        """See `Target.make`."""
        if chance.random() < 0.25:
            return {_FILE: mutated(chance, self._seeds)}
        model = onnx.ModelProto.FromString(chance.choice(self._seeds))
        for _ in range(min(1 + int(chance.expovariate(1.2)), 6)):
            chance.choice(_CHANGES)(chance, model)
        return {_FILE: model.SerializeToString()}

    def read(self, folder: Path, files: Mapping[str, bytes]) -> str:  # noqa: ARG002
        """See `Target.read`."""
        path = folder / _FILE
        network = load_onnx(path)
        assert notes_of(path) is not None
        shape = network.shapes[INPUT]
        if np.prod(shape) <= 4096:
            with np.errstate(all="ignore"):
                network.run(np.zeros((2, *shape), np.uint8))
        return "integers" if network.weighted else "floats"


def _saved(nodes: Sequence[Any], constants: Mapping[str, Any]) -> bytes:
    tensors = [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()]
    graph = helper.make_graph(
        list(nodes), "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *_SHAPE])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], tensors,
    )  # fmt: skip
    domains = [helper.make_opsetid("", 19), helper.make_opsetid("qonnx.custom_op.general", 1)]
    made = helper.make_model(graph, opset_imports=domains, ir_version=9)
    helper.set_model_props(made, {"gatewatt": '{"version": 1, "kind": "", "levels": 255, '
                                  '"layers": {}}'})  # fmt: skip
    return bytes(made.SerializeToString())


def _float() -> bytes:
    weights = np.linspace(-1, 1, 72, dtype=np.float32).reshape(4, 2, 3, 3)
    norm = np.array([0.5, 1.0, 1.5, 2.0], np.float32)
    return _saved(
        [
            helper.make_node("Conv", ["x", "w"], ["c"], name="conv", auto_pad="SAME_UPPER"),
            helper.make_node("Add", ["c", "b"], ["d"], name="bias"),
            helper.make_node("BatchNormalization", ["d", "g", "g", "g", "g"], ["n"], name="norm"),
            helper.make_node("Relu", ["n"], ["r"], name="relu"),
            helper.make_node("AveragePool", ["r"], ["p"], name="pool", kernel_shape=[2, 2],
                             strides=[2, 2]),
            helper.make_node("Reshape", ["p", "to"], ["f"], name="flat"),
            helper.make_node("MatMul", ["f", "v"], ["z"], name="product"),
            helper.make_node("Softmax", ["z"], ["y"], name="soft"),
        ],
        {"w": weights, "b": norm.reshape(4, 1, 1), "g": norm, "to": np.array([-1, 36]),
         "v": np.linspace(-1, 1, 180, dtype=np.float32).reshape(36, 5)},
    )  # fmt: skip


def _quantizers(name: str, source: str, scale: str, zero: str) -> list[Any]:
    return [
        helper.make_node("QuantizeLinear", [source, scale, zero], [f"{name}q"], name=f"{name}_q"),
        helper.make_node("DequantizeLinear", [f"{name}q", scale, zero], [name], name=f"{name}_d"),
    ]


def _qdq() -> bytes:
    return _saved(
        [
            *_quantizers("a", "x", "s0", "z0"),
            helper.make_node("DequantizeLinear", ["w", "sw", "zw"], ["wf"], name="dw", axis=0),
            helper.make_node("Conv", ["a", "wf"], ["c"], name="conv", pads=[1, 1, 1, 1], group=2),
            helper.make_node("Relu", ["c"], ["r"], name="relu"),
            *_quantizers("b", "r", "s1", "z0"),
            helper.make_node("MaxPool", ["b"], ["m"], name="pool", kernel_shape=[2, 2],
                             strides=[2, 2]),
            helper.make_node("GlobalAveragePool", ["m"], ["g"], name="mean"),
            helper.make_node("Flatten", ["g"], ["h"], name="flat"),
            *_quantizers("i", "h", "s1", "z0"),
            helper.make_node("DequantizeLinear", ["v", "s1", "zl"], ["vf"], name="dv"),
            helper.make_node("Gemm", ["i", "vf", "bias"], ["y"], name="gemm"),
        ],
        {"s0": np.array(1 / 128, np.float32), "z0": np.array(7, np.uint8),
         "s1": np.array(1 / 16, np.float32), "sw": np.array([1 / 32] * 4, np.float32),
         "zw": np.zeros(4, np.int8), "zl": np.array(0, np.int8),
         "w": np.arange(-18, 18, dtype=np.int8).reshape(4, 1, 3, 3),
         "v": np.arange(-10, 10, dtype=np.int8).reshape(4, 5),
         "bias": np.linspace(-1, 1, 5, dtype=np.float32)},
    )  # fmt: skip


def _quant(name: str, source: str, scale: str, bits: str, signed: int) -> Any:
    return helper.make_node(
        "Quant", [source, scale, "zero", bits], [name], name=f"{name}_quant",
        domain="qonnx.custom_op.general", signed=signed, narrow=0, rounding_mode="ROUND",
    )  # fmt: skip


def _qonnx() -> bytes:
    return _saved(
        [
            _quant("a", "x", "s0", "eight", 0),
            _quant("wq", "w", "s1", "four", 1),
            helper.make_node("Conv", ["a", "wq"], ["c"], name="conv"),
            helper.make_node("Mul", ["c", "s2"], ["e"], name="scale"),
            helper.make_node("Add", ["e", "s1"], ["d"], name="shift"),
            helper.make_node("Relu", ["d"], ["r"], name="relu"),
            _quant("b", "r", "s1", "four", 0),
            helper.make_node("Flatten", ["b"], ["f"], name="flat"),
            helper.make_node("BipolarQuant", ["v", "s1"], ["vq"], name="signs",
                             domain="qonnx.custom_op.general"),
            helper.make_node("MatMul", ["f", "vq"], ["y"], name="product"),
        ],
        {"s0": np.array(1 / 256, np.float32), "s1": np.array(1 / 8, np.float32),
         "s2": np.array(0.5, np.float32), "zero": np.array(0, np.float32),
         "four": np.array(4, np.float32), "eight": np.array(8, np.float32),
         "w": np.linspace(-1, 1, 72, dtype=np.float32).reshape(4, 2, 3, 3),
         "v": np.linspace(-1, 1, 320, dtype=np.float32).reshape(64, 5)},
    )  # fmt: skip


def _folded() -> bytes:
    """Constants that are made by operators: what an exporter leaves unfolded."""
    return _saved(
        [
            helper.make_node("ConstantOfShape", ["size"], ["ones"], name="ones",
                             value=helper.make_tensor("v", TensorProto.FLOAT, [1], [0.5])),
            helper.make_node("Transpose", ["ones"], ["w"], name="turn", perm=[1, 0]),
            helper.make_node("Shape", ["x"], ["s"], name="shape"),
            helper.make_node("Gather", ["s", "zero"], ["n"], name="batch"),
            helper.make_node("Concat", ["n", "rest"], ["to"], name="join", axis=0),
            helper.make_node("Expand", ["half", "five"], ["b"], name="expand"),
            helper.make_node("Reshape", ["x", "to"], ["f"], name="flat"),
            helper.make_node("Gemm", ["f", "w", "b"], ["y"], name="product", alpha=1.0),
        ],
        {"size": np.array([5, 72]), "zero": np.array([0]), "rest": np.array([72]),
         "half": np.array([0.5], np.float32), "five": np.array([5])},
    )  # fmt: skip


def _any_tensor(chance: random.Random, model: Any) -> Any | None:
    tensors = list(model.graph.initializer)
    tensors += [a.t for n in model.graph.node for a in n.attribute if a.HasField("t")]
    return chance.choice(tensors) if tensors else None


def _tensor(chance: random.Random, model: Any) -> None:
    """Another shape, type or content of a constant."""
    tensor = _any_tensor(chance, model)
    if tensor is None:
        return
    match chance.randrange(6):
        case 0 if tensor.dims:
            tensor.dims[chance.randrange(len(tensor.dims))] = chance.choice(_INTEGERS)
        case 1:
            tensor.dims.append(chance.choice(_INTEGERS))
        case 2:
            tensor.data_type = chance.randrange(0, 24)
        case 3 if tensor.raw_data:
            content = bytearray(tensor.raw_data)
            content[chance.randrange(len(content))] ^= 0xFF
            tensor.raw_data = bytes(content)[: chance.choice([len(content), chance.randrange(9)])]
        case 4:
            entry = tensor.external_data.add()
            entry.key, entry.value = "location", chance.choice(["/etc/hostname", "../../x", "x"])
            tensor.data_location = TensorProto.EXTERNAL
        case _:
            _other_value(chance, tensor)


def _other_value(chance: random.Random, tensor: Any) -> None:
    try:
        values = numpy_helper.to_array(tensor).copy()
    except Exception:
        return
    if not values.size:
        return
    kind = values.dtype.kind
    value: float = chance.choice(_FLOATS if kind == "f" else _INTEGERS)
    with np.errstate(all="ignore"):
        flat = values.reshape(-1)
        flat[chance.randrange(flat.size)] = np.array(value).astype(values.dtype)
        if kind in "iu" and chance.random() < 0.5:
            flat[:] = np.array(chance.choice(_INTEGERS)).astype(values.dtype)
    tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def _node(chance: random.Random, model: Any) -> None:
    """A node taken out, doubled, moved, renamed, or of another operator."""
    nodes = model.graph.node
    if not nodes:
        return
    index = chance.randrange(len(nodes))
    node = nodes[index]
    match chance.randrange(7):
        case 0:
            del nodes[index]
        case 1:
            nodes.add().CopyFrom(node)
        case 2:
            node.op_type = chance.choice(_OPERATORS)
        case 3:
            names = [name for other in nodes for name in (*other.input, *other.output)]
            (node.input or node.output)[0] = chance.choice([*names, "", "x", "nowhere"])
        case 4:
            del (node.input if chance.random() < 0.7 else node.output)[:1]
        case 5:
            node.input.append(chance.choice([*node.input, *node.output, "", "zero"]))
        case _:
            node.name = chance.choice(WORDS).decode("latin-1")
            node.domain = chance.choice(["", "qonnx.custom_op.general", "../x", "finn"])


def _attribute(chance: random.Random, model: Any) -> None:
    """Another value or type of an attribute."""
    nodes = [node for node in model.graph.node if node.attribute]
    if not nodes:
        return
    attribute = chance.choice(chance.choice(nodes).attribute)
    match chance.randrange(5):
        case 0:
            attribute.CopyFrom(
                helper.make_attribute(attribute.name or "a", chance.choice(_INTEGERS))
            )
        case 1:
            some = [chance.choice(_INTEGERS) for _ in range(chance.randrange(1, 6))]
            attribute.CopyFrom(helper.make_attribute(attribute.name or "a", some))
        case 2:
            attribute.CopyFrom(helper.make_attribute(attribute.name or "a", chance.choice(_FLOATS)))
        case 3:
            attribute.CopyFrom(helper.make_attribute(attribute.name or "a", chance.choice(WORDS)))
        case _:
            attribute.name = chance.choice(
                ["group", "axis", "kernel_shape", "pads", "strides", "x"]
            )


def _graph(chance: random.Random, model: Any) -> None:
    """Inputs, outputs, versions and metadata."""
    graph = model.graph
    match chance.randrange(6):
        case 0 if graph.input:
            shape = graph.input[0].type.tensor_type.shape
            if shape.dim:
                chance.choice(shape.dim).dim_value = chance.choice(_INTEGERS)
        case 1:
            graph.input.add().CopyFrom(graph.input[0] if graph.input else onnx.ValueInfoProto())
        case 2:
            del (graph.input if chance.random() < 0.5 else graph.output)[:]
        case 3 if model.opset_import:
            chance.choice(model.opset_import).version = chance.choice(_INTEGERS)
        case 4 if model.metadata_props:
            text = model.metadata_props[0].value.encode()
            changed = mutated(chance, (text, b"[" * 5000, b'{"version": ' + NUMBERS[-3] + b"}"))
            model.metadata_props[0].value = changed.decode("utf-8", "replace")
        case _ if graph.output:
            graph.output[0].name = chance.choice(["x", "", "c", "nowhere"])
        case _:
            model.ir_version = chance.choice(_INTEGERS[:9])


_CHANGES = (_tensor, _tensor, _node, _node, _attribute, _attribute, _graph)
