"""The smallest budget of a ladder: found by halving, kept, with the same help for every kind."""

from pathlib import Path

import numpy as np
import pytest

from sim.charges import measured_flips
from sim.pann import mac_bit_flips
from sim.schemes import KINDS, Scheme
from sim.searching import frontier as module
from sim.searching.frontier import Frontier, Judged, ladder
from sim.sources import Source


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "cache_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(calibration=100, validation=100)


def test_ladders_are_the_same_in_bits() -> None:
    for kind in KINDS:
        rungs = ladder(kind)
        assert rungs == sorted(rungs)
        assert len(rungs) == len(set(rungs)) == 14
        if kind != "pann":
            signed = kind not in ("split", "split-signed")
            for bits, rung in ((2, rungs[0]), (6, rungs[-2]), (8, rungs[-1])):
                assert rung == pytest.approx(sum(mac_bit_flips(bits, bits, signed).values()))


@pytest.mark.parametrize("first", range(14))
def test_halving_finds_the_first_rung_that_meets(
    source: Source, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    """Of losses that fall from rung to rung, whichever is the first to meet."""
    rungs, asked = ladder("split"), []

    def judge(_: Frontier, kind: str, budget: float) -> Judged:
        asked.append(budget)
        return Judged(Scheme(kind, 4, 4), budget, 0, 0.5 if budget >= rungs[first] else 1.5)

    monkeypatch.setattr(Frontier, "_judge", judge)
    frontier = Frontier(source)
    found = frontier.within("split", 1)
    assert found is not None
    assert found.budget == rungs[first]
    assert len(asked) <= 5
    assert len(asked) == len(set(asked))
    assert frontier.within("split", 0.4) is None


def test_a_price_moves_weights_to_what_costs_less(source: Source) -> None:
    frontier = Frontier(source, keep=False)
    alone = frontier.within("pann", 3)
    assert alone is not None
    names = [name for name, _ in alone.scheme.layers]
    # A weight that is not 0 costs the same, whichever: zeros are what is bought.
    found = frontier.priced(3, {name: np.array([0.0, 5.0, 5.0]) for name in names})
    rungs = ladder("pann")
    first = rungs.index(alone.budget)
    assert [judged.budget for judged in found] == rungs[first::-1][: len(found)]
    assert all(judged.loss <= 3 for judged in found)
    same = next(judged for judged in found if judged.budget == alone.budget)
    zeros = [
        np.mean(np.concatenate([
            layer.weight.ravel() for layer in frontier.network(scheme).weighted.values()
        ]) == 0)
        for scheme in (alone.scheme, same.scheme)
    ]  # fmt: skip
    assert zeros[1] > zeros[0] + 0.02
    assert measured_flips(frontier.network(same.scheme), same.scheme) <= 1.02 * alone.budget
    assert frontier.priced(-20, dict.fromkeys(names, np.array([0.0, 1.0]))) == []


@pytest.mark.parametrize("last", range(8))
def test_priced_budgets_go_down_to_the_last_that_meets(
    source: Source, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    rungs = ladder("pann")

    def judge(_: Frontier, kind: str, budget: float) -> Judged:
        return Judged(Scheme(kind, 8, additions=1.0), budget, 0, float(budget < rungs[7]))

    def at_price(_: Frontier, budget: float, *__: object) -> Judged:
        return Judged(Scheme("pann", 8, additions=1.0), budget, 0, float(budget < rungs[last]))

    monkeypatch.setattr(Frontier, "_judge", judge)
    monkeypatch.setattr(Frontier, "_at_price", at_price)
    found = Frontier(source).priced(0.5, {"a layer": np.array([0.0, 1.0])})
    assert [judged.budget for judged in found] == rungs[last:8][::-1]


def test_networks_are_judged_once_and_within_their_budget(source: Source, cache: Path) -> None:
    told: list[Judged] = []
    frontier = Frontier(source, advance=told.append)
    for kind, points in (("signmag", 3), ("pann", 3), ("pann", 1)):
        found = frontier.within(kind, points)
        assert found is not None
        assert found.loss <= points
        assert found.loss == pytest.approx(frontier.float_accuracy - found.accuracy)
        assert len(found.scheme.layers) == len(frontier.network(found.scheme).weighted)
    assert {widths.bits_x for judged in told for _, widths in judged.scheme.layers} <= set(
        range(2, 9)
    )
    sign = [j for j in told if j.scheme.kind == "signmag"]
    assert max(widths.bits_x for judged in sign for _, widths in judged.scheme.layers) == 7
    assert len({(j.scheme.kind, j.budget) for j in told}) == len(told)
    files = {path: path.stat().st_mtime_ns for path in (cache / "frontier").iterdir()}
    assert len(files) == len(told)
    again: list[Judged] = []
    assert Frontier(source, advance=again.append).within("pann", 1) == found
    assert {path: path.stat().st_mtime_ns for path in (cache / "frontier").iterdir()} == files
    assert set(again) <= set(told)


def test_every_kind_gets_the_same_help(source: Source) -> None:
    """What tells schemes of different kinds apart are their numbers only."""
    frontier = Frontier(source)
    own = {"kind", "bits_x", "bits_w", "additions", "layers"}
    found = [frontier.within(kind, 100) for kind in ("split", "pann")]
    schemes = [judged.scheme for judged in found if judged is not None]
    assert len(schemes) == len(found)
    for name in Scheme.__dataclass_fields__:
        if name not in own:
            assert len({getattr(scheme, name) for scheme in schemes}) == 1, name
    assert schemes[0].batch_norm == "reestimated"
    assert schemes[0].weight_rounding == "feedback"
