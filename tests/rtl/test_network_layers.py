"""Layers of a network, complete dot products: simulator = RTL = netlist, bit for bit.

Every operation's sum is compared inside the engines with `sim.ops`; here the sums at
the end of each dot product are held against those of the network simulator, overflowing
accumulators included.
"""

import numpy as np
import pytest

from characterize.library import CellLibrary
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.icarus import Icarus
from characterize.simulators.protocol import Simulation
from characterize.synthesis import synthesize
from characterize.units import Registry
from sim import ops
from sim.accumulators import Accumulator
from sim.dataflow import mac_stream
from sim.formats import IntArray
from sim.network import Network
from sim.patches import Array
from sim.schemes import Scheme
from sim.sources import Source
from sim.weighted import Conv2d, Linear

SAMPLE = 600  # operations on the RTL
IMAGES = 1
BITS = 4

# Scheme and unit; an accumulator that is proven, and one that overflows.
CASES = [
    ("mixed", "mac_array_x4u_w4s", 16),
    ("mixed", "mac_booth_x4u_w4s", 9),
    ("signed", "mac_dadda_x4s_w4s", 8),
    ("split", "mac_split_gated_x4u_w4u", 16),
    ("split", "mac_split_x4u_w4u", 8),
    ("pann", "pann_q5u_x4u", 16),
    ("pann", "pann_q5u_x4u", 8),
]


def _network(kind: str, bits: int) -> tuple[Network, Array]:
    source = Source()
    weights = {"additions": 1.5} if kind == "pann" else {"bits_w": BITS}
    scheme = Scheme(kind, BITS, **weights, accumulator=Accumulator(bits, "wrap"))
    return source.quantized(scheme), source.test.images[:IMAGES]


def _layers(network: Network, images: Array) -> list[tuple[str, Conv2d | Linear, Array]]:
    """Layers with weights, and what goes in."""
    inputs = {name: network.node(name).inputs[0] for name in network.weighted}
    kept = network.run(images, tuple(inputs.values())).kept
    return [(name, layer, kept[inputs[name]]) for name, layer in network.weighted.items()]


def _operands(kind: str, layer: Conv2d | Linear, x: Array) -> dict[str, IntArray]:
    """Every operand of every dot product of a layer, as the unit's ports see them."""
    (matrix,), (product,) = layer.matrices(x), layer.products
    parts = list(mac_stream(matrix.astype(np.int64), product.weights, "output"))
    xs, ws, clear = (np.concatenate([getattr(p, n) for p in parts]) for n in ("x", "w", "clear"))
    enable = np.ones_like(xs)
    if kind in ("mixed", "signed"):
        return {"x": xs, "w": ws, "clear": clear, "enable": enable}
    sign, magnitude = (ws < 0).astype(np.int64), np.abs(ws)
    if kind == "split":
        return {"x": xs, "w": magnitude, "sign": sign, "clear": clear, "enable": enable}
    # Each weight as often as it is large; a 0 that begins a dot product takes the clear's cycle.
    times = np.maximum(magnitude, clear)
    first = np.concatenate([[0], np.cumsum(times)[:-1]])
    held = np.repeat(np.arange(len(xs)), times)
    begins = np.zeros(len(held), dtype=np.int64)
    begins[first[clear == 1]] = 1
    return {
        "x": xs[held], "sign": sign[held], "q": magnitude[held], "clear": begins,
        "enable": np.ones(len(held), dtype=np.int64),
    }  # fmt: skip


def _ends(operands: dict[str, IntArray]) -> IntArray:
    """The last operation of each dot product."""
    begins = np.flatnonzero(operands["clear"])
    return np.append(begins[1:], len(operands["x"])) - 1


def _sums(kind: str, operands: dict[str, IntArray], acc: Accumulator) -> IntArray:
    """What the unit's reference operator says at the end of each dot product."""
    ends = _ends(operands)
    if kind in ("mixed", "signed"):
        return ops.mac(**operands, acc=acc.format)[ends]
    found = (ops.mac_split if kind == "split" else ops.pann)(**operands, acc=acc.format)
    return found["pos"][ends] - found["neg"][ends]


@pytest.mark.parametrize(("kind", "unit", "bits"), CASES)
def test_simulator_netlist_and_rtl_give_the_same_sums(
    registry: Registry, asap7: CellLibrary, icarus: Icarus, kind: str, unit: str, bits: int
) -> None:
    spec = registry.unit(f"{unit}_a{bits}")
    netlist = synthesize(spec, asap7)
    network, images = _network(kind, bits)
    overflows = network.run(images).overflows
    # 16 bits are proven; the narrow ones do overflow.
    assert any(overflows.values()) == (bits < 16)
    dot_products = 0
    for name, layer, x in _layers(network, images):
        operands = _operands(kind, layer, x)
        acc = layer.accumulator
        # Simulator = operator, over every output of the layer.
        sums, over = layer.counted(x)
        by_column = np.moveaxis(sums, -1, 0).reshape(-1).astype(np.int64)
        assert np.array_equal(_sums(kind, operands, acc), by_column), name
        assert over == overflows[name]
        # Operator = netlist, in every operation of the layer: the engine compares them.
        simulation = Simulation(spec, operands, netlist, blocks=0)
        (outcome,) = BitParallel().run([simulation])
        assert outcome.vectors_checked == simulation.visible_results
        # Operator = RTL, on the first dot products.
        last = _ends(operands)[np.searchsorted(_ends(operands), SAMPLE)] + 2
        sample = {role: values[:last] for role, values in operands.items()}
        (outcome,) = icarus.run([Simulation(spec, sample)])
        assert outcome.vectors_checked >= min(SAMPLE, len(sample["x"]) - 1)
        dot_products += len(by_column)
    assert dot_products == IMAGES * (512 + 1024 + 256 + 10)


def test_an_accumulator_that_is_too_narrow_is_noticed() -> None:
    network, images = _network("mixed", 16)
    _, layer, x = _layers(network, images)[0]
    operands = _operands("mixed", layer, x)
    by_column = np.moveaxis(layer(x), -1, 0).reshape(-1).astype(np.int64)
    narrow = Accumulator(layer.safe_bits - 3, "wrap")
    assert not np.array_equal(_sums("mixed", operands, narrow), by_column)
