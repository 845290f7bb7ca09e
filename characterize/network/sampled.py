"""Tier B: the energy of a network from single cycles, drawn at random from all of its layers.

Each layer's unit is a stratum, and the subtraction behind it another one. A pilot, which
enters no estimate, says how much the cycles of each differ; from that follows how many are
drawn of each (J. Neyman, J. Royal Statistical Society 97, 1934). Intervals come from leaving
out one of fifty blocks of each sample at a time (the jackknife), so that everything which
varies is in them: toggles, clocks, and what an internal toggle takes. A stratum of which
half would be drawn is counted as a whole, and adds no uncertainty.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from characterize.cache import NO_CACHE, Cache
from characterize.energy import BLOCKS, block_energies_fj
from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.network.batches import batches
from characterize.network.energies import (
    LayerEnergy,
    UnitEnergy,
    activity_of,
    of_units,
    total,
)
from characterize.network.gates import GateCounts
from characterize.network.layers import Gates, LayerGates, Mapped, layers_at_gates
from characterize.network.positions import Differences, LayerPositions, Operands
from characterize.network.scattered import Scattered, Transitions, joined
from sim.formats import IntArray
from sim.network import Network, Run
from sim.patches import Array

TIER_B = "B"
_LEAST = 4 * BLOCKS  # cycles drawn of a stratum; of the pilot too
_COVERAGE = 0.95


@dataclass(frozen=True, eq=False)
class Stratum:
    """Cycles of one unit of one layer.

    Attributes
    ----------
    layer
        Its number.
    mapped
        What it runs on.
    cycles
        Of one image.
    behind
        Whether it is the subtraction behind a split sum.
    """

    layer: int
    mapped: Mapped
    cycles: int
    behind: bool


@dataclass(frozen=True, eq=False)
class Sample:
    """What was counted of a stratum.

    Attributes
    ----------
    blocks
        Counts of consecutive blocks of the sample.
    exact
        Whether it has every cycle once.
    energy_fj, variance
        Of a cycle; variance of that estimate.
    """

    stratum: Stratum
    blocks: list[GateCounts]
    exact: bool
    energy_fj: float
    variance: float

    @property
    def transitions(self) -> int:
        """Cycles that were counted."""
        return sum(block.cycles for block in self.blocks)

    @property
    def deviation_fj(self) -> float:
        """Standard deviation of one cycle's energy."""
        return math.sqrt(self.variance * self.transitions)

    @property
    def spread(self) -> float:
        """Variance of the energy of an image, in fJ squared."""
        return 0.0 if self.exact else self.variance * self.stratum.cycles**2


