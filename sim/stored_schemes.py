"""Schemes read back from JSON."""

from collections.abc import Mapping
from typing import Any

from sim.accumulators import Accumulator
from sim.kept_values import KeptValues
from sim.priced_values import PricedValues
from sim.schemes import Scheme, Widths


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
