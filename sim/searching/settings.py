"""Settings under a budget, found on validation images.

PANN as published: one (bits, R) for all layers. With all corrections, any kind: widths of each
layer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.accuracy import accuracy
from sim.charges import measured_additions, measured_flips
from sim.corrections import VARIANTS, corrected
from sim.datasets import Dataset
from sim.errors import SimError
from sim.image_files import Images
from sim.layers import FloatArray
from sim.network import Network
from sim.pann import pann_bit_flips, settings
from sim.schemes import Scheme, Widths
from sim.searching.deployment import Deployment
from sim.searching.layer_widths import Cost, base_of, widths_under
from sim.searching.sensitivities import distances, log_shares


def pann_scheme(bits_x: int, additions: float) -> Scheme:
    """PANN after training, with the corrections that its validation images chose."""
    return corrected("pann", Widths(bits_x, additions=additions), "bias")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that was tried.

    Attributes
    ----------
    scheme
        Its bits and R.
    budget_flips
        Bit flips an element by the formula, with the nominal R; with widths of each layer
        the budget.
    measured_additions, measured_flips
        The same with the additions that rounding left, weighted by multiplications; no
        additions but of PANN.
    accuracy
        On the validation images, percent.
    distance
        Of the shares of classes from those of the float network, mean over the validation
        images; where it was what decided.
    """

    scheme: Scheme
    budget_flips: float
    measured_additions: float | None
    measured_flips: float
    accuracy: float
    distance: float | None = None


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


def search_layers(
    deployment: Deployment,
    kind: str,
    budget: float,
    validation: Dataset,
    cost: Cost | None = None,
    jobs: int = 1,
    advance: Callable[[Setting], None] | None = None,
) -> list[Setting]:
    """With all corrections: the widths of each layer under a budget, the best variant first.

    The best is the one nearest to the float network: that tells variants apart on far fewer
    images than accuracy does.

    Parameters
    ----------
    deployment
        The network.
    kind
        Of the scheme.
    budget
        Mean cost of a multiplication, over all layers.
    validation
        Training images that are not among those of the calibration.
    cost
        Of a multiplication; bit flips by the formula if None.
    jobs
        Threads.
    advance
        Told each setting as it is finished.

    Raises
    ------
    SimError
        If no widths meet the budget.
    """
    pann = kind == "pann"
    base = base_of(kind)
    counts = deployment.multiplications
    chosen = widths_under(base, deployment.sensitivities(base), counts, budget, cost)
    expected = _shares(deployment.network, validation.images, jobs)
    found = []
    for variant in VARIANTS:
        scheme = replace(chosen, **variant)
        network = deployment.at(scheme)
        shares = _shares(network, validation.images, jobs)
        right = 100 * float(np.mean(shares.argmax(axis=1) == validation.labels))
        setting = Setting(
            scheme, budget, measured_additions(network)["all"] if pann else None,
            measured_flips(network, scheme), right, float(distances(expected, shares).mean()),
        )  # fmt: skip
        found.append(setting)
        if advance is not None:
            advance(setting)
    return sorted(found, key=lambda setting: setting.distance or 0.0)


def _shares(network: Network, images: Images, jobs: int) -> FloatArray:
    return np.concatenate([log_shares(run.output) for run in network.batches(images, jobs=jobs)])
