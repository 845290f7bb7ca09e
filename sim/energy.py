"""Energy of a quantized network, layer by layer: by the formula, in toggles, in femtojoules.

Every multiplication (of PANN: every addition) is an operation of the unit that the layer's
formats call for. Its energy comes from the operand-statistics model of that unit where there
is one, with the statistics of the layer's own operands on real images; else from the
width table at the stimulus that toggles the operand x most alike. With an operand-statistics
model, clock and leakage stay those of that table, switching, internal energy and toggles take
the difference in proportion, and so do parts.

    signed, mixed   mac_<architecture>, one operation a multiplication; mac_stationary where
                    w or x stays and partial sums arrive
    split           mac_split, and one split_subtract a dot product (part `subtract`)
    pann            pann, |q| operations a weight, and one split_subtract a dot product

or of the structure that the conditions name (`sim.structures`).

Not included: everything that the power models leave out, memories and wires above all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np

from sim.dataflow import Array as MacArray
from sim.dataflow import schedule
from sim.errors import SimError
from sim.formats import IntFormat
from sim.html import Energies
from sim.image_files import Images
from sim.network import Network
from sim.operands import NetworkOperands, weight_format
from sim.pann import mac_bit_flips, pann_bit_flips
from sim.power_models import PowerModels, WidthTable, nearest_stimulus
from sim.signmag import SignMagnitude
from sim.structures import Structure
from sim.weighted import Conv2d, Linear

_LEAST_BITS = 2  # of a unit's operand
_FIXED = ("clock_fj", "leakage_fj")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the power models were measured with.

    Attributes
    ----------
    library, delay_model
        Of the tables.
    architecture
        Of MACs that are not split and add to their own sums: `array`, `booth`, `dadda`,
        `behavioural`.
    gated
        Whether split MACs have clock gates.
    dataflow
        Order of the operands, see `sim.dataflow`.
    array
        MACs that work on a layer together; in cycles without an operation each still
        takes its clock and leakage (part `idle`). None leaves idle cycles out.
    structure
        Of the unit of every layer; None takes what scheme and dataflow call for.
    scaled_sums
        Whether a unit whose sum is not as wide as the layer's takes clock energy in
        proportion to the layer's, in place of its own.
    """

    library: str = "asap7"
    delay_model: str = "library"
    architecture: str = "array"
    gated: bool = True
    dataflow: str = "output"
    array: MacArray | None = None
    structure: Structure | None = None
    scaled_sums: bool = False


@dataclass(frozen=True, slots=True)
class LayerEnergy:
    """Energy of one layer for one image.

    Attributes
    ----------
    layer
        Its name; `all` for the sum.
    macs
        Multiplications.
    operations
        Of the unit.
    paper_flips
        Bit flips by the formula for uniform operands.
    toggles
        Toggles of nets as measured; None without power models.
    energy_fj
        As measured; None without power models.
    parts, causes
        Energy in fJ by part of the unit, and by cause.
    unit, model
        Which unit, and which of its models.
    """

    layer: str
    macs: int
    operations: float
    paper_flips: float
    toggles: float | None = None
    energy_fj: float | None = None
    parts: dict[str, float] = field(default_factory=dict)
    causes: dict[str, float] = field(default_factory=dict)
    unit: str = ""
    model: str = ""


def network_energy(
    network: Network,
    images: Images,
    models: PowerModels | None,
    conditions: Conditions | None = None,
    pann: bool = False,
    operands: NetworkOperands | None = None,
) -> Energies[LayerEnergy]:
    """Energy of every layer with weights, and of `all`, for one image.

    Parameters
    ----------
    network
        Of integers.
    images
        On which operands are seen, shape (N, ...); some ten give a mean to 1 %.
    models
        Power models; None gives the formula's bit flips only.
    conditions
        Which of the models.
    pann
        Whether weights are numbers of additions.
    operands
        Of the same integers on the images, where they were counted before.

    Raises
    ------
    SimError
        If there is no power model of a unit.
    """
    conditions = conditions or Conditions()
    if models is not None and operands is None:
        operands = NetworkOperands(network, images)
    macs = network.macs()
    found = []
    for name, layer in network.weighted.items():
        bare = _by_formula(name, layer, pann, macs[name])
        if conditions.structure is not None:
            charged = macs[name] * conditions.structure.operations(layer.weight)
            bare = replace(bare, operations=charged)
        if models is None or operands is None:
            found.append(bare)
            continue
        try:
            outputs = prod(network.shapes[name])
            found.append(_measured(bare, layer, operands, outputs, models, conditions, pann))
        except SimError as error:
            raise SimError(f"layer {name}: {error}") from error
    return Energies([*found, total(found)])


