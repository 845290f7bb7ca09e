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

from collections.abc import Iterable
from dataclasses import replace
from math import prod

import numpy as np

from sim.accounting.conditions import Conditions
from sim.accounting.layer_energy import LayerEnergy
from sim.accounting.measured import measured
from sim.errors import SimError
from sim.html import Energies
from sim.image_files import Images
from sim.network import Network
from sim.operands import NetworkOperands, weight_format
from sim.pann import mac_bit_flips, pann_bit_flips
from sim.power_models import PowerModels
from sim.weighted import Conv2d, Linear


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
            found.append(measured(bare, layer, operands, outputs, models, conditions, pann))
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


def added(each: Iterable[dict[str, float]]) -> dict[str, float]:
    """Energies by name, of several together."""
    found: dict[str, float] = {}
    for energies in each:
        for name, energy_fj in energies.items():
            found[name] = found.get(name, 0.0) + energy_fj
    return found
