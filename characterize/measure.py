"""Measuring a unit: its cases through synthesis, simulation and energy, to table rows."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy import __version__ as numpy_version

from characterize.activity import Activity
from characterize.cache import NO_CACHE, Cache, code_sha256, content_key, file_sha256
from characterize.cell_table import load_library
from characterize.delays import ZERO, Delays, delays_of
from characterize.energy import ALL, BLOCKS, EnergyReport, Measured
from characterize.library import CellLibrary
from characterize.netlist import Netlist
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation, Simulator
from characterize.simulators.referee import compare_with_referee
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize, yosys_version
from characterize.timing import StaticTiming, analyze
from characterize.units import Port, UnitSpec
from sim import pann
from sim.signmag import SignMagnitude

Row = dict[str, Any]
# Of the RTL, which event-driven simulators run slower than its netlist.
_RTL_VECTORS = 500
_ZERO = ZERO.model


@dataclass(frozen=True)
class Case:
    """A unit with a library, a stimulus, a delay model and a number of operations.

    Attributes
    ----------
    library
        Name of a shipped one, or path of a cell table.
    delay_model
        One of `delays.DELAY_MODELS`.
    step_ps
        Step of `library` delays; the library's own if None.
    """

    unit: UnitSpec
    library: str
    stimulus: Stimulus
    vectors: int
    delay_model: str = "zero"
    step_ps: float | None = None


def measure(
    cases: Sequence[Case], simulator: Simulator | None = None, cache: Cache = NO_CACHE
) -> list[list[Row]]:
    """Rows of `units.csv` for cases, which are simulated side by side.

    Each unit's RTL runs beside its netlist with the beginning of its first stimulus:
    both must equal the reference operator in every cycle. A case with delays is
    counted beside the same one without: what is more are glitches. An engine that is
    no referee must count as Icarus does on the beginning of every simulation.

    Parameters
    ----------
    cases
        All with one library.
    simulator
        Engine; Icarus if None.
    cache
        Holds netlists.

    Returns
    -------
    list of list of dict
        For each case its rows, column -> value.

    Raises
    ------
    CharacterizeError
        If a unit cannot be synthesized, or computes something wrong.
    """
    engine = simulator or Icarus()
    library = load_library(cases[0].library)
    mapped = {case.unit.name: _map(case.unit, library, cache) for case in cases}
    # What runs without delays stands first, once for each unit and stimulus.
    simulations: dict[tuple[str, Stimulus, int, str, float | None], Simulation] = {}
    for model in (_ZERO, None):
        for case in cases:
            netlist, timing = mapped[case.unit.name]
            chosen = model or case.delay_model
            key = _key(case, chosen)
            if key not in simulations:
                simulations[key] = Simulation(
                    case.unit,
                    case.stimulus.operands(case.unit, case.vectors + 1),
                    netlist,
                    BLOCKS,
                    delays_of(netlist, timing, chosen, case.step_ps),
                )
    first = {s.unit.name: s for s in reversed(simulations.values())}
    rtl = [
        Simulation(s.unit, {role: values[:_RTL_VECTORS] for role, values in s.operands.items()})
        for s in first.values()
    ]
    referee, compared = None, 0
    if engine.is_referee:
        outcomes = engine.run([*simulations.values(), *rtl])
    else:
        referee = Icarus()
        compared = compare_with_referee(engine, referee, [*simulations.values(), *rtl])
        outcomes = engine.run(list(simulations.values()))
    counted = dict(zip(simulations, outcomes, strict=False))
    columns = {
        "engine": engine.name,
        "referee": referee.name if referee else None,
        "referee_vectors": compared,
    }
    measured = []
    for case in cases:
        activity, zero = (
            counted[_key(case, model)].activity for model in (case.delay_model, _ZERO)
        )
        assert activity is not None
        assert zero is not None
        delays = simulations[_key(case, case.delay_model)].delays
        netlist, timing = mapped[case.unit.name]
        measured.append(
            _rows(case, netlist, timing, delays, activity.beside_zero_delays(zero), columns)
        )
    return measured


def _key(case: Case, model: str) -> tuple[str, Stimulus, int, str, float | None]:
    step_ps = None if model == _ZERO else case.step_ps
    return case.unit.name, case.stimulus, case.vectors, model, step_ps


def _map(unit: UnitSpec, library: CellLibrary, cache: Cache) -> tuple[Netlist, StaticTiming]:
    netlist = synthesize(unit, library, cache)
    return netlist, analyze(netlist)


def _rows(
    case: Case,
    netlist: Netlist,
    timing: StaticTiming,
    delays: Delays,
    activity: Activity,
    engine: Row,
) -> list[Row]:
    clock_ps = clock_period_ps(netlist.library, timing)
    report = EnergyReport(netlist, timing, activity, clock_ps)
    columns = _case_columns(case, netlist.library, timing, delays, clock_ps) | engine
    return [
        columns
        | _measured_columns(measured, clock_ps * case.unit.cycles_per_op)
        | {
            "part": part,
            "net_group": group,
            "paper_bit_flips": _paper_bit_flips(case.unit, part, group),
        }
        for (part, group), measured in report.rows().items()
    ]


def case_key(case: Case, library: CellLibrary, engine: Simulator) -> str:
    """A hash of everything that decides a case's rows, the code included."""
    return content_key(
        "rows",
        code_sha256(),
        [engine.name, engine.version, yosys_version(), numpy_version],
        case.unit.entry.table,
        case.unit.parameters,
        [[path.name, file_sha256(path)] for path in case.unit.entry.files],
        library.sha256,
        [case.stimulus.name, case.stimulus.content],
        [case.vectors, case.delay_model, case.step_ps],
    )


