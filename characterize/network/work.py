"""A network's whole work at the gates: its multiply-accumulates, and all that stands beside."""

from collections.abc import Callable
from dataclasses import dataclass

from characterize.cache import NO_CACHE, Cache
from characterize.errors import CharacterizeError
from characterize.network.energies import LayerEnergy, network_energies
from characterize.network.layers import Gates, layers_at_gates
from characterize.network.task_units import task_units
from characterize.network.tasks import TaskEnergy, task_energies
from characterize.network.truth import count_network
from characterize.units import RTL_DIR, Registry
from sim.counting.tasks import DEQUANTIZE, HALF_EVEN, MAC, Task, tasks_of
from sim.network import Network
from sim.patches import Array


@dataclass(frozen=True, eq=False, slots=True)
class Work:
    """Energy of a network for one image.

    Attributes
    ----------
    macs
        Of each layer with weights, and of `all`; of a split one its subtractions too.
    others
        Of each other task.
    apart
        Tasks that no unit does; no energy of theirs is known.
    """

    macs: list[LayerEnergy]
    others: list[TaskEnergy]
    apart: list[Task]

    @property
    def mac_fj(self) -> float:
        """Of all multiply-accumulates."""
        return self.macs[-1].energy_fj

    @property
    def other_fj(self) -> float:
        """Of all that stands beside them."""
        return sum(each.energy_fj for each in self.others)

    @property
    def energy_fj(self) -> float:
        """Of all."""
        return self.mac_fj + self.other_fj

    @property
    def other_percent(self) -> float:
        """Share of what stands beside multiply-accumulates."""
        return 100 * self.other_fj / self.energy_fj


def network_work(
    network: Network,
    images: Array,
    gates: Gates,
    cache: Cache = NO_CACHE,
    jobs: int = 1,
    allow_missing: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Work:
    """Run images through all gates of a network.

    Parameters
    ----------
    network
        Of integers.
    images
        Shape (N, ...).
    gates
        What multiplies; library and delays are those of all units.
    cache
        Holds finished work.
    jobs
        Processes.
    allow_missing
        Whether tasks without a unit are counted apart, in place of an error; the reading of
        real numbers at the end always is.
    advance
        Told how many images are done.

    Raises
    ------
    CharacterizeError
        If a task has no unit and that is not allowed, or a result is not that of `sim`.
    """
    registry = Registry(RTL_DIR / "units.toml")
    tasks = tasks_of(network)
    units = task_units(registry, tasks)
    apart = [
        task for task in tasks
        if task.operation not in (MAC, "subtract") and (task.layer, task.operation) not in units
    ]  # fmt: skip
    missing = [task for task in apart if task.operation != DEQUANTIZE]
    if missing and not allow_missing:
        task = missing[0]
        remedy = (
            "round as the RTL does with --shift"
            if task.operation == HALF_EVEN
            else "add one to rtl/units.toml"
        )
        raise CharacterizeError(
            f"layer {task.layer}: no unit does {task.operation} ({task.formats}): "
            f"{remedy}, or count it apart with --allow-missing"
        )
    others = task_energies(network, images, units, gates, cache)
    layers = layers_at_gates(network, gates, cache, registry)
    counts = count_network(network, images, gates, cache, jobs, advance)
    return Work(network_energies(layers, counts), others, apart)
