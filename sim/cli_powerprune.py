"""`python -m sim powerprune`."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sim import options
from sim.accuracy import accuracy
from sim.errors import SimError
from sim.network import Network
from sim.pruning.confirmation import confirmed
from sim.pruning.kept_files import kept_folder, write_kept
from sim.pruning.powerpruning import Pruning
from sim.pruning.powerpruning_table import POWERPRUNING, row_of
from sim.pruning.pruned_networks import Candidate
from sim.pruning.weight_tables import WeightTables
from sim.pruning.wish import Wish
from sim.sources import Source, named

_TRIES = 3  # networks that are retrained until one meets the loss,
_LESS = 0.7  # each of which lost so much less than the one before it
_STEEPEST = 1.0  # norm of gradients, which few values make large at the beginning


def powerprune_command(
    net: Annotated[
        str, typer.Argument(help="digits (shipped), weights (.npz), or float ONNX.")
    ] = "digits",
    tables: Annotated[
        Path | None, typer.Option(help="Of `python -m characterize weights NET` (.npz).")
    ] = None,
    data: options.Data = "digits",
    architecture: options.Architecture = None,
    loss: Annotated[
        float, typer.Option(min=0, help="Points that may be lost against 8 bits, of training.")
    ] = 1.0,
    voltage: Annotated[
        bool, typer.Option("--voltage/--no-voltage", help="Whether the supply may fall.")
    ] = True,
    supply: Annotated[float | None, typer.Option(help="The supply in V; chosen.")] = None,
    method: Annotated[str, typer.Option(help="global, layers or pann.")] = "global",
    most_fj: Annotated[
        float | None, typer.Option(help="Of global: the power threshold; searched.")
    ] = None,
    most_ps: Annotated[
        float | None, typer.Option(help="Of global: the delay threshold; searched.")
    ] = None,
    bits_x: Annotated[
        int | None, typer.Option(min=2, max=8, help="Of layers and pann: bits of activations.")
    ] = None,
    retrain: Annotated[int, typer.Option(min=0, help="Epochs (extra `train`).")] = 0,
    regained: Annotated[
        float, typer.Option(min=0, help="Points that retraining is expected to win back.")
    ] = 2.0,
    rate: Annotated[float, typer.Option(help="Learning rate of retraining.")] = 0.005,
    trained_images: Annotated[
        int | None, typer.Option(min=1, help="Training images of an epoch; all.")
    ] = None,
    budget_images: Annotated[
        int, typer.Option(min=1, help="Training images on which each network is judged.")
    ] = 2000,
    higher: Annotated[int, typer.Option(min=0, help="Of layers: offered a higher price.")] = 8,
    images: options.ImageCount = None,
    jobs: options.Jobs = 2,
    out: Annotated[
        Path,
        typer.Option(help="Folder of powerpruning.csv; of kept values, powerpruning/."),
    ] = Path("results"),
) -> None:
    """Restrict weights and activations to values of little energy and delay; lower the supply.

    Energies are those of measured tables; the command that confirms them at the gates is
    printed.
    """
    if tables is None:
        raise SimError("give --tables, a file of `python -m characterize weights NET --out DIR`")
    if retrain and method == "pann":
        raise SimError("--retrain is for global and layers: PANN's own is `python -m sim finetune`")
    wish = Wish(method, loss + (regained if retrain else 0), voltage, supply, most_fj, most_ps,
                bits_x, higher)  # fmt: skip
    read = WeightTables.load(tables)
    source = named(net, architecture, data, onnx="a float ONNX file", validation=budget_images)
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
        console=console, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("the unpruned network", total=None)

        def advance(found: Candidate) -> None:
            text = f"{found.label}: {found.loss:.2f} points, {found.scaled_nj:.4g} nJ"
            bar.update(task, description=text, advance=1)

        pruning = Pruning(source, read, wish, jobs, advance)
        found = pruning.run()
    pruning.wish = replace(wish, points=loss)
    chosen = (
        _retrained(pruning, found, retrain, rate, trained_images, jobs) if retrain else found[0]
    )
    _show(found, chosen)
    test = source.test if images is None else source.test.part(0, images)
    unpruned = accuracy(pruning.baseline.network, test, jobs)
    percent = accuracy(chosen.network, test, jobs)
    values = row_of(pruning, chosen, percent, unpruned, len(test), retrain)
    trained = (f"_x{bits_x}" if bits_x else "") + (f"_retrained{retrain}" if retrain else "")
    name = f"{source.name}_{method}_{loss:g}{'_voltage' if voltage else ''}{trained}"
    folder = kept_folder(out, read.conditions)
    write_kept(folder / f"{name}.json", pruning, chosen, values)
    count = _put([values], out)
    print(
        f"{source.name}: {percent:.2f} % of the {len(test)} test images, unpruned {unpruned:.2f} %"
    )
    print(f"{values['weights_kept']} weights, {values['activations_kept']} activations are left; "
          f"the slowest transition takes {chosen.longest_ps:.4g} of "
          f"{read.conditions.static_critical_ps:.4g} ps")  # fmt: skip
    print(f"{chosen.energy_nj:.4g} nJ an image by the tables, unpruned "
          f"{pruning.baseline.energy_nj:.4g} nJ: {values['saving_nominal_percent']:.1f} % saved; "
          f"at {chosen.vdd_v:g} V {values['saving_percent']:.1f} %")  # fmt: skip
    print("not in it: the lookup of kept activations behind requantizers" if chosen.activations
          else "all activations are kept: no lookup is needed")  # fmt: skip
    print(f"kept values: {folder / f'{name}.json'}; {count}")
    _export(source, pruning, chosen, folder, name)


def confirm_command(
    kept: Annotated[Path, typer.Argument(help="Kept values that powerprune wrote (.json).")],
    gates: Annotated[
        Path, typer.Argument(help="networks.csv or arrays.csv with both exported networks.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of powerpruning.csv.")] = Path("results"),
) -> None:
    """Put the energies that the gates had, before and after, beside those by tables."""
    rows = confirmed(kept, gates)
    for row in rows:
        where = f"{row['array']} of {row['unit']}" if row["array"] else row["unit"]
        print(f"{where}: {row['energy_before_nj']:.4g} nJ, then {row['energy_after_nj']:.4g} nJ, "
              f"{row['saving_nominal_percent']:.1f} % saved; at {row['vdd_v']:g} V "
              f"{row['saving_percent']:.1f} %")  # fmt: skip
    print(_put(rows, out))


def _put(rows: list[dict[str, Any]], out: Path) -> str:
    """Put rows into the table, and say how many there are then."""
    count = POWERPRUNING.replace(pd.DataFrame(rows), out, order=POWERPRUNING.key)
    return f"{count} rows: {POWERPRUNING.path(out)}"


def _retrained(
    pruning: Pruning, found: list[Candidate], epochs: int, rate: float, images: int | None,
    jobs: int,
) -> Candidate:  # fmt: skip
    """The first network that meets the loss after training, of the cheapest that may."""
    try:
        import torch  # noqa: PLC0415 - an extra

        from sim.train.loop import Descent  # noqa: PLC0415 - needs the extra
        from sim.train.powerprune import retrained  # noqa: PLC0415 - needs the extra
    except ImportError as error:
        raise SimError("training needs PyTorch: pip install '.[train]'") from error
    torch.set_num_threads(jobs)
    source, wish = pruning.source, pruning.wish
    seen = source.train if images is None else source.train.part(0, images)
    colours = source.train.images.shape[3] == 3
    descent = Descent(epochs, rate=rate, augmented=colours, steepest=_STEEPEST)
    tries: list[Candidate] = []
    for candidate in found:
        if candidate.scheme.kept_weights and (
            not tries or candidate.loss <= _LESS * tries[-1].loss
        ):
            tries.append(candidate)
    made = []
    for candidate in tries[:_TRIES]:
        scheme, _, network = retrained(
            source, candidate.scheme, candidate.network, descent, None, jobs, images=seen
        )
        judged = pruning.candidate(f"{candidate.label}, retrained", scheme, network)
        print(f"{candidate.label}: {candidate.loss:.2f} points lost, {judged.loss:.2f} retrained")
        if judged.loss <= wish.points:
            return judged
        made.append(judged)
    raise SimError(
        f"none of {len(made)} retrained networks loses {wish.points:g} points or less, the best "
        f"loses {min(each.loss for each in made):.2f}: allow more, or lower --regained"
    )


def _show(found: list[Candidate], chosen: Candidate) -> None:
    table = Table("made with")
    for column in ("points lost", "nJ nominal", "slowest ps", "supply V", "nJ"):
        table.add_column(column, justify="right")
    for each in [chosen, *(each for each in found if each is not chosen)]:
        table.add_row(
            each.label, f"{each.loss:.2f}", f"{each.energy_nj:.4g}", f"{each.longest_ps:.4g}",
            f"{each.vdd_v:g}", f"{each.scaled_nj:.4g}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def _export(source: Source, pruning: Pruning, chosen: Candidate, out: Path, name: str) -> None:
    """Both networks as files, and how their energies are confirmed."""
    try:
        from sim.exporters.qonnx import write_qonnx  # noqa: PLC0415 - an extra
    except SimError as error:
        print(f"not exported: {error}")
        return
    before: tuple[str, Network, str] = (
        f"{source.name}_unpruned", pruning.baseline.network, pruning.base.kind
    )  # fmt: skip
    conditions = pruning.tables.conditions
    for label, network, kind in (before, (name, chosen.network, chosen.scheme.kind)):
        path = out / f"{label}.onnx"
        write_qonnx(network, path, kind)
        command = (
            "python", "-m", "characterize", "network", str(path), "--data", source.data, "--unit",
            conditions.unit, "--library", conditions.library, "--dataflow", "weight", "--delay",
            conditions.delay_model, "--images", "1",
        )  # fmt: skip
        print(f"confirm it at the gates: {shlex.join(command)}")
