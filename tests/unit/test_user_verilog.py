"""Anybody's Verilog: what is found in it, what it is told, and what is refused."""

from pathlib import Path

import pytest

from characterize.errors import CharacterizeError
from characterize.user_verilog import Request, UserUnit, assignments, user_unit

pytestmark = pytest.mark.usefixtures("icarus")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def unit_of(folder: Path, verilog: str, *references: str, **said: object) -> UserUnit:
    """The unit of a text whose top module is m."""
    path = folder / "m.v"
    path.write_text(verilog)
    return user_unit(Request((path,), "m", references, **said))  # type: ignore[arg-type]


def refusal(folder: Path, verilog: str, *references: str, **said: object) -> str:
    with pytest.raises(CharacterizeError) as caught:
        unit_of(folder, verilog, *references, **said)
    message = str(caught.value)
    assert "\n" not in message
    assert str(folder) not in message
    return message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("input a, b, output y); wire t; assign t = ~(a & y); assign y = t ^ b;",
         ["m: net t", "is in a combinational loop"]),
        ("input c1, c2, d, output reg q, r); always @(posedge c1) q <= d; "
         "always @(posedge c2) r <= d;", ["q", "by c1", "r", "by c2", "may be one clock"]),
        ("input en, d, output reg q); always @* if (en) q = d;", ["m: q is a latch"]),
        ("input a, inout b, output y); assign y = a ^ b;", ["port b is an inout"]),
        ("input a, output y); sub s (.i(a), .o(y));",
         ["no module sub (instance s in m)", "no such cell in asap7, sky130hd"]),
        ("input a, output y); wire t; INVx1_ASAP7_75t_R s (.A(a), .Y(t)); FOO u (.A(t), .Y(y));",
         ["no module FOO (instance u in m)"]),
        ("input a, output y);\n  assign y = a +;", ["m.v:2: syntax error, unexpected ';'"]),
        ("input a, b, output y); assign y = ~a; assign y = ~b;",
         ["net y, or one joined to it, has several drivers"]),
        ("input a, output y); wire t; assign y = a & t;", ["net t is used but has no driver"]),
        ("input a, output y, z); assign y = a;", ["net z is used but has no driver"]),
        ("input clk, en, d, output reg q); wire g; assign g = clk & en; "
         "always @(posedge g) q <= d;",
         ["q is clocked by g, which is no input"]),
        ("input clk, d, output reg q); reg h; always @(posedge clk) h <= ~h; "
         "always @(posedge h) q <= d;", ["clocked by h, which is no input"]),
        ("input clk, d, output reg q); always @(negedge clk) q <= d;",
         ["q is stored at the falling edge"]),
        ("input clk, d, output reg q, output y); always @(posedge clk) q <= d; assign y = clk & d;",
         ["clk is a clock and data too"]),
        ("input clk, d, output reg q, output y); always @(posedge clk) q <= d; assign y = clk;",
         ["clk is a clock and data too"]),
        ("input clk, output reg [3:0] q); initial q = 0; always @(posedge clk) q <= q + 1;",
         ["q has an initial value"]),
        ("input clk, s, r, d, output reg q); always @(posedge clk or posedge s or posedge r) "
         "if (r) q <= 0; else if (s) q <= 1; else q <= d;", ["q is set and reset"]),
        ("input clk, a, b, d, output reg q); wire r; assign r = a & b; "
         "always @(posedge clk or posedge r) if (r) q <= 0; else q <= d;",
         ["asynchronous reset of q is the net r, which is no input"]),
        ("input a, b, output y); assign y = a ? b : 1'bz;", ["z, high impedance, at m.v:1"]),
        ("input [99:0] a, output y); assign y = ^a;", ["port a has 100 bits, at most 62"]),
        ("input a);", ["has no output port"]),
        ("output y); assign y = 1;", ["has no input that operands could drive"]),
        ("input \\a.b , output y); assign y = \\a.b ;", ["port a.b: name it with letters"]),
    ],
)  # fmt: skip
def test_what_cannot_be_measured(folder: Path, body: str, words: list[str]) -> None:
    """One line that names the net, cell or module."""
    message = refusal(folder, f"module m ({body}\nendmodule\n")
    for word in words:
        assert word in message


_ADD = "module m (input [3:0] a_i, input [3:0] b_i, output [4:0] s_o, output z_o);\n" \
       "  assign s_o = a_i + b_i; assign z_o = a_i == b_i; endmodule\n"  # fmt: skip


