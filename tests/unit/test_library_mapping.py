"""The shipped libraries at work, and the small Liberty of a table beside the vendor's own."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from characterize import liberty_tables, synthesis
from characterize.cell_table import LIBRARIES_DIR, load_library
from characterize.energy import BLOCKS, EnergyReport
from characterize.library import CellLibrary
from characterize.library_import import import_library
from characterize.netlist import Netlist
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry
from characterize.verilog import netlist_verilog
from tests.liberty_cut import cut_down, liberty_files

UNITS = ("adder_ripple_x8s_y8s", "multiplier_dadda_x4s_w4s", "mac_booth_x4u_w4s_a32")


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
            patch.setattr(synthesis, "liberty_text", lambda _: text)
            return synthesize(registry.unit(name), library)

    return mapped


def test_with_the_whole_grid_the_regenerated_liberty_maps_as_the_original(
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    registry: Registry,
    mapped_with: Callable[[str, CellLibrary, str], Netlist],
) -> None:
    """Nothing but the smaller grid parts the two: with all its points every gate is the same."""
    files = liberty_files(data / "liberty" / "sky130hd")
    monkeypatch.setattr(liberty_tables, "_COMPACT_POINTS", 7)
    whole = import_library(files, LIBRARIES_DIR / "settings" / "sky130hd.toml", None).library
    (arc,) = whole.cells["sky130_fd_sc_hd__inv_1"].timing
    assert arc.delay_ps["rise"].values.shape == (7, 7)
    vendor = cut_down(files, list(whole.cells))
    for name in UNITS:
        ours = synthesize(registry.unit(name), whole)
        theirs = mapped_with(name, whole, vendor)
        assert netlist_verilog(ours) == netlist_verilog(theirs), name


@pytest.mark.parametrize("library", ["asap7", "sky130hd"])
def test_the_compact_table_maps_nearly_as_the_original(
    data: Path, library: str, registry: Registry,
    mapped_with: Callable[[str, CellLibrary, str], Netlist],
) -> None:  # fmt: skip
    """The mapper sizes gates by a smaller grid: some come out one size larger or smaller."""
    cells = load_library(library)
    vendor = cut_down(liberty_files(data / "liberty" / library), list(cells.cells))
    for name in UNITS:
        ours = synthesize(registry.unit(name), cells)
        theirs = mapped_with(name, cells, vendor)
        count, others = (Counter(gate.cell for gate in n.gates) for n in (ours, theirs))
        assert (count - others).total() <= 0.15 * count.total(), (name, count - others)
        area, other = (sum(n.cell(g).area_um2 for g in n.gates) for n in (ours, theirs))
        assert area == pytest.approx(other, rel=0.05)
        assert analyze(ours).critical_path_ps == pytest.approx(
            analyze(theirs).critical_path_ps, rel=0.1
        )


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
