"""The benchmark's engines count the same toggles, and its rounds measure what they say."""

import importlib.util
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from characterize.bench.case import DELAY_MODELS, UNITS, BenchCase, bench_case
from characterize.bench.contestant import Contestant, Name
from characterize.bench.growth import DECADES, growth
from characterize.bench.of_bitparallel import BitParallelContestant
from characterize.bench.of_cocotb import CocotbContestant
from characterize.bench.of_icarus import IcarusContestant
from characterize.bench.of_verilator import VerilatorContestant
from characterize.bench.rounds import Budget, compete, fitting, names
from characterize.bench.worker import Run, Worker, contestant
from characterize.errors import CharacterizeError
from characterize.simulators.bitparallel.binding import levels
from characterize.simulators.icarus import Icarus
from characterize.simulators.verilator import Verilator
from sim.formats import IntArray

MULTIPLIER, MAC = UNITS[0], UNITS[2]
VECTORS = 300


@cache
def case_of(unit: str, model: str) -> BenchCase:
    return bench_case(unit, model)


@cache
def counts_of_the_referee(unit: str, model: str) -> IntArray:
    """Toggles by the package's Icarus, which cocotb drives: other Verilog, other dump."""
    case = case_of(unit, model)
    (outcome,) = Icarus().run([case.simulation(VECTORS)])
    assert outcome.activity is not None
    found: IntArray = outcome.activity.toggles[0][case.compared]
    return found


def check(engine: Contestant, unit: str, model: str) -> None:
    case = case_of(unit, model)
    wanted = counts_of_the_referee(unit, model)
    assert wanted.size == len(case.compared) >= 60
    # Some of a MAC's stand still: clear, enable, and what hangs on them alone.
    assert (wanted > 0).mean() > 0.8
    np.testing.assert_array_equal(engine.run(VECTORS)[case.compared], wanted)


def test_codes_do_not_hang_on_where_they_are_asked_for() -> None:
    for unit in UNITS:
        case = case_of(unit, "zero")
        whole = case.codes(0, 1000)
        for begin, count in ((0, 7), (1, 999), (37, 64), (990, 10)):
            for role, some in case.codes(begin, count).items():
                np.testing.assert_array_equal(some, whole[role][begin : begin + count])


def test_a_mac_is_cleared_as_often_as_in_a_sweep() -> None:
    case = case_of(MAC, "zero")
    for begin in (0, 1, 255, 256, 300):
        clear = case.codes(begin, 1000)["clear"]
        assert clear.tolist() == [int(k % 256 == 0) for k in range(begin, begin + 1000)]
    assert set(np.flatnonzero(case.simulation(VECTORS).operands["clear"])) == {0, 256}
    assert case.simulation(VECTORS).operands["enable"].all()


def test_toggles_without_delays_by_a_direct_loop() -> None:
    case = case_of(MULTIPLIER, "zero")
    netlist = case.netlist
    codes = case.codes(0, VECTORS + 1)
    toggles = [0] * netlist.nets
    before: list[int] | None = None
    for cycle in range(VECTORS + 1):
        values = [0] * netlist.nets
        for port in netlist.unit.operands:
            for bit, net in enumerate(netlist.ports[port.name]):
                values[net] = int(codes[port.role][cycle]) >> bit & 1
        for gate in netlist.gates:
            cell = netlist.cell(gate)
            pins = tuple(cell.input_cap_ff)
            index = sum(values[gate.pins[pin]] << k for k, pin in enumerate(pins))
            (output,) = cell.outputs
            values[gate.pins[output]] = int(cell.functions[output].table(pins)[index])
        if before is not None:
            for net, (old, new) in enumerate(zip(before, values, strict=True)):
                toggles[net] += old != new
        before = values
    for simd in (*levels(), ""):
        found = BitParallelContestant(case, simd, 1).run(VECTORS)
        assert found.tolist() == toggles


@pytest.mark.parametrize("model", DELAY_MODELS)
@pytest.mark.parametrize("unit", [MULTIPLIER, MAC])
@pytest.mark.usefixtures("icarus")
def test_bit_parallel_and_icarus_agree_on_every_net(unit: str, model: str) -> None:
    case = case_of(unit, model)
    for simd in (*levels(), ""):
        for threads in (1, 2):
            check(BitParallelContestant(case, simd, threads), unit, model)
    check(IcarusContestant(case), unit, model)


@pytest.mark.parametrize("model", DELAY_MODELS)
@pytest.mark.parametrize("unit", [MULTIPLIER, MAC])
@pytest.mark.usefixtures("icarus")
def test_nets_read_in_python_agree(unit: str, model: str) -> None:
    check(CocotbContestant(case_of(unit, model), "icarus"), unit, model)


@pytest.mark.parametrize("unit", [MULTIPLIER, MAC])
@pytest.mark.usefixtures("icarus")
def test_verilators_own_counts_agree(unit: str, verilator: Verilator) -> None:
    assert verilator.version
    check(VerilatorContestant(case_of(unit, "zero")), unit, "zero")


