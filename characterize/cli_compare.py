"""The command line of rivals: `python -m characterize compare`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from characterize import options as gate_options
from characterize.cache import Cache
from characterize.cli_network import subject_of
from characterize.cluster import on_cluster
from characterize.errors import CharacterizeError
from characterize.network.energies import network_energies
from characterize.network.layers import Gates, layers_at_gates
from characterize.network.rivals import RIVALS, Quantized, Rival, quantized_networks
from characterize.network.table import rows_of, write_rows
from characterize.network.truth import count_network
from sim import options
from sim.corrections import CORRECTIONS
from sim.sources import Source, named

_WIDTHS = (2, 3, 4, 5, 6, 7, 8)


def compare(
    net: Annotated[
        str, typer.Argument(help="digits (shipped), or weights (.npz) of a float network.")
    ] = "digits",
    data: options.Data = "digits",
    architecture: options.Architecture = None,
    bits: Annotated[list[int] | None, typer.Option(min=2, max=8, help="Widths; 2 to 8.")] = None,
    rival: Annotated[
        list[str] | None, typer.Option(help="Only these, as the table calls them.")
    ] = None,
    acc_bits: Annotated[int, typer.Option(min=8, max=32, help="Of all sums.")] = 32,
    corrections: Annotated[str, typer.Option(help="Of all networks: bias or all.")] = "bias",
    images: Annotated[int, typer.Option(min=1, help="Test images at the gates.")] = 2,
    accuracy_images: Annotated[
        int | None, typer.Option(min=1, help="Test images whose classes are counted; all.")
    ] = None,
    library: Annotated[
        list[str] | None, typer.Option(help="Shipped libraries, or cell tables; both.")
    ] = None,
    delays: Annotated[
        list[str] | None, typer.Option("--delay", help="zero, unit or library; zero and library.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    dask: options.Dask = None,
    out: Annotated[Path, typer.Option(help="Folder of networks.csv.")] = Path("results"),
    cache: gate_options.CacheFolder = None,
) -> None:
    """Run a network through every unit that could multiply it; totals into networks.csv."""
    rivals = _chosen(rival)
    if corrections not in CORRECTIONS:
        raise CharacterizeError(
            f"unknown corrections '{corrections}': known are {', '.join(CORRECTIONS)}"
        )
    source = named(net, architecture, data)
    if source.quantized_already:
        raise CharacterizeError(f"{net} is quantized already: rivals need a float network")
    conditions = [
        (one, model)
        for one in library or ("asap7", "sky130hd")
        for model in delays or ("zero", "library")
    ]
    kept = gate_options.chosen_cache(cache)
    widths = bits or _WIDTHS
    kinds = list(dict.fromkeys(one.kind for one in rivals))
    test = source.test if accuracy_images is None else source.test.part(0, accuracy_images)
    console = Console(stderr=True)
    shown: list[tuple[Quantized, Rival, tuple[str, str], float]] = []
    with on_cluster(dask, libraries=library or ()), Progress(
        TextColumn("comparing"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.description}"), console=console, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=len(widths) * len(rivals) * len(conditions))
        for made in quantized_networks(
            source.network, source.calibration_images, source.validation_images, test, kinds,
            widths, acc_bits, corrections, jobs,
        ):  # fmt: skip
            rows: list[dict[str, Any]] = []
            for one in (r for r in rivals if r.kind == made.kind):
                for library_name, model in conditions:
                    bar.update(task, description=f"{made.scheme}, {one.name}", advance=1)
                    gates = Gates(one.entry, library_name, one.dataflow, one.order, model)
                    found = _totals(source, made, gates, images, kept, jobs)
                    if isinstance(found, str):
                        print(f"left out: {made.scheme}, {one.name}: {found}", file=sys.stderr)
                        continue
                    rows += found
                    shown.append((made, one, (library_name, model), found[0]["energy_fj_per_mac"]))
            if rows:
                write_rows(rows, out)
    _show(shown, widths, rivals, conditions)
    print(f"table: {out / 'networks.csv'}")


def _chosen(names: list[str] | None) -> list[Rival]:
    known = {rival.name: rival for rival in RIVALS}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise CharacterizeError(f"unknown rival '{unknown[0]}': known are {'; '.join(known)}")
    return [known[name] for name in names] if names else list(RIVALS)


def _totals(
    source: Source, made: Quantized, gates: Gates, images: int, cache: Cache, jobs: int
) -> list[dict[str, Any]] | str:
    """The row of the whole network; the reason where no unit has its widths."""
    try:
        layers = layers_at_gates(made.network, gates, cache)
    except CharacterizeError as error:
        return str(error)
    test = source.test.part(0, images)
    counts = count_network(made.network, test.images, gates, cache, jobs)
    whole = network_energies(layers, counts)[-1]
    subject = subject_of(source, len(test), f"{made.scheme}", layers)
    return rows_of(subject, gates, [whole], accuracy=made.accuracy)


def _show(
    shown: list[tuple[Quantized, Rival, tuple[str, str], float]],
    widths: tuple[int, ...] | list[int],
    rivals: list[Rival],
    conditions: list[tuple[str, str]],
) -> None:
    for condition in conditions:
        library, model = condition
        table = Table("fJ a MAC (accuracy %)", *(f"{width} bits" for width in widths),
                      title=f"{library}, {model} delays")  # fmt: skip
        for rival in rivals:
            cells = {
                made.width: f"{energy:.1f} ({made.accuracy:.1f})"
                for made, one, where, energy in shown
                if one == rival and where == condition
            }
            table.add_row(rival.name, *(cells.get(width, "") for width in widths))
        Console(width=None if sys.stdout.isatty() else 160).print(table)
