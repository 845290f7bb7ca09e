"""Networks as tasks: counts against loops, operands against the operators of units."""

from math import prod

import numpy as np
import pytest

from sim import ops
from sim.accumulators import Accumulator
from sim.activations import point_of
from sim.architectures import build
from sim.counting.random_networks import ACTIVATIONS, FAMILIES, draw
from sim.counting.shifting import shifted, shifting
from sim.counting.task_operands import TaskOperands, task_operands
from sim.counting.tasks import DEQUANTIZE, HALF_EVEN, MAC, MINIMUM, Task, tasks_of, tensor_formats
from sim.datasets import load
from sim.errors import SimError
from sim.floats import FloatSigmoid, FloatSoftmax, FloatTanh
from sim.formats import IntArray, IntFormat
from sim.layers import Add, Flatten, Layer, MaxPool, Relu, Subsample, SumPool
from sim.network import INPUT, Network, Node
from sim.nonlinear import Function
from sim.patches import Array
from sim.quantize import quantize
from sim.requantize import Requantize, Scale
from sim.schemes import Scheme
from sim.weighted import Conv2d, Linear

U8, S8, U4 = IntFormat(8, False), IntFormat(8, True), IntFormat(4, False)
# Each family with each activation, in few bits and in many.
DRAWN = (*range(9), 17, 26)


def _quantized(number: int) -> Network:
    drawn = draw(number)
    return quantize(drawn.network, drawn.scheme, load("digits", "train").images[:64])


def _images(count: int = 2) -> Array:
    return np.asarray(load("digits", "test").images[:count])


def _again(stream: TaskOperands) -> IntArray:
    """What the operator of `sim.ops` makes of a task's operands."""
    operands = dict(stream.operands)
    match stream.operation:
        case "accumulate":
            return ops.accumulate(**operands, acc=IntFormat(40, True))
        case "maximum":
            return ops.maximum(**operands)["result"]
        case "reciprocal":
            return ops.reciprocal(**operands, output=stream.output)["result"]
        case "relu" | "add":
            return np.asarray(getattr(ops, stream.operation)(**operands))
        case "scale":
            return ops.requantize(**operands, output=stream.output)
        case name:
            return np.asarray(getattr(ops, name)(**operands, output=stream.output))


@pytest.mark.parametrize("number", DRAWN)
def test_operands_of_tasks_give_the_networks_tensors(number: int) -> None:
    network, images = _quantized(number), _images()
    formats = {(t.layer, t.operation): dict(t.operands) for t in tasks_of(network)}
    counts: dict[tuple[str, str], int] = {}
    for stream in task_operands(network, images):
        key = (stream.layer, stream.operation)
        counts[key] = counts.get(key, 0) + stream.count
        found = _again(stream)[stream.ends]
        assert np.array_equal(found, stream.results["result"])
        for role, form in formats[key].items():
            assert form.contains(stream.operands[role]), (key, role)
    wanted = {
        (t.layer, t.operation): t.count * len(images)
        for t in tasks_of(network) if t.operation not in (MAC, DEQUANTIZE)
    }  # fmt: skip
    assert counts == wanted


@pytest.mark.parametrize("number", DRAWN)
def test_tensors_fit_their_formats_and_macs_are_the_networks(number: int) -> None:
    network, images = _quantized(number), _images()
    names = tuple(node.name for node in network.nodes if not isinstance(node.layer, Scale))
    kept = network.run(images, names).kept
    formats = tensor_formats(network)
    for name in names:
        assert formats[name].contains(np.rint(kept[name]).astype(np.int64)), name
    macs = {t.layer: t.count for t in tasks_of(network) if t.operation == MAC}
    assert macs == network.macs()


def test_random_networks_are_of_every_family_and_the_same_again() -> None:
    drawn = [draw(number) for number in range(18)]
    kinds = {(each.family, each.activation, each.weights) for each in drawn}
    assert len(kinds) == len(FAMILIES) * len(ACTIVATIONS) * 2
    for one, other in zip(drawn, [draw(number) for number in range(18)], strict=True):
        assert one.name == other.name
        assert all(np.array_equal(one.arrays[n], other.arrays[n]) for n in one.arrays)
    assert len({each.bits for each in map(draw, range(40))}) == 7


def _one(layer: Layer, shape: tuple[int, ...]) -> Network:
    return Network([Node("layer", layer, (INPUT,))], shape)


