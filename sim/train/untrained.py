"""Layers that have nothing to learn, in PyTorch."""

import torch
from torch.nn import functional

from sim.floats import AvgPool
from sim.layers import Add, Flatten, Layer, MaxPool, Relu, Subsample

UNTRAINED = (Relu, Add, AvgPool, MaxPool, Flatten, Subsample)


def moved(layer: Layer, inputs: list[torch.Tensor]) -> torch.Tensor:
    """What one of `UNTRAINED` makes of its inputs (N, C, ...)."""
    x = inputs[0]
    if isinstance(layer, Relu):
        x = functional.relu(x)
    elif isinstance(layer, Add):
        x = torch.stack(inputs).sum(0) if len(inputs) != 2 else x + inputs[1]
    elif isinstance(layer, AvgPool):
        x = functional.avg_pool2d(x, layer.kernel, layer.stride, layer.padding)
    elif isinstance(layer, MaxPool):
        x = functional.max_pool2d(x, layer.kernel, layer.stride, layer.padding)
    elif isinstance(layer, Subsample):
        thinned = x[:, :, :: layer.stride, :: layer.stride]
        x = functional.pad(thinned, (0, 0, 0, 0, layer.before, layer.after))
    else:
        assert isinstance(layer, Flatten)
        x = x.flatten(1)
    return x
