"""Float networks from arrays of weights and a short description of the architecture.

The description is a TOML file:

    architecture = "resnet"          # or "layers"
    input = [32, 32, 3]              # height, width, channels; or [features]
    levels = 255                     # the largest pixel
    mean = [0.485, 0.456, 0.406]     # of pixels / levels; 0 if absent
    deviation = [0.229, 0.224, 0.225]

`resnet` is the CIFAR family of 6 n + 2 layers (20, 32, 44, 56, 110) with parameter names
as in PyTorch; its depth is read off the weights. `layers` is a list, each layer with an
optional `name` and `inputs` (the layer before):

    [[layer]]
    op = "conv2d"                    # stride, padding, groups; weights "NAME.weight", ".bias"
    name = "conv1"
    padding = 1

with `linear`, `batchnorm`, `relu`, `sigmoid`, `tanh`, `softmax`, `add`, `maxpool` and
`avgpool` (kernel, stride, padding), `flatten`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import SimError
from sim.files import read_npz, read_toml
from sim.floats import (
    AvgPool,
    BatchNorm,
    Float32Array,
    FloatConv2d,
    FloatLinear,
    FloatSigmoid,
    FloatSoftmax,
    FloatTanh,
    Normalize,
)
from sim.layers import Add, Flatten, Layer, MaxPool, Relu, Subsample
from sim.network import INPUT, Network, Node
from sim.patches import Pair

Weights = Mapping[str, Float32Array]


def load_weights(path: Path) -> dict[str, Float32Array]:
    """The arrays of an `.npz` file.

    Raises
    ------
    SimError
        If it cannot be read, is no such file, or holds a number that is not finite.
    """
    if not path.is_file():
        raise SimError(f"{path}: there is no such file of weights")
    arrays = read_npz(path)
    for name, values in arrays.items():
        if values.dtype.kind not in "fiub":
            raise SimError(f"{path}: '{name}' must hold numbers, it is {values.dtype}")
        if not np.all(np.isfinite(values)):
            count = int(np.count_nonzero(~np.isfinite(values)))
            raise SimError(
                f"{path}: {count} of the {values.size} numbers of '{name}' are NaN or infinite: "
                "take weights of a training that converged"
            )
    return {name: values.astype(np.float32) for name, values in arrays.items()}


def load_network(weights: Path, architecture: Path) -> Network:
    """A float network from its two files.

    Raises
    ------
    SimError
        If a file cannot be read, weights are missing, or shapes do not fit.
    """
    _, description = read_toml(architecture)
    try:
        return build(description, load_weights(weights))
    except SimError as error:
        raise SimError(f"{architecture}: {error}") from error


def build(description: Mapping[str, Any], weights: Weights) -> Network:
    """A float network from a description and its arrays.

    Raises
    ------
    SimError
        If something is missing, unknown, or of a shape that does not fit.
    """
    kind = description.get("architecture")
    builders: dict[Any, Callable[[], list[Node]]] = {
        "resnet": lambda: resnet(weights),
        "layers": lambda: _layers(description.get("layer", []), weights),
    }
    if kind not in builders:
        raise SimError(f"unknown architecture '{kind}': known are {', '.join(builders)}")
    try:
        shape = tuple(int(extent) for extent in description["input"])
        normalize = Normalize(
            np.atleast_1d(np.array(description.get("mean", 0), dtype=np.float32)),
            np.atleast_1d(np.array(description.get("deviation", 1), dtype=np.float32)),
            int(description.get("levels", 255)),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise SimError(
            f"input, mean, deviation and levels must be numbers, as in 'input = [32, 32, 3]' "
            f"(got {error})"
        ) from error
    return Network([Node("normalize", normalize, (INPUT,)), *builders[kind]()], shape)


def resnet(weights: Weights) -> list[Node]:
    """Layers of a ResNet for 32 x 32 images, behind a layer `normalize`.

    Notes
    -----
    Source: He, Zhang, Ren, Sun, Deep Residual Learning for Image Recognition, 2015,
    section 4.2, shortcuts of option A.
    """
    nodes = _conv_and_norm("conv1", "bn1", "normalize", weights, 1)
    nodes.append(Node("relu1", Relu(), (nodes[-1].name,)))
    last = "relu1"
    for stage in (1, 2, 3):
        block = 0
        while f"layer{stage}.{block}.conv1.weight" in weights:
            name = f"layer{stage}.{block}"
            stride = 2 if stage > 1 and block == 0 else 1
            first = _conv_and_norm(f"{name}.conv1", f"{name}.bn1", last, weights, stride)
            nodes += [*first, Node(f"{name}.relu1", Relu(), (f"{name}.bn1",))]
            nodes += _conv_and_norm(f"{name}.conv2", f"{name}.bn2", f"{name}.relu1", weights, 1)
            if stride == 2:
                added = len(weights[f"{name}.bn2.weight"]) // 4
                nodes.append(Node(f"{name}.shortcut", Subsample(2, added, added), (last,)))
                last = f"{name}.shortcut"
            nodes.append(Node(f"{name}.add", Add(), (f"{name}.bn2", last)))
            last = f"{name}.relu2"
            nodes.append(Node(last, Relu(), (f"{name}.add",)))
            block += 1
        if not block:
            _array(weights, f"layer{stage}.0.conv1.weight")
    return [
        *nodes,
        Node("pool", AvgPool((8, 8), (8, 8)), (last,)),
        Node("flatten", Flatten(), ("pool",)),
        Node("linear", _linear("linear", weights), ("flatten",)),
    ]


def _array(weights: Weights, name: str) -> Float32Array:
    if name not in weights:
        raise SimError(f"there is no array '{name}' among the weights")
    return weights[name]


def _conv_and_norm(conv: str, norm: str, source: str, weights: Weights, stride: int) -> list[Node]:
    weight = _array(weights, f"{conv}.weight")
    return [
        Node(conv, FloatConv2d(weight, None, (stride, stride), (1, 1)), (source,)),
        Node(norm, _batch_norm(norm, weights), (conv,)),
    ]


def _batch_norm(name: str, weights: Weights) -> BatchNorm:
    parts = ("weight", "bias", "running_mean", "running_var")
    gamma, beta, mean, variance = (_array(weights, f"{name}.{part}") for part in parts)
    return BatchNorm(gamma, beta, mean, variance)


def _linear(name: str, weights: Weights) -> FloatLinear:
    return FloatLinear(_array(weights, f"{name}.weight"), weights.get(f"{name}.bias"))


def _pair(entry: Mapping[str, Any], key: str, default: Any) -> Pair:
    given = entry.get(key, default)
    try:
        down, across = (given, given) if isinstance(given, int) else given
        return int(down), int(across)
    except (TypeError, ValueError, OverflowError) as error:
        raise SimError(f"{key} is one number, or two in brackets, not {given}") from error


def _integer(entry: Mapping[str, Any], key: str, default: int) -> int:
    given = entry.get(key, default)
    if not isinstance(given, int):
        raise SimError(f"{key} is a whole number, not {given}")
    return given


def _layers(entries: list[Mapping[str, Any]], weights: Weights) -> list[Node]:
    nodes: list[Node] = []
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise SimError("a layer is a table that begins with [[layer]]")
    for index, entry in enumerate(entries):
        name = str(entry.get("name", f"layer{index}"))
        before = nodes[-1].name if nodes else "normalize"
        try:
            layer = _layer(entry, name, weights)
        except SimError as error:
            raise SimError(f"layer {name}: {error}") from error
        inputs = entry.get("inputs", [before])
        if not isinstance(inputs, list) or not all(isinstance(each, str) for each in inputs):
            raise SimError(f"layer {name}: inputs is a list of names of layers, not {inputs!r}")
        nodes.append(Node(name, layer, tuple(inputs)))
    return nodes


def _layer(entry: Mapping[str, Any], name: str, weights: Weights) -> Layer:
    op = entry.get("op")
    pool = (_pair(entry, "kernel", 2), _pair(entry, "stride", entry.get("kernel", 2)),
            _pair(entry, "padding", 0))  # fmt: skip
    known: dict[Any, Callable[[], Layer]] = {
        "conv2d": lambda: FloatConv2d(
            _array(weights, f"{name}.weight"), weights.get(f"{name}.bias"),
            _pair(entry, "stride", 1), _pair(entry, "padding", 0), _integer(entry, "groups", 1),
        ),
        "linear": lambda: _linear(name, weights),
        "batchnorm": lambda: _batch_norm(name, weights),
        "relu": Relu,
        "sigmoid": FloatSigmoid,
        "tanh": FloatTanh,
        "softmax": FloatSoftmax,
        "add": Add,
        "maxpool": lambda: MaxPool(*pool),
        "avgpool": lambda: AvgPool(*pool),
        "flatten": Flatten,
    }  # fmt: skip
    if op not in known:
        raise SimError(f"unknown op '{op}': known are {', '.join(known)}")
    return known[op]()