@pytest.mark.parametrize(
    ("layer", "shape", "wanted"),
    [
        (MaxPool((2, 2), (2, 2)), (4, 6, 3), [("maximum", 2 * 3 * 3 * 3)]),
        (MaxPool((3, 3), (2, 2), (1, 1)), (4, 4, 1), [("maximum", 4 * 8)]),
        (SumPool((2, 2), (1, 1)), (3, 3, 2), [("accumulate", 8 * 4)]),
        (Relu(), (3, 3, 2), [("relu", 18)]),
        (Flatten(), (3, 3, 2), []),
        (Subsample(2, 1, 1), (4, 4, 2), []),
        (Function("softmax"), (10,), [("maximum", 9), ("distance", 10), ("exp", 10),
                                      ("accumulate", 10), ("reciprocal", 1), ("scale", 10)]),
        (Function("sigmoid", 16), (7,), [("sigmoid", 7)]),
        (Requantize((np.array([0.5]),), np.zeros(1), U4), (7,), [(HALF_EVEN, 7)]),
        (Requantize((np.array([3.0]),), np.zeros(1), U4, "shift", 2), (7,), [("requantize", 7)]),
        (Requantize((np.array([3.0]),), np.zeros(1), S8, "shift", 2, low=0), (7,),
         [("requantize", 7), ("relu", 7)]),
        (Requantize((np.array([3.0]),), np.zeros(1), S8, "shift", 2, low=-3, high=5), (7,),
         [("requantize", 7), ("maximum", 7), (MINIMUM, 7)]),
        (Scale((np.ones(1),), np.zeros(1)), (7,), [(DEQUANTIZE, 7)]),
        (Linear(np.ones((3, 7), dtype=np.int64), U8, S8), (7,), [(MAC, 21)]),
        (Linear(np.ones((3, 7), dtype=np.int64), U8, S8, Accumulator(32, split=True)), (7,),
         [(MAC, 21), ("subtract", 3)]),
        (Conv2d(np.ones((4, 2, 3, 3), dtype=np.int64), U8, S8, padding=(1, 1)), (5, 6, 2),
         [(MAC, 5 * 6 * 4 * 18)]),
    ],
)  # fmt: skip
def test_tasks_of_a_layer(
    layer: Layer, shape: tuple[int, ...], wanted: list[tuple[str, int]]
) -> None:
    found = tasks_of(_one(layer, shape))
    assert [(task.operation, task.count) for task in found] == wanted


def test_two_tensors_that_are_requantized_are_a_residual_addition() -> None:
    layer = Requantize((np.array([3.0]), np.array([5.0])), np.array([4.0]), U8, "shift", 3)
    network = Network([Node("layer", layer, (INPUT, INPUT))], (9,))
    (task,) = tasks_of(network)
    assert (task.operation, task.count) == ("residual_add", 9)
    x = np.arange(9, dtype=np.uint8)[None] * 20
    (stream,) = task_operands(network, x)
    wanted = [min((3 * v + 5 * v + 4 + 4) >> 3, 255) for v in x[0].tolist()]
    assert stream.results["result"].tolist() == wanted
    assert np.array_equal(_again(stream), wanted)


def test_sums_of_three_tensors_are_two_additions() -> None:
    network = Network([Node("layer", Add(), (INPUT, INPUT, INPUT))], (5,))
    found = tasks_of(network)
    assert [(t.operation, t.formats) for t in found] == [
        ("add", "x u8, y u8 -> u9"), ("add", "x u9, y u8 -> u10"),
    ]  # fmt: skip
    x = np.arange(5, dtype=np.uint8)[None] + 250
    streams = list(task_operands(network, x))
    assert [_again(s).tolist() for s in streams] == [(2 * x[0].astype(int)).tolist(),
                                                     (3 * x[0].astype(int)).tolist()]  # fmt: skip


def test_a_multiplier_of_2_to_the_15th_is_halved_without_a_difference() -> None:
    random = np.random.default_rng(1)
    layer = Requantize((np.array([2.0**15]),), np.array([12345.0]), S8, "shift", 16)
    x = random.integers(0, 256, (1, 200)).astype(np.uint8)
    (stream,) = task_operands(_one(layer, (200,)), x)
    assert set(stream.operands["m"].tolist()) == {1 << 14}
    assert np.array_equal(_again(stream), stream.results["result"])


def test_float_layers_have_no_tasks() -> None:
    with pytest.raises(SimError, match="layer layer: a FloatSigmoid is none of the layers"):
        tasks_of(_one(FloatSigmoid(), (4,)))


def test_rounding_half_to_even_has_no_operands() -> None:
    layer = Requantize((np.array([0.5]),), np.zeros(1), U4)
    assert list(task_operands(_one(layer, (4,)), np.zeros((1, 4), dtype=np.uint8))) == []


