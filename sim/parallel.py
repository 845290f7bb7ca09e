"""Tasks side by side: in processes of this machine, or wherever else `elsewhere` has them made.

What a task gives depends on nothing but its arguments, so it is the same either way.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import BrokenProcessPool

from sim.errors import SimError

Task = tuple[Callable[..., Any], tuple[Any, ...]]


class LostWorkerError(SimError):
    """A process that made results is gone, and what it made with it."""


class Workers(Protocol):
    """What makes results elsewhere."""

    def results(self, tasks: Iterable[Task], ordered: bool) -> Iterator[Any]:
        """See `results`."""
        ...


_workers: ContextVar[Workers | None] = ContextVar("workers", default=None)


def task(function: Callable[..., Any], *arguments: Any) -> Task:
    """A call that is made later, perhaps elsewhere."""
    return function, arguments


@contextmanager
def elsewhere(workers: Workers) -> Iterator[None]:
    """Within it, these workers make all results."""
    before = _workers.set(workers)
    try:
        yield
    finally:
        _workers.reset(before)


def is_elsewhere() -> bool:
    """Whether tasks run on workers that may not see this machine's files."""
    return _workers.get() is not None


def results(tasks: Iterable[Task], jobs: int = 1, ordered: bool = False) -> Iterator[Any]:
    """What tasks give, as they are finished.

    Parameters
    ----------
    tasks
        See `task`; taken as there is room for them.
    jobs
        Processes of this machine; -1: one a core. Workers elsewhere are as many as they are.
    ordered
        Whether results come in the order of the tasks.

    Raises
    ------
    LostWorkerError
        If a process was killed, or workers elsewhere went away.
    """
    workers = _workers.get()
    if workers is not None:
        yield from workers.results(tasks, ordered)
        return
    kind = "generator" if ordered else "generator_unordered"
    parallel = Parallel(n_jobs=jobs, return_as=kind, batch_size=1)
    try:
        yield from parallel(delayed(function)(*arguments) for function, arguments in tasks)
    except BrokenProcessPool as error:
        raise LostWorkerError(
            "a worker process was killed, perhaps for want of memory: finished cases are kept; "
            "run the same command again, with fewer --jobs if it happens again"
        ) from error
