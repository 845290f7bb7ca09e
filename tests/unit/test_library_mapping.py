"""The shipped libraries at work, and the small Liberty of a table beside the vendor's own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from characterize import liberty_writer
from characterize.cell_table import load_library
from characterize.energy import BLOCKS, EnergyReport
from characterize.liberty import parse
from characterize.liberty_writer import liberty_text
from characterize.library import CellLibrary
from characterize.netlist import Netlist
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry
from characterize.verilog import netlist_verilog
from tests.liberty_cut import cut_down, liberty_files
from tests.oracle.comparison import full_cells

UNITS = ("adder_ripple_x8s_y8s", "multiplier_array_x6u_w6u", "mac_booth_x4u_w4s_a32")


@pytest.fixture(scope="module")
def sky130hd() -> CellLibrary:
    return load_library("sky130hd")


@pytest.fixture
def mapped_with(
    monkeypatch: pytest.MonkeyPatch, registry: Registry
) -> Callable[[str, CellLibrary, str], Netlist]:
    """Maps a unit onto a library whose Liberty text is given."""

    def mapped(name: str, library: CellLibrary, text: str) -> Netlist:
        with monkeypatch.context() as patch:
            patch.setattr(liberty_writer, "liberty_text", lambda _: text)
            return synthesize(registry.unit(name), library)

    return mapped


@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
def test_the_regenerated_liberty_has_the_figures_of_the_original(
    data: Path, library: str, tmp_path: Path
) -> None:
    """Every table digit for digit, by the oracle's reader; the mapper has nothing else to go by."""
    cells = load_library(library)
    path = tmp_path / "regenerated.lib"
    path.write_text(liberty_text(cells))
    group = parse(path.read_text(), path.name)
    vendor = full_cells(data, library)
    tables = 0
    time = 1000.0 if group.text("time_unit") == "1ns" else 1.0
    for cell in group.all("cell"):
        for pin in cell.all("pin"):
            theirs = vendor[cell.arguments[0]].pins[pin.arguments[0]]
            if pin.text("direction") == "input":
                cap = pin.number("capacitance")
                assert cap is not None
                assert cap * time == pytest.approx(theirs.cap_ff, rel=1e-9)
                continue
            expected = sorted(
                [value for row in table.rows for value in row]
                for arc in theirs.arcs
                for table in (*arc.delay_ps.values(), *arc.slew_ps.values())
            )
            found = sorted(
                [float(v) * time for v in table.text("values").replace(",", " ").split()]
                for timing in pin.all("timing")
                for kind in ("cell_rise", "cell_fall", "rise_transition", "fall_transition")
                for table in timing.all(kind)
            )
            assert np.array(found) == pytest.approx(np.array(expected), rel=1e-9)
            tables += len(found)
    assert tables > 500


@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
@pytest.mark.parametrize("name", UNITS)
def test_the_regenerated_liberty_maps_as_the_original(
    data: Path, library: str, name: str, registry: Registry,
    mapped_with: Callable[[str, CellLibrary, str], Netlist],
) -> None:  # fmt: skip
    """The same gates, down to the last size and net.

    Tried once: all 432 default units of asap7, and the 306 of square widths of sky130hd.
    """
    cells = load_library(library)
    vendor = cut_down(liberty_files(data / "liberty" / library), list(cells.cells))
    ours = synthesize(registry.unit(name), cells)
    theirs = mapped_with(name, cells, vendor)
    assert netlist_verilog(ours) == netlist_verilog(theirs)


def test_every_family_maps_onto_sky130hd_within_its_tables(
    registry: Registry, sky130hd: CellLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    """One unit of each entry, its widest: mapped, and no slew leaves a table."""
    widest = {unit.entry.name: unit for unit in registry.select("*", "quick")}
    assert len(widest) >= 20
    for unit in widest.values():
        timing = analyze(synthesize(unit, sky130hd))
        assert 0 < timing.critical_path_ps < 1.5 * sky130hd.conditions.clock_ps, unit.name
    assert caplog.records == []


def test_a_gated_unit_runs_on_cells_without_test_pin_and_ties_of_two_outputs(
    registry: Registry, sky130hd: CellLibrary, icarus: Icarus
) -> None:
    for name, cell in (("mac_split_gated_x4u_w4u_a16", "dlclkp_1"), ("csd_x4u_a32", "conb_1")):
        unit = registry.unit(name)
        netlist = synthesize(unit, sky130hd)
        assert f"sky130_fd_sc_hd__{cell}" in {gate.cell for gate in netlist.gates}
        operands = Stimulus("uniform").operands(unit, 201)
        (outcome,) = icarus.run([Simulation(unit, operands, netlist, BLOCKS)])
        assert outcome.activity is not None
        report = EnergyReport(netlist, analyze(netlist), outcome.activity, 10_000.0)
        whole = report.rows()["all", "all"]
        assert whole.energy_fj > whole.clock_fj > 0
