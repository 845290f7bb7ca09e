"""Of each kind of scheme the network of the smallest budget that loses few enough points.

Budgets are rungs of a ladder, the same in bits for every kind that multiplies; widths of each
layer, corrections and images are those that every kind gets. Losses are on training images.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np

from sim.accuracy import accuracy
from sim.corrections import VARIANTS
from sim.files import cache_folder
from sim.kept import keep_entry, read_entry
from sim.kept_values import KeptValues
from sim.layers import FloatArray
from sim.network import Network
from sim.pann import mac_bit_flips
from sim.schemes import SPLIT_KINDS, Scheme
from sim.searching.deployment import Deployment
from sim.searching.halving import last_good
from sim.searching.identity import identity
from sim.searching.layer_widths import WIDEST, base_of, widths_under
from sim.sources import Source
from sim.stored_schemes import scheme_from

_LOWEST, _HIGHEST = 2, 6  # bits between which the rungs are; the last one is of the widest
_RUNGS = 13
_PANN = (1.5, 12.0, 24.0)  # the same of additions, in bit flips
_MOST = {"signmag": 7}  # bits of activations: the sign takes one of the unit's
_PANN_KIND = "pann"
# Squared steps that the mean energy of a weight of 1 is worth.
_PRICES = tuple(0.125 * 2.0 ** (level / 2) for level in range(10))
_LARGEST = 255  # magnitude of a weight, as units of 8 bits have it


@dataclass(frozen=True, slots=True)
class Judged:
    """A network of a ladder.

    Attributes
    ----------
    scheme
        What it is, with the widths of each layer.
    budget
        Mean bit flips of a multiplication that it was given.
    accuracy, loss
        Percent of the validation images; points against the float network.
    """

    scheme: Scheme
    budget: float
    accuracy: float
    loss: float


def ladder(kind: str) -> list[float]:
    """Budgets of a kind in bit flips of a multiplication, the smallest first.

    >>> [round(budget, 1) for budget in ladder("split")]
    [10.0, 11.3, 12.7, 14.3, 16.1, 18.2, 20.5, 23.1, 26.0, 29.3, 33.1, 37.3, 42.0, 64.0]
    """
    if kind == "pann":
        low, high, last = _PANN
    else:
        signed = kind not in SPLIT_KINDS
        low, high, last = (
            sum(mac_bit_flips(bits, bits, signed).values()) for bits in (_LOWEST, _HIGHEST, WIDEST)
        )
    return [*np.geomspace(low, high, _RUNGS).tolist(), last]


class Frontier:
    """Ladders of one network.

    Parameters
    ----------
    source
        A float network and its images.
    jobs
        Threads.
    keep
        Whether judged networks go to the cache and come from it.
    advance
        Told each judged network.
    """

    def __init__(
        self, source: Source, jobs: int = 1, keep: bool = True,
        advance: Callable[[Judged], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._source, self._jobs, self._keep, self._advance = source, jobs, keep, advance
        self._calibration = source.calibration_images.images
        self._deployment = Deployment(source.network, self._calibration, jobs)
        self._judged: dict[tuple[str, float], Judged] = {}
        self._identity = identity(source)
        self.float_accuracy = accuracy(source.network, source.validation_images, jobs)

    def within(self, kind: str, points: float) -> Judged | None:
        """The smallest budget that loses so many points or fewer; None if the largest loses more.

        Found by halving: a larger budget is taken to be no worse.
        """
        rungs = ladder(kind)
        fails, meets = -1, len(rungs) - 1
        if self._at(kind, rungs[meets]).loss > points:
            return None
        while meets - fails > 1:
            middle = (fails + meets) // 2
            if self._at(kind, rungs[middle]).loss <= points:
                meets = middle
            else:
                fails = middle
        return self._at(kind, rungs[meets])

    def priced(self, points: float, energy_fj: Mapping[str, FloatArray]) -> list[Judged]:
        """PANN's networks whose weights are rounded with an eye on what each value costs.

        A weight becomes the integer of least error plus price times energy; what the price
        saves in additions, a finer step spends. Budgets are tried from the one that meets the
        loss alone down to the first that meets it with no price, each with the highest price
        that meets it, by halving.

        Parameters
        ----------
        points
            That may be lost.
        energy_fj
            Layer -> energy by magnitude, shape (magnitudes,); beyond them as the largest.

        Returns
        -------
        list of Judged
            One of each budget that meets the loss with some price.
        """
        alone = self.within(_PANN_KIND, points)
        if alone is None:
            return []
        scale = float(np.mean([values[min(1, values.size - 1)] for values in energy_fj.values()]))
        rungs, found = ladder(_PANN_KIND), []
        for budget in reversed(rungs[: rungs.index(alone.budget) + 1]):

            def tried(price: float, budget: float = budget) -> Judged | None:
                judged = self._at_price(budget, price / scale, energy_fj)
                return judged if judged.loss <= points else None

            best = last_good(_PRICES, tried)
            if best is None:
                break
            found.append(best[0])
        return found

    def _at_price(
        self, budget: float, price: float, energy_fj: Mapping[str, FloatArray]
    ) -> Judged:  # fmt: skip
        plain = self._at(_PANN_KIND, budget).scheme
        values = np.arange(-_LARGEST, _LARGEST + 1)
        kept = tuple(
            (name, KeptValues.priced(
                values, np.interp(np.abs(values), np.arange(fj.size), fj), price))
            for name, fj in energy_fj.items()
        )  # fmt: skip
        scheme = replace(plain, kept_weights=kept)
        bounds = hashlib.sha256(repr(kept).encode()).hexdigest()
        return self._kept(f"{_PANN_KIND} {budget!r} {bounds}", budget, lambda: scheme)

    def network(self, scheme: Scheme) -> Network:
        """The integers of a scheme."""
        return self._deployment.at(scheme)

    def _at(self, kind: str, budget: float) -> Judged:
        if (kind, budget) not in self._judged:
            self._judged[kind, budget] = self._judge(kind, budget)
        return self._judged[kind, budget]

    def _judge(self, kind: str, budget: float) -> Judged:
        return self._kept(f"{kind} {budget!r}", budget, lambda: self._scheme(kind, budget))

    def _scheme(self, kind: str, budget: float) -> Scheme:
        """Widths of each layer under a budget."""
        base = base_of(kind)
        sensitivities = self._deployment.sensitivities(base)
        counts = self._deployment.multiplications
        most = _MOST.get(kind, WIDEST)
        narrow = {
            name: replace(found, activations={
                bits: loss for bits, loss in found.activations.items() if bits <= most
            })
            for name, found in sensitivities.items()
        }  # fmt: skip
        return replace(widths_under(base, narrow, counts, budget), **VARIANTS[0])

    def _kept(self, what: str, budget: float, scheme: Callable[[], Scheme]) -> Judged:
        """A network that was judged before, or is now."""
        key = hashlib.sha256(f"{self._identity} {what}".encode()).hexdigest()
        path = cache_folder() / "frontier" / f"{key}.json"
        kept = read_entry(path, "scheme", "accuracy") if self._keep else None
        if kept is None:
            made = scheme()
            percent = accuracy(self.network(made), self._source.validation_images, self._jobs)
            kept = {"scheme": asdict(made), "accuracy": percent}
            if self._keep:
                keep_entry(path, kept)
        judged = Judged(
            scheme_from(kept["scheme"]), budget, kept["accuracy"],
            self.float_accuracy - kept["accuracy"],
        )  # fmt: skip
        self._advance(judged)
        return judged
