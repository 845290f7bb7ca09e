"""What an input may not do: write elsewhere, start programs, run on, or take the memory."""

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

_NEVER = (
    "ctypes.dlopen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pickle.find_class",
    "pty.spawn",
)  # fmt: skip
_WRITTEN = (
    "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink",
    "os.truncate",
)  # fmt: skip


class ForbiddenError(BaseException):
    """What an input made its reader do; no `except Exception` hides it."""


class HangError(BaseException):
    """It took longer than it may."""


class Watch:
    """Watches this process, once for good: Python's audit hooks cannot be taken out.

    Parameters
    ----------
    folder
        Within which files may be written while an input is read.
    programs
        Whether programs may be started: Yosys and the simulators, by our own code.
    """

    def __init__(self, folder: Path, programs: bool = False) -> None:
        self._folder = os.path.realpath(folder)
        self._programs = programs
        self._on = False
        self.seen = ""
        sys.addaudithook(self._hook)

    @contextmanager
    def reading(self, seconds: float) -> Iterator[None]:
        """Within it everything that is forbidden raises, and so does the end of the time."""

        def late(_signal: int, _frame: FrameType | None) -> None:
            self._on = False
            raise HangError(f"more than {seconds:g} s")

        before = signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        self._on, self.seen = True, ""
        try:
            yield
        finally:
            self._on = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        if self.seen:
            raise ForbiddenError(self.seen)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._on:
            return
        if event == "open":
            path, mode, flags = arguments
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
            writes = writes or (isinstance(mode, str) and set(mode) & set("wax+"))
            if writes and not isinstance(path, int):
                self._inside(event, path)
        elif event in _WRITTEN:
            for path in arguments:
                if isinstance(path, (str, bytes, os.PathLike)):
                    self._inside(event, path)
        elif event in _NEVER or (event == "subprocess.Popen" and not self._programs):
            self._forbid(f"{event} {arguments!r}")
        elif event == "exec":
            name = getattr(arguments[0], "co_filename", "")
            caller = sys._getframe(1).f_code.co_filename
            made = caller.endswith(("collections/__init__.py", "dataclasses.py"))
            if name.startswith(("<string", "<unknown")) and not made:
                self._forbid(f"exec of {name}")

    def _inside(self, event: str, path: Any) -> None:
        real = os.path.realpath(os.fsdecode(path))
        if real != os.devnull and not (real + os.sep).startswith(self._folder + os.sep):
            self._forbid(f"{event} {real[:200]}")

    def _forbid(self, what: str) -> None:
        self.seen = self.seen or what[:300]
        raise ForbiddenError(what[:300])


def limit_memory(more_bytes: int) -> None:
    """Let this process take so much more than it has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
