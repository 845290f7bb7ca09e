"""What goes wrong outside: kills, full disks, one bad unit among good ones.

Nothing that was finished is lost, nothing wrong is kept, and what is said is short.
"""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from characterize import synthesis, tables, yosys
from characterize.cache import Cache
from characterize.errors import CharacterizeError
from characterize.library import CellLibrary
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.stimulus import Stimulus
from characterize.testbench import bench
from characterize.units import RTL_DIR, Registry
from sim import packages

REPOSITORY = Path(__file__).parents[2]
# Two tasks at least, so that something is finished when the other is interrupted.
UNITS = ("--units", "adder_*_x8[su]*", "--library", "asap7", "--vectors", "100", "--delays", "zero")

pytestmark = pytest.mark.usefixtures("icarus")


def command(out: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "characterize", "run", "--out", str(out), *arguments]


def start(cache: Path, out: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(out, *UNITS, "--cache", str(cache), "--jobs", "2"),
        cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def wait_for_entries(cache: Path, count: int) -> None:
    for _ in range(1200):
        if len(list(cache.rglob("*.json.gz"))) >= count:
            return
        time.sleep(0.1)
    pytest.fail("nothing was finished in two minutes")


def finish(cache: Path, out: Path) -> None:
    subprocess.run(
        command(out, *UNITS, "--cache", str(cache)), check=True, cwd=REPOSITORY, capture_output=True
    )


def children(process: int) -> list[int]:
    """Processes below this one, of Linux."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_killed_work_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """SIGKILL to everything; what was finished is used, and the bytes are the same."""
    cache, out = tmp_path / "cache", tmp_path / "out"
    process = start(cache, out)
    wait_for_entries(cache, 3)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not out.exists()
    finished = {path: path.stat().st_mtime_ns for path in cache.rglob("*.json.gz")}
    assert not list(cache.rglob(".*.json.gz*")) or finished
    finish(cache, out)
    assert all(path.stat().st_mtime_ns == written for path, written in finished.items())
    finish(tmp_path / "empty", tmp_path / "whole")
    for name in ("units.csv", packages.PACKAGE_FILE):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_worker_is_one_line_and_the_rest_is_kept(tmp_path: Path) -> None:
    cache, out = tmp_path / "cache", tmp_path / "out"
    process = start(cache, out)
    wait_for_entries(cache, 1)
    workers = [
        child
        for child in children(process.pid)
        if b"loky" in Path(f"/proc/{child}/cmdline").read_bytes()
        and b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    (line,) = [text for text in errors.splitlines() if text.startswith("error: ")]
    assert "a worker process was killed" in line
    assert "Traceback" not in errors
    assert not out.exists()
    finish(cache, out)
    assert len(tables.read_units(out))


def test_a_disk_without_room_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    """No file may grow beyond a page: neither the simulator's nor the table's can."""

    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    out = tmp_path / "out"
    result = subprocess.run(
        command(out, "--units", "adder_ripple_x8s_y8s", "--library", "asap7", "--no-cache",
                "--jobs", "1"),
        cwd=REPOSITORY, capture_output=True, text=True, check=False, preexec_fn=no_room,
    )  # fmt: skip
    assert result.returncode == 1
    # pyverilog's parser warns beside it that it cannot keep its tables.
    (line,) = [text for text in result.stderr.splitlines() if text.startswith("error: ")]
    assert "cannot write or read: File too large; TMPDIR names another folder" in line
    assert "Traceback" not in result.stderr
    assert not out.exists()


def test_one_bad_unit_costs_only_itself(tmp_path: Path) -> None:
    rtl = shutil.copytree(RTL_DIR, tmp_path / "rtl")
    path = rtl / "adder" / "adder_kogge_stone.v"
    text = path.read_text()
    assert "^ carry[WIDTH-1:0]" in text
    path.write_text(text.replace("^ carry[WIDTH-1:0]", "| carry[WIDTH-1:0]"))
    out = tmp_path / "out"
    result = subprocess.run(
        command(out, "--rtl", str(rtl), "--units", "adder_*_x8s_y8s", "--library", "asap7",
                "--delays", "zero", "--waves", str(tmp_path / "waves")),
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 1
    failed, error = result.stderr.strip().splitlines()
    assert failed.startswith("failed: adder_kogge_stone_x8s_y8s (asap7): ")
    dump = tmp_path / "waves" / "adder_kogge_stone_x8s_y8s-netlist" / "nets.vcd"
    assert failed.endswith(str(dump))
    assert "$var wire" in dump.read_text()
    assert error == f"error: 1 unit could not be measured; the others are in {out}"
    measured = set(tables.read_units(out).unit)
    assert "adder_ripple_x8s_y8s" in measured
    assert "adder_kogge_stone_x8s_y8s" not in measured


def test_half_a_netlist_is_refused_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, registry: Registry, asap7: CellLibrary
) -> None:
    """As Yosys leaves it on a full disk, without a word."""
    half = "open('netlist.json', 'w').write('{\"modules\": {\"top')"
    monkeypatch.setattr(yosys, "_RUN_YOSYS", half)
    unit = registry.unit("adder_ripple_x2u_y2u")
    with pytest.raises(CharacterizeError, match="left half a netlist: is there room in"):
        synthesis.synthesize(unit, asap7, Cache(tmp_path))
    assert not list(tmp_path.rglob("*.json.gz"))


def test_half_a_result_is_refused(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, icarus: Icarus
) -> None:
    """As the bench leaves it on a full disk."""

    def half(_engine: Icarus, _simulations: object, work: Path, _dump: str) -> None:
        (work / bench.RESULT_FILE).write_text("")

    monkeypatch.setattr(Icarus, "_simulate", half)
    unit = registry.unit("adder_ripple_x2u_y2u")
    operands = Stimulus("uniform").operands(unit, 11)
    with pytest.raises(CharacterizeError, match="left half a result: is there room in"):
        icarus.run([Simulation(unit, operands)])
