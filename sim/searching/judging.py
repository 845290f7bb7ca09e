"""One network of the search for the least energy: quantized, judged, accounted, and kept."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sim.accuracy import accuracy
from sim.charges import measured_additions, measured_flips
from sim.corrections import VARIANTS
from sim.files import cache_folder
from sim.kept import keep_entry, read_entry
from sim.network import Network
from sim.quantize import quantize
from sim.schemes import Scheme
from sim.searching.candidates import Candidate, Implementation, Wish
from sim.searching.identity import identity
from sim.searching.implementations import implementations
from sim.searching.measured_units import MeasuredUnits
from sim.sources import Source
from sim.stored_schemes import scheme_from

_MADE = ("scheme", "accuracy", "flips", "additions", "rows", "left_out")


class Judge:
    """Judges networks on validation images.

    Parameters
    ----------
    source
        A float network and its images.
    wish
        What is asked for.
    units
        Structures with power models.
    jobs
        Threads.
    keep
        Whether finished networks go to the cache and come from it.
    advance
        Told each judged network, and whether it was judged before.
    """

    def __init__(
        self, source: Source, wish: Wish, units: MeasuredUnits, jobs: int = 1, keep: bool = True,
        advance: Callable[[Candidate, bool], None] | None = None,
    ) -> None:  # fmt: skip
        self._source, self._wish, self._units = source, wish, units
        self._jobs, self._keep, self._advance = jobs, keep, advance
        self._validation = source.validation_images
        self._identity = identity(source, units.models)
        # Structure -> why the power models could not account a network on it.
        self.left_out: dict[str, str] = {}
        self._variants: dict[str, dict[str, Any]] = {}
        self.float_accuracy = accuracy(source.network, self._validation, jobs)

    def quantized(self, scheme: Scheme) -> Network:
        """The network of a scheme."""
        calibration = self._source.calibration_images.images
        return quantize(self._source.network, scheme, calibration, self._jobs)

    def judged(self, family: str, label: str, kind: str, scheme: Callable[[], Scheme]) -> Candidate:
        """A network that was judged before, or is now.

        Parameters
        ----------
        family, label
            As in `Candidate`.
        kind
            Of the scheme.
        scheme
            Makes it, but for the variant of corrections.
        """
        entry = cache_folder() / "optimize" / f"{self._key(family, label, kind)}.json"
        made = read_entry(entry, *_MADE) if self._keep else None
        before = made is not None
        if made is None:
            made = self._made(scheme(), kind)
            if self._keep:
                keep_entry(entry, made)
        chosen = scheme_from(made["scheme"])
        self.left_out |= made["left_out"]
        self._variants.setdefault(
            kind, {"compensated": chosen.compensated, "dead_zone": chosen.dead_zone}
        )
        candidate = Candidate(
            chosen, family, label, made["accuracy"], self.float_accuracy - made["accuracy"],
            made["flips"], made["additions"], tuple(Implementation(**row) for row in made["rows"]),
        )  # fmt: skip
        if self._advance is not None:
            self._advance(candidate, before)
        return candidate

    def _made(self, scheme: Scheme, kind: str) -> dict[str, Any]:
        """Judged with the variant of corrections that the kind's first network took."""
        variants = [self._variants[kind]] if kind in self._variants else list(VARIANTS)
        judged = []
        for number, variant in enumerate(variants):
            chosen = replace(scheme, **variant)
            network = self.quantized(chosen)
            percent = accuracy(network, self._validation, self._jobs)
            judged.append((-percent, number, chosen, network))
        percent, _, chosen, network = min(judged, key=lambda each: each[:2])
        flips = measured_flips(network, chosen)
        left_out: dict[str, str] = {}
        images = self._validation.images[: self._wish.energy_images]
        made = implementations(network, kind, flips, images, self._units, self._wish.dataflows,
                               left_out)  # fmt: skip
        rows = [asdict(implementation) for implementation in made]
        additions = measured_additions(network)["all"] if kind == "pann" else None
        return {"scheme": asdict(chosen), "accuracy": -percent, "flips": flips,
                "additions": additions, "rows": rows, "left_out": left_out}  # fmt: skip

    def _key(self, family: str, label: str, kind: str) -> str:
        """A hash of everything that decides about a network."""
        wish = asdict(replace(self._wish, points=0, kinds=()))
        choice = [wish, family, label, kind, self._variants.get(kind), self._identity]
        return hashlib.sha256(json.dumps(choice, sort_keys=True).encode()).hexdigest()
