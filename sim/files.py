"""Files that are whole or not there: written aside, then renamed; the user's cache."""

import os
import tempfile
from pathlib import Path

import platformdirs

from sim.errors import SimError


def cache_folder() -> Path:
    """Where derived files are kept: `GATEWATT_CACHE`, else the user's folder for caches."""
    given = os.environ.get("GATEWATT_CACHE")
    return Path(given) if given else platformdirs.user_cache_path("gatewatt", appauthor=False)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step; nothing half-written is ever seen under its name.

    Raises
    ------
    SimError
        If it cannot be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.chmod(0o644)
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise SimError(f"{path}: cannot write it: {error.strerror}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
