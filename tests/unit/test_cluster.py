"""Work on a Dask cluster: the same results, whatever becomes of a worker; one line otherwise."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from characterize import cli
from characterize import cluster as of_gates
from characterize.cache import Cache
from characterize.network.layers import Gates
from characterize.network.truth import count_network
from characterize.sweep import Choice, run
from characterize.units import RTL_DIR, Registry
from sim import sweep
from sim.accounting.conditions import Conditions
from sim.cluster import on_cluster
from sim.errors import SimError
from sim.parallel import is_elsewhere, results, task
from sim.schemes import Scheme
from sim.sources import Source

pytest.importorskip("distributed")
REPOSITORY = Path(__file__).parents[2]
_WORKER = "from distributed.cli.dask_worker import main; main()"
# As on a machine on which this package is not installed.
_BARE = f"import sys; sys.modules['sim'] = sys.modules['characterize'] = None; {_WORKER}"


@contextmanager
def _process(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = dict(
        os.environ, PYTHONPATH=str(REPOSITORY), DASK_DISTRIBUTED__DIAGNOSTICS__NVML="0"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stderr=subprocess.PIPE, text=True,
        env=environment,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def _line(process: subprocess.Popen[str], pattern: str) -> str:
    """The first group of the first line that has it; lines after it are read and dropped."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError(f"no {pattern}")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    code = "from distributed.cli.dask_scheduler import main; main()"
    with _process(code, "--host", "127.0.0.1", "--port", "0", "--no-dashboard") as process:
        yield _line(process, r"Scheduler at:\s+(tcp://\S+)")


@contextmanager
def _workers(
    scheduler: str, count: int, folder: Path, code: str = _WORKER, threads: int = 1
) -> Iterator[list[subprocess.Popen[str]]]:
    with ExitStack() as stack:
        found = [
            stack.enter_context(
                _process(
                    code, scheduler, "--nthreads", str(threads), "--no-nanny", "--no-dashboard",
                    "--host", "127.0.0.1", "--local-directory", str(folder / str(number)),
                )
            )
            for number in range(count)
        ]  # fmt: skip
        for process in found:
            _line(process, "(Registered to)")
        yield found


def _refused(message: str, address: str) -> None:
    with pytest.raises(SimError, match=message), on_cluster(address):
        pass


def _square_slowly() -> Callable[[int], int]:
    def square(number: int) -> int:
        time.sleep(0.1)
        return number * number

    return square  # sent by its content: workers have not this file


def test_results_are_those_of_this_machine_though_a_worker_dies(
    scheduler: str, tmp_path: Path
) -> None:
    tasks = [task(_square_slowly(), number) for number in range(40)]
    with _workers(scheduler, 2, tmp_path) as workers:
        with on_cluster(scheduler):
            assert is_elsewhere()
            found = []
            for value in results(tasks, ordered=True):
                found.append(value)
                if len(found) == 5:
                    workers[0].kill()
            assert found == [number * number for number in range(40)]
            assert sorted(results(tasks)) == found
            with pytest.raises(ZeroDivisionError):
                list(results([task(divmod, 1, 0)]))
        assert not is_elsewhere()


def test_what_is_not_alike_is_said_in_one_line(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refused(r"^--dask \S+: the scheduler has no worker: start some", scheduler)
    with _workers(scheduler, 1, tmp_path, _BARE):
        _refused(r"has not this version of gatewatt \(ModuleNotFound", scheduler)
    with _workers(scheduler, 1, tmp_path, threads=2):
        _refused(r"runs 2 tasks at once.*--nthreads 1", scheduler)
    with _workers(scheduler, 1, tmp_path):
        with on_cluster(scheduler, [RTL_DIR / "units.toml"]):
            pass
        with monkeypatch.context() as patch:
            patch.setattr("sim.cluster.np.__version__", "0.1")
            _refused(r"has NumPy \S+, here it is 0\.1: results would not", scheduler)


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.cluster._CONNECT_S", 0.5)
    _refused("no Dask scheduler answers there: start one with", "tcp://127.0.0.1:9")


def test_a_missing_scheduler_is_known_before_units_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.cluster._CONNECT_S", 0.5)
    monkeypatch.setattr(cli, "check_entries", lambda _: pytest.fail("looked at"))
    with pytest.raises(SimError, match="no Dask scheduler answers there"):
        cli.run_sweep(dask="tcp://127.0.0.1:9")


@pytest.mark.exhaustive
def test_a_sweep_is_the_same_though_one_of_four_workers_is_killed(
    scheduler: str, tmp_path: Path, registry: Registry
) -> None:
    units = registry.select("adder_*") + registry.select("multiplier_array_x2?_w?s")
    choice = Choice(libraries=("asap7", "sky130hd"), stimuli=("uniform",), vectors=2000,
                    precision_percent=None)  # fmt: skip
    cases = choice.cases(units)
    here = run(cases, 2, Cache(tmp_path / "here"))
    with _workers(scheduler, 4, tmp_path) as workers, of_gates.on_cluster(scheduler):
        killed: list[int] = []

        def kill(finished: int, _: bool) -> None:
            if finished and not killed:
                workers[0].send_signal(signal.SIGKILL)
                killed.append(finished)

        there = run(cases, 1, Cache(tmp_path / "there"), kill)
    assert killed
    assert killed[0] < len(cases)
    assert not here.failures
    assert not there.failures
    assert there.rows.to_csv().encode() == here.rows.to_csv().encode()
    entries = [
        sorted(p.name for p in (tmp_path / name).rglob("*.gz")) for name in ("here", "there")
    ]
    assert entries[0] == entries[1]


@pytest.mark.exhaustive
def test_a_network_is_the_same_though_one_of_four_workers_is_killed(
    scheduler: str, tmp_path: Path
) -> None:
    source = Source()
    network = source.quantized(Scheme("signed", 4, 4))
    gates, images = Gates(delay_model="library"), source.test.images[:16]
    here = count_network(network, images, gates, Cache(tmp_path / "here"), 2)
    with _workers(scheduler, 4, tmp_path) as workers, of_gates.on_cluster(scheduler):
        left = [workers[1]]

        def kill(_: int) -> None:
            for worker in left:
                worker.send_signal(signal.SIGKILL)
            left.clear()

        count_network(network, images, gates, Cache(tmp_path / "there"), 1, kill)
    assert not left
    kept = [
        {p.name: p.read_bytes() for p in (tmp_path / name).rglob("*.gz")}
        for name in ("here", "there")
    ]
    assert len(here) == 16
    assert kept[0] == kept[1]


@pytest.mark.exhaustive
def test_accuracy_against_energy_is_the_same(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path / "cache"))
    wanted = sweep.points(["split", "pann"], [3, 4], [])
    given = Source(), wanted, None, Conditions(), 200
    here = list(sweep.run(*given, keep=False))
    with _workers(scheduler, 2, tmp_path), on_cluster(scheduler):
        assert list(sweep.run(*given)) == here
    assert list(sweep.run(*given)) == here
