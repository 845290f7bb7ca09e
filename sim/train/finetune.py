"""PANN trained under a budget, and its control: the same training in floating point."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.accuracy import accuracy
from sim.charges import measured_additions, measured_flips
from sim.corrections import corrected
from sim.files import write_bytes
from sim.network import Network
from sim.quantize import quantize
from sim.schemes import Scheme, Widths
from sim.searching.deployment import Deployment
from sim.searching.layer_widths import mean_widths, widths_under
from sim.sources import Source
from sim.sweep_table import COLUMNS
from sim.train.arrays import arrays_of
from sim.train.loop import Descent, train_network
from sim.train.model import TrainableNetwork

_BITS, _ADDITIONS = 8, 1.0  # which no layer keeps


@dataclass(frozen=True, eq=False, slots=True)
class Trained:
    """What training led to.

    Attributes
    ----------
    network
        The float network; of PANN with its weights on their grid.
    scheme
        That makes the integers of it; None of the control.
    """

    network: Network
    scheme: Scheme | None


def finetune(
    source: Source,
    budget: float | None,
    descent: Descent,
    checkpoint: Path | None = None,
    jobs: int = 1,
    advance: Callable[[int, int, float], None] | None = None,
) -> Trained:
    """Train on the training images; bits and additions of each layer from sensitivities.

    Parameters
    ----------
    source
        The network and its data.
    budget
        Bit flips of a multiplication by the formula; None trains the control.
    descent, checkpoint, advance
        See `sim.train.loop`.
    jobs
        Threads of the sensitivities.

    Raises
    ------
    SimError
        If no widths meet the budget, or the network cannot be trained.
    """
    teacher = TrainableNetwork(source.network) if descent.distilled else None
    if budget is None:
        model = TrainableNetwork(source.network)
        train_network(model, source.train, descent, checkpoint, advance, teacher)
        return Trained(model.network(), None)
    base = corrected("pann", Widths(_BITS, additions=_ADDITIONS), "all")
    deployment = Deployment(source.network, source.calibration_images.images, jobs)
    found = deployment.sensitivities(base)
    chosen = widths_under(base, found, deployment.multiplications, budget)
    model = TrainableNetwork(source.network, dict(chosen.layers), narrow=descent.bfloat16)
    train_network(model, source.train, descent, checkpoint, advance, teacher)
    layers, steps = model.learned()
    scheme = Scheme("pann", _BITS, additions=_ADDITIONS, layers=layers, activation_steps=steps)
    return Trained(model.network(), scheme)


def row(
    source: Source,
    trained: Trained,
    budget: float | None,
    descent: Descent,
    images: int | None = None,
    jobs: int = 1,
) -> dict[str, Any]:
    """A row of `sweeps/*.csv`: the integer network on the test images; the float control's own."""
    test = source.test if images is None else source.test.part(0, images)
    data = source.data if source.data == "digits" else Path(source.data).name
    network, scheme = trained.network, trained.scheme
    values: dict[str, Any] = dict.fromkeys(COLUMNS)
    how = "distilled" if descent.distilled else "training"
    values |= {"network": source.name, "dataset": data, "scheme": "float", "trained": True,
               "seed": descent.seed, "images": len(test), "corrections": how}  # fmt: skip
    if scheme is not None:
        network = quantize(network, scheme, source.calibration_images.images, jobs)
        bits_x, nominal = mean_widths(scheme, network.macs())
        values |= {"scheme": "pann", "budget_flips": budget, "bits_x": bits_x,
                   "r_nominal": nominal, "r_measured": measured_additions(network)["all"],
                   "flips_measured": measured_flips(network, scheme)}  # fmt: skip
    values["accuracy"] = accuracy(network, test, jobs)
    return values


def write(trained: Trained, path: Path) -> None:
    """Weights as `.npz`, and of PANN the scheme as `.json` beside them."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays_of(trained.network))  # type: ignore[arg-type]
    write_bytes(path, buffer.getvalue())
    if trained.scheme is not None:
        text = json.dumps(asdict(trained.scheme), indent=1, sort_keys=True) + "\n"
        write_bytes(path.with_suffix(".json"), text.encode())
