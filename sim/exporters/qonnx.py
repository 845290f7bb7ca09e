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

from sim.errors import SimError
from sim.exporters import number_layers, shape_layers, weighted_layers
from sim.exporters.graph import GraphWriter
from sim.files import write_bytes
from sim.layers import Add, Flatten, MaxPool, Subsample, SumPool
from sim.lookup import Lookup
from sim.network import Network, Node
from sim.notes import KEY, Notes
from sim.requantize import Requantize, Scale
from sim.weighted import Conv2d, Linear

_KNOWN: dict[type, Callable[[GraphWriter, Node, Any], str]] = {
    Conv2d: weighted_layers.convolution, Linear: weighted_layers.product,
    Requantize: number_layers.requantize, Scale: number_layers.scale,
    MaxPool: shape_layers.max_pool, SumPool: shape_layers.sum_pool,
    Subsample: shape_layers.subsample, Flatten: shape_layers.flatten,
    Add: number_layers.add, Lookup: number_layers.lookup,
}  # fmt: skip


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
    graph = GraphWriter(network)
    for node in network.nodes:
        write = _KNOWN.get(type(node.layer))
        if write is None:
            raise SimError(
                f"layer {node.name}: a {type(node.layer).__name__} cannot be exported: known "
                f"are {', '.join(known.__name__ for known in _KNOWN)}"
            )
        try:
            graph.tensors[node.name] = write(graph, node, node.layer)
        except SimError as error:
            raise SimError(f"layer {node.name}: {error}") from error
    write_bytes(path, graph.model({KEY: Notes.of(network, kind).to_json()}))
