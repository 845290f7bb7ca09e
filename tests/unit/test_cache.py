"""The cache of finished work: whole entries or none, and never a wrong one."""

import logging
from pathlib import Path

import pandas as pd
import pytest

from characterize import cache as cache_module
from characterize import sweep
from characterize.cache import NO_CACHE, Cache, content_key, default_folder, file_sha256
from characterize.case import Case, case_key
from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.stimulus import Stimulus
from characterize.units import Registry

KEY = content_key("a", 1)


def entries(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json.gz"))


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    assert kept.get(KEY) is None
    kept.put(KEY, {"rows": [1.5, None, "x"]})
    assert Cache(tmp_path).get(KEY) == {"rows": [1.5, None, "x"]}
    NO_CACHE.put(KEY, 1)
    assert NO_CACHE.get(KEY) is None


@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "of another key"])
def test_a_broken_entry_is_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    kept = Cache(tmp_path)
    kept.put(KEY, list(range(1000)))
    (path,) = entries(tmp_path)
    content = path.read_bytes()
    if damage == "of another key":
        kept.put(content_key("b"), [7])
        (other,) = [p for p in entries(tmp_path) if p != path]
        path.write_bytes(other.read_bytes())
    else:
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        spoiled = {"truncated": content[:middle], "flipped": flipped, "emptied": b""}
        path.write_bytes(spoiled[damage])
    with caplog.at_level(logging.WARNING):
        assert kept.get(KEY) is None
    assert "not a whole cache entry, made again" in caplog.text
    kept.put(KEY, [8])
    assert kept.get(KEY) == [8]


def test_where_nothing_can_be_kept_the_work_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    kept = Cache(tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        kept.put(KEY, 1)
        kept.put(KEY, 1)
    assert caplog.text.count("going on without keeping finished work") == 1
    assert kept.get(KEY) is None


def test_a_file_is_hashed_again_when_it_was_written_since(tmp_path: Path) -> None:
    path = tmp_path / "unit.v"
    path.write_text("module a;")
    before = file_sha256(path)
    assert file_sha256(path) == before
    path.write_text("module ab;")
    assert file_sha256(path) != before


def test_the_users_folder_or_the_one_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("GATEWATT_CACHE")
    assert default_folder().name == "gatewatt"


def test_every_input_of_a_case_is_in_its_key(
    registry: Registry, asap7: CellLibrary, icarus: Icarus, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, other = (registry.unit(f"adder_ripple_x{bits}s_y{bits}s") for bits in (3, 4))
    uniform = Stimulus("uniform")
    cases = [
        Case(unit, "asap7", uniform, 100),
        Case(other, "asap7", uniform, 100),
        Case(unit, "asap7", Stimulus("gaussian"), 100),
        Case(unit, "asap7", Stimulus("uniform", 2), 100),
        Case(unit, "asap7", uniform, 101),
        Case(unit, "asap7", uniform, 100, "library"),
        Case(unit, "asap7", uniform, 100, "library", 1.0),
        Case(unit, "asap7", uniform, 100, "library", 1.0, 0.1),
    ]
    keys = [case_key(case, asap7, icarus) for case in cases]
    assert len(set(keys)) == len(cases)
    assert keys == [case_key(case, asap7, icarus) for case in cases]
    for name, value in (("yosys_version", lambda: "0"), ("code_sha256", lambda: "0")):
        with monkeypatch.context() as changed:
            changed.setattr(f"characterize.case.{name}", value)
            assert case_key(cases[0], asap7, icarus) not in keys


@pytest.mark.usefixtures("icarus")
def test_a_sweep_with_broken_entries_gives_the_same_rows(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All entries spoiled: all is measured again; none spoiled: nothing is."""
    units = [registry.unit("adder_ripple_x3s_y3s"), registry.unit("multiplier_array_x2s_w2s")]
    cases = sweep.Choice(libraries=("asap7",), vectors=100).cases(units)
    kept = Cache(tmp_path)
    first = sweep.run(cases, cache=kept)
    assert len(entries(tmp_path)) == len(cases) + len(units)
    for path in entries(tmp_path):
        path.write_bytes(path.read_bytes()[:-9])
    counts: list[tuple[int, bool]] = []
    again = sweep.run(cases, 1, kept, lambda count, cached: counts.append((count, cached)))
    pd.testing.assert_frame_equal(first.rows, again.rows)
    assert counts[0] == (0, True)
    monkeypatch.setattr(sweep, "measure", None)  # it would fail if it were called
    third = sweep.run(cases, cache=kept)
    pd.testing.assert_frame_equal(first.rows, third.rows)
    assert cache_module.code_sha256() == cache_module.code_sha256()
