"""What a file of an integer network says beside its graph, for readers of this package.

An ONNX graph has the integers; it does not say which of two encodings of the same range a
unit's wires carry, in which accumulators sums are kept, or that weights are numbers of
additions. One entry of the file's metadata (`gatewatt`, JSON) does. Readers that do not know it
lose nothing of the arithmetic, but for sums that leave an accumulator which wraps or saturates.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.formats import IntFormat
from sim.network import Network
from sim.signmag import SignMagnitude

_NO_NOTES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
KEY = "gatewatt"
VERSION = 1


@dataclass(frozen=True, slots=True)
class LayerNotes:
    """Of one layer with weights: formats of its inputs and weights, and its accumulator."""

    x_format: IntFormat
    w_format: IntFormat
    accumulator: Accumulator


@dataclass(frozen=True, slots=True)
class Notes:
    """What is said of a network.

    Attributes
    ----------
    kind
        Of the scheme that it was made with; empty where none is known.
    levels
        The pixel that the graph takes as 1; None if it does not say.
    layers
        Name -> notes.
    """

    kind: str = ""
    levels: int | None = None
    layers: Mapping[str, LayerNotes] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network, kind: str = "") -> "Notes":
        """Those of a network that takes pixels as they are."""
        return cls(kind, 1, {
            name: LayerNotes(layer.x_format, layer.w_format, layer.accumulator)
            for name, layer in network.weighted.items()
        })  # fmt: skip

    def to_json(self) -> str:
        """As text."""
        layers = {
            name: {
                "x": str(notes.x_format), "w": str(notes.w_format),
                "acc_bits": notes.accumulator.bits, "overflow": notes.accumulator.overflow,
                "split": notes.accumulator.split,
            }
            for name, notes in self.layers.items()
        }  # fmt: skip
        content = {"version": VERSION, "kind": self.kind, "levels": self.levels, "layers": layers}
        return json.dumps(content)

    @classmethod
    def from_json(cls, text: str) -> "Notes":
        """From text.

        Raises
        ------
        SimError
            If it is not such a text, or of a later version.
        """
        try:
            content = json.loads(text)
            if content["version"] != VERSION:
                raise SimError(
                    f"metadata '{KEY}' has version {content['version']}, this program reads "
                    f"{VERSION}: export the network again"
                )
            layers = {name: _layer(given) for name, given in content["layers"].items()}
            levels = content["levels"]
            return cls(str(content["kind"]), None if levels is None else int(levels), layers)
        except (*_NO_NOTES, RecursionError) as error:
            raise SimError(f"metadata '{KEY}' cannot be read: {error!r}") from error


def _layer(given: Mapping[str, Any]) -> LayerNotes:
    accumulator = Accumulator(int(given["acc_bits"]), str(given["overflow"]), bool(given["split"]))
    return LayerNotes(_format(given["x"]), _format(given["w"]), accumulator)


def _format(text: str) -> IntFormat:
    """What `str` of a format came from.

    >>> _format("m5"), _format("u3")
    (SignMagnitude(bits=5, signed=True), IntFormat(bits=3, signed=False))
    """
    kind, bits = text[:1], int(text[1:])
    if kind not in ("u", "s", "m"):
        raise ValueError(f"no format: {text}")
    return SignMagnitude(bits) if kind == "m" else IntFormat(bits, signed=kind == "s")
