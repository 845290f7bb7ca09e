"""What each cycle did: the kernels against each other, and against events one by one."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from characterize.delays import DELAY_MODELS, Delays, delays_of
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.bitparallel import binding
from characterize.simulators.bitparallel.binding import CKernel
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.bitparallel.lanes import Watch
from characterize.simulators.bitparallel.oracle import NumpyKernel
from characterize.simulators.bitparallel.per_cycle import by_label, per_cycle
from characterize.simulators.bitparallel.program import Program
from characterize.simulators.bitparallel.stream import Kernel, Stream
from characterize.simulators.protocol import Simulation
from characterize.stimulus import Stimulus
from characterize.synthesis import synthesize
from characterize.timing import analyze
from characterize.units import Registry
from tests.unit.random_programs import random_case, random_job

SEEDS = st.integers(0, 2**32 - 1)
LEVELS = ["numpy", *binding.levels()]


def _kernel(level: str) -> Kernel:
    return NumpyKernel() if level == "numpy" else CKernel(level)


def _random_watch(rng: np.random.Generator, nets: int, bits: int) -> Watch:
    weights = rng.integers(-(1 << bits), 1 << bits, size=nets)
    weights[rng.integers(0, nets, size=nets // 4)] = 0
    return Watch(weights if rng.integers(4) else None, rng.random((rng.integers(3), nets)) < 0.4)


@pytest.mark.parametrize("level", binding.levels())
@pytest.mark.parametrize("stateful", [False, True])
@pytest.mark.parametrize("timed", [False, True])
@settings(deadline=None, max_examples=15)
@given(seed=SEEDS)
def test_the_kernel_notes_what_numpy_notes(
    level: str, timed: bool, stateful: bool, seed: int
) -> None:
    case = random_case(seed, timed, stateful, 100)
    rng = np.random.default_rng(seed)
    watch = _random_watch(rng, case.program.nets, int(rng.integers(1, 40)))
    job = dataclasses.replace(random_job(case, seed), watch=watch, count=True)
    ours, theirs = CKernel(level).run(job), NumpyKernel().run(job)
    assert ours.watched is not None
    assert theirs.watched is not None
    counted = np.ones((job.first.size, job.steps), dtype=np.bool_)
    counted[job.full :, -1] = False
    assert np.array_equal(ours.watched.sums[counted], theirs.watched.sums[counted])
    assert np.array_equal(ours.watched.latest[:, counted], theirs.watched.latest[:, counted])
    assert np.array_equal(ours.toggles, theirs.toggles)


@pytest.mark.parametrize("level", LEVELS)
@settings(deadline=None, max_examples=8)
@given(seed=SEEDS, timed=st.booleans(), stateful=st.booleans())
def test_cycles_stand_in_their_order(level: str, timed: bool, stateful: bool, seed: int) -> None:
    """Each cycle in a stream of lanes and blocks is that of a run of this cycle alone."""
    case = random_case(seed, timed, stateful, 150)
    rng = np.random.default_rng(seed)
    nets = case.program.nets
    watch = Watch(rng.integers(-9, 10, size=nets), rng.random((2, nets)) < 0.5)
    edges = [4, 4 + seed % 50, 101, 150]
    counts = Stream(_kernel(level), case.program, case.planes, 2, watch).run(edges)
    assert counts.watched is not None
    assert counts.watched.sums.shape == (146,)
    assert counts.watched.latest.shape == (2, 146)
    # The weighted sums of all cycles are those of the toggles of all blocks.
    assert counts.watched.sums.sum() == counts.toggles.sum(axis=0) @ watch.weights
    whole = Stream(_kernel(level), case.program, case.planes, 1, watch)
    for cycle in rng.integers(4, 150, size=3).tolist():
        alone = whole.run([cycle, cycle + 1])
        assert alone.watched is not None
        assert alone.watched.sums[0] == counts.watched.sums[cycle - 4]
        assert np.array_equal(alone.watched.latest[:, 0], counts.watched.latest[:, cycle - 4])


def _simulation(
    registry: Registry, library: CellLibrary, name: str, model: str, operations: int
) -> Simulation:
    unit = registry.unit(name)
    netlist = synthesize(unit, library)
    delays = delays_of(netlist, analyze(netlist), model)
    return Simulation(unit, Stimulus("uniform").operands(unit, operations + 1), netlist, 1, delays)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("model", DELAY_MODELS)
@pytest.mark.parametrize("name", ["multiplier_array_x3s_w3s", "mac_split_gated_x2u_w2u_a8"])
def test_energies_add_up_to_those_of_the_toggles(
    registry: Registry, asap7: CellLibrary, name: str, model: str, level: str
) -> None:
    simulation = _simulation(registry, asap7, name, model, 700)
    netlist = simulation.netlist
    assert netlist is not None
    weights = np.random.default_rng(2).random(netlist.nets) - 0.1
    clock = simulation.unit.clock
    if clock is not None:
        weights[list(netlist.ports[clock.name])] = 0
    found = per_cycle(simulation, weights, [range(netlist.nets)], _kernel(level), jobs=2)
    (outcome,) = BitParallel(_kernel(level)).run([simulation])
    assert outcome.activity is not None
    expected = outcome.activity.toggles[0] @ weights
    assert found.energy.shape == (700,)
    assert found.energy.sum() == pytest.approx(expected, rel=1e-6)
    assert found.last_step.shape == (1, 700)
    assert found.last_step.max() < simulation.delays.settled_after(netlist) + 1


def test_each_operation_is_that_of_a_simulation_of_its_own(
    registry: Registry, asap7: CellLibrary
) -> None:
    simulation = _simulation(registry, asap7, "multiplier_array_x3s_w3s", "library", 60)
    netlist = simulation.netlist
    assert netlist is not None
    weights = np.random.default_rng(6).random(netlist.nets)
    outputs = netlist.ports["p_o"]
    found = per_cycle(simulation, weights, [outputs, []])
    assert (found.last_step[1] == -1).all()
    for cycle in range(0, 60, 7):
        pair = {role: values[cycle : cycle + 2] for role, values in simulation.operands.items()}
        one = dataclasses.replace(simulation, operands=pair)
        (outcome,) = BitParallel(NumpyKernel()).run([one])
        assert outcome.activity is not None
        energy = outcome.activity.toggles[0] @ weights
        assert found.energy[cycle] == pytest.approx(energy, rel=1e-5)
        moved = outcome.activity.toggles[0][list(outputs)].any()
        assert (found.last_step[0, cycle] >= 0) == moved


def _events(program: Program, before: dict[int, int], after: dict[int, int]) -> list[list[int]]:
    """When each signal changes in a cycle: one bit at a time, one gate after the other."""
    held, now = before | dict(program.constants), after | dict(program.constants)
    changes: list[list[int]] = [[] for _ in range(program.signals)]
    for net in program.inputs:
        changes[net] = [program.operand_delay] * (held[net] != now[net])
    for op in program.ops:
        values = [held[signal] for signal in op.inputs]
        held[op.output] = out = op.table >> sum(v << k for k, v in enumerate(values)) & 1
        due = None  # of the only change that waits
        for time in sorted({time for signal in op.inputs for time in changes[signal]}):
            if due is not None and due <= time:
                changes[op.output].append(due)
                out, due = 1 - out, None
            values = [
                held[signal] ^ sum(at <= time for at in changes[signal]) & 1 for signal in op.inputs
            ]
            wanted = op.table >> sum(v << k for k, v in enumerate(values)) & 1
            due = None if wanted == out else time + op.delay if due is None else due
        if due is not None:
            changes[op.output].append(due)
    return changes


@pytest.mark.parametrize("level", LEVELS)
@settings(deadline=None, max_examples=8)
@given(seed=SEEDS)
def test_each_cycle_is_that_of_events_one_by_one(level: str, seed: int) -> None:
    case = random_case(seed, True, False, 40)
    program, rng = case.program, np.random.default_rng(seed)
    nets = program.nets
    watch = Watch(rng.integers(-99, 99, size=nets), rng.random((3, nets)) < 0.3)
    assert watch.weights is not None
    counts = Stream(_kernel(level), program, case.planes, 1, watch).run([1, 40])
    assert counts.watched is not None
    driven = [
        {net: int(case.planes.streams[row // 8][cycle]) >> row % 8 & 1
         for net, row in case.planes.drives}
        for cycle in range(40)
    ]  # fmt: skip
    for cycle in range(1, 40):
        changes = _events(program, driven[cycle - 1], driven[cycle])
        energy = sum(len(times) * watch.weights[net] for net, times in enumerate(changes))
        assert counts.watched.sums[cycle - 1] == energy
        for members, latest in zip(watch.sets, counts.watched.latest, strict=True):
            times = [time for net in np.flatnonzero(members) for time in changes[net]]
            assert latest[cycle - 1] == max(times, default=-1)


def test_sums_by_label() -> None:
    rng = np.random.default_rng(1)
    values, labels = rng.random(1000), rng.integers(0, 256, size=1000)
    cycles, sums = by_label(values, labels, 300)
    for label in range(300):
        assert cycles[label] == (labels == label).sum()
        assert sums[label] == pytest.approx(values[labels == label].sum())
    with pytest.raises(CharacterizeError, match="999 labels of 1000 cycles: give one for each"):
        by_label(values, labels[1:], 256)
    with pytest.raises(CharacterizeError, match=r"labels from \d+ to 255: 100 labels go from 0"):
        by_label(values, labels, 100)


def test_what_does_not_fit(registry: Registry, asap7: CellLibrary) -> None:
    simulation = _simulation(registry, asap7, "multiplier_array_x2u_w2u", "zero", 10)
    netlist = simulation.netlist
    assert netlist is not None
    with pytest.raises(CharacterizeError, match=r"weights of shape \(3,\): give a finite one for"):
        per_cycle(simulation, np.zeros(3))
    with pytest.raises(CharacterizeError, match="give a finite one"):
        per_cycle(simulation, np.full(netlist.nets, np.nan))
    with pytest.raises(CharacterizeError, match=f"set 1 has net {netlist.nets}, but nets go from"):
        per_cycle(simulation, None, [[0], [netlist.nets]])
    with pytest.raises(CharacterizeError, match="cycles of RTL have no nets, give a netlist"):
        per_cycle(dataclasses.replace(simulation, netlist=None, delays=Delays()))
    assert not per_cycle(simulation, np.zeros(netlist.nets)).energy.any()
