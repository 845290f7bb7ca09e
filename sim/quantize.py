"""From a float network to one of integers, layer after layer, without training.

Every tensor of the float network is made of integer tensors (`sim.reals`). Scales of batch
norms, biases and pixels' means gather there; only where a layer needs integers of a format is a
requantizer put in, which does it all at once. What is measured on the way (ranges, batch-norm
statistics, errors of means) is measured on calibration images in the network that is quantized
so far.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from threadpoolctl import threadpool_limits

from sim.errors import SimError
from sim.floats import FloatConv2d, FloatLinear
from sim.image_files import Images
from sim.network import INPUT, Network, Node
from sim.quantizing.operands import Operands
from sim.quantizing.other_layers import OtherLayers
from sim.quantizing.reference import Reference
from sim.quantizing.tensors import Tensors
from sim.quantizing.weighted_layers import WeightedLayers
from sim.requantize import Scale
from sim.schemes import Scheme


def quantize(
    network: Network,
    scheme: Scheme,
    calibration: Images,
    jobs: int = 1,
    advance: Callable[[int], None] | None = None,
) -> Network:
    """A network of integers.

    Parameters
    ----------
    network
        The float network; its first layer is `Normalize`.
    scheme
        What the integers are.
    calibration
        Training images, shape (N, *network's input), on which ranges and statistics are
        measured.
    jobs
        Threads.
    advance
        Told after each layer.

    Returns
    -------
    Network
        Takes the same images; its last layer gives real numbers (`Scale`).

    Raises
    ------
    SimError
        If a layer is unknown, has weights that are not finite, sums that do not fit, or
        an operand that may be negative where the scheme has unsigned ones.
    """
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(jobs) as pool:
        compiler = _Compiler(network, scheme, calibration, pool)
        for node in network.nodes:
            try:
                compiler.add(node)
            except SimError as error:
                raise SimError(f"layer {node.name}: {error}") from error
            if advance is not None:
                advance(1)
        return compiler.finish()


class _Compiler:
    def __init__(
        self, network: Network, scheme: Scheme, calibration: Images, pool: ThreadPoolExecutor
    ) -> None:
        self._network = network
        self._last_use = {name: i for i, n in enumerate(network.nodes) for name in n.inputs}
        self._index = 0
        names = [n.name for n in network.nodes if isinstance(n.layer, FloatConv2d | FloatLinear)]
        if not names:
            raise SimError("the network has no layer with weights")
        self._reference = Reference(network, names, scheme, calibration, pool)
        self._tensors = Tensors(calibration, pool)
        self._operands = Operands(scheme, self._tensors)
        made = (scheme, self._tensors, self._operands, self._reference)
        self._weighted = WeightedLayers(network, names, *made, pool)
        self._others = OtherLayers(network.shapes, *made)

    def add(self, node: Node) -> None:
        """Translate one float layer."""
        self._reference.add(node)
        if isinstance(node.layer, FloatConv2d | FloatLinear):
            real = self._weighted.made(node.name, node.layer, node.inputs[0])
        else:
            real = self._others.made(node)
        self._tensors.reals[node.name] = real
        self._index += 1
        self._forget()

    def finish(self) -> Network:
        """The network, with real numbers at its end."""
        last = self._network.nodes[-1].name
        real = self._tensors.reals[last]
        if real.relu:
            real = self._operands.residual(last)
        scales = tuple(scale for _, scale in real.terms)
        names = tuple(name for name, _ in real.terms)
        nodes = [*self._tensors.nodes, Node("output", Scale(scales, real.offset), names)]
        return Network(nodes, self._network.shapes[INPUT])

    def _forget(self) -> None:
        """Drop calibration tensors that nothing will read."""
        read = {
            name for name in (INPUT, *self._tensors.reals)
            if self._last_use.get(name, self._index) >= self._index
        }  # fmt: skip
        known = read & set(self._tensors.reals)
        self._tensors.keep({n for source in known for n in self._operands.names(source)})
        self._reference.keep(read)
