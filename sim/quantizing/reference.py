"""The float network on the calibration images, beside the one that is made of it."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sim.image_files import Images
from sim.network import INPUT, Network, Node
from sim.patches import Array
from sim.quantizing.moments import Moments, moments_of, together
from sim.quantizing.tensors import batches
from sim.schemes import Scheme


class Reference:
    """What the float network has where a scheme compares with it.

    Parameters
    ----------
    network
        The float network.
    names
        Of its layers with weights.
    scheme
        Whether means are corrected or batch norms re-estimated, and whether weights make up
        for inputs.
    calibration
        Training images, shape (N, ...).
    pool
        Threads.

    Attributes
    ----------
    moments
        Layer with weights -> moments of each channel; empty where nothing compares them.
    """

    def __init__(
        self, network: Network, names: list[str], scheme: Scheme, calibration: Images,
        pool: ThreadPoolExecutor,
    ) -> None:  # fmt: skip
        self._pool, self._compensated = pool, scheme.compensated
        self._values: dict[str, Array] = {INPUT: calibration}
        self.moments: dict[str, Moments] = {}
        if scheme.bias_correction or scheme.batch_norm == "reestimated":
            self.moments = _moments(network, names, calibration, pool)

    def __getitem__(self, name: str) -> Array:
        """A float tensor, kept only where weights are to make up for their inputs."""
        return self._values[name]

    def add(self, node: Node) -> None:
        """Run a float layer, where its tensor is kept."""
        if self._compensated:
            given = zip(*(batches(self._values[name]) for name in node.inputs), strict=True)
            made = self._pool.map(lambda parts: node.layer(*parts), given)
            self._values[node.name] = np.concatenate(list(made))

    def keep(self, names: Collection[str]) -> None:
        """Drop all other tensors."""
        self._values = {name: values for name, values in self._values.items() if name in names}


def _moments(
    network: Network, names: list[str], images: Images, pool: ThreadPoolExecutor
) -> dict[str, Moments]:
    """Moments of each channel of float layers."""

    def each(part: Images) -> dict[str, Moments]:
        kept = network.run(part, names).kept
        return {name: moments_of(kept[name]) for name in names}

    found = list(pool.map(each, batches(images)))
    return {name: together([part[name] for part in found]) for name in names}