def total(layers: Iterable[LayerEnergy]) -> LayerEnergy:
    """The sum, as layer `all`."""
    layers = list(layers)
    known = all(layer.energy_fj is not None for layer in layers)
    return LayerEnergy(
        "all",
        sum(layer.macs for layer in layers),
        sum(layer.operations for layer in layers),
        sum(layer.paper_flips for layer in layers),
        sum(layer.toggles or 0 for layer in layers) if known else None,
        sum(layer.energy_fj or 0 for layer in layers) if known else None,
        added(layer.parts for layer in layers),
        added(layer.causes for layer in layers),
    )


def _by_formula(name: str, layer: Conv2d | Linear, pann: bool, macs: int) -> LayerEnergy:
    bits_x, bits_w = layer.x_format.bits, weight_format(layer).bits
    if pann:
        additions = float(np.abs(layer.weight).mean())
        flips = pann_bit_flips(bits_x, additions)
        return LayerEnergy(name, macs, macs * additions, macs * flips)
    signed = not layer.accumulator.split
    flips = sum(mac_bit_flips(bits_x, bits_w, signed, layer.accumulator.bits).values())
    return LayerEnergy(name, macs, macs, macs * flips)


def _measured(
    bare: LayerEnergy,
    layer: Conv2d | Linear,
    operands: NetworkOperands,
    outputs: int,
    models: PowerModels,
    conditions: Conditions,
    pann: bool,
) -> LayerEnergy:
    structure = conditions.structure
    adds = pann if structure is None else bool(structure.charge)
    tables = _tables(layer, models, conditions, pann)
    row = tables[0].row
    # A unit that adds has no port for weights.
    formats = (
        _format(row, "x", layer.x_format.signed),
        weight_format(layer) if adds
        else _format(row, "w", layer.w_format.signed and not layer.accumulator.split),
    )  # fmt: skip
    x_format, acc_width = formats[0], int(row["acc_width"])
    statistics = operands.statistics(bare.layer, layer, conditions.dataflow, formats, acc_width)
    table = nearest_stimulus(tables, statistics.toggle_rate("x"), x_format)
    fitted = models.statistics(table.unit, conditions.library, conditions.delay_model)
    energy_fj, model = table.energy_fj, f"width table, {table.stimulus}"
    if fitted is not None and not adds:
        energy_fj, model = fitted.energy_fj(statistics), "operand statistics"
    share = energy_fj / table.energy_fj
    parts = {part: bare.operations * share * fj for part, fj in table.parts.items()}
    # Clock and leakage do not depend on operands: the rest takes the difference.
    fixed = sum(table.causes[cause] for cause in _FIXED)
    moved = max(energy_fj - fixed, 0) / (table.energy_fj - fixed)
    causes = {
        cause: bare.operations * fj * (1 if cause in _FIXED else moved)
        for cause, fj in table.causes.items()
    }
    toggles = bare.operations * table.toggles * moved
    whole = bare.operations * energy_fj
    if conditions.scaled_sums and acc_width != layer.accumulator.bits:
        more = causes["clock_fj"] * (layer.accumulator.bits / acc_width - 1)
        parts["sums"], causes["clock_fj"] = more, causes["clock_fj"] + more
        whole, model = whole + more, f"{model}, sums of {acc_width} bits"
    if layer.accumulator.split:
        acc = layer.accumulator.bits
        subtract = models.of_unit(conditions.library, conditions.delay_model,
                                  architecture="subtract-ripple", acc_width=acc)[0]  # fmt: skip
        parts["subtract"] = outputs * subtract.energy_fj
        causes = {cause: fj + outputs * subtract.causes[cause] for cause, fj in causes.items()}
        toggles += outputs * subtract.toggles
        whole += outputs * subtract.energy_fj
    if conditions.array is not None:
        if adds:
            raise SimError("idle cycles of an array are known for MACs, not for PANN units")
        idle = _idle_cycles(layer, outputs, conditions.dataflow, conditions.array)
        for cause in _FIXED:
            causes[cause] += idle * table.causes[cause]
        parts["idle"] = idle * fixed
        whole += parts["idle"]
    return LayerEnergy(
        bare.layer, bare.macs, bare.operations, bare.paper_flips, toggles, whole, parts, causes,
        table.unit, model,
    )  # fmt: skip


