"""Integer expressions in a unit's parameters, as the registry writes them."""

import ast
import operator
from collections.abc import Callable, Mapping

from characterize.errors import CharacterizeError

_LONGEST_TEXT = 500
_BINARY: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.BitOr: operator.or_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Expression:
    """An expression, parsed once and evaluated for many parameter sets.

    Parameters
    ----------
    text
        Parameter names, integers, ``+ - * |``, comparisons, ``and``, ``or``.
    where
        Named in error messages.

    Raises
    ------
    CharacterizeError
        If the text is anything else.

    Examples
    --------
    >>> Expression("A + 2 * B", "doc")({"A": 1, "B": 3})
    7
    >>> Expression("A == 1 and B < 3", "doc")({"A": 1, "B": 3})
    0
    """

    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        if len(text) > _LONGEST_TEXT:
            raise CharacterizeError(
                f"{where}: an expression has at most {_LONGEST_TEXT} characters"
            )
        try:
            self._tree = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise CharacterizeError(f"{where}: '{text}' is not an expression") from error

    def __call__(self, parameters: Mapping[str, int]) -> int:
        """The value for these parameters; conditions give 0 or 1."""
        return self._evaluate(self._tree, parameters)

    def _evaluate(self, node: ast.expr, parameters: Mapping[str, int]) -> int:
        match node:
            case ast.Constant(value=int(value)):
                return int(value)
            case ast.Name(id=name) if name in parameters:
                return parameters[name]
            case ast.BinOp(left, op, right) if type(op) in _BINARY:
                function = _BINARY[type(op)]
                return function(self._evaluate(left, parameters), self._evaluate(right, parameters))
            case ast.Compare(left, [op], [right]) if type(op) in _COMPARE:
                test = _COMPARE[type(op)]
                return int(
                    test(self._evaluate(left, parameters), self._evaluate(right, parameters))
                )
            case ast.BoolOp(ast.And(), values):
                return int(all(self._evaluate(value, parameters) for value in values))
            case ast.BoolOp(ast.Or(), values):
                return int(any(self._evaluate(value, parameters) for value in values))
        known = ", ".join(parameters)
        raise CharacterizeError(
            f"{self.where}: cannot read '{ast.unparse(node)}' in '{self.text}'; "
            f"allowed are {known}, integers, + - * |, comparisons, and, or"
        )
