"""Files under bad conditions: two writers at once, a full disk, spoiled caches, leftovers."""

import errno
import gzip
import json
import logging
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from characterize import tables
from characterize.cache import Cache, content_key
from characterize.errors import CharacterizeError
from characterize.network import table as networks
from sim import packages
from sim.errors import SimError
from sim.files import locked, write_bytes
from sim.kept import keep_entry, read_entry
from sim.tables import Table, columns

REPOSITORY = Path(__file__).parents[2]
COLUMNS = columns("who | string | | who\nturn | integer | | when\nvalue | number | fJ | what")
SOME = Table("some", COLUMNS, ("who", "turn"), "it")
WRITERS, TURNS = 3, 5


def _write_rows(folder: Path, who: int) -> None:
    for turn in range(TURNS):
        row = pd.DataFrame([{"who": f"w{who}", "turn": turn, "value": who + turn / 8}])
        SOME.replace(row, folder)
        replace(SOME, name=f"of_{who}").write(row, folder)


def test_of_writers_at_once_each_row_is_kept(tmp_path: Path) -> None:
    """Read, changed and written by three processes: nobody's rows go under."""
    spawned = multiprocessing.get_context("spawn")
    writers = [spawned.Process(target=_write_rows, args=(tmp_path, who)) for who in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
        assert writer.exitcode == 0
    found = SOME.read(tmp_path)
    assert len(found) == WRITERS * TURNS
    assert set(found.who.value_counts()) == {TURNS}
    package = json.loads((tmp_path / packages.PACKAGE_FILE).read_text())
    names = sorted(resource["name"] for resource in package["resources"])
    assert names == [*(f"of_{who}" for who in range(WRITERS)), "some"]
    for one in package["resources"]:
        digest = packages.hash_of((tmp_path / one["path"]).read_bytes())
        assert one["hash"] == digest, one["name"]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv"] * (WRITERS + 1) + [
        ".json"
    ]


def _hold(folder: Path, ready: Path) -> None:
    with locked(folder):
        ready.touch()
        time.sleep(600)


def test_a_killed_writer_holds_nobody_up(tmp_path: Path) -> None:
    folder, ready = tmp_path / "results", tmp_path / "ready"
    writer = multiprocessing.get_context("spawn").Process(target=_hold, args=(folder, ready))
    writer.start()
    begin = time.monotonic()
    while not ready.exists():
        assert time.monotonic() - begin < 60
        time.sleep(0.01)
    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    with locked(folder), locked(folder):  # and no process holds itself up
        assert time.monotonic() - begin < 60
    writer.join()


def test_no_lock_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SimError, match="file: cannot write to it"), locked(tmp_path / "file"):
        pytest.fail("it is no folder")


def test_what_killed_writers_left_goes_at_the_next_time(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".x.csv.abc", ".x.csv.def", ".y.csv.abc"))
    for path in (old, new, other):
        path.write_text("half")
    hours_ago = time.time() - 2 * 3600
    os.utime(old, (hours_ago, hours_ago))
    os.utime(other, (hours_ago, hours_ago))
    write_bytes(tmp_path / "x.csv", b"whole")
    # Of the younger one somebody may still be writing.
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x.csv.def", ".y.csv.abc", "x.csv"]


def rows_of_networks(count: int) -> pd.DataFrame:
    kinds = {"string": "x", "integer": 1, "number": 0.5, "boolean": True}
    row = {column.name: kinds[column.type] for column in networks.NETWORKS.columns}
    return pd.DataFrame([row | {"layer": f"layer{n}", "tier": "A"} for n in range(count)])


_FILL = """
import sys
from pathlib import Path
from characterize.errors import CharacterizeError
from tests.unit.test_faults_of_files import add_networks
try:
    add_networks(Path(sys.argv[1]), 4000)
except CharacterizeError as error:
    print(error)
"""


def add_networks(folder: Path, count: int) -> None:
    networks.NETWORKS.replace(rows_of_networks(count), folder)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_that_may_not_grow_leaves_the_old_ones(tmp_path: Path) -> None:
    add_networks(tmp_path, 3)
    before = _contents(tmp_path)

    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 17, 1 << 17))

    run = subprocess.run(
        [sys.executable, "-c", _FILL, str(tmp_path)], cwd=REPOSITORY, capture_output=True,
        text=True, check=False, preexec_fn=no_room,
    )  # fmt: skip
    assert run.stdout == f"{tmp_path / 'networks.csv'}: cannot write it: File too large\n", run
    assert _contents(tmp_path) == before


