"""The command line of networks on systolic arrays: `python -m characterize array`."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from characterize import options as gate_options
from characterize.cli_network import chosen_network, subject_of
from characterize.errors import CharacterizeError
from characterize.network.array_energies import BESIDE, IDLE, ArrayEnergy, array_energies
from characterize.network.array_table import rows_of, write_rows
from characterize.network.layers import Gates, layers_at_gates
from sim import options
from sim.dataflow import Array
from sim.progress import progress


def array(
    net: options.Net = "digits",
    data: options.Data = "digits",
    architecture: options.Architecture = None,
    scheme: options.SchemeKind = "signed",
    bits_x: options.BitsX = 8,
    bits_w: options.BitsW = None,
    additions: options.Additions = None,
    settings: options.Settings = None,
    images: Annotated[int, typer.Option(min=1, help="The first test images.")] = 2,
    size: Annotated[str, typer.Option("--array", metavar="RxC", help="Its elements.")] = "64x64",
    unit: Annotated[
        str, typer.Option(help="pe_stationary, or pe_stationary_gated with gated clocks.")
    ] = "pe_stationary",
    library: gate_options.Library = "asap7",
    delays: gate_options.Delay = "zero",
    step: gate_options.Step = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    out: Annotated[Path, typer.Option(help="Folder of arrays.csv.")] = Path("results"),
    cache: gate_options.CacheFolder = None,
    no_cache: gate_options.NoCache = False,
) -> None:
    """Run a network on a weight-stationary array of elements: registers, idle cycles and all."""
    shape = shape_of(size)
    source, quantized, name = chosen_network(
        net, architecture, data, scheme, bits_x, bits_w, additions, settings, jobs
    )
    gates = Gates(unit, library, "weight", "given", delays, step)
    kept = gate_options.chosen_cache(cache, no_cache)
    test = source.test.part(0, images)
    with progress(f"{len(test)} images") as bar:
        task = bar.add_task("", total=len(test))
        found = array_energies(
            quantized, test.images, gates, shape, kept, jobs, lambda done: bar.advance(task, done)
        )
    layers = layers_at_gates(quantized, gates, kept)
    subject = subject_of(source, len(test), name, layers)
    vdd_v = layers[0].unit.netlist.library.conditions.vdd_v
    path = write_rows(rows_of(subject, gates, size, vdd_v, found), out)
    _show(found, f"{source.name} {name}, {size} of {unit}, {library}, {delays} delays")
    print(f"{found[-1].results:,} sums are those of the network's products, bit by bit")
    print(f"table: {path}")


def shape_of(text: str) -> Array:
    """The size of an array from `RxC`.

    Raises
    ------
    CharacterizeError
        If it is none.
    """
    match = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", text)
    if match is None:
        raise CharacterizeError(f"an array of '{text}': give rows x columns, 64x64 for one")
    return Array(int(match[1]), int(match[2]))


def _show(found: list[ArrayEnergy], title: str) -> None:
    table = Table("layer", "MACs", "cycles", "idle %", "fJ a MAC", "of it idle", "glitches %",
                  "nJ an image", title=title)  # fmt: skip
    for column in table.columns[1:]:
        column.justify = "right"
    for layer in found:
        idle = (layer.parts[IDLE] + layer.parts[BESIDE]) / layer.macs
        table.add_row(
            layer.layer, f"{layer.macs:,}", f"{layer.cycles:,.0f}",
            f"{100 * layer.idle_share:.1f}", f"{layer.energy_fj / layer.macs:.2f}", f"{idle:.2f}",
            f"{100 * layer.glitch_fj / layer.energy_fj:.1f}", f"{layer.energy_fj * 1e-6:.3f}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    whole = found[-1].energy_fj
    for what, values in (("parts", found[-1].parts), ("causes", found[-1].causes)):
        shares = (f"{n.removesuffix('_fj')} {100 * fj / whole:.1f} %" for n, fj in values.items())
        print(f"{what}: " + ", ".join(shares))
