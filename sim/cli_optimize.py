"""`python -m sim optimize`."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sim import options
from sim.accuracy import accuracy
from sim.dataflow import DATAFLOWS
from sim.errors import SimError
from sim.network import Network
from sim.optimize_table import OPTIMIZED
from sim.options import chosen_models, conditions_of
from sim.schemes import KINDS
from sim.searching.candidates import Candidate, Implementation, Wish, best_of, widths_of
from sim.searching.optimize import Search
from sim.sources import Source, named

_BASELINE = ("mac_array", "output", "32")  # and signed, 8 bits


def optimize_command(
    net: Annotated[
        str, typer.Argument(help="digits (shipped), weights (.npz), or float ONNX.")
    ] = "digits",
    data: options.Data = "digits",
    architecture: options.Architecture = None,
    loss: Annotated[
        float, typer.Option(min=0, help="Points of accuracy that may be lost, of training images.")
    ] = 1.0,
    library: options.Library = "asap7",
    delays: options.Delays = "library",
    dataflow: Annotated[str, typer.Option(help="any, output, weight or input.")] = "any",
    scheme: Annotated[
        list[str] | None, typer.Option(help="Kinds of schemes, all; may be given several times.")
    ] = None,
    budget_images: Annotated[
        int, typer.Option(min=1, help="Training images on which each network is judged.")
    ] = 2000,
    energy_images: options.EnergyImages = 8,
    models: options.ModelsPath = None,
    jobs: options.Jobs = 2,
    out: Annotated[Path, typer.Option(help="Folder of what is written.")] = Path("optimized"),
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Keep nothing.")] = False,
) -> None:
    """Find the implementation of least energy that loses no more than --loss points.

    Finished networks are kept: the same command goes on where it was interrupted.
    """  # fmt: skip
    source = named(net, architecture, data, onnx="a float ONNX file", validation=budget_images)
    kinds = tuple(scheme or KINDS)
    for what, given, known in (
        ("scheme", kinds, KINDS), ("dataflow", (dataflow,), ("any", *DATAFLOWS)),
    ):  # fmt: skip
        for name in given:
            if name not in known:
                raise SimError(f"unknown {what} '{name}': known are {', '.join(known)}")
    power = chosen_models(models, needed=True)
    assert power is not None
    flows = DATAFLOWS if dataflow == "any" else (dataflow,)
    conditions = conditions_of(library, delays)
    wish = Wish(loss, conditions, tuple(flows), kinds, energy_images)
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
        console=console, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("the float network", total=None)

        def advance(found: Candidate, before: bool) -> None:
            note = " (finished before)" if before else ""
            text = f"{found.scheme.kind} {found.family} {found.label}: {found.accuracy:.2f} %"
            bar.update(task, description=text + note, advance=1)

        search = Search(source, wish, power, jobs, not no_cache, advance)
        candidates = list(search.run())
    _write_table(source, wish, candidates, out)
    best = best_of(candidates, loss)
    judged = len(source.validation_images)
    print(f"{source.name}: float {search.float_accuracy:.2f} % of {judged} training images, "
          f"{accuracy(source.network, source.test, jobs):.2f} % of {len(source.test)} test images; "
          f"{len(candidates)} networks judged")  # fmt: skip
    if search.missing():
        print(f"no power models, not considered: {', '.join(search.missing())}")
    for entry, reason in search.left_out.items():
        print(f"{entry} is not considered for some networks: {reason}")
    if not best:
        raise SimError(f"no network loses {loss:g} points or less: allow more")
    _report(source, search, candidates, best, wish, jobs, out)


def _report(
    source: Source, search: Search, candidates: list[Candidate], best: list[Candidate],
    wish: Wish, jobs: int, out: Path,
) -> None:  # fmt: skip
    """The best of each kind, what the winner saves, its file and how to confirm it."""
    winner = best[0]
    assert winner.best is not None
    table = Table(
        "scheme", "widths", "unit", "dataflow", "sums",
        title=f"least energy at a loss of {wish.points:g} points or less, by kind of scheme; "
        f"{wish.conditions.library}, {wish.conditions.delay_model} delays",
    )  # fmt: skip
    for column in ("nJ an image", "32 bits", "16 bits", "paper flips", "validation %", "test %"):
        table.add_column(column, justify="right")
    exported = None
    for candidate in best:
        made = candidate.best
        assert made is not None
        network = search.network(candidate, made)
        exported = exported or network
        each = {row.accumulator: row for row in _same_unit(candidate, made)}
        table.add_row(
            candidate.scheme.kind, _widths(network, candidate), made.structure, made.dataflow,
            _sum_bits(network), f"{made.energy_nj:.3f}", _energy(each.get("32")),
            _energy(each.get("16")), f"{made.paper_flips:.2f}", f"{candidate.accuracy:.2f}",
            f"{accuracy(network, source.test, jobs):.2f}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 180).print(table)
    print(f"recommended: {winner.scheme.kind}, {winner.best.structure}, {winner.best.dataflow} "
          f"dataflow, {winner.best.energy_nj:.3f} nJ an image ({100 * winner.best.modelled:.0f} % "
          "by operand statistics, the rest by width tables)")  # fmt: skip
    for line in _comparisons(candidates, best):
        print(line)
    assert exported is not None
    _export(source, winner, winner.best, exported, wish, out)


def _comparisons(candidates: list[Candidate], best: list[Candidate]) -> Iterator[str]:
    made = best[0].best
    assert made is not None
    for candidate in candidates:
        for row in candidate.implementations:
            key = (row.structure, row.dataflow, row.accumulator)
            scheme = candidate.scheme
            if (scheme.kind, scheme.bits_x, scheme.layers) == ("signed", 8, ()) and (
                key == _BASELINE
            ):
                yield (f"8-bit signed, output-stationary, 32-bit sums: {row.energy_nj:.3f} nJ, "
                       f"{row.energy_nj / made.energy_nj:.2f} times as much")  # fmt: skip
    by_paper = min(best, key=lambda each: each.best.paper_flips if each.best else 0.0)
    assert by_paper.best is not None
    yield (
        f"by the paper's bit flips {by_paper.scheme.kind} would be the best of these "
        f"({by_paper.best.paper_flips:.2f} a multiplication), "
        f"{by_paper.best.energy_nj / made.energy_nj:.2f} times the energy"
    )
    for bits in ("32", "16"):
        each = [
            (row.energy_nj, candidate.scheme.kind, row.structure)
            for candidate in best
            for row in candidate.implementations
            if row.accumulator == bits
        ]
        if each:
            energy_nj, kind, structure = min(each)
            yield f"with sums of {bits} bits: {kind} on {structure}, {energy_nj:.3f} nJ"


def _export(
    source: Source, winner: Candidate, made: Implementation, network: Network, wish: Wish, out: Path
) -> None:
    path = out / f"{source.name}_{winner.scheme.kind}.onnx"
    try:
        from sim.exporters.qonnx import write_qonnx  # noqa: PLC0415 - an extra
    except SimError as error:
        print(f"not exported: {error}")
        return
    write_qonnx(network, path, winner.scheme.kind)
    print(f"network of integers: {path}")
    command = (
        "python", "-m", "characterize", "network", str(path), "--data", source.data, "--unit",
        made.structure, "--library", wish.conditions.library, "--dataflow", made.dataflow,
        "--delay", wish.conditions.delay_model,
    )  # fmt: skip
    print(f"confirm it at the gates: {shlex.join(command)}")


def _same_unit(candidate: Candidate, made: Implementation) -> Iterator[Implementation]:
    for row in candidate.implementations:
        if (row.structure, row.dataflow) == (made.structure, made.dataflow):
            yield row


def _widths(network: Network, candidate: Candidate) -> str:
    bits_x, bits_w = widths_of(network, candidate)
    text = f"x {bits_x:.1f}, w {bits_w:.1f}"
    if candidate.additions is not None:
        text += f", R {candidate.additions:.2f}"
    return f"{text} ({'each layer' if candidate.scheme.layers else 'uniform'})"


def _sum_bits(network: Network) -> str:
    bits = {layer.accumulator.bits for layer in network.weighted.values()}
    return str(min(bits)) if len(bits) == 1 else f"{min(bits)}-{max(bits)}"


def _energy(row: Implementation | None) -> str:
    return "" if row is None else f"{row.energy_nj:.3f}"


def _write_table(source: Source, wish: Wish, candidates: list[Candidate], out: Path) -> None:
    rows: list[tuple[Any, ...]] = [
        (source.name, source.data if source.data == "digits" else Path(source.data).name,
         wish.conditions.library, wish.conditions.delay_model, each.scheme.kind, each.family,
         each.label, f"dead_zone {each.scheme.dead_zone:g}", len(source.validation_images),
         each.accuracy, each.loss, each.loss <= wish.points, each.additions, row.structure,
         row.dataflow, row.accumulator, row.energy_nj, row.modelled, row.paper_flips)
        for each in candidates
        for row in each.implementations
    ]  # fmt: skip
    OPTIMIZED.write(pd.DataFrame(rows, columns=OPTIMIZED.names), out)
    print(f"{len(rows)} implementations: {OPTIMIZED.path(out)}")
