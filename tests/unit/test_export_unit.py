"""SAIF, netlist and SDF of one unit: every net and pin, and delays that Icarus repeats."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from characterize.case import Case
from characterize.errors import CharacterizeError
from characterize.export import netlist as netlist_export
from characterize.export import saif as saif_export
from characterize.export.netlist import bit_names
from characterize.export.unit_run import UnitRun, run_unit
from characterize.measure import measure
from characterize.netlist import net_name
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import LEAD_IN, Simulation
from characterize.simulators.saif import SaifNet, read_saif
from characterize.stimulus import Stimulus
from characterize.units import Registry

VECTORS = 300
# Without state, with several cycles an operation, with sums, with gated clocks.
UNITS = (
    ("multiplier_dadda_x4s_w4s", "asap7"),
    ("multiplier_serial_x3s_w3s", "asap7"),
    ("mac_array_x3s_w3s_a16", "sky130hd"),
    ("mac_split_gated_x2u_w2u_a16", "asap7"),
)


@pytest.fixture(scope="module", params=UNITS, ids=[name for name, _ in UNITS])
def run(request: pytest.FixtureRequest, registry: Registry, icarus: Icarus) -> UnitRun:
    name, library = request.param
    case = Case(registry.unit(name), library, Stimulus("uniform"), VECTORS, "library")
    return run_unit(case, referee=icarus)


@pytest.fixture(scope="module")
def nets(run: UnitRun, tmp_path_factory: pytest.TempPathFactory) -> dict[str, SaifNet]:
    """The SAIF file read back, paths below the unit."""
    path = tmp_path_factory.mktemp("saif") / "unit.saif"
    ((name, text),) = saif_export.export(run).items()
    assert name == f"{run.case.unit.name}.saif"
    path.write_text(text)
    top = f"{run.case.unit.name}."
    read = read_saif(path)
    assert all(path.startswith(top) for path in read)
    return {path.removeprefix(top): figures for path, figures in read.items()}


def test_saif_has_every_net_port_bit_and_pin(run: UnitRun, nets: dict[str, SaifNet]) -> None:
    """100 % of the nets, and nothing else."""
    netlist = run.netlist
    wanted = {net_name(net): net for net in range(netlist.nets)}
    for port in netlist.unit.ports:
        wanted |= dict(zip(bit_names(port), netlist.ports[port.name], strict=True))
    wanted |= {f"{g.name}.{pin}": net for g in netlist.gates for pin, net in g.pins.items()}
    assert set(nets) == set(wanted)
    toggles = run.activity.toggles.sum(axis=0)
    assert int(toggles.sum()) > VECTORS
    for name, net in wanted.items():
        assert nets[name].toggles == toggles[net], name
        assert nets[name] == nets[net_name(net)]


def test_saif_times(run: UnitRun, nets: dict[str, SaifNet]) -> None:
    cycles = VECTORS * run.case.unit.cycles_per_op
    duration = cycles * run.clock_ps
    for net in range(run.netlist.nets):
        figures = nets[net_name(net)]
        assert figures.time_0 + figures.time_1 == duration
        assert figures.time_x == 0
        if net in run.netlist.clock_nets:
            assert figures.time_1 == figures.toggles / 2 * run.clock_ps / 2
        else:
            assert figures.time_1 == run.activity.ones[net] * run.clock_ps
    if run.case.unit.clock is not None:
        (clock,) = run.netlist.ports[run.case.unit.clock.name]
        assert nets[net_name(clock)].toggles == 2 * cycles
        assert nets[net_name(clock)].time_1 == duration / 2


def test_saif_has_ports_and_pins_under_both_heads(run: UnitRun) -> None:
    text = saif_export.saif(run)
    # Clearly one top instance and one a gate, each with both sections.
    assert text.count("(INSTANCE ") == text.count("(NET\n") == 1 + len(run.netlist.gates)
    assert text.count("(PORT\n") == text.count("(NET\n")
    top = re.search(r"^ \(PORT\n(.*?)^ \)", text, re.MULTILINE | re.DOTALL)
    assert top is not None
    names = [name.replace("\\", "") for name in re.findall(r"\((\S+) \(T0", top[1])]
    assert names == [bit for port in run.netlist.unit.ports for bit in bit_names(port)]
    assert text.count("(") == text.count(")")


def test_saif_follows_the_grammar_of_opensta(run: UnitRun) -> None:
    """`power/SaifParse.yy`, `SaifLex.ll`: header, one instance, no empty section, no keyword."""
    text = re.sub(r"//.*\n", "", saif_export.saif(run))
    head = r'\(SAIFILE\n(\((SAIFVERSION|DIRECTION|DESIGN|PROGRAM_NAME) "[^"]*"\)\n)+'
    head += r"\(DIVIDER / \)\n\(TIMESCALE 1 ps\)\n\(DURATION \d+\)\n"
    name = r"[A-Za-z_][A-Za-z0-9_$\[\]\\.]*"
    figures = r"\(T0 \d+\) \(T1 \d+\) \(TX 0\) \(TC \d+\)"
    section = rf"\s*\((NET|PORT)(\s*\({name} {figures}\))+\s*\)"
    instance = rf"\s*\(INSTANCE {name}({section})+\s*\)"
    assert re.fullmatch(rf"{head}\(INSTANCE {name}({section})+({instance})+\s*\)\s*\)\s*", text)
    words = set(re.findall(rf"\(({name}) \(T0", text)) | set(
        re.findall(rf"\(INSTANCE ({name})", text)
    )
    assert not words & {"NET", "PORT", "INSTANCE", "T0", "T1", "TX", "TZ", "TB", "TC", "IG"}


def test_counts_are_those_of_the_results_table(run: UnitRun, icarus: Icarus) -> None:
    """The same case measured as for units.csv has the same toggles and energy."""
    (rows,) = measure([run.case], BitParallel(), referee=icarus)
    whole = next(row for row in rows if (row["part"], row["net_group"]) == ("all", "all"))
    counted = [net for net in range(run.netlist.nets) if net not in run.netlist.clock_nets]
    assert run.toggles[counted].sum() / VECTORS == pytest.approx(whole["toggles_per_op"])
    assert run.report.rows()["all", "all"].energy_fj == pytest.approx(whole["energy_fj"])


def test_netlist_is_annotated_with_figures_that_add_up(run: UnitRun) -> None:
    text = netlist_export.annotated_verilog(run)
    gates = re.findall(r"\(\* (.*) \*\)\n  (\S+) (\S+) \((.*)\);", text)
    assert [(cell, name) for _, cell, name, _ in gates] == [
        (gate.cell, gate.name) for gate in run.netlist.gates
    ]
    rows = run.report.rows()
    energy: dict[str, float] = {}
    for about, _, name, pins in gates:
        values = dict(re.findall(r'gatewatt_(\w+) = "([^"]*)"', about))
        causes = [float(values[f"{cause}_fj"]) for cause in ("switching", "internal", "clock",
                                                             "leakage")]  # fmt: skip
        assert sum(causes) == pytest.approx(float(values["energy_fj"]), rel=1e-4)
        energy[values["part"]] = energy.get(values["part"], 0.0) + float(values["energy_fj"])
        (gate,) = (g for g in run.netlist.gates if g.name == name)
        found = re.findall(r"\.(\w+)\((\w+)\)", pins)
        assert dict(found) == {pin: net_name(net) for pin, net in gate.pins.items()}
    for part, total in energy.items():
        if part != "input":
            assert total == pytest.approx(rows[part, "all"].energy_fj, rel=1e-2)
    nets = re.findall(r"\(\* (.*) \*\)\n  wire (n\d+);", text)
    assert [name for _, name in nets] == [net_name(net) for net in range(run.netlist.nets)]
    counted = [dict(re.findall(r'gatewatt_(\w+) = "([^"]*)"', about)) for about, _ in nets]
    for values, toggles in zip(counted, run.toggles.tolist(), strict=True):
        assert float(values["toggles"]) == pytest.approx(toggles / VECTORS, rel=1e-5)
    glitches = sum(float(values["glitches"]) for values in counted)
    assert glitches == pytest.approx(rows["all", "all"].glitch_toggles, rel=1e-4)
    assert "input signed" not in text  # OpenSTA's reader does not take it


def test_netlist_and_sdf_give_the_same_toggles(run: UnitRun, tmp_path: Path) -> None:
    """In Icarus, in a bench of a few lines, the file's delays as those of continuous assignments.

    Those are inertial. Of every net.
    """
    files = netlist_export.export(run)
    name = run.case.unit.name
    models = files[f"{name}_cells.v"]
    paths = models.count("specify ")
    for statement in (r"(assign) (\w+ =) (.*;)", r"(always .*) (\w+ <=) (.*;)"):
        swapped = (
            r"parameter LATE = 0; \1 \2 #(LATE) \3"
            if "<=" in statement
            else (r"parameter LATE = 0; \1 #(LATE) \2 \3")
        )
        models = re.sub(rf"{statement}\n  specify .*", swapped, models)
    assert models.count("parameter LATE") == paths > 0
    assert "specify" not in models
    delays: dict[str, set[str]] = {}
    for cell in re.findall(r"\(CELL (.*?)\n  \)\)\)", files[f"{name}.sdf"], re.DOTALL):
        (gate,) = re.findall(r"\(INSTANCE (\w+)\)", cell)
        delays[gate] = set(re.findall(r"\((\d+)\)", cell))
        assert len(delays[gate]) == 1  # all inputs and both edges
    given = "".join(f"  defparam dut.{gate}.LATE = {min(d)};\n" for gate, d in delays.items())
    counted = _simulated(run, tmp_path, {**files, f"{name}_cells.v": models}, given)
    assert counted == {net_name(net): n for net, n in enumerate(run.toggles.tolist()) if n}
    glitches = run.activity.toggles.sum() - run.activity.functional.sum()
    assert glitches > 0


def test_icarus_annotates_the_sdf_file(run: UnitRun, tmp_path: Path) -> None:
    """Its module paths are not quite inertial: a pulse may come out at another one's time."""
    annotate = f'  initial $sdf_annotate("{run.case.unit.name}.sdf", dut);\n'
    counted = _simulated(run, tmp_path, netlist_export.export(run), annotate)
    assert counted.keys() == {net_name(net) for net, n in enumerate(run.toggles.tolist()) if n}
    assert sum(counted.values()) == pytest.approx(run.toggles.sum(), rel=0.02)
    without = _simulated(run, tmp_path, netlist_export.export(run), "")
    assert without != counted


