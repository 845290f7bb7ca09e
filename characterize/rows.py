"""Rows of `units.csv`: what a case is, and what was measured of it, in columns."""

import math
from typing import Any

from characterize.case import Case
from characterize.delays import Delays
from characterize.energy import ALL, EnergyReport, Measured
from characterize.library import CellLibrary
from characterize.timing import StaticTiming
from characterize.units import Port, UnitSpec
from sim import pann
from sim.signmag import SignMagnitude

Row = dict[str, Any]


def case_rows(
    case: Case, vectors: int, timing: StaticTiming, delays: Delays, report: EnergyReport
) -> list[Row]:
    """Rows of a case: the whole unit, its parts, its net groups; without the engine.

    Parameters
    ----------
    vectors
        Operations that were counted.
    """
    clock_ps = clock_period_ps(report.library, timing)
    columns = _case_columns(case, report.library, timing, delays, clock_ps)
    return [
        columns
        | _measured_columns(measured, clock_ps * case.unit.cycles_per_op)
        | {
            "vectors": vectors,
            "part": part,
            "net_group": group,
            "paper_bit_flips": _paper_bit_flips(case.unit, part, group),
        }
        for (part, group), measured in report.rows().items()
    ]


def clock_period_ps(library: CellLibrary, timing: StaticTiming) -> float:
    """The library's clock period; for a slower unit the next half multiple above its path."""
    period = library.conditions.clock_ps
    if timing.critical_path_ps < period:
        return period
    return (math.floor(timing.critical_path_ps / (period / 2)) + 1) * period / 2


def _case_columns(
    case: Case, library: CellLibrary, timing: StaticTiming, delays: Delays, clock_ps: float
) -> Row:
    unit = case.unit
    x, w = unit.numbers
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
        "transistor_ops_per_op": measured.transistor_ops,
    }


def _paper_bit_flips(unit: UnitSpec, part: str, group: str) -> float | None:
    """The PANN paper's formula for the whole unit, or one of its net groups."""
    x, w = unit.port("x"), unit.port("w")
    # The formula knows no operand registers.
    if part != ALL or x is None or any(p.name == "register" for p in unit.parts):
        return None
    acc_width = dict(unit.parameters).get("WIDTH_ACC", 0)
    signed = x.format.signed or (w is not None and w.format.signed)
    match unit.entry.table.get("operator"):
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
