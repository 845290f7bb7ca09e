"""ONNX networks against ONNX's own reference evaluator, and qonnx where it is installed."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import datasets
from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.floats import FloatConv2d, FloatSoftmax
from sim.importers.onnx import load_onnx
from sim.network import Network
from sim.patches import Array
from sim.schemes import Scheme
from sim.sources import Source

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

random = np.random.default_rng(5)


def _save(
    path: Path,
    nodes: Sequence[Any],
    constants: dict[str, Any],
    shape: tuple[int, ...] = (2, 6, 6),
    output: str = "y",
) -> Path:
    tensors = [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()]
    graph = helper.make_graph(
        list(nodes), "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *shape])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)], tensors,
    )  # fmt: skip
    model = helper.make_model(
        graph,
        opset_imports=[
            helper.make_opsetid("", 19),
            helper.make_opsetid("qonnx.custom_op.general", 1),
        ],
        ir_version=9,
    )
    onnx.save(model, str(path))
    return path


def _reference(path: Path, images: Array) -> Array:
    """What ONNX's own evaluator gives; images with the channels last, 0 to 255."""
    pixels = (images.transpose(0, 3, 1, 2) / np.float32(255)).astype(np.float32)
    (found,) = ReferenceEvaluator(str(path)).run(None, {"x": pixels})
    return np.asarray(found)


def _qdq(name: str, source: str, scale: str, zero: str) -> list[Any]:
    return [
        helper.make_node("QuantizeLinear", [source, scale, zero], [f"{name}_q"], name=f"{name}_q"),
        helper.make_node("DequantizeLinear", [f"{name}_q", scale, zero], [name], name=f"{name}_dq"),
    ]


