"""The command line of whole networks at the gates: `python -m characterize network`."""

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from characterize import options as gate_options
from characterize.cli_own import own_network, show_differences
from characterize.cluster import on_cluster
from characterize.errors import CharacterizeError
from characterize.network.energies import LayerEnergy, network_energies
from characterize.network.layers import Gates, LayerGates, layers_at_gates
from characterize.network.own import entry_of, is_own
from characterize.network.predictions import predictions
from characterize.network.sampled import TIER_B, Sampler, energy_fj, half_width_fj
from characterize.network.table import Subject, rows_of, write_rows
from characterize.network.tables import TIER_D, table_energies
from characterize.network.truth import count_network
from characterize.units import RTL_DIR, Entry, Registry
from sim import options
from sim.network import Network
from sim.operands import weight_format
from sim.options import scheme_of
from sim.patches import Array
from sim.progress import progress
from sim.sources import Source, named

TIER_A = "A"
TIERS = (TIER_A, TIER_B, TIER_D)
_UNITS = {"pann": "pann", "signmag": "mac_signmag", "csd": "csd"}
_SPLIT = "mac_split_gated"
_RESULTS = Path("results")
_MODEL_IMAGES = 10  # whose operands models look at: of more, statistics take hours


def network(
    net: options.Net = "digits",
    data: options.Data = "digits",
    architecture: options.Architecture = None,
    scheme: options.SchemeKind = "signed",
    bits_x: options.BitsX = 8,
    bits_w: options.BitsW = None,
    additions: options.Additions = None,
    settings: options.Settings = None,
    images: Annotated[int, typer.Option(min=1, help="The first test images.")] = 10,
    unit: Annotated[
        str | None,
        typer.Option(
            help="Registry entry or unit, or a multiplier or MAC of your own: FILE.v, or "
            "FILE.v:MODULE; by default one that fits scheme and dataflow.",
        ),
    ] = None,
    rtl: Annotated[Path, typer.Option("--rtl", help="Folder of units.toml.")] = RTL_DIR,
    library: gate_options.Library = "asap7",
    dataflow: options.Dataflow = "output",
    order: Annotated[str, typer.Option(help="Of weights: given, or sorted by sign.")] = "given",
    delays: gate_options.Delay = "zero",
    step: gate_options.Step = None,
    tier: Annotated[str, typer.Option(help="A: every operation; B: samples; D: tables.")] = "A",
    tolerance: Annotated[
        float, typer.Option(help="Of tier B: half of its 95 % interval, %.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="Of tier B's sample.")] = 0,
    models: options.ModelsPath = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    dask: options.Dask = None,
    out: Annotated[Path, typer.Option(help="Folder of networks.csv.")] = _RESULTS,
    cache: gate_options.CacheFolder = None,
    no_cache: gate_options.NoCache = False,
) -> None:
    """Run the multiplications of a network through the gates of the unit that makes them."""
    if tier not in TIERS:
        raise CharacterizeError(f"unknown tier '{tier}': known are {', '.join(TIERS)}")
    source, quantized, name = chosen_network(
        net, architecture, data, scheme, bits_x, bits_w, additions, settings, jobs
    )
    if source.quantized_already:
        scheme = source.kind
    entry = unit or default_unit(quantized, scheme, dataflow)
    kept = gate_options.chosen_cache(cache, no_cache)
    test = source.test.part(0, min(images, _MODEL_IMAGES) if tier == TIER_D else images)
    registry = Registry(rtl / "units.toml")
    own: Entry | None = entry_of(entry, registry) if rtl != RTL_DIR else None
    exact, percent = quantized, math.nan
    if is_own(entry, registry):
        own, quantized, percent = own_network(entry, registry, library, exact, source.test, jobs)
        entry = own.name
    if quantized is not exact and tier != TIER_A:
        raise CharacterizeError(f"tier {tier} is of exact products: take tier {TIER_A}")
    gates = Gates(entry, library, dataflow, order, delays, step, own)
    layers = layers_at_gates(quantized, gates, kept)
    subject = subject_of(source, len(test), name, layers)
    predicted: dict[str, list[LayerEnergy]] = {}
    if tier == TIER_A:
        with on_cluster(dask, rtl, [library]), progress(f"{len(test)} images") as bar:
            task = bar.add_task("", total=len(test))
            counts = count_network(
                quantized, test.images, gates, kept, jobs, lambda done: bar.advance(task, done)
            )
        found: list[LayerEnergy] = network_energies(layers, counts)
        predicted = dict(_predicted(quantized, test.images, layers, gates, models, found))
    elif tier == TIER_D:
        found = table_energies(quantized, test.images, layers, gates)
    else:
        found = _sampled(Sampler(quantized, test.images, gates, kept), tolerance, seed)
    rows = rows_of(subject, gates, found[:-1], tier)
    rows += rows_of(subject, gates, found[-1:], tier, percent)
    for other, energies in predicted.items():
        rows += rows_of(subject, gates, energies, other)
    path = write_rows(rows, out)
    how = f"{library}, {dataflow}-stationary, {delays} delays"
    _show(found, f"{source.name} {name}, {entry}, {how}")
    _show_errors(found, predicted)
    for layer in found[:-1]:
        if layer.overflows:
            print(f"{layer.layer}: {layer.overflows:g} sums an image left the accumulator")
    if found[-1].results:
        print(f"{found[-1].results:,} sums are those of the network simulator, bit by bit")
    if quantized is not exact:
        show_differences(quantized, test.images)
    print(f"table: {path}")


def _sampled(sampler: Sampler, tolerance: float, seed: int) -> list[LayerEnergy]:
    """Tier B, and a line about it."""
    samples, pilot = sampler.sample(tolerance, seed)
    cycles = sum(sample.transitions for sample in samples)
    every = sum(sample.stratum.cycles for sample in samples) * sampler.images
    percent = 100 * half_width_fj(samples) / energy_fj(samples)
    print(
        f"{cycles:,} of {every:,} cycles sampled, {pilot:,} before them as a pilot: "
        f"+- {percent:.3g} % of the network's energy"
    )
    return sampler.energies(samples)


def chosen_network(
    net: str,
    architecture: Path | None,
    data: str,
    scheme: str,
    bits_x: int,
    bits_w: int | None,
    additions: float | None,
    settings: list[str] | None,
    jobs: int,
) -> tuple[Source, Network, str]:
    """Where it is from, its integers, and the scheme's name."""
    chosen = scheme_of(scheme, bits_x, bits_w, additions, settings)
    source = named(net, architecture, data, accumulator=options.own_accumulator(chosen, settings))
    if source.quantized_already:
        return source, source.network, "own"
    return source, source.quantized(chosen, jobs), str(chosen)


def default_unit(network: Network, scheme: str, dataflow: str) -> str:
    """A registry entry that fits scheme and dataflow."""
    if dataflow != "output":
        return "mac_stationary"
    split = any(layer.accumulator.split for layer in network.weighted.values())
    return _UNITS.get(scheme, _SPLIT if split else "mac_array")


def subject_of(source: Source, images: int, scheme: str, layers: list[LayerGates]) -> Subject:
    """What the table says of the network: widths are those of most multiplications."""
    widths: dict[tuple[int, int, int], int] = {}
    for layer in layers:
        key = (
            layer.layer.x_format.bits,
            weight_format(layer.layer).bits,
            layer.layer.accumulator.bits,
        )
        widths[key] = widths.get(key, 0) + layer.macs
    bits_x, bits_w, acc_bits = max(widths, key=lambda key: widths[key])
    return Subject(
        source.name, source.test.name, images, scheme, _encoding(layers[0]), bits_x, bits_w,
        acc_bits,
    )  # fmt: skip


def _encoding(layer: LayerGates) -> str:
    unit = layer.unit.netlist.unit
    roles = {port.role for port in unit.operands}
    if "shift" in roles:
        return "digits"
    if {"sign", "q"} & roles:
        return "unsigned"
    w = unit.port("w")
    assert w is not None
    return "signmag" if str(w.format).startswith("m") else "twos"


def _predicted(
    network: Network,
    images: Array,
    layers: list[LayerGates],
    gates: Gates,
    models: Path | None,
    truth: list[LayerEnergy],
) -> Iterator[tuple[str, list[LayerEnergy]]]:
    """Tiers C and E, where there are power models, and few enough images."""
    if len(images) > _MODEL_IMAGES:
        print(f"models are held against the gates with --images {_MODEL_IMAGES} or fewer")
        return
    power = options.chosen_models(models)
    if power is not None:
        yield from predictions(network, images, layers, gates, power, truth)


def _show_errors(truth: list[LayerEnergy], predicted: dict[str, list[LayerEnergy]]) -> None:
    table = Table("model", "layer, mean error %", "worst %", "network %", "what it says")
    for column in table.columns[1:-1]:
        column.justify = "right"
    for tier, energies in predicted.items():
        errors = [
            100 * (said.energy_fj / true.energy_fj - 1)
            for said, true in zip(energies, truth, strict=True)
        ]
        by_layer = [abs(error) for error in errors[:-1]]
        table.add_row(
            tier, f"{sum(by_layer) / len(by_layer):.2f}", f"{max(by_layer):.2f}",
            f"{errors[-1]:+.2f}", _said(tier),
        )  # fmt: skip
    if predicted:
        Console(width=None if sys.stdout.isatty() else 140).print(table)


def _said(tier: str) -> str:
    """A model in words."""
    _, _, name = tier.partition(" ")
    return {
        "": "operand statistics of each layer",
        "formula": "bit flips of the PANN paper",
        "best": "the constant that is right for this network",
    }.get(name, f"a constant, from {name} operands")


def _show(found: list[LayerEnergy], title: str) -> None:
    table = Table("layer", "unit", "MACs", "cycles a MAC", "fJ a MAC", "+- fJ", "glitches %",
                  "nJ an image", title=title)  # fmt: skip
    for column in table.columns[2:]:
        column.justify = "right"
    for layer in found:
        interval = layer.energy_ci_fj / layer.macs
        table.add_row(
            layer.layer, layer.unit, f"{layer.macs:,}", f"{layer.cycles / layer.macs:.3f}",
            f"{layer.energy_fj / layer.macs:.3f}",
            "" if math.isnan(interval) else f"{interval:.3f}",
            "" if math.isnan(layer.glitch_fj) else f"{100 * layer.glitch_fj / layer.energy_fj:.1f}",
            f"{layer.energy_fj * 1e-6:.3f}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    parts = found[-1].parts
    if not parts:
        return
    whole = found[-1].energy_fj
    print("parts: " + ", ".join(f"{name} {100 * fj / whole:.1f} %" for name, fj in parts.items()))
    causes = ((name.removesuffix("_fj"), fj) for name, fj in found[-1].causes.items())
    print("causes: " + ", ".join(f"{name} {100 * fj / whole:.1f} %" for name, fj in causes))
