"""What OpenSTA would be given is whole, and its answers are read; it need not be there."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from characterize.activity import Activity
from characterize.cell_table import load_library
from characterize.errors import CharacterizeError
from characterize.netlist import Netlist
from characterize.synthesis import synthesize
from characterize.units import Registry
from tests.oracle.comparison import conditions_of, full_cells
from tests.oracle.full_liberty import read_cells
from tests.oracle.judge import Question, answers, question
from tests.oracle.static import Static

REPORT = """answer slack 812.5
unannotated     0
Group                  Internal  Switching    Leakage      Total
Sequential             1.0e-06   2.0e-06   3.0e-09   3.0e-06  60.0%
Combinational          1.0e-06   1.0e-06   1.0e-09   2.0e-06  40.0%
Total                  2.0e-06   3.0e-06   4.0e-09   5.0e-06 100.0%
                          40.0%      60.0%       0.1%
"""


@pytest.fixture(scope="module", params=["asap7", "sky130hd"])
def asked(
    request: pytest.FixtureRequest, registry: Registry, data: Path
) -> tuple[Netlist, Activity, Static, Question]:
    netlist = synthesize(registry.unit("mac_array_x2s_w2s_a16"), load_library(request.param))
    cells = full_cells(data, request.param)
    static = Static(netlist, cells, conditions_of(request.param, cells))
    toggles = np.arange(netlist.nets, dtype=np.int64)[None, :]
    activity = Activity(np.array([1000]), toggles, toggles, toggles[0] // 2)
    return netlist, activity, static, question(netlist, activity, static, data)


def test_every_pin_of_every_cell_is_annotated_once_with_its_nets_activity(
    asked: tuple[Netlist, Activity, Static, Question],
) -> None:
    netlist, activity, static, files = asked
    told = re.findall(
        r"set_power_activity -pins {(.*)} -activity (\S+) -duty (\S+)", files.files["ask.tcl"]
    )
    pins = {pin: (float(rate), float(duty)) for names, rate, duty in told for pin in names.split()}
    assert sum(len(names.split()) for names, _, _ in told) == len(pins)
    expected = {f"{g.name}/{pin}": net for g in netlist.gates for pin, net in g.pins.items()}
    assert set(pins) == set(expected)
    for pin, net in expected.items():
        duty = 0.5 if net in static.clock_nets else int(activity.ones[net]) / 1000
        assert pins[pin] == pytest.approx((net / 1000, duty))


def test_the_verilog_has_every_gate_and_declares_every_net(
    asked: tuple[Netlist, Activity, Static, Question],
) -> None:
    netlist, _, _, files = asked
    text = files.files["netlist.v"]
    declared = re.findall(r"^  (?:input|output|wire) (n\d+);", text, re.M)
    assert sorted(declared) == sorted(f"n{net}" for net in range(netlist.nets))
    instances = re.findall(r"^  (\w+) (g\d+) \((.*)\);$", text, re.M)
    assert [(cell, name) for cell, name, _ in instances] == [
        (g.cell, g.name) for g in netlist.gates
    ]
    pins = Counter(net for _, _, names in instances for net in re.findall(r"\((n\d+)\)", names))
    assert sum(pins.values()) == sum(len(gate.pins) for gate in netlist.gates)


def test_the_cells_are_those_of_the_netlist_with_the_wire_in_their_pins(
    asked: tuple[Netlist, Activity, Static, Question], tmp_path: Path
) -> None:
    """Read back: the loads of pins, and nothing else, are other ones."""
    netlist, _, static, files = asked
    paths = []
    for name, text in files.files.items():
        if name.endswith(".lib"):
            (tmp_path / name).write_text(text)
            paths.append(tmp_path / name)
    used = {gate.cell for gate in netlist.gates}
    again = read_cells(paths, used)
    for text in files.files.values():
        assert "capacitance_range" not in text
        assert "default_wire_load :" not in text
    for name in used:
        for pin, read in again[name].pins.items():
            original = static.cells[name].pins[pin]
            wire = static.conditions.wire_ff if read.direction == "input" else 0.0
            assert read.cap_ff == pytest.approx(original.cap_ff + wire, rel=1e-6)
            assert len(read.arcs) == len(original.arcs)
            assert len(read.powers) == len(original.powers)


def test_outputs_have_their_load_and_the_clock_its_period(
    asked: tuple[Netlist, Activity, Static, Question],
) -> None:
    netlist, _, static, files = asked
    text = files.files["ask.tcl"]
    unit = 1.0 if netlist.library.name == "asap7" else 1000.0
    loads = re.findall(r"set_load -pin_load (\S+) \[get_ports n(\d+)\]", text)
    bits = {net: bits for net, bits in enumerate(netlist.output_bits) if bits}
    assert {int(net) for _, net in loads} == set(bits) - netlist.input_nets
    for load, net in loads:
        assert float(load) * unit == pytest.approx(bits[int(net)] * static.conditions.output_ff)
    (clock,) = netlist.ports["clk_i"]
    assert f"-period {files.period_ps / unit:.9g} [get_ports n{clock}]" in text


def test_answers_are_read() -> None:
    assert answers(REPORT) == {
        "internal": 2e-6, "switching": 3e-6, "leakage": 4e-9, "slack": 812.5,
    }  # fmt: skip


def test_a_pin_at_its_default_or_a_missing_report_is_an_error() -> None:
    with pytest.raises(CharacterizeError, match="12 pins have no activity"):
        answers(REPORT.replace("unannotated     0", "unannotated    12"))
    with pytest.raises(CharacterizeError, match="no report: Error: no such file"):
        answers("reading\nError: no such file\n")


def test_without_opensta_nothing_passes(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.oracle.judge"], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2], env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert run.returncode == 2
    assert run.stderr.startswith("error: OpenSTA (`sta`) is not installed: 2.6 or later is needed")
    assert len(run.stderr.splitlines()) == 1
