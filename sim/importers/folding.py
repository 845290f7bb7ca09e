"""Constants of an ONNX graph that operators make of constants: which, and how large.

A graph may be anybody's: only operators that end, and whose results are known to be small
before they are made, are computed.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import SimError

_MOST_NUMBERS = 1 << 26
_ELEMENTWISE = (
    "Abs", "Add", "And", "Cast", "Ceil", "Clip", "Div", "Equal", "Exp", "Floor", "Greater",
    "Identity", "Less", "Log", "Max", "Min", "Mul", "Neg", "Not", "Or", "Pow", "Reciprocal",
    "Round", "Sign", "Sqrt", "Sub", "Where",
)  # fmt: skip
# Their results have at most as many numbers as all that they take.
_MOVING = (
    "Concat", "Constant", "Flatten", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum",
    "Reshape", "Shape", "Size", "Slice", "Squeeze", "Transpose", "Unsqueeze",
)  # fmt: skip
_GROWING = ("ConstantOfShape", "Expand", "Gather", "Tile")
FOLDED = tuple(sorted((*_ELEMENTWISE, *_MOVING, *_GROWING)))


def check_fold(operator: str, inputs: Sequence[npt.NDArray[Any]]) -> None:
    """Refuse to compute what is not known to end, or to be small.

    Raises
    ------
    SimError
        If the operator is not among `FOLDED`, or its result would have more than 2^26 numbers.
    ValueError, IndexError, TypeError
        If its inputs are not such as it takes.
    """
    if operator not in FOLDED:
        raise SimError(f"is not computed from constants: known are {', '.join(FOLDED)}")
    if operator in _ELEMENTWISE:
        numbers = prod(np.broadcast_shapes(*(values.shape for values in inputs)))
    elif operator in _MOVING:
        numbers = sum(values.size for values in inputs)
    elif operator == "ConstantOfShape":
        numbers = prod(int(extent) for extent in inputs[0].reshape(-1)[:64])
    elif operator == "Gather":
        numbers = inputs[0].size * inputs[1].size
    else:
        extents = [abs(int(extent)) for extent in inputs[1].reshape(-1)[:64]]
        numbers = inputs[0].size * prod(extents)
    if numbers > _MOST_NUMBERS:
        raise SimError(f"would make a constant of more than {_MOST_NUMBERS} numbers")
