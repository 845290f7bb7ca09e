"""Sampled cycles of networks: each is what the stream has there, and intervals cover the truth."""

import numpy as np
import pytest

from characterize.delays import delays_of
from characterize.library import CellLibrary
from characterize.network.chunks import layer_chunks
from characterize.network.gates import GateStream
from characterize.network.positions import LayerPositions
from characterize.network.scattered import Scattered
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry
from sim.accumulators import Accumulator
from sim.formats import IntFormat
from sim.weighted import Linear

CASES = [
    ("mac_array_x4u_w4s_a16", "output"),
    ("mac_zero_skip_x4s_w4s_a16", "output"),
    ("mac_split_x4u_w3u_a16", "output"),
    ("mac_split_gated_x4u_w3u_a16", "output"),
    ("mac_split_zero_skip_x4u_w3u_a16", "output"),
    ("pann_q3u_x4u_a16", "output"),
    ("csd_x4u_shift2u_a16", "output"),
    ("mac_stationary_x4u_w4s_addend16s_a16", "weight"),
    ("mac_stationary_x4u_w4s_addend16s_a16", "input"),
]


@pytest.mark.parametrize("delay_model", ["zero", "library"])
@pytest.mark.parametrize(("name", "dataflow"), CASES)
def test_every_cycle_once_counts_as_the_stream_does(
    registry: Registry, asap7: CellLibrary, name: str, dataflow: str, delay_model: str
) -> None:
    unit = registry.unit(name)
    netlist = synthesize(unit, asap7)
    random = np.random.default_rng(7)
    port = unit.port("x")
    assert port is not None
    x = random.integers(port.format.min, port.format.max + 1, (11, 13))
    x[random.random(x.shape) < 0.4] = 0
    weights = random.integers(-7, 8, (13, 9))
    weights[random.random(weights.shape) < 0.3] = 0
    weights[:, 4] = 0  # a column that adds nothing
    split = any(port.role == "pos" for port in unit.results)
    layer = Linear(weights.T, port.format, IntFormat(4, True), Accumulator(16, split=split))
    delays = delays_of(netlist, analyze(netlist), delay_model)
    stream = GateStream(netlist, delays)
    for image in range(len(x)):
        for chunk in layer_chunks(unit, x[image : image + 1], weights, dataflow):
            stream.run(chunk)
    wanted = stream.finish()
    operands = LayerPositions(unit, layer, x, dataflow, "given")
    assert operands.cycles == wanted.cycles
    scattered = Scattered(netlist, delays)
    order = random.permutation(operands.cycles)
    parts = scattered.count(scattered.prepare(operands, order), 7)
    assert len(parts) == 7
    found = sum(parts[1:], parts[0])
    for what in ("toggles", "functional", "ones"):
        assert np.array_equal(getattr(found, what), getattr(wanted, what)), what
    assert found.cycles == wanted.cycles
    assert found.results == found.cycles * (1 + split)
