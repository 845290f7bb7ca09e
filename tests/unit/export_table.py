"""A small results folder with figures that are plain to see, for the tests of exports."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from characterize.tables import UNITS, write_units

SIGNS = ((False, False), (False, True), (True, True))
_LIBRARIES = {
    "asap7": {"vdd_v": 0.7, "clock_ps": 1000, "delay_step_ps": 2, "scale": 1.0},
    "sky130hd": {"vdd_v": 1.8, "clock_ps": 10000, "delay_step_ps": 20, "scale": 50.0},
}


def energy_fj(width_x: int, width_w: int, scale: float = 1.0) -> float:
    """Energy of a multiplier of the table: 2 fJ per pair of bits."""
    return 2.0 * width_x * width_w * scale


def units(library: str) -> Iterator[dict[str, Any]]:
    """The whole units of a library, columns that matter only."""
    scale = float(_LIBRARIES[library]["scale"])
    for x in (2, 3, 4):
        for w in (2, 3, 4) if library == "asap7" else (x,):
            for signed_x, signed_w in SIGNS:
                name = f"multiplier_array_x{x}{'us'[signed_x]}_w{w}{'us'[signed_w]}"
                yield _unit(name, "multiplier", "array", energy_fj(x, w, scale),
                            x=(x, signed_x), w=(w, signed_w))  # fmt: skip
    yield _unit("multiplier_serial_x4s_w4s", "multiplier", "serial", 90 * scale,
                x=(4, True), w=(4, True), cycles=4)  # fmt: skip
    for bits in (8, 16):
        yield _unit(f"adder_ripple_x{bits}u_y{bits}u", "adder", "ripple", 3 * bits * scale,
                    x=(bits, False), w=(bits, False))  # fmt: skip
        yield _unit(f"accumulator_x8u_a{bits}", "accumulator", "ripple", (10 + 4 * bits) * scale,
                    x=(8, False), acc=bits)  # fmt: skip
    for bits in (4, 8):
        energy = (200 + 3 * bits * bits) * scale
        yield _unit(f"mac_array_x{bits}s_w{bits}s_a32", "mac", "array", energy,
                    x=(bits, True), w=(bits, True), acc=32)  # fmt: skip
    yield _unit("pann_q4u_x4u_a32", "mac", "pann", 70 * scale, x=(4, False), w=(32, False), acc=32)


def _unit(
    name: str,
    family: str,
    architecture: str,
    energy: float,
    x: tuple[int, bool],
    w: tuple[int, bool] | None = None,
    acc: int | None = None,
    cycles: int = 1,
) -> dict[str, Any]:
    leakage = energy / 1000
    return {
        "unit": name, "family": family, "architecture": architecture,
        "width_x": x[0], "signed_x": str(x[1]).lower(),
        "width_w": w[0] if w else None, "signed_w": str(w[1]).lower() if w else None,
        "encoding": "twos" if x[1] else "unsigned", "acc_width": acc, "cycles_per_op": cycles,
        "energy_fj": energy, "switching_fj": energy - leakage, "leakage_fj": leakage,
        "area_um2": energy / 10, "delay_ps": 100.0,
    }  # fmt: skip


def rows(delays: str = "library", stimulus: str = "uniform", seed: int = 1) -> pd.DataFrame:
    """Rows of `units.csv`, of parts too: those must not be exported."""
    table = []
    for library, conditions in _LIBRARIES.items():
        for unit in units(library):
            operation_ps = conditions["clock_ps"] * unit["cycles_per_op"]
            whole = unit | {
                "library": library, "vdd_v": conditions["vdd_v"],
                "clock_ps": conditions["clock_ps"],
                "delay_step_ps": conditions["delay_step_ps"] if delays == "library" else None,
                "stimulus": stimulus, "seed": seed, "delay_model": delays,
                "engine": "bitparallel", "vectors": 1000, "part": "all", "net_group": "all",
                "power_static_uw": unit["leakage_fj"] / operation_ps * 1000,
                "referee": "icarus", "referee_vectors": 500,
            }  # fmt: skip
            table += [whole, whole | {"part": "input", "energy_fj": 0.5}]
    frame = pd.DataFrame(table)
    integers = [column.name for column in UNITS if column.type == "integer"]
    for column in UNITS:
        if column.name not in frame:
            frame[column.name] = 0 if column.type in ("integer", "number") else ""
    frame[integers] = frame[integers].astype("Int64")
    return frame


def write(folder: Path, *frames: pd.DataFrame) -> Path:
    """A results folder with these rows; `rows()` if none are given."""
    write_units(pd.concat(frames) if frames else rows(), folder, {"command": "a test"})
    return folder