@pytest.mark.parametrize(
    ("references", "said", "words"),
    [
        (["a+b"], {}, "has the outputs s_o, z_o: say which one, as in 's_o = a+b'"),
        (["q = a+b"], {}, "has no output q, it has s_o, z_o"),
        (["s = a+c"], {}, "'a+c' speaks of c, operands are a_i, b_i"),
        (["s = a+b", "s_o = a"], {}, "s_o has a reference already"),
        (["s = a+"], {}, "--reference: 'a+' is not a formula"),
        ([], {"approximate": True}, "--approximate without --reference"),
        (["s = a+b"], {"latency": 1}, "--latency 1, but it has no register"),
        ([], {"roles": {"c": "x"}}, "has no port c, it has a_i, b_i, s_o, z_o"),
        ([], {"signed": ("c",)}, "has no port c"),
        ([], {"roles": {"a_i": "b", "b_i": "b"}}, "two ports have the role b"),
        ([], {"roles": {"a_i": "a b"}}, "--role a_i=a b: a role is a name"),
        ([], {"roles": {"a_i": "reset"}}, "a_i is an input of 4 bits"),
        ([], {"parameters": {"W": 3}}, "has no parameter W, it has none"),
    ],
)
def test_what_does_not_fit_the_module(
    folder: Path, references: list[str], said: dict[str, object], words: str
) -> None:
    assert words in refusal(folder, _ADD, *references, **said)


def test_files(folder: Path) -> None:
    with pytest.raises(CharacterizeError, match=r"nothing\.v: cannot read it: No such file"):
        user_unit(Request((folder / "nothing.v",), "m"))
    (folder / "m.v").write_text(_ADD)
    with pytest.raises(CharacterizeError, match=r"no module n in m\.v: there are m"):
        user_unit(Request((folder / "m.v",), "n"))
    with pytest.raises(CharacterizeError, match="another file has this name too"):
        user_unit(Request((folder / "m.v", folder / "m.v"), "m"))


def test_combinational(folder: Path) -> None:
    found = unit_of(folder, _ADD, "s = a_i + b_i", "z_o = a == b")
    assert found.unit.name == "m_a4u_b4u"
    assert [(p.name, p.role, str(p.format)) for p in found.unit.ports] == [
        ("a_i", "a", "u4"), ("b_i", "b", "u4"), ("s_o", "s", "u5"), ("z_o", "z", "u1"),
    ]  # fmt: skip
    assert found.unit.entry.table["reference"] == {"s": "a + b", "z": "a == b"}
    assert (found.unit.clock, found.design.registers, found.design.cells) == (None, 0, None)
    assert [port and port.name for port in found.unit.numbers] == ["a_i", "b_i"]


_STATE = """
module m #(parameter integer W = 4, parameter integer CUT = 1) (
    input clk, rst_ni, clr, en, input signed [W-1:0] x, input [W-1:0] k,
    output reg signed [2*W-1:0] q
);
  always @(posedge clk or negedge rst_ni)
    if (!rst_ni) q <= 0;
    else if (clr) q <= 0;
    else if (en) q <= q + ((x * $signed({1'b0, k})) >>> CUT);
endmodule
"""


def test_ports_of_a_module_with_registers(folder: Path) -> None:
    found = unit_of(folder, _STATE, parameters={"W": 3})
    assert dict(found.design.parameters) == {"W": 3, "CUT": 1}
    assert {p.name: p.role for p in found.unit.ports} == {
        "clk": "clock", "rst_ni": "reset_n", "clr": "clear", "en": "enable", "x": "x", "k": "k",
        "q": "q",
    }  # fmt: skip
    assert [str(port.format) for port in found.unit.ports][-3:] == ["s3", "u3", "s6"]
    assert found.design.registers == 6
    assert found.unit.lead_in == 28


def test_roles_that_are_told(folder: Path) -> None:
    found = unit_of(folder, _STATE, roles={"clr": "c", "k": "w"}, signed=("k",), name="mine")
    assert found.unit.name == "mine_x4s_w4s"
    assert {p.name: p.role for p in found.unit.ports}["clr"] == "c"
    assert "the clock of m is clk" in refusal(folder, _STATE, roles={"en": "clock"})
    assert "the clock of m is clk" in refusal(folder, _STATE, roles={"clk": "reset"})


def test_names_that_mean_something_else(folder: Path) -> None:
    """A port that happens to be called as a role of the house's units is an operand."""
    verilog = "module m (input start, q, x_i, output x_o, valid); " \
              "assign x_o = start ^ q; assign valid = x_i; endmodule"  # fmt: skip
    found = unit_of(folder, verilog, "x_o = start ^ q")
    assert [p.role for p in found.unit.ports] == [
        "port_start", "port_q", "x", "x_o", "port_valid",
    ]  # fmt: skip
    assert found.unit.entry.table["reference"] == {"x_o": "port_start ^ port_q"}
    assert len(found.unit.operands) == 3


def test_assignments() -> None:
    assert assignments(["a=1", " b = c=d "], "--x") == {"a": "1", "b": "c=d"}
    for text, words in (("a", "give NAME=VALUE"), ("=1", "give NAME=VALUE"), ("a=", "give NAME")):
        with pytest.raises(CharacterizeError, match=f"--x {text}: {words}"):
            assignments([text], "--x")
    with pytest.raises(CharacterizeError, match="is given twice"):
        assignments(["a=1", "a=2"], "--x")
