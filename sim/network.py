"""Networks: layers that name their inputs, run in order, in batches, on several cores."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from threadpoolctl import threadpool_limits

from sim.errors import SimError
from sim.formats import IntArray
from sim.html import html_table
from sim.layers import Layer, Shape
from sim.patches import Array
from sim.weighted import Conv2d, Linear

INPUT = "input"
BATCH = 50


@dataclass(frozen=True, slots=True)
class Node:
    """A layer in a network: its name, and the names of what it takes."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """What a network gave.

    Attributes
    ----------
    output
        Result of the last layer, shape (N, ...).
    overflows
        Layer with weights -> sums that left its accumulator.
    kept
        Tensors that were asked for, by name.
    """

    output: Array
    overflows: dict[str, int] = field(default_factory=dict)
    kept: dict[str, Array] = field(default_factory=dict)


class Network:
    """Layers in an order in which each follows its inputs.

    Parameters
    ----------
    nodes
        The layers; the last one's result is the network's.
    input_shape
        Of one image: (height, width, channels), or (features,).

    Raises
    ------
    SimError
        If a layer's inputs are missing or of shapes that do not fit; the message names
        the layer.
    """

    def __init__(self, nodes: Sequence[Node], input_shape: Shape) -> None:
        if not nodes:
            raise SimError("a network has at least one layer")
        self.nodes = tuple(nodes)
        self.shapes: dict[str, Shape] = {INPUT: input_shape}
        for node in self.nodes:
            missing = [name for name in node.inputs if name not in self.shapes]
            if missing or node.name in self.shapes:
                what = (
                    f"its input '{missing[0]}' comes from no earlier layer"
                    if missing
                    else ("another layer has its name")
                )
                raise SimError(f"layer {node.name}: {what}")
            try:
                shapes = [self.shapes[name] for name in node.inputs]
                self.shapes[node.name] = node.layer.shape(*shapes)
            except SimError as error:
                raise SimError(f"layer {node.name}: {error}") from error
            except (IndexError, ValueError) as error:  # of inputs that are too many or too few
                raise SimError(f"layer {node.name}: takes no {len(shapes)} inputs") from error
        self._last_use = {name: i for i, node in enumerate(self.nodes) for name in node.inputs}

    def _repr_html_(self) -> str:
        macs, rows = self.macs(), []
        for node in self.nodes:
            layer = node.layer
            widths, weights = "", None
            if isinstance(layer, Conv2d | Linear):
                widths, weights = f"{layer.x_format} x {layer.w_format}", int(layer.weight.size)
            shape = " x ".join(map(str, self.shapes[node.name]))
            rows.append(
                [node.name, type(layer).__name__, ", ".join(node.inputs), shape, widths, weights,
                 macs.get(node.name)]
            )  # fmt: skip
        rows.append(["all", "", "", "", "", None, sum(macs.values())])
        return html_table(["layer", "kind", "takes", "gives", "x and w", "weights", "MACs"], rows)

    @property
    def weighted(self) -> dict[str, Conv2d | Linear]:
        """The integer layers with weights, by name."""
        return {n.name: n.layer for n in self.nodes if isinstance(n.layer, Conv2d | Linear)}

    def with_layers(self, layers: Mapping[str, Layer]) -> "Network":
        """The same network with other layers in the place of some, by name."""
        nodes = [replace(node, layer=layers.get(node.name, node.layer)) for node in self.nodes]
        return Network(nodes, self.shapes[INPUT])

    def node(self, name: str) -> Node:
        """The layer of this name.

        Raises
        ------
        SimError
            If there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        known = ", ".join(node.name for node in self.nodes)
        raise SimError(f"no layer '{name}': there are {known}")

    def macs(self) -> dict[str, int]:
        """Multiplications of one image, by layer with weights."""
        return {
            node.name: node.layer.macs(self.shapes[node.inputs[0]])
            for node in self.nodes
            if isinstance(node.layer, Conv2d | Linear)
        }

    def run(self, images: Array, keep: Sequence[str] = ()) -> Run:
        """One batch through all layers.

        Parameters
        ----------
        images
            Shape (N, *input_shape).
        keep
            Names of tensors to give back too; `input` is the images.

        Raises
        ------
        SimError
            If the images are not of the network's shape.
        """
        if images.shape[1:] != self.shapes[INPUT]:
            raise SimError(
                f"images have shape {images.shape[1:]}, the network takes {self.shapes[INPUT]}"
            )
        live: dict[str, Array] = {INPUT: images}
        kept = {INPUT: images} if INPUT in keep else {}
        overflows = {}
        for index, node in enumerate(self.nodes):
            inputs = [live[name] for name in node.inputs]
            if isinstance(node.layer, Conv2d | Linear):
                result, overflows[node.name] = node.layer.counted(inputs[0])
            else:
                result = node.layer(*inputs)
            live[node.name] = result
            if node.name in keep:
                kept[node.name] = result
            for name in node.inputs:
                if self._last_use[name] == index:
                    live.pop(name, None)
        return Run(live[self.nodes[-1].name], overflows, kept)

    def batches(
        self, images: Array, keep: Sequence[str] = (), batch: int = BATCH, jobs: int = 1
    ) -> Iterator[Run]:
        """`run` of consecutive batches, several at once; in their order."""
        parts = [images[i : i + batch] for i in range(0, len(images), batch)]
        # Batches side by side use the cores better than threads inside each product.
        with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(jobs) as pool:
            yield from pool.map(lambda part: self.run(part, keep), parts)

    def classify(
        self,
        images: Array,
        jobs: int = 1,
        batch: int = BATCH,
        advance: Callable[[int], None] | None = None,
    ) -> tuple[IntArray, Mapping[str, int]]:
        """The class of each image: where the output is largest, the first of equals.

        Parameters
        ----------
        images
            Shape (N, *input_shape).
        jobs
            Batches at once.
        batch
            Images of each.
        advance
            Told how many images are done.

        Returns
        -------
        classes : IntArray
            Shape (N,).
        overflows : mapping
            Layer with weights -> sums that left its accumulator.
        """
        classes = []
        overflows: dict[str, int] = {}
        for found in self.batches(images, (), batch, jobs):
            classes.append(found.output.reshape(len(found.output), -1).argmax(axis=1))
            for name, count in found.overflows.items():
                overflows[name] = overflows.get(name, 0) + count
            if advance is not None:
                advance(len(found.output))
        return np.concatenate(classes).astype(np.int64), overflows
