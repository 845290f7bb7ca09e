"""Stimuli of units that stand in a systolic array: tiles of one weight, partial sums."""

from pathlib import Path

import numpy as np
import pytest

from characterize import tiles
from characterize.stimulus import Stimulus
from characterize.tiles import ROWS, TILE
from characterize.units import Port, Registry, UnitSpec
from sim.formats import IntArray

UNITS = ("mac_stationary_x8u_w8s_addend32s_a32", "pe_stationary_x8u_w8s_addend32s_a32")
MANY = 100_001
DRAWN = ("uniform", "gaussian", "relu", "sparse(0.5)", "correlated(0.9)")


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest, registry: Registry) -> UnitSpec:
    return registry.unit(request.param)


@pytest.mark.parametrize("stimulus", DRAWN)
def test_a_weight_stays_for_a_tile(unit: UnitSpec, stimulus: str) -> None:
    operands = Stimulus(stimulus).operands(unit, MANY)
    assert {values.size for values in operands.values()} == {MANY}
    changes = np.flatnonzero(np.diff(operands["w"])) + 1
    assert changes.size > MANY // TILE / 4
    assert np.all(changes % TILE == 0)
    for port in unit.operands:
        assert port.format.contains(operands[port.role])


def test_weights_are_spread_evenly_over_their_distribution(unit: UnitSpec) -> None:
    """Each sixteenth of the range gets its share of 1,563, or up to three more or fewer."""
    weights = Stimulus("uniform").operands(unit, MANY)["w"][::TILE]
    counts = np.bincount((weights + 128) // 16, minlength=16)
    assert np.abs(counts - weights.size / 16).max() < 3
    weights = Stimulus("gaussian").operands(unit, MANY)["w"][::TILE]
    assert weights.std() == pytest.approx(128 / 3, rel=0.01)
    assert abs(np.corrcoef(weights[1:], weights[:-1])[0, 1]) < 0.6


def test_a_longer_stream_begins_with_the_shorter_and_seeds_differ(unit: UnitSpec) -> None:
    long, short = (Stimulus("uniform").operands(unit, count) for count in (70_000, 1000))
    for role, values in short.items():
        assert np.array_equal(values, long[role][:1000]), role
    other = Stimulus("uniform", seed=2).operands(unit, 1000)
    assert not np.array_equal(short["w"], other["w"])
    assert not np.array_equal(short["addend"], other["addend"])


def test_partial_sums_are_those_of_the_rows_above(
    unit: UnitSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 40 tiles: what was drawn for the rows above, multiplied and added one by one."""
    given: dict[tuple[str, str], IntArray] = {}
    stimulus = Stimulus("uniform")

    def draw(port: Port, count: int, place: str = "", drawn: IntArray | None = None) -> IntArray:
        given[port.role, place] = stimulus._port(port, count, place, drawn)
        return given[port.role, place]

    monkeypatch.setattr(tiles, "_CHUNK", 32)
    found = tiles.tile_operands(unit, 40 * TILE, draw, "test")["addend"]
    rows = set()
    for tile in range(40):
        chunk, number = divmod(tile, 32)
        inputs = given["x", f" above {chunk}"].reshape(-1, TILE, ROWS)[number % 16]
        weights = given["w", f" above {chunk}"].reshape(-1, ROWS)[number]
        products = (inputs * weights).cumsum(axis=1)
        candidates = np.concatenate([np.zeros((TILE, 1), dtype=np.int64), products], axis=1)
        wanted = found[tile * TILE : (tile + 1) * TILE]
        (row,) = np.flatnonzero((candidates == wanted[:, None]).all(axis=0))
        rows.add(int(row))
        assert row < ROWS
    assert len(rows) > 30
    assert max(rows) - min(rows) > ROWS // 2


def test_sums_that_are_narrower_wrap(registry: Registry) -> None:
    wide, narrow = (
        Stimulus("uniform").operands(registry.unit(f"mac_stationary_x8u_w8s_addend{n}s_a{n}"), 999)
        for n in (32, 16)
    )
    assert np.array_equal((wide["addend"] - narrow["addend"]) % 2**16, np.zeros(999))
    assert np.abs(wide["addend"]).max() >= 2**15


def test_an_element_is_loaded_where_its_weight_changes(registry: Registry, tmp_path: Path) -> None:
    """Drawn: at the start of each tile. Recorded, without a stream of its own: the same."""
    element = registry.unit("pe_stationary_x8u_w8s_addend32s_a32")
    operands = Stimulus("uniform").operands(element, 1000)
    assert np.flatnonzero(operands["load"]).tolist() == list(range(0, 1000, TILE))
    assert operands["enable"].all()
    path = tmp_path / "recorded.npz"
    np.savez(path, x=operands["x"], w=operands["w"], addend=operands["addend"])
    recorded = Stimulus(f"recorded({path})").operands(element, 1000)
    assert recorded["load"][0] == 1
    assert np.array_equal(
        np.flatnonzero(recorded["load"][1:]), np.flatnonzero(np.diff(recorded["w"]))
    )
