"""Accuracy against energy: schemes at several budgets, each finished point kept."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.accounting.conditions import Conditions
from sim.accuracy import accuracy
from sim.charges import measured_additions, measured_flips
from sim.corrections import corrected
from sim.datasets import Dataset
from sim.energy import network_energy
from sim.files import cache_folder
from sim.kept import code_sha256 as _code
from sim.kept import keep_entry, read_entry
from sim.pann import mac_bit_flips
from sim.parallel import is_elsewhere, results, task
from sim.power_models import PowerModels
from sim.schemes import SPLIT_KINDS, Widths
from sim.searching.deployment import Deployment
from sim.searching.layer_widths import mean_widths
from sim.searching.settings import search, search_layers
from sim.sources import Source
from sim.sweep_table import COLUMNS

_ENERGY_IMAGES = 8


@dataclass(frozen=True, slots=True)
class Point:
    """What a sweep evaluates: a regular scheme, or PANN under a budget.

    Attributes
    ----------
    kind
        Of the scheme.
    bits
        Of activations and weights; of PANN 0.
    budget
        Bit flips an element; of regular schemes those of the formula.
    corrections
        See `sim.corrections`; with `all`, regular schemes get the budget of their width
        for all layers together.
    """

    kind: str
    bits: int
    budget: float
    corrections: str = "bias"


def points(
    kinds: list[str], bits: list[int], budgets: list[float], corrections: str = "bias"
) -> list[Point]:
    """Regular schemes at each width, PANN at each budget.

    PANN without budgets gets those of unsigned MACs of the widths.

    >>> points(["pann"], [2, 4], [])
    [Point(kind='pann', bits=0, budget=10.0, corrections='bias'), \
Point(kind='pann', bits=0, budget=24.0, corrections='bias')]
    """
    found = []
    for kind in kinds:
        if kind == "pann":
            flips = budgets or [sum(mac_bit_flips(b, b, False).values()) for b in bits]
            found += [Point(kind, 0, budget, corrections) for budget in flips]
        else:
            signed = kind not in SPLIT_KINDS
            flips = [sum(mac_bit_flips(b, b, signed).values()) for b in bits]
            found += [
                Point(kind, b, each, corrections) for b, each in zip(bits, flips, strict=True)
            ]
    return found


def run(
    source: Source,
    wanted: list[Point],
    models: PowerModels | None,
    conditions: Conditions,
    images: int | None = None,
    jobs: int = 1,
    keep: bool = True,
    advance: Callable[[Point, bool], None] | None = None,
) -> Iterator[dict[str, Any]]:
    """Rows of `sweeps/*.csv`, one a point, as they are finished.

    PANN's bits and R are chosen on validation images; accuracy is that of test images.

    Parameters
    ----------
    source
        The network and its data.
    wanted
        The points.
    models, conditions
        Power models; without them rows have no energy.
    images
        Only the first test images.
    jobs
        Threads.
    keep
        Whether finished points go to the cache and come from it.
    advance
        Told each finished point, and whether it was finished before.

    Raises
    ------
    SimError
        If a budget is met by no setting, or a network cannot be quantized.
    """
    test = source.test if images is None else source.test.part(0, images)
    data = source.data if source.data == "digits" else Path(source.data).name
    subject = _Subject(
        source.name, data, Deployment(source.network, source.calibration_images.images, jobs),
        source.validation_images, test,
    )  # fmt: skip
    folder = cache_folder() / "sweeps"
    entries = [folder / f"{_key(source, point, models, conditions, test)}.json" for point in wanted]
    kept = [read_entry(entry, *COLUMNS) if keep else None for entry in entries]
    missing = (
        task(_row, subject, point, models, conditions, 1 if is_elsewhere() else jobs)
        for point, row in zip(wanted, kept, strict=True)
        if row is None
    )
    # Here one point after the other, each on all cores: they share what is measured once.
    made = results(missing, ordered=True) if is_elsewhere() else (f(*given) for f, given in missing)
    for point, entry, before in zip(wanted, entries, kept, strict=True):
        row = next(made) if before is None else before
        if before is None and keep:
            keep_entry(entry, row)
        if advance is not None:
            advance(point, before is not None)
        yield row


@dataclass(frozen=True, eq=False)
class _Subject:
    """What points are of: a network with a name, and images."""

    name: str
    data: str
    deployment: Deployment
    validation: Dataset
    test: Dataset


def _row(
    subject: _Subject, point: Point, models: PowerModels | None, conditions: Conditions, jobs: int
) -> dict[str, Any]:
    deployment, test = subject.deployment, subject.test
    pann = point.kind == "pann"
    if point.corrections == "all":
        found = search_layers(deployment, point.kind, point.budget, subject.validation, jobs=jobs)
        scheme = found[0].scheme
    elif pann:
        scheme = search(deployment, point.budget, subject.validation, jobs=jobs)[0].scheme
    else:
        scheme = corrected(point.kind, Widths(point.bits, point.bits), point.corrections)
    network = deployment.at(scheme)
    # The account has no shift-and-add unit yet.
    models = None if point.kind == "csd" else models
    energy = network_energy(network, test.images[:_ENERGY_IMAGES], models, conditions, pann)[-1]
    energy_nj = None if energy.energy_fj is None else energy.energy_fj * 1e-6
    bits_x, additions = mean_widths(scheme, deployment.multiplications)
    values = (
        subject.name, subject.data, point.kind, point.budget, bits_x, additions,
        measured_additions(network)["all"] if pann else None, False, None,
        accuracy(network, test, jobs), len(test), conditions.library, energy_nj, point.corrections,
        measured_flips(network, scheme),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _key(
    source: Source,
    point: Point,
    models: PowerModels | None,
    conditions: Conditions,
    test: Dataset,
) -> str:
    """A hash of everything that decides a row."""
    content = hashlib.sha256()
    for path in source.files:
        content.update(path.read_bytes())
    for data in (source.train, test):
        content.update(data.images.tobytes())
        content.update(data.labels.tobytes())
    for table in models.tables if models else []:
        content.update(json.dumps(dict(table.row), sort_keys=True).encode())
    choice = [asdict(point), asdict(conditions), source.calibration, source.validation, _code()]
    content.update(json.dumps(choice, sort_keys=True).encode())
    return content.hexdigest()
