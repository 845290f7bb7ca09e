"""A network of integers under construction, from the nodes of a graph."""

from dataclasses import dataclass, replace

import numpy as np

from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.formats import IntArray, IntFormat
from sim.importers.graph import Constant, Graph, GraphNode
from sim.layers import FloatArray, Layer, Shape
from sim.network import INPUT, Network, Node
from sim.notes import Notes
from sim.reals import Real
from sim.requantize import Scale


@dataclass(frozen=True, eq=False, slots=True)
class Weights:
    """Quantized constants: integers, what they are multiples of, their format."""

    integers: IntArray
    step: FloatArray
    number: IntFormat

    @property
    def values(self) -> FloatArray:
        """The real numbers."""
        return np.asarray(self.integers * self.step)


class Building:
    """What the tensors of a graph are so far.

    Parameters
    ----------
    graph
        The graph.
    levels
        The pixel that the network takes as 1.
    accumulator
        What sums are kept in; None leaves it to the notes.
    notes
        What the file says of layers beside the graph.

    Attributes
    ----------
    weights
        Constant tensor -> its integers.
    reals
        Tensor that depends on the image -> what it is made of.
    shapes
        The same -> its shape, channels last, without the batch.
    """

    def __init__(
        self, graph: Graph, levels: int, accumulator: Accumulator | None, notes: Notes
    ) -> None:
        self.graph, self.accumulator, self.notes = graph, accumulator, notes
        image = (*graph.shape[1:], graph.shape[0]) if len(graph.shape) == 3 else graph.shape
        self.weights: dict[str, Weights] = {}
        self.reals = {graph.input: Real(((INPUT, np.array([1 / levels])),), np.zeros(1))}
        self.shapes: dict[str, Shape] = {graph.input: image}
        self._nodes: list[Node] = []
        self._emitted: dict[str, Shape] = {INPUT: image}

    def real(self, node: GraphNode, index: int = 0) -> Real:
        """What an input is made of.

        Raises
        ------
        SimError
            If it does not depend on the image.
        """
        if node.inputs[index] not in self.reals:
            raise SimError(f"its input '{node.inputs[index]}' does not come from the image")
        return self.reals[node.inputs[index]]

    def plain(self, node: GraphNode, index: int = 0) -> Real:
        """The same, where nothing is put off that only a quantizer can do.

        Raises
        ------
        SimError
            If it does not depend on the image, or is rectified or rounded.
        """
        real = self.real(node, index)
        if real.relu:
            raise SimError("a ReLU before it is not followed by a quantizer")
        if real.rounded:
            raise SimError("a rounding before it is not followed by a quantizer")
        return real

    def constant(self, node: GraphNode, index: int) -> Constant:
        """A constant input, as real numbers.

        Raises
        ------
        SimError
            If it is none.
        """
        name = node.inputs[index]
        if name in self.weights:
            return self.weights[name].values
        if name not in self.graph.constants:
            raise SimError(f"its input '{name}' must be constant")
        return self.graph.constants[name].astype(np.float64)

    def channels(self, values: Constant) -> FloatArray:
        """A number a channel, or one for all, from a constant that is broadcast.

        Raises
        ------
        SimError
            If it is neither.
        """
        flat = np.asarray(values, dtype=np.float64).reshape(-1)
        if flat.size != max(values.shape, default=1):
            raise SimError(f"a constant of shape {values.shape} is not one number a channel")
        return flat

    def put(self, node: GraphNode, real: Real, shape: Shape | None = None) -> None:
        """Say what a node's output is made of; it has its first input's shape if None is given."""
        self.reals[node.output] = real
        self.shapes[node.output] = self.shapes[node.inputs[0]] if shape is None else shape

    def emit(self, node: GraphNode, layer: Layer, *sources: str) -> Shape:
        """Append a layer that has the node's name; the shape of what it gives."""
        self._nodes.append(Node(node.name, layer, sources))
        self._emitted[node.name] = layer.shape(*(self._emitted[source] for source in sources))
        return self._emitted[node.name]

    def moved(self, node: GraphNode, layer: Layer, real: Real, area: int = 1) -> None:
        """Put a layer in that moves integers, takes one of them, or adds an area's.

        Raises
        ------
        SimError
            If the real numbers are a sum of tensors.
        """
        if len(real.terms) != 1:
            raise SimError("its input is a sum that is not quantized")
        ((name, scale),) = real.terms
        shape = self.emit(node, layer, name)
        number = None if real.integers is None or area > 1 else (node.name, real.integers[1])
        self.put(node, replace(real, terms=((node.name, scale / area),), integers=number), shape)

    def finished(self) -> Network:
        """The network, with real numbers at its end.

        Raises
        ------
        SimError
            If the graph's output does not depend on the image, or ends with what is put off.
        """
        if self.graph.output not in self.reals:
            raise SimError(f"its output '{self.graph.output}' is not made of the image")
        real = self.reals[self.graph.output]
        if real.relu or real.rounded:
            raise SimError("the network ends with a ReLU or rounding that no quantizer follows")
        scales = tuple(scale for _, scale in real.terms)
        names = tuple(name for name, _ in real.terms)
        self._nodes.append(Node("output", Scale(scales, real.offset), names))
        return Network(self._nodes, self._emitted[INPUT])
