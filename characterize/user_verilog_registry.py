"""Writing anybody's Verilog into a unit registry."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from characterize.errors import CharacterizeError
from characterize.files import locked, read_toml, write_bytes, write_text
from characterize.units import Entry
from characterize.user_verilog import UserUnit

FOLDER = "user"  # of the registry's folder: where the Verilog goes
_OWN_TABLES = ("ports", "parts")


def register(unit: UserUnit, rtl: Path) -> Entry:
    """Copy a unit's Verilog into a registry's folder and append its entry.

    Parameters
    ----------
    rtl
        Folder of `units.toml`.

    Returns
    -------
    Entry
        As it stands in the registry now.

    Raises
    ------
    CharacterizeError
        If the registry has an entry of this name, or another file of the same name; then
        nothing is changed.
    """
    with locked(rtl):
        table = _append(unit, rtl)
    return Entry(unit.unit.entry.name, table, rtl)


def _append(unit: UserUnit, rtl: Path) -> dict[str, Any]:
    """The same; what stands in the registry then."""
    path = rtl / "units.toml"
    entry = unit.unit.entry
    if entry.name in read_toml(path):
        raise CharacterizeError(
            f"{path}: has an entry {entry.name} already: give another name with --name, "
            "or take that entry out"
        )
    copies = {rtl / FOLDER / file.name: file.read_bytes() for file in unit.request.files}
    for copy, content in copies.items():
        if copy.exists() and copy.read_bytes() != content:
            raise CharacterizeError(f"{copy}: is there and differs: rename the new file")
    table = dict(entry.table) | {"files": [f"{FOLDER}/{file.name}" for file in unit.request.files]}
    before = path.read_text(encoding="utf-8")
    text = before.rstrip("\n") + "\n\n" + entry_text(entry.name, table)
    assert tomllib.loads(text)[entry.name] == table
    for copy, content in copies.items():
        write_bytes(copy, content)
    # The Verilog first: the registry never names a file that is not there.
    write_text(path, text)
    return table


def entry_text(name: str, table: Mapping[str, Any]) -> str:
    """A registry entry as TOML, ports and parts a line each."""
    key_of = name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name)
    lines = [f"[{key_of}]"]
    lines += [f"{key} = {_toml(value)}" for key, value in table.items() if key not in _OWN_TABLES]
    for key in _OWN_TABLES:
        lines += ["", f"[{key_of}.{key}]"]
        lines += [f"{inner} = {_toml(value)}" for inner, value in table[key].items()]
    return "\n".join([*lines, ""])


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    # Strings, integers and truth values are written alike in both.
    return json.dumps(value, ensure_ascii=False)
