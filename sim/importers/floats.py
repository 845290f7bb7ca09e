"""Float ONNX networks."""

from collections.abc import Callable, Mapping

import numpy as np

from sim.errors import SimError
from sim.floats import (
    AvgPool,
    BatchNorm,
    FloatConv2d,
    FloatLinear,
    FloatSigmoid,
    FloatSoftmax,
    FloatTanh,
    Normalize,
)
from sim.importers.graph import Constant, Graph, GraphNode, padding, pair, told
from sim.layers import Add, Flatten, Layer, MaxPool, Relu
from sim.network import INPUT, Network, Node


def float_network(graph: Graph, levels: int) -> Network:
    """A float network of convolutions, products, batch norms, ReLUs, pools and sums.

    Parameters
    ----------
    graph
        The graph, without quantizers.
    levels
        The pixel that the network takes as 1.

    Raises
    ------
    SimError
        If an operator is not supported; the message names it and its node.
    """
    return _Builder(graph, levels).network


class _Builder:
    def __init__(self, graph: Graph, levels: int) -> None:
        self._graph = graph
        image = (*graph.shape[1:], graph.shape[0]) if len(graph.shape) == 3 else graph.shape
        one = np.ones(1, dtype=np.float32)
        self._nodes = [Node("normalize", Normalize(0 * one, one, levels), (INPUT,))]
        self._sources = {graph.input: "normalize"}
        known: Mapping[str, Callable[[GraphNode], None]] = {
            "Conv": self._conv, "Gemm": self._product, "MatMul": self._product,
            "Add": self._add, "BatchNormalization": self._batch_norm, "Relu": self._relu,
            "MaxPool": self._pool, "AveragePool": self._pool, "GlobalAveragePool": self._pool,
            "Flatten": self._flatten, "Reshape": self._flatten, "Identity": self._same,
            "Dropout": self._same, "Sigmoid": self._function, "Tanh": self._function,
            "Softmax": self._function,
        }  # fmt: skip
        for node in graph.nodes():
            if node.op not in known:
                raise SimError(
                    f"{node.label}: not supported in float networks: known are {', '.join(known)}"
                )
            with told(node):
                known[node.op](node)
        self.network = Network(self._nodes, image)

    def _append(self, node: GraphNode, layer: Layer, *sources: str) -> None:
        self._nodes.append(Node(node.name, layer, sources or (self._source(node),)))
        self._sources[node.output] = node.name

    def _source(self, node: GraphNode, index: int = 0) -> str:
        name = node.inputs[index]
        if name not in self._sources:
            raise SimError(f"{node.label}: its input '{name}' is a constant")
        return self._sources[name]

    def _constant(self, node: GraphNode, index: int) -> Constant:
        name = node.inputs[index]
        if name not in self._graph.constants:
            raise SimError(f"{node.label}: its input '{name}' must be constant")
        return self._graph.constants[name].astype(np.float32)

    def _same(self, node: GraphNode) -> None:
        self._sources[node.output] = self._source(node)

    def _conv(self, node: GraphNode) -> None:
        weight = self._constant(node, 1)
        bias = self._constant(node, 2) if len(node.inputs) > 2 else None
        kernel = (weight.shape[2], weight.shape[3])
        self._append(node, FloatConv2d(
            weight, bias, pair(node, "strides", 1), padding(node, kernel),
            int(node.attributes.get("group", 1)),
        ))  # fmt: skip

    def _product(self, node: GraphNode) -> None:
        weight = self._constant(node, 1)
        if not node.attributes.get("transB", 0):
            weight = weight.T
        bias = self._constant(node, 2).reshape(-1) if len(node.inputs) > 2 else None
        if node.attributes.get("transA", 0) or weight.ndim != 2:
            raise SimError(f"{node.label}: only x W is supported")
        scale = np.float32(node.attributes.get("alpha", 1.0))
        self._append(node, FloatLinear(np.ascontiguousarray(weight) * scale, bias))

    def _add(self, node: GraphNode) -> None:
        constant = [i for i, name in enumerate(node.inputs) if name in self._graph.constants]
        if not constant:
            self._append(node, Add(), self._source(node, 0), self._source(node, 1))
            return
        bias = self._constant(node, constant[0]).reshape(-1)
        last = self._nodes[-1]
        if (
            last.name != self._source(node, 1 - constant[0])
            or not isinstance(last.layer, FloatConv2d | FloatLinear)
            or last.layer.bias is not None
            or bias.size != len(last.layer.weight)
        ):
            raise SimError(f"{node.label}: constants are added only as biases of a layer")
        layer = last.layer
        biased: Layer = (
            FloatConv2d(layer.weight, bias, layer.stride, layer.padding, layer.groups)
            if isinstance(layer, FloatConv2d) else FloatLinear(layer.weight, bias)
        )  # fmt: skip
        self._nodes[-1] = Node(last.name, biased, last.inputs)
        self._sources[node.output] = last.name

    def _batch_norm(self, node: GraphNode) -> None:
        gamma, beta, mean, variance = (self._constant(node, i) for i in range(1, 5))
        epsilon = float(node.attributes.get("epsilon", 1e-5))
        self._append(node, BatchNorm(gamma, beta, mean, variance, epsilon))

    def _relu(self, node: GraphNode) -> None:
        self._append(node, Relu())

    def _function(self, node: GraphNode) -> None:
        source = self._source(node)
        if node.op == "Softmax":
            shape = Network(self._nodes, _image(self._graph)).shapes[source]
            if len(shape) != 1 or int(node.attributes.get("axis", 1)) not in (-1, 1):
                raise SimError(f"{node.label}: only a softmax over features is supported")
        kinds: dict[str, Layer] = {
            "Sigmoid": FloatSigmoid(), "Tanh": FloatTanh(), "Softmax": FloatSoftmax(),
        }  # fmt: skip
        self._append(node, kinds[node.op])

    def _pool(self, node: GraphNode) -> None:
        if node.op == "GlobalAveragePool":
            shape = Network(self._nodes, _image(self._graph)).shapes[self._source(node)]
            kernel = stride = (shape[0], shape[1])
            self._append(node, AvgPool(kernel, stride))
            return
        kernel, stride = pair(node, "kernel_shape", 1), pair(node, "strides", 1)
        border = padding(node, kernel)
        kind = MaxPool if node.op == "MaxPool" else AvgPool
        if kind is AvgPool and border != (0, 0) and not node.attributes.get("count_include_pad"):
            raise SimError(f"{node.label}: a border that does not count is not supported")
        self._append(node, kind(kernel, stride, border))

    def _flatten(self, node: GraphNode) -> None:
        flat = node.attributes.get("axis", 1) == 1
        if node.op == "Reshape":
            flat = self._graph.constants.get(node.inputs[1], np.zeros(0)).size == 2
        if not flat:
            raise SimError(f"{node.label}: only images can be made features")
        self._append(node, Flatten())


def _image(graph: Graph) -> tuple[int, ...]:
    return (*graph.shape[1:], graph.shape[0]) if len(graph.shape) == 3 else graph.shape
