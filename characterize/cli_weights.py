"""The command line of tables to choose weights by: `python -m characterize weights`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from characterize import options as gate_options
from characterize.cache import Cache
from characterize.cli_network import chosen_network
from characterize.errors import CharacterizeError
from characterize.network.layers import Gates, LayerGates, layers_at_gates
from characterize.pruning.tables import PruningTables, pruning_tables
from sim import options
from sim.network import Network
from sim.progress import progress


def weights(
    net: options.Net = "digits",
    data: options.Data = "digits",
    architecture: options.Architecture = None,
    scheme: options.SchemeKind = "signed",
    bits_x: options.BitsX = 8,
    bits_w: options.BitsW = None,
    additions: options.Additions = None,
    settings: options.Settings = None,
    images: Annotated[
        int, typer.Option(min=1, help="The first training images, whose transitions count.")
    ] = 10,
    unit: Annotated[
        str, typer.Option(help="Registry entry or unit with x, w and addend.")
    ] = "mac_stationary",
    library: gate_options.Library = "asap7",
    delays: gate_options.Delay = "library",
    step: gate_options.Step = None,
    jobs: Annotated[int, typer.Option(min=1, help="Threads that quantize.")] = 2,
    out: Annotated[Path, typer.Option(help="Folder of the file.")] = Path("results/partial"),
    cache: gate_options.CacheFolder = None,
    no_cache: gate_options.NoCache = False,
) -> None:
    """Energy and delay of a MAC for every weight and transition of the activation.

    For `python -m sim powerprune`; the file is large, and made anew in a minute or two.
    """
    source, quantized, name = chosen_network(
        net, architecture, data, scheme, bits_x, bits_w, additions, settings, jobs
    )
    gates = Gates(unit, library, "weight", "given", delays, step)
    layers = one_unit(quantized, gates, gate_options.chosen_cache(cache, no_cache))
    seen = source.train.part(0, images)
    kept = quantized.run(seen.images, tuple({layer.source for layer in layers})).kept
    about = {"network": source.name, "dataset": source.train.name, "images": len(seen),
             "scheme": name}  # fmt: skip
    with progress("tables of") as bar:
        task = bar.add_task("", total=len(layers) + 2)
        found = pruning_tables(
            layers, kept, about, lambda what: bar.update(task, advance=1, description=what)
        )
    mapped = layers[0].unit.netlist
    path = out / f"{source.name}_{mapped.unit.name}_{mapped.library.name}_{delays}.npz"
    found.write(path)
    _show(found)
    print(f"tables: {path}")


def one_unit(network: Network, gates: Gates, cache: Cache) -> list[LayerGates]:
    """All layers on one unit: the smallest of those that they would take which holds them all.

    Raises
    ------
    CharacterizeError
        If none does.
    """
    layers = layers_at_gates(network, gates, cache)
    units = {layer.unit.netlist.unit.name: layer.unit for layer in layers}
    if len(units) == 1:
        return layers
    for name in sorted(units, key=lambda unit: units[unit].netlist.nets):
        try:
            return layers_at_gates(network, replace(gates, entry=name), cache)
        except CharacterizeError:
            continue
    raise CharacterizeError(
        f"the layers need {', '.join(sorted(units))}, and none of them holds them all: "
        "take a scheme with the same numbers in all layers"
    )


def _show(found: PruningTables) -> None:
    """The most and the least of what was found."""
    mean = found.energy_fj[-1]
    weights = found.multiplier.weights
    least, most = int(np.argmin(mean)), int(np.argmax(mean))
    print(
        f"uniform transitions: {mean[least]:.1f} fJ a cycle with weight {weights[least]}, "
        f"{mean[most]:.1f} fJ with {weights[most]}, {mean.mean():.1f} fJ in the mean"
    )
    arrivals = found.multiplier.arrival_ps
    if np.isfinite(arrivals).all():
        static, floor = found.meta["static_critical_ps"], found.meta["addend_path_ps"]
        latest = arrivals.max(axis=(1, 2))
        most, median, least = (
            100 * ps / static for ps in (latest.max(), float(np.median(arrivals)), floor)
        )
        print(
            f"static path {static:.0f} ps; of it the latest transition takes {most:.1f} %, the "
            f"median one {median:.1f} %, the sum that arrives {least:.1f} %; "
            f"{(latest < 0.95 * static).sum()} of {len(weights)} weights stay below 95 %"
        )
