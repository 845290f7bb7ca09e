"""PANN as published: (bits, R) under a budget, found on validation images, switched at will."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.datasets import Dataset
from sim.errors import SimError
from sim.image_files import Images
from sim.network import Network
from sim.pann import pann_bit_flips, settings
from sim.quantize import quantize
from sim.schemes import Scheme


def pann_scheme(bits_x: int, additions: float) -> Scheme:
    """PANN after training, with the corrections that its validation images chose."""
    return Scheme("pann", bits_x, additions=additions, bias_correction=True)


def measured_additions(network: Network) -> dict[str, float]:
    """Mean additions an input element, by layer, and of `all` weighted by multiplications.

    They are what is left of R after rounding: the mean of |q|.
    """
    macs = network.macs()
    found = {name: float(np.abs(layer.weight).mean()) for name, layer in network.weighted.items()}
    found["all"] = sum(found[name] * count for name, count in macs.items()) / sum(macs.values())
    return found


class Deployment:
    """One stored float network that becomes integers of any setting.

    Parameters
    ----------
    network
        The float network.
    calibration
        Training images, on which ranges and means are measured.
    jobs
        Threads.
    """

    def __init__(self, network: Network, calibration: Images, jobs: int = 1) -> None:
        self._network, self._calibration, self._jobs = network, calibration, jobs
        self._made: dict[Scheme, Network] = {}

    def at(self, scheme: Scheme) -> Network:
        """The network under a scheme; made once."""
        if scheme not in self._made:
            self._made[scheme] = quantize(self._network, scheme, self._calibration, self._jobs)
        return self._made[scheme]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that was tried.

    Attributes
    ----------
    scheme
        Its bits and R.
    budget_flips
        Bit flips an element by the formula, with the nominal R.
    measured_additions, measured_flips
        The same with the additions that rounding left, weighted by multiplications.
    accuracy
        On the validation images, percent.
    """

    scheme: Scheme
    budget_flips: float
    measured_additions: float
    measured_flips: float
    accuracy: float


def accuracy(
    network: Network,
    data: Dataset,
    jobs: int = 1,
    advance: Callable[[int], None] | None = None,
) -> float:
    """Share of the images whose class is right, percent."""
    classes, _ = network.classify(data.images, jobs, advance=advance)
    return 100 * float(np.mean(classes == data.labels))


def search(
    deployment: Deployment,
    budget: float,
    validation: Dataset,
    scheme: Callable[[int, float], Scheme] = pann_scheme,
    jobs: int = 1,
    advance: Callable[[Setting], None] | None = None,
) -> list[Setting]:
    """Every setting of a budget, the best on the validation images first.

    Parameters
    ----------
    deployment
        The network.
    budget
        Bit flips an input element, (R + 0.5) bx.
    validation
        Training images that are not among those of the calibration.
    scheme
        Makes a scheme of bits and R.
    jobs
        Threads.
    advance
        Told each setting as it is finished.

    Raises
    ------
    SimError
        If no setting meets the budget.
    """
    found = []
    for bits, additions in settings(budget):
        made = scheme(bits, additions)
        try:
            network = deployment.at(made)
        except SimError as error:
            raise SimError(f"{made}: {error}") from error
        measured = measured_additions(network)["all"]
        setting = Setting(
            made, pann_bit_flips(bits, additions), measured, pann_bit_flips(bits, measured),
            accuracy(network, validation, jobs),
        )  # fmt: skip
        found.append(setting)
        if advance is not None:
            advance(setting)
    return sorted(found, key=lambda setting: (-setting.accuracy, setting.scheme.bits_x))
