"""Images of a network in batches, each a task of its own: side by side, and kept when done."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from characterize.cache import Cache
from sim.parallel import Task, results
from sim.patches import Array

_BLOCKS, _MOST = 50, 50


class Counted(Protocol):
    """What was counted of a layer in a batch."""

    @property
    def images(self) -> int:
        """Of the batch."""
        ...


Counts = TypeVar("Counts", bound=Counted)


def batches(images: int) -> list[slice]:
    """Consecutive images that are counted together: blocks of the confidence interval."""
    size = min(max(-(-images // _BLOCKS), 1), _MOST)
    return [slice(first, min(first + size, images)) for first in range(0, images, size)]


def counted(
    images: Array,
    key: Callable[[Array], str],
    count: Callable[[int, Array], Task],
    to_json: Callable[[Counts], Any],
    from_json: Callable[[Any], Counts],
    cache: Cache,
    jobs: int = 1,
    advance: Callable[[int], None] = lambda _: None,
) -> list[dict[str, Counts]]:
    """Count all batches that are not kept from before.

    Parameters
    ----------
    images
        Shape (N, ...).
    key
        Under which a batch of images is kept.
    count
        The task of a batch, of its number and images; it gives the number, and layer -> counts.
    to_json, from_json
        How counts are kept.
    cache
        Holds finished batches.
    jobs
        Processes.
    advance
        Told how many images are done.

    Returns
    -------
    list of dict
        For each batch: layer -> counts.
    """
    found: dict[int, dict[str, Counts]] = {}
    parts = batches(len(images))
    keys = [key(images[part]) for part in parts]
    missing = []
    for number, part in enumerate(parts):
        kept = cache.get(keys[number], dict)
        if kept is None:
            missing.append(number)
        else:
            found[number] = {name: from_json(value) for name, value in kept.items()}
            advance(part.stop - part.start)
    tasks = (count(number, images[parts[number]]) for number in missing)
    for number, layers in results(tasks, jobs):
        cache.put(keys[number], {name: to_json(value) for name, value in layers.items()})
        found[number] = layers
        advance(next(iter(layers.values())).images)
    return [found[number] for number in sorted(found)]