def clock_period_ps(library: CellLibrary, timing: StaticTiming) -> float:
    """The library's clock period; for a slower unit the next half multiple above its path."""
    period = library.conditions.clock_ps
    if timing.critical_path_ps < period:
        return period
    return (math.floor(timing.critical_path_ps / (period / 2)) + 1) * period / 2


def input_hash(units: Sequence[UnitSpec], libraries: Sequence[CellLibrary]) -> str:
    """SHA-256 over what the numbers are of: Verilog, cell tables, synthesizer."""
    digest = hashlib.sha256()
    for path in sorted({path for unit in units for path in unit.entry.files}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for library in libraries:
        digest.update(library.sha256.encode())
    digest.update(f"pyosys {yosys_version()}".encode())
    return digest.hexdigest()


def _case_columns(
    case: Case, library: CellLibrary, timing: StaticTiming, delays: Delays, clock_ps: float
) -> Row:
    unit = case.unit
    x = unit.port("x") or unit.port("pos")
    w = unit.port("w") or unit.port("y") or unit.port("neg")
    return {
        "unit": unit.name,
        "family": unit.family,
        "architecture": unit.architecture,
        "width_x": x.format.bits if x else None,
        "width_w": w.format.bits if w else None,
        "signed_x": _boolean(x.format.signed) if x else None,
        "signed_w": _boolean(w.format.signed) if w else None,
        "encoding": _encoding(x, w),
        "acc_width": dict(unit.parameters).get("WIDTH_ACC"),
        "library": library.name,
        "vdd_v": library.conditions.vdd_v,
        "clock_ps": clock_ps,
        "delay_step_ps": delays.step_ps,
        "stimulus": case.stimulus.name,
        "seed": case.stimulus.seed,
        "delay_model": delays.model,
        "vectors": case.vectors,
        "cycles_per_op": unit.cycles_per_op,
        "delay_ps": timing.critical_path_ps,
    }


def _measured_columns(measured: Measured, operation_ps: float) -> Row:
    return {
        "toggles_per_op": measured.toggles,
        "glitch_toggles_per_op": measured.glitch_toggles,
        "bit_flips_per_op": measured.bit_flips,
        "energy_fj": measured.energy_fj,
        "energy_ci_fj": measured.energy_ci_fj,
        "switching_fj": measured.switching_fj,
        "internal_fj": measured.internal_fj,
        "clock_fj": measured.clock_fj,
        "leakage_fj": measured.leakage_fj,
        # fJ per ps is mW.
        "power_static_uw": measured.leakage_fj / operation_ps * 1000,
        "power_dynamic_uw": measured.dynamic_fj / operation_ps * 1000,
        "area_um2": measured.area_um2,
        "cells": measured.cells,
        "transistors": measured.transistors,
    }


def _paper_bit_flips(unit: UnitSpec, part: str, group: str) -> float | None:
    """The PANN paper's formula for the whole unit, or one of its net groups."""
    x, w = unit.port("x"), unit.port("w")
    # The formula knows no operand registers.
    if part != ALL or x is None or any(p.name == "register" for p in unit.parts):
        return None
    acc_width = dict(unit.parameters).get("WIDTH_ACC", 0)
    signed = x.format.signed or (w is not None and w.format.signed)
    match unit.entry.table["operator"]:
        case "multiply" if w is not None:
            flips = pann.multiplier_bit_flips(x.format.bits, w.format.bits)
        case "mac" | "mac_split" if w is not None:
            flips = pann.mac_bit_flips(x.format.bits, w.format.bits, signed, acc_width)
        case "pann":  # its inputs change with the weight, not with each addition
            flips = pann.accumulator_bit_flips(x.format.bits, False, acc_width)
            return None if group in (ALL, "acc_in") else flips.get(group)
        case "accumulate" | "accumulate_split":
            flips = pann.accumulator_bit_flips(x.format.bits, signed, acc_width)
        case _:
            return None
    return sum(flips.values()) if group == ALL else flips.get(group)


def _encoding(*operands: Port | None) -> str:
    formats = [port.format for port in operands if port is not None]
    if any(isinstance(number, SignMagnitude) for number in formats):
        return "signmag"
    return "twos" if any(number.signed for number in formats) else "unsigned"


def _boolean(value: bool) -> str:
    return "true" if value else "false"
