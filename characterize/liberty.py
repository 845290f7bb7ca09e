"""A reader for the Liberty format: text in, a tree of groups out.

Only the syntax is known here; what the groups mean is `library_import`'s
matter. It reads what real libraries contain beside the standard: attributes
without their semicolon, line continuations, comments anywhere.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from characterize.errors import CharacterizeError

_TOKEN = re.compile(
    r"""
      (?P<skip>    [ \t\r\f\v]+ | \\[ \t\r]*\n | /\*.*?\*/ | //[^\n]* )
    | (?P<newline> \n )
    | "(?P<string> [^"]* )"
    | (?P<mark>    [(){};:,] )
    | (?P<word>    [^\s(){};:,"\\]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_DEEPEST = 32  # groups within groups; real libraries have six levels


@dataclass(slots=True)
class Group:
    """A Liberty group `kind (arguments) { ... }`.

    Attributes
    ----------
    kind, arguments
        As in `pin (A)`.
    line
        Where it begins, counted from 1.
    attributes
        `name : value` and, joined by commas, `name (value, ...)`; the last one wins.
    groups
        The groups in it, in order.
    """

    kind: str
    arguments: tuple[str, ...]
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    groups: list["Group"] = field(default_factory=list)

    def all(self, kind: str) -> list["Group"]:
        """The groups of this kind directly in it."""
        return [group for group in self.groups if group.kind == kind]

    def text(self, name: str, default: str = "") -> str:
        """An attribute's value; `default` where it is absent."""
        return self.attributes.get(name, default)

    def number(self, name: str) -> float | None:
        """An attribute as a number; None where it is absent or is no finite number."""
        try:
            value = float(self.attributes[name])
        except (KeyError, ValueError):
            return None
        return value if math.isfinite(value) else None


def parse(text: str, source: str) -> Group:
    """The `library` group of a Liberty text.

    Parameters
    ----------
    text
        The whole file.
    source
        Its name, for messages.

    Raises
    ------
    CharacterizeError
        If the text is no Liberty library, or ends inside a group; the message
        has the line.
    """
    return _Parser(text, source).library()


class _Parser:
    def __init__(self, text: str, source: str) -> None:
        self._source = source
        self._line = 1
        self._tokens = self._scan(text)
        self._kind, self._value = next(self._tokens)

    def _scan(self, text: str) -> Iterator[tuple[str, str]]:
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._error(f"unexpected '{text[position]}'")
            kind = str(match.lastgroup)
            if kind != "skip":
                yield kind, match[kind]
            self._line += match[0].count("\n")
            position = match.end()
        while True:
            yield "end", ""

    def _error(self, problem: str) -> CharacterizeError:
        return CharacterizeError(f"{self._source}, line {self._line}: {problem}")

    def _next(self) -> tuple[str, str]:
        token = self._kind, self._value
        self._kind, self._value = next(self._tokens)
        return token

    def _skip_newlines(self) -> None:
        while self._kind == "newline" or (self._kind, self._value) == ("mark", ";"):
            self._next()

    def _at(self, mark: str) -> bool:
        return self._kind == "mark" and self._value == mark

    def library(self) -> Group:
        self._skip_newlines()
        root = Group("", (), 0)
        if self._kind != "word":
            raise self._error("not a Liberty file: 'library (name) {' expected")
        self._statement(root, 0)
        if len(root.groups) != 1 or root.groups[0].kind != "library":
            raise self._error("not a Liberty file: 'library (name) {' expected")
        self._skip_newlines()
        if self._kind != "end":
            raise self._error("something follows after the end of the library")
        return root.groups[0]

    def _statement(self, parent: Group, depth: int) -> None:
        line = self._line
        kind, name = self._next()
        if kind != "word":
            raise self._error(
                f"a name expected, got '{name}'" if name else "the file ends too early"
            )
        if self._at(":"):
            self._next()
            parent.attributes[name] = self._value_text()
        elif self._at("("):
            self._next()
            arguments = self._arguments()
            while self._kind == "newline":
                self._next()
            if self._at("{"):
                self._next()
                group = Group(name, arguments, line)
                parent.groups.append(group)
                self._body(group, depth + 1)
            else:
                parent.attributes[name] = ",".join(arguments)
        else:
            raise self._error(f"':' or '(' expected after '{name}'")

    def _body(self, group: Group, depth: int) -> None:
        if depth > _DEEPEST:
            raise self._error(f"groups nested deeper than {_DEEPEST}")
        while True:
            self._skip_newlines()
            if self._at("}"):
                self._next()
                return
            if self._kind == "end":
                raise self._error(
                    f"the file ends inside the group '{group.kind}' that began in line {group.line}"
                )
            self._statement(group, depth)

    def _value_text(self) -> str:
        """Everything up to the semicolon, or the line's end where it was forgotten."""
        words = []
        while not (self._kind in ("newline", "end") or self._at(";") or self._at("}")):
            words.append(self._next()[1])
        return " ".join(words)

    def _arguments(self) -> tuple[str, ...]:
        arguments: list[str] = []
        while not self._at(")"):
            if self._kind == "end":
                raise self._error("the file ends inside parentheses")
            kind, value = self._next()
            if kind in ("string", "word"):
                arguments.append(value)
        self._next()
        return tuple(arguments)
