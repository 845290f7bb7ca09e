"""Structures of units: which weights run on them, and what their operations are."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.charges import additions
from sim.formats import IntArray
from sim.operands import weight_format
from sim.signmag import SignMagnitude
from sim.weighted import Conv2d, Linear

LEAST_ACC_BITS = 8  # of a unit's sum
_SPLIT = ("split", "split-signed", "pann")
_WHOLE = ("signed", "mixed")
_MARGIN = 3  # bits of a segmented sum above the product


@dataclass(frozen=True, slots=True)
class Structure:
    """A way to build a unit.

    Attributes
    ----------
    entry
        Name in the registry of units.
    architecture
        What tables call it.
    kinds
        Of schemes whose weights it takes.
    charge
        Kind of weights that take an operation each addition, `pann` or `csd`; empty where
        a multiplication is one operation.
    stationary
        Whether partial sums arrive from a neighbour.
    """

    entry: str
    architecture: str
    kinds: tuple[str, ...]
    charge: str = ""
    stationary: bool = False

    def operations(self, weight: IntArray) -> float:
        """Of a multiplication, on average."""
        return additions(self.charge, weight) if self.charge else 1.0

    def columns(self, layer: Conv2d | Linear) -> Mapping[str, object]:
        """What says which unit a layer runs on, beside widths."""
        split = layer.accumulator.split
        found: dict[str, object] = {"family": "mac", "architecture": self.architecture}
        if self.architecture == "signmag":
            return found
        found["signed_x"] = layer.x_format.signed
        if not self.charge:
            found["signed_w"] = layer.w_format.signed and not split
        return found

    def widths(self, layer: Conv2d | Linear) -> tuple[int, int]:
        """Bits of the unit's x and w that a layer needs."""
        bits_x = layer.x_format.bits
        if self.architecture == "signmag" and not isinstance(layer.x_format, SignMagnitude):
            bits_x += not layer.x_format.signed
        return max(bits_x, 2), max(weight_format(layer).bits, 2)

    def least_acc_bits(self, layer: Conv2d | Linear) -> int:
        """The narrowest sum in which nothing can overflow and that the unit has."""
        bits_x, bits_w = self.widths(layer)
        needed = bits_x if self.charge else bits_x + bits_w
        if self.architecture.endswith("segmented"):
            needed += _MARGIN
        return max(layer.safe_bits, needed, LEAST_ACC_BITS)


STRUCTURES = (
    Structure("mac_array", "array", _WHOLE),
    Structure("mac_booth", "booth", _WHOLE),
    Structure("mac_dadda", "dadda", _WHOLE),
    Structure("mac_behavioural", "behavioural", _WHOLE),
    Structure("mac_zero_skip", "zero-skip", _WHOLE),
    Structure("mac_stationary", "stationary", _WHOLE, stationary=True),
    Structure("mac_signmag", "signmag", ("signmag",)),
    Structure("mac_split", "split", _SPLIT),
    Structure("mac_split_gated", "split-gated", _SPLIT),
    Structure("mac_split_segmented", "split-segmented", _SPLIT),
    Structure("mac_split_zero_skip", "split-zero-skip", _SPLIT),
    Structure("pann", "pann", ("pann",), "pann"),
    Structure("pann_gated", "pann-gated", ("pann",), "pann"),
    Structure("pann_segmented", "pann-segmented", ("pann",), "pann"),
    Structure("csd", "csd", ("csd",), "csd"),
)


def structures_of(kind: str) -> list[Structure]:
    """Those that a kind of scheme runs on."""
    return [structure for structure in STRUCTURES if kind in structure.kinds]


def mean_weight_bits(layers: Mapping[str, Conv2d | Linear], macs: Mapping[str, int]) -> float:
    """Of the units' weights, over all multiplications."""
    bits = [weight_format(layers[name]).bits for name in macs]
    return float(np.average(bits, weights=list(macs.values())))
