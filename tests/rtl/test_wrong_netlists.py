"""Every simulator catches a wrong netlist, and leaves its waves where it was told to."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.cocotb_run import CocotbSimulator
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.simulators.verilator import Verilator
from characterize.synthesis import synthesize
from characterize.units import Registry

WRONG = r"multiplier_array_x4s_w4s \(netlist\): cycle \d+: p_o is [01]{8}, but multiply of"

every_simulator = pytest.mark.parametrize("simulator", [Icarus, Verilator])


@pytest.fixture(scope="module")
def simulations(registry: Registry, asap7: CellLibrary) -> list[Simulation]:
    """A MAC's RTL, and the netlist of an unsigned multiplier in place of a signed one."""
    unsigned = registry.unit("multiplier_array_x4u_w4u")
    signed = registry.unit("multiplier_array_x4s_w4s")
    values = {role: np.arange(-8, 8, dtype=np.int64) for role in ("x", "w")}
    wrong = Simulation(signed, values, replace(synthesize(unsigned, asap7), unit=signed))
    mac = registry.unit("mac_array_x2u_w2u_a8")
    ones = {port.role: np.ones(9, dtype=np.int64) for port in mac.operands}
    return [Simulation(mac, ones), wrong]


@every_simulator
@pytest.mark.usefixtures("icarus", "verilator")
def test_a_wrong_netlist_leaves_its_waves(
    simulator: Callable[..., CocotbSimulator], simulations: list[Simulation], tmp_path: Path
) -> None:
    keep = tmp_path / "waves"
    with pytest.raises(CharacterizeError, match=WRONG) as caught:
        simulator(keep=keep).run(simulations)
    message = str(caught.value)
    assert "\n" not in message
    said, _, where = message.rpartition("; waves of bench_top.u1: ")
    assert said
    dump = Path(where)
    assert dump.parent == keep / "multiplier_array_x4s_w4s-netlist"
    left = {path.name for path in dump.parent.iterdir()}
    assert left == {dump.name, "top.v", "netlists.v", "drive.txt", "expect.txt", "checked.json"}
    header = dump.read_text().split("$enddefinitions")[0]
    scopes = set(re.findall(r"\$scope module (\S+) \$end", header))
    # Instances within the RTL too.
    assert {"bench_top", "u0", "u_multiplier", "u1"} <= scopes
    nets = simulations[1].netlist.nets if simulations[1].netlist else 0
    variables = set(re.findall(r" (n\d+) \$end", header))
    assert variables == {f"n{net}" for net in range(nets)}


@every_simulator
@pytest.mark.usefixtures("icarus", "verilator")
def test_right_units_leave_nothing(
    simulator: Callable[..., CocotbSimulator], simulations: list[Simulation], tmp_path: Path
) -> None:
    simulator(keep=tmp_path / "waves").run(simulations[:1])
    assert not (tmp_path / "waves").exists()
