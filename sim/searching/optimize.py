"""The implementation of least energy that loses no more than a given accuracy.

Accuracy depends on the kind of scheme and its widths only, energy on the unit too: every network is
quantized and judged once, on training images, and accounted on every structure that its
weights run on. Of each kind two families are tried, both with all corrections
(`sim.corrections`): widths that are the same in all layers, from 8 bits down, and widths of each
layer under budgets, from that of the uniform network down. Both are searched by halving: less
is taken to be no better.
"""

import math
from collections.abc import Callable, Iterator

from sim.corrections import corrected
from sim.errors import SimError
from sim.network import Network
from sim.power_models import PowerModels
from sim.schemes import Scheme, Widths
from sim.searching.candidates import Candidate, Implementation, Wish
from sim.searching.deployment import Deployment
from sim.searching.judging import Judge
from sim.searching.layer_widths import WIDEST, base_of, widths_under
from sim.searching.measured_units import MeasuredUnits
from sim.sources import Source
from sim.structures import structures_of
from sim.sums import with_sums

_NARROWEST = 2
_BUDGETS = 6  # of the search for the widths of each layer
_FIRST_ADDITIONS = 8.0  # R of the widest network of additions


class Search:
    """The search for one network.

    Parameters
    ----------
    source
        A float network and its images.
    wish
        What is asked for.
    models
        Power models.
    jobs
        Threads.
    keep
        Whether finished networks go to the cache and come from it.
    advance
        Told each judged network, and whether it was judged before.
    """

    def __init__(
        self, source: Source, wish: Wish, models: PowerModels, jobs: int = 1, keep: bool = True,
        advance: Callable[[Candidate, bool], None] | None = None,
    ) -> None:  # fmt: skip
        if source.quantized_already:
            raise SimError(f"{source.files[0]} is quantized already: take a float network")
        self._wish, self._units = wish, MeasuredUnits(models, wish.conditions)
        self._deployment = Deployment(source.network, source.calibration_images.images, jobs)
        self._judge = Judge(source, wish, self._units, jobs, keep, advance)
        self.float_accuracy = self._judge.float_accuracy

    @property
    def left_out(self) -> dict[str, str]:
        """Structure -> why the power models could not account a network on it."""
        return self._judge.left_out

    def run(self) -> Iterator[Candidate]:
        """Every network that is judged, kind after kind."""
        for kind in self._wish.kinds:
            if self._units.of(kind):
                yield from self._of_kind(kind)

    def network(self, candidate: Candidate, made: Implementation) -> Network:
        """The network of an implementation, with its accumulators."""
        structure = next(
            s for s in structures_of(candidate.scheme.kind) if s.entry == made.structure
        )
        return with_sums(self._judge.quantized(candidate.scheme), structure, made.accumulator)

    def missing(self) -> list[str]:
        """Structures of the kinds that no power model is of."""
        return self._units.missing(self._wish.kinds)

    def _of_kind(self, kind: str) -> Iterator[Candidate]:
        widest = self._uniform(kind, WIDEST)
        yield widest
        if not self._meets(widest):
            return
        low, high, best = _NARROWEST - 1, WIDEST, widest  # low fails, high meets
        while high - low > 1:
            middle = (low + high) // 2
            found = self._uniform(kind, middle)
            yield found
            if self._meets(found):
                high, best = middle, found
            else:
                low = middle
        yield from self._of_layers(kind, self._units.budget(best.scheme))

    def _of_layers(self, kind: str, highest: float) -> Iterator[Candidate]:
        """Widths of each layer under ever more exact budgets; the first is the uniform one's."""
        cheapest = corrected(kind, _uniform_widths(kind, _NARROWEST), "all")
        least = min(self._units.budget(cheapest), 0.9 * highest)
        fails, meets = math.log(least), math.log(highest)
        tried = meets
        for _ in range(_BUDGETS):
            found = self._under(kind, math.exp(tried))
            if found is None:
                fails = tried
            else:
                yield found
                if self._meets(found):
                    meets = tried
                else:
                    fails = tried
            if fails >= meets:
                return
            tried = (fails + meets) / 2

    def _meets(self, candidate: Candidate) -> bool:
        return candidate.loss <= self._wish.points

    def _uniform(self, kind: str, bits: int) -> Candidate:
        scheme = corrected(kind, _uniform_widths(kind, bits), "all")
        return self._judge.judged("uniform", f"{bits} bits", kind, lambda: scheme)

    def _under(self, kind: str, budget: float) -> Candidate | None:
        def scheme() -> Scheme:
            base = base_of(kind)
            found = self._deployment.sensitivities(base)
            counts = self._deployment.multiplications
            return widths_under(base, found, counts, budget, self._units.cost(kind))

        try:
            return self._judge.judged("layers", f"{budget:.3f}", kind, scheme)
        except SimError as error:
            if "cheapest widths" in str(error):
                return None
            raise


def _uniform_widths(kind: str, bits: int) -> Widths:
    if kind == "pann":
        return Widths(bits, additions=_FIRST_ADDITIONS * 2.0 ** ((bits - WIDEST) / 2))
    return Widths(bits, bits)
