"""ONNX files: QONNX, ONNX with QDQ nodes, or float."""

from pathlib import Path

from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.importers.floats import float_network
from sim.importers.graph import Graph
from sim.importers.integers import QUANTIZERS, integer_network
from sim.network import Network
from sim.notes import Notes

_LEVELS = 255


def load_onnx(
    path: Path, levels: int | None = None, accumulator: Accumulator | None = None
) -> Network:
    """A network of integers where the file has quantizers, else a float network.

    Parameters
    ----------
    path
        The file.
    levels
        The pixel that the network takes as 1: 255, or 1 where it was trained on pixels; if
        None, what the file says, or 255.
    accumulator
        What sums of integers are kept in; if None, what the file says, or 32 bits.

    Raises
    ------
    SimError
        If the file cannot be read, or has what is not supported.
    """
    graph = Graph(path)
    if levels is None:
        levels = graph.notes.levels or _LEVELS
    try:
        if any(node.op in QUANTIZERS for node in Graph(path).nodes()):
            return integer_network(graph, levels, accumulator, graph.notes)
        return float_network(graph, levels)
    except SimError as error:
        raise SimError(f"{path}: {error}") from error


def notes_of(path: Path) -> Notes:
    """What the file says beside its graph.

    Raises
    ------
    SimError
        If the file cannot be read.
    """
    return Graph(path).notes