def _qdq_network(path: Path, zero: int) -> Path:
    """Convolutions (one in groups), a residual sum, pools, a product.

    Scales are powers of two: the evaluator's float32 is exact, and ties are ties.
    """
    constants: dict[str, Any] = {
        "s0": np.array(1 / 128, np.float32), "z0": np.array(zero, np.uint8),
        "s1": np.array(1 / 16, np.float32), "z1": np.array(zero, np.uint8),
        "sw": np.array([2.0**-5, 2.0**-6, 2.0**-5, 2.0**-7], np.float32),
        "zw": np.zeros(4, np.int8),
        "w1": random.integers(-128, 128, (4, 2, 3, 3)).astype(np.int8),
        "w2": random.integers(-128, 128, (4, 2, 3, 3)).astype(np.int8),
        "b1": (random.integers(-64, 64, 4) / 64).astype(np.float32),
        "sl": np.array(1 / 64, np.float32), "zl": np.array(0, np.int8),
        "w3": random.integers(-128, 128, (4, 5)).astype(np.int8),
        "b3": (random.integers(-64, 64, 5) / 64).astype(np.float32),
    }  # fmt: skip
    nodes = [
        *_qdq("a", "x", "s0", "z0"),
        helper.make_node("DequantizeLinear", ["w1", "sw", "zw"], ["w1f"], name="dw1", axis=0),
        helper.make_node("Conv", ["a", "w1f", "b1"], ["c"], name="conv1", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"], name="relu1"),
        *_qdq("b", "r", "s1", "z1"),
        helper.make_node("DequantizeLinear", ["w2", "sw", "zw"], ["w2f"], name="dw2", axis=0),
        helper.make_node("Conv", ["b", "w2f"], ["d"], name="conv2", group=2, pads=[1, 1, 1, 1]),
        helper.make_node("Add", ["d", "b"], ["e"], name="residual"),
        *_qdq("f", "e", "s1", "z1"),
        helper.make_node("MaxPool", ["f"], ["m"], name="pool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("GlobalAveragePool", ["m"], ["g"], name="mean"),
        helper.make_node("Flatten", ["g"], ["h"], name="flat"),
        *_qdq("i", "h", "s1", "z1"),
        helper.make_node("DequantizeLinear", ["w3", "sl", "zl"], ["w3f"], name="dw3"),
        helper.make_node("Gemm", ["i", "w3f", "b3"], ["y"], name="gemm"),
    ]
    return _save(path, nodes, constants)


@pytest.mark.parametrize("zero", [0, 7])
def test_qdq_networks_are_those_of_onnx(tmp_path: Path, zero: int) -> None:
    path = _qdq_network(tmp_path / "net.onnx", zero)
    images = random.integers(0, 256, (50, 6, 6, 2), dtype=np.uint8)
    network = load_onnx(path)
    assert set(network.weighted) == {"conv1", "conv2", "gemm"}
    assert network.weighted["conv1"].x_format.bits == 8
    found = network.run(images).output
    expected = _reference(path, images)
    # The mean of nine numbers is no binary fraction: a tie less, a step more.
    assert np.abs(found - expected).max() < 1e-4
    assert np.ptp(expected, axis=0).min() > 1


def test_accumulators_of_imported_networks(tmp_path: Path) -> None:
    path = _qdq_network(tmp_path / "net.onnx", 0)
    images = random.integers(0, 256, (20, 6, 6, 2), dtype=np.uint8)
    assert any(load_onnx(path, 255, Accumulator(12, "wrap")).run(images).overflows.values())
    with pytest.raises(SimError, match=r"net.onnx: Conv 'conv1': sums reach .* has 12: give it"):
        load_onnx(path, 255, Accumulator(12))


def test_sources_are_float_or_quantized_already(tmp_path: Path) -> None:
    images = random.integers(0, 256, (4, 6, 6, 2), dtype=np.uint8)
    arrays: dict[str, Any] = {f"{s}_images": images for s in datasets.SPLITS}
    arrays |= {f"{s}_labels": np.arange(4) for s in datasets.SPLITS}
    data = tmp_path / "data.npz"
    np.savez(data, **arrays)
    path = _qdq_network(tmp_path / "net.onnx", 0)
    source = Source(onnx=path, data=str(data), accumulator=Accumulator(12, "wrap"))
    assert source.quantized_already
    assert source.network.weighted["conv1"].accumulator.bits == 12
    with pytest.raises(SimError, match=r"net.onnx is quantized already: take a float network"):
        source.quantized(Scheme("split", 4, 4))
    plain = Source(onnx=_float_network(tmp_path / "float.onnx"), data=str(data))
    assert set(plain.quantized(Scheme("split", 8, 8)).weighted) == {"conv", "product"}
    with pytest.raises(SimError, match="give --onnx, or --weights and --architecture, not both"):
        Source(tmp_path / "w.npz", tmp_path / "a.toml", path, str(data))


def _float_network(path: Path) -> Path:
    constants: dict[str, Any] = {
        "w": random.standard_normal((4, 2, 3, 3)).astype(np.float32),
        "b": random.standard_normal((4, 1, 1)).astype(np.float32),
        "v": random.standard_normal((36, 5)).astype(np.float32),
        **{k: (random.random(4) + 0.5).astype(np.float32) for k in ("g", "h", "m", "s")},
        "to": np.array([-1, 36]),
    }
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], name="conv", auto_pad="SAME_UPPER"),
        helper.make_node("Add", ["c", "b"], ["d"], name="bias"),
        helper.make_node("BatchNormalization", ["d", "g", "h", "m", "s"], ["n"], name="norm"),
        helper.make_node("Relu", ["n"], ["r"], name="relu"),
        helper.make_node(
            "AveragePool", ["r"], ["p"], name="pool", kernel_shape=[2, 2], strides=[2, 2]
        ),
        helper.make_node("Reshape", ["p", "to"], ["f"], name="flat"),
        helper.make_node("MatMul", ["f", "v"], ["y"], name="product"),
    ]
    return _save(path, nodes, constants)


