"""Boolean functions as Liberty files write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError

BoolArray = npt.NDArray[np.bool_]

_TOKEN = re.compile(r"\s*(?:([A-Za-z_][\w.\[\]]*|[01])|(.))")
_MOST_INPUTS = 16  # a truth table of 65,536 entries
_DEEPEST = 64  # parentheses and inversions within each other
_LONGEST = 250  # symbols; longer ones are no gate's


@dataclass(frozen=True)
class BooleanFunction:
    """A Boolean function of cell pins.

    Understood: ``!a``, ``a'``, ``a * b``, ``a & b``, ``a b``, ``a ^ b``,
    ``a + b``, ``a | b``, parentheses, 0 and 1; binding in this order.

    Parameters
    ----------
    text
        The function.

    Raises
    ------
    CharacterizeError
        If the text is no such function.

    Examples
    --------
    >>> f = BooleanFunction("(A * !B) + C'")
    >>> f.inputs
    ('A', 'B', 'C')
    >>> f.table(("A", "B", "C")).astype(int).tolist()
    [1, 1, 1, 1, 0, 1, 0, 0]
    """

    text: str

    def __post_init__(self) -> None:
        if len(self.inputs) > _MOST_INPUTS:
            raise CharacterizeError(
                f"'{self.text}' has {len(self.inputs)} inputs, at most {_MOST_INPUTS} are handled"
            )

    @cached_property
    def _tree(self) -> "_Node":
        return _Parser(self.text).whole()

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The pins that it names, in the order of their first appearance."""
        names: dict[str, None] = {}

        def visit(node: _Node) -> None:
            if node.kind == "pin":
                names[node.name] = None
            for child in node.children:
                visit(child)

        visit(self._tree)
        return tuple(names)

    @property
    def verilog(self) -> str:
        """The function as a Verilog expression, in parentheses wherever it binds.

        >>> BooleanFunction("(A * !B) + C' ^ 1").verilog
        "((A & ~B) | (~C ^ 1'b1))"
        """
        return _verilog(self._tree)

    def evaluate(self, values: Mapping[str, BoolArray]) -> BoolArray:
        """Its value for arrays of pin values, all of one shape."""
        return _evaluate(self._tree, values)

    def table(self, pins: tuple[str, ...]) -> BoolArray:
        """Truth table over `pins`: shape (2**len(pins),), pin k is bit k of the index.

        Raises
        ------
        CharacterizeError
            If the function names a pin that is not among `pins`.
        """
        if unknown := set(self.inputs) - set(pins):
            raise CharacterizeError(f"'{self.text}' names {', '.join(sorted(unknown))}, "
                                    f"but the pins are {', '.join(pins)}")  # fmt: skip
        index = np.arange(1 << len(pins))
        values = {pin: (index >> k & 1).astype(bool) for k, pin in enumerate(pins)}
        return np.broadcast_to(self.evaluate(values), index.shape)


@dataclass(frozen=True, slots=True)
class _Node:
    kind: str  # pin, const, not, and, xor, or
    name: str = ""
    children: tuple["_Node", ...] = ()


def _evaluate(node: _Node, values: Mapping[str, BoolArray]) -> BoolArray:
    match node.kind:
        case "pin":
            return values[node.name]
        case "const":
            return np.array(node.name == "1")
        case "not":
            return ~_evaluate(node.children[0], values)
    left, right = (_evaluate(child, values) for child in node.children)
    if node.kind == "and":
        return left & right
    return left | right if node.kind == "or" else left ^ right


def _verilog(node: _Node) -> str:
    match node.kind:
        case "pin":
            return node.name
        case "const":
            return f"1'b{node.name}"
        case "not":
            return f"~{_verilog(node.children[0])}"
    left, right = (_verilog(child) for child in node.children)
    symbol = {"and": "&", "or": "|", "xor": "^"}[node.kind]
    return f"({left} {symbol} {right})"


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [match[1] or match[2] for match in _TOKEN.finditer(text.strip())]
        self._position = 0
        self._depth = 0
        if len(self._tokens) > _LONGEST:
            raise CharacterizeError(
                f"'{text[:20]}...' has {len(self._tokens)} symbols, at most {_LONGEST} are handled"
            )

    def _peek(self) -> str:
        return self._tokens[self._position] if self._position < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._position += 1
        return token

    def whole(self) -> _Node:
        node = self._level("or")
        if self._peek():
            raise self._error(f"unexpected '{self._peek()}'")
        return node

    def _error(self, problem: str) -> CharacterizeError:
        return CharacterizeError(f"'{self._text}' is not a Boolean function: {problem}")

    def _level(self, kind: str) -> _Node:
        symbols, tighter = {
            "or": ("+|", "xor"),
            "xor": ("^", "and"),
            "and": ("*&", "not"),
        }[kind]
        node = self._next_level(tighter)
        while (token := self._peek()) and (
            token in symbols or (kind == "and" and (token in "(!" or token[0].isalnum()))
        ):
            if token in symbols:
                self._take()
            node = _Node(kind, children=(node, self._next_level(tighter)))
        return node

    def _next_level(self, kind: str) -> _Node:
        return self._factor() if kind == "not" else self._level(kind)

    def _factor(self) -> _Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(f"nested deeper than {_DEEPEST}")
        node = self._primary()
        self._depth -= 1
        return node

    def _primary(self) -> _Node:
        token = self._take()
        if token == "!":
            return _Node("not", children=(self._factor(),))
        if token == "(":
            node = self._level("or")
            if self._take() != ")":
                raise self._error("a ')' is missing")
        elif token in ("0", "1"):
            node = _Node("const", token)
        elif token and (token[0].isalpha() or token[0] == "_"):
            node = _Node("pin", token)
        else:
            raise self._error(f"unexpected '{token}'" if token else "it ends too early")
        while self._peek() == "'":
            self._take()
            node = _Node("not", children=(node,))
        return node
