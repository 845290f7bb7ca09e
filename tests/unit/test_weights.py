"""Energy per weight: every transition once, against loops over pairs of operands."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from characterize import tables
from characterize.delays import delays_of
from characterize.energy import EnergyReport
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.models import file, weights
from characterize.rows import clock_period_ps
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.protocol import Simulation
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry


@pytest.mark.parametrize("count", [1, 2, 3, 16, 256])
def test_every_ordered_pair_stands_side_by_side_once(count: int) -> None:
    walk = weights.all_transitions(np.arange(count) * 3)
    pairs = list(itertools.pairwise(walk.tolist()))
    assert len(pairs) == len(set(pairs)) == count**2
    assert walk[0] == walk[-1]


@pytest.mark.parametrize("model", ["zero", "library"])
def test_means_classes_and_delays_are_those_of_single_transitions(
    registry: Registry, asap7: CellLibrary, model: str
) -> None:
    unit = registry.unit("multiplier_array_x3u_w3s")
    netlist = synthesize(unit, asap7)
    found = weights.weight_energies(netlist, model)
    assert found.weights.tolist() == list(range(-4, 4))
    timing = analyze(netlist)
    delays = delays_of(netlist, timing, model)
    clock_ps = clock_period_ps(asap7, timing)
    for index in (0, 4, 7):
        walk = weights.all_transitions(np.arange(8))
        operands = {"x": walk, "w": np.full(walk.size, found.weights[index])}
        # A block for each transition; energies per toggle are those of all of them.
        single = Simulation(unit, operands, netlist, 64, delays)
        activity = BitParallel().run([single])[0].activity
        assert activity is not None
        report = EnergyReport(netlist, timing, activity, clock_ps)
        energies = activity.toggles @ report.toggle_energy_fj + report.whole.leakage_fj
        assert found.energy_fj[index] == pytest.approx(energies.mean(), rel=1e-6)
        distance = np.bitwise_count(walk[1:] ^ walk[:-1])
        for bits in range(4):
            mean = energies[distance == bits].mean()
            assert found.class_fj[index, bits] == pytest.approx(mean, rel=1e-6, abs=1e-6)
    if model == "zero":
        assert np.isnan(found.delay_ps).all()
    else:
        assert found.delay_ps[4] == 0  # the product of a weight of 0 never changes
        assert 0 < found.delay_ps.max() <= 1.3 * timing.critical_path_ps
    assert found.class_fj[:, 0] == pytest.approx(found.class_fj[0, 0])  # leakage alone
    assert (found.class_fj[:, 1] >= found.class_fj[0, 0]).all()


def test_rows_and_entry_say_the_same(
    registry: Registry, asap7: CellLibrary, tmp_path: Path
) -> None:
    netlist = synthesize(registry.unit("multiplier_array_x2u_w2s"), asap7)
    found = weights.weight_energies(netlist, "library")
    rows = weights.rows(netlist, "library", found)
    entry = weights.entry(netlist, "library", found)
    assert [row["weight"] for row in rows] == entry["weights"] == [-2, -1, 0, 1]
    assert [row["energy_fj"] for row in rows] == pytest.approx(entry["energy_fj"], rel=1e-5)
    held_out = entry["error"]["held_out"]
    assert held_out["worst_percent"] == pytest.approx(
        np.abs(found.held_out_percent).max(), rel=1e-3
    )
    tables.write_units(
        tables.read_units(Path(__file__).parents[2] / "results").head(2), tmp_path, {}
    )
    tables.add_weights(pd.DataFrame(rows), tmp_path)
    assert len(tables.read_units(tmp_path)) == 2
    again = pd.read_csv(tmp_path / "weights.csv")
    assert list(again.columns) == [column.name for column in tables.WEIGHTS]
    assert len(again) == 4


def test_what_is_no_multiplier_is_refused(registry: Registry, asap7: CellLibrary) -> None:
    adder = synthesize(registry.unit("adder_ripple_x2u_y2u"), asap7)
    with pytest.raises(CharacterizeError, match="adder_ripple_x2u_y2u: energies of weights are"):
        weights.weight_energies(adder, "zero")
    fitted = {unit.name for unit in file.fitted_units(registry.select())}
    assert {"mac_array_x8u_w8s_a32", "multiplier_array_x8u_w8s", "mac_split_x2u_w2u_a32"} <= fitted
    assert "multiplier_array_x8u_w8u" not in fitted
