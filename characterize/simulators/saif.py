"""SAIF files: how often every net changed, and how long it was 0, 1 or X."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from characterize.errors import CharacterizeError

_TOKEN = re.compile(r'"[^"]*"|[()]|[^\s()"]+')
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SaifNet:
    """Figures of one net; times in the file's units.

    Attributes
    ----------
    time_0, time_1, time_x
        For how long it was 0, 1 or X.
    toggles
        Changes from 0 to 1 and from 1 to 0.
    """

    time_0: int
    time_1: int
    time_x: int
    toggles: int


def read_saif(path: Path) -> dict[str, SaifNet]:
    """Full path, joined by dots -> figures of every net of a SAIF file.

    Raises
    ------
    CharacterizeError
        If the file is not SAIF, or a net lacks a figure.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CharacterizeError(f"{path}: cannot be read as SAIF: {error}") from None
    tokens = _TOKEN.finditer(_COMMENT.sub("", text))
    nets: dict[str, SaifNet] = {}
    opening = next(tokens, None)
    if opening is None or opening[0] != "(":
        raise CharacterizeError(f"{path}: not a SAIF file: it does not begin with (SAIFILE")
    file = _group(tokens, path)
    if file[:1] != ["SAIFILE"]:
        raise CharacterizeError(f"{path}: not a SAIF file: it does not begin with (SAIFILE")
    for group in file[1:]:
        _visit(group, "", nets, path)
    if not nets:
        raise CharacterizeError(f"{path}: the SAIF file holds no net")
    return nets


def _group(tokens: Iterator[re.Match[str]], path: Path) -> list[Any]:
    """What stands between this parenthesis and the one that closes it, groups as lists."""
    open_groups: list[list[Any]] = [[]]
    for token in tokens:
        match token[0]:
            case "(":
                inner: list[Any] = []
                open_groups[-1].append(inner)
                open_groups.append(inner)
            case ")" if len(open_groups) == 1:
                return open_groups[0]
            case ")":
                open_groups.pop()
            case word:
                open_groups[-1].append(word)
    raise CharacterizeError(f"{path}: the SAIF file ends within a group: it is cut off")


def _visit(group: list[Any], scope: str, nets: dict[str, SaifNet], path: Path) -> None:
    match group:
        case ["INSTANCE", str(name), *inner]:
            for each in inner:
                _visit(each, f"{scope}{name}.", nets, path)
        case ["NET", *found]:
            for net in found:
                name = f"{scope}{net[0]}".replace("\\", "")
                nets[name] = _net(net[1:], name, path)


def _net(figures: list[Any], name: str, path: Path) -> SaifNet:
    values = {}
    for figure in figures:
        match figure:
            case [str(key), str(value)] if value.isdecimal():
                values[key] = int(value)
    if missing := [key for key in ("T0", "T1", "TX", "TC") if key not in values]:
        raise CharacterizeError(f"{path}: net {name} has no {missing[0]} in the SAIF file")
    return SaifNet(values["T0"], values["T1"], values["TX"], values["TC"])
