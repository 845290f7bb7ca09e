"""From counts of a layer's gates to its energy, by part and cause, functional and glitch."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import t as student

from characterize.activity import Activity
from characterize.energy import ALL, EnergyReport, Measured, block_energies_fj
from characterize.library import FloatArray
from characterize.network.gates import GateCounts
from characterize.network.layers import LayerGates, Mapped
from characterize.network.truth import SUBTRACT, LayerCounts
from sim.energy import added
from sim.formats import IntArray
from sim.html import Energies

CAUSES = ("switching_fj", "internal_fj", "clock_fj", "leakage_fj")


@dataclass(frozen=True, slots=True)
class LayerEnergy:
    """Energy of a layer for one image, as its gates took it.

    Attributes
    ----------
    layer
        Name; `all` for the sum.
    unit
        What it ran on.
    macs
        Multiplications of an image.
    cycles
        Cycles of the unit for an image.
    energy_fj, energy_ci_fj
        For an image; half width of the 95 % confidence interval over images, NaN where
        there is only one batch.
    glitch_fj
        What toggles take that are only there with delays.
    parts, causes
        Energy by part of the unit, and by cause.
    overflows
        Sums of an image that left the accumulator.
    results
        Sums that were compared with those of `sim`, of all images.
    transistor_ops
        Transistor operations of an image, as its gates switched.
    """

    layer: str
    unit: str
    macs: int
    cycles: float
    energy_fj: float
    energy_ci_fj: float
    glitch_fj: float
    parts: dict[str, float] = field(default_factory=dict)
    causes: dict[str, float] = field(default_factory=dict)
    overflows: float = 0.0
    results: int = 0
    transistor_ops: float = 0.0


@dataclass(frozen=True, slots=True)
class UnitEnergy:
    """What one unit takes for an image: energy in fJ, of glitches, by part and cause; TOs."""

    energy_fj: float
    glitch_fj: float
    parts: dict[str, float]
    causes: dict[str, float]
    transistor_ops: float

    @classmethod
    def of(cls, mapped: Mapped, activity: Activity, cycles: float) -> "UnitEnergy":
        """What an activity says of so many cycles of an image."""
        report = EnergyReport(mapped.netlist, mapped.timing, activity, mapped.clock_ps)
        rows = report.rows()
        whole = rows[ALL, ALL]
        glitches = (activity.toggles - activity.functional).sum(axis=0)
        return cls(
            whole.energy_fj * cycles,
            float(report.toggle_energy_fj @ glitches) * cycles / activity.total_operations,
            {part: row.energy_fj * cycles for part, row in _parts(rows).items()},
            {cause: getattr(whole, cause) * cycles for cause in CAUSES},
            whole.transistor_ops * cycles,
        )


def of_units(
    layer: LayerGates, units: Sequence[UnitEnergy], cycles: float, energy_ci_fj: float,
    overflows: float, results: int,
) -> LayerEnergy:  # fmt: skip
    """Energy of a layer from that of its unit and, where there is one, of its subtraction."""
    parts = dict(units[0].parts)
    if len(units) > 1:
        parts[SUBTRACT] = units[1].energy_fj
    return LayerEnergy(
        layer.name,
        layer.unit.netlist.unit.name,
        layer.macs,
        cycles,
        sum(some.energy_fj for some in units),
        energy_ci_fj,
        sum(some.glitch_fj for some in units),
        parts,
        added([some.causes for some in units]),
        overflows,
        results,
        sum(some.transistor_ops for some in units),
    )


def layer_energy(
    layer: LayerGates, counts: Sequence[LayerCounts]
) -> tuple[LayerEnergy, FloatArray]:
    """Energy of a layer from its counts; and that of an image in each batch, shape (batches,)."""
    images = np.array([batch.images for batch in counts])
    count = int(images.sum())
    units, energies = [], np.zeros(len(images))
    for mapped, some in _runs(layer, counts):
        activity = activity_of(some)
        units.append(UnitEnergy.of(mapped, activity, activity.total_operations / count))
        energies = energies + _batches_fj(mapped, activity, images)
    found = of_units(
        layer,
        units,
        sum(batch.unit.cycles for batch in counts) / count,
        _half_width(energies, images),
        sum(batch.overflows for batch in counts) / count,
        sum(batch.unit.results for batch in counts),
    )
    return found, energies


def network_energies(
    layers: Sequence[LayerGates], counts: Sequence[dict[str, LayerCounts]]
) -> Energies[LayerEnergy]:
    """Energy of each layer, and of `all`; the interval of `all` is that of whole images.

    Parameters
    ----------
    counts
        For each batch: layer -> counts.
    """
    images = np.array([next(iter(batch.values())).images for batch in counts])
    each = [layer_energy(layer, [batch[layer.name] for batch in counts]) for layer in layers]
    found = [layer for layer, _ in each]
    whole = np.sum([energies for _, energies in each], axis=0)
    return Energies([*found, total(found, _half_width(whole, images))])


def total(layers: Sequence[LayerEnergy], energy_ci_fj: float = math.nan) -> LayerEnergy:
    """The sum of layers, as `all`."""
    return LayerEnergy(
        ALL,
        "",
        sum(layer.macs for layer in layers),
        sum(layer.cycles for layer in layers),
        sum(layer.energy_fj for layer in layers),
        energy_ci_fj,
        sum(layer.glitch_fj for layer in layers),
        added([layer.parts for layer in layers]),
        added([layer.causes for layer in layers]),
        sum(layer.overflows for layer in layers),
        sum(layer.results for layer in layers),
        sum(layer.transistor_ops for layer in layers),
    )


def _runs(
    layer: LayerGates, counts: Sequence[LayerCounts]
) -> Iterator[tuple[Mapped, list[GateCounts]]]:
    """The unit with its counts, and the subtraction where there is one."""
    yield layer.unit, [batch.unit for batch in counts]
    if layer.subtract is not None:
        yield (
            layer.subtract,
            [batch.subtract for batch in counts if batch.subtract is not None],
        )


def _batches_fj(mapped: Mapped, activity: Activity, images: IntArray) -> FloatArray:
    """Energy of an image in each batch, shape (batches,)."""
    each = block_energies_fj(mapped.netlist, mapped.timing, activity, mapped.clock_ps)
    return np.asarray(each * activity.operations / images)


def activity_of(counts: Sequence[GateCounts]) -> Activity:
    """Counts as an activity, a block each."""
    toggles, functional, ones = (
        np.array([getattr(some, name) for some in counts])
        for name in ("toggles", "functional", "ones")
    )
    cycles = np.array([some.cycles for some in counts], dtype=np.int64)
    return Activity(cycles, toggles, functional, ones.sum(axis=0), 1, ones)


def _parts(rows: dict[tuple[str, str], Measured]) -> dict[str, Measured]:
    return {part: row for (part, group), row in rows.items() if group == ALL and part != ALL}


def _half_width(energies: FloatArray, images: IntArray) -> float:
    """Of the 95 % confidence interval of the mean over images, from batches of them."""
    count = len(energies)
    if count < 2:
        return math.nan
    mean = float(energies @ images) / float(images.sum())
    # The last batch may be smaller, and its mean is as much less certain.
    variance = float(images @ (energies - mean) ** 2) / (count - 1) / float(images.sum())
    return float(student.ppf(0.975, count - 1)) * math.sqrt(variance)
