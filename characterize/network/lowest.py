"""The lowest energy at the gates of each kind of scheme, for points of accuracy that are lost.

Each kind's cheapest network that loses few enough points (`sim.searching.frontier`) runs on the
units that could be its best; the best on the first images, library and loss stands for the kind
elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from characterize.cache import NO_CACHE, Cache
from characterize.errors import CharacterizeError
from characterize.library import FloatArray
from characterize.network.energies import network_energies
from characterize.network.layers import Gates, layers_at_gates
from characterize.network.truth import count_network
from characterize.network.weight_energies import weight_energies
from sim.charges import measured_flips
from sim.network import Network
from sim.patches import Array
from sim.schemes import Scheme
from sim.searching.layer_widths import mean_widths
from sim.structures import mean_weight_bits, structures_of
from sim.sums import SUMS, with_sums

BASELINE = "baseline"
_BASELINE_SUMS = "32"


@dataclass(frozen=True, slots=True)
class Contender:
    """A unit that could be the best of a kind of scheme.

    Attributes
    ----------
    entry, order, dataflow
        As in `Gates`.
    """

    entry: str
    order: str = "given"
    dataflow: str = "output"


_WHOLE = (Contender("mac_array", "sorted"), Contender("mac_stationary", dataflow="weight"))
_SPLIT = (
    Contender("mac_split_segmented"),
    Contender("mac_split_zero_skip"),
    Contender("mac_split_zero_skip", "sorted"),
)
CONTENDERS = {
    "signed": _WHOLE,
    "mixed": _WHOLE,
    "signmag": (Contender("mac_signmag"),),
    "split": _SPLIT,
    "split-signed": _SPLIT,
    "pann": (*_SPLIT, Contender("pann_segmented")),
    "csd": (Contender("csd"),),
}


@dataclass(frozen=True, eq=False)
class Finalist:
    """A network at a loss.

    Attributes
    ----------
    name
        Of the scheme, as the table calls it.
    points
        That it may lose; None of the baseline.
    network, scheme, budget
        Its integers, what made them, under how many bit flips.
    loss
        Points on the images that chose it.
    accuracy, float_accuracy
        On test images, percent.
    """

    name: str
    points: float | None
    network: Network
    scheme: Scheme
    budget: float
    loss: float
    accuracy: float
    float_accuracy: float


def measured(
    finalist: Finalist,
    contender: Contender,
    library: str,
    delays: str,
    sums: str,
    images: Array,
    cache: Cache = NO_CACHE,
    jobs: int = 1,
) -> dict[str, Any]:
    """Columns of energy of a network on a unit.

    Parameters
    ----------
    sums
        One of `SUMS`.
    images
        Shape (N, ...).

    Raises
    ------
    CharacterizeError
        If no unit of the entry holds a layer's numbers.
    """  # fmt: skip
    structure = next(s for s in structures_of(finalist.scheme.kind) if s.entry == contender.entry)
    network = with_sums(finalist.network, structure, sums)
    gates = Gates(contender.entry, library, contender.dataflow, contender.order, delays)
    layers = layers_at_gates(network, gates, cache)
    whole = network_energies(layers, count_network(network, images, gates, cache, jobs))[-1]
    bits_x, _ = mean_widths(finalist.scheme, network.macs())
    bits = sorted({layer.accumulator.bits for layer in network.weighted.values()})
    return {
        "unit": contender.entry, "order": contender.order, "dataflow": contender.dataflow,
        "sums": sums, "acc_bits": "-".join(str(b) for b in dict.fromkeys((bits[0], bits[-1]))),
        "images": len(images), "energy_nj_per_image": whole.energy_fj * 1e-6,
        "energy_fj_per_mac": whole.energy_fj / whole.macs,
        "paper_flips": measured_flips(network, finalist.scheme), "bits_x": bits_x,
        "bits_w": mean_weight_bits(network.weighted, network.macs()),
    }  # fmt: skip


def energies_of(
    finalist: Finalist,
    contender: Contender,
    library: str,
    delays: str,
    images: Array,
    cache: Cache = NO_CACHE,
) -> dict[str, FloatArray]:
    """Layer -> energy of an operation by magnitude of its weight, see `weight_energies`.

    Raises
    ------
    CharacterizeError
        If no unit of the entry holds a layer's numbers.
    """  # fmt: skip
    gates = Gates(contender.entry, library, contender.dataflow, contender.order, delays)
    layers = layers_at_gates(finalist.network, gates, cache)
    kept = finalist.network.run(images, tuple({layer.source for layer in layers})).kept
    return {layer.name: weight_energies(layer, kept[layer.source], gates) for layer in layers}


def best_unit(
    finalist: Finalist,
    library: str,
    delays: str,
    images: Array,
    cache: Cache,
    jobs: int,
    refused: Callable[[str], None],
) -> Contender | None:
    """The contender of least energy, with sums of 32 bits; None if none takes it."""  # fmt: skip
    found = []
    for number, contender in enumerate(CONTENDERS[finalist.scheme.kind]):
        try:
            row = measured(finalist, contender, library, delays, "32", images, cache, jobs)
        except CharacterizeError as error:
            refused(f"{finalist.name} on {contender.entry}: {error}")
            continue
        found.append((row["energy_nj_per_image"], number, contender))
    return min(found)[2] if found else None


def rows(
    finalists: Sequence[Finalist],
    units: dict[str, Contender],
    libraries: Sequence[str],
    delays: str,
    images: Array,
    given: dict[str, Any],
    cache: Cache,
    jobs: int,
    widths: Sequence[str] = SUMS,
) -> Iterator[dict[str, Any]]:
    """Rows of the table, one library and width of sums after the other.

    Parameters
    ----------
    units
        Name of a scheme -> where it runs.
    given
        Columns that are the same in all rows.
    widths
        Of `SUMS`.
    """  # fmt: skip
    for number, (sums, library) in enumerate(product(widths, libraries)):
        for finalist in finalists:
            # The baseline has one width of sums.
            if finalist.name not in units or (finalist.points is None and number >= len(libraries)):
                continue
            unit = units[finalist.name]
            bits = _BASELINE_SUMS if finalist.points is None else sums
            found = measured(finalist, unit, library, delays, bits, images, cache, jobs)
            yield given | found | {
                "library": Path(library).stem, "delay_model": delays,
                "points": finalist.points, "scheme": finalist.name,
                "budget_flips": finalist.budget, "loss_points": finalist.loss,
                "accuracy": finalist.accuracy, "float_accuracy": finalist.float_accuracy,
            }  # fmt: skip
