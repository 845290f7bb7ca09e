"""Everything that a network computes at the gates: against `sim`, by hand, and its tables."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from characterize.cache import Cache
from characterize.errors import CharacterizeError
from characterize.network import tasks_table, transistor_ops_table
from characterize.network.gates import GateStream
from characterize.network.layers import Gates, Mapped
from characterize.network.table import Subject
from characterize.network.task_units import task_unit, task_units
from characterize.network.tasks import task_chunks, total
from characterize.network.tasks_table import TASKS
from characterize.network.transistor_ops import (
    ALL_PREDICTORS,
    MEASURED,
    SWITCHED,
    SWITCHED_MACS,
    SWITCHED_OTHERS,
    Sample,
    oracles,
    rows_of,
)
from characterize.network.transistor_ops_table import PREDICTIONS
from characterize.network.work import network_work
from characterize.report.plots_of_tasks import all_of_tasks
from characterize.units import Registry
from sim.counting.random_networks import draw
from sim.counting.task_operands import TaskOperands, task_operands
from sim.counting.tasks import DEQUANTIZE, HALF_EVEN, MAC, MULTIPLIER, Task, tasks_of
from sim.counting.transistor_ops import CLOCKED, SIGNAL_TOS, translate, with_activity
from sim.counting.unit_counts import UnitCounts
from sim.datasets import load
from sim.formats import IntFormat
from sim.layers import Flatten, MaxPool, SumPool
from sim.network import INPUT, Network, Node
from sim.patches import Array
from sim.quantize import quantize
from sim.requantize import Requantize, Scale
from sim.weighted import Linear

U8, S8, U4 = IntFormat(8, False), IntFormat(8, True), IntFormat(4, False)
ZERO = Gates()


def _images(count: int = 2) -> Array:
    return np.asarray(load("digits", "test").images[:count])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("netlists"))


@pytest.fixture(scope="module")
def pools() -> Network:
    """Two pools of an image, and a product."""
    weight = np.random.default_rng(1).integers(-8, 8, (3, 4))
    return Network(
        [
            Node("largest", MaxPool((2, 2), (2, 2)), (INPUT,)),
            Node("sum", SumPool((2, 2), (2, 2)), ("largest",)),
            Node("narrow", Requantize((np.array([900.0]),), np.array([70.0]), U4, "shift", 14),
                 ("sum",)),
            Node("flat", Flatten(), ("narrow",)),
            Node("product", Linear(weight, U4, IntFormat(4, True)), ("flat",)),
            Node("output", Scale((np.ones(1),), np.zeros(1)), ("product",)),
        ],
        (8, 8, 1),
    )  # fmt: skip


def test_results_at_the_gates_are_the_networks(pools: Network, cache: Cache) -> None:
    images = _images(3)
    work = network_work(pools, images, ZERO, cache)
    assert [(each.layer, each.operation, each.operations) for each in work.others] == [
        ("largest", "maximum", 16 * 3), ("sum", "accumulate", 16), ("narrow", "requantize", 4),
    ]  # fmt: skip
    assert [each.results for each in work.others] == [3 * 16, 3 * 4, 3 * 4]
    assert [task.operation for task in work.apart] == [DEQUANTIZE]
    assert work.macs[-1].macs == 12
    assert work.energy_fj == pytest.approx(work.mac_fj + sum(e.energy_fj for e in work.others))
    assert work.other_percent == pytest.approx(100 * work.other_fj / work.energy_fj)
    # Kept work is the same again.
    again = network_work(pools, images, ZERO, cache)
    assert again.others == work.others
    assert total(work.others).energy_fj == pytest.approx(work.other_fj)


def test_oracles_take_what_the_gates_did(pools: Network, cache: Cache, registry: Registry) -> None:
    images = _images(3)
    found = with_activity(translate(pools, UnitCounts.load()), pools, images)
    work = network_work(pools, images, ZERO, cache)
    said = oracles(found, work)
    # Each cell's toggles times its transistors, of one task by hand.
    (stream,) = (s for s in task_operands(pools, images) if s.operation == "maximum")
    unit = task_units(registry, tasks_of(pools))["largest", "maximum"]
    mapped = Mapped.of(unit, ZERO, cache)
    gates = GateStream(mapped.netlist, mapped.delays)
    for chunk in task_chunks(mapped, stream):
        gates.run(chunk)
    toggles = gates.finish().toggles
    switched = sum(
        mapped.netlist.cell(gate).transistors * int(toggles[gate.pins[pin]])
        for gate in mapped.netlist.gates
        for pin in mapped.netlist.cell(gate).outputs
        if pin in gate.pins
    )
    assert work.others[0].transistor_ops == pytest.approx(switched / 3)
    every = work.macs[-1].transistor_ops + total(work.others).transistor_ops
    assert said[SWITCHED] == pytest.approx((every,))
    clocked = sum(step.clocked for step in found.steps)
    assert said[SWITCHED + CLOCKED] == pytest.approx((every, clocked))
    # What one of them takes from the gates the other does not.
    (signals,) = found.counts()[SIGNAL_TOS]
    both = said[SWITCHED_MACS][0] + said[SWITCHED_OTHERS][0]
    assert both == pytest.approx(every + signals)
    assert said[SWITCHED_MACS][0] != pytest.approx(signals)
    # Operations are those that ran; one too many is seen.
    assert said[MEASURED] == pytest.approx((work.energy_fj,), rel=1e-12)
    first = found.steps[0]
    more = replace(first, task=replace(first.task, count=first.task.count + 1))
    wrong = oracles(replace(found, steps=(more, *found.steps[1:])), work)
    assert wrong[MEASURED][0] > said[MEASURED][0]


def test_a_result_that_is_not_the_networks_is_an_error(
    registry: Registry, cache: Cache, pools: Network
) -> None:
    units = task_units(registry, tasks_of(pools))
    (stream,) = (s for s in task_operands(pools, _images()) if s.operation == "requantize")
    mapped = Mapped.of(units["narrow", "requantize"], ZERO, cache)
    right = list(task_chunks(mapped, stream, size=3))
    assert sum(chunk.cycles for chunk in right) == stream.count
    gates = GateStream(mapped.netlist, mapped.delays)
    for chunk in right:
        gates.run(chunk)
    assert gates.finish().results == stream.count
    wrong = {"result": stream.results["result"] ^ (np.arange(stream.count) == 5)}
    first, second, *_ = task_chunks(mapped, replace(stream, results=wrong), size=3)
    gates.run(first)
    with pytest.raises(CharacterizeError, match=r"requantize.*, cycle 5: r_o is"):
        gates.run(second)


def test_a_unit_with_other_operands_is_refused(registry: Registry, cache: Cache) -> None:
    mapped = Mapped.of(registry.unit("relu_x8s"), ZERO, cache)
    stream = TaskOperands("a", "add", {"x": np.arange(3), "y": np.arange(3)}, {}, np.arange(3), U8)
    with pytest.raises(CharacterizeError, match="relu_x8s takes x, the task gives x, y"):
        list(task_chunks(mapped, stream))


def test_the_smallest_unit_that_gives_the_result(registry: Registry) -> None:
    def unit(operation: str, result: IntFormat, **operands: IntFormat) -> str | None:
        found = task_unit(registry, Task("a", operation, tuple(operands.items()), result, 1))
        return None if found is None else found.name

    assert unit("requantize", U4, x=IntFormat(20, True), m=MULTIPLIER) == (
        "requantize_x32s_m16s_c48s_places6u_r4u"
    )
    assert unit("requantize", S8, x=U8, m=MULTIPLIER) == "requantize_x32s_m16s_c48s_places6u_r8s"
    assert unit("residual_add", U4, x=IntFormat(32, True), m=MULTIPLIER, y=S8) == (
        "residual_add_x32s_m16s_y8s_n16s_c48s_places6u_r4u"
    )
    assert unit("maximum", U4, x=U4, y=U4) == "max_x8u_y8u"
    assert unit("maximum", S8, x=S8, y=S8) == "max_x8s_y8s"
    assert unit("accumulate", IntFormat(14, False), x=U8) == "accumulator_x16u_a16"
    assert unit("sigmoid", IntFormat(16, False), x=IntFormat(16, True)) == "sigmoid_x16s"
    assert unit("accumulate", IntFormat(40, False), x=U8) is None
    assert unit(HALF_EVEN, U8, x=U8) is None


def test_a_task_without_unit_is_named_and_refused_or_apart(cache: Cache) -> None:
    network = Network(
        [
            Node("even", Requantize((np.array([0.5]),), np.zeros(1), U8), (INPUT,)),
            Node("flat", Flatten(), ("even",)),
            Node("product", Linear(np.ones((2, 64), dtype=np.int64), U8, S8), ("flat",)),
        ],
        (8, 8, 1),
    )
    with pytest.raises(CharacterizeError, match="layer even: no unit does requantize half to"):
        network_work(network, _images(), ZERO, cache)
    # Apart, its numbers are not worked out at all.
    units = task_units(Registry(), tasks_of(network))
    assert units == {}
    work = network_work(network, _images(), ZERO, cache, allow_missing=True)
    assert [task.operation for task in work.apart] == [HALF_EVEN]
    assert work.others == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", range(9))
def test_random_networks_at_the_gates(number: int, cache: Cache) -> None:
    """Every family with each activation, each result bit by bit."""
    drawn = draw(number)
    network = quantize(drawn.network, drawn.scheme, load("digits", "train").images[:64])
    work = network_work(network, _images(), ZERO, cache)
    assert {task.operation for task in work.apart} <= {DEQUANTIZE}
    assert all(each.results > 0 and each.energy_fj > 0 for each in work.others)


# --- tables -------------------------------------------------------------------


def _subject(name: str) -> Subject:
    return Subject(name, "digits", 2, "mixed x4 w4", "twos", 4, 4, 32)


def test_the_table_of_tasks(pools: Network, cache: Cache, tmp_path: Path) -> None:
    work = network_work(pools, _images(3), ZERO, cache)
    for name in ("one", "two", "one"):
        tasks_table.write_rows(tasks_table.rows_of(_subject(name), ZERO, work), tmp_path)
    table = TASKS.read(tmp_path)
    assert sorted(table.network.unique()) == ["one", "two"]
    own = table[table.network == "one"].set_index(["layer", "operation"])
    assert own.index.is_unique
    assert own.loc[("all", "all"), "share_percent"] == pytest.approx(100)
    assert own.loc[("all", "others"), "share_percent"] == pytest.approx(work.other_percent, 1e-5)
    assert own.loc[("narrow", "requantize"), "energy_fj_per_op"] == pytest.approx(
        work.others[2].energy_fj / 4, 1e-5
    )
    assert own.energy_fj.isna().sum() == 1
    each = own[(own.index.get_level_values("layer") != "all") & own.energy_fj.notna()]
    assert each.energy_fj.sum() == pytest.approx(own.loc[("all", "all"), "energy_fj"], 1e-5)


def _samples() -> list[Sample]:
    random = np.random.default_rng(4)
    found = []
    for number in range(18):
        macs = int(random.integers(1000, 100000))
        counts = {name: (100.0 * macs, 700.0 * macs)[: 1 + name.endswith("clocks")]
                  for name in ALL_PREDICTORS}  # fmt: skip
        counts = {n: (c[0] * random.uniform(0.5, 1.5), *c[1:]) for n, c in counts.items()}
        found.append(Sample(draw(number), 90.0 * macs, 10.0, macs, counts))
    return found


def test_the_table_of_counts_and_the_report(tmp_path: Path) -> None:
    samples = _samples()
    for sample in samples:
        sample.counts["MACs"] = (float(sample.macs),)
    rows = rows_of(samples, 4, ZERO)
    assert len(rows) == len(samples) * len(ALL_PREDICTORS) * 2
    transistor_ops_table.write_rows(rows, tmp_path)
    transistor_ops_table.write_rows(rows, tmp_path)
    table = PREDICTIONS.read(tmp_path)
    assert len(table) == len(rows)
    exact = table[table.predictor == "MACs"]
    np.testing.assert_allclose(exact.precision_percent, 100)
    others = table[table.predictor == "TOs"]
    np.testing.assert_allclose(
        others.precision_percent, 100 - 100 * (others.predicted_fj / others.energy_fj - 1).abs(),
        rtol=1e-3,
    )  # fmt: skip
    both = table[table.predictor.str.endswith("clocks")]
    assert both.clocked.notna().all()
    plots = all_of_tasks(None, table)
    assert [plot.name for plot in plots] == ["transistor-ops"]
    every, steps = plots[0].grids
    assert len(every.rows) == 2 * len(ALL_PREDICTORS)
    assert [float(cells[0].text) for _, cells in steps.rows] == pytest.approx(
        [table[(table.predictor == name) & (table.held_out == "leave-one-out")]
         .precision_percent.mean()
         for name in ("TOs", "TOs and clocks", "activity-aware TOs and clocks",
                      "signal-aware TOs and clocks", SWITCHED_OTHERS, SWITCHED_MACS,
                      SWITCHED + CLOCKED, MEASURED)],
        rel=1e-3,
    )  # fmt: skip
    assert all_of_tasks(None, None) == []


def test_a_table_that_lacks_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "transistor_ops.csv").write_text("network\nnet\n")
    with pytest.raises(CharacterizeError, match="lacks the column family"):
        PREDICTIONS.read(tmp_path)
    with pytest.raises(CharacterizeError, match="`python -m characterize tasks` writes it"):
        TASKS.read(tmp_path)


def test_shares_are_shown(pools: Network, cache: Cache, tmp_path: Path) -> None:
    work = network_work(pools, _images(3), ZERO, cache)
    tasks_table.write_rows(tasks_table.rows_of(_subject("one"), ZERO, work), tmp_path)
    (plot,) = all_of_tasks(TASKS.read(tmp_path), pd.DataFrame())
    operations = [labels[-1] for labels, _ in plot.grids[0].rows]
    wanted = ["maximum", "accumulate", "requantize", MAC, f"{DEQUANTIZE}, apart"]
    assert sorted(operations) == sorted(wanted)
