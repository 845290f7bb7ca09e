"""Energy of a layer as its unit was measured, with its own operands."""

from collections.abc import Mapping
from dataclasses import replace

from sim.accounting.conditions import Conditions
from sim.accounting.layer_energy import LayerEnergy
from sim.accounting.unit_tables import port_format, unit_tables
from sim.dataflow import Array as MacArray
from sim.dataflow import schedule
from sim.errors import SimError
from sim.operands import NetworkOperands, weight_format
from sim.power_models import PowerModels, WidthTable, nearest_stimulus
from sim.weighted import Conv2d, Linear

_FIXED = ("clock_fj", "leakage_fj")


def measured(
    bare: LayerEnergy,
    layer: Conv2d | Linear,
    operands: NetworkOperands,
    outputs: int,
    models: PowerModels,
    conditions: Conditions,
    pann: bool,
) -> LayerEnergy:
    """Energy, toggles, parts and causes of a layer for one image.

    Parameters
    ----------
    bare
        The layer by the formula, with its operations.
    layer
        Of integers.
    operands
        Of the network on some images.
    outputs
        Of the layer, for one image.
    models, conditions
        Power models, and which of them.
    pann
        Whether weights are numbers of additions.

    Raises
    ------
    SimError
        If there is no power model of its unit, or of its idle cycles.
    """
    structure = conditions.structure
    adds = pann if structure is None else bool(structure.charge)
    tables = unit_tables(layer, models, conditions, pann)
    row = tables[0].row
    # A unit that adds has no port for weights.
    formats = (
        port_format(row, "x", layer.x_format.signed),
        weight_format(layer) if adds
        else port_format(row, "w", layer.w_format.signed and not layer.accumulator.split),
    )  # fmt: skip
    acc_width = int(row["acc_width"])
    statistics = operands.statistics(bare.layer, layer, conditions.dataflow, formats, acc_width)
    table = nearest_stimulus(tables, statistics.toggle_rate("x"), formats[0])
    fitted = models.statistics(table.unit, conditions.library, conditions.delay_model)
    if fitted is not None and not adds:
        found = _of_operations(bare, table, fitted.energy_fj(statistics), "operand statistics")
    else:
        found = _of_operations(bare, table, table.energy_fj, f"width table, {table.stimulus}")
    if conditions.scaled_sums and acc_width != layer.accumulator.bits:
        more = found.causes["clock_fj"] * (layer.accumulator.bits / acc_width - 1)
        found = _with(found, "sums", more, {"clock_fj": more})
        found = replace(found, model=f"{found.model}, sums of {acc_width} bits")
    if layer.accumulator.split:
        subtract = models.of_unit(
            conditions.library, conditions.delay_model, architecture="subtract-ripple",
            acc_width=layer.accumulator.bits,
        )[0]  # fmt: skip
        causes = {cause: outputs * subtract.causes[cause] for cause in found.causes}
        found = _with(found, "subtract", outputs * subtract.energy_fj, causes,
                      outputs * subtract.toggles)  # fmt: skip
    if conditions.array is not None:
        if adds:
            raise SimError("idle cycles of an array are known for MACs, not for PANN units")
        idle = _idle_cycles(layer, outputs, conditions.dataflow, conditions.array)
        causes = {cause: idle * table.causes[cause] for cause in _FIXED}
        found = _with(found, "idle", idle * sum(table.causes[c] for c in _FIXED), causes)
    return found


def _of_operations(
    bare: LayerEnergy, table: WidthTable, energy_fj: float, model: str
) -> LayerEnergy:
    """Of all operations, of so much energy each."""
    share = energy_fj / table.energy_fj
    # Clock and leakage do not depend on operands: the rest takes the difference.
    fixed = sum(table.causes[cause] for cause in _FIXED)
    moved = max(energy_fj - fixed, 0) / (table.energy_fj - fixed)
    return replace(
        bare,
        toggles=bare.operations * table.toggles * moved,
        energy_fj=bare.operations * energy_fj,
        parts={part: bare.operations * share * fj for part, fj in table.parts.items()},
        causes={
            cause: bare.operations * fj * (1 if cause in _FIXED else moved)
            for cause, fj in table.causes.items()
        },
        unit=table.unit,
        model=model,
    )


def _with(
    found: LayerEnergy, part: str, energy_fj: float, causes: Mapping[str, float],
    toggles: float = 0.0,
) -> LayerEnergy:  # fmt: skip
    """With what a part takes beside the operations."""
    assert found.toggles is not None
    assert found.energy_fj is not None
    return replace(
        found,
        toggles=found.toggles + toggles,
        energy_fj=found.energy_fj + energy_fj,
        parts=found.parts | {part: energy_fj},
        causes=found.causes | {cause: found.causes[cause] + fj for cause, fj in causes.items()},
    )


def _idle_cycles(layer: Conv2d | Linear, outputs: int, dataflow: str, array: MacArray) -> int:
    """Cycles of all MACs together in which they have no operation, for one image."""
    columns = sum(product.weights.shape[1] for product in layer.products)
    shapes = [product.weights.shape for product in layer.products]
    samples = outputs // columns
    return sum(schedule(samples, k, m, dataflow, array).idle for k, m in shapes)
