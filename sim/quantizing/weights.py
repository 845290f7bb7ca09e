"""From the weights of a layer to integers: steps, grids, and how values are rounded to them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sim.formats import IntArray, IntFormat
from sim.kept_values import KeptValues
from sim.layers import FloatArray
from sim.pann import fitted_step, pann_step
from sim.priced_values import PricedValues
from sim.quantizers import steps
from sim.quantizing.error_feedback import ErrorFeedback
from sim.quantizing.grids import Grid
from sim.quantizing.input_moments import InputMoments, weight_rows, weights_of_rows
from sim.schemes import Scheme, Widths
from sim.signmag import SignMagnitude


@dataclass(frozen=True, eq=False, slots=True)
class IntegerWeights:
    """Weights of a layer.

    Attributes
    ----------
    integers
        Of the float weights' shape.
    step
        What they are multiples of, shape (M,) or (1,).
    format
        What holds them.
    """

    integers: IntArray
    step: FloatArray
    format: IntFormat


def integer_weights(
    scheme: Scheme,
    weight: FloatArray,
    widths: Widths,
    moments: list[InputMoments] | None = None,
    centred: bool = False,
    kept: KeptValues | PricedValues | None = None,
    given_step: float | None = None,
) -> IntegerWeights:
    """Integers of a layer's weights.

    Parameters
    ----------
    scheme
        Which integers, and how they are found.
    weight
        Shape (M, ...), as integer inputs meet it.
    widths
        Of this layer.
    moments
        Of the layer's inputs, a group each; for error feedback.
    centred
        Whether the mean error of sums is taken out later.
    kept
        The only integers that there may be, or energies of integers; None restricts nothing.
    given_step
        The step; None finds one.

    Raises
    ------
    SimError
        If kept integers do not fit the format.
    """
    grid, number = _grid(scheme, widths)
    rows = weight_rows(weight)
    if isinstance(kept, PricedValues):
        kept, given_step = kept.fitted(rows)
    if kept is not None:
        grid = replace(grid, kept=kept)
    if moments is not None and scheme.compensated:
        parts = zip(np.split(rows, len(moments)), moments, strict=True)
        rows = np.concatenate([m.target(part, centred, scheme.damping) for part, m in parts])
    if moments is None:
        rounded: Callable[[FloatArray], IntArray] = partial(_nearest, rows, grid)
    else:
        rules = [ErrorFeedback(each.hessian(centred), scheme.damping) for each in moments]
        rounded = partial(_fed_back, rows, rules, grid)
    tensor = weights_of_rows(rows, weight.shape)
    tensor = tensor.reshape(len(rows), -1) if scheme.per_channel else tensor.reshape(1, -1)
    if kept is not None and number is not None:
        kept.check(number, "weights")
    if given_step is None:
        step = _step(scheme, widths, grid, tensor, rounded)
    else:
        step = np.array([given_step])
    integers = rounded(step)
    return IntegerWeights(
        weights_of_rows(integers, weight.shape), step, number or _holding(integers)
    )


def _step(
    scheme: Scheme,
    widths: Widths,
    grid: Grid,
    tensor: FloatArray,
    rounded: Callable[[FloatArray], IntArray],
) -> FloatArray:
    """The step of each row of weights, or of all."""
    if scheme.kind == "pann":
        assert widths.additions is not None
        step = pann_step(tensor, widths.additions)
        if scheme.additions_rule == "measured":
            step = fitted_step(step, widths.additions, rounded)
        return step
    if grid.kept is not None:
        return grid.kept.steps(tensor)
    assert grid.lowest is not None
    assert grid.highest is not None
    return steps(tensor, grid.lowest, grid.highest, scheme.weight_rule)


def _holding(integers: IntArray) -> SignMagnitude:
    """The narrowest format of a sign and a magnitude that holds numbers of additions."""
    return SignMagnitude(int(np.abs(integers).max(initial=1)).bit_length() + 1)


def _grid(scheme: Scheme, widths: Widths) -> tuple[Grid, IntFormat | None]:
    """The grid, and the format of its range; PANN's has no end."""
    if scheme.kind == "pann":
        return Grid(dead_zone=scheme.dead_zone), None
    bits = widths.bits_w
    assert bits is not None
    if scheme.kind == "split":
        number: IntFormat = SignMagnitude(bits + 1)
    elif scheme.kind == "signmag":
        number = SignMagnitude(bits)
    else:
        number = IntFormat(bits, signed=True)
    symmetric = scheme.split or scheme.kind in ("signmag", "csd")
    lowest = -number.max if symmetric else number.min
    return Grid(lowest, number.max, scheme.dead_zone, scheme.digits), number


def _nearest(rows: FloatArray, grid: Grid, step: FloatArray) -> IntArray:
    return grid(rows / step[:, None]).astype(np.int64)


def _fed_back(
    rows: FloatArray, rules: list[ErrorFeedback], grid: Grid, step: FloatArray
) -> IntArray:
    """Each group of rows by the rule of its own inputs."""
    each_row = np.broadcast_to(step, len(rows))
    parts = zip(rules, np.split(rows, len(rules)), np.split(each_row, len(rules)), strict=True)
    return np.concatenate([rule(part, its_step, grid) for rule, part, its_step in parts])