class Sampler:
    """Draws cycles of a network's images.

    Parameters
    ----------
    network
        Of integers.
    images
        Shape (N, ...).
    gates
        What multiplies.
    cache
        Holds netlists.

    Raises
    ------
    CharacterizeError
        If no unit fits a layer.
    """

    def __init__(
        self, network: Network, images: Array, gates: Gates, cache: Cache = NO_CACHE
    ) -> None:
        self._network, self._images = network, images
        self.layers = layers_at_gates(network, gates, cache)
        self._batches = batches(len(images))
        self._run = lru_cache(maxsize=1)(self._run_batch)
        self._of_layer = [self._positions(layer, gates) for layer in self.layers]
        self._scattered: dict[int, Scattered] = {}
        self._overflows: dict[int, dict[str, int]] = {}

    def _positions(self, layer: LayerGates, gates: Gates) -> LayerPositions:
        """Of one image, whatever it shows."""
        shape = self._network.shapes[layer.source]
        nothing = np.zeros((1, *shape), dtype=np.int64)
        unit = layer.unit.netlist.unit
        return LayerPositions(unit, layer.layer, nothing, gates.dataflow, gates.order)

    @property
    def images(self) -> int:
        """How many there are."""
        return len(self._images)

    @cached_property
    def strata(self) -> list[Stratum]:
        """Units that add, layer by layer, each before the subtraction behind it."""
        found = []
        for number, layer in enumerate(self.layers):
            positions = self._of_layer[number]
            found.append(Stratum(number, layer.unit, positions.cycles, behind=False))
            if layer.subtract is not None:
                found.append(Stratum(number, layer.subtract, positions.dot_products, behind=True))
        return found

    def sample(self, tolerance: float, seed: int = 0) -> tuple[list[Sample], int]:
        """Samples of all strata, and how many cycles the pilot counted.

        Parameters
        ----------
        tolerance
            Half of the 95 % interval of the network's energy that is aimed at, in percent.
        seed
            Of what is drawn.

        Raises
        ------
        CharacterizeError
            If the tolerance is not positive, or a result is not that of `sim`.
        """
        if not tolerance > 0:
            raise CharacterizeError(f"a tolerance of {tolerance} %: give one above 0")
        pilot = self._count([_LEAST] * len(self.strata), [seed, 0], pilot=True)
        sizes = _allocation(pilot, tolerance / 100, self.images)
        return self._count(sizes, [seed, 1]), sum(some.transitions for some in pilot)

    def energies(self, samples: Sequence[Sample]) -> list[LayerEnergy]:
        """Energy of each layer, and of `all`, for an image."""
        found = []
        for number, layer in enumerate(self.layers):
            own = [sample for sample in samples if sample.stratum.layer == number]
            units = [
                UnitEnergy.of(some.stratum.mapped, activity_of(some.blocks), some.stratum.cycles)
                for some in own
            ]
            results = sum(block.results for some in own for block in some.blocks)
            overflows = sum(of[layer.name] for of in self._overflows.values()) / self.images
            found.append(
                of_units(
                    layer, units, own[0].stratum.cycles, half_width_fj(own), overflows, results
                )
            )
        return [*found, total(found, half_width_fj(samples))]

    def _count(self, sizes: Sequence[int], seed: list[int], pilot: bool = False) -> list[Sample]:
        """Samples of given sizes; those of the pilot are of the first batch of images."""
        chosen = self._batches[:1] if pilot else self._batches
        images = chosen[-1].stop
        drawn: list[IntArray] = []
        for number, (stratum, size) in enumerate(zip(self.strata, sizes, strict=True)):
            cycles = stratum.cycles * images
            random = np.random.default_rng([*seed, number])
            every = 2 * size >= cycles
            drawn.append(random.permutation(cycles) if every else random.integers(0, cycles, size))
        parts: list[list[Transitions]] = [[] for _ in drawn]
        for batch in range(len(chosen)):
            for number, transitions in self._of_batch(batch, drawn):
                parts[number].append(transitions)
        counted = []
        for stratum, some, positions in zip(self.strata, parts, drawn, strict=True):
            together = joined(some, self._places(stratum, positions))
            counted.append(self._gates(stratum.mapped).count(together, BLOCKS))
        exact = [
            len(positions) == stratum.cycles * images
            for stratum, positions in zip(self.strata, drawn, strict=True)
        ]
        return _samples(self.strata, counted, exact)

    def _of_batch(self, batch: int, drawn: Sequence[IntArray]) -> Iterator[tuple[int, Transitions]]:
        """Number of a stratum, and what is to be counted of it in a batch."""
        images = self._batches[batch]
        run = self._run(batch)
        positions: LayerPositions | None = None
        for number, stratum in enumerate(self.strata):
            layer = self.layers[stratum.layer]
            if not stratum.behind:
                positions = self._of_layer[stratum.layer].of(run.kept[layer.source])
            assert positions is not None
            operands: Operands = positions
            if stratum.behind:
                operands = Differences(positions, layer.layer.accumulator.bits)
            first = images.start * stratum.cycles
            inside = drawn[number] - first
            inside = inside[(inside >= 0) & (inside < operands.cycles)]
            try:
                yield number, self._gates(stratum.mapped).prepare(operands, inside)
            except CharacterizeError as error:
                raise CharacterizeError(f"layer {layer.name}: {error}") from error

    def _places(self, stratum: Stratum, drawn: IntArray) -> IntArray:
        """Where each cycle that was drawn stands, when those of a batch stand together."""
        edges = np.array([part.start for part in self._batches]) * stratum.cycles
        batch = np.searchsorted(edges, drawn, side="right")
        return np.argsort(np.argsort(batch, kind="stable"), kind="stable")

    def _run_batch(self, batch: int) -> Run:
        images = self._images[self._batches[batch]]
        run = self._network.run(images, tuple({layer.source for layer in self.layers}))
        self._overflows[batch] = {layer.name: run.overflows[layer.name] for layer in self.layers}
        return run

    def _gates(self, mapped: Mapped) -> Scattered:
        if id(mapped) not in self._scattered:
            self._scattered[id(mapped)] = Scattered(mapped.netlist, mapped.delays)
        return self._scattered[id(mapped)]


