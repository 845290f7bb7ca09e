"""No kind of scheme gets more than another: images, corrections, the charge of every layer."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from sim.charges import measured_flips
from sim.corrections import CORRECTIONS, VARIANTS, corrected
from sim.energy import network_energy
from sim.errors import SimError
from sim.image_files import Images
from sim.network import Network
from sim.ops import csd_digits
from sim.pann import mac_bit_flips, pann_bit_flips
from sim.quantize import quantize
from sim.schemes import KINDS, Scheme, Widths
from sim.searching import deployment as deployment_module
from sim.searching.deployment import Deployment
from sim.searching.layer_widths import flips_cost, multiplications, options, widths_under
from sim.searching.sensitivities import Probe, Sensitivity
from sim.searching.settings import Setting, search_layers
from sim.sources import Source

# What tells the kinds apart; everything else must be the same.
OWN = {"kind", "bits_x", "bits_w", "additions", "layers"}
BUDGETS = {"pann": 10.0, "csd": 10.0, "split": 24.0, "split-signed": 24.0}


def _widths(kind: str) -> Widths:
    return Widths(4, additions=1.5) if kind == "pann" else Widths(4, 4)


@pytest.mark.parametrize("given", CORRECTIONS)
def test_every_kind_gets_the_same_corrections(given: str) -> None:
    schemes = [corrected(kind, _widths(kind), given) for kind in KINDS]
    for field in fields(Scheme):
        if field.name not in OWN:
            assert len({getattr(scheme, field.name) for scheme in schemes}) == 1, field.name
    assert all(scheme.bias_correction for scheme in schemes)
    assert {scheme.weight_rounding for scheme in schemes} == (
        {"feedback"} if given == "all" else {"nearest"}
    )
    with pytest.raises(SimError, match="unknown corrections 'some': known are bias, all"):
        corrected("split", Widths(4, 4), "some")


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=150, validation=60)


Found = dict[str, tuple[list[Setting], list[tuple[Scheme, Images]], list[Images]]]


@pytest.fixture(scope="module")
def found(source: Source) -> Found:
    """Of every kind its settings, what was quantized on which images, and probed on which."""
    made: Found = {}
    patch = pytest.MonkeyPatch()
    quantized: list[tuple[Scheme, Images]] = []
    probed: list[Images] = []

    def watched(network: Network, scheme: Scheme, images: Images, *rest: Any) -> Network:
        quantized.append((scheme, images))
        return quantize(network, scheme, images, *rest)

    class Watched(Probe):
        def __init__(self, network: Network, scheme: Scheme, images: Images, jobs: int) -> None:
            probed.append(images)
            super().__init__(network, scheme, images, jobs)

    patch.setattr(deployment_module, "quantize", watched)
    patch.setattr(deployment_module, "Probe", Watched)
    images = source.calibration_images.images
    for kind in KINDS:
        quantized.clear()
        probed.clear()
        deployment = Deployment(source.network, images)
        budget = BUDGETS.get(kind, 36.0)
        settings = search_layers(deployment, kind, budget, source.validation_images)
        made[kind] = settings, list(quantized), list(probed)
    patch.undo()
    return made


def test_every_kind_sees_the_same_images(source: Source, found: Found) -> None:
    images = source.calibration_images.images
    for kind, (settings, quantized, probed) in found.items():
        assert len(quantized) == len(VARIANTS) == len(settings), kind
        assert all(np.array_equal(given, images) for _, given in quantized), kind
        assert len(probed) == 1
        assert np.array_equal(probed[0], images[:128])
        variants = [(scheme.compensated, scheme.dead_zone) for scheme, _ in quantized]
        assert variants == [(v.get("compensated", False), v.get("dead_zone", 0.5))
                            for v in VARIANTS], kind  # fmt: skip
        assert all(scheme.batch_norm == "reestimated" for scheme, _ in quantized)
        distances = [setting.distance for setting in settings]
        assert all(distance is not None for distance in distances)
        assert distances == sorted(distances, key=lambda distance: distance or 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_layer_is_charged_with_what_is_measured(
    kind: str, source: Source, found: Found
) -> None:
    """By hand, from the integers: the first and the last layer, and rounded additions."""
    setting = found[kind][0][0]
    network = quantize(source.network, setting.scheme, source.calibration_images.images)
    macs = network.macs()
    assert set(macs) == set(dict(setting.scheme.layers)) == set(network.weighted)
    flips = 0.0
    for name, layer in network.weighted.items():
        widths = dict(setting.scheme.layers)[name]
        assert layer.x_format.bits == widths.bits_x
        if kind == "pann":
            each = pann_bit_flips(widths.bits_x, float(np.abs(layer.weight).mean()))
        elif kind == "csd":
            digits = [sum(map(abs, csd_digits(int(w)))) for w in layer.weight.flat]
            each = (sum(digits) / len(digits) + 0.5) * widths.bits_x
        else:
            assert widths.bits_w is not None
            signed = kind in ("signed", "mixed", "signmag")
            bits_w = widths.bits_w - (kind == "split-signed")
            each = sum(mac_bit_flips(widths.bits_x, bits_w, signed).values())
        flips += macs[name] * each
    assert setting.measured_flips == pytest.approx(flips / sum(macs.values()))
    # Digits are counted after rounding to the float inputs, which differ a little.
    spare = 0.03 if kind == "csd" else 1e-9
    assert setting.measured_flips <= setting.budget_flips * (1 + spare)
    # Little of the budget is left where widths are fine enough to spend it.
    if kind == "pann":
        assert setting.measured_flips > 0.9 * setting.budget_flips


def test_costs_are_those_of_the_energy_account(source: Source) -> None:
    """What the search thinks that widths cost is what a network of them is charged."""
    counts = multiplications(source.network)
    for kind in KINDS:
        scheme = corrected(kind, _widths(kind), "bias")
        network = source.quantized(scheme)
        assert network.macs() == counts
        if kind == "csd":
            continue  # the account has no shift-and-add unit
        cost = flips_cost(scheme)
        for name, row in zip(
            counts, network_energy(network, source.test.images[:1], None, pann=kind == "pann"),
            strict=False,
        ):  # fmt: skip
            value = float(np.abs(network.weighted[name].weight).mean()) if kind == "pann" else 4
            assert row.paper_flips == pytest.approx(counts[name] * cost(name, 4, value)), kind
        total = network_energy(network, source.test.images[:1], None, pann=kind == "pann")[-1]
        mean = total.paper_flips / total.macs
        assert measured_flips(network, scheme) == pytest.approx(mean), kind


def _toy(kind: str) -> dict[str, Sensitivity]:
    activations = {2: 1.0, 3: 0.3, 4: 0.1}
    weights = {0.5: 0.8, 1.0: 0.2, 2.0: 0.05} if kind == "pann" else {2: 0.9, 3: 0.25, 4: 0.06}
    return {
        name: Sensitivity(
            {bits: loss * factor for bits, loss in activations.items()},
            {value: loss * factor for value, loss in weights.items()},
        )
        for name, factor in (("first", 5.0), ("middle", 1.0), ("last", 0.1))
    }


@pytest.mark.parametrize("kind", ["pann", "split"])
def test_a_cost_of_ones_own_decides(kind: str) -> None:
    """Where the first layer's activations are made dear, it gets fewer bits than by the formula."""
    counts = {"first": 10, "middle": 100, "last": 10}
    base = corrected(kind, _widths(kind), "all")
    formula = flips_cost(base)

    def dear(layer: str, bits_x: int, value: float) -> float:
        return formula(layer, bits_x, value) + (100.0 * bits_x if layer == "first" else 0.0)

    def chosen(cost: Callable[[str, int, float], float]) -> dict[str, Widths]:
        given = options(_toy(kind), counts, cost, kind == "pann")
        budget = 0.6 * max(sum(o.cost for o in row) for row in zip(*given.values(), strict=True))
        scheme = widths_under(base, _toy(kind), counts, budget / sum(counts.values()), cost)
        own = dict(scheme.layers)
        spent = sum(
            counts[name] * cost(name, w.bits_x, w.additions or w.bits_w or 0)
            for name, w in own.items()
        )
        assert spent <= budget * (1 + 1e-9)
        return own

    assert chosen(formula)["first"].bits_x == 4
    assert chosen(dear)["first"].bits_x < 4
