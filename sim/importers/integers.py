"""Quantized ONNX networks as networks of integers: QONNX, and ONNX with QDQ nodes.

Quantizers become requantizers, rounding half to even, or shifting where they round down binary
fractions; what stands between a sum and the next quantizer (batch norms, biases, scales) is
gathered in it.

Sources: A. Pappalardo et al., QONNX: Representing Arbitrary-Precision Quantized Neural
Networks, 2022, and its operator definitions; ONNX operators QuantizeLinear,
DequantizeLinear.
"""

from collections.abc import Callable, Mapping

from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.importers import number_nodes, quantizer_nodes, shape_nodes, weighted_nodes
from sim.importers.building import Building
from sim.importers.graph import Graph, GraphNode, told
from sim.network import Network
from sim.notes import Notes

QUANTIZERS = ("Quant", "IntQuant", "BipolarQuant", "QuantizeLinear")
_KNOWN: Mapping[str, Callable[[Building, GraphNode], None]] = {
    "Quant": quantizer_nodes.quant, "IntQuant": quantizer_nodes.quant,
    "BipolarQuant": quantizer_nodes.bipolar, "QuantizeLinear": quantizer_nodes.quantize,
    "DequantizeLinear": quantizer_nodes.dequantize,
    "Conv": weighted_nodes.convolution, "MatMul": weighted_nodes.product,
    "Gemm": weighted_nodes.product,
    "BatchNormalization": number_nodes.batch_norm, "Add": number_nodes.affine,
    "Sub": number_nodes.affine, "Mul": number_nodes.affine, "Div": number_nodes.affine,
    "Relu": number_nodes.relu,
    "MaxPool": shape_nodes.pool, "AveragePool": shape_nodes.pool,
    "GlobalAveragePool": shape_nodes.pool, "Flatten": shape_nodes.flatten,
    "Reshape": shape_nodes.flatten, "Transpose": weighted_nodes.transpose,
    "Identity": number_nodes.same, "Dropout": number_nodes.same, "Cast": number_nodes.cast,
    "Floor": number_nodes.rounded, "Round": number_nodes.rounded,
    "Slice": shape_nodes.every_nth, "Pad": shape_nodes.more_channels,
    "Gather": number_nodes.gather,
}  # fmt: skip


def integer_network(
    graph: Graph, levels: int, accumulator: Accumulator | None, notes: Notes | None = None
) -> Network:
    """A network of integers from a graph with quantizers.

    Parameters
    ----------
    graph
        The graph.
    levels
        The pixel that the network takes as 1.
    accumulator
        What sums are kept in; if None, what the notes say, or 32 bits.
    notes
        What the file says of layers beside the graph.

    Raises
    ------
    SimError
        If an operator is not supported, or an operand of a multiplication is not
        quantized; the message names the node.
    """
    built = Building(graph, levels, accumulator, notes or Notes())
    for node in graph.nodes():
        if node.op not in _KNOWN:
            raise SimError(f"{node.label}: not supported: known are {', '.join(_KNOWN)}")
        with told(node):
            _KNOWN[node.op](built, node)
    return built.finished()
