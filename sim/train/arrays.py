"""Weights of a float network under the names that files have."""

from sim.floats import BatchNorm, Float32Array, FloatConv2d, FloatLinear
from sim.network import Network


def arrays_of(network: Network) -> dict[str, Float32Array]:
    """Weights of a float network by the names that `sim.architectures` reads."""
    found = {}
    for node in network.nodes:
        layer = node.layer
        if isinstance(layer, FloatConv2d | FloatLinear):
            found[f"{node.name}.weight"] = layer.weight
            if layer.bias is not None:
                found[f"{node.name}.bias"] = layer.bias
        elif isinstance(layer, BatchNorm):
            found |= {
                f"{node.name}.weight": layer.gamma, f"{node.name}.bias": layer.beta,
                f"{node.name}.running_mean": layer.mean,
                f"{node.name}.running_var": layer.variance,
            }  # fmt: skip
    return found
