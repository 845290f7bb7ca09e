"""The command line of whole networks' tasks: `python -m characterize tasks`."""

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from characterize import options as gate_options
from characterize.cli_network import chosen_network, default_unit, subject_of
from characterize.network.layers import Gates, layers_at_gates
from characterize.network.tasks_table import rows_of, write_rows
from characterize.network.work import Work, network_work
from sim import options
from sim.counting.shifting import shifting
from sim.network import Network
from sim.patches import Array
from sim.progress import progress


def tasks(
    net: options.Net = "digits",
    data: options.Data = "digits",
    architecture: options.Architecture = None,
    scheme: options.SchemeKind = "mixed",
    bits_x: options.BitsX = 8,
    bits_w: options.BitsW = None,
    settings: options.Settings = None,
    images: Annotated[int, typer.Option(min=1, help="The first test images.")] = 1,
    shift: Annotated[
        bool, typer.Option("--shift", help="Round an ONNX network's results as the RTL does.")
    ] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Count apart what no unit does.")
    ] = False,
    unit: Annotated[
        str | None, typer.Option(help="What multiplies: a registry entry that fits by default.")
    ] = None,
    library: gate_options.Library = "asap7",
    delays: gate_options.Delay = "zero",
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    out: Annotated[Path, typer.Option(help="Folder of network_tasks.csv.")] = Path("results"),
    cache: gate_options.CacheFolder = None,
) -> None:
    """Run everything that a network computes through gates: which share is no MAC."""
    source, quantized, name = chosen_network(
        net, architecture, data, scheme, bits_x, bits_w, None, settings, jobs
    )
    test = source.test.part(0, images)
    if shift:
        network = shifting(quantized)
        _show_shifted(quantized, network, source.test.images[:500])
    else:
        network = quantized
    kept = gate_options.chosen_cache(cache)
    kind = source.kind if source.quantized_already else scheme
    gates = Gates(unit or default_unit(network, kind, "output"), library, delay_model=delays)
    with progress(f"{len(test)} images") as bar:
        task = bar.add_task("", total=len(test))
        work = network_work(
            network, test.images, gates, kept, jobs, allow_missing,
            lambda done: bar.advance(task, done),
        )  # fmt: skip
    subject = subject_of(source, len(test), name, layers_at_gates(network, gates, kept))
    path = write_rows(rows_of(subject, gates, work), out)
    _show(work, f"{source.name} {name}, {library}, {delays} delays, one image")
    print(f"table: {path}")


def _show_shifted(before: Network, after: Network, images: Array) -> None:
    """What integer multipliers change."""
    classes = [network.classify(images)[0] for network in (before, after)]
    other = int(np.count_nonzero(classes[0] != classes[1]))
    print(f"rounded as the RTL does: {other} of {len(images)} images get another class")


def _show(work: Work, title: str) -> None:
    table = Table("operation", "units", "operations", "fJ each", "nJ", "share %", title=title)
    for column in table.columns[2:]:
        column.justify = "right"
    whole = work.energy_fj
    sums: dict[str, list[float]] = {"mac": [work.macs[-1].macs, work.mac_fj]}
    units = {"mac": {each.unit for each in work.macs[:-1]}}
    for each in work.others:
        found = sums.setdefault(each.operation, [0.0, 0.0])
        found[0] += each.operations
        found[1] += each.energy_fj
        units.setdefault(each.operation, set()).add(each.unit)
    for operation, (count, energy_fj) in sums.items():
        table.add_row(
            operation, ", ".join(sorted(units[operation])), f"{count:,.0f}",
            f"{energy_fj / count:.2f}", f"{energy_fj * 1e-6:.4f}", f"{100 * energy_fj / whole:.2f}",
        )  # fmt: skip
    for task in work.apart:
        table.add_row(task.operation, "apart", f"{task.count:,}", "", "", "")
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    compared = sum(each.results for each in work.others) + work.macs[-1].results
    print(f"{work.other_percent:.2f} % of {whole * 1e-6:.4f} nJ are beside MACs")
    print(f"{compared:,} results are those of the network simulator, bit by bit")
