"""Formulas of operands: what a unit must compute, where `sim.ops` has no operator for it."""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from characterize.errors import CharacterizeError
from sim.formats import IntArray

# Python integers in NumPy arrays: exact, however large what stands between is.
_Integers = npt.NDArray[np.object_]
_LONGEST_TEXT = 500
_MOST_SHIFT = 128
_CHUNK = 1 << 16
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
    ast.Not: lambda values: _bits(values == 0),
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
# Name -> number of arguments.
_FUNCTIONS = {"abs": 1, "min": 2, "max": 2, "signed": 2, "unsigned": 2}
ALLOWED = (
    "integers, + - * // % << >> & | ^ ~, comparisons, and, or, not, A if C else B, "
    "abs(v), min(a, b), max(a, b), signed(v, bits), unsigned(v, bits)"
)


class Formula:
    """A formula of operands, in the integers of Python.

    Parameters
    ----------
    text
        Names of operands and `ALLOWED`. `>>`, `//` and `%` round down, also below 0;
        `unsigned(v, bits)` is v modulo 2^bits, `signed` the same as two's complement.
    where
        Named in error messages.

    Raises
    ------
    CharacterizeError
        If the text is anything else.

    Examples
    --------
    >>> formula = Formula("x * w if x > 1 else -w", "doc")
    >>> sorted(formula.names)
    ['w', 'x']
    >>> formula({"x": np.array([1, 2, 3]), "w": np.array([5, 5, -5])}).tolist()
    [-5, 10, -15]
    """

    def __init__(self, text: str, where: str) -> None:
        self.text = text.strip()
        self._where = where
        try:
            tree = ast.parse(self.text[: _LONGEST_TEXT + 1], mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise CharacterizeError(f"{where}: '{self.text}' is not a formula") from error
        if len(self.text) > _LONGEST_TEXT:
            raise CharacterizeError(f"{where}: a formula has at most {_LONGEST_TEXT} characters")
        self._tree = tree
        self._check(tree)

    @cached_property
    def names(self) -> frozenset[str]:
        """The operands it speaks of."""
        called = {n.func for n in ast.walk(self._tree) if isinstance(n, ast.Call)}
        names = (n for n in ast.walk(self._tree) if isinstance(n, ast.Name) and n not in called)
        return frozenset(name.id for name in names)

    def renamed(self, names: Mapping[str, str]) -> "Formula":
        """The same formula with operands of other names."""
        if all(names.get(name, name) == name for name in self.names):
            return self

        class Renamer(ast.NodeTransformer):
            def visit_Name(self, node: ast.Name) -> ast.Name:
                return ast.Name(names.get(node.id, node.id), node.ctx)

        tree = Renamer().visit(ast.parse(self.text, mode="eval"))
        return Formula(ast.unparse(tree), self._where)

    def __call__(self, operands: Mapping[str, IntArray]) -> IntArray:
        """Its values.

        Parameters
        ----------
        operands
            Name -> values, all of one shape (operations,).

        Raises
        ------
        CharacterizeError
            If an operand is missing, a value needs more than 64 bits, a divisor is 0, or
            a shift is negative or longer than 128 bits.
        """
        for name in sorted(self.names - set(operands)):
            raise CharacterizeError(
                f"{self._where}: '{self.text}' speaks of {name}, operands are {', '.join(operands)}"
            )
        size = max((values.size for values in operands.values()), default=0)
        found = np.empty(size, dtype=np.int64)
        for first in range(0, size, _CHUNK):
            chunk = slice(first, first + _CHUNK)
            values = {name: operands[name][chunk].astype(object) for name in self.names}
            length = min(_CHUNK, size - first)
            try:
                found[chunk] = self._evaluate(self._tree, values, length).astype(np.int64)
            except OverflowError as error:
                raise CharacterizeError(
                    f"{self._where}: '{self.text}' gives values of more than 64 bits"
                ) from error
        return found

    def _check(self, node: ast.expr) -> None:
        inner: list[ast.expr] | None = None
        match node:
            case ast.Constant(value=bool()):
                inner = None
            case ast.Constant(value=int()) | ast.Name():
                inner = []
            case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
                inner = [left, right]
            case ast.UnaryOp(op, operand) if type(op) in _UNARY:
                inner = [operand]
            case ast.Compare(left, [op], [right]) if type(op) in _COMPARE:
                inner = [left, right]
            case ast.BoolOp(_, values):
                inner = values
            case ast.IfExp(test, body, orelse):
                inner = [test, body, orelse]
            case ast.Call(ast.Name(id=name), arguments, []):
                inner = arguments if _FUNCTIONS.get(name) == len(arguments) else None
        if inner is None:
            raise CharacterizeError(
                f"{self._where}: cannot read '{ast.unparse(node)}' in '{self.text}'; "
                f"allowed are names of operands, {ALLOWED}"
            )
        for each in inner:
            self._check(each)

    def _evaluate(self, node: ast.expr, values: Mapping[str, _Integers], size: int) -> _Integers:
        """Values of a node that `_check` has passed, shape (size,)."""

        def of(*nodes: ast.expr) -> list[_Integers]:
            return [self._evaluate(each, values, size) for each in nodes]

        found: _Integers
        match node:
            case ast.Name(id=name):
                found = values[name]
            case ast.Constant(value=int(value)):
                found = np.full(size, value, dtype=object)
            case ast.UnaryOp(unary, operand):
                found = _UNARY[type(unary)](*of(operand))
            case ast.BinOp(left, binary, right):
                a, b = of(left, right)
                self._refuse_undefined(binary, b, node, values)
                found = _ARITHMETIC[type(binary)](a, b)
            case ast.Compare(left, [comparison], [right]):
                found = _bits(_COMPARE[type(comparison)](*of(left, right)))
            case ast.BoolOp(boolean, parts):
                join = np.logical_and if isinstance(boolean, ast.And) else np.logical_or
                found = _bits(join.reduce([part != 0 for part in of(*parts)]))
            case ast.IfExp(test, body, orelse):
                # Each side only where it counts: the other may divide by 0 there.
                holds = np.asarray(of(test)[0] != 0, dtype=np.bool_)
                found = np.empty(size, dtype=object)
                for side, chosen in ((body, holds), (orelse, ~holds)):
                    some = {name: array[chosen] for name, array in values.items()}
                    found[chosen] = self._evaluate(side, some, int(chosen.sum()))
            case ast.Call(ast.Name(id=name), arguments, []):
                found = self._call(name, of(*arguments))
            case _:
                raise AssertionError(ast.dump(node))
        return found

    def _call(self, name: str, arguments: list[_Integers]) -> _Integers:
        if name == "abs":
            return np.abs(arguments[0])
        first, second = arguments
        if name in ("min", "max"):
            return (np.minimum if name == "min" else np.maximum)(first, second)
        if second.size and not 1 <= second.min() <= second.max() <= _MOST_SHIFT:
            raise CharacterizeError(
                f"{self._where}: {name}(v, bits) takes 1 to {_MOST_SHIFT} bits, "
                f"got {second.min()} to {second.max()}"
            )
        one = np.full(first.size, 1, dtype=object)
        half = one << (second - 1)
        offset = half if name == "signed" else half * 0
        wrapped: _Integers = (first + offset) % (one << second) - offset
        return wrapped

    def _refuse_undefined(
        self,
        binary: ast.operator,
        right: _Integers,
        node: ast.expr,
        values: Mapping[str, _Integers],
    ) -> None:
        if isinstance(binary, ast.FloorDiv | ast.Mod):
            wrong, problem = right == 0, "divides by 0"
        elif isinstance(binary, ast.LShift | ast.RShift):
            wrong = (right < 0) | (right > _MOST_SHIFT)
            problem = f"shifts by less than 0 or more than {_MOST_SHIFT}"
        else:
            return
        if np.any(wrong):
            index = int(np.flatnonzero(wrong)[0])
            at = ", ".join(f"{name} = {values[name][index]}" for name in sorted(values))
            raise CharacterizeError(
                f"{self._where}: '{ast.unparse(node)}' {problem} at {at or 'any operands'}; "
                "A if C else B leaves such operands out"
            )


def _bits(truth: Any) -> _Integers:
    """Truth values as the integers 0 and 1."""
    return np.asarray(truth, dtype=np.bool_).astype(np.int64).astype(object)
