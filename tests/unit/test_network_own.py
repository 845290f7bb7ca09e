"""Anybody's multiplier in a network: its products by a table, its gates held to that table."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from characterize.cli import main
from characterize.errors import CharacterizeError
from characterize.network.layers import Gates
from characterize.network.own import as_mac, entry_of, is_own, own_unit, product_table
from characterize.network.truth import count_network
from characterize.units import Registry
from characterize.user_verilog import Request, user_unit
from sim.accumulators import Accumulator
from sim.errors import SimError
from sim.formats import IntFormat
from sim.network import Network, Node
from sim.product_tables import ProductTable, TableProduct, differences, with_products
from sim.weighted import Conv2d, Linear

pytestmark = pytest.mark.usefixtures("icarus")
# The two lowest bits of the product are missing.
ROUGH = """module rough (input wire [2:0] a, input wire signed [3:0] b, output wire signed [6:0] p);
  wire signed [6:0] exact = $signed({1'b0, a}) * b;
  assign p = {exact[6:2], 2'b00};
endmodule
"""
MAC = """module summing (
  input wire clk, input wire clear, input wire enable,
  input wire signed [3:0] x, input wire signed [3:0] w, output reg signed [11:0] sum
);
  always @(posedge clk) if (enable) sum <= (clear ? 12'sd0 : sum) + x * w;
endmodule
"""
# Its sum loses a bit: not a matter of products.
LOSSY = MAC.replace("summing", "lossy").replace("+ x * w", "+ x * w | 12'sd2")


@pytest.fixture
def rough(tmp_path: Path) -> str:
    (tmp_path / "rough.v").write_text(ROUGH)
    return str(tmp_path / "rough.v")


def network(x: IntFormat, w: IntFormat, bits: int, seed: int = 1) -> Network:
    """A convolution in two groups and a matrix product, of random weights."""
    random = np.random.default_rng(seed)
    first = random.integers(w.min, w.max + 1, (4, 1, 3, 2))
    second = random.integers(w.min, w.max + 1, (3, 24))
    accumulator = Accumulator(bits, overflow="wrap")
    # The second layer takes what is wrapped to the format of x.
    return Network(
        [
            Node("conv", Conv2d(first, x, w, accumulator, groups=2), ("input",)),
            Node("wrap", _Wrap(x), ("conv",)),
            Node("linear", Linear(second, x, w, accumulator), ("wrap",)),
        ],
        (4, 4, 2),
    )


class _Wrap:
    def __init__(self, number: IntFormat) -> None:
        self._number = number

    def shape(self, *inputs: tuple[int, ...]) -> tuple[int, ...]:
        (shape,) = inputs
        return (int(np.prod(shape)),)

    def __call__(self, *inputs: np.ndarray) -> np.ndarray:
        return self._number.wrap(inputs[0].astype(np.int64)).reshape(len(inputs[0]), -1)


def test_its_table_is_what_the_verilog_says(rough: str, registry: Registry) -> None:
    table = product_table(own_unit(rough, registry))
    assert (str(table.x), str(table.w)) == ("u3", "s4")
    wanted = [[(x * w) & ~3 for w in range(-8, 8)] for x in range(8)]
    assert table.products.tolist() == wanted
    assert not table.exact
    assert table.errors.tolist() == [[-(x * w & 3) for w in range(-8, 8)] for x in range(8)]


@given(st.integers(0, 2**32), st.sampled_from([6, 9, 32]))
def test_sums_are_those_of_single_products(seed: int, bits: int) -> None:
    random = np.random.default_rng(seed)
    x, w = IntFormat(3, signed=bool(seed % 2)), IntFormat(2, signed=True)
    table = ProductTable(x, w, random.integers(-20, 20, (8, 4)))
    weights = random.integers(w.min, w.max + 1, (5, 7))
    layer = Linear(weights, x, w, Accumulator(bits, overflow="wrap"))
    changed = with_products(Network([Node("linear", layer, ("input",))], (7,)), table)
    inputs = random.integers(x.min, x.max + 1, (3, 7))
    found = changed.run(inputs)
    half, over = 1 << bits - 1, 0
    for row, values in enumerate(inputs.tolist()):
        for column, ws in enumerate(weights.tolist()):
            total = sum(
                int(table.products[a - x.min, b - w.min]) for a, b in zip(values, ws, strict=True)
            )
            wrapped = (total + half) % (2 * half) - half
            over += wrapped != total
            assert found.output[row, column] == wrapped
    assert found.overflows["linear"] == over


def test_exact_products_change_nothing() -> None:
    x, w = IntFormat(3, signed=False), IntFormat(4, signed=True)
    table = ProductTable(x, w, np.multiply.outer(np.arange(8), np.arange(-8, 8)))
    assert table.exact
    net = network(x, w, 9)
    images = np.random.default_rng(2).integers(0, 8, (5, 4, 4, 2))
    before, after = net.run(images), with_products(net, table).run(images)
    assert (before.output == after.output).all()
    assert before.overflows == after.overflows
    assert all(
        one.different == 0 for one in differences(with_products(net, table), images).values()
    )


def test_gates_are_held_to_the_table(rough: str, registry: Registry) -> None:
    unit = own_unit(rough, registry)
    assert is_own(rough, registry)
    assert not is_own("mac_array", registry)
    table = product_table(unit)
    net = with_products(network(table.x, table.w, 12), table)
    images = np.random.default_rng(3).integers(0, 8, (2, 4, 4, 2))
    entry = as_mac(unit)
    gates = Gates(entry.name, "asap7", delay_model="library", own=entry)
    counts = count_network(net, images, gates)
    assert sum(counted.unit.results for batch in counts for counted in batch.values()) == 2 * (
        2 * 3 * 4 + 3
    )
    # With exact products wanted, the gates are wrong.
    with pytest.raises(CharacterizeError, match=r"layer conv: .* is -?\d+ and not -?\d+"):
        count_network(network(table.x, table.w, 12), images, gates)
    # And so they are with one product of the table changed.
    other = ProductTable(table.x, table.w, table.products + np.eye(8, 16, 5, dtype=np.int64))
    with pytest.raises(CharacterizeError, match=r"is -?\d+ and not"):
        count_network(with_products(network(table.x, table.w, 12), other), images, gates)


@pytest.mark.parametrize(
    "name", ["multiplier_array_x3u_w4s", "multiplier_booth_x3u_w4s", "multiplier_dadda_x3s_w4s"]
)
def test_a_multiplier_of_the_house_stands_before_the_accumulator(
    name: str, registry: Registry
) -> None:
    assert is_own(name, registry)
    unit = own_unit(name, registry)
    table = product_table(unit)
    assert table.exact
    entry = as_mac(unit)
    files = [path.name for path in entry.files]
    assert len(set(files)) == len(files)
    images = np.random.default_rng(6).integers(table.x.min, table.x.max + 1, (2, 4, 4, 2))
    net = network(table.x, table.w, 12)
    gates = Gates(entry.name, own=entry)
    counts = count_network(net, images, gates)
    assert sum(counted.unit.results for batch in counts for counted in batch.values()) == 2 * (
        2 * 3 * 4 + 3
    )


def test_units_are_found_by_their_names_and_by_their_entries(
    tmp_path: Path, registry: Registry
) -> None:
    (tmp_path / "rough.v").write_text(ROUGH)
    unit = user_unit(Request((tmp_path / "rough.v",), "rough")).unit
    beside = registry.beside(unit.entry)
    for name in ("rough", unit.name):
        assert entry_of(name, beside) is unit.entry
        assert is_own(name, beside)
        assert own_unit(name, beside).name == "rough_x3u_w4s"
    assert entry_of("mac_array_x4u_w4s_a32", registry) is registry.entries["mac_array"]
    assert entry_of("rough", registry) is None
    assert not is_own("rough", registry)
    for name, message in (
        ("multiplier_booth", "has many widths: name one, as multiplier_booth_x2u_w2u"),
        ("multiplier_signmag_x4m_w4m", "its sign apart; .* --unit mac_signmag"),
        ("multiplier_registered_x4u_w4s", "a MAC clear and enable too"),
    ):
        assert is_own(name, registry)
        with pytest.raises(CharacterizeError, match=message):
            own_unit(name, registry)


def test_differences_are_counted(rough: str, registry: Registry) -> None:
    table = product_table(own_unit(rough, registry))
    net = with_products(network(table.x, table.w, 32), table)
    images = np.random.default_rng(4).integers(0, 8, (3, 4, 4, 2))
    found = differences(net, images)
    conv = net.weighted["conv"]
    errors = []
    for matrix, product in zip(conv.matrices(images), conv.products, strict=True):
        assert isinstance(product, TableProduct)
        for row in matrix.astype(int).tolist():
            for column in product.weights.T.tolist():
                errors.append(-sum(a * b & 3 for a, b in zip(row, column, strict=True)))
    assert found["conv"].sums == len(errors)
    assert found["conv"].different == sum(error != 0 for error in errors)
    assert found["conv"].mean_error == pytest.approx(sum(errors) / len(errors))
    assert found["conv"].mean_absolute_error == pytest.approx(sum(map(abs, errors)) / len(errors))


def test_a_mac_of_ones_own(tmp_path: Path, registry: Registry) -> None:
    (tmp_path / "macs.v").write_text(MAC + LOSSY)
    x = w = IntFormat(4, signed=True)
    images = np.random.default_rng(5).integers(-8, 8, (2, 4, 4, 2))
    unit = own_unit(f"{tmp_path}/macs.v:summing", registry)
    assert product_table(unit).exact
    entry = as_mac(unit)
    counts = count_network(network(x, w, 12), images, Gates(entry.name, own=entry))
    assert counts[0]["linear"].unit.results == 3
    unit = own_unit(f"{tmp_path}/macs.v:lossy", registry)
    entry = as_mac(unit)
    net = with_products(network(x, w, 12), product_table(unit))
    with pytest.raises(CharacterizeError, match=r"lossy\S*, cycle \d+: sum is"):
        count_network(net, images, Gates(entry.name, own=entry))


@pytest.mark.parametrize(
    ("verilog", "message"),
    [
        ("module m (input wire [8:0] a, input wire [3:0] b, output wire [12:0] p);"
         " assign p = a * b; endmodule", "a has 9 bits"),
        ("module m (input wire [3:0] a, output wire [7:0] p); assign p = a * a; endmodule",
         "operands are a; a multiplier has x and w"),
        ("module m (input wire [3:0] a, b, output wire [7:0] p, q); assign p = a * b;"
         " assign q = a + b; endmodule", "takes one result, outputs are p, q"),
        ("module m (input wire clk, input wire [3:0] x, w, output reg [7:0] p);"
         " always @(posedge clk) p <= x * w; endmodule", "a MAC clear and enable too"),
    ],
)  # fmt: skip
def test_what_is_no_multiplier_is_refused(
    verilog: str, message: str, tmp_path: Path, registry: Registry
) -> None:
    (tmp_path / "m.v").write_text(verilog)
    with pytest.raises(CharacterizeError, match=message):
        own_unit(str(tmp_path / "m.v"), registry)


def test_what_a_table_does_not_hold_is_refused() -> None:
    x, w = IntFormat(3, signed=False), IntFormat(4, signed=True)
    small = ProductTable(x, IntFormat(3, signed=True), np.zeros((8, 8), dtype=np.int64))
    with pytest.raises(SimError, match="layer conv: w is -8 to 7, the multiplier takes -4 to 3"):
        with_products(network(x, w, 9), small)
    with pytest.raises(SimError, match="operands have"):
        ProductTable(x, w, np.zeros((8, 8), dtype=np.int64))
    layer = Linear(np.ones((1, 2), dtype=np.int64), x, w, Accumulator(9, split=True))
    with pytest.raises(SimError, match="has sums in two registers"):
        with_products(Network([Node("linear", layer, ("input",))], (2,)), small)


def test_the_command(
    rough: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    out = tmp_path / "results"
    arguments = ["characterize", "network", "digits", "--scheme", "mixed", "--bits-x", "3",
                 "--bits-w", "4", "--unit", rough, "--images", "1", "--jobs", "1", "--out",
                 str(out)]  # fmt: skip
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    shown = capsys.readouterr().out
    assert "a is x (u3), b is w (s4), p is result (s7)" in shown
    assert "differs from x*w for" in shown
    assert "with exact products" in shown
    assert "sums are those of the network simulator" in shown
    assert "not exact %" in shown
    assert "mac_rough, asap7, output-stationary, zero delays" in shown
    assert "the constant that is right for this network" in shown
    rows = (out / "networks.csv").read_text().splitlines()
    assert any(",mac_rough," in row for row in rows)
    monkeypatch.setattr("sys.argv", [*arguments, "--tier", "B"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "tier B is of exact products: take tier A" in capsys.readouterr().err
