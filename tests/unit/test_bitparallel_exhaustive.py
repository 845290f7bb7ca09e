"""All operands and all transitions of small units; streams in chunks."""

import itertools

import numpy as np
import pytest

from characterize.delays import DELAY_MODELS, delays_of
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.bitparallel.exhaustive import (
    count_chunks,
    expected_toggles,
    transitions,
)
from characterize.simulators.bitparallel.oracle import NumpyKernel
from characterize.simulators.protocol import Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry, UnitSpec
from sim.formats import IntArray


def _all_pairs(unit: UnitSpec) -> dict[str, IntArray]:
    x, w = (port.format.values() for port in unit.operands)
    return {"x": np.tile(x, w.size), "w": np.repeat(w, x.size)}


@pytest.mark.parametrize("model", DELAY_MODELS)
def test_every_transition_once(registry: Registry, asap7: CellLibrary, model: str) -> None:
    unit = registry.unit("multiplier_array_x2s_w3s")
    netlist = synthesize(unit, asap7)
    delays = delays_of(netlist, analyze(netlist), model)
    totals = transitions(netlist, delays)
    assert totals.cycles == 32 * 32
    # One after the other, as pairs of operations of their own.
    pairs = np.array(list(itertools.product(range(32), repeat=2)))
    toggles = np.zeros(netlist.nets, dtype=np.int64)
    pair = {"x_i": pairs.ravel() & 3, "w_i": pairs.ravel() >> 2}
    for k in range(0, 2048, 2):
        chunk = {name: codes[k : k + 2] for name, codes in pair.items()}
        toggles += count_chunks(netlist, [chunk], delays, NumpyKernel()).toggles
    assert np.array_equal(totals.toggles, toggles)
    assert (totals.toggles >= totals.functional).all()


def test_the_expectation_is_that_of_long_streams(registry: Registry, asap7: CellLibrary) -> None:
    unit = registry.unit("multiplier_booth_x4s_w4s")
    netlist = synthesize(unit, asap7)
    weights = np.random.default_rng(3).random((2, 16))
    x, w = weights / weights.sum(axis=1, keepdims=True)
    expected = expected_toggles(netlist, {"x_i": x, "w_i": w})
    # All transitions, each with its probability: toggles in blocks of one operation.
    uniform = np.full(16, 1 / 16)
    every = transitions(netlist)
    exact = expected_toggles(netlist, {"x_i": uniform, "w_i": uniform})
    assert np.allclose(every.toggles / every.cycles, exact, rtol=1e-12)
    # And a sample of the skewed ones.
    rng = np.random.default_rng(5)
    codes = {"x_i": rng.choice(16, 400_000, p=x), "w_i": rng.choice(16, 400_000, p=w)}
    sampled = count_chunks(netlist, [codes])
    assert np.allclose(sampled.toggles / sampled.cycles, expected, atol=0.004)
    assert not np.allclose(expected, exact, atol=0.02)


def test_chunks_count_what_the_whole_counts(registry: Registry, asap7: CellLibrary) -> None:
    unit = registry.unit("mac_split_gated_x2u_w2u_a8")
    netlist = synthesize(unit, asap7)
    operands = Stimulus("uniform").operands(unit, 3000)
    simulation = Simulation(unit, operands, netlist)
    (outcome,) = BitParallel().run([simulation])
    assert outcome.activity is not None
    codes = {port.name: simulation.held[port.role] for port in unit.operands}
    edges = (0, 700, 701, 2100, simulation.cycles)
    chunks = [
        {name: values[begin:end] for name, values in codes.items()}
        for begin, end in itertools.pairwise(edges)
    ]
    seen: list[int] = []
    totals = count_chunks(netlist, chunks, jobs=2, progress=seen.append)
    assert totals.cycles == sum(seen) == simulation.operations
    data = [net for net in range(netlist.nets) if net not in netlist.ports["clk_i"]]
    assert np.array_equal(totals.toggles[data], outcome.activity.toggles[0][data])
    assert np.array_equal(totals.ones, outcome.activity.ones)


def test_what_cannot_be_exhausted(registry: Registry, asap7: CellLibrary) -> None:
    wide = synthesize(registry.unit("adder_ripple_x32s_y32s"), asap7)
    with pytest.raises(CharacterizeError, match="at most 16 operand bits, this has 64"):
        transitions(wide)
    clocked = synthesize(registry.unit("mac_split_gated_x2u_w2u_a8"), asap7)
    with pytest.raises(CharacterizeError, match=r"without state .* and a clock$"):
        transitions(clocked)
    small = synthesize(registry.unit("multiplier_array_x2u_w2u"), asap7)
    with pytest.raises(CharacterizeError, match="probabilities of two operands, x_i, w_i"):
        expected_toggles(small, {"x_i": np.full(4, 0.25)})
    with pytest.raises(
        CharacterizeError, match=r"x_i \(net n\d+\) has 2 bits, but got codes from 0 to 4"
    ):
        count_chunks(small, [{"x_i": np.array([0, 4]), "w_i": np.array([0, 1])}])


def test_all_operands_of_the_largest_multipliers(registry: Registry, asap7: CellLibrary) -> None:
    for name in (
        "multiplier_array_x8s_w8s",
        "multiplier_booth_x8u_w8u",
        "multiplier_dadda_x8u_w8s",
    ):
        unit = registry.unit(name)
        simulation = Simulation(unit, _all_pairs(unit), synthesize(unit, asap7), blocks=0)
        (outcome,) = BitParallel().run([simulation])
        assert outcome.vectors_checked == 1 << 16


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "name", [u.name for u in Registry().select("*", "default") if u.family == "multiplier"]
)
def test_all_operands_of_every_default_multiplier(
    registry: Registry, asap7: CellLibrary, name: str
) -> None:
    unit = registry.unit(name)
    operands = _all_pairs(unit)
    simulation = Simulation(unit, operands, synthesize(unit, asap7), blocks=0)
    (outcome,) = BitParallel().run([simulation])
    assert outcome.vectors_checked >= operands["x"].size - 2
