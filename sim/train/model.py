"""A float network of `sim` as a PyTorch module, with or without quantization.

Tensors have the channels second here; names of nodes are those of the network.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch.nn import functional

from sim.errors import SimError
from sim.floats import BatchNorm, Float32Array, FloatConv2d, FloatLinear, Normalize
from sim.kept_values import KeptValues
from sim.layers import Layer
from sim.network import INPUT, Network, Node
from sim.schemes import Widths
from sim.train.kept import KeptActivations, KeptLayer, KeptWeights, lookup_table
from sim.train.products import Convolution, product
from sim.train.quantizers import Activations, Additions
from sim.train.untrained import UNTRAINED, moved

_MOMENTUM = 0.1


def _key(name: str) -> str:
    return name.replace(".", "/")  # module names have no dots


class TrainableNetwork(torch.nn.Module):
    """A network whose weights, batch norms and steps are trained.

    Parameters
    ----------
    network
        The float network that training starts from.
    widths
        Of each layer with weights: bits of activations and additions; None trains in
        floating point, or with kept values.
    kept
        Of each layer with weights: what its integers may be; not with `widths`.
    narrow
        Whether bfloat16 multiplies integers, see `sim.train.products`.

    Raises
    ------
    SimError
        If a layer cannot be trained, or has no widths.
    """

    def __init__(
        self,
        network: Network,
        widths: Mapping[str, Widths] | None = None,
        kept: Mapping[str, KeptLayer] | None = None,
        narrow: bool = False,
    ) -> None:
        super().__init__()
        self._network, self._widths, self._kept = network, widths, kept
        self._narrow = narrow
        self.arrays = torch.nn.ParameterDict()
        self.activations, self.weights = torch.nn.ModuleDict(), torch.nn.ModuleDict()
        kinds = (FloatConv2d, FloatLinear, BatchNorm, Normalize, *UNTRAINED)
        for node in network.nodes:
            layer, name = node.layer, _key(node.name)
            if not isinstance(layer, kinds):
                raise SimError(f"layer {node.name}: a {type(layer).__name__} cannot be trained")
            if isinstance(layer, FloatConv2d | FloatLinear):
                self._own(f"{name}:weight", layer.weight)
                if layer.bias is not None:
                    self._own(f"{name}:bias", layer.bias)
                self._quantizers(node, name)
            elif isinstance(layer, BatchNorm):
                self._own(f"{name}:gamma", layer.gamma)
                self._own(f"{name}:beta", layer.beta)
                self.register_buffer(f"{name}:mean", torch.tensor(layer.mean))
                self.register_buffer(f"{name}:variance", torch.tensor(layer.variance))

    def _own(self, name: str, values: Float32Array) -> None:
        self.arrays[name] = torch.nn.Parameter(torch.tensor(values))

    def _quantizers(self, node: Node, name: str) -> None:
        if self._kept is not None:
            if node.name not in self._kept:
                raise SimError(f"layer {node.name}: training wants its kept values")
            rule = self._kept[node.name]
            weights = KeptWeights(self._weight(name), rule.weights)
            self.weights[name] = weights
            if rule.begun is not None:
                weight = self._weight(name)
                first = weights.begun(weight, rule.begun) * self._deviation(name, weight.ndim)
                self.arrays[f"{name}:weight"].data.copy_(first)
            if not isinstance(self._network.node(node.inputs[0]).layer, Normalize):
                self.activations[name] = KeptActivations(rule.highest, rule.activations)
            return
        if self._widths is None:
            return
        widths = self._widths.get(node.name)
        if widths is None or widths.additions is None:
            raise SimError(f"layer {node.name}: training wants its additions")
        self.weights[name] = Additions(widths.additions)
        if not isinstance(self._network.node(node.inputs[0]).layer, Normalize):
            self.activations[name] = Activations(widths.bits_x)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Logits of images (N, C, H, W) of pixels, in any dtype."""
        if images.ndim == 4:  # what convolutions are fastest with
            images = images.contiguous(memory_format=torch.channels_last)
        live = {INPUT: images}
        for node in self._network.nodes:
            live[node.name] = self._run(node, [live[name] for name in node.inputs])
        return live[self._network.nodes[-1].name].flatten(1)

    def _run(self, node: Node, inputs: list[torch.Tensor]) -> torch.Tensor:
        layer, name, x = node.layer, _key(node.name), inputs[0]
        if isinstance(layer, FloatConv2d | FloatLinear):
            return self._weighted(layer, name, x)
        if isinstance(layer, BatchNorm):
            return functional.batch_norm(
                x, self.get_buffer(f"{name}:mean"), self.get_buffer(f"{name}:variance"),
                self.arrays[f"{name}:gamma"], self.arrays[f"{name}:beta"], self.training,
                _MOMENTUM, layer.epsilon,
            )  # fmt: skip
        return self._pixels(layer, x) if isinstance(layer, Normalize) else moved(layer, inputs)

    def _pixels(self, layer: Normalize, x: torch.Tensor) -> torch.Tensor:
        """Pixels of as many bits as the first layer takes, less their mean.

        Deviations are on the side of the weights, as in the integer network.
        """
        x, levels = x.float(), float(layer.levels)
        if self._widths is not None:
            first = next(iter(self._widths.values()))
            highest = min(2**first.bits_x - 1, levels)
            x = (x * (highest / levels)).round() * (levels / highest)
        elif self._kept is not None:
            rule = next(iter(self._kept.values()))
            highest = min(rule.highest, layer.levels)
            table = lookup_table(highest, rule.activations)
            x = table[(x * (highest / levels)).round().long()] * (levels / highest)
        return x / levels - torch.tensor(layer.mean).reshape(1, -1, *[1] * (x.ndim - 2))

    def _weighted(
        self, layer: FloatConv2d | FloatLinear, name: str, x: torch.Tensor
    ) -> torch.Tensor:
        weight = self._weight(name)
        bias = self.arrays.get(f"{name}:bias")
        if isinstance(layer, FloatConv2d):
            convolution = Convolution(layer.stride, layer.padding, layer.groups)
            if name in self.activations and self._kept is None:
                found = self._of_integers(name, x, weight, convolution)
            else:
                x = self.activations[name](x) if name in self.activations else x
                weight = self.weights[name](weight) if name in self.weights else weight
                found = convolution(x, weight)
            return found if bias is None else found + bias.reshape(1, -1, 1, 1)
        if name in self.activations:
            x = self.activations[name](x)
        if name in self.weights:
            weight = self.weights[name](weight)
        return functional.linear(x, weight, bias)

    def _of_integers(
        self, name: str, x: torch.Tensor, weight: torch.Tensor, convolution: Convolution
    ) -> torch.Tensor:
        activations, additions = self.activations[name], self.weights[name]
        assert isinstance(activations, Activations)
        assert isinstance(additions, Additions)
        step = activations.started(x)
        return product(x, step, activations.highest, weight, additions.held(weight), convolution,
                       self._narrow)  # fmt: skip

    def _weight(self, name: str) -> torch.Tensor:
        """Weights as integer inputs meet them: those behind pixels over the deviations."""
        weight: torch.Tensor = self.arrays[f"{name}:weight"]
        return weight / self._deviation(name, weight.ndim)

    def _deviation(self, name: str, dimensions: int) -> torch.Tensor:
        before = self._network.node(self._network.node(name.replace("/", ".")).inputs[0]).layer
        if not isinstance(before, Normalize):
            return torch.ones(1)
        return torch.tensor(before.deviation).reshape(1, -1, *[1] * (dimensions - 2))

    def excess(self, sum_bits: int) -> torch.Tensor:
        """How far weights exceed what sums of so many bits surely hold.

        Of each row the magnitudes of one sign, times the largest activation, are at most
        2^sum_bits - 1; what is more, in units of the weights, over all rows and both signs.

        Source: I. Colbert, A. Pappalardo, J. Petri-Koenig, A2Q: Accumulator-Aware Quantization
        with Guaranteed Overflow Avoidance, ICCV 2023 (the penalty); I. Colbert et al., A2Q+:
        Improving Accumulator-Aware Weight Quantization, ICML 2024 (signs apart).
        """
        found = torch.zeros(())
        for name, widths in (self._widths or {}).items():
            weight = self._weight(_key(name)).flatten(1)
            _, step = self.integers(name)
            bound = (2**sum_bits - 1) / (2**widths.bits_x - 1) * step
            for sign in (1, -1):
                norms = functional.relu(sign * weight).sum(dim=1)
                found = found + functional.relu(norms - bound).sum()
        return found

    def network(self) -> Network:
        """The float network that training has led to; quantized weights are on their grid."""
        return Network([replace(node, layer=self._trained(node)) for node in self._network.nodes],
                       self._network.shapes[INPUT])  # fmt: skip

    def _trained(self, node: Node) -> Layer:
        layer, name = node.layer, _key(node.name)
        if isinstance(layer, FloatConv2d | FloatLinear):
            weight = self.arrays[f"{name}:weight"].detach()
            if name in self.weights:
                integers, step = self.integers(node.name)
                weight = integers * step * self._deviation(name, weight.ndim)
            bias = None if layer.bias is None else _array(self.arrays[f"{name}:bias"])
            return replace(layer, weight=_array(weight), bias=bias)
        if isinstance(layer, BatchNorm):
            return replace(
                layer, gamma=_array(self.arrays[f"{name}:gamma"]),
                beta=_array(self.arrays[f"{name}:beta"]),
                mean=_array(self.get_buffer(f"{name}:mean")),
                variance=_array(self.get_buffer(f"{name}:variance")),
            )  # fmt: skip
        return layer

    def integers(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        """Numbers of additions of a layer, and their step."""
        module = self.weights[_key(name)]
        assert isinstance(module, Additions | KeptWeights)
        return module.integers(self._weight(_key(name)).detach())

    def learned(self) -> tuple[tuple[tuple[str, Widths], ...], tuple[tuple[str, float], ...]]:
        """Widths of each layer with the additions that are left, and steps of activations."""
        widths, steps = [], []
        for name, given in (self._widths or {}).items():
            key = _key(name)
            integers, _ = self.integers(name)
            left = float(integers.abs().double().mean())
            widths.append((name, replace(given, additions=left)))
            if key in self.activations:
                module = self.activations[key]
                assert isinstance(module, Activations)
                steps.append((name, float(module.step.item())))
        return tuple(widths), tuple(steps)

    def kept(self) -> dict[str, tuple[KeptValues, float, float | None]]:
        """Of each layer: kept weights, their step as integer inputs meet it, and that of inputs.

        Inputs that are pixels have no step of their own: None.
        """
        found: dict[str, tuple[KeptValues, float, float | None]] = {}
        own: float | None
        for name, rule in (self._kept or {}).items():
            key = _key(name)
            module = self.weights[key]
            assert isinstance(module, KeptWeights)
            if key not in self.activations:
                first = self._network.node(self._network.node(name).inputs[0]).layer
                assert isinstance(first, Normalize)
                x_step, own = 1 / min(rule.highest, first.levels), None
            else:
                inputs = self.activations[key]
                assert isinstance(inputs, Activations)
                x_step = own = float(inputs.step.item())
            found[name] = (module.kept, float(module.step.item()) * x_step, own)
        return found


def _array(values: torch.Tensor) -> Float32Array:
    return np.array(values.detach().numpy(), dtype=np.float32)