@pytest.mark.parametrize("model", DELAY_MODELS)
@pytest.mark.parametrize("unit", [MULTIPLIER, MAC])
@pytest.mark.usefixtures("icarus")
def test_kyupy_agrees(unit: str, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("kyupy", reason="kyupy is of the dependency group bench")
    pytest.importorskip("numba", reason="numba is of the dependency group bench")
    from characterize.bench import of_kyupy  # noqa: PLC0415

    check(of_kyupy.KyupyContestant(case_of(unit, model)), unit, model)
    # More than one block of vectors, the last one not whole, carries on.
    monkeypatch.setattr(of_kyupy, "_LOGIC_SIMS", 128 + 8)
    monkeypatch.setattr(of_kyupy, "_WAVE_SIMS", 128)
    check(of_kyupy.KyupyContestant(case_of(unit, model)), unit, model)


def test_missing_engines_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_of(MULTIPLIER, "unit")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(CharacterizeError, match="pip install kyupy numba"):
        contestant(Name("kyupy-wavesim"), case)
    with pytest.raises(CharacterizeError, match="Verilator has no delays"):
        contestant(Name("verilator-saif"), case)
    with pytest.raises(CharacterizeError, match="unknown engine 'spice'"):
        contestant(Name("spice"), case)


@pytest.mark.usefixtures("icarus")
def test_engines_compete_in_processes_of_their_own() -> None:
    case = case_of(MULTIPLIER, "unit")
    engines = [Name("bitparallel", levels()[-1]), Name("bitparallel-numpy"), Name("icarus")]
    standings, points = compete(case, engines, Budget(0.02, 3), growing_s=0.01)
    assert [standing.name for standing in standings] == engines
    for standing in standings:
        assert standing.nets_agree == standing.nets == len(case.compared)
        assert standing.vectors_per_s > 0
        assert standing.peak_memory_mb > 10
        assert standing.start_up_s > 0
        assert standing.spread_percent >= 0
    fast, slow = standings[0], standings[-1]
    assert fast.vectors_per_s > 100 * slow.vectors_per_s
    assert 0 < slow.ratio_to_limit < fast.ratio_to_limit < 1
    # A run is as long as asked for, not as short as the first one.
    assert fast.vectors > 10_000
    # Of the bit-parallel engine the best kernel is enough.
    assert {point.name for point in points} == {engines[0], engines[2]}


def test_a_net_that_differs_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Worker.run

    def wrong(self: Worker, vectors: int) -> Run:
        run = honest(self, vectors)
        if self.name.engine == "bitparallel-numpy":
            run.toggles[5] += 1
        return run

    monkeypatch.setattr(Worker, "run", wrong)
    engines = [Name("bitparallel", levels()[0]), Name("bitparallel-numpy"), Name("icarus")]
    standings, _ = compete(case_of(MULTIPLIER, "zero"), engines, Budget(0.01, 1))
    nets = standings[0].nets
    assert [standing.nets_agree for standing in standings] == [nets, nets - 1, nets]


class _Clockwork:
    """A worker that takes a second for so many vectors, and a while to begin."""

    name = Name("icarus")

    def __init__(self, rate: float, begin_s: float) -> None:
        self.rate, self.begin_s = rate, begin_s
        self.asked: list[int] = []

    def run(self, vectors: int) -> Any:
        self.asked.append(vectors)
        return SimpleNamespace(
            seconds=self.begin_s + vectors / self.rate, rate_seconds=vectors / self.rate
        )


@pytest.mark.parametrize("rate", [1e3, 1e5, 3e8])
def test_runs_are_as_long_as_asked_for(rate: float) -> None:
    worker: Any = _Clockwork(rate, 0.01)
    vectors = fitting(worker, 2.0)
    assert 1.0 <= vectors / rate <= 2.0
    # Nor does finding that out take longer than a few runs.
    assert sum(worker.asked) / rate < 4.0


def test_growth_ends_with_its_budget() -> None:
    slow: Any = _Clockwork(1e4, 0.0)
    assert [point.vectors for point in growth(slow, 10.0)] == [1000, 10_000, 100_000]
    fast: Any = _Clockwork(1e9, 0.0)
    points = list(growth(fast, 10.0))
    assert tuple(point.vectors for point in points) == DECADES
    assert points[-1].seconds == 1.0


def test_every_engine_stands_in_the_list() -> None:
    zero, unit = ({name.engine for name in names(model)} for model in DELAY_MODELS)
    assert zero - unit == {"verilator-saif", "cocotb-verilator", "kyupy-logicsim"}
    assert unit - zero == {"kyupy-wavesim"}
    assert zero & unit == {"bitparallel", "bitparallel-numpy", "icarus", "cocotb-icarus"}
    for simd in levels():
        assert {Name("bitparallel", simd, threads) for threads in (1, 2)} <= set(names("zero"))
