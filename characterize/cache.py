"""A cache of finished work, by the content of everything that decides it.

An entry's name is a hash of its inputs, so an entry is never out of date: changed
inputs look for another one. Entries are written in one step and checked when they
are read; one that is broken is made again.
"""

import gzip
import hashlib
import json
import logging
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from characterize.errors import CharacterizeError
from characterize.files import write_bytes
from sim.files import cache_folder

_log = logging.getLogger(__name__)
_CODE = (".py", ".c", ".h", ".so")


def default_folder() -> Path:
    """Where entries are kept: `GATEWATT_CACHE`, else the user's folder for caches."""
    return cache_folder()


class Cache:
    """Finished work in a folder.

    Parameters
    ----------
    folder
        Where; made at the first entry. None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str, kind: type | tuple[type, ...] = object) -> Any | None:
        """The entry of this key; None if there is none, or none that is whole.

        Parameters
        ----------
        kind
            What the value must be; in a list, what each of its values must be.
        """
        if self._folder is None:
            return None
        path = self._path(key)
        try:
            entry = json.loads(gzip.decompress(path.read_bytes()))
            if entry["key"] != key:
                raise ValueError(f"it is the entry of {entry['key']}")
            value = entry["value"]
            each = value if isinstance(value, list) else [value]
            if not all(isinstance(one, kind) for one in each):
                raise TypeError(f"its value is of the kind {type(value).__name__}")
            return value
        except FileNotFoundError:
            return None
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError,
                RecursionError) as error:  # fmt: skip
            _log.warning("%s: not a whole cache entry, made again (%s)", path, error)
            return None

    def put(self, key: str, value: Any) -> None:
        """Keep a value that JSON can hold; where that fails, say so and go on."""
        if self._folder is None:
            return
        content = json.dumps({"key": key, "value": value}).encode()
        try:
            # Without a time stamp: the same entry is the same bytes.
            write_bytes(self._path(key), gzip.compress(content, compresslevel=5, mtime=0))
        except CharacterizeError as error:
            _log.warning("%s; going on without keeping finished work", error)
            self._folder = None

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / f"{key}.json.gz"


NO_CACHE = Cache(None)


def content_key(*parts: Any) -> str:
    """A hash over JSON values: equal parts, equal key."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """Hash of a file, read again only when it was written since."""
    stat = path.stat()
    return _file_sha256(path, stat.st_mtime_ns, stat.st_size)


@cache
def _file_sha256(path: Path, _written_ns: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def code_sha256(*parts: str) -> str:
    """Hash of the code that makes numbers: `characterize` and `sim`, the kernel too.

    Parameters
    ----------
    parts
        Files and folders of `characterize`, where only they make the numbers.
    """
    here = Path(__file__).parent
    among = [here / part for part in parts] or [here, here.parent / "sim"]
    files = [path for part in among for path in (part.rglob("*") if part.is_dir() else [part])]
    code = sorted(path for path in files if path.suffix in _CODE)
    return content_key([file_sha256(path) for path in code])
