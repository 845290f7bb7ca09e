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


class _LearnedStep(torch.autograd.Function):
    """Clip(round(x / step), 0, highest) step, with LSQ's gradients."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, step: torch.Tensor, highest: int) -> torch.Tensor:
        scaled = x / step
        integers = scaled.round().clamp_(0, highest)
        ctx.save_for_backward(scaled, integers)
        ctx.highest = highest
        return integers * step

    @staticmethod
    def backward(ctx: Any, slope: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None]:
        scaled, integers = ctx.saved_tensors
        inside = (scaled >= 0) & (scaled <= ctx.highest)
        to_step = torch.where(inside, integers - scaled, integers)
        scale = 1 / math.sqrt(scaled.numel() * ctx.highest)
        return slope * inside, ((slope * to_step).sum() * scale).reshape(1), None


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
        if self.step.item() == 0:
            sampled = x.detach().flatten()[:: max(x.numel() >> 18, 1) | 1].double().numpy()
            first = steps(sampled.reshape(1, -1), 0, self.highest, "mmse")[0]
            self.step.data.fill_(float(first))
        found: torch.Tensor = _LearnedStep.apply(x, self.step, self.highest)
        return found


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

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Multiples of the step; gradients pass as if nothing were rounded."""
        with torch.no_grad():
            integers, step = self.integers(weight)
            if self.training:
                measured = float(integers.abs().mean()) / self.additions
                self.factor *= min(max(measured, 0.5), 2.0) ** _PULL
        return weight + (integers * step - weight).detach()
