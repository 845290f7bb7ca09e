"""What mends a quantized network beside its numbers: every kind of scheme gets the same.

`bias`: the mean error of each channel's sums is taken out. `all`: also batch norms
re-estimated, error feedback, and widths of each layer under one budget.
"""

from dataclasses import replace
from typing import Any

from sim.errors import SimError
from sim.floats import BatchNorm
from sim.network import Network
from sim.schemes import Scheme, Widths

CORRECTIONS = ("bias", "all")
# Of which validation images choose one, for every kind.
VARIANTS: tuple[dict[str, Any], ...] = (
    {"compensated": True},
    {"compensated": True, "dead_zone": 0.6},
)


def corrected(kind: str, widths: Widths, given: str) -> Scheme:
    """A scheme of a kind with corrections; with `all`, its layers may get widths of their own.

    Raises
    ------
    SimError
        If the corrections are unknown.
    """
    if given not in CORRECTIONS:
        raise SimError(f"unknown corrections '{given}': known are {', '.join(CORRECTIONS)}")
    scheme = Scheme(kind, widths.bits_x, widths.bits_w, widths.additions, bias_correction=True)
    if given == "bias":
        return scheme
    return replace(
        scheme, batch_norm="reestimated", weight_rounding="feedback", additions_rule="measured"
    )


def normalized(network: Network, name: str, scheme: Scheme) -> bool:
    """Whether re-estimated batch norms mend means and deviations of a float layer's sums."""
    behind = [node.layer for node in network.nodes if name in node.inputs]
    found = bool(behind) and all(isinstance(layer, BatchNorm) for layer in behind)
    return scheme.batch_norm == "reestimated" and found


def centred(network: Network, name: str, scheme: Scheme) -> bool:
    """Whether mean errors of a float layer's sums are taken out."""
    return scheme.bias_correction or normalized(network, name, scheme)
