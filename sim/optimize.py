"""The implementation of least energy that loses no more than a given accuracy.

Accuracy depends on the kind of scheme and its widths only, energy on the unit too: every network is
quantized and judged once, on training images, and accounted on every structure that its
weights run on. Of each kind two families are tried, both with all corrections
(`sim.corrections`): widths that are the same in all layers, from 8 bits down, and widths of each
layer under budgets, from that of the uniform network down. Both are searched by halving: less
is taken to be no better.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from sim.accumulators import Accumulator
from sim.charges import measured_flips
from sim.corrections import VARIANTS, corrected
from sim.datasets import Dataset
from sim.energy import Conditions, network_energy
from sim.errors import SimError
from sim.files import cache_folder
from sim.kept import code_sha256, keep_entry, read_entry
from sim.kept_values import KeptValues
from sim.layer_widths import (
    Cost,
    flips_cost,
    mean_widths,
    multiplications,
    sensitivities,
    widths_under,
)
from sim.layers import Layer
from sim.network import Network
from sim.operands import NetworkOperands
from sim.power_models import PowerModels
from sim.priced_values import PricedValues
from sim.quantize import quantize
from sim.schemes import KINDS, Scheme, Widths
from sim.search import accuracy, measured_additions
from sim.sensitivities import Probe, Sensitivity
from sim.sources import Source
from sim.structures import Structure, mean_weight_bits, structures_of

WIDEST, NARROWEST = 8, 2
_BUDGETS = 4  # of the search for the widths of each layer
_FIRST_ADDITIONS = 8.0  # R of the widest network of additions
ACCUMULATORS = ("32", "16", "safe")
_PROBED = 128
_MADE = ("scheme", "accuracy", "flips", "additions", "rows", "left_out")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes
    ----------
    points
        Of accuracy that may be lost against the float network, on validation images.
    conditions
        Library and delay model.
    dataflows
        That the hardware has.
    kinds
        Of schemes.
    energy_images
        Validation images on whose operands energies are.
    """

    points: float
    conditions: Conditions
    dataflows: tuple[str, ...] = ("output", "weight", "input")
    kinds: tuple[str, ...] = KINDS
    energy_images: int = 8


