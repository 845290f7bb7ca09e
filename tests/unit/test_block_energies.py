"""Energy of each block on its own, all at once."""

import numpy as np
import pytest

from characterize.activity import Activity
from characterize.delays import delays_of
from characterize.energy import ALL, EnergyReport, block_energies_fj
from characterize.library import CellLibrary
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.protocol import Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry

BLOCKS, OPERATIONS = 7, 700


@pytest.mark.parametrize("model", ["zero", "library"])
@pytest.mark.parametrize(
    "name", ["mac_array_x2s_w2s_a32", "mac_split_gated_x2u_w2u_a32", "multiplier_serial_x2u_w2u"]
)
def test_a_block_costs_what_it_costs_alone(
    registry: Registry, asap7: CellLibrary, name: str, model: str
) -> None:
    unit = registry.unit(name)
    netlist = synthesize(unit, asap7)
    timing = analyze(netlist)
    operands = Stimulus("relu").operands(unit, OPERATIONS + 1)
    delays = delays_of(netlist, timing, model)
    simulation = Simulation(unit, operands, netlist, BLOCKS, delays)
    activity = BitParallel().run([simulation])[0].activity
    assert activity is not None
    assert activity.block_ones is not None
    assert np.array_equal(activity.block_ones.sum(axis=0), activity.ones)
    found = block_energies_fj(netlist, timing, activity, 1500.0)
    assert found.shape == (BLOCKS,)
    assert len(set(found)) == BLOCKS
    for block in range(BLOCKS):
        alone = Activity(
            activity.operations[block : block + 1],
            activity.toggles[block : block + 1],
            activity.functional[block : block + 1],
            activity.block_ones[block],
            activity.cycles_per_op,
        )
        whole = EnergyReport(netlist, timing, alone, 1500.0).rows()[ALL, ALL]
        assert found[block] == pytest.approx(whole.energy_fj, rel=1e-12)