def _simulated(run: UnitRun, folder: Path, files: dict[str, str], given: str) -> dict[str, int]:
    """Toggles of every net of the netlist in Icarus."""
    for name, text in {**files, "bench.v": _bench(run, given)}.items():
        (folder / name).write_text(text)
    sources = ["bench.v", *(name for name in files if name.endswith(".v"))]
    subprocess.run(
        ["iverilog", "-g2005", "-gspecify", "-o", "bench", *sources], cwd=folder, check=True
    )
    simulated = subprocess.run(
        ["vvp", "-n", "bench"], cwd=folder, check=True, capture_output=True, text=True
    )
    assert not re.search("(?i)error|warning|cannot", simulated.stdout + simulated.stderr)
    begin = round(LEAD_IN * run.case.unit.cycles_per_op * run.clock_ps)
    return _toggles((folder / "bench.vcd").read_text(), begin)


def _bench(run: UnitRun, given: str) -> str:
    """Drives the operations of the run, one clock cycle after the other."""
    unit = run.case.unit
    operands = run.case.stimulus.operands(unit, VECTORS + 1)
    simulation = Simulation(unit, operands, run.netlist, 1, run.delays)
    codes = {p.role: p.format.encode(simulation.held[p.role]) for p in unit.operands}
    assert run.delays.step_ps is not None
    late = run.delays.operands * run.delays.step_ps
    lines = ["`timescale 1ps / 1ps", "module bench;"]
    connections = []
    for port in unit.ports:
        kind = "reg" if port.direction == "input" else "wire"
        lines.append(f"  {kind} [{port.format.bits - 1}:0] {port.name};")
        connections.append(f".{port.name}({port.name})")
    clock = unit.clock.name if unit.clock else None
    lines += [
        f"  {unit.name} dut ({', '.join(connections)});",
        given,
        "  initial begin",
        '    $dumpfile("bench.vcd"); $dumpvars(1, dut);',
    ]
    period = round(run.clock_ps)
    for cycle in range(simulation.cycles):
        operation, phase = divmod(cycle, unit.cycles_per_op)
        drive = [f"{port.name} = {int(codes[port.role][operation])};" for port in unit.operands] + [
            f"{p.name} = {int(phase == 0)};" for p in unit.ports if p.role == "start"
        ]
        rise, fall = (f"{clock} = 1;", f"{clock} = 0;") if clock else ("", "")
        lines.append(
            f"    {rise} #{late:g} {' '.join(drive)} #{period // 2 - late:g} {fall} "
            f"#{period - period // 2};"
        )
    return "\n".join([*lines, "    $finish;", "  end", "endmodule", ""])


