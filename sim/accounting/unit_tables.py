"""Which width tables are of the unit that a layer runs on."""

from collections.abc import Mapping
from typing import Any

from sim.accounting.conditions import Conditions
from sim.errors import SimError
from sim.formats import IntFormat
from sim.operands import weight_format
from sim.power_models import PowerModels, WidthTable
from sim.signmag import SignMagnitude
from sim.structures import Structure
from sim.weighted import Conv2d, Linear

_LEAST_BITS = 2  # of a unit's operand


def unit_tables(
    layer: Conv2d | Linear, models: PowerModels, conditions: Conditions, pann: bool
) -> list[WidthTable]:
    """Tables of the unit that a layer runs on; of square ones the next, if none is as wide.

    Raises
    ------
    SimError
        If there is none.
    """
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


def port_format(row: Mapping[str, Any], operand: str, signed: bool) -> IntFormat:
    """What a unit's port holds."""
    bits = int(row[f"width_{operand}"])
    return SignMagnitude(bits) if row.get("encoding") == "signmag" else IntFormat(bits, signed)
