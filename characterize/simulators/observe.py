"""What Verilog puts out, cycle by cycle, whatever it should: Icarus without a bench.

It shows what units do that have no reference, or need not equal it, and it is some
twenty times as fast as a bench that looks at every cycle.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from characterize.simulators import top
from characterize.simulators.protocol import Simulation
from characterize.tools import require_icarus
from characterize.units import Port
from sim.formats import IntArray
from sim.signmag import SignMagnitude

Bits = npt.NDArray[np.uint8]
_TIMEOUT_S = 600
_DRIVE, _RECORD, _TOP, _NETLISTS, _PROGRAM = "drive.txt", "record.txt", "top.v", "cells.v", "run"


def observe(simulations: Sequence[Simulation], half: int | None = None) -> list[dict[str, Bits]]:
    """Run simulations side by side.

    Parameters
    ----------
    half
        Steps of half a clock period; as many as every net needs to rest if None.

    Returns
    -------
    list of dict
        For each simulation: role of each output -> ASCII bits `0`, `1`, `x`, `z`, the
        highest first, shape (cycles, bits); those of the uncounted operations are left
        out, so that row 0 is the cycle in which the first of `operands` is there.

    Raises
    ------
    CharacterizeError
        If Icarus Verilog is missing, or refuses the Verilog.
    """
    require_icarus()
    rtl = {path: None for s in simulations if s.netlist is None for path in s.unit.entry.files}
    with tempfile.TemporaryDirectory(prefix="gatewatt-observe-") as folder:
        work = Path(folder)
        (work / _DRIVE).write_text("\n".join(top.drive_lines(simulations)) + "\n")
        (work / _TOP).write_text(top.recording_top_verilog(simulations, _DRIVE, _RECORD, half))
        (work / _NETLISTS).write_text(top.netlists_verilog(simulations))
        sources = [_TOP, _NETLISTS, *(str(path.resolve()) for path in rtl)]
        label = simulations[0].label
        _run(["iverilog", "-g2005-sv", "-s", top.TOP, "-o", _PROGRAM, *sources], work, label)
        _run(["vvp", "-n", _PROGRAM], work, label)
        lines = (work / _RECORD).read_bytes().split() if (work / _RECORD).is_file() else []
    cycles = max(simulation.cycles for simulation in simulations)
    if len(lines) != cycles:
        raise CharacterizeError(
            f"{label}: Icarus Verilog showed {len(lines)} of {cycles} cycles: does it call $finish?"
        )
    rows = np.frombuffer(b"".join(lines), dtype=np.uint8).reshape(cycles, -1)
    found: list[dict[str, Bits]] = [{} for _ in simulations]
    numbers = {id(simulation): index for index, simulation in enumerate(simulations)}
    for simulation, port, columns in top.output_slices(simulations):
        first = (simulation.driven_before - 1) * simulation.unit.cycles_per_op
        found[numbers[id(simulation)]][port.role] = rows[first : simulation.cycles, columns]
    return found


def results(simulation: Simulation, port: Port, bits: Bits) -> IntArray:
    """The numbers on an output, one for each of the simulation's operands whose result is out.

    Raises
    ------
    CharacterizeError
        If a bit of one of them is neither 0 nor 1.
    """
    shown = bits[port.latency :: simulation.unit.cycles_per_op]
    unknown = np.flatnonzero(~np.isin(shown, (ord("0"), ord("1"))).all(axis=1))
    if unknown.size:
        operation = int(unknown[0])
        raise CharacterizeError(
            f"{simulation.label}: {port.name} is {shown[operation].tobytes().decode()} for "
            f"{said(simulation, operation)}: something in it is not driven, or not reset"
        )
    number = port.format
    weights = 1 << np.arange(number.bits - 1, -1, -1, dtype=np.int64)
    values = (shown - ord("0")).astype(np.int64) @ weights
    if isinstance(number, SignMagnitude):
        return number.decode(values)
    return number.wrap(values)


def compare_with_rtl(simulation: Simulation) -> int:
    """Hold a netlist against the RTL where outputs have no reference that they must equal.

    Bits that are not known in the RTL may be anything.

    Returns
    -------
    int
        Operations in which the outputs are equal; 0 where every output has a reference.

    Raises
    ------
    CharacterizeError
        If they differ, or an output is never known.
    """
    unit = simulation.unit
    ports = [port for port in unit.results if not unit.entry.operator.judges(port.role)]
    if not ports:
        return 0
    rtl, netlist = observe([replace(simulation, netlist=None), simulation])
    for port in ports:
        wanted, got = rtl[port.role], netlist[port.role]
        known = (wanted == ord("0")) | (wanted == ord("1"))
        if not known.any():
            raise CharacterizeError(
                f"{unit.name} (RTL): {port.name} is {wanted[-1].tobytes().decode()} to the end: "
                "something in it is not driven, or not reset"
            )
        wrong = np.flatnonzero((known & (got != wanted)).any(axis=1))
        if wrong.size:
            cycle = int(wrong[0])
            raise CharacterizeError(
                f"{simulation.label}: {port.name} is {got[cycle].tobytes().decode()} for "
                f"{said(simulation, cycle // unit.cycles_per_op)}, but "
                f"{wanted[cycle].tobytes().decode()} in the RTL"
            )
    return simulation.operations + 1


def said(simulation: Simulation, operation: int) -> str:
    """The operands of an operation, as messages name them."""
    return ", ".join(f"{role} = {v[operation]}" for role, v in simulation.operands.items())


def first_error(text: str) -> str:
    """The line of a program's messages that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return ([line for line in lines if "error" in line.lower()] or lines or ["no message"])[0]


def _run(command: Sequence[str], work: Path, label: str) -> None:
    try:
        run = subprocess.run(
            command, cwd=work, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired as error:
        raise CharacterizeError(
            f"{label}: Icarus Verilog took more than {_TIMEOUT_S} s: does a loop in it not end?"
        ) from error
    if run.returncode != 0:
        said = first_error(run.stderr + run.stdout)
        raise CharacterizeError(f"{label}: Icarus Verilog failed: {said}")
