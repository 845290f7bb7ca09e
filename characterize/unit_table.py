"""The form of a registry entry: what each key holds, before anything is made of it.

Names of it reach scripts of Yosys, Verilog and names of files, so they are held to what a
name is: a registry may be anybody's.
"""

import math
import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from characterize.errors import CharacterizeError

REQUIRED = (
    "family", "architecture", "top", "files", "latency", "source",
    "parameters", "default", "quick", "ports", "parts",
)  # fmt: skip
OPTIONAL = (
    "operator", "constants", "reference", "approximate", "cells", "legal", "cycles_per_op",
    "lead_in",
)  # fmt: skip
NET_GROUPS = (
    "mult_in",
    "mult_internal",
    "acc_in",
    "acc_sum",
    "acc_reg",
    "control",
    "other",
)
# Of units that are counted one by one.
_MOST_UNITS = 250_000
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
# Of a file that a script of Yosys names.
FILE_NAME = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9_.+-]{0,199}")
_LONGEST_PATH = 1000
_ENTRY_NAME = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,99}")

_Test = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_identifier(value: Any) -> bool:
    return isinstance(value, str) and IDENTIFIER.fullmatch(value) is not None


def _is_instance(value: Any) -> bool:
    return value == "" or _is_identifier(value)


def _is_group(value: Any) -> bool:
    return isinstance(value, str) and value in NET_GROUPS


def _is_file(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST_PATH
        and FILE_NAME.fullmatch(PurePath(value).name) is not None
    )


def _is_files(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_file(file) for file in value)


def _is_range(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(map(_is_integer, value))
        and value[0] <= value[1]
    )


def _is_number_or_text(value: Any) -> bool:
    return _is_integer(value) or _is_text(value)


_TEXT = (_is_text, "a text")
_NAME = (_is_identifier, "a name of letters, digits and _")
_GROUP = (_is_group, f"one of {', '.join(NET_GROUPS)}")
_ENTRY: Mapping[str, tuple[_Test, str]] = {
    "family": _TEXT, "architecture": _TEXT, "source": _TEXT, "default": _TEXT, "quick": _TEXT,
    "legal": _TEXT, "cells": _TEXT, "operator": _NAME, "top": _NAME,
    "files": (_is_files, "a list of files, named with letters, digits and . _ + - only"),
    "latency": (_is_number_or_text, "an integer or an expression"),
    "cycles_per_op": (_is_number_or_text, "an integer or an expression"),
    "lead_in": (_is_integer, "an integer"),
    "approximate": (lambda value: isinstance(value, bool), "true or false"),
}  # fmt: skip
_PORT: Mapping[str, tuple[_Test, str]] = {
    "direction": (lambda value: value in ("input", "output"), "input or output"),
    "width": _TEXT, "role": _NAME, "signed": _TEXT, "encoding": _TEXT, "group": _GROUP,
    "extended_to": _TEXT, "latency": (_is_integer, "an integer"),
}  # fmt: skip
_PART: Mapping[str, tuple[_Test, str]] = {
    "instance": (_is_instance, "the name of an instance, or empty"),
    "group": _GROUP, "register_group": _GROUP,
}  # fmt: skip
_PART_PORT: Mapping[str, tuple[_Test, str]] = {
    "group": _GROUP, "signed": _TEXT, "extended_to": _TEXT,
}  # fmt: skip


def check_table(where: str, name: str, table: Any) -> None:
    """Refuse an entry that is not of the form that `rtl/units.toml` describes.

    Parameters
    ----------
    where
        What messages begin with.
    name, table
        Of the entry.

    Raises
    ------
    CharacterizeError
        One line with the first key that is missing, unknown, or not what it must be.
    """
    if _ENTRY_NAME.fullmatch(name) is None:
        raise CharacterizeError(f"{where}: name it with letters, digits and _ . + - only")
    if not isinstance(table, Mapping):
        raise CharacterizeError(f"{where}: is {table!r}, but an entry is a table")
    missing = [key for key in REQUIRED if key not in table]
    unknown = [key for key in table if key not in REQUIRED + OPTIONAL]
    if missing or unknown:
        problem = f"lacks {missing[0]}" if missing else f"has an unknown key {unknown[0]}"
        raise CharacterizeError(
            f"{where}: {problem}; needed are {', '.join(REQUIRED)}, allowed {', '.join(OPTIONAL)}"
        )
    _check(where, table, _ENTRY)
    for key, test, what in (
        ("parameters", _is_range, "its lowest and highest value, as [2, 8]"),
        ("constants", _is_text, "an expression"),
        ("reference", _is_text, "a formula"),
    ):
        for inner, value in _named(where, table, key).items():
            if not test(value):
                raise CharacterizeError(f"{where}, {key}: {inner} is {value!r}, it must be {what}")
    units = math.prod(high - low + 1 for low, high in table["parameters"].values())
    if units > _MOST_UNITS:
        raise CharacterizeError(
            f"{where}, parameters: they have {units} values together, at most {_MOST_UNITS} are "
            "possible: narrow their ranges"
        )
    for port, said in _tables(where, table, "ports").items():
        _check(f"{where}, port {port}", said, _PORT, ("direction", "width", "role"))
    for part, said in _tables(where, table, "parts").items():
        _check(f"{where}, part {part}", {k: v for k, v in said.items() if k != "ports"}, _PART,
               ("instance", "group"))  # fmt: skip
        for port, attributes in _tables(f"{where}, part {part}", said, "ports").items():
            _check(f"{where}, part {part}, port {port}", attributes, _PART_PORT, ("group",))


def _check(
    where: str,
    table: Mapping[str, Any],
    tests: Mapping[str, tuple[_Test, str]],
    needed: tuple[str, ...] | None = None,
) -> None:
    """Hold the keys of a table against their tests; with `needed`, no other key may be there."""
    for key in needed or ():
        if key not in table:
            raise CharacterizeError(f"{where}: lacks {key}")
    for key, value in table.items():
        if key in tests:
            test, what = tests[key]
            if not test(value):
                raise CharacterizeError(f"{where}: {key} is {value!r}, it must be {what}")
        elif needed is not None:
            raise CharacterizeError(
                f"{where}: has an unknown key {key}, allowed are {', '.join(tests)}"
            )


def _named(where: str, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A table in a table, all of whose keys are names."""
    found = table.get(key, {})
    if not isinstance(found, Mapping):
        raise CharacterizeError(f"{where}: {key} is {found!r}, it must be a table")
    for name in found:
        if not _is_identifier(name):
            raise CharacterizeError(f"{where}, {key}: {name!r} is no name of letters, digits and _")
    return found


def _tables(where: str, table: Mapping[str, Any], key: str) -> Mapping[str, Mapping[str, Any]]:
    """The same, all of whose values are tables."""
    found = _named(where, table, key)
    for name, inner in found.items():
        if not isinstance(inner, Mapping):
            raise CharacterizeError(f"{where}, {key}: {name} is {inner!r}, it must be a table")
    return found
