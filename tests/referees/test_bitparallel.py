"""Comparisons of the bit-parallel engine: what differs is named, what agreed is kept."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from characterize.cache import Cache
from characterize.delays import DELAY_MODELS
from characterize.errors import CharacterizeError
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.icarus import Icarus
from characterize.simulators.plain_icarus import PlainIcarus
from characterize.simulators.protocol import Outcome, Simulation
from tests.referees import bitparallel
from tests.referees.bitparallel import compare

pytestmark = pytest.mark.usefixtures("icarus")
_UNIT, _VECTORS = "mac_split_gated_x2u_w2u_a8", 60


class _OneToggleMore(BitParallel):
    def run(self, simulations: Sequence[Simulation]) -> list[Outcome]:
        outcomes = super().run(simulations)
        activity = outcomes[-1].activity
        assert activity is not None
        activity.toggles[2, 7] += 1
        return outcomes


def test_a_toggle_too_many_is_named_and_not_kept(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    with pytest.raises(
        CharacterizeError,
        match=f"{_UNIT}, asap7, library delays: toggles differ on 1 of .*, first n7$",
    ):
        compare(_UNIT, "asap7", _VECTORS, kept, _OneToggleMore())
    compared, was_kept = compare(_UNIT, "asap7", _VECTORS, kept)
    assert not was_kept
    assert [each.delay_model for each in compared] == list(DELAY_MODELS)


def test_what_agreed_is_kept_by_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Cache(tmp_path)
    first, was_kept = compare(_UNIT, "asap7", _VECTORS, kept)
    assert not was_kept

    def run(*_: object) -> list[Outcome]:
        raise AssertionError("it was kept")

    with monkeypatch.context() as patch:
        patch.setattr(PlainIcarus, "run", run)
        assert compare(_UNIT, "asap7", _VECTORS, kept) == (first, True)
        for changed in (("sky130hd", _VECTORS), ("asap7", _VECTORS + 1)):
            with pytest.raises(AssertionError, match="it was kept"):
                compare(_UNIT, *changed, kept)
        patch.setattr(bitparallel, "code_sha256", lambda *_: "of other code")
        with pytest.raises(AssertionError, match="it was kept"):
            compare(_UNIT, "asap7", _VECTORS, kept)


def test_work_in_pieces_says_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["", "--units", "adder_ripple_x[48]u_y[48]u", "--library", "asap7",
               "--vectors", "50", "--kept", str(tmp_path)]  # fmt: skip
    monkeypatch.setattr("sys.argv", [*command, "--seconds", "0"])
    assert bitparallel.main() == 2
    assert "0 of 1 units compared" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", command)
    for now in (1, 0):
        assert bitparallel.main() == 0
        shown = capsys.readouterr().out
        assert f"1 of 1 units compared, {now} of them now, 0 differ; 50 operations" in shown


def test_both_ways_through_icarus_give_the_same(tmp_path: Path, icarus: Icarus) -> None:
    """With cocotb beside it, and without: of RTL and netlists, several cycles an operation."""
    simulations: list[Simulation] = []

    class Noted(BitParallel):
        def run(self, some: Sequence[Simulation]) -> list[Outcome]:
            simulations.extend(some)
            return super().run(some)

    for unit in ("multiplier_serial_x2s_w3s", _UNIT):
        compare(unit, "asap7", _VECTORS, Cache(tmp_path), Noted())
        rtl = Simulation(simulations[-1].unit, simulations[-1].operands)
        simulations.append(rtl)
    for plain, driven in zip(PlainIcarus().run(simulations), icarus.run(simulations), strict=True):
        assert plain.vectors_checked == driven.vectors_checked
        if plain.activity is None or driven.activity is None:
            assert plain.activity is driven.activity
            continue
        assert np.array_equal(plain.activity.toggles, driven.activity.toggles)
        assert np.array_equal(plain.activity.ones, driven.activity.ones)
