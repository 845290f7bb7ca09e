"""Tier D: the energy of layers whose operands stay, from exact tables of the multiplier."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.models.exact_tables import OTHER, ExactTable, exact_table, rest_features
from characterize.models.streams import OPERATIONS
from characterize.network.chunks import Values, codes_of
from characterize.network.energies import LayerEnergy, total
from characterize.network.layers import Gates, LayerGates, Mapped
from sim.formats import IntArray
from sim.network import Network
from sim.operands import layer_statistics
from sim.patches import Array

TIER_D = "D"


def table_energies(
    network: Network,
    images: Array,
    layers: Sequence[LayerGates],
    gates: Gates,
    operations: int = OPERATIONS,
) -> list[LayerEnergy]:
    """Energies of each layer, and of `all`, for an image; parts and causes are not in them.

    The tables are made anew: some ten seconds of a processor for a unit of 8 by 8 bits.

    Parameters
    ----------
    images
        Whose operands are looked up.
    operations
        Of each synthetic stream that the linear rest is fitted on.

    Raises
    ------
    CharacterizeError
        If no operand stays.
    """
    if gates.dataflow == "output":
        raise CharacterizeError(
            "no operand stays with dataflow output: tier D is of weight and input"
        )
    models: dict[int, ExactTable] = {}
    kept = network.run(images, tuple({layer.source for layer in layers})).kept
    found = []
    for layer in layers:
        mapped = layer.unit
        if id(mapped) not in models:
            models[id(mapped)] = _model(mapped, gates, operations)
        model = models[id(mapped)]
        x = kept[layer.source]
        unit = mapped.netlist.unit
        formats = tuple(port.format for role in "xw" if (port := unit.port(role)) is not None)
        statistics = layer_statistics(
            layer.layer, x, gates.dataflow, (formats[0], formats[1]),
            dict(unit.parameters)["WIDTH_ACC"],
        )  # fmt: skip
        rest_fj = float(model.rest.predict(rest_features(statistics)[None])[0])
        table_fj = sum(image_fj(model, layer, x[n : n + 1]) for n in range(len(x)))
        energy_fj = table_fj / len(x) + layer.macs * rest_fj
        found.append(
            LayerEnergy(
                layer.name, unit.name, layer.macs, layer.macs, energy_fj, math.nan, math.nan
            )
        )
    return [*found, total(found)]


def _model(mapped: Mapped, gates: Gates, operations: int) -> ExactTable:
    return exact_table(
        mapped.netlist, mapped.timing, mapped.delays, mapped.clock_ps,
        "x" if gates.dataflow == "weight" else "w", operations=operations,
    )  # fmt: skip


def image_fj(model: ExactTable, layer: LayerGates, x: Array) -> float:
    """Energy of the multiplier for an image, every operation looked up."""
    unit = layer.unit.netlist.unit
    whole = 0.0
    for matrix, product in zip(layer.layer.matrices(x), layer.layer.products, strict=True):
        inputs = codes_of(unit, "x", np.rint(matrix).astype(np.int64))
        weights = codes_of(unit, "w", product.weights)
        moves, stays = (inputs.T, weights) if model.moving == "x" else (weights, inputs.T)
        whole += _staying_fj(model.table_fj, moves, stays)
        whole += _turning_fj(model, moves, stays)
    return whole


def _staying_fj(table: npt.NDArray[np.float32], moves: Values, stays: Values) -> float:
    """Within tiles: each of `stays`, shape (K, M), meets its row of `moves`, shape (K, N)."""
    flat = table.reshape(len(table), -1)
    size = table.shape[1]
    whole = 0.0
    for row, held in zip(moves.astype(np.int64), stays, strict=True):
        pairs, times = np.unique(row[:-1] * size + row[1:], return_counts=True)
        values, columns = np.unique(held, return_counts=True)
        energies: FloatArray = flat[np.ix_(values, pairs)].astype(np.float64)
        whole += float(columns @ energies @ times)
    return whole


def _turning_fj(model: ExactTable, moves: Values, stays: Values) -> float:
    """Between tiles, in their order; the first one follows the last one of its like."""
    held: IntArray = stays.T.ravel().astype(np.int64)
    columns = stays.shape[1]
    first, last = (np.tile(moves[:, n].astype(np.int64), columns) for n in (0, -1))
    moving, other = model.moving, OTHER[model.moving]
    before = {moving: np.roll(last, 1), other: np.roll(held, 1)}
    return float(model.turns_fj(before, {moving: first, other: held}).sum())