# --- functions as layers ------------------------------------------------------


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("name", "layer"), [("sigmoid", FloatSigmoid()), ("tanh", FloatTanh())])
def test_functions_of_integers_are_near_the_real_ones(
    name: str, layer: FloatSigmoid | FloatTanh, bits: int
) -> None:
    point = point_of(name, bits)
    x = point.operand.values()[:: 1 if bits == 8 else 64]
    real = layer(x / 2.0**point.operand_fraction)
    found = Function(name, bits)(x[None])[0] / 2.0**point.result_fraction
    assert np.abs(found - real).max() < {8: 3 * 2.0**-point.result_fraction, 16: 4e-4}[bits]


@pytest.mark.parametrize("bits", [8, 16])
def test_a_softmax_of_integers_is_near_the_real_one(bits: int) -> None:
    point = point_of("softmax", bits)
    random = np.random.default_rng(3)
    x = random.integers(point.operand.min, point.operand.max + 1, (50, 10))
    real = FloatSoftmax()(x / 2.0**point.operand_fraction)
    found = Function("softmax", bits)(x) / 2.0**point.result_fraction
    assert np.abs(found - real).max() < (0.02 if bits == 8 else 0.0005)


def test_functions_of_a_description_are_the_real_ones() -> None:
    random = np.random.default_rng(6)
    weight = random.normal(0, 1, (3, 4)).astype(np.float32)
    for op, function in (
        ("sigmoid", lambda v: 1 / (1 + np.exp(-v))),
        ("tanh", np.tanh),
        ("softmax", lambda v: np.exp(v) / np.exp(v).sum(axis=1, keepdims=True)),
    ):
        description = {
            "architecture": "layers", "input": [4], "levels": 16,
            "layer": [{"op": "linear", "name": "a"}, {"op": op}],
        }  # fmt: skip
        x = random.integers(0, 17, (5, 4)).astype(np.uint8)
        found = build(description, {"a.weight": weight}).run(x).output
        np.testing.assert_allclose(found, function(x / 16 @ weight.T), rtol=1e-5)


def test_functions_say_what_they_do_not_take() -> None:
    with pytest.raises(SimError, match="unknown function 'gelu'"):
        Function("gelu")
    with pytest.raises(SimError, match="there are units of 8 and 16 bits"):
        Function("tanh", 9)
    with pytest.raises(SimError, match="sigmoid takes -128 to 127, not 0 to 200"):
        Function("sigmoid")(np.array([[0, 200]]))
    with pytest.raises(SimError, match="2 to 256 terms, not 1"):
        Function("softmax").shape((1,))
    with pytest.raises(SimError, match="function_bits is 8 or 16, not 12"):
        Scheme("mixed", 8, 8, function_bits=12)


@pytest.mark.parametrize("number", [3, 6])
def test_quantized_functions_follow_the_float_network(number: int) -> None:
    drawn = draw(number)
    float_network, images = drawn.network, _images(50)
    scheme = Scheme("signed" if drawn.activation == "tanh" else "mixed", 8, 8, function_bits=16)
    integers = quantize(float_network, scheme, load("digits", "train").images[:64])
    wanted, found = float_network.run(images).output, integers.run(images).output
    assert np.corrcoef(wanted.ravel(), found.ravel())[0, 1] > 0.99
    functions = [node.layer for node in integers.nodes if isinstance(node.layer, Function)]
    assert functions
    assert {each.bits for each in functions} == {16}


# --- rounding as the RTL does -------------------------------------------------


def test_a_shifted_requantizer_differs_by_one_at_most() -> None:
    random = np.random.default_rng(5)
    factors = random.normal(0, 0.1, 16)
    layer = Requantize((factors,), random.normal(0, 5, 16), S8, low=-100)
    made = shifted(layer)
    assert made.rounding == "shift"
    assert max(abs(float(m)) for m in made.multipliers[0]) < 2**15
    assert float(shifted(Requantize((np.array([0.25]),), np.zeros(1), S8)).multipliers[0][0]) == (
        2**14
    )
    x = random.integers(-2000, 2000, (400, 16))
    apart = np.abs(made(x).astype(int) - layer(x).astype(int))
    assert apart.max() <= 1
    assert apart.mean() < 0.01
    assert made(x).min() == -100


def test_networks_that_shift_stay_as_they_are() -> None:
    network = _quantized(0)
    assert shifting(network).nodes == network.nodes


def test_flops_are_those_of_a_floating_point_network() -> None:
    tasks = tasks_of(_quantized(1))  # a convolution, ReLU, an average, a product
    macs = sum(task.count for task in tasks if task.operation == MAC)
    sums = sum(task.count for task in tasks if task.operation == "accumulate")
    assert sum(task.flops for task in tasks) == 2 * macs + sums
    assert Task("a", MAC, (), U8, 7).flops == 14
    assert prod(_quantized(1).shapes[INPUT]) == 64
