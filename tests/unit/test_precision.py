"""Counting until the confidence interval is narrow enough."""

from dataclasses import replace

import pytest

from characterize import sweep
from characterize.case import Case
from characterize.measure import measure
from characterize.precision import MOST_VECTORS
from characterize.rows import Row
from characterize.simulators.engines import engine
from characterize.stimulus import Stimulus
from characterize.units import Registry

pytestmark = pytest.mark.usefixtures("icarus")


def whole(rows: list[Row]) -> Row:
    (row,) = (row for row in rows if (row["part"], row["net_group"]) == ("all", "all"))
    return row


def cases(unit: str, **settings: float) -> list[Case]:
    choice = sweep.Choice(libraries=("asap7",), stimuli=("uniform",), **settings)  # type: ignore[arg-type]
    return choice.cases([Registry().unit(unit)])


def test_the_interval_is_as_narrow_as_wanted_and_operands_are_the_same_with_all_delays() -> None:
    wanted = cases("mac_array_x2u_w2u_a32", vectors=2000, precision_percent=0.5)
    rows = [whole(some) for some in measure(wanted, engine("bitparallel"))]
    assert len(rows) == 2
    assert rows[0]["vectors"] == rows[1]["vectors"] > 2000
    for row in rows:
        assert row["energy_ci_fj"] <= 0.005 * row["energy_fj"]
    # No round is left in the figures: they are those of so many operations.
    exactly = [replace(c, vectors=rows[0]["vectors"], precision_percent=None) for c in wanted]
    assert [whole(some) for some in measure(exactly, engine("bitparallel"))] == rows


def test_intervals_are_honest() -> None:
    """95 % intervals of different operands: nearly all of them hold the mean of many."""
    unit = Registry().unit("mac_array_x2u_w2u_a32")
    sampled = [Case(unit, "asap7", Stimulus("relu", seed), 5000) for seed in range(40)]
    rows = [whole(some) for some in measure(sampled, engine("bitparallel"))]
    (truth,) = measure(
        [Case(unit, "asap7", Stimulus("relu", 99), 1_000_000)], engine("bitparallel")
    )
    off = [abs(row["energy_fj"] - whole(truth)["energy_fj"]) / row["energy_ci_fj"] for row in rows]
    # Of 40 intervals 38 on average; 34 or fewer happen once in 80 trials.
    assert sum(distance <= 1 for distance in off) >= 34
    assert sum(distance <= 0.5 for distance in off) <= 34  # and are not far too wide


def test_a_precision_out_of_reach_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_VECTORS > 1_000_000
    monkeypatch.setattr("characterize.precision.MOST_VECTORS", 30_000)
    wanted = cases("adder_ripple_x8u_y8u", vectors=1000, precision_percent=0.001)
    assert {whole(some)["vectors"] for some in measure(wanted, engine("bitparallel"))} == {30_000}
