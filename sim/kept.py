"""Finished work of long commands in the cache: JSON files, each whole or not there."""

import hashlib
import json
import logging
from functools import cache
from pathlib import Path
from typing import Any

from sim.errors import SimError
from sim.files import write_bytes

_log = logging.getLogger(__name__)


@cache
def code_sha256() -> str:
    """A hash of this package's code, part of every key."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def read_entry(path: Path, *names: str) -> dict[str, Any] | None:
    """What was kept, or None; it has these names, in this order."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["sha256"] != _sha256(kept["entry"]):
            raise ValueError("it is not what was kept")
        return {name: kept["entry"][name] for name in names}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        _log.warning("%s: not a whole cache entry, made again (%s)", path, error)
        return None


def _sha256(entry: Any) -> str:
    """Of the entry as JSON: a digit that was changed on a disk is still a number."""
    return hashlib.sha256(json.dumps(entry).encode()).hexdigest()


def keep_entry(path: Path, entry: dict[str, Any]) -> None:
    """Keep finished work; without a cache the work goes on."""
    try:
        write_bytes(path, json.dumps({"sha256": _sha256(entry), "entry": entry}).encode())
    except SimError as error:
        _log.warning("%s; going on without keeping finished work", error)
