"""Reading TOML; files that are whole or not there: written aside, then renamed."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from characterize.errors import CharacterizeError
from sim import files


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step; nothing half-written is ever seen under its name.

    Raises
    ------
    CharacterizeError
        If it cannot be written.
    """
    files.write_bytes(path, content, CharacterizeError)


def write_text(path: Path, content: str) -> None:
    """`write_bytes` of a text in UTF-8."""
    write_bytes(path, content.encode("utf-8"))


def locked(folder: Path) -> AbstractContextManager[None]:
    """Keep other runs from writing tables of a folder meanwhile; see `sim.files.locked`."""
    return files.locked(folder, CharacterizeError)


def read_text(path: Path) -> str:
    """A text in UTF-8.

    Raises
    ------
    CharacterizeError
        If it cannot be read, or is none.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CharacterizeError(f"{path}: cannot read it: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CharacterizeError(f"{path}: cannot read it: it is no UTF-8 text") from error


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises
    ------
    CharacterizeError
        If it cannot be read, or is none.
    """
    return files.read_toml(path, CharacterizeError)[1]
