"""Files that are whole or not there: written aside, then renamed."""

import os
import tempfile
from pathlib import Path

from characterize.errors import CharacterizeError


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step; nothing half-written is ever seen under its name.

    Raises
    ------
    CharacterizeError
        If it cannot be written.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise CharacterizeError(f"{path}: cannot write it: {error.strerror}") from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def write_text(path: Path, content: str) -> None:
    """`write_bytes` of a text in UTF-8."""
    write_bytes(path, content.encode("utf-8"))
