"""What the search for the least energy is asked for, and what it finds."""

import math
from dataclasses import dataclass

from sim.accounting.conditions import Conditions
from sim.network import Network
from sim.schemes import KINDS, Scheme
from sim.searching.layer_widths import mean_widths
from sim.structures import mean_weight_bits


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes
    ----------
    points
        Of accuracy that may be lost against the float network, on validation images.
    conditions
        Library and delay model.
    dataflows
        That the hardware has.
    kinds
        Of schemes.
    energy_images
        Validation images on whose operands energies are.
    """

    points: float
    conditions: Conditions
    dataflows: tuple[str, ...] = ("output", "weight", "input")
    kinds: tuple[str, ...] = KINDS
    energy_images: int = 8


@dataclass(frozen=True, slots=True)
class Implementation:
    """A quantized network on a structure.

    Attributes
    ----------
    structure
        Entry of the registry.
    dataflow
        Order of the operands.
    accumulator
        `32`, `16`, or `safe`: of each layer the narrowest that nothing can overflow.
    energy_nj
        Of an image, all layers with weights, subtractions included.
    paper_flips
        Bit flips of a multiplication by the formula.
    modelled
        Share of the energy that comes from operand statistics; the rest is from width tables.
    """

    structure: str
    dataflow: str
    accumulator: str
    energy_nj: float
    paper_flips: float
    modelled: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quantized network, and what it would cost.

    Attributes
    ----------
    scheme
        What it is.
    family
        `uniform` or `layers`.
    label
        Bits or budget, as it was searched for.
    accuracy
        Percent of the validation images.
    loss
        Points against the float network on the same images.
    flips, additions
        Bit flips of a multiplication by the formula; additions that are left.
    implementations
        On every structure that has power models.
    """

    scheme: Scheme
    family: str
    label: str
    accuracy: float
    loss: float
    flips: float
    additions: float | None
    implementations: tuple[Implementation, ...]

    @property
    def best(self) -> Implementation | None:
        """That of least energy."""
        return min(self.implementations, key=lambda made: made.energy_nj, default=None)


def widths_of(network: Network, candidate: Candidate) -> tuple[float, float]:
    """Mean bits of activations and of weights, over all multiplications."""
    macs = network.macs()
    bits_x, _ = mean_widths(candidate.scheme, macs)
    return bits_x, mean_weight_bits(network.weighted, macs)


def best_of(candidates: list[Candidate], points: float) -> list[Candidate]:
    """Of each kind the network of least energy that loses no more; the cheapest first."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        made, kind = candidate.best, candidate.scheme.kind
        if made is None or candidate.loss > points:
            continue
        other = found[kind].best if kind in found else None
        if other is None or made.energy_nj < other.energy_nj:
            found[kind] = candidate
    return sorted(found.values(), key=lambda each: each.best.energy_nj if each.best else math.inf)
