"""The command line of anybody's Verilog: `python -m characterize verilog` and `add`."""

import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from characterize import cell_table, figures, sweep, tables
from characterize import options as gate_options
from characterize.case import provenance
from characterize.energy import ALL
from characterize.errors import CharacterizeError
from characterize.files import locked
from characterize.rtl_check import check_entries
from characterize.units import RTL_DIR
from characterize.user_verilog import PORT_ROLES, Request, UserUnit, assignments, user_unit
from characterize.user_verilog_check import ErrorFigures, check_outputs
from characterize.user_verilog_errors import ERRORS, frame
from characterize.user_verilog_registry import register

_RESULTS = Path("results") / "verilog"

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Verilog files, the top module's first.")
]
Top = Annotated[str, typer.Option(help="The module to measure.")]
Reference = Annotated[
    list[str] | None,
    typer.Option(
        help="What an output must be: a formula of the inputs, as 'x*w'; 'p = x*w' where there "
        "are several outputs, and then several times.",
    ),
]
Approximate = Annotated[
    bool, typer.Option("--approximate", help="Measure how far outputs are from --reference.")
]
Latency = Annotated[int, typer.Option(min=0, help="Cycles from operands to their results.")]
Parameter = Annotated[
    list[str] | None, typer.Option(metavar="NAME=VALUE", help="A parameter of the module.")
]
Role = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PORT=ROLE",
        help=f"What a port is, where its name does not say it: {', '.join(PORT_ROLES)}, "
        "or the name of an operand, as x.",
    ),
]
Signed = Annotated[
    list[str] | None,
    typer.Option(metavar="PORT", help="A port that carries two's complement without saying so."),
]
Family = Annotated[str, typer.Option(help="Family in tables and figures.")]
Name = Annotated[str, typer.Option(help="Name in tables and figures; the module's if not given.")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands `verilog` and `add` to a command line."""
    app.command("verilog")(measure_verilog)
    app.command("add")(add_verilog)


def measure_verilog(
    files: Files,
    top: Top,
    reference: Reference = None,
    approximate: Approximate = False,
    latency: Latency = 0,
    parameter: Parameter = None,
    role: Role = None,
    signed: Signed = None,
    family: Family = "user",
    name: Name = "",
    library: Annotated[
        list[str] | None,
        typer.Option(help="Shipped library, or a cell table (.toml); may be given several times."),
    ] = None,
    stimulus: Annotated[
        list[str] | None, typer.Option(help="As of `run`; may be given several times.")
    ] = None,
    delays: Annotated[
        list[str] | None,
        typer.Option(help="zero, unit or library; may be given several times."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the stimuli.")] = 1,
    vectors: Annotated[
        int | None, typer.Option(min=100, help="Operations to count; else as `run` does.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help=f"Folder; {_RESULTS}/NAME if not given.")] = None,
    cache: Annotated[
        Path | None,
        typer.Option(help="Folder of finished work; $GATEWATT_CACHE, or the user's cache folder."),
    ] = None,
) -> None:
    """Measure any synthesizable module or netlist, combinational or with one clock.

    Its outputs are held against --reference, rows have the columns of units.csv.
    """
    libraries = tuple(library or ("asap7",))
    unit = _shown(
        Request(
            tuple(files), top, tuple(reference or ()), approximate, latency,
            _integers(parameter), assignments(role or (), "--role"), tuple(signed or ()),
            libraries[0], family, name,
        )
    )  # fmt: skip
    errors = _checked(unit)
    base = sweep.Choice()
    choice = sweep.Choice(
        libraries=libraries,
        stimuli=tuple(stimulus or base.stimuli),
        delay_models=tuple(delays or base.delay_models),
        seed=seed,
        vectors=vectors or base.vectors,
        precision_percent=None if vectors else base.precision_percent,
        every_width=True,
    )
    result = sweep.run(choice.cases([unit.unit]), 1, gate_options.chosen_cache(cache))
    if result.failures:
        raise CharacterizeError(result.failures[0].message)
    _show_energy(result.rows)
    folder = out or _RESULTS / unit.unit.entry.name
    described = provenance(
        "python -m characterize verilog",
        [unit.unit],
        [cell_table.load_library(each) for each in libraries],
        choice.seed,
        choice.precision_percent,
    )
    with locked(folder):  # of two runs at once, tables and figures are of one
        tables.write_units(result.rows, folder, described)
        print(f"{len(result.rows)} rows: {folder / 'units.csv'}")
        if errors:
            ERRORS.write(frame(unit.unit.name, errors), folder)
            print(f"errors of outputs: {ERRORS.path(folder)}")
        for path in figures.draw_all(tables.read_units(folder), folder / "figures"):
            print(f"figure: {path}")


def add_verilog(
    files: Files,
    top: Top,
    reference: Reference = None,
    approximate: Approximate = False,
    latency: Latency = 0,
    parameter: Parameter = None,
    role: Role = None,
    signed: Signed = None,
    family: Family = "user",
    name: Name = "",
    rtl: Annotated[Path, typer.Option("--rtl", help="Folder of units.toml.")] = RTL_DIR,
) -> None:
    """Write a module into the unit registry: `run` then checks, measures and draws it."""
    unit = _shown(
        Request(
            tuple(files), top, tuple(reference or ()), approximate, latency,
            _integers(parameter), assignments(role or (), "--role"), tuple(signed or ()),
            family=family, name=name,
        )
    )  # fmt: skip
    _checked(unit)
    check_entries([unit.unit.entry])
    entry = register(unit, rtl)
    print(f"entry {entry.name}: {rtl / 'units.toml'}; its Verilog: {entry.files[0].parent}")


def _integers(parameters: list[str] | None) -> dict[str, int]:
    found = {}
    for name, value in assignments(parameters or (), "--parameter").items():
        try:
            found[name] = int(value, 0)
        except ValueError as error:
            raise CharacterizeError(f"--parameter {name}={value}: give an integer") from error
    return found


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 120)


def _shown(request: Request) -> UserUnit:
    """The unit of a request, after it was shown."""
    unit = user_unit(request)
    design = unit.design
    what = f"a netlist of {design.cells}" if design.cells else "RTL"
    state = f"{design.registers} registers" if design.registers else "combinational"
    values = "".join(f", {name} = {value}" for name, value in design.parameters.items())
    print(f"{unit.unit.name}: module {design.top}{values}; {what}; {state}")
    table = Table("port", "direction", "bits", "number", "role")
    for port in unit.unit.ports:
        number = "two's complement" if port.format.signed else "unsigned"
        shown = "" if port.role in PORT_ROLES else number
        table.add_row(port.name, port.direction, str(port.format.bits), shown, port.role)
    _console().print(table)
    if design.resets:
        print(
            f"asynchronous resets are taken as synchronous ones: {', '.join(design.resets)} "
            "(the libraries' tables have no such flip-flop)"
        )
    return unit


def _checked(unit: UserUnit) -> list[ErrorFigures]:
    """Compare outputs and say what was compared."""
    errors = check_outputs(unit.unit)
    for found in errors:
        operations = f"{'all ' if found.exhaustive else ''}{found.operations} operands"
        if unit.request.approximate:
            print(
                f"{found.output}: differs from {found.reference} for "
                f"{found.error_rate_percent:.4g} % of {operations}; mean error "
                f"{found.mean_error:.6g}, of magnitudes {found.mean_absolute_error:.6g}; worst "
                f"{found.worst_error}: {found.worst_got} instead of {found.worst_wanted} for "
                f"{found.worst_operands}"
            )
        else:
            print(f"{found.output}: equals {found.reference} for {operations}")
    spoken = {found.output for found in errors}
    if silent := [port.name for port in unit.unit.results if port.name not in spoken]:
        print(f"no reference of {', '.join(silent)}: the netlist is held against the RTL only")
    return errors


def _show_energy(rows: pd.DataFrame) -> None:
    table = Table(
        "library", "stimulus", "delays", "energy / fJ", "95 %", "glitches / %", "path / ps"
    )
    whole = rows[(rows.part == ALL) & (rows.net_group == ALL)]
    for row in whole.to_dict("records"):
        toggles = row["toggles_per_op"]
        glitches = 100 * row["glitch_toggles_per_op"] / toggles if toggles else 0
        table.add_row(
            row["library"], row["stimulus"], row["delay_model"], f"{row['energy_fj']:.6g}",
            f"± {row['energy_ci_fj']:.2g}", f"{glitches:.1f}", f"{row['delay_ps']:.0f}",
        )  # fmt: skip
    _console().print(table)
