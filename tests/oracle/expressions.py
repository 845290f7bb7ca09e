"""Boolean expressions of Liberty files as Python expressions over 0 and 1.

Liberty writes not as `!A` or `A'`, and as `A * B`, `A & B` or `A B`, or as `A + B` or
`A | B`; exclusive or is `^`.
"""

import re
from functools import cache
from types import CodeType

_TOKEN = re.compile(r"\s*([A-Za-z_]\w*|[01]|[!'*&+|^()])")


@cache
def to_python(expression: str) -> str:
    """The expression in Python's operators, fully bracketed, over integers 0 and 1.

    Examples
    --------
    >>> to_python("(A * !B) + C'")
    '((A & (1 ^ B)) | (1 ^ C))'
    """
    text = expression.strip()
    tokens = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"not a Boolean expression: {expression!r}")
        tokens.append(match.group(1))
        at = match.end()
    rest = tokens[::-1]
    python = _sum(rest)
    if rest or tokens.count("(") != tokens.count(")"):
        raise ValueError(f"not a Boolean expression: {expression!r}")
    return python


def _sum(rest: list[str]) -> str:
    left = _product(rest)
    while rest and rest[-1] in "+|":
        rest.pop()
        left = f"({left} | {_product(rest)})"
    return left


def _product(rest: list[str]) -> str:
    left = _difference(rest)
    while rest and rest[-1] not in "+|)":
        if rest[-1] in "*&":
            rest.pop()
        left = f"({left} & {_difference(rest)})"
    return left


def _difference(rest: list[str]) -> str:
    left = _literal(rest)
    while rest and rest[-1] == "^":
        rest.pop()
        left = f"({left} ^ {_literal(rest)})"
    return left


def _literal(rest: list[str]) -> str:
    token = rest.pop()
    if token == "!":
        return f"(1 ^ {_literal(rest)})"
    value = token
    if token == "(":
        value = _sum(rest)
        rest.pop()
    while rest and rest[-1] == "'":
        rest.pop()
        value = f"(1 ^ {value})"
    return value


@cache
def _code(expression: str) -> CodeType:
    return compile(to_python(expression), "<liberty>", "eval")


def holds(expression: str, state: dict[str, int]) -> bool:
    """Whether an expression is true in a state of pins; an empty one always is.

    Examples
    --------
    >>> holds("A ^ B", {"A": 1, "B": 0}), holds("", {})
    (True, True)
    """
    return not expression or bool(eval(_code(expression), {}, state))


def names(expression: str) -> set[str]:
    """The pins that an expression speaks of."""
    return set(re.findall(r"[A-Za-z_]\w*", expression))