def _idle_cycles(layer: Conv2d | Linear, outputs: int, dataflow: str, array: MacArray) -> int:
    """Cycles of all MACs together in which they have no operation, for one image."""
    columns = sum(product.weights.shape[1] for product in layer.products)
    shapes = [product.weights.shape for product in layer.products]
    samples = outputs // columns
    return sum(schedule(samples, k, m, dataflow, array).idle for k, m in shapes)


def _tables(
    layer: Conv2d | Linear, models: PowerModels, conditions: Conditions, pann: bool
) -> list[WidthTable]:
    """Tables of the unit that a layer runs on; of square ones the next, if none is as wide."""
    acc, structure = layer.accumulator.bits, conditions.structure
    if structure is not None:
        return _structure_tables(layer, models, conditions, structure)
    width_x = max(layer.x_format.bits, _LEAST_BITS)
    if pann:
        return models.of_unit(conditions.library, conditions.delay_model,
                              architecture="pann", width_x=width_x, acc_width=acc)  # fmt: skip
    width_w = max(weight_format(layer).bits, _LEAST_BITS)
    split = "split-gated" if conditions.gated else "split"
    own = conditions.architecture if conditions.dataflow == "output" else "stationary"
    columns: dict[str, object] = {
        "family": "mac",
        "architecture": split if layer.accumulator.split else own,
        "signed_x": layer.x_format.signed,
        "signed_w": layer.w_format.signed and not layer.accumulator.split,
    }
    try:
        return models.of_unit(conditions.library, conditions.delay_model, **columns,
                              width_x=width_x, width_w=width_w, acc_width=acc)  # fmt: skip
    except SimError:
        width = max(width_x, width_w)
        return models.of_unit(conditions.library, conditions.delay_model, **columns,
                              width_x=width, width_w=width, acc_width=acc)  # fmt: skip


def _structure_tables(
    layer: Conv2d | Linear, models: PowerModels, conditions: Conditions, structure: Structure
) -> list[WidthTable]:
    """Of a named structure; of square ones the next, if none is as wide."""
    width_x, width_w = structure.widths(layer)
    widest = max(width_x, width_w)
    tried = [{"width_x": width_x, "width_w": width_w}, {"width_x": widest, "width_w": widest}]
    if structure.charge:
        tried = [{"width_x": width_x}]
    for widths in tried[:-1]:
        try:
            return models.of_unit(conditions.library, conditions.delay_model, **widths,
                                  **structure.columns(layer),
                                  acc_width=layer.accumulator.bits)  # fmt: skip
        except SimError:
            continue
    return models.of_unit(conditions.library, conditions.delay_model, **tried[-1],
                          **structure.columns(layer),
                          acc_width=layer.accumulator.bits)  # fmt: skip


def _format(row: Mapping[str, Any], operand: str, signed: bool) -> IntFormat:
    """What a unit's port holds."""
    bits = int(row[f"width_{operand}"])
    return SignMagnitude(bits) if row.get("encoding") == "signmag" else IntFormat(bits, signed)


def added(each: Iterable[dict[str, float]]) -> dict[str, float]:
    """Energies by name, of several together."""
    found: dict[str, float] = {}
    for energies in each:
        for name, energy_fj in energies.items():
            found[name] = found.get(name, 0.0) + energy_fj
    return found
