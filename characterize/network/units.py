"""Which unit a layer runs on: the smallest of a registry entry that holds its numbers."""

from dataclasses import dataclass

import numpy as np

from characterize.errors import CharacterizeError
from characterize.units import Entry, Registry, UnitSpec
from sim.formats import IntFormat
from sim.ops import csd_digits
from sim.weighted import Conv2d, Linear

_WIDTHS = {"x": "WIDTH_X", "w": "WIDTH_W", "q": "WIDTH_Q", "shift": "WIDTH_SHIFT"}
_SUBTRACT = "split_subtract"
_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LayerUnits:
    """What a layer runs on.

    Attributes
    ----------
    unit
        Adds up products.
    subtract
        Makes one sum of two, once a dot product; None where there is only one.
    """

    unit: UnitSpec
    subtract: UnitSpec | None


def layer_units(registry: Registry, entry: str, layer: Conv2d | Linear) -> LayerUnits:
    """The units of an entry that a layer runs on.

    Parameters
    ----------
    entry
        Name of a registry entry; or of a unit of it, which then has to be wide enough.

    Raises
    ------
    CharacterizeError
        If no unit of the entry holds the layer's numbers.
    """
    if entry in registry.entries:
        unit = _smallest(registry.entries[entry], layer)
    else:
        unit = registry.unit(entry)
    _check(unit, layer)
    if not splits(unit):
        return LayerUnits(unit, None)
    width = dict(unit.parameters)["WIDTH_ACC"]
    return LayerUnits(unit, registry.entries[_SUBTRACT].unit({"WIDTH_ACC": width}))


def splits(unit: UnitSpec) -> bool:
    """Whether it adds products of negative weights apart."""
    return any(port.role == "pos" for port in unit.results)


def _smallest(entry: Entry, layer: Conv2d | Linear) -> UnitSpec:
    ranges = entry.parameter_ranges
    # What follows from no number of the layer is as in the units that are measured by default.
    usual = next(entry.units("default"), None) or next(entry.units("legal"))
    needs = _needs(layer, splits(usual))
    parameters = dict(usual.parameters)
    for role, flag in (("x", "SIGNED_X"), ("w", "SIGNED_W")):
        if flag in ranges:
            parameters[flag] = int(needs[role][0] < 0)
    if "WIDTH_ACC" in ranges:
        parameters["WIDTH_ACC"] = layer.accumulator.bits
    for role, name in _WIDTHS.items():
        for width in ranges.get(name, range(0)):
            parameters[name] = width
            # Legal as a whole or not: asked is this port.
            port = UnitSpec(entry, tuple(parameters.items())).port(role)
            if port is None or _holds(port.format, needs[role]):
                break
    return entry.unit(parameters)


def _check(unit: UnitSpec, layer: Conv2d | Linear) -> None:
    needs = _needs(layer, splits(unit))
    for port in unit.operands:
        if port.role in needs and not _holds(port.format, needs[port.role]):
            low, high = needs[port.role]
            raise CharacterizeError(
                f"{unit.name}: {port.role} is {port.format.min} to {port.format.max}, the layer "
                f"needs {low} to {high}: take fewer bits, or another unit"
            )
    width = max(port.format.bits for port in unit.results)
    if width != layer.accumulator.bits:
        raise CharacterizeError(
            f"{unit.name} has sums of {width} bits, the layer of {layer.accumulator.bits}: "
            f"set acc_bits={width}, or take another unit"
        )


def _needs(layer: Conv2d | Linear, split: bool) -> dict[str, _Range]:
    """Lowest and highest value of each operand."""
    weights = layer.w_format
    largest = weights.max if layer.accumulator.split else max(weights.max, -weights.min)
    digits = [len(csd_digits(weight)) for weight in np.unique(layer.weight).tolist()]
    return {
        "x": (layer.x_format.min, layer.x_format.max),
        "w": (0, largest) if split else (weights.min, weights.max),
        "q": (0, int(np.abs(layer.weight).max(initial=0))),
        "shift": (0, max(max(digits, default=0) - 1, 0)),
    }


def _holds(number: IntFormat, needed: _Range) -> bool:
    return number.min <= needed[0] and needed[1] <= number.max
