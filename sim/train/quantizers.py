"""Rounding that gradients pass through: steps of activations, and PANN's weights.

Sources: S. Esser et al., Learned Step Size Quantization, ICLR 2020 (LSQ: gradient of the step,
and its scale); Y. Bengio, N. Leonard, A. Courville, Estimating or Propagating Gradients Through
Stochastic Neurons, 2013 (straight-through).
"""

import math
from typing import Any

import torch

from sim.quantizers import steps

_PULL = 0.1  # of one iteration on PANN's step, towards the additions that are wanted


def rounded(x: torch.Tensor, step: torch.Tensor, highest: int) -> torch.Tensor:
    """Integers from 0 to `highest`, of so many steps, in floating point."""
    return (x / step).round_().clamp_(0, highest)


def slope_of_step(
    slope: torch.Tensor, x: torch.Tensor, integers: torch.Tensor, step: torch.Tensor, highest: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """LSQ's gradients of what was rounded and of its step.

    Parameters
    ----------
    slope
        Of the integers times their step.
    x, integers, step, highest
        As in `rounded`.
    """
    # What is exactly 0 or at the upper border does not move: rectifiers stop it anyway.
    inside = torch.ops.aten.hardtanh_backward(slope, x, 0.0, highest * float(step))
    # Inside of the range integers - x / step, above it the integers, which are 0 below.
    moved = _dot(slope, integers.to(slope.dtype)) - _dot(inside, x) / step
    return inside, moved.reshape(1) / math.sqrt(x.numel() * highest)


def _dot(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Sum of products, in the order of the memory where that is the same."""
    if one.ndim == 4:
        one, other = (values.permute(0, 2, 3, 1) for values in (one, other))
    return torch.dot(one.reshape(-1), other.reshape(-1))


class _LearnedStep(torch.autograd.Function):
    """Clip(round(x / step), 0, highest) step, with LSQ's gradients."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, step: torch.Tensor, highest: int) -> torch.Tensor:
        integers = rounded(x, step, highest)
        ctx.save_for_backward(x, integers, step)
        ctx.highest = highest
        return integers * step

    @staticmethod
    def backward(ctx: Any, slope: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None]:
        x, integers, step = ctx.saved_tensors
        return *slope_of_step(slope, x, integers, step, ctx.highest), None


class Activations(torch.nn.Module):
    """Unsigned activations of a learned step, which begins where it errs least.

    Parameters
    ----------
    bits
        Of the integers.
    """

    def __init__(self, bits: int) -> None:
        super().__init__()
        self.highest = 2**bits - 1
        self.step = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Multiples of the step, of x's shape."""
        found: torch.Tensor = _LearnedStep.apply(x, self.started(x), self.highest)
        return found

    def started(self, x: torch.Tensor) -> torch.nn.Parameter:
        """The step, which begins with the first values that are seen."""
        if self.step.item() == 0:
            sampled = x.detach().flatten()[:: max(x.numel() >> 18, 1) | 1].double().numpy()
            first = steps(sampled.reshape(1, -1), 0, self.highest, "mmse")[0]
            self.step.data.fill_(float(first))
        return self.step


class Additions(torch.nn.Module):
    """PANN's weights: gamma = f ||w||_1 / (R d), where f holds the measured additions at R.

    Parameters
    ----------
    additions
        R, as it is measured after rounding.
    """

    factor: torch.Tensor

    def __init__(self, additions: float) -> None:
        super().__init__()
        self.additions = additions
        self.register_buffer("factor", torch.ones(1))

    def integers(self, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Weights in steps, rounded, and the step."""
        step = (weight.abs().mean() / self.additions).clamp(min=1e-12) * self.factor
        return (weight / step).round(), step

    def held(self, weight: torch.Tensor) -> torch.Tensor:
        """The step, after it was pulled towards the additions that are wanted."""
        with torch.no_grad():
            integers, step = self.integers(weight)
            if self.training:
                measured = float(integers.abs().mean()) / self.additions
                self.factor *= min(max(measured, 0.5), 2.0) ** _PULL
        return step

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Multiples of the step; gradients pass as if nothing were rounded."""
        step = self.held(weight)
        with torch.no_grad():
            multiples = (weight / step).round() * step
        return weight + (multiples - weight).detach()