def test_float_networks_are_those_of_onnx(tmp_path: Path) -> None:
    path = _float_network(tmp_path / "net.onnx")
    images = random.integers(0, 256, (50, 6, 6, 2), dtype=np.uint8)
    network = load_onnx(path)
    assert isinstance(network.node("conv").layer, FloatConv2d)
    assert np.allclose(network.run(images).output, _reference(path, images), atol=1e-4)


def test_functions_of_float_networks_are_those_of_onnx(tmp_path: Path) -> None:
    constants: dict[str, Any] = {
        "w": random.standard_normal((3, 2, 3, 3)).astype(np.float32),
        "v": (random.standard_normal((48, 7)) / 3).astype(np.float32),
        "u": random.standard_normal((7, 5)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], name="conv"),
        helper.make_node("Sigmoid", ["c"], ["s"], name="first"),
        helper.make_node("Flatten", ["s"], ["f"], name="flat"),
        helper.make_node("MatMul", ["f", "v"], ["d"], name="inner"),
        helper.make_node("Tanh", ["d"], ["t"], name="second"),
        helper.make_node("MatMul", ["t", "u"], ["e"], name="outer"),
        helper.make_node("Softmax", ["e"], ["y"], name="third"),
    ]
    path = _save(tmp_path / "net.onnx", nodes, constants)
    images = random.integers(0, 256, (20, 6, 6, 2), dtype=np.uint8)
    network = load_onnx(path)
    assert isinstance(network.node("third").layer, FloatSoftmax)
    assert np.allclose(network.run(images).output, _reference(path, images), atol=1e-5)


def _quant(source: str, name: str, bits: str = "four", **attributes: Any) -> Any:
    settings: dict[str, Any] = {"signed": 1, "narrow": 0, "rounding_mode": "ROUND"} | attributes
    return helper.make_node(
        "Quant", [source, "step", "zero", bits], [name], name=f"quant_{name}",
        domain="qonnx.custom_op.general", **settings,
    )  # fmt: skip


_QONNX: dict[str, Any] = {
    "step": np.array(0.25, np.float32), "zero": np.array(0, np.float32),
    "four": np.array(4, np.float32), "half": np.array(0.5, np.float32),
    "w": (random.integers(-9, 9, (3, 2, 3, 3)) / 4).astype(np.float32),
}  # fmt: skip