_FULL_DISK = """
mount -t tmpfs -o size=256k none "$1" || exit 77
cp "$2"/* "$1" && "$3" -c "$4" "$1" && ls -A "$1" | sort && cat "$1"/*
"""


def test_a_full_disk_leaves_the_old_files(tmp_path: Path) -> None:
    """A file system of 256 KiB, in a name space of its own."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed: no small file system can be made")
    disk, old = tmp_path / "disk", tmp_path / "old"
    disk.mkdir()
    add_networks(old, 3)
    run = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", _FULL_DISK, "sh", str(disk),
         str(old), sys.executable, _FILL],
        cwd=REPOSITORY, capture_output=True, check=False,
    )  # fmt: skip
    if run.returncode in (1, 77) and b"unshare" in run.stderr + b"unshare" * (run.returncode == 77):
        pytest.skip("no small file system may be made here")
    before = _contents(old)
    message = f"{disk / 'networks.csv'}: cannot write it: {os.strerror(errno.ENOSPC)}\n"
    names = "".join(f"{name}\n" for name in sorted(before))
    whole = b"".join(before[name] for name in sorted(before))
    assert run.stdout == (message + names).encode() + whole, run.stderr
    assert not list(disk.iterdir())


def test_every_flipped_bit_of_an_entry_is_noticed_or_harmless(tmp_path: Path) -> None:
    kept, key = Cache(tmp_path), content_key("x")
    value = {"rows": [1.5, None, "x"], "count": 12345}
    kept.put(key, value)
    (path,) = tmp_path.rglob("*.json.gz")
    content = path.read_bytes()
    logging.disable(logging.WARNING)
    try:
        noticed = 0
        for place in range(8 * len(content)):
            spoiled = bytearray(content)
            spoiled[place // 8] ^= 1 << place % 8
            path.write_bytes(spoiled)
            found = kept.get(key, dict)
            assert found in (None, value)
            noticed += found is None
        for length in range(len(content)):
            path.write_bytes(content[:length])
            assert kept.get(key, dict) is None
    finally:
        logging.disable(logging.NOTSET)
    assert noticed > 7 * len(content)


@pytest.mark.parametrize("value", [3, "text", None, [1, 2], [{}, 3], {"a": 1}])
def test_an_entry_of_another_kind_is_made_again(
    tmp_path: Path, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    kept, key = Cache(tmp_path), content_key("x")
    kept.put(key, value)
    with caplog.at_level(logging.WARNING):
        assert kept.get(key, list) is None
    assert "not a whole cache entry, made again" in caplog.text
    (path,) = tmp_path.rglob("*.json.gz")
    path.write_bytes(gzip.compress(b"[" * 100_000))
    assert kept.get(key) is None


def test_every_changed_digit_of_a_kept_entry_is_noticed(tmp_path: Path) -> None:
    """It is plain JSON: a flipped bit can make another number of one."""
    path = tmp_path / "x.json"
    keep_entry(path, {"accuracy": 91.25, "scheme": {"bits": 4}})
    content = path.read_bytes()
    assert read_entry(path, "accuracy") == {"accuracy": 91.25}
    logging.disable(logging.WARNING)
    try:
        for place in range(8 * len(content)):
            spoiled = bytearray(content)
            spoiled[place // 8] ^= 1 << place % 8
            path.write_bytes(spoiled)
            assert read_entry(path, "accuracy", "scheme") is None
        path.write_text("[" * 100_000)
        assert read_entry(path, "accuracy") is None
    finally:
        logging.disable(logging.NOTSET)


def test_a_table_cut_off_anywhere_is_refused_or_ends_with_a_row(tmp_path: Path) -> None:
    """Of `units.csv` every cut is noticed; of others all but those at a line's end."""
    lines = (REPOSITORY / "results" / "units.csv").read_bytes().splitlines(keepends=True)[:6]
    content = b"".join(lines)
    package = {"version": packages.SCHEMA_VERSION,
               "resources": [{"name": "units", "hash": packages.hash_of(content)}]}  # fmt: skip
    (tmp_path / packages.PACKAGE_FILE).write_text(json.dumps(package))
    (tmp_path / "units.csv").write_bytes(content)
    assert len(tables.read_units(tmp_path)) == 5
    for cut in range(len(content)):
        (tmp_path / "units.csv").write_bytes(content[:cut])
        with pytest.raises(CharacterizeError, match=r"not the table that datapackage\.json"):
            tables.read_units(tmp_path)
