"""Measuring a unit: its cases through synthesis, simulation and energy, to table rows."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from characterize.cell_table import load_library
from characterize.energy import ALL, BLOCKS, EnergyReport, Measured
from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation, Simulator
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize, yosys_version
from characterize.timing import StaticTiming, analyze
from characterize.units import Port, UnitSpec
from sim import pann
from sim.signmag import SignMagnitude

Row = dict[str, Any]
# Of the RTL, which event-driven simulators run slower than its netlist.
_RTL_VECTORS = 500


@dataclass(frozen=True, slots=True)
class Case:
    """A unit with a library, a stimulus and a number of operations; zero delays."""

    unit: UnitSpec
    library: str
    stimulus: Stimulus
    vectors: int


def measure(cases: Sequence[Case], simulator: Simulator | None = None) -> list[Row]:
    """Rows of `units.csv` for cases, which are simulated side by side.

    Each unit's RTL runs beside its netlist with the beginning of its first stimulus:
    both must equal the reference operator in every cycle.

    Parameters
    ----------
    cases
        All with the same number of vectors.
    simulator
        Engine; Icarus if None.

    Returns
    -------
    list of dict
        Column -> value, in the order of the cases.

    Raises
    ------
    CharacterizeError
        If a unit cannot be synthesized, or computes something wrong.
    """
    engine = simulator or Icarus()
    libraries = {name: load_library(name) for name in {case.library for case in cases}}
    mapped = {(case.unit.name, case.library): case.unit for case in cases}
    netlists = {key: synthesize(unit, libraries[key[1]]) for key, unit in mapped.items()}
    timings = {key: analyze(netlist) for key, netlist in netlists.items()}
    simulations = []
    for case in cases:
        operands = case.stimulus.operands(case.unit, case.vectors + 1)
        netlist = netlists[case.unit.name, case.library]
        simulations.append(Simulation(case.unit, operands, netlist, BLOCKS))
    first = {s.unit.name: s for s in reversed(simulations)}
    rtl = [
        Simulation(s.unit, {role: values[:_RTL_VECTORS] for role, values in s.operands.items()})
        for s in first.values()
    ]
    outcomes = engine.run([*simulations, *rtl])
    rows: list[Row] = []
    for case, simulation, outcome in zip(cases, simulations, outcomes, strict=False):
        timing = timings[case.unit.name, case.library]
        assert simulation.netlist is not None
        assert outcome.activity is not None
        clock_ps = clock_period_ps(libraries[case.library], timing)
        report = EnergyReport(simulation.netlist, timing, outcome.activity, clock_ps)
        for (part, group), measured in report.rows().items():
            rows.append(
                _case_columns(case, libraries[case.library], timing, clock_ps, engine.name)
                | _measured_columns(measured, clock_ps * case.unit.cycles_per_op)
                | {
                    "part": part,
                    "net_group": group,
                    "paper_bit_flips": _paper_bit_flips(case.unit, part, group),
                }
            )
    return rows


def clock_period_ps(library: CellLibrary, timing: StaticTiming) -> float:
    """The library's clock period; for a slower unit the next half multiple above its path."""
    period = library.conditions.clock_ps
    if timing.critical_path_ps < period:
        return period
    return (math.floor(timing.critical_path_ps / (period / 2)) + 1) * period / 2


def input_hash(units: Sequence[UnitSpec], library: CellLibrary) -> str:
    """SHA-256 over everything that decides the numbers: Verilog, cell table, synthesizer."""
    digest = hashlib.sha256()
    for path in sorted({path for unit in units for path in unit.entry.files}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update(f"{library.sha256} pyosys {yosys_version()}".encode())
    return digest.hexdigest()


def _case_columns(
    case: Case, library: CellLibrary, timing: StaticTiming, clock_ps: float, engine: str
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
        "delay_step_ps": None,
        "stimulus": case.stimulus.name,
        "seed": case.stimulus.seed,
        "delay_model": "zero",
        "engine": engine,
        "vectors": case.vectors,
        "cycles_per_op": unit.cycles_per_op,
        "delay_ps": timing.critical_path_ps,
        "referee": None,
        "referee_vectors": 0,
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
