"""Tier A of what a network does beside multiply-accumulates: every operation at the gates.

The numbers of each task (`sim.counting.task_operands`) run through the gates of the unit that does
it; each result is compared with what the network simulator has in its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import joblib

from characterize.cache import NO_CACHE, Cache, code_sha256, content_key, file_sha256
from characterize.cell_table import load_library
from characterize.energy import ALL
from characterize.errors import CharacterizeError
from characterize.network.chunks import CYCLES, Chunk, codes_of
from characterize.network.energies import UnitEnergy, activity_of
from characterize.network.gates import GateStream
from characterize.network.layers import Gates, Mapped
from characterize.simulators.bitparallel.engine import VERSION
from characterize.units import UnitSpec
from sim.counting.task_operands import TaskOperands, task_operands
from sim.energy import added
from sim.errors import SimError
from sim.kept import code_sha256 as sim_sha256
from sim.network import Network
from sim.patches import Array

_CODE = ("network/tasks.py", "network/chunks.py", "network/gates.py", "network/energies.py",
         "energy.py", "gate_energy.py", "timing.py", "synthesis.py",
         "simulators/bitparallel")  # fmt: skip
Units = Mapping[tuple[str, str], UnitSpec]


@dataclass(frozen=True, slots=True)
class TaskEnergy:
    """Energy of a task for one image, as its gates took it.

    Attributes
    ----------
    layer, operation
        As of the `Task`.
    unit
        What it ran on.
    operations
        Of one image.
    energy_fj, glitch_fj
        Of one image; of toggles that are only there with delays.
    causes
        Energy by cause.
    results
        Results of all images that were compared with those of `sim`.
    transistor_ops
        Transistor operations of an image, as its gates switched.
    """

    layer: str
    operation: str
    unit: str
    operations: float
    energy_fj: float
    glitch_fj: float
    causes: dict[str, float] = field(default_factory=dict)
    results: int = 0
    transistor_ops: float = 0.0


def task_energies(
    network: Network,
    images: Array,
    units: Units,
    gates: Gates,
    cache: Cache = NO_CACHE,
) -> list[TaskEnergy]:
    """Energies of the tasks that have a unit, in the network's order.

    Parameters
    ----------
    network
        Of integers.
    images
        Shape (N, ...).
    units
        (Layer, operation) -> the unit that does it; others are left out.
    gates
        Library and delays; the other fields are of multiply-accumulates.
    cache
        Holds netlists, and finished work.

    Raises
    ------
    CharacterizeError
        If a unit takes something else, or a result is not that of `sim`; the message names the
        layer and the operation.
    """
    key = content_key(
        "tasks", VERSION, code_sha256(*_CODE), sim_sha256(),
        sorted([*k, u.name] for k, u in units.items()),
        sorted({(path.name, file_sha256(path)) for u in units.values() for path in u.entry.files}),
        load_library(gates.library).sha256, gates.delay_model, gates.step_ps,
        joblib.hash(network, hash_name="sha1"), joblib.hash(images, hash_name="sha1"),
    )  # fmt: skip
    kept = cache.get(key, dict)
    if kept is not None:
        return [TaskEnergy(**value) for value in kept]
    runner = _Runner(units, gates, cache)
    found = []
    for stream in task_operands(network, images):
        if (stream.layer, stream.operation) in units:
            try:
                found.append(runner.energy(stream, len(images)))
            except (CharacterizeError, SimError) as error:
                raise CharacterizeError(
                    f"layer {stream.layer}, {stream.operation}: {error}"
                ) from error
    cache.put(key, [_to_json(energy) for energy in found])
    return found


def total(energies: Sequence[TaskEnergy]) -> TaskEnergy:
    """The sum, as layer and operation `all`."""
    return TaskEnergy(
        ALL, ALL, "",
        sum(each.operations for each in energies),
        sum(each.energy_fj for each in energies),
        sum(each.glitch_fj for each in energies),
        added(each.causes for each in energies),
        sum(each.results for each in energies),
        sum(each.transistor_ops for each in energies),
    )  # fmt: skip


class _Runner:
    """Units on their gates, each mapped once."""

    def __init__(self, units: Units, gates: Gates, cache: Cache) -> None:
        self._units, self._gates, self._cache = units, gates, cache
        self._streams: dict[str, tuple[Mapped, GateStream]] = {}

    def energy(self, stream: TaskOperands, images: int) -> TaskEnergy:
        """Energy of all numbers of a task."""
        unit = self._units[stream.layer, stream.operation]
        if unit.name not in self._streams:
            mapped = Mapped.of(unit, self._gates, self._cache)
            self._streams[unit.name] = mapped, GateStream(mapped.netlist, mapped.delays)
        mapped, gates = self._streams[unit.name]
        for chunk in task_chunks(mapped, stream):
            gates.run(chunk)
        counts = gates.finish()
        energy = UnitEnergy.of(mapped, activity_of([counts]), stream.count / images)
        return TaskEnergy(
            stream.layer, stream.operation, unit.name, stream.count / images, energy.energy_fj,
            energy.glitch_fj, energy.causes, counts.results, energy.transistor_ops,
        )  # fmt: skip


def task_chunks(mapped: Mapped, stream: TaskOperands, size: int = CYCLES) -> Iterator[Chunk]:
    """The numbers of a task in parts of so many cycles.

    Raises
    ------
    CharacterizeError
        If the unit takes or gives something else.
    """
    unit = mapped.netlist.unit
    roles = {port.role for port in unit.operands}
    given = set(stream.operands)
    if roles != given or not set(stream.results) <= {port.role for port in unit.results}:
        raise CharacterizeError(
            f"{unit.name} takes {', '.join(sorted(roles))}, the task gives "
            f"{', '.join(sorted(given))}: take another unit"
        )
    codes = {role: codes_of(unit, role, values) for role, values in stream.operands.items()}
    for first in range(0, stream.count, size):
        last = min(first + size, stream.count)
        inside = (stream.ends >= first) & (stream.ends < last)
        yield Chunk(
            {role: values[first:last] for role, values in codes.items()},
            stream.ends[inside] - first,
            {role: values[inside] for role, values in stream.results.items()},
            last - first,
            stream.memory,
        )


def _to_json(energy: TaskEnergy) -> dict[str, Any]:
    return {name: getattr(energy, name) for name in TaskEnergy.__slots__}