def _toggles(vcd: str, begin: int) -> dict[str, int]:
    """Changes between 0 and 1 of each net of the netlist from a time on, where there are any."""
    names = dict(re.findall(r"\$var \w+ 1 (\S+) (n\d+) \$end", vcd))
    values: dict[str, str] = {}
    counts: dict[str, int] = {}
    time = 0
    for line in vcd.split("$enddefinitions $end", 1)[1].splitlines():
        if line.startswith("#"):
            time = int(line[1:])
        elif (key := line[1:]) in names and line[0] in "01x":
            before, values[key] = values.get(key), line[0]
            if time >= begin and before is not None and before != line[0]:
                assert {before, line[0]} == {"0", "1"}
                counts[names[key]] = counts.get(names[key], 0) + 1
    return counts


def _of(registry: Registry, delays: str, vectors: int = 10) -> Case:
    unit = registry.unit("multiplier_array_x2u_w2u")
    return Case(unit, "asap7", Stimulus("uniform"), vectors, delays)


@pytest.mark.parametrize("delays", ["zero", "unit"])
def test_sdf_of_delays_that_are_no_times_is_refused(
    registry: Registry, icarus: Icarus, delays: str
) -> None:
    run = run_unit(_of(registry, delays), referee=icarus)
    assert saif_export.export(run)
    with pytest.raises(CharacterizeError, match=f"{delays} delays are not: give --delays library"):
        netlist_export.export(run)


