"""The workers of a Dask cluster that runs already (extra `dask`).

A task is sent as bytes, and Dask keeps nothing that it needs on a single worker: the tasks of
a worker that dies are made again by another one.
"""

import hashlib
import pickle
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import SimError
from sim.parallel import LostWorkerError, Task, elsewhere

Likeness = Callable[[Sequence[Path]], dict[str, str]]
_CONNECT_S = 10
# Tasks on the cluster for each worker: no one is idle, and little is sent ahead.
_AHEAD = 3
_MISSING = "none"


@contextmanager
def on_cluster(
    address: str | None, files: Sequence[Path] = (), likeness: Likeness | None = None
) -> Iterator[None]:
    """Within it, tasks go to the workers of a Dask cluster.

    Parameters
    ----------
    address
        Of its scheduler, as tcp://host:8786; None leaves the work on this machine.
    files
        Which workers must find where this process does.
    likeness
        What a worker must have in common with this process; `code_likeness` if None.

    Raises
    ------
    SimError
        If there is no such scheduler, it has no worker, or a worker is not like this process.
    """
    if address is None:
        yield
        return
    with _connected(address) as client:
        found = Cluster(client, address)
        found.compare(likeness or code_likeness, [path.resolve() for path in files])
        with elsewhere(found):
            yield


def code_likeness(files: Sequence[Path]) -> dict[str, str]:
    """What decides numbers: versions, code, and the content of files."""
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "NumPy": np.__version__,
        "code": code_sha256(Path(__file__).parent),
    } | {str(path): _file_sha256(path) for path in files}


def code_sha256(*packages: Path) -> str:
    """Hash of the Python files of packages: names and content."""
    content = hashlib.sha256()
    for package in packages:
        for path in sorted(package.rglob("*.py")):
            content.update(path.relative_to(package.parent).as_posix().encode())
            content.update(path.read_bytes())
    return content.hexdigest()


def _file_sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else _MISSING


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        distributed: Any = import_module("distributed")  # an extra
    except ImportError as error:
        raise SimError("--dask needs one package more: pip install 'gatewatt[dask]'") from error
    try:
        client = distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise SimError(
            f"--dask {address}: no Dask scheduler answers there: start one with "
            "`dask scheduler`, and give the address that it prints, as tcp://host:8786"
        ) from error
    with client:
        yield client


class Cluster:
    """Workers of a scheduler.

    Parameters
    ----------
    client
        A `distributed.Client`.
    address
        Of the scheduler, for messages.
    """

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address

    def compare(self, likeness: Likeness, files: Sequence[Path]) -> None:
        """Ask every worker for what it must have in common with this process.

        Raises
        ------
        SimError
            If there is no worker, or one differs; the message says in what.
        """
        threads = self._client.nthreads()
        if not threads:
            raise SimError(
                f"--dask {self._address}: the scheduler has no worker: start some with "
                f"`dask worker {self._address} --nthreads 1`"
            )
        for worker, count in threads.items():
            if count != 1:
                raise SimError(
                    f"worker {worker} runs {count} tasks at once in one process: start it with "
                    "--nthreads 1, and as many --nworkers as it has cores"
                )
        own = likeness(files)
        for worker, theirs in self._client.run(_question(likeness), list(files)).items():
            if isinstance(theirs, str):
                raise SimError(
                    f"worker {worker} has not this version of gatewatt ({theirs}): install it "
                    "there too, with the same versions of everything"
                )
            for name, value in own.items():
                if theirs.get(name) != value:
                    raise SimError(
                        f"worker {worker} has {name} {_short(theirs.get(name, _MISSING))}, here it "
                        f"is {_short(value)}: results would not be the same; make them alike"
                    )

    def results(self, tasks: Iterable[Task], ordered: bool) -> Iterator[Any]:
        """See `parallel.results`.

        Notes
        -----
        Not joblib's own back end for Dask: it puts large arguments on a single worker, with
        which they are lost, and waits for ever for a task that failed.
        """
        distributed: Any = import_module("distributed")
        pickler: Any = import_module("cloudpickle")  # which that needs
        waiting = enumerate(tasks)
        running: dict[Any, int] = {}
        done: dict[int, Any] = {}
        wanted = 0
        finished = distributed.as_completed(loop=self._client.loop)
        try:
            while True:
                room = max(len(self._client.nthreads()), 1) * _AHEAD - len(running)
                for _, (number, one) in zip(range(room), waiting, strict=False):
                    future = self._client.submit(_run, pickler.dumps(one), pure=False)
                    running[future] = number
                    finished.add(future)
                if not running:
                    return
                future = next(finished)
                number = running.pop(future)
                done[number] = future.result()
                if not ordered:
                    yield done.pop(number)
                while ordered and wanted in done:
                    yield done.pop(wanted)
                    wanted += 1
        except distributed.scheduler.KilledWorker as error:
            raise LostWorkerError(
                "several workers died of one task, perhaps for want of memory: finished cases "
                "are kept; run the same command again with larger workers"
            ) from error
        except (OSError, TimeoutError) as error:
            raise LostWorkerError(
                f"the cluster at {self._address} went away: finished cases are kept; "
                "run the same command again"
            ) from error
        finally:
            with suppress(OSError, TimeoutError):
                self._client.cancel(list(running))


def _run(content: bytes) -> Any:
    function, arguments = pickle.loads(content)
    return function(*arguments)


def _question(likeness: Likeness) -> Callable[[list[Path]], dict[str, str] | str]:
    """Something that a worker without these packages can be asked, too."""
    module, name = likeness.__module__, likeness.__name__

    # A function inside another one is sent by its content, and not by where it stands.
    def asked(files: list[Path]) -> dict[str, str] | str:
        from importlib import import_module  # noqa: PLC0415 - on the worker

        try:
            found: dict[str, str] = getattr(import_module(module), name)(files)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return found

    return asked


def _short(value: str) -> str:
    return value[:12]
