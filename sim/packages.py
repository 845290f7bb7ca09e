"""`datapackage.json`: what the tables of a folder mean, for programs.

Source: Frictionless Data, Data Package, version 1.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from sim.errors import SimError
from sim.files import write_bytes

SCHEMA_VERSION = "1.0"
PACKAGE_FILE = "datapackage.json"
_NAME = "gatewatt-results"


def hash_of(content: bytes) -> str:
    """Of a file, as a data package states it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def new_package() -> dict[str, Any]:
    """A package without tables."""
    return {
        "name": _NAME,
        "title": "Energy of arithmetic units, measured at the gates",
        "version": SCHEMA_VERSION,
        "licenses": [{"name": "Apache-2.0", "title": "Apache License 2.0"}],
        "resources": [],
    }


def package_of(folder: Path) -> dict[str, Any]:
    """The package that is there, or a new one."""
    new = new_package()
    try:
        found = json.loads((folder / PACKAGE_FILE).read_text(encoding="utf-8"))
        tables = [each for each in found["resources"] if isinstance(each, dict)]
        return {**new, **found, "resources": tables}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return new


def describing(folder: Path) -> Path:
    """Where the package is that describes a folder within a folder of results.

    That of the results, if they have one and the folder has none of its own.
    """
    above = folder.resolve().parent
    try:
        found = json.loads((above / PACKAGE_FILE).read_text(encoding="utf-8"))
        ours = isinstance(found, dict) and found.get("name") == _NAME
    except (OSError, ValueError, RecursionError):
        ours = False
    return above if ours and not (folder / PACKAGE_FILE).is_file() else folder


def resource(path: str, content: bytes, schema: dict[str, Any]) -> dict[str, Any]:
    """A table's description.

    Parameters
    ----------
    path
        Of the file, from the package's folder.
    content
        Of the file.
    schema
        Its columns and key (Frictionless Table Schema).
    """
    return {
        "name": re.sub("[^-a-z0-9._/]", "-", path.removesuffix(".csv").lower()),
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": hash_of(content),
        "bytes": len(content),
        "schema": schema,
    }


def write_package(
    folder: Path, package: dict[str, Any], failure: type[Exception] = SimError
) -> None:
    """Write a folder's package.

    Raises
    ------
    SimError
        If it cannot be written; `failure`, if another package has its own.
    """
    content = json.dumps(package, indent=2) + "\n"
    write_bytes(folder / PACKAGE_FILE, content.encode(), failure)


def put_resource(
    folder: Path, described: dict[str, Any], failure: type[Exception] = SimError
) -> None:
    """Describe a table in a folder's package, in the place of what stood there of the same file."""
    package = package_of(folder)
    found, path = package["resources"], described["path"]
    place = next((n for n, other in enumerate(found) if other.get("path") == path), None)
    if place is None:
        package["resources"] = [*found, described]
    else:
        package["resources"] = [*found[:place], described, *found[place + 1 :]]
    write_package(folder, package, failure)