def test_no_operation_is_refused(registry: Registry) -> None:
    with pytest.raises(CharacterizeError, match="--vectors 0: count 1 operation or more"):
        run_unit(_of(registry, "zero", 0))


def test_files_say_what_they_are(run: UnitRun) -> None:
    for name, text in _files(run):
        if name.endswith("_cells.v"):
            continue
        for word in (run.case.unit.name, run.case.library, "stimulus uniform, seed 1",
                     f"{VECTORS} operations", "delay model library (step ", "Not included: layout",
                     "SHA-256 "):  # fmt: skip
            assert word in text, (name, word)


def test_the_same_case_gives_the_same_bytes(run: UnitRun, icarus: Icarus) -> None:
    assert dict(_files(run_unit(run.case, referee=icarus))) == dict(_files(run))


def _files(run: UnitRun) -> Iterator[tuple[str, str]]:
    yield from saif_export.export(run).items()
    yield from netlist_export.export(run).items()


def test_every_bit_is_named_once(registry: Registry) -> None:
    unit = registry.unit("mac_array_x3s_w3s_a16")
    names = [bit for port in unit.ports for bit in bit_names(port)]
    assert len(set(names)) == len(names) == int(np.sum([p.format.bits for p in unit.ports]))
    assert {"clk_i", "x_i[0]", "x_i[2]", "sum_o[15]"} <= set(names)
