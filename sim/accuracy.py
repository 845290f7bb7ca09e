"""How many images a network gives the right class."""

from collections.abc import Callable

import numpy as np

from sim.datasets import Dataset
from sim.network import Network


def accuracy(
    network: Network,
    data: Dataset,
    jobs: int = 1,
    advance: Callable[[int], None] | None = None,
) -> float:
    """Share of the images whose class is right, percent."""
    classes, _ = network.classify(data.images, jobs, advance=advance)
    return 100 * float(np.mean(classes == data.labels))
