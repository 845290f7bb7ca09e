"""Arrays from files; files that are whole or not there; the user's cache."""

import fcntl
import os
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import platformdirs

from sim.errors import SimError

_STALE_S = 3600  # no file takes as long to write
_locked: set[Path] = set()  # folders, by this process


def cache_folder() -> Path:
    """Where derived files are kept: `GATEWATT_CACHE`, else the user's folder for caches."""
    given = os.environ.get("GATEWATT_CACHE")
    return Path(given) if given else platformdirs.user_cache_path("gatewatt", appauthor=False)


def read_npz(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a NumPy .npz file.

    Raises
    ------
    SimError
        If it cannot be read or is none.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except OSError as error:
        raise SimError(f"{path}: cannot read it: {error.strerror or error}") from error
    except (ValueError, AttributeError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise SimError(f"{path}: not a NumPy .npz file: {error}") from error


def read_toml(path: Path, failure: type[Exception] = SimError) -> tuple[str, dict[str, Any]]:
    """The text of a TOML file, and what it says.

    Parameters
    ----------
    failure
        What is raised if it cannot be read or is none: another package has its own.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise failure(f"{path}: cannot read it: {error.strerror}") from error
    # Beside its own errors: numbers of too many digits, and brackets that are too deep.
    except (ValueError, RecursionError) as error:
        raise failure(f"{path}: not a TOML file: {error}") from error


@contextmanager
def locked(folder: Path, failure: type[Exception] = SimError) -> Iterator[None]:
    """Keep other runs from writing tables of a folder meanwhile; made if it is missing.

    Tables are read, changed and written with what describes them: of two runs at once the
    second waits. It ends with its process, however that ends. Where a file system knows no
    locks, nobody waits.

    Parameters
    ----------
    failure
        What is raised if the folder cannot be made: another package has its own.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        real = folder.resolve()
        descriptor = None if real in _locked else os.open(real, os.O_RDONLY)
    except OSError as error:
        raise failure(f"{folder}: cannot write to it: {error.strerror}") from error
    if descriptor is None:  # by this process already
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        _locked.add(real)
        yield
    finally:
        _locked.discard(real)
        os.close(descriptor)


def _clear_leftovers(path: Path) -> None:
    """Remove what killed processes left of writing this file."""
    with suppress(OSError), os.scandir(path.parent) as others:
        for other in others:
            ours = other.name.startswith(f".{path.name}.")
            if ours and time.time() - other.stat().st_mtime > _STALE_S:
                Path(other).unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes, failure: type[Exception] = SimError) -> None:
    """Write a file in one step; nothing half-written is ever seen under its name.

    Parameters
    ----------
    failure
        What is raised if it cannot be written: another package has its own.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(path)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise failure(f"{path}: cannot write it: {error.strerror}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
