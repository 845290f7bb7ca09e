"""Energies of random networks, and how well counts of operations say them.

Every network runs on its gates, all tasks of it; then each predictor is fitted to all but
one network, and to all but those of a family, and says what was held out.

Two kinds of predictors stand beside those of `sim.counting.transistor_ops`. The same on random
images see no data. Oracles say what a predictor loses: each takes something from the very
gates whose energy it says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from characterize.cache import NO_CACHE, Cache, code_sha256, content_key
from characterize.network.layers import Gates
from characterize.network.work import Work, network_work
from sim.counting.random_networks import DrawnNetwork, draw, random_images
from sim.counting.regression import BY_FAMILY, LEAVE_ONE_OUT, held_out, precision_percent
from sim.counting.tasks import MAC
from sim.counting.transistor_ops import (
    CLOCKED,
    PREDICTORS,
    RANDOM,
    SIGNAL_ENERGIES,
    SIGNAL_TOS,
    Step,
    Translation,
    translate,
    with_activity,
)
from sim.counting.unit_counts import UnitCounts
from sim.datasets import load
from sim.quantize import quantize

CALIBRATION = 128  # training images on which ranges are measured
_ON_RANDOM = (SIGNAL_TOS + CLOCKED, SIGNAL_ENERGIES)
SWITCHED = "oracle: switched TOs"
SWITCHED_MACS = f"{SWITCHED} of MACs, others signal-aware,{CLOCKED}"
SWITCHED_OTHERS = f"{SWITCHED} beside MACs, MACs signal-aware,{CLOCKED}"
MEASURED = "oracle: measured energies of operations"
_SEEING = len(PREDICTORS) - 2  # what counts only operations comes last
ALL_PREDICTORS = (
    *PREDICTORS[:_SEEING], *(RANDOM + name for name in _ON_RANDOM), SWITCHED, SWITCHED_OTHERS,
    SWITCHED_MACS, SWITCHED + CLOCKED, MEASURED, *PREDICTORS[_SEEING:],
)  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """A network's energy and counts.

    Attributes
    ----------
    drawn
        The network.
    energy_fj, other_percent
        Of one image; share beside multiply-accumulates.
    macs
        Of one image.
    counts
        Predictor -> counts.
    """

    drawn: DrawnNetwork
    energy_fj: float
    other_percent: float
    macs: int
    counts: dict[str, tuple[float, ...]]


def samples(
    numbers: Sequence[int],
    seed: int,
    images: int,
    gates: Gates,
    counts: UnitCounts,
    cache: Cache = NO_CACHE,
    jobs: int = 1,
    advance: Callable[[], None] = lambda: None,
) -> list[Sample]:
    """Energies and counts of random networks, by number.

    Parameters
    ----------
    numbers, seed
        As of `draw`.
    images
        How many test images of the digits.
    gates
        Library and delays.
    counts
        Of units, on the same.
    cache
        Holds finished networks.
    jobs
        Processes.
    advance
        Told after each network.

    Raises
    ------
    CharacterizeError, SimError
        If a task has no unit or no count, or a result is not that of `sim`.
    """
    tasks = (delayed(_sample)(n, seed, images, gates, counts, cache) for n in numbers)
    found = []
    for sample in Parallel(n_jobs=jobs, return_as="generator")(tasks):
        found.append(sample)
        advance()
    return found


def _sample(
    number: int, seed: int, images: int, gates: Gates, counts: UnitCounts, cache: Cache
) -> Sample:
    drawn = draw(number, seed)
    key = content_key(
        "transistor-ops", code_sha256(), number, seed, images, gates.library, gates.delay_model,
        joblib.hash(counts.table.to_csv(), hash_name="sha1"),
    )  # fmt: skip
    kept = cache.get(key, dict)
    if kept is None:
        kept = _measured(drawn, images, gates, counts, cache)
        cache.put(key, kept)
    return Sample(drawn, **(kept | {"counts": {k: tuple(v) for k, v in kept["counts"].items()}}))


def _measured(
    drawn: DrawnNetwork, images: int, gates: Gates, counts: UnitCounts, cache: Cache
) -> dict[str, Any]:
    with threadpool_limits(limits=1, user_api="blas"):
        calibration = load("digits", "train").images[:CALIBRATION]
        digits = load("digits", "test")
        test = digits.images[:images]
        network = quantize(drawn.network, drawn.scheme, calibration)
        frozen = translate(network, counts)
        translation = with_activity(frozen, network, test)
        noise = random_images(test.shape[1:], digits.levels, images)
        unseen = with_activity(frozen, network, noise).counts()
        work = network_work(network, test, gates, cache)
    return {
        "energy_fj": work.energy_fj,
        "other_percent": work.other_percent,
        "macs": work.macs[-1].macs,
        "counts": translation.counts()
        | {RANDOM + name: unseen[name] for name in _ON_RANDOM}
        | oracles(translation, work),
    }


def oracles(found: Translation, work: Work) -> dict[str, tuple[float, ...]]:
    """Predictors that take something from the gates of the network itself.

    Transistor operations as they switched, of all units or of some; and energies of an
    operation as they were measured, times the operations of the translation, which misses by as
    much as operations are miscounted.

    Parameters
    ----------
    found
        With activity.
    work
        Of the same network on the same images.

    Returns
    -------
    dict
        Predictor -> counts.
    """
    steps = [step for step in found.steps if step.unit is not None]
    clocked = sum(step.clocked for step in steps)
    ran = {(each.layer, MAC): (each.macs, each) for each in work.macs[:-1]}
    measured = ran | {(each.layer, each.operation): (each.operations, each) for each in work.others}

    def switched(of: Callable[[Step], bool]) -> float:
        return sum(
            measured[step.task.layer, step.task.operation][1].transistor_ops
            if of(step)
            else step.signal_ops
            for step in steps
        )

    energy_fj = 0.0
    for step in steps:
        operations, energy = measured[step.task.layer, step.task.operation]
        energy_fj += step.task.count * energy.energy_fj / operations
    every = switched(lambda _: True)
    return {
        SWITCHED: (every,),
        SWITCHED + CLOCKED: (every, clocked),
        SWITCHED_MACS: (switched(lambda step: step.task.operation == MAC), clocked),
        SWITCHED_OTHERS: (switched(lambda step: step.task.operation != MAC), clocked),
        MEASURED: (energy_fj,),
    }


def rows_of(found: Sequence[Sample], images: int, gates: Gates) -> list[dict[str, Any]]:
    """Every predictor's word on every network that was held out, in the table's columns.

    Raises
    ------
    SimError
        If there are too few networks or families to fit to.
    """
    energy = np.array([sample.energy_fj for sample in found])
    rows = []
    for predictor in ALL_PREDICTORS:
        counts = np.array([sample.counts[predictor] for sample in found])
        for way in (LEAVE_ONE_OUT, BY_FAMILY):
            groups = [
                sample.drawn.name if way == LEAVE_ONE_OUT else sample.drawn.family
                for sample in found
            ]
            said = held_out(counts, energy, groups)
            precise = precision_percent(said, energy)
            for sample, count, value, percent in zip(found, counts, said, precise, strict=True):
                drawn = sample.drawn
                rows.append(
                    {
                        "network": drawn.name,
                        "family": drawn.family,
                        "predictor": predictor,
                        "held_out": way,
                        "energy_fj": sample.energy_fj,
                        "predicted_fj": float(value),
                        "precision_percent": float(percent),
                        "activation": drawn.activation,
                        "weights": drawn.weights,
                        "bits": drawn.bits,
                        "images": images,
                        "library": Path(gates.library).stem,
                        "delay_model": gates.delay_model,
                        "macs": sample.macs,
                        "count": float(count[0]),
                        "clocked": float(count[1]) if len(count) > 1 else np.nan,
                        "other_percent": sample.other_percent,
                    }
                )
    return rows
