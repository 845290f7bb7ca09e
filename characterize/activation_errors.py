"""How far activation units are from the real functions: `activation_errors.csv`.

`python -m characterize activations` writes it. What is compared are the reference
operators; units equal them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from characterize.errors import CharacterizeError
from characterize.units import Registry, UnitSpec
from sim import activations, ops
from sim.formats import IntArray, IntFormat
from sim.segments import WIDTHS
from sim.tables import Table, columns

_COLUMNS = columns(
    """
function         | string  |      | sigmoid, tanh, exp (e^-x), reciprocal (its mantissa), softmax
unit             | string  |      | the unit that equals it; softmax: the first of its sequence
bits             | integer | bit  | width of the result
terms            | integer |      | numbers of a softmax; else 1
operand_format   | string  |      | s or u (two's complement, unsigned) and bits
operand_fraction | integer | bit  | of them those behind the binary point
result_format    | string  |      | as operand_format
result_fraction  | integer | bit  | as operand_fraction
operands         | integer |      | how many were tried
exhaustive       | boolean |      | whether these are all; else they are uniform, seed 1
worst_steps      | number  |      | largest error, in steps of the result; reciprocal: relative
mean_steps       | number  |      | mean of the magnitudes of errors
bias_steps       | number  |      | mean of the errors, signs kept
worst            | number  |      | largest error as a number
"""
)
ERRORS = Table("activation_errors", _COLUMNS, ("function", "bits", "terms"),
               "python -m characterize activations", CharacterizeError)  # fmt: skip
# Terms of a softmax; all operands are tried of two with 8 bits.
_TERMS = (2, 10, 256)
_SAMPLES = 1 << 20
_PIECE = 1 << 20

FloatArray = npt.NDArray[np.float64]
_REAL: dict[str, Callable[[FloatArray], FloatArray]] = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "exp": lambda x: np.exp(-x),
}


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors in steps of the result.

    Attributes
    ----------
    count
        Numbers compared.
    worst, mean, bias
        Largest magnitude, mean of the magnitudes, mean with signs.
    """

    count: int
    worst: float
    mean: float
    bias: float


def write(folder: Path) -> Path:
    """Write the table beside others of a results folder.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    CharacterizeError
        If a file cannot be written.
    """
    ERRORS.write(pd.DataFrame(list(rows())), folder)
    return ERRORS.path(folder)


def rows() -> Iterator[dict[str, object]]:
    """Rows of the table, functions in the order of `_REAL`, then reciprocals and softmax."""
    units = _units()
    for function, real in _REAL.items():
        for bits in WIDTHS:
            point = activations.point_of(function, bits)
            x = point.operand.values()
            found: IntArray = getattr(ops, function)(x, point.result)
            numbers = np.asarray(x * 0.5**point.operand_fraction, dtype=np.float64)
            wanted = real(numbers) * (1 << point.result_fraction)
            yield _row(function, units[function, bits], point, errors([found - wanted]), True)
    for bits in WIDTHS:
        output = IntFormat(bits, signed=False)
        sums = IntFormat(bits + 8, signed=False)
        point = activations.Point(sums, 0, output, bits)
        found_errors = errors(_reciprocals(output, sums))
        yield _row("reciprocal", units["reciprocal", bits], point, found_errors, True)
    for bits in WIDTHS:
        point = activations.point_of("softmax", bits)
        for terms in _TERMS:
            x, every = _softmax_operands(point.operand, terms)
            found_errors = errors([_softmax_errors(x, point)])
            yield _row("softmax", units["maximum", bits], point, found_errors, every, terms)


def errors(pieces: Iterable[FloatArray]) -> Errors:
    """What errors come to, of all pieces together."""
    count, worst, magnitude, total = 0, 0.0, 0.0, 0.0
    for piece in pieces:
        count += piece.size
        worst = max(worst, float(np.abs(piece).max()))
        magnitude += float(np.abs(piece).sum())
        total += float(piece.sum())
    return Errors(count, worst, magnitude / count, total / count)


def _reciprocals(output: IntFormat, sums: IntFormat) -> Iterator[FloatArray]:
    for first in range(1, sums.max + 1, _PIECE):
        x = np.arange(first, min(first + _PIECE, sums.max + 1), dtype=np.int64)
        found = ops.reciprocal(x, output)
        quotient = found["result"] * x * 0.5 ** (found["places"] + output.bits)
        yield np.asarray((quotient - 1) * (1 << output.bits), dtype=np.float64)


def _softmax_operands(number: IntFormat, terms: int) -> tuple[IntArray, bool]:
    """Operands of softmaxes, shape (n, terms), and whether they are all."""
    if number.bits * terms <= 16:
        grids = np.meshgrid(*[number.values()] * terms)
        return np.stack([grid.ravel() for grid in grids], axis=-1), True
    generator = np.random.default_rng(1)
    shape = (_SAMPLES // terms, terms)
    return generator.integers(number.min, number.max, shape, endpoint=True), False


def _softmax_errors(x: IntArray, point: activations.Point) -> FloatArray:
    powers = np.exp(x * 0.5**point.operand_fraction)
    wanted = powers / powers.sum(axis=-1, keepdims=True) * (1 << point.result_fraction)
    return np.asarray(activations.softmax(x, point.result) - wanted, dtype=np.float64)


def _units() -> dict[tuple[str, int], UnitSpec]:
    """Operator and width of the result -> the unit that computes it, of signed operands."""
    return {
        (unit.entry.table["operator"], unit.results[0].format.bits): unit
        for entry in Registry().entries.values()
        if entry.table["family"] == "activation"
        for unit in entry.units("legal")
    }


def _row(
    function: str,
    unit: UnitSpec,
    point: activations.Point,
    found: Errors,
    exhaustive: bool,
    terms: int = 1,
) -> dict[str, object]:
    return {
        "function": function,
        "unit": unit.name,
        "bits": point.result.bits,
        "terms": terms,
        "operand_format": str(point.operand),
        "operand_fraction": point.operand_fraction,
        "result_format": str(point.result),
        "result_fraction": point.result_fraction,
        "operands": found.count,
        "exhaustive": "true" if exhaustive else "false",
        "worst_steps": found.worst,
        "mean_steps": found.mean,
        "bias_steps": found.bias,
        "worst": found.worst * 0.5**point.result_fraction,
    }
