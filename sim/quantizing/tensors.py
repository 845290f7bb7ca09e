"""The network of integers so far, and its tensors on the calibration images."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from sim.image_files import Images
from sim.layers import Layer
from sim.network import BATCH, INPUT, Node
from sim.patches import Array
from sim.reals import Real

_SAMPLES = 1 << 18


class Tensors:
    """Integer tensors, and of which of them the float network's are made.

    Parameters
    ----------
    calibration
        Training images, shape (N, ...).
    pool
        Threads.

    Attributes
    ----------
    nodes
        Of the network of integers.
    reals
        Tensor of the float network -> what it is made of.
    """

    def __init__(self, calibration: Images, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self.nodes: list[Node] = []
        self.reals: dict[str, Real] = {}
        self._values: dict[str, Array] = {INPUT: calibration}

    def __getitem__(self, name: str) -> Array:
        """An integer tensor on the calibration images."""
        return self._values[name]

    def emit(self, name: str, layer: Layer, inputs: tuple[str, ...]) -> None:
        """Append a layer of integers, and run it."""
        self.nodes.append(Node(name, layer, inputs))
        parts = zip(*(batches(self._values[source]) for source in inputs), strict=True)
        self._values[name] = np.concatenate(list(self._pool.map(lambda p: layer(*p), parts)))

    def evaluated(self, real: Real) -> npt.NDArray[np.float32]:
        """A tensor of the float network, before a ReLU."""
        total = real.offset.astype(np.float32)
        for name, scale in real.terms:
            total = total + self._values[name].astype(np.float32) * scale.astype(np.float32)
        return np.asarray(total, dtype=np.float32)

    def sampled(self, real: Real) -> npt.NDArray[np.float32]:
        """Some of its values behind its ReLU, as one row."""
        values = self.evaluated(real)
        stride = max(values.size // _SAMPLES, 1) | 1  # odd: it meets every channel
        some = values.reshape(1, -1)[:, ::stride]
        return np.maximum(some, 0) if real.relu else some

    def keep(self, names: Collection[str]) -> None:
        """Drop the values of all other tensors."""
        self._values = {name: values for name, values in self._values.items() if name in names}


def batches(tensor: Array) -> list[Array]:
    """Its images in parts."""
    return [tensor[i : i + BATCH] for i in range(0, len(tensor), BATCH)]
