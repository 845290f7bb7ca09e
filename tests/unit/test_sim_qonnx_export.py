"""Networks of integers as QONNX files: read back, and run by qonnx, they are the same."""

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import datasets
from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.formats import IntFormat
from sim.layers import Add, Flatten, MaxPool, Relu, Subsample, SumPool
from sim.network import INPUT, Network, Node
from sim.notes import KEY, Notes
from sim.patches import Array
from sim.requantize import Requantize, Scale
from sim.schemes import KINDS, Scheme
from sim.signmag import SignMagnitude
from sim.sources import Source
from sim.weighted import Conv2d, Linear

onnx = pytest.importorskip("onnx")
from sim.exporters.qonnx import write_qonnx  # noqa: E402
from sim.importers.onnx import load_onnx, notes_of  # noqa: E402


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=100)


def _scheme(kind: str, bits: int, **settings: Any) -> Scheme:
    pann = kind == "pann"
    return Scheme(kind, bits, None if pann else bits, 1.5 if pann else None, bias_correction=True,
                  **settings)  # fmt: skip


def _same(network: Network, other: Network, images: Array) -> None:
    """The same integers in and out of weighted layers, in the same formats and accumulators."""
    assert list(network.weighted) == list(other.weighted)
    kept = []
    for one in (network, other):
        names = {n for name in one.weighted for n in (name, one.node(name).inputs[0])}
        kept.append(one.run(images, tuple(names)))
    assert np.array_equal(kept[0].output, kept[1].output)
    for name, layer in network.weighted.items():
        read = other.weighted[name]
        for attribute in ("x_format", "w_format", "accumulator"):
            assert getattr(read, attribute) == getattr(layer, attribute)
            assert type(getattr(read, attribute)) is type(getattr(layer, attribute))
        assert np.array_equal(kept[0].kept[name], kept[1].kept[name])
        x, y = (
            one.kept[net.node(name).inputs[0]]
            for one, net in zip(kept, (network, other), strict=True)
        )
        pairs = zip(layer.matrices(x), read.matrices(y), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)
        for mine, theirs in zip(layer.products, read.products, strict=True):
            assert np.array_equal(mine.weights, theirs.weights)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("bits", "settings"),
    [
        (4, {}),
        (8, {"rounding": "half-even", "per_channel": True}),  # pixels go in as they are
        (3, {"safe_accumulators": True, "batch_norm": "reestimated"}),
        (2, {"accumulator": Accumulator(9, "wrap")}),
    ],
)
def test_read_back_is_the_same_integers(
    source: Source, tmp_path: Path, kind: str, bits: int, settings: dict[str, Any]
) -> None:
    network = source.quantized(_scheme(kind, bits, **settings))
    path = tmp_path / "net.onnx"
    write_qonnx(network, path, kind)
    onnx.checker.check_model(onnx.load(str(path)))
    _same(network, load_onnx(path), source.test.images[:60])
    assert notes_of(path) == Notes.of(network, kind)
    again = tmp_path / "again.onnx"
    write_qonnx(load_onnx(path), again, kind)
    _same(network, load_onnx(again), source.test.images[:20])


def _layers(random: np.random.Generator) -> Network:
    """What the digits network has not: borders of levels, groups, a residual sum, all pools."""

    def weights(*shape: int) -> Any:
        return random.integers(-7, 8, shape)

    def shifting(number: IntFormat, *multipliers: Any, low: int = 0) -> Requantize:
        each = tuple(np.atleast_1d(np.asarray(m, dtype=np.float64)) for m in multipliers)
        return Requantize(each, np.array([-1234.0]), number, "shift", 16, low)

    u4, s5, m5, m4 = IntFormat(4, False), IntFormat(5, True), SignMagnitude(5), SignMagnitude(4)
    accumulator = Accumulator(20)
    per_channel = random.integers(900, 4000, 4)
    nodes = [
        Node("small", Requantize((np.array([15 / 255]),), np.zeros(1), u4), (INPUT,)),
        Node("conv1", Conv2d(weights(4, 3, 3, 3), u4, m4, accumulator, padding=(1, 1),
                             pad_value=np.array([3, 7, 0])), ("small",)),
        Node("a", shifting(s5, per_channel, low=s5.min), ("conv1",)),
        Node("conv2", Conv2d(weights(4, 2, 3, 3), s5, IntFormat(4, True), accumulator,
                             padding=(1, 1), groups=2, pad_value=2), ("a",)),
        Node("sum", shifting(u4, per_channel, 30_000), ("conv2", "a")),
        Node("half", Subsample(2, 1, 2), ("sum",)),
        Node("max", MaxPool((3, 3), (1, 1), (1, 1)), ("half",)),
        Node("both", Add(), ("half", "max", "half")),
        Node("b", shifting(m5, 20_000, low=m5.min), ("both",)),
        Node("mean", SumPool((3, 3), (2, 2), (1, 1)), ("b",)),
        Node("flat", Flatten(), ("mean",)),
        Node("c", shifting(m5, random.integers(900, 9000, 28), low=m5.min), ("flat",)),
        Node("linear", Linear(weights(5, 28), m5, m4, accumulator), ("c",)),
        Node("output", Scale((random.random(5),), random.random(5)), ("linear",)),
    ]  # fmt: skip
    return Network(nodes, (8, 8, 3))


