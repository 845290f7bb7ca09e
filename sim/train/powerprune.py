"""Retraining a network whose values are restricted: what selection took away, training mends."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sim.datasets import Dataset
from sim.network import Network
from sim.quantize import quantize
from sim.schemes import Scheme
from sim.sources import Source
from sim.train.kept import KeptLayer
from sim.train.loop import Descent, train_network
from sim.train.model import TrainableNetwork

_POOLED_BITS = 16  # of max pools between a rectified tensor and its learned step


def retrained(
    source: Source,
    scheme: Scheme,
    begun: Network,
    descent: Descent,
    checkpoint: Path | None = None,
    jobs: int = 1,
    advance: Callable[[int, int, float], None] | None = None,
    images: Dataset | None = None,
) -> tuple[Scheme, Network, Network]:
    """Train with a scheme's kept values on the training images.

    Parameters
    ----------
    source
        The float network that training begins with, and its data.
    scheme
        With kept weights of every layer.
    begun
        The network of this scheme: training begins with its integers.
    descent, checkpoint, advance
        See `sim.train.loop`.
    jobs
        Threads of the quantization.
    images
        That training sees; all training images if None.

    Returns
    -------
    scheme : Scheme
        With the steps of training, and no other correction.
    trained : Network
        The float network, weights on their grids.
    network : Network
        Of integers.

    Raises
    ------
    SimError
        If the network cannot be trained.
    """
    x_kept = dict(scheme.kept_activations)
    # In two's complement rectified activations use the upper half.
    highest = scheme.activation_format(scheme.bits_x).max
    first = begun.weighted
    rules = {
        name: KeptLayer(highest, kept, x_kept.get(name), first[name].weight)
        for name, kept in scheme.kept_weights
    }
    model = TrainableNetwork(source.network, kept=rules)
    # Images that judge are among them, as they were when the float network was trained: what
    # only one of two networks remembers would count as a loss of the other.
    seen = source.train if images is None else images
    train_network(model, seen, descent, checkpoint, advance)
    learned = model.kept()
    made = replace(
        scheme, weight_rounding="nearest", compensated=False, batch_norm="stored",
        bias_correction=False, dead_zone=0.5, residual_bits=_POOLED_BITS,
        kept_weights=tuple((name, kept) for name, (kept, _, _) in learned.items()),
        weight_steps=tuple((name, step) for name, (_, step, _) in learned.items()),
        activation_steps=tuple((n, step) for n, (*_, step) in learned.items() if step is not None),
    )  # fmt: skip
    trained = model.network()
    network = quantize(trained, made, source.calibration_images.images, jobs)
    return made, trained, network
