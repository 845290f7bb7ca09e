"""Arrays from files; files that are whole or not there; the user's cache."""

import fcntl
import gzip
import io
import os
import struct
import tempfile
import time
import tokenize
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import platformdirs

from sim.errors import SimError

# What a file may unpack to: packed, it can be a thousandth of that.
_MOST_BYTES = 4 << 30
_PIECE = 1 << 24
# What NumPy and zipfile raise for bytes that are no arrays.
_NO_ARRAYS = (
    ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, RuntimeError, SyntaxError,
    TypeError, ValueError, struct.error, tokenize.TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_STALE_S = 3600  # no file takes as long to write
_locked: set[Path] = set()  # folders, by this process


def cache_folder() -> Path:
    """Where derived files are kept: `GATEWATT_CACHE`, else the user's folder for caches."""
    given = os.environ.get("GATEWATT_CACHE")
    return Path(given) if given else platformdirs.user_cache_path("gatewatt", appauthor=False)


def read_npz(path: Path, failure: type[Exception] = SimError) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a NumPy .npz file.

    Parameters
    ----------
    failure
        What is raised if it cannot be read or is none: another package has its own.

    Raises
    ------
    SimError
        If it cannot be read or is none.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            unpacked = sum(entry.file_size for entry in arrays.zip.infolist())
            if unpacked > _MOST_BYTES:
                raise ValueError(f"it unpacks to {unpacked >> 30} GiB")
            return {name: arrays[name] for name in arrays.files}
    except OSError as error:
        raise failure(f"{path}: cannot read it: {error.strerror or error}") from error
    except _NO_ARRAYS as error:
        raise failure(f"{path}: not a NumPy .npz file: {error}") from error


def read_packed(path: Path, failure: type[Exception] = SimError) -> tuple[bytes, bytes]:
    """A file's bytes as they are, and unpacked where gzip packed them.

    Parameters
    ----------
    failure
        What is raised if it cannot be read: another package has its own.
    """
    try:
        content = path.read_bytes()
        if content[:2] != b"\x1f\x8b":
            return content, content
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            pieces, size = [], 0
            while size <= _MOST_BYTES and (piece := file.read(_PIECE)):
                pieces.append(piece)
                size += len(piece)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise failure(f"{path}: broken gzip file: {error}") from error
    except OSError as error:
        raise failure(f"{path}: cannot read it: {error.strerror}") from error
    if size > _MOST_BYTES:
        raise failure(f"{path}: unpacks to more than {_MOST_BYTES >> 30} GiB")
    return content, b"".join(pieces)


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
