"""The fast mutants die, and the runner tells the living from the dead."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.run import (
    MUTANTS_FILE,
    REPOSITORY,
    Mutant,
    MutantError,
    check_unmutated,
    killer,
    read_mutants,
    repository_copy,
)

MUTANTS = read_mutants(MUTANTS_FILE)
HARMLESS = Mutant(
    name="harmless",
    file="sim/signmag.py",
    old='"""Sign-magnitude numbers:',
    new='"""Numbers of sign and magnitude:',
    fault="none",
    tests=("sim/signmag.py",),
)


@pytest.mark.parametrize("mutant", [m for m in MUTANTS if m.fast], ids=lambda m: m.name)
def test_a_fast_mutant_is_noticed(mutant: Mutant) -> None:
    """The others are tried by `nox -s mutants`."""
    check_unmutated([mutant])
    assert killer(mutant) is not None


def test_every_text_is_still_in_its_file(tmp_path: Path) -> None:
    for mutant in MUTANTS:
        path = tmp_path / mutant.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((REPOSITORY / mutant.file).read_bytes())
        mutant.plant(tmp_path)
    verilog = [mutant for mutant in MUTANTS if mutant.file.endswith(".v")]
    assert len(verilog) >= 24
    assert len(MUTANTS) - len(verilog) >= 14


def test_a_survivor_is_one() -> None:
    assert killer(HARMLESS) is None


def test_texts_that_do_not_match_are_refused() -> None:
    with repository_copy() as folder, pytest.raises(MutantError, match="occurs 0 times"):
        Mutant("gone", "sim/signmag.py", "no such text", "", "", ()).plant(folder)


def test_tests_that_fail_or_do_not_exist_prove_nothing() -> None:
    with pytest.raises(MutantError, match="did not run"):
        check_unmutated([Mutant("x", "", "", "", "", ("tests/unit/test_nothing.py",))])


def test_the_command_fails_for_a_survivor(tmp_path: Path) -> None:
    (tmp_path / "mutants.toml").write_text(
        f"[harmless]\nfile = '{HARMLESS.file}'\nold = '{HARMLESS.old}'\nnew = '{HARMLESS.new}'\n"
        "fault = 'none'\ntests = ['sim/signmag.py']\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "tests.mutants.run", "--file", str(tmp_path / "mutants.toml")],
        capture_output=True, text=True, check=False, cwd=REPOSITORY,
        env={**os.environ, "COLUMNS": "120"},
    )  # fmt: skip
    assert run.returncode == 1
    assert "SURVIVED" in run.stdout
    assert "no test notices harmless" in run.stderr
