"""SIGKILL at random moments, fifty times: of sweeps, and of networks at the gates.

Nothing that was finished is lost, nothing wrong is kept, no half file has a table's name,
and the same command comes to the very bytes of a run that nobody disturbed.
"""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from characterize.cache import Cache

REPOSITORY = Path(__file__).parents[2]
SWEEP = ("run", "--units", "adder_*_x8[su]_y8[su]", "--library", "asap7", "--vectors", "100",
         "--delays", "zero", "--jobs", "2")  # fmt: skip
NETWORK = ("network", "digits", "--images", "3", "--jobs", "2", "--bits-x", "4")
KILLS = 25
# What is not of the run: figures are drawn behind the tables, and hold no numbers of their own.
_TABLES = (".csv", ".json")

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("icarus")]


@dataclass
class Killed:
    """How often a command was killed, and what it had then."""

    while_writing: int = 0
    entries: list[int] = field(default_factory=list)


def command(cache: Path, out: Path, arguments: tuple[str, ...]) -> list[str]:
    where = ["--cache", str(cache), "--out", str(out)]
    return [sys.executable, "-m", "characterize", *arguments, *where]


def undisturbed(folder: Path, arguments: tuple[str, ...]) -> tuple[dict[str, bytes], float]:
    """The tables of a run in folders of its own, and how long it took."""
    begin = time.monotonic()
    subprocess.run(
        command(folder / "cache", folder / "out", arguments), cwd=REPOSITORY, check=True,
        capture_output=True,
    )  # fmt: skip
    return contents(folder / "out"), time.monotonic() - begin


def contents(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in _TABLES}


def whole_entries(cache: Path) -> dict[Path, int]:
    """Entries of the cache with the time at which they were written; each must be whole."""
    found = {}
    for path in cache.rglob("*.json.gz"):
        if not path.name.startswith("."):
            assert Cache(cache).get(path.name.removesuffix(".json.gz")) is not None, path
            found[path] = path.stat().st_mtime_ns
    return found


def kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def until(process: subprocess.Popen[bytes], seconds: float, out: Path | None) -> bool:
    """Wait: so long, until the process ends (then it is true), or until it writes tables."""

    def there() -> set[Path]:
        return set(out.iterdir()) if out is not None and out.is_dir() else set()

    before = there()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            return True
        if there() != before:
            return False
        time.sleep(0.0005 if out is not None else 0.01)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="kills process groups")
@pytest.mark.parametrize("arguments", [SWEEP, NETWORK], ids=["sweep", "network"])
def test_fifty_kills(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    wanted, seconds = undisturbed(tmp_path / "alone", arguments)
    assert wanted
    chance = random.Random(1)
    cache, out = tmp_path / "cache", tmp_path / "out"
    killed, finished = Killed(), 0
    before: dict[Path, int] = {}
    while len(killed.entries) < KILLS:
        process = subprocess.Popen(
            command(cache, out, arguments), cwd=REPOSITORY, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        # One in four at the very moment at which tables are written.
        writing = chance.random() < 0.25
        ended = until(process, 10 * seconds if writing else chance.uniform(0.3, 1.1) * seconds,
                      out if writing else None)  # fmt: skip
        if ended:
            _, errors = process.communicate()
            assert process.returncode == 0, errors
            assert contents(out) == wanted
            finished += 1
            shutil.rmtree(out)
            if chance.random() < 0.7:
                shutil.rmtree(cache)
                before = {}
            continue
        kill(process)
        found = whole_entries(cache)
        assert found.items() >= before.items(), "what was finished was lost, or made again"
        before = found
        killed.entries.append(len(found))
        killed.while_writing += writing
        if out.is_dir():
            for name, content in contents(out).items():
                if name.endswith(".csv"):
                    # The table is there, whole, or it is not.
                    assert content == wanted[name], name
                    assert len(pd.read_csv(out / name))
        if chance.random() < 0.2:
            shutil.rmtree(cache, ignore_errors=True)
            before = {}
    subprocess.run(command(cache, out, arguments), cwd=REPOSITORY, check=True, capture_output=True)
    assert contents(out) == wanted
    assert killed.while_writing >= 2
    assert len(set(killed.entries)) > 1


def test_two_sweeps_at_once_on_one_folder(tmp_path: Path) -> None:
    """The last one's tables stand, with what describes them; nothing is of both."""
    ours, theirs = (
        ("run", "--units", units, "--library", "asap7", "--vectors", "100", "--delays", "zero")
        for units in ("adder_ripple_x8u_y8u", "adder_kogge_stone_x8u_y8u")
    )
    wanted = [undisturbed(tmp_path / name, which)[0] for name, which in
              (("ours", ours), ("theirs", theirs))]  # fmt: skip
    assert wanted[0] != wanted[1]
    out = tmp_path / "out"
    runs = [
        subprocess.Popen(command(tmp_path / name / "cache", out, which), cwd=REPOSITORY,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
        for name, which in (("ours", ours), ("theirs", theirs))
    ]  # fmt: skip
    for run in runs:
        _, errors = run.communicate()
        assert run.returncode == 0, errors
    assert contents(out) in wanted
