"""Compares the product with OpenSTA: `python -m tests.oracle.judge [--units GLOB]`.

OpenSTA gets the flat netlist, the cells of the Liberty files as they are (with the
wire allowance in their pins' capacitance), and the activity of every pin; it works
out slews, loads, power and the longest path by itself. What it counts otherwise is
put on our side:

- it adds what the library books on the ground to the internal energy, so we do;
- nets that ports drive have no switching power, the clock's among them;
- its leakage takes the pins of a state as independent, outputs too: shown, not judged;
- it weights states by probabilities, where we take means: internal energy may differ
  by 10 %.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from characterize.activity import Activity
from characterize.cell_table import load_library, shipped_libraries
from characterize.energy import BLOCKS, EnergyReport
from characterize.errors import CharacterizeError
from characterize.netlist import Netlist, net_name
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import LEAD_IN, Simulation
from characterize.simulators.top import drive_lines
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry, UnitSpec
from tests.oracle.account import by_definition
from tests.oracle.comparison import VECTORS, conditions_of, full_cells, liberty_files, per_cent
from tests.oracle.full_liberty import cut_cells
from tests.oracle.replay import replay
from tests.oracle.static import Static

OLDEST = (2, 6)  # before it, pins cannot be annotated
UNITS = "m*_x4u_w4u*"  # every kind of multiplier and MAC
ALLOWED = {"switching": 0.5, "internal": 10.0, "path": 2.0}  # per cent
_ANSWER = re.compile(r"^(Total|answer \w+)((?:\s+-?[\d.]+(?:e[-+]?\d+)?%?)+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Question:
    """What OpenSTA reads: file name -> text; and its own clock period."""

    files: dict[str, str]
    period_ps: float


def question(netlist: Netlist, activity: Activity, static: Static, data: Path) -> Question:
    """Netlist, cells, activities and commands for OpenSTA."""
    library = netlist.library
    used = {gate.cell for gate in netlist.gates}
    files = {"netlist.v": _verilog(netlist)}
    for index, path in enumerate(liberty_files(data, library.name)):
        if text := cut_cells(path, used):
            files[f"cells{index}.lib"] = _with_wire(text, library.conditions.wire_ff_per_fanout)
    # Long enough for every path; activities are per period.
    period_ps = 4 * static.critical_path_ps()
    files["ask.tcl"] = _commands(netlist, activity, static, sorted(files), period_ps)
    return Question(files, period_ps)


def _verilog(netlist: Netlist) -> str:
    """The netlist with a scalar port for each net that comes in or goes out."""
    outputs = {net for net, bits in enumerate(netlist.output_bits) if bits} - netlist.input_nets
    inputs = [net_name(net) for net in sorted(netlist.input_nets)]
    outside = [net_name(net) for net in sorted(outputs)]
    lines = [f"module {netlist.unit.name} ({', '.join([*inputs, *outside])});"]
    lines += [f"  input {name};" for name in inputs]
    lines += [f"  output {name};" for name in outside]
    inner = set(range(netlist.nets)) - netlist.input_nets - outputs
    lines += [f"  wire {net_name(net)};" for net in sorted(inner)]
    for gate in netlist.gates:
        pins = ", ".join(f".{pin}({net_name(net)})" for pin, net in gate.pins.items())
        lines.append(f"  {gate.cell} {gate.name} ({pins});")
    return "\n".join([*lines, "endmodule", ""])


def _with_wire(liberty: str, wire_ff: float) -> str:
    """Input pins with the larger of their capacitances and the wire allowance, alone.

    OpenSTA prefers ranges of a capacitance to the capacitance, and adds a wire load
    model where the library names one.
    """
    liberty = re.sub(r"\b(?:rise|fall)_capacitance_range\s*\([^)]*\)\s*;?", "", liberty)
    liberty = re.sub(r"\bdefault_wire_load\s*:[^;\n]*;?", "", liberty)
    unit_ff = 1000.0 if re.search(r"capacitive_load_unit\s*\([^)]*pf", liberty, re.I) else 1.0

    def pin(match: re.Match[str]) -> str:
        values = re.findall(r"\b(?:rise_|fall_)?capacitance\s*:\s*([-\d.eE+]+)", match.group())
        if not re.search(r"direction\s*:\s*\"?input", match.group()) or not values:
            return match.group()
        load = max(float(value) for value in values) + wire_ff / unit_ff
        return re.sub(
            r"\b((?:rise_|fall_)?capacitance\s*:\s*)[-\d.eE+]+", rf"\g<1>{load:.9g}", match.group()
        )

    # From one pin to the next one, or to the end.
    return re.sub(r"\bpin\s*\(.*?(?=\bpin\s*\(|\Z)", pin, liberty, flags=re.DOTALL)


def _commands(
    netlist: Netlist, activity: Activity, static: Static, files: list[str], period_ps: float
) -> str:
    """Tcl: read, constrain, annotate every pin, ask."""
    # Times and capacitances of commands are in the units of the first Liberty file.
    time, cap = (1.0, 1.0) if netlist.library.name == "asap7" else (1000.0, 1000.0)
    slew = static.conditions.input_slew_ps / time
    clock = netlist.unit.clock
    port = f" [get_ports {net_name(netlist.ports[clock.name][0])}]" if clock else ""
    lines = [f"read_liberty {name}" for name in files if name.endswith(".lib")]
    lines += [
        "read_verilog netlist.v",
        f"link_design {netlist.unit.name}",
        f"create_clock -name c -period {period_ps / time:.9g}{port}",
        f"set_clock_transition {slew:g} [get_clocks c]" if clock else "",
        f"set_input_transition {slew:g} [all_inputs]",
        "set_input_delay 0 -clock c [all_inputs]" if not clock else "",
        "set_output_delay 0 -clock c [all_outputs]",
    ]
    if clock:
        inputs = sorted(netlist.input_nets - set(netlist.ports[clock.name]))
        lines += [f"set_input_delay 0 -clock c [get_ports {net_name(net)}]" for net in inputs]
    for net, bits in enumerate(netlist.output_bits):
        if bits and net not in netlist.input_nets:
            load = bits * static.conditions.output_ff / cap
            lines.append(f"set_load -pin_load {load:.9g} [get_ports {net_name(net)}]")
    cycles = activity.total_cycles
    toggles = (activity.toggles.sum(axis=0) / cycles).tolist()
    ones = (activity.ones / cycles).tolist()
    pins: list[list[str]] = [[] for _ in range(netlist.nets)]
    for gate in netlist.gates:
        for pin, net in gate.pins.items():
            pins[net].append(f"{gate.name}/{pin}")
    lines.append(
        "proc slack {} { foreach p [find_timing_paths] { return [get_property $p slack] } }"
    )
    lines.append('puts "answer slack [slack]"')
    for net, names in enumerate(pins):
        duty = 0.5 if net in static.clock_nets else ones[net]
        if names:
            lines.append(
                f"set_power_activity -pins {{{' '.join(names)}}} "
                f"-activity {toggles[net]:.9g} -duty {duty:.9g}"
            )
    lines += ["report_activity_annotation", "report_power -digits 9", "exit"]
    return "\n".join(line for line in lines if line) + "\n"


def version(sta: str) -> tuple[int, ...]:
    """Version of an OpenSTA program."""
    told = subprocess.run([sta, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(?:\.\d+)+", told.stdout)
    return tuple(int(part) for part in found.group().split(".")) if found else (0,)


def ask(sta: str, asked: Question) -> dict[str, float]:
    """What OpenSTA says: W by cause, and `slack` in its own unit of time."""
    with tempfile.TemporaryDirectory(prefix="gatewatt-judge-") as name:
        for file, text in asked.files.items():
            (Path(name) / file).write_text(text, encoding="ascii")
        run = subprocess.run(
            [sta, "-no_splash", "-exit", "ask.tcl"], cwd=name, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
    return answers(run.stdout + run.stderr)


def answers(text: str) -> dict[str, float]:
    """The figures in OpenSTA's report.

    Raises
    ------
    CharacterizeError
        If it left a pin to its defaults, or gave no report.
    """
    found = {
        head: [v for v in rest.split() if "%" not in v] for head, rest in _ANSWER.findall(text)
    }
    bare = re.search(r"^unannotated\s+(\d+)", text, re.MULTILINE)
    if "Total" not in found or "answer slack" not in found or bare is None:
        errors = [line for line in text.splitlines() if "rror" in line] or text.splitlines()[-1:]
        raise CharacterizeError(f"OpenSTA gave no report: {' '.join(errors[:1])}")
    if int(bare.group(1)):
        raise CharacterizeError(f"OpenSTA: {bare.group(1)} pins have no activity")
    internal, switching, leakage, _ = (float(value) for value in found["Total"])
    return {
        "internal": internal,
        "switching": switching,
        "leakage": leakage,
        "slack": float(found["answer slack"][0]),
    }


def ours(
    netlist: Netlist, activity: Activity, history_lines: list[str], data: Path
) -> tuple[Static, dict[str, float]]:
    """The product's energies per cycle in fJ by OpenSTA's way of counting, and the path."""
    library = netlist.library
    timing = analyze(netlist)
    conditions = conditions_of(library.name, full_cells(data, library.name))
    static = Static(netlist, full_cells(data, library.name), conditions)
    rows = EnergyReport(netlist, timing, activity, conditions.clock_ps).rows()["all", "all"]
    ground_cells = full_cells(data, library.name, ground=True)
    ground = Static(netlist, ground_cells, conditions)
    first = LEAD_IN * netlist.unit.cycles_per_op
    history = replay(netlist, ground_cells, history_lines)
    book = by_definition(ground, activity, history, first, conditions.clock_ps)
    rate = activity.toggle_rate
    half_v2 = 0.5 * conditions.vdd_v**2
    # Capacitance of clock pins is in our clock, and in no internal energy.
    pins = sum(half_v2 * static.load_ff[net] * float(rate[net]) for net in static.clock_nets)
    on_ground = sum(book[key] for key in list(book) if key[0] in ("internal", "clock")) - pins
    from_ports = sum(half_v2 * static.load_ff[net] * float(rate[net]) for net in netlist.input_nets
                     if net not in static.clock_nets)  # fmt: skip
    gated = sum(half_v2 * static.load_ff[net] * float(rate[net])
                for net in static.clock_nets - netlist.input_nets)  # fmt: skip
    cycles = activity.cycles_per_op
    return static, {
        "switching": (rows.switching_fj - from_ports + gated) / cycles,
        "internal": (rows.internal_fj + rows.clock_fj - pins + on_ground) / cycles,
        "leakage": rows.leakage_fj / cycles,
        "path": timing.critical_path_ps,
    }


def judge(unit: UnitSpec, library: str, data: Path, sta: str) -> dict[str, tuple[float, float]]:
    """Cause -> (ours, OpenSTA's): fJ per cycle, and ps for `path`."""
    netlist = synthesize(unit, load_library(library))
    operands = Stimulus("uniform").operands(unit, VECTORS + 1)
    simulation = Simulation(unit, operands, netlist, BLOCKS)
    (outcome,) = Icarus().run([simulation])
    assert outcome.activity is not None
    static, mine = ours(netlist, outcome.activity, drive_lines([simulation]), data)
    asked = question(netlist, outcome.activity, static, data)
    told = ask(sta, asked)
    # W times ps is 1000 fJ; activities were per OpenSTA's period, leakage is per ours.
    other = {cause: told[cause] * asked.period_ps * 1e3 for cause in ("internal", "switching")}
    other["leakage"] = told["leakage"] * static.conditions.clock_ps * 1e3
    time = 1.0 if library == "asap7" else 1000.0
    other["path"] = asked.period_ps - told["slack"] * time
    return {cause: (mine[cause], other[cause]) for cause in mine}


def main() -> int:
    """Run the command line; what it gives is the exit status."""
    parser = argparse.ArgumentParser(prog="tests.oracle.judge", description=__doc__)
    parser.add_argument("--library", choices=shipped_libraries(), action="append")
    parser.add_argument("--units", default=UNITS, help="only units whose name matches")
    arguments = parser.parse_args()
    sta = shutil.which("sta")
    if sta is None or version(sta) < OLDEST:
        needed = ".".join(str(part) for part in OLDEST)
        state = "is not installed" if sta is None else f"is {'.'.join(map(str, version(sta)))}"
        print(f"error: OpenSTA (`sta`) {state}: {needed} or later is needed, nothing was compared",
              file=sys.stderr)  # fmt: skip
        return 2
    folder = os.environ.get("GATEWATT_DATA")
    if not folder:
        print("error: GATEWATT_DATA is not set: name the folder of Liberty files", file=sys.stderr)
        return 2
    missed = 0
    try:
        units = Registry().select(arguments.units, "default")
        for library in arguments.library or shipped_libraries():
            table = Table("unit", *("switching", "internal", "leakage", "path"), title=library)
            for unit in units:
                judged = judge(unit, library, Path(folder), sta)
                deviations = {cause: per_cent(*pair) for cause, pair in judged.items()}
                missed += sum(abs(deviations[cause]) > limit for cause, limit in ALLOWED.items())
                table.add_row(
                    unit.name, *(f"{deviation:+.2f} %" for deviation in deviations.values())
                )
            Console(width=None if sys.stdout.isatty() else 120).print(table)
    except CharacterizeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{missed} thresholds missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
