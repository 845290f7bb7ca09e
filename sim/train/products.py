"""Products of quantized activations and weights, in the integers that the network will have.

Activations and weights are multiplied as integers and their steps afterwards, so that what
training sees does not depend on how steps round. Of bfloat16 only what is exact is used forward:
integers up to 256 as operands, sums in float32. Backward its products are rounded, as mixed
precision does.

Source of mixed precision: D. Kalamkar et al., A Study of BFLOAT16 for Deep Learning Training,
2019.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from sim.train.quantizers import rounded, slope_of_step

_EXACT = 256  # the largest integer below which bfloat16 has all
_FLAGS: Any = torch.backends.mkldnn  # whose types lack `conv`


@dataclass(frozen=True, slots=True)
class Convolution:
    """How a convolution goes over its inputs.

    Attributes
    ----------
    stride, padding
        Down and across.
    groups
        Of channels.
    """

    stride: tuple[int, int]
    padding: tuple[int, int]
    groups: int = 1

    def __call__(self, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        """Of inputs (N, C, H, W) with weights (M, C / groups, rows, columns)."""
        return torch.nn.functional.conv2d(
            x, weight, None, self.stride, self.padding, 1, self.groups
        )

    def slopes(
        self, slope: torch.Tensor, x: torch.Tensor, weight: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Of inputs and of weights, from those of the outputs."""
        found = torch.ops.aten.convolution_backward(
            slope, x, weight, None, self.stride, self.padding, (1, 1), False, (0, 0), self.groups,
            (True, True, False),
        )  # fmt: skip
        return found[0], found[1]


class _Product(torch.autograd.Function):
    """A convolution of integers times both steps; gradients of LSQ, straight through weights."""

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, step: torch.Tensor, highest: int, weight: torch.Tensor,
        weight_step: torch.Tensor, convolution: Convolution, narrow: bool,
    ) -> torch.Tensor:  # fmt: skip
        integers = rounded(x, step, highest)
        weights = (weight / weight_step).round()
        # What is not exact in few bits stays in many.
        narrow = narrow and highest <= _EXACT and float(weights.abs().max()) <= _EXACT
        with _narrow(narrow):
            sums = convolution(integers, weights)
        if narrow:
            integers, weights = integers.bfloat16(), weights.bfloat16()
        ctx.save_for_backward(x, step, integers, weights, weight_step)
        ctx.highest, ctx.convolution = highest, convolution
        return sums.mul_(step * weight_step)

    @staticmethod
    def backward(ctx: Any, slope: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        x, step, integers, weights, weight_step = ctx.saved_tensors
        to_x, to_weight = ctx.convolution.slopes(slope.to(weights.dtype), integers, weights)
        to_x = to_x.float().mul_(weight_step)
        inside, to_step = slope_of_step(to_x, x, integers, step, ctx.highest)
        return inside, to_step, None, to_weight.float().mul_(step), None, None, None


def product(
    x: torch.Tensor,
    step: torch.Tensor,
    highest: int,
    weight: torch.Tensor,
    weight_step: torch.Tensor,
    convolution: Convolution,
    narrow: bool = False,
) -> torch.Tensor:
    """Sums of a convolution whose inputs and weights are rounded to their steps.

    Parameters
    ----------
    x, step, highest
        Activations (N, C, H, W) that become integers from 0 to `highest`, and their step.
    weight, weight_step
        Weights (M, C / groups, rows, columns), and their step.
    convolution
        Of both.
    narrow
        Whether bfloat16 multiplies: forward where that is exact, backward rounded.
    """
    found: torch.Tensor = _Product.apply(x, step, highest, weight, weight_step, convolution, narrow)
    return found


@contextmanager
def _narrow(wanted: bool) -> Iterator[None]:
    """Operands of float32 convolutions become bfloat16, sums stay float32."""
    before = _FLAGS.conv.fp32_precision
    _FLAGS.conv.fp32_precision = "bf16" if wanted else "ieee"
    try:
        yield
    finally:
        _FLAGS.conv.fp32_precision = before
