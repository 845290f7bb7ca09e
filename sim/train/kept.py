"""Training with kept values: rounding to the nearest of them, which gradients pass through.

The step of weights stays as it begins, that of activations is learned (see
`sim.train.quantizers`).
"""

from dataclasses import dataclass

import numpy as np
import torch

from sim.formats import IntArray
from sim.kept_values import KeptValues
from sim.priced_values import PricedValues
from sim.train.quantizers import Activations


@dataclass(frozen=True, slots=True)
class KeptLayer:
    """What the integers of a layer may be.

    Attributes
    ----------
    highest
        Largest activation.
    weights
        Kept ones, or what they cost.
    activations
        Kept ones; None keeps all.
    begun
        Integers that training begins with, of the weights' shape; None takes the nearest.
    """

    highest: int
    weights: KeptValues | PricedValues
    activations: KeptValues | None = None
    begun: IntArray | None = None


class KeptWeights(torch.nn.Module):
    """Weights that become the nearest kept multiple of a step.

    Parameters
    ----------
    weight
        That training begins with: the step is that of its least error, or of least error plus
        price.
    kept
        Kept values, or what they cost.
    """

    values: torch.Tensor
    bounds: torch.Tensor
    step: torch.Tensor

    def __init__(self, weight: torch.Tensor, kept: KeptValues | PricedValues) -> None:
        super().__init__()
        rows = weight.detach().double().numpy().reshape(1, -1)
        if isinstance(kept, PricedValues):
            self.kept, step = kept.fitted(rows)
        else:
            self.kept, step = kept, float(kept.steps(rows)[0])
        self.register_buffer("values", torch.tensor(self.kept.values, dtype=torch.float32))
        self.register_buffer("bounds", torch.tensor(self.kept.bounds, dtype=torch.float32))
        self.register_buffer("step", torch.tensor(step, dtype=torch.float32))

    def begun(self, weight: torch.Tensor, integers: IntArray) -> torch.Tensor:
        """The weights closest to some that become given integers, of the same shape.

        Few values leave errors that error feedback has spread over a row: training that began
        with the nearest values would have to find that again.
        """
        step = float(self.step)
        numbers = weight.detach().double().numpy() / step
        return torch.tensor(self.kept.nearest(numbers, integers) * step, dtype=weight.dtype)

    def integers(self, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Kept values, and the step."""
        return self.values[torch.bucketize(weight / self.step, self.bounds)], self.step

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Multiples of the step; gradients pass as if nothing were rounded."""
        integers, step = self.integers(weight.detach())
        return weight + (integers * step - weight).detach()


class KeptActivations(Activations):
    """Unsigned activations of a learned step, behind a lookup of kept values.

    Parameters
    ----------
    highest
        Largest integer.
    kept
        Kept values; None keeps all.
    """

    table: torch.Tensor

    def __init__(self, highest: int, kept: KeptValues | None) -> None:
        super().__init__(highest.bit_length())
        # Beyond the largest kept value nothing changes any more.
        self.highest = highest if kept is None else min(highest, kept.values[-1])
        self._kept = kept
        self.register_buffer("table", lookup_table(self.highest, kept))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Multiples of the step, of x's shape; gradients pass by the lookup."""
        if self._kept is not None and self.step.item() == 0:
            sampled = x.detach().flatten()[:: max(x.numel() >> 15, 1) | 1].double().numpy()
            self.step.data.fill_(float(self._kept.steps(sampled.reshape(1, -1))[0]))
        found = super().forward(x)
        with torch.no_grad():
            looked_up = self.table[(found / self.step).round().long()] * self.step
        return found + (looked_up - found).detach()


def lookup_table(highest: int, kept: KeptValues | None) -> torch.Tensor:
    """The kept value of each integer from 0; shape (highest + 1,)."""
    if kept is None:
        return torch.arange(highest + 1, dtype=torch.float32)
    values = np.arange(highest + 1, dtype=np.float64)
    return torch.tensor(kept(values), dtype=torch.float32)
