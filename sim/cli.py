"""The command line: `python -m sim`."""

import io
import logging
import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from sim import datasets, options
from sim.accounting.layer_energy import LayerEnergy
from sim.charges import measured_additions, measured_flips
from sim.cli_finetune import finetune_command
from sim.cli_optimize import optimize_command
from sim.cli_powerprune import confirm_command, powerprune_command
from sim.cli_sweep import sweep_command
from sim.cli_transistor_ops import transistor_ops_command
from sim.energy import network_energy
from sim.errors import SimError
from sim.files import read_toml, write_bytes
from sim.network import Network
from sim.options import chosen_models, conditions_of, evaluated, own_accumulator, scheme_of
from sim.progress import progress
from sim.sources import Source
from sim.training import train

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Run quantized networks in exact integers; their accuracy and their energy.",
)
app.command("sweep")(sweep_command)
app.command("finetune")(finetune_command)
app.command("optimize")(optimize_command)
app.command("transistor-ops")(transistor_ops_command)
app.command("powerprune")(powerprune_command)
app.command("powerprune-confirm")(confirm_command)
_CAUSES = {"switching_fj": "switching", "internal_fj": "internal", "clock_fj": "clock",
           "leakage_fj": "leakage"}  # fmt: skip


@app.command()
def evaluate(
    weights: options.Weights = None,
    architecture: options.Architecture = None,
    onnx: options.Onnx = None,
    data: options.Data = "digits",
    scheme: options.SchemeKind = "split",
    bits_x: options.BitsX = 4,
    bits_w: options.BitsW = None,
    additions: options.Additions = None,
    settings: options.Settings = None,
    images: options.ImageCount = None,
    energy_images: options.EnergyImages = 8,
    models: options.ModelsPath = None,
    library: options.Library = "asap7",
    delays: options.Delays = "library",
    jobs: options.Jobs = 2,
) -> None:
    """Accuracy on the test images, and energy by layer; of the shipped network by default."""
    source, network, pann, name = _subject(
        weights, architecture, onnx, data, scheme, bits_x, bits_w, additions, settings, jobs
    )
    test = source if images is None else source.part(0, images)
    with progress(f"{len(test)} images") as bar:
        task = bar.add_task("", total=len(test))
        percent, overflows = evaluated(network, test, jobs, lambda n: bar.advance(task, n))
    print(f"{name}: {percent:.2f} % of the {len(test)} images of {test.name}")
    for layer, count in overflows.items():
        if count:
            print(f"{layer}: {count} sums left the accumulator")
    if scheme == "csd" and not onnx:
        flips = measured_flips(network, scheme_of(scheme, bits_x, bits_w, None, settings))
        print(f"{flips:.3f} bit flips an element; there is no energy account of csd yet")
        return
    found = network_energy(
        network, test.images[:energy_images], chosen_models(models), conditions_of(library, delays),
        pann,
    )  # fmt: skip
    _show(network, found, pann)


@app.command()
def energy(
    weights: options.Weights = None,
    architecture: options.Architecture = None,
    onnx: options.Onnx = None,
    data: options.Data = "digits",
    scheme: options.SchemeKind = "split",
    bits_x: options.BitsX = 4,
    bits_w: options.BitsW = None,
    additions: options.Additions = None,
    settings: options.Settings = None,
    energy_images: options.EnergyImages = 8,
    models: options.ModelsPath = None,
    library: options.Library = "asap7",
    delays: options.Delays = "library",
    multiplier: options.Multiplier = "array",
    dataflow: options.Dataflow = "output",
    array: options.ArrayShape = None,
    jobs: options.Jobs = 2,
) -> None:
    """Energy by layer, part and cause."""
    if scheme == "csd":
        raise SimError("there is no energy account of csd yet: take another scheme")
    conditions = conditions_of(library, delays, multiplier, dataflow, array)
    power = chosen_models(models, needed=True)
    source, network, pann, name = _subject(
        weights, architecture, onnx, data, scheme, bits_x, bits_w, additions, settings, jobs
    )
    found = network_energy(network, source.images[:energy_images], power, conditions, pann)
    print(f"{name}, for one image of {source.name}")
    _show(network, found, pann)
    _show_shares(found, "part")
    _show_shares(found, "cause")


