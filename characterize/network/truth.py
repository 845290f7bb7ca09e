"""Tier A: every multiplication of a network, counted at the gates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from characterize.cache import NO_CACHE, Cache, code_sha256, content_key
from characterize.errors import CharacterizeError
from characterize.network.batches import counted
from characterize.network.chunks import Chunk
from characterize.network.gates import GateCounts, GateStream
from characterize.network.layers import Gates, LayerGates, Mapped, layers_at_gates
from characterize.simulators.bitparallel.engine import VERSION
from sim.network import Network
from sim.parallel import task
from sim.patches import Array

UNIT, SUBTRACT = "unit", "subtract"
# What makes the counts of given gates.
_CODE = ("network/cycles.py", "network/chunks.py", "network/gates.py", "simulators/bitparallel")


@dataclass(frozen=True, eq=False)
class LayerCounts:
    """What a layer's gates did for a batch of images.

    Attributes
    ----------
    images
        Of the batch.
    unit
        Of the unit that adds up products.
    subtract
        Of the one behind it; None where there is none.
    overflows
        Sums that left the accumulator, as `sim` has it.
    """

    images: int
    unit: GateCounts
    subtract: GateCounts | None
    overflows: int


def count_network(
    network: Network,
    images: Array,
    gates: Gates,
    cache: Cache = NO_CACHE,
    jobs: int = 1,
    advance: Callable[[int], None] = lambda _: None,
) -> list[dict[str, LayerCounts]]:
    """Run images through a network's gates; each layer's results are compared with `sim`'s.

    Parameters
    ----------
    network
        Of integers.
    images
        Shape (N, ...).
    gates
        What multiplies.
    cache
        Holds finished batches, and netlists.
    jobs
        Processes.
    advance
        Told how many images are done.

    Returns
    -------
    list of dict
        For each batch: layer -> counts.

    Raises
    ------
    CharacterizeError
        If no unit fits a layer, or a result is not that of `sim`.
    """
    layers = layers_at_gates(network, gates, cache)
    return counted(
        images,
        lambda some: _key(network, some, layers, gates),
        lambda number, some: task(_count_batch, number, network, some, layers, gates),
        _to_json, _from_json, cache, jobs, advance,
    )  # fmt: skip


def _count_batch(
    number: int, network: Network, images: Array, layers: Sequence[LayerGates], gates: Gates
) -> tuple[int, dict[str, LayerCounts]]:
    with threadpool_limits(limits=1, user_api="blas"):
        run = network.run(images, tuple({layer.source for layer in layers}))
        streams: dict[int, GateStream] = {}
        of_layer = {
            layer.name: count_layer(
                layer, run.kept[layer.source], gates, streams, run.overflows[layer.name]
            )
            for layer in layers
        }
    return number, of_layer


def count_layer(
    layer: LayerGates,
    x: Array,
    gates: Gates,
    streams: dict[int, GateStream] | None = None,
    overflows: int = 0,
) -> LayerCounts:
    """Count a layer's gates.

    Parameters
    ----------
    x
        What the layer takes, shape (N, ...).
    streams
        Those of netlists that ran before: what they prepared is used again.
    overflows
        As `sim` has it, to be kept with the counts.

    Raises
    ------
    CharacterizeError
        If a result is not the one that `sim` has; the message names the layer.
    """
    streams = {} if streams is None else streams
    unit = _stream(layer.unit, streams)
    subtract = None if layer.subtract is None else _stream(layer.subtract, streams)
    try:
        for chunk in layer.chunks(x, gates):
            unit.run(chunk)
            if subtract is not None and len(chunk.ends):
                subtract.run(_differences(chunk, layer.layer.accumulator.bits))
    except CharacterizeError as error:
        raise CharacterizeError(f"layer {layer.name}: {error}") from error
    return LayerCounts(
        len(x), unit.finish(), None if subtract is None else subtract.finish(), overflows
    )


def _stream(mapped: Mapped, streams: dict[int, GateStream]) -> GateStream:
    if id(mapped) not in streams:
        streams[id(mapped)] = GateStream(mapped.netlist, mapped.delays)
    return streams[id(mapped)]


def _differences(chunk: Chunk, bits: int) -> Chunk:
    """What the subtraction behind two sums of so many bits does."""
    pos, neg = (chunk.results[role] & ((1 << bits) - 1) for role in ("pos", "neg"))
    return Chunk({"pos": pos, "neg": neg}, np.arange(pos.size), {"result": pos - neg}, pos.size, 1)


def _key(network: Network, images: Array, layers: Sequence[LayerGates], gates: Gates) -> str:
    """Of what decides the counts, not of all code: they take hours."""
    units = {
        mapped.netlist.unit.name: gates_content(mapped)
        for layer in layers
        for mapped in (layer.unit, layer.subtract)
        if mapped is not None
    }
    return content_key(
        "network", VERSION, code_sha256(*_CODE), units, gates.dataflow, gates.order,
        joblib.hash(network, hash_name="sha1"), joblib.hash(images, hash_name="sha1"),
    )  # fmt: skip


def gates_content(mapped: Mapped) -> list[Any]:
    """The gates, how they are connected, and their delays."""
    netlist, delays = mapped.netlist, mapped.delays
    return [
        netlist.library.sha256,
        sorted(netlist.ports.items()),
        [[gate.cell, sorted(gate.pins.items())] for gate in netlist.gates],
        [delays.model, delays.operands, sorted(delays.outputs.items())],
    ]


_ARRAYS = ("toggles", "functional", "ones")


def _to_json(counts: LayerCounts) -> dict[str, Any]:
    return {
        "images": counts.images,
        "overflows": counts.overflows,
        UNIT: counts_to_json(counts.unit),
        SUBTRACT: None if counts.subtract is None else counts_to_json(counts.subtract),
    }


def counts_to_json(counts: GateCounts) -> dict[str, Any]:
    """Counts, as the cache holds them."""
    arrays = {name: getattr(counts, name).tolist() for name in _ARRAYS}
    return {"cycles": counts.cycles, "results": counts.results, **arrays}


def _from_json(value: dict[str, Any]) -> LayerCounts:
    subtract = None if value[SUBTRACT] is None else counts_from_json(value[SUBTRACT])
    return LayerCounts(value["images"], counts_from_json(value[UNIT]), subtract, value["overflows"])


def counts_from_json(value: dict[str, Any]) -> GateCounts:
    """Counts, from the cache."""
    toggles, functional, ones = (np.array(value[name], dtype=np.int64) for name in _ARRAYS)
    return GateCounts(value["cycles"], toggles, functional, ones, value["results"])
