"""The figure of the benchmark: rates of all engines, and time against vectors."""

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from characterize.bench.table import BENCH, JSON_FILE
from characterize.figures.style import STYLE, svg
from characterize.files import write_bytes

UNIT = "multiplier_array_x8s_w8s"
_COLOURS = {"bitparallel": "#4477aa", "bitparallel-numpy": "#88bbdd"}
_OTHERS = "#cc8844"
_LABELS = {
    "bitparallel": "bit-parallel",
    "bitparallel-numpy": "bit-parallel, NumPy",
    "kyupy-logicsim": "KyuPy LogicSim",
    "kyupy-wavesim": "KyuPy WaveSim",
    "verilator-saif": "Verilator C++, SAIF",
    "icarus": "Icarus, wave dump",
    "cocotb-icarus": "cocotb + Icarus, nets read in Python",
    "cocotb-verilator": "cocotb + Verilator, nets read in Python",
}


def draw(folder: Path) -> Path:
    """Draw `figures/bench.svg` from a folder's `bench.csv` and `bench.json`."""
    table = BENCH.read(folder).fillna({"simd": ""})
    package = json.loads((folder / JSON_FILE).read_text(encoding="utf-8"))
    with mpl.rc_context(STYLE):
        figure = _figure(table[table.unit == UNIT], package)
        path = folder / "figures" / "bench.svg"
        write_bytes(path, svg(figure))
    return path


def _figure(table: pd.DataFrame, package: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(10, 7.6), layout="constrained")
    axes = figure.subplots(2, 2, gridspec_kw={"height_ratios": [1.5, 1]})
    for column, model in enumerate(("zero", "unit")):
        rows = table[table.delay_model == model]
        title = "zero delay" if model == "zero" else "unit delay: glitches included"
        _rates(axes[0][column], rows)
        axes[0][column].set_title(title, loc="left")
        points = [point for point in package["growth"] if point["delay_model"] == model]
        _growth(axes[1][column], points)
    low = min(each.get_xlim()[0] for each in axes[0])
    high = max(each.get_xlim()[1] for each in axes[0])
    for each in axes[0]:
        each.set_xlim(low, high)
    nets = int(table.nets.iloc[0])
    machine = package["provenance"]["machine"]
    same = bool((table.nets_agree == table.nets).all())
    figure.suptitle(
        f"Toggles of every net of an 8x8-bit multiplier ({nets} nets): operand pairs per second\n"
        + ("Same netlist, same operands; every engine counts the same on every net.\n" if same
           else "Same netlist, same operands; counts differ: see nets_agree.\n")
        + "× 20: twenty times slower than the fastest with one thread",
        x=0.01, ha="left", fontsize=10,
    )  # fmt: skip
    simd = ", ".join(machine["simd"])
    figure.supxlabel(
        f"{machine['processor']}, {machine['cores']} virtual cores, {simd}; medians of "
        f"{package['provenance']['rounds']} interleaved rounds; lines over bars: fastest to "
        f"slowest. {package['provenance']['command']}",
        fontsize=7.5, x=0.01, ha="left",
    )  # fmt: skip
    return figure


def _rates(axes: Axes, rows: pd.DataFrame) -> None:
    """Bars on a logarithmic scale, the fastest on top."""
    ordered = rows.sort_values("vectors_per_s")
    place = np.arange(len(ordered))
    best = float(ordered[ordered.threads == 1].vectors_per_s.max())
    colours = [_COLOURS.get(engine, _OTHERS) for engine in ordered.engine]
    error = ordered.vectors_per_s * ordered.spread_percent / 200
    axes.barh(
        place, ordered.vectors_per_s, xerr=error, color=colours, height=0.7,
        error_kw={"elinewidth": 0.8},
    )  # fmt: skip
    axes.set_xscale("log")
    axes.grid(False)
    axes.grid(True, axis="x")
    axes.set_yticks(place, [_label(row) for row in ordered.to_dict("records")])
    for y, rate, bar in zip(place, ordered.vectors_per_s, error, strict=True):
        slower = f", × {float(f'{best / rate:.2g}'):,g}" if rate < 0.95 * best else ""
        axes.annotate(
            f"{_short(rate)}{slower}", (rate + bar, y), xytext=(4, 0),
            textcoords="offset points", va="center", fontsize=8,
        )  # fmt: skip
    limit = float((ordered.vectors_per_s / ordered.ratio_to_limit).median())
    axes.axvline(limit, color="#333333", linestyle=":", linewidth=1)
    axes.annotate(
        "registers only", (limit, len(ordered) - 0.4), ha="right", fontsize=7.5, xytext=(-2, 0),
        textcoords="offset points",
    )  # fmt: skip
    axes.set_xlim(30, limit * 300)
    axes.set_xlabel("operand pairs per second")


def _growth(axes: Axes, points: list[dict[str, Any]]) -> None:
    """Time against vectors, both logarithmic, a line for each engine."""
    others = ["#cc8844", "#bb4455", "#997755", "#559977", "#8866aa"]
    engines = list(dict.fromkeys(point["engine"] for point in points))
    for engine in engines:
        some = [point for point in points if point["engine"] == engine]
        colour = _COLOURS["bitparallel"] if engine == "bitparallel" else others.pop(0)
        axes.plot(
            [point["vectors"] for point in some], [point["seconds"] for point in some],
            marker="o", markersize=3, color=colour, label=_LABELS[engine].split(",")[0],
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("operand pairs")
    axes.set_ylabel("seconds")
    axes.legend(fontsize=7.5, loc="lower right")
    axes.set_xlim(500, 1e12)


def _label(row: dict[Any, Any]) -> str:
    details = [row["simd"]] if row["simd"] else []
    details += [f"{row['threads']} threads"] if row["threads"] > 1 else []
    return ", ".join([_LABELS[row["engine"]], *details])


def _short(rate: float) -> str:
    """With three digits and a prefix."""
    for size, prefix in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if rate >= size:
            return f"{rate / size:.3g}{prefix}/s"
    return f"{rate:.3g} /s"
