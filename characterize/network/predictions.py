"""What models say of a network's energy, without its gates: tiers C and E.

    C             operand statistics of each layer's own operands, fitted on synthetic streams
    E formula     the PANN paper's bit flips, times the energy of a flip with uniform operands
    E <stimulus>  the unit's measured mean with that stimulus, whatever the layer
    E best        the constant that is right for the network as a whole: known only afterwards

Everything is frozen before a network is seen, but `E best`.
"""

import math
from collections.abc import Iterator, Sequence

from characterize.network.energies import LayerEnergy, total
from characterize.network.layers import Gates, LayerGates
from characterize.network.units import splits
from characterize.units import UnitSpec
from sim.errors import SimError
from sim.network import Network
from sim.operands import layer_statistics
from sim.pann import mac_bit_flips
from sim.patches import Array
from sim.power_models import PowerModels, WidthTable

TIER_C, TIER_E = "C", "E"


def predictions(
    network: Network,
    images: Array,
    layers: Sequence[LayerGates],
    gates: Gates,
    models: PowerModels,
    truth: Sequence[LayerEnergy],
) -> Iterator[tuple[str, list[LayerEnergy]]]:
    """Energies of each layer, and of `all`, by each model that knows all of its units.

    Parameters
    ----------
    images
        Those whose operands the truth is of.
    truth
        Tier A of the layers, for `E best`.

    Yields
    ------
    tuple
        Tier, and energies for an image; causes, parts and glitches are not in them.
    """
    found = statistics_energies(network, images, layers, gates, models)
    if found is not None:
        yield TIER_C, found
    for name, per_mac in _constants(layers, gates, models):
        yield f"{TIER_E} {name}", _constant(layers, per_mac)
    best = truth[-1].energy_fj / truth[-1].macs
    yield f"{TIER_E} best", _constant(layers, [best] * len(layers))


def statistics_energies(
    network: Network,
    images: Array,
    layers: Sequence[LayerGates],
    gates: Gates,
    models: PowerModels,
) -> list[LayerEnergy] | None:
    """Tier C; None where a unit has no such model."""
    names = [layer.unit.netlist.unit.name for layer in layers]
    library = layers[0].unit.netlist.library.name
    known = [models.statistics(name, library, gates.delay_model) for name in names]
    kept = network.run(images, tuple({layer.source for layer in layers})).kept
    found = []
    for layer, model in zip(layers, known, strict=True):
        unit = layer.unit.netlist.unit
        if model is None or gates.order != "given":
            return None
        formats = tuple(port.format for role in "xw" if (port := unit.port(role)) is not None)
        statistics = layer_statistics(
            layer.layer, kept[layer.source], gates.dataflow, (formats[0], formats[1]),
            dict(unit.parameters)["WIDTH_ACC"],
        )  # fmt: skip
        energy_fj = layer.macs * model.energy_fj(statistics)
        if layer.subtract is not None:
            try:
                energy_fj += _outputs(layer) * _subtraction_fj(layer, gates, models)
            except SimError:
                return None
        found.append(_energy(layer, energy_fj))
    return [*found, total(found)]


def _subtraction_fj(layer: LayerGates, gates: Gates, models: PowerModels) -> float:
    assert layer.subtract is not None
    tables = models.of_unit(
        layer.subtract.netlist.library.name, gates.delay_model,
        architecture="subtract-ripple", acc_width=layer.layer.accumulator.bits,
    )  # fmt: skip
    return tables[0].energy_fj


def _outputs(layer: LayerGates) -> int:
    """Dot products of an image."""
    weights = layer.layer.products[0].weights
    return int(layer.macs // weights.shape[0])


def _constants(
    layers: Sequence[LayerGates], gates: Gates, models: PowerModels
) -> Iterator[tuple[str, list[float]]]:
    """Name, and energy of a multiplication in each layer, from the tables of its unit."""
    by_unit: dict[str, dict[str, WidthTable]] = {}
    for layer in layers:
        unit = layer.unit.netlist.unit
        if unit.name not in by_unit:
            by_unit[unit.name] = {
                table.stimulus: table
                for table in models.tables
                if (table.unit, table.row["library"], table.row["delay_model"])
                == (unit.name, layer.unit.netlist.library.name, gates.delay_model)
            }
    units = [layer.unit.netlist.unit for layer in layers]
    stimuli = [set(by_unit[unit.name]) for unit in units]
    for stimulus in sorted(set.intersection(*stimuli)):
        yield stimulus, [by_unit[unit.name][stimulus].energy_fj for unit in units]
    if all("uniform" in found for found in stimuli):
        widest = max(units, key=lambda unit: by_unit[unit.name]["uniform"].energy_fj)
        flips = {unit.name: _bit_flips(unit) for unit in units}
        flip_fj = by_unit[widest.name]["uniform"].energy_fj / flips[widest.name]
        yield "formula", [flip_fj * flips[unit.name] for unit in units]


def _bit_flips(unit: UnitSpec) -> float:
    x, w = (port.format for role in "xw" if (port := unit.port(role)) is not None)
    signed = (x.signed or w.signed) and not splits(unit)
    return sum(mac_bit_flips(x.bits, w.bits, signed, dict(unit.parameters)["WIDTH_ACC"]).values())


def _constant(layers: Sequence[LayerGates], per_mac: Sequence[float]) -> list[LayerEnergy]:
    found = [_energy(layer, layer.macs * fj) for layer, fj in zip(layers, per_mac, strict=True)]
    return [*found, total(found)]


def _energy(layer: LayerGates, energy_fj: float) -> LayerEnergy:
    return LayerEnergy(
        layer.name, layer.unit.netlist.unit.name, layer.macs, layer.macs, energy_fj, math.nan,
        math.nan,
    )  # fmt: skip
