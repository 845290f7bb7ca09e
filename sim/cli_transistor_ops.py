"""`python -m sim transistor-ops`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from sim import options
from sim.counting.measurements import Measurement, read_measurements
from sim.counting.random_networks import random_images
from sim.counting.shifting import shifting
from sim.counting.tasks import DEQUANTIZE
from sim.counting.transistor_ops import (
    ACTIVE_TOS,
    FROZEN,
    RANDOM,
    TOS,
    Step,
    Translation,
    translate,
    with_activity,
)
from sim.counting.unit_counts import UnitCounts
from sim.errors import SimError
from sim.network import INPUT, Network
from sim.options import scheme_of
from sim.sources import Source, named
from sim.table_files import check_numbers, of_results, read_csv

_COUNTS = "transistor_ops.csv"
_LEAST = 3  # networks with which an energy of rest is fitted too


def transistor_ops_command(
    net: options.Net = "digits",
    architecture: options.Architecture = None,
    data: options.Data = "digits",
    scheme: options.SchemeKind = "mixed",
    bits_x: options.BitsX = 8,
    bits_w: options.BitsW = None,
    settings: options.Settings = None,
    units: Annotated[Path | None, typer.Option(help="Counts of units; results/units.csv.")] = None,
    library: options.Library = "asap7",
    delays: Annotated[str, typer.Option(help="Delay model of counts: zero or library.")] = "zero",
    activity: Annotated[
        int, typer.Option(min=0, help="Test images whose toggles scale the counts; 0: none.")
    ] = 0,
    random: Annotated[
        int, typer.Option(min=0, help="Random images in their place: no data is looked at.")
    ] = 0,
    shift: Annotated[
        bool, typer.Option("--shift", help="Round an ONNX network's results as the RTL does.")
    ] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Count apart what no unit does.")
    ] = False,
    energies: Annotated[
        Path | None,
        typer.Option(help="Networks with their energy at the gates; results/transistor_ops.csv."),
    ] = None,
    measurements: Annotated[
        Path | None, typer.Option(help="Or your own: a CSV of networks and joules.")
    ] = None,
    jobs: options.Jobs = 2,
) -> None:
    """Translate a network into transistor operations, layer by layer, and say its energy."""
    if activity and random:
        raise SimError("--activity sees test images and --random does not: give one of them")
    counts = UnitCounts.load(units, library, delays)

    def translated(one: Source, network: Network) -> Translation:
        chosen = shifting(network) if shift else network
        found = translate(chosen, counts, allow_missing)
        if random:
            images = random_images(network.shapes[INPUT], one.test.levels, random)
            return with_activity(found, chosen, images)
        return with_activity(found, chosen, one.test.images[:activity]) if activity else found

    source = named(net, architecture, data)
    chosen = scheme_of(scheme, bits_x, bits_w, None, settings)
    network = source.network if source.quantized_already else source.quantized(chosen, jobs)
    found = translated(source, network)
    _show(found, f"{source.name}, one image, counts on {library} with {delays} delays")
    if measurements is not None:

        def of(row: Measurement) -> float:
            if row.transistor_ops is not None:
                return row.transistor_ops
            own = _measured_source(row, net, data)
            kind, bits = row.text("scheme", scheme), row.number("bits_x", bits_x) or bits_x
            given = scheme_of(kind, bits, row.number("bits_w", None), None, settings)
            integers = own.network if own.quantized_already else own.quantized(given, jobs)
            return _main(translated(own, integers))

        _from_measurements(measurements, [of(row) for row in read_measurements(measurements)],
                           _main(found))  # fmt: skip
        return
    made = energies or of_results(_COUNTS)
    said = {
        name if name in FROZEN or not random else RANDOM + name: values
        for name, values in found.counts().items()
    }
    _from_gates(made, said, library, delays, needed=energies is not None)


def _measured_source(row: Measurement, net: str, data: str) -> Source:
    network = row.network if row.network == "digits" else str(row.folder / row.network)
    given = row.row.get("data")
    folder = data if given is None else str(given)
    if given is not None and (row.folder / str(given)).exists():
        folder = str(row.folder / str(given))
    try:
        return named(network, row.path("architecture"), folder)
    except SimError as error:
        raise SimError(f"measured network {row.network} (beside {net}): {error}") from error


def _main(found: Translation) -> float:
    counts = found.counts()  # the active ones where operands were looked at
    return counts.get(ACTIVE_TOS, counts[TOS])[0]


def _show(found: Translation, title: str) -> None:
    table = Table("layer", "operation", "formats", "unit", title=title)
    for column in ("operations", "TOs each", "transistors", "TOs", "share %"):
        table.add_column(column, justify="right")
    whole = sum(step.transistor_ops for step in found.steps)
    for step in found.steps:
        task, unit = step.task, step.unit
        if unit is None:
            where = "outside of the network" if task.operation == DEQUANTIZE else "no unit"
            figures = ["", "", "apart", ""]
        else:
            where = unit.unit
            figures = [
                f"{unit.transistor_ops:,.1f}", f"{unit.transistors:,}",
                f"{step.transistor_ops:,.0f}", f"{100 * step.transistor_ops / whole:.2f}",
            ]  # fmt: skip
        table.add_row(task.layer, task.operation, task.formats, where, f"{task.count:,}", *figures)
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    print(f"{whole:,.0f} transistor operations, {found.non_mac_percent:.2f} % of them beside MACs")
    if any(step.active is not None for step in found.steps):
        print(f"{sum(s.active_ops for s in found.steps):,.0f} with the operands of the images")
    apart = [step for step in found.apart if step.task.operation != DEQUANTIZE]
    if apart:
        print(f"counted apart: {_names(apart)}")


def _names(steps: list[Step]) -> str:
    counts: dict[str, int] = {}
    for step in steps:
        counts[step.task.operation] = counts.get(step.task.operation, 0) + step.task.count
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _from_gates(
    path: Path, said_of: Mapping[str, tuple[float, ...]], library: str, delays: str, needed: bool
) -> None:
    """What fits to the networks of a table say of this one."""
    from sim.counting.regression import LEAVE_ONE_OUT, fit  # noqa: PLC0415 - statsmodels takes a second

    if not path.is_file():
        if needed:
            raise SimError(f"{path}: there is no such table of networks")
        print("no energy: `python -m characterize transistor-ops` makes the table to fit to")
        return
    table = read_csv(path)
    texts = ("held_out", "library", "delay_model", "network", "predictor")
    numbers = ("count", "clocked", "energy_fj", "precision_percent")
    if lacking := [name for name in (*texts, *numbers) if name not in table.columns]:
        raise SimError(f"{path}: not a table of networks: lacks the column {lacking[0]}")
    check_numbers(table, numbers, path)
    rows = table[(table.held_out == LEAVE_ONE_OUT) & (table.library == library)
                 & (table.delay_model == delays)]  # fmt: skip
    if rows.empty:
        raise SimError(f"{path}: no network on {library} with {delays} delays")
    title = f"energy, fitted to {rows.network.nunique()} networks at the gates"
    shown = Table("predictor", "energy nJ", "precision, mean %", "worst %", title=title)
    for name, values in said_of.items():
        own = rows[rows.predictor == name]
        if own.empty:  # a table may have fewer predictors
            continue
        columns = ["count", "clocked"][: len(values)]
        made = fit(own[columns].to_numpy(np.float64), own.energy_fj.to_numpy(np.float64))
        said = float(made(np.array([values]))[0])
        shown.add_row(
            name, f"{said * 1e-6:.4g}", f"{own.precision_percent.mean():.2f}",
            f"{own.precision_percent.min():.2f}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 160).print(shown)


def _from_measurements(path: Path, counted: list[float], own: float) -> None:
    """What a fit to a user's joules says, and how well it says what was held out."""
    from sim.counting.regression import fit, held_out, precision_percent  # noqa: PLC0415 - see above

    rows = read_measurements(path)
    energy = np.array([row.energy_j for row in rows])
    counts = np.array(counted)[:, None]
    rest = len(rows) > _LEAST
    made = fit(counts, energy, rest)
    names = [str(number) for number in range(len(rows))]
    table = Table("network", "transistor operations", "J", "said without it, J", "precision %",
                  title=f"{path.name}: {made.coefficients[0]:.4g} J a transistor operation, "
                  f"{made.intercept:.4g} J at rest")  # fmt: skip
    said = held_out(counts, energy, names, rest) if len(rows) > 1 + rest else counts[:, 0] * np.nan
    precise = precision_percent(said, energy)
    for row, count, value, percent in zip(rows, counted, said, precise, strict=True):
        table.add_row(row.network, f"{count:,.0f}", f"{row.energy_j:.4g}", f"{value:.4g}",
                      f"{percent:.2f}")  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    print(f"this network: {float(made(np.array([[own]]))[0]):.4g} J an image")
