"""Arrays from files; files that are whole or not there; the user's cache."""

import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import platformdirs

from sim.errors import SimError


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