def test_every_layer_and_border(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    for number in range(10):
        network, path = _layers(random), tmp_path / f"{number}.onnx"
        write_qonnx(network, path)
        images = random.integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)
        _same(network, load_onnx(path), images)
        assert np.ptp(network.run(images).output, axis=0).min() > 0
        _as_qonnx(network, path, images)


def test_requantizers_read_back_shift_as_they_did(tmp_path: Path) -> None:
    """Sums on both sides of every tie, with shifts from 0 to 40."""
    random = np.random.default_rng(4)
    u8, s6 = IntFormat(8, False), IntFormat(6, True)
    weight = np.array([[1, -1], [-1, 1]])
    sums = random.integers(-255, 256, (3000, 2))
    images = np.stack([np.maximum(sums[:, 0], 0), np.maximum(-sums[:, 0], 0)], axis=1)
    for shift in (0, 1, 2, 7, 16, 40):
        for low in (0, s6.min):
            factor = 1 if shift == 0 else int(random.integers(1, 1 << min(shift, 16)))
            made = Requantize((np.array([float(factor)]),), np.array([float(shift)]), s6, "shift",
                              shift, low)  # fmt: skip
            nodes = [
                Node("first", Linear(weight, u8, IntFormat(2, True)), (INPUT,)),
                Node("q", made, ("first",)),
                Node("second", Linear(np.eye(2, dtype=np.int64), s6, IntFormat(2, True)), ("q",)),
                Node("output", Scale((np.ones(1),), np.zeros(1)), ("second",)),
            ]
            network, path = Network(nodes, (2,)), tmp_path / "net.onnx"
            write_qonnx(network, path)
            _same(network, load_onnx(path), images)
            tested = load_onnx(path).node("q").layer
            assert isinstance(tested, Requantize)
            assert tested.rounding == "shift"


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", KINDS)
def test_a_residual_network_is_read_back(data: Path, tmp_path: Path, kind: str) -> None:
    architecture = tmp_path / "resnet20.toml"
    architecture.write_text(
        'architecture = "resnet"\ninput = [32, 32, 3]\n'
        "mean = [0.485, 0.456, 0.406]\ndeviation = [0.229, 0.224, 0.225]\n"
    )
    weights = data / "nets" / "resnet20_cifar10.npz"
    source = Source(weights, architecture, data=str(data / "datasets" / "cifar10_jpeg"),
                    calibration=100)  # fmt: skip
    network = source.quantized(_scheme(kind, 4, batch_norm="reestimated"), 2)
    path = tmp_path / "net.onnx"
    write_qonnx(network, path, kind)
    read = load_onnx(path)
    _same(network, read, source.test.images[:100])
    mine, theirs = (net.classify(source.test.images[:1000], 2)[0] for net in (network, read))
    assert np.array_equal(mine, theirs)


# --- what others compute ------------------------------------------------------