def test_unsupported_operators_are_named_with_their_node(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    quantized = [_quant("x", "a"), _quant("w", "v")]
    odd = helper.make_node("Erf", ["a"], ["y"], name="odd")
    curve = helper.make_node("Selu", ["x"], ["y"], name="s")
    over_pixels = helper.make_node("Softmax", ["x"], ["y"], name="m")
    cases = [
        ([_quant("x", "a"), odd], "Erf 'odd': not supported: known are Quant"),
        ([curve], "Selu 's': not supported in float"),
        ([over_pixels], "Softmax 'm': only a softmax over features"),
        ([*quantized, helper.make_node("Conv", ["a", "w"], ["y"], name="c")],
         "Conv 'c': its weights 'w' are not quantized"),
        ([*quantized, helper.make_node("Conv", ["x", "v"], ["y"], name="c")],
         "Conv 'c': its input 'x' is not quantized"),
        ([*quantized, helper.make_node("Conv", ["a", "v"], ["y"], name="c", pads=[1, 1, 0, 0])],
         r"Conv 'c': pads \[1, 1, 0, 0\]"),
        ([*quantized, helper.make_node("Conv", ["a", "v"], ["y"], name="c", dilations=[2, 2])],
         "Conv 'c': dilated windows"),
        ([_quant("x", "y", rounding_mode="FLOOR")], "Quant 'quant_y': rounding mode FLOOR"),
        ([_quant("x", "y", bits="half")], r"a bit width of \[?0.5"),
        ([_quant("x", "a"), helper.make_node("Transpose", ["a"], ["y"], name="t", perm=[0, 1])],
         "Transpose 't': only weights"),
        ([_quant("x", "a"), helper.make_node("Relu", ["a"], ["y"], name="r")], "ends with a ReLU"),
    ]  # fmt: skip
    for nodes, message in cases:
        _save(path, nodes, _QONNX)
        with pytest.raises(SimError, match=message):
            load_onnx(path)


def test_files_that_are_no_network_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SimError, match="there is no such ONNX file"):
        load_onnx(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_text("hello")
    with pytest.raises(SimError, match="not an ONNX file"):
        load_onnx(tmp_path / "text.onnx")
    bad = _QONNX | {"w": np.full((3, 2, 3, 3), np.nan, np.float32)}
    path = _save(tmp_path / "nan.onnx", [_quant("x", "y")], bad)
    with pytest.raises(SimError, match="weights 'w' hold NaN or infinite numbers"):
        load_onnx(path)


# --- networks of others -------------------------------------------------------


def _with_qonnx(path: Path, images: Array) -> tuple[dict[str, Array], Network]:
    """Every tensor as qonnx computes it, for all images at once, by the name of its node."""
    if find_spec("qonnx") is None and not os.environ.get("CI"):
        pytest.skip("qonnx is not installed")
    from qonnx.core.modelwrapper import ModelWrapper  # noqa: PLC0415
    from qonnx.core.onnx_exec import execute_onnx  # noqa: PLC0415
    from qonnx.transformation.infer_shapes import InferShapes  # noqa: PLC0415

    model = onnx.load(str(path))
    graph = model.graph
    graph.input[0].type.tensor_type.shape.dim[0].dim_value = len(images)
    del graph.value_info[:]
    graph.output[0].type.tensor_type.ClearField("shape")
    for tensor in graph.initializer:
        # A reshape that is made for one image.
        if tensor.name.endswith("reshape0_shape"):
            tensor.CopyFrom(numpy_helper.from_array(np.array([-1, 256]), tensor.name))
    names = {node.output[0]: node.name or node.output[0] for node in graph.node}
    # Shapes of this many images, then one node after the other.
    wrapped = ModelWrapper(model).transform(InferShapes())
    pixels = (images.transpose(0, 3, 1, 2) / np.float32(255)).astype(np.float32)
    found = execute_onnx(wrapped, {graph.input[0].name: pixels}, return_full_exec_context=True)
    outputs = {names[name]: values for name, values in found.items() if name in names}
    return outputs | {"output": found[graph.output[0].name]}, load_onnx(path)


@pytest.mark.filterwarnings("ignore")  # of qonnx and of what it runs
@pytest.mark.parametrize("name", ["TFC_2W2A", "TFC_1W2A"])
def test_quantized_networks_are_those_of_qonnx_on_all_of_mnist(data: Path, name: str) -> None:
    """The same class for 10,000 images, and the same integers in every layer."""
    test = datasets.load(str(data / "datasets" / "mnist"), "test")
    reference, network = _with_qonnx(data / "nets" / f"{name}.onnx", test.images)
    layers = [n.name for n in network.nodes if n.name.startswith(("Quant", "MatMul"))]
    assert len(layers) == 8
    found = network.run(test.images, layers)
    assert np.array_equal(found.output.argmax(axis=1), reference["output"].argmax(axis=1))
    for layer in layers:
        assert found.kept[layer].shape == reference[layer].shape
        assert np.array_equal(found.kept[layer], reference[layer]), layer
    percent = 100 * float(np.mean(found.output.argmax(axis=1) == test.labels))
    assert percent == pytest.approx({"TFC_2W2A": 96.60, "TFC_1W2A": 94.74}[name], abs=0.005)


@pytest.mark.filterwarnings("ignore")
def test_a_float_network_is_that_of_qonnx_on_all_of_mnist(data: Path) -> None:
    test = datasets.load(str(data / "datasets" / "mnist"), "test")
    reference, network = _with_qonnx(data / "nets" / "mnist-conv.onnx", test.images)
    classes, _ = network.classify(test.images, jobs=2)
    assert np.array_equal(classes, reference["output"].argmax(axis=1))