@app.command("datasets")
def list_datasets(
    sources: Annotated[
        list[str] | None, typer.Argument(help="digits, folders or .npz files.")
    ] = None,
) -> None:
    """Say what data sets are: how many images, of which shape."""
    for source in sources or ["digits"]:
        print(f"{source}: {datasets.describe(source)}")


@app.command("train")
def train_network(
    architecture: Annotated[Path, typer.Argument(help="Architecture (.toml) with outputs.")],
    out: Annotated[Path, typer.Option(help="Where the weights go (.npz).")],
    data: options.Data = "digits",
    epochs: Annotated[int, typer.Option(min=1)] = 40,
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Train a small chain of layers with NumPy; float weights."""
    _, description = read_toml(architecture)
    with progress("training") as bar:
        task = bar.add_task("", total=epochs)
        weights = train(
            description, datasets.load(data, "train"), epochs, seed,
            advance=lambda _: bar.advance(task),
        )  # fmt: skip
    buffer = io.BytesIO()
    np.savez(buffer, **weights)  # type: ignore[arg-type]
    write_bytes(out, buffer.getvalue())
    print(f"{sum(values.size for values in weights.values())} numbers: {out}")


def _subject(
    weights: Path | None,
    architecture: Path | None,
    onnx: Path | None,
    data: str,
    kind: str,
    bits_x: int,
    bits_w: int | None,
    additions: float | None,
    settings: list[str] | None,
    jobs: int,
) -> tuple[datasets.Dataset, Network, bool, str]:
    """Test images, the network of integers, whether it is PANN's, and its name."""
    chosen = scheme_of(kind, bits_x, bits_w, additions, settings)
    own = own_accumulator(chosen, settings)
    source = Source(weights, architecture, onnx, data, accumulator=own)
    if source.quantized_already:
        return source.test, source.network, source.kind == "pann", source.name
    with progress(str(chosen)) as bar:
        task = bar.add_task("", total=len(source.network.nodes))
        network = source.quantized(chosen, jobs, lambda n: bar.advance(task, n))
    return source.test, network, kind == "pann", f"{source.name} {chosen}"


def _show(network: Network, found: list[LayerEnergy], pann: bool) -> None:
    """The three views side by side; accumulators that suffice, and by the L1 norm alone."""
    additions = measured_additions(network) if pann else {}
    table = Table("layer", "unit", "model", *(["additions"] if pann else []), "safe bits", "A2Q")
    for column in ("MACs", "paper flips", "toggles", "energy nJ"):
        table.add_column(column, justify="right")
    layers = network.weighted
    for row in found:
        layer = layers.get(row.layer)
        widths = ("", "") if layer is None else (str(layer.safe_bits), str(layer.a2q_bits))
        extra = [f"{additions[row.layer]:.3f}"] if pann else []
        table.add_row(
            row.layer, row.unit, row.model, *extra, *widths, f"{row.macs:,}",
            f"{row.paper_flips:,.0f}", "" if row.toggles is None else f"{row.toggles:,.0f}",
            "" if row.energy_fj is None else f"{row.energy_fj * 1e-6:.4f}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _show_shares(found: list[LayerEnergy], by: str) -> None:
    each = [row.parts if by == "part" else row.causes for row in found]
    names = list(dict.fromkeys(name for energies in each for name in energies))
    table = Table(f"energy nJ by {by}", *(_CAUSES.get(name, name) for name in names))
    for row, energies in zip(found, each, strict=True):
        table.add_row(row.layer, *(f"{energies.get(name, 0) * 1e-6:.4f}" for name in names))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def main() -> None:
    """Run the command line; what a user can mend is one line and status 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        app()
    except SimError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted: the same command goes on where it stopped", file=sys.stderr)
        sys.exit(130)
