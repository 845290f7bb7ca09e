"""Reading TOML; files that are whole or not there: written aside, then renamed."""

import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from characterize.errors import CharacterizeError


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step; nothing half-written is ever seen under its name.

    Raises
    ------
    CharacterizeError
        If it cannot be written.
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
        raise CharacterizeError(f"{path}: cannot write it: {error.strerror}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_text(path: Path, content: str) -> None:
    """`write_bytes` of a text in UTF-8."""
    write_bytes(path, content.encode("utf-8"))


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises
    ------
    CharacterizeError
        If it cannot be read, or is none.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CharacterizeError(f"{path}: cannot read it: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CharacterizeError(f"{path}: not a TOML file: {error}") from error
