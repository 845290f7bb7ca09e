"""The command line of sums at a lower supply: `python -m characterize clocked`."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from characterize.cell_table import load_library
from characterize.errors import CharacterizeError
from characterize.network.layers import Gates, Mapped
from characterize.pruning.clocked import ClockedSums, clocked_sums
from characterize.pruning.paths import static_path_ps
from characterize.units import RTL_DIR, Registry
from characterize.voltage import VoltageLaw
from sim.pruning.kept_files import read_kept


def clocked(
    kept: Annotated[Path, typer.Argument(help="Kept values (.json) of `sim powerprune`.")],
    vdd: Annotated[
        float | None, typer.Option(help="Supply in V; that of the file if not given.")
    ] = None,
    library: Annotated[
        str | None, typer.Option(help="Shipped library; that of the file if not given.")
    ] = None,
    transitions: Annotated[int, typer.Option(min=1, help="Of each weight.")] = 64,
    seed: Annotated[int, typer.Option(min=0, help="Of activations and sums.")] = 0,
) -> None:
    """Look in Icarus Verilog whether kept values meet the clock at a lower supply.

    The clock period is the longest static path of the whole unit at the nominal supply.
    """
    found = read_kept(kept, CharacterizeError)
    name = library or found.library
    law = VoltageLaw.of(load_library(name))
    if law is None:
        raise CharacterizeError(f"{name}: its settings have no law of voltages")
    volts = found.vdd_v if vdd is None else vdd
    factor = law.delay_factor(volts)
    unit = Registry(RTL_DIR / "units.toml").unit(found.unit)
    mapped = Mapped.of(unit, Gates(unit.name, name, "weight", delay_model="library"))
    port = unit.port("x")
    assert port is not None
    inputs = port.format.values() if found.activations is None else np.array(found.activations)
    weights = np.array(found.weights)
    clock_ps = static_path_ps(mapped.netlist, mapped.timing, mapped.delays)
    made = clocked_sums(mapped, weights, inputs, factor, clock_ps, transitions, seed)
    print(_said(made, len(weights), len(inputs), volts, factor, clock_ps))
    if made.wrong:
        raise CharacterizeError(
            f"{made.wrong} of {made.sums} sums are wrong at {volts:g} V: give a higher supply, "
            "or keep fewer values"
        )


def _said(
    found: ClockedSums, weights: int, inputs: int, volts: float, factor: float, clock_ps: float
) -> str:
    return (
        f"{weights} weights, {inputs} activations at {volts:g} V, delays {factor:.4g} times as "
        f"long, clock period {clock_ps:.4g} ps: {found.sums:,} sums in Icarus Verilog, "
        f"{found.wrong:,} with a wrong bit"
    )