@dataclass(frozen=True, slots=True)
class Implementation:
    """A quantized network on a structure.

    Attributes
    ----------
    structure
        Entry of the registry.
    dataflow
        Order of the operands.
    accumulator
        `32`, `16`, or `safe`: of each layer the narrowest that nothing can overflow.
    energy_nj
        Of an image, all layers with weights, subtractions included.
    paper_flips
        Bit flips of a multiplication by the formula.
    modelled
        Share of the energy that comes from operand statistics; the rest is from width tables.
    """

    structure: str
    dataflow: str
    accumulator: str
    energy_nj: float
    paper_flips: float
    modelled: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quantized network, and what it would cost.

    Attributes
    ----------
    scheme
        What it is.
    family
        `uniform` or `layers`.
    label
        Bits or budget, as it was searched for.
    accuracy
        Percent of the validation images.
    loss
        Points against the float network on the same images.
    flips, additions
        Bit flips of a multiplication by the formula; additions that are left.
    implementations
        On every structure that has power models.
    """

    scheme: Scheme
    family: str
    label: str
    accuracy: float
    loss: float
    flips: float
    additions: float | None
    implementations: tuple[Implementation, ...]

    @property
    def best(self) -> Implementation | None:
        """That of least energy."""
        return min(self.implementations, key=lambda made: made.energy_nj, default=None)


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
        self._source, self._wish, self._models = source, wish, models
        self._jobs, self._keep, self._advance = jobs, keep, advance
        self._validation = source.validation_images
        self._calibration = source.calibration_images.images
        self._counts = multiplications(source.network)
        self._identity = _identity(source, self._validation, models)
        # Structure -> why the power models could not account a network on it.
        self.left_out: dict[str, str] = {}
        self._variants: dict[str, dict[str, Any]] = {}
        self._sensitivities: dict[str, dict[str, Sensitivity]] = {}
        self.float_accuracy = accuracy(source.network, self._validation, jobs)

    def run(self) -> Iterator[Candidate]:
        """Every network that is judged, kind after kind."""
        for kind in self._wish.kinds:
            if self._measured(kind):
                yield from self._of_kind(kind)

    def network(self, candidate: Candidate, made: Implementation) -> Network:
        """The network of an implementation, with its accumulators."""
        network = self._quantized(candidate.scheme)
        structure = next(
            s for s in structures_of(candidate.scheme.kind) if s.entry == made.structure
        )
        sums = with_sums(network, structure, made.accumulator)
        assert sums is not None
        return sums

    def missing(self) -> list[str]:
        """Structures of the kinds that no power model is of."""
        known = {entry for kind in self._wish.kinds for entry in self._measured(kind)}
        every = {s.entry for kind in self._wish.kinds for s in structures_of(kind)}
        return sorted(every - known)

    def _measured(self, kind: str) -> list[str]:
        """Entries of a kind's structures that the power models know."""
        conditions, tables = self._wish.conditions, self._models.tables
        known = {
            t.row.get("architecture") for t in tables
            if t.row.get("family") == "mac"
            and (t.row["library"], t.row["delay_model"])
            == (conditions.library, conditions.delay_model)
        }  # fmt: skip
        return [s.entry for s in structures_of(kind) if s.architecture in known]

    # --- the search -----------------------------------------------------------

    def _of_kind(self, kind: str) -> Iterator[Candidate]:
        widest = self._uniform(kind, WIDEST)
        yield widest
        if not self._meets(widest):
            return
        low, high, best = NARROWEST - 1, WIDEST, widest  # low fails, high meets
        while high - low > 1:
            middle = (low + high) // 2
            found = self._uniform(kind, middle)
            yield found
            if self._meets(found):
                high, best = middle, found
            else:
                low = middle
        yield from self._of_layers(kind, self._budget(kind, best.scheme))

    def _of_layers(self, kind: str, highest: float) -> Iterator[Candidate]:
        """Widths of each layer under ever more exact budgets; the first is the uniform one's."""
        cheapest = corrected(kind, self._widths(kind, NARROWEST), "all")
        least = min(self._budget(kind, cheapest), 0.9 * highest)
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

    def _widths(self, kind: str, bits: int) -> Widths:
        if kind == "pann":
            return Widths(bits, additions=_FIRST_ADDITIONS * 2.0 ** ((bits - WIDEST) / 2))
        return Widths(bits, bits)

    def _uniform(self, kind: str, bits: int) -> Candidate:
        scheme = corrected(kind, self._widths(kind, bits), "all")
        return self._judged("uniform", f"{bits} bits", kind, lambda: scheme)

    def _under(self, kind: str, budget: float) -> Candidate | None:
        base = corrected(kind, self._base(kind), "all")

        def scheme() -> Scheme:
            found = self._sensitive(kind, base)
            return widths_under(base, found, self._counts, budget, self._cost(kind))

        try:
            return self._judged("layers", f"{budget:.3f}", kind, scheme)
        except SimError as error:
            if "cheapest widths" in str(error):
                return None
            raise

    def _base(self, kind: str) -> Widths:
        return Widths(WIDEST, additions=1.0) if kind == "pann" else Widths(WIDEST, WIDEST)

    def _sensitive(self, kind: str, base: Scheme) -> dict[str, Sensitivity]:
        if kind not in self._sensitivities:
            images = self._calibration[:_PROBED]
            probe = Probe(self._source.network, base, images, self._jobs)
            self._sensitivities[kind] = sensitivities(probe, kind == "pann")
        return self._sensitivities[kind]

    # --- what a multiplication costs ------------------------------------------

    def _budget(self, kind: str, scheme: Scheme) -> float:
        """Mean cost of a multiplication of a scheme of uniform widths."""
        cost = self._cost(kind)
        value = scheme.additions if kind == "pann" else scheme.bits_w
        assert value is not None
        if kind == "csd":  # digits are known of weights only: of n bits a third and a bit
            value = value / 3 + 1 / 9
        return cost("", scheme.bits_x, value)

    def _cost(self, kind: str) -> Cost:
        """From width tables of the cheapest structure with uniform operands; else bit flips."""
        each = [
            (structure, self._by_width(structure, kind))
            for structure in structures_of(kind)
            if structure.entry in self._measured(kind)
        ]
        known = [(s, fj) for s, fj in each if len(fj) > 1]
        if not known:
            return flips_cost(corrected(kind, self._base(kind), "all"))
        own = [(s, fj) for s, fj in known if bool(s.charge) == (kind in ("pann", "csd"))] or known
        structure, energies_fj = min(own, key=lambda pair: sum(pair[1].values()))
        widths, values = list(energies_fj), list(energies_fj.values())

        def cost(_: str, bits_x: int, value: float) -> float:
            if structure.charge:
                return float(np.interp(bits_x, widths, values)) * value
            # Of an array multiplier, cells are as many as the product of both widths.
            return float(np.interp(math.sqrt(bits_x * value), widths, values))

        return cost

    def _by_width(self, structure: Structure, kind: str) -> dict[int, float]:
        conditions = self._wish.conditions
        found: dict[int, float] = {}
        for table in self._models.tables:
            row = table.row
            if (
                (row.get("family"), row.get("architecture")) == ("mac", structure.architecture)
                and (row["library"], row["delay_model"])
                == (conditions.library, conditions.delay_model)
                and row["stimulus"] == "uniform" and row["acc_width"] == 32
                and (structure.charge or row.get("width_w") == row["width_x"])
                and (structure.architecture == "signmag" or row["signed_x"] == (kind == "signed"))
                and (row.get("signed_w") or kind not in ("signed", "mixed"))
            ):  # fmt: skip
                found[int(row["width_x"])] = table.energy_fj
        return dict(sorted(found.items()))

    # --- one network ----------------------------------------------------------

    def _judged(
        self, family: str, label: str, kind: str, scheme: Callable[[], Scheme]
    ) -> Candidate:
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
            network = self._quantized(chosen)
            percent = accuracy(network, self._validation, self._jobs)
            judged.append((-percent, number, chosen, network))
        percent, _, chosen, network = min(judged, key=lambda each: each[:2])
        flips = measured_flips(network, chosen)
        left_out: dict[str, str] = {}
        rows = [asdict(made) for made in self._implementations(network, kind, flips, left_out)]
        additions = measured_additions(network)["all"] if kind == "pann" else None
        return {"scheme": asdict(chosen), "accuracy": -percent, "flips": flips,
                "additions": additions, "rows": rows, "left_out": left_out}  # fmt: skip

    def _quantized(self, scheme: Scheme) -> Network:
        return quantize(self._source.network, scheme, self._calibration, self._jobs)

    def _implementations(
        self, network: Network, kind: str, flips: float, left_out: dict[str, str]
    ) -> Iterator[Implementation]:
        """On every structure; of those that cannot be accounted, why."""
        images = self._validation.images[: self._wish.energy_images]
        operands = NetworkOperands(network, images)
        known = self._measured(kind)
        for structure in structures_of(kind):
            flows = [f for f in self._wish.dataflows if (f == "output") != structure.stationary]
            for dataflow in flows if structure.entry in known else []:
                conditions = replace(self._wish.conditions, structure=structure, dataflow=dataflow,
                                     scaled_sums=True)  # fmt: skip
                for name in ACCUMULATORS:
                    narrowed = with_sums(network, structure, name)
                    if narrowed is None:
                        continue
                    try:
                        found = network_energy(narrowed, images, self._models, conditions,
                                               operands=operands)  # fmt: skip
                    except SimError as error:
                        left_out[structure.entry] = str(error)
                        break
                    whole = found[-1]
                    assert whole.energy_fj is not None
                    by_statistics = sum(
                        row.energy_fj or 0 for row in found[:-1] if row.model.startswith("operand")
                    )
                    yield Implementation(
                        structure.entry, dataflow, name, whole.energy_fj * 1e-6,
                        flips if structure.charge else whole.paper_flips / whole.macs,
                        by_statistics / whole.energy_fj,
                    )  # fmt: skip

    def _key(self, family: str, label: str, kind: str) -> str:
        """A hash of everything that decides about a network."""
        wish = asdict(replace(self._wish, points=0, kinds=()))
        choice = [wish, family, label, kind, self._variants.get(kind), self._identity]
        return hashlib.sha256(json.dumps(choice, sort_keys=True).encode()).hexdigest()


