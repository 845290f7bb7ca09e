"""Energy of a network on a systolic array, layer by layer: active, beside a tile, idle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from characterize.cache import NO_CACHE, Cache, code_sha256, content_key
from characterize.energy import ALL
from characterize.network.array import ArrayCounts, check_mappable, count_array, idle_counts
from characterize.network.batches import counted
from characterize.network.energies import UnitEnergy, activity_of
from characterize.network.gates import GateCounts, GateStream
from characterize.network.layers import Gates, LayerGates, layers_at_gates
from characterize.network.truth import counts_from_json, counts_to_json, gates_content
from characterize.simulators.bitparallel.engine import VERSION
from sim.dataflow import Array as ArrayShape
from sim.energy import added
from sim.network import Network
from sim.parallel import task
from sim.patches import Array

BESIDE, IDLE = "beside", "idle"
_CODE = ("network/array.py", "network/gates.py", "simulators/bitparallel")


@dataclass(frozen=True, slots=True)
class ArrayEnergy:
    """Energy of a layer on an array for one image.

    Attributes
    ----------
    layer, unit
        Name, `all` for the sum; which element.
    macs
        Multiplications of an image.
    cycles
        Clock cycles of the array for an image.
    idle_share
        Cycles of elements without an operation, over all, 0 to 1.
    energy_fj, glitch_fj
        For an image, whole, and of toggles that only delays cause.
    parts, causes
        Energy by part of the active element, `beside` a tile, and `idle`; and by cause.
    results
        Sums that were compared with those that are wanted, of all images.
    """

    layer: str
    unit: str
    macs: int
    cycles: float
    idle_share: float
    energy_fj: float
    glitch_fj: float
    parts: dict[str, float]
    causes: dict[str, float]
    results: int


def array_energies(
    network: Network,
    images: Array,
    gates: Gates,
    shape: ArrayShape,
    cache: Cache = NO_CACHE,
    jobs: int = 1,
    advance: Callable[[int], None] = lambda _: None,
) -> list[ArrayEnergy]:
    """Energy of each layer, and of `all`.

    Parameters
    ----------
    network
        Of integers.
    images
        Shape (N, ...).
    gates
        The element; of dataflow `weight`.
    cache
        Holds finished batches, and netlists.
    jobs
        Processes.
    advance
        Told how many images are done.

    Raises
    ------
    CharacterizeError
        If the array cannot do a layer, or a sum is wrong.
    """
    layers = layers_at_gates(network, gates, cache)
    check_mappable(layers)
    counts = _counted(network, images, layers, shape, cache, jobs, advance)
    found = [
        layer_energy(layer, [batch[layer.name] for batch in counts], shape) for layer in layers
    ]
    return [*found, total(found, shape)]


def layer_energy(
    layer: LayerGates, counts: Sequence[ArrayCounts], shape: ArrayShape
) -> ArrayEnergy:
    """Energy of a layer from its counts."""
    images = sum(batch.images for batch in counts)
    active = _energy(layer, [batch.active for batch in counts], images)
    beside = _energy(layer, [batch.beside for batch in counts], images)
    still = idle_counts(layer.unit)
    cycles = sum(batch.idle for batch in counts) / images
    idle = UnitEnergy.of(layer.unit, activity_of([still]), cycles)
    every = [some for some in (active, beside, idle) if some is not None]
    clock = sum(batch.cycles for batch in counts) / images
    parts = dict(active.parts) if active else {}
    parts[BESIDE] = beside.energy_fj if beside else 0.0
    parts[IDLE] = idle.energy_fj
    return ArrayEnergy(
        layer.name,
        layer.unit.netlist.unit.name,
        layer.macs,
        clock,
        1 - layer.macs / (clock * shape.rows * shape.columns),
        sum(some.energy_fj for some in every),
        sum(some.glitch_fj for some in every),
        parts,
        added([some.causes for some in every]),
        sum(batch.active.results for batch in counts),
    )


def total(layers: Sequence[ArrayEnergy], shape: ArrayShape) -> ArrayEnergy:
    """The sum of layers, as `all`: one after the other on the same array."""
    macs, cycles = sum(some.macs for some in layers), sum(some.cycles for some in layers)
    return ArrayEnergy(
        ALL,
        "",
        macs,
        cycles,
        1 - macs / (cycles * shape.rows * shape.columns),
        sum(some.energy_fj for some in layers),
        sum(some.glitch_fj for some in layers),
        added([some.parts for some in layers]),
        added([some.causes for some in layers]),
        sum(some.results for some in layers),
    )


def _energy(layer: LayerGates, counts: list[GateCounts], images: int) -> UnitEnergy | None:
    """Of an image; None where there were no cycles."""
    some = [count for count in counts if count.cycles]
    if not some:
        return None
    activity = activity_of(some)
    return UnitEnergy.of(layer.unit, activity, activity.total_operations / images)


def _counted(
    network: Network, images: Array, layers: list[LayerGates], shape: ArrayShape, cache: Cache,
    jobs: int, advance: Callable[[int], None],
) -> list[dict[str, ArrayCounts]]:  # fmt: skip
    """For each batch: layer -> counts."""
    about = content_key(
        "array", VERSION, code_sha256(*_CODE), [shape.rows, shape.columns],
        {layer.name: gates_content(layer.unit) for layer in layers},
        joblib.hash(network, hash_name="sha1"),
    )  # fmt: skip
    return counted(
        images,
        lambda some: content_key("array", about, joblib.hash(some, hash_name="sha1")),
        lambda number, some: task(_count, number, network, some, layers, shape),
        _to_json, _from_json, cache, jobs, advance,
    )  # fmt: skip


def _count(
    number: int, network: Network, images: Array, layers: list[LayerGates], shape: ArrayShape
) -> tuple[int, dict[str, ArrayCounts]]:
    with threadpool_limits(limits=1, user_api="blas"):
        kept = network.run(images, tuple({layer.source for layer in layers})).kept
        streams: dict[int, GateStream] = {}
        of_layer = {}
        for layer in layers:
            mapped = layer.unit
            if id(mapped) not in streams:
                streams[id(mapped)] = GateStream(mapped.netlist, mapped.delays)
            x = np.rint(kept[layer.source])
            of_layer[layer.name] = count_array(layer, x, shape, streams[id(mapped)])
    return number, of_layer


def _to_json(counts: ArrayCounts) -> dict[str, Any]:
    return {
        "images": counts.images,
        "active": counts_to_json(counts.active),
        "beside": counts_to_json(counts.beside),
        "idle": counts.idle,
        "cycles": counts.cycles,
    }


def _from_json(value: dict[str, Any]) -> ArrayCounts:
    return ArrayCounts(
        value["images"],
        counts_from_json(value["active"]),
        counts_from_json(value["beside"]),
        value["idle"],
        value["cycles"],
    )