def energy_fj(samples: Sequence[Sample]) -> float:
    """Of an image."""
    return sum(sample.energy_fj * sample.stratum.cycles for sample in samples)


def half_width_fj(samples: Sequence[Sample]) -> float:
    """Half of the 95 % confidence interval of the energy of an image.

    Strata are independent: variances add up, and degrees of freedom follow from theirs
    (F. E. Satterthwaite, Biometrics Bulletin 2, 1946).
    """
    spreads = np.array([sample.spread for sample in samples])
    whole = float(spreads.sum())
    if whole == 0:
        return 0.0
    freedom = whole**2 / float((spreads**2).sum()) * (BLOCKS - 1)
    return float(student.ppf((1 + _COVERAGE) / 2, freedom)) * math.sqrt(whole)


def _samples(
    strata: Sequence[Stratum], counted: Sequence[list[GateCounts]], exact: Sequence[bool]
) -> list[Sample]:
    """Energies of strata; those of the same gates in one go."""
    estimates: dict[int, tuple[float, float]] = {}
    by_gates: dict[int, list[int]] = {}
    for number, stratum in enumerate(strata):
        by_gates.setdefault(id(stratum.mapped), []).append(number)
    for numbers in by_gates.values():
        found = _estimates(strata[numbers[0]].mapped, [counted[number] for number in numbers])
        estimates |= dict(zip(numbers, found, strict=True))
    return [
        Sample(stratum, blocks, whole, *estimates[number])
        for number, (stratum, blocks, whole) in enumerate(zip(strata, counted, exact, strict=True))
    ]


def _estimates(mapped: Mapped, counted: Sequence[list[GateCounts]]) -> list[tuple[float, float]]:
    """Energy of a cycle by each list of blocks, and the variance of that estimate."""
    samples: list[GateCounts] = []
    begins = []
    for blocks in counted:
        whole = sum(blocks[1:], blocks[0])
        begins.append(len(samples))
        samples.append(whole)
        if len(blocks) > 1:
            samples += (_without(whole, block) for block in blocks)
    activity = activity_of(samples)
    energies = block_energies_fj(mapped.netlist, mapped.timing, activity, mapped.clock_ps)
    found = []
    for whole_fj, *left in np.split(energies, begins[1:]):
        rest: FloatArray = np.array(left)
        variance = (rest.size - 1) * float(rest.var()) if left else 0.0
        found.append((float(whole_fj), variance))
    return found


def _without(whole: GateCounts, block: GateCounts) -> GateCounts:
    return GateCounts(
        whole.cycles - block.cycles,
        whole.toggles - block.toggles,
        whole.functional - block.functional,
        whole.ones - block.ones,
        whole.results - block.results,
    )


def _allocation(pilot: Sequence[Sample], tolerance: float, images: int) -> list[int]:
    """Cycles to draw of each stratum; all of it where that costs no more than drawing."""
    cycles = np.array([sample.stratum.cycles for sample in pilot])
    shares = cycles * np.array([sample.deviation_fj for sample in pilot])
    allowed = tolerance * energy_fj(pilot) / float(norm.ppf((1 + _COVERAGE) / 2))
    whole = np.zeros(len(pilot), dtype=np.bool_)
    while True:
        sizes = shares * (shares * ~whole).sum() / allowed**2
        sizes = np.maximum(np.ceil(sizes), _LEAST)
        grown = whole | (2 * sizes >= cycles * images)
        if (grown == whole).all():
            return [
                int(every if full else size)
                for every, full, size in zip(cycles * images, whole, sizes, strict=True)
            ]
        whole = grown