def _identity(source: Source, validation: Dataset, models: PowerModels) -> str:
    """A hash of networks, images, power models and code."""
    content = hashlib.sha256(code_sha256().encode())
    for path in source.files:
        content.update(path.read_bytes())
    for data in (source.calibration_images, validation):
        content.update(data.images.tobytes())
        content.update(data.labels.tobytes())
    for table in models.tables:
        content.update(json.dumps(dict(table.row), sort_keys=True).encode())
    for model in models.fitted:
        content.update(f"{model.unit} {model.library} {model.delay_model}".encode())
        content.update(model.coefficients_fj.tobytes())
    return content.hexdigest()


def with_sums(network: Network, structure: Structure, name: str) -> Network | None:
    """The network with other accumulators; None where one could overflow.

    Parameters
    ----------
    name
        Of `ACCUMULATORS`.
    """
    layers: dict[str, Layer] = {}
    for layer_name, layer in network.weighted.items():
        least = structure.least_acc_bits(layer)
        bits = least if name == "safe" else int(name)
        if bits < least:
            return None
        accumulator = Accumulator(bits, "refuse", layer.accumulator.split)
        layers[layer_name] = replace(layer, accumulator=accumulator)
    return network.with_layers(layers)


def scheme_from(given: Mapping[str, Any]) -> Scheme:
    """What `dataclasses.asdict` made of a scheme, also through JSON."""
    return Scheme(**{
        **given,
        "layers": tuple((name, Widths(**widths)) for name, widths in given["layers"]),
        "activation_steps": tuple((name, step) for name, step in given["activation_steps"]),
        "weight_steps": tuple((name, step) for name, step in given["weight_steps"]),
        "kept_weights": tuple((name, _kept(kept)) for name, kept in given["kept_weights"]),
        "kept_activations": tuple((n, _kept(kept)) for n, kept in given["kept_activations"]),
        "accumulator": Accumulator(**given["accumulator"]),
    })  # fmt: skip


def _kept(given: Mapping[str, Any]) -> KeptValues | PricedValues:
    values = tuple(given["values"])
    if "price" in given:
        return PricedValues(values, tuple(given["energy_fj"]), given["price"])
    return KeptValues(values, tuple(given["bounds"]))


def widths_of(network: Network, candidate: Candidate) -> tuple[float, float]:
    """Mean bits of activations and of weights, over all multiplications."""
    macs = network.macs()
    bits_x, _ = mean_widths(candidate.scheme, macs)
    return bits_x, mean_weight_bits(network.weighted, macs)


def best_of(candidates: list[Candidate], points: float) -> list[Candidate]:
    """Of each kind the network of least energy that loses no more; the cheapest first."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        made, kind = candidate.best, candidate.scheme.kind
        if made is None or candidate.loss > points:
            continue
        other = found[kind].best if kind in found else None
        if other is None or made.energy_nj < other.energy_nj:
            found[kind] = candidate
    return sorted(found.values(), key=lambda each: each.best.energy_nj if each.best else math.inf)