def _as_qonnx(network: Network, path: Path, images: Array) -> None:
    """The integers of every weighted layer and the classes as qonnx has them."""
    if find_spec("qonnx") is None and not os.environ.get("CI"):
        pytest.skip("qonnx is not installed")
    from qonnx.core.modelwrapper import ModelWrapper  # noqa: PLC0415
    from qonnx.core.onnx_exec import execute_onnx  # noqa: PLC0415

    model = onnx.load(str(path))
    tensors = [*model.graph.input, *model.graph.output, *model.graph.value_info]
    for tensor in tensors:
        if tensor.type.tensor_type.shape.dim[0].dim_param:
            tensor.type.tensor_type.shape.dim[0].dim_value = len(images)
    pixels = images.transpose(0, 3, 1, 2) if images.ndim == 4 else images
    given = {model.graph.input[0].name: pixels.astype(np.float32)}
    found = execute_onnx(ModelWrapper(model), given, return_full_exec_context=True)
    mine = network.run(images, tuple(network.weighted))
    output = found[model.graph.output[0].name]
    assert np.array_equal(output, mine.output)  # doubles in the same order
    names = {node.name: node.output[0] for node in model.graph.node}
    for name, sums in mine.kept.items():
        theirs = found[names.get(f"{name}.sum", names[name])]
        turned = theirs.transpose(0, 2, 3, 1) if theirs.ndim == 4 else theirs
        assert np.array_equal(turned, sums), name


@pytest.mark.filterwarnings("ignore")  # of qonnx and of what it runs
@pytest.mark.parametrize("kind", ["signed", "pann", "signmag"])
def test_qonnx_computes_the_same(source: Source, tmp_path: Path, kind: str) -> None:
    network = source.quantized(_scheme(kind, 4))
    path = tmp_path / "net.onnx"
    write_qonnx(network, path, kind)
    _as_qonnx(network, path, source.test.images)


# --- what is refused ----------------------------------------------------------


def test_what_has_no_counterpart_is_refused(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    with pytest.raises(SimError, match="no integer layer with weights: quantize it first"):
        write_qonnx(source.network, path)
    network = source.quantized(_scheme("split", 4))
    nodes = list(network.nodes)
    relu = [*nodes[:2], Node("relu", Relu(), ("conv1",))]
    u4 = IntFormat(4, False)
    one = (np.ones(1),), np.zeros(1), u4
    high, zero = (
        [*nodes[:2], Node("q", bad, ("conv1",))]
        for bad in (Requantize(*one, high=9), Requantize(*one, zero=3))
    )
    for given, message in (
        (relu, "layer relu: a Relu cannot be exported: known are Conv2d"),
        (high, "layer q: results from 0 to 9: only ranges of a format"),
        (zero, "layer q: a zero point behind the rounding"),
    ):
        with pytest.raises(SimError, match=message):
            write_qonnx(Network(given, (8, 8, 1)), path)
    assert not path.exists()


def test_metadata_is_believed_only_where_it_fits(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    write_qonnx(source.quantized(_scheme("split", 4)), path, "split")
    model = onnx.load(str(path))
    notes = json.loads(model.metadata_props[0].value)
    assert model.metadata_props[0].key == KEY

    def rewritten(content: str) -> Path:
        model.metadata_props[0].value = content
        onnx.save(model, str(path))
        return path

    wider = notes | {"layers": notes["layers"] | {"conv1": notes["layers"]["conv1"] | {"x": "u5"}}}
    for content, message in (
        (json.dumps(wider), "MatMul|Conv 'conv1': its graph has numbers of u4, .* says u5"),
        (json.dumps(notes | {"version": 2}), "has version 2, this program reads 1"),
        ("{", "metadata 'gatewatt' cannot be read"),
        ("[]", "metadata 'gatewatt' cannot be read"),
        (json.dumps(notes | {"layers": {"conv1": {"x": "q4"}}}), "cannot be read"),
    ):
        with pytest.raises(SimError, match=message):
            load_onnx(rewritten(content))


def test_accumulators_of_a_file_can_be_replaced(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    write_qonnx(source.quantized(_scheme("pann", 4, safe_accumulators=True)), path, "pann")
    own = load_onnx(path).weighted["conv1"].accumulator
    assert own.split
    assert own.bits < 16
    replaced = load_onnx(path, accumulator=Accumulator(24)).weighted["conv1"].accumulator
    assert replaced == Accumulator(24, split=True)
    read = Source(onnx=path)
    assert (read.kind, read.quantized_already) == ("pann", True)
    classes, _ = read.network.classify(datasets.load("digits", "test").images)
    assert np.mean(classes == read.test.labels) > 0.9
