"""Verilog that asks its readers for more than hardware: refused before a program sees it."""

from pathlib import Path

import pytest

from characterize.errors import CharacterizeError
from characterize.rtl_check import check_entries
from characterize.simulators import observe
from characterize.units import Entry
from characterize.user_verilog import Request, user_unit
from characterize.user_verilog_check import check_outputs
from characterize.verilog_text import check_text
from characterize.yosys import SCRIPT_FILE, run_yosys


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('initial $dumpfile("x.vcd");', "x.v:2: $dumpfile is not for hardware"),
        ('`ifdef __ICARUS__\n initial $system("rm x");\n`endif', "x.v:3: $system is not"),
        ('integer f; initial f = $fopen("/etc/x");', "$fopen is not"),
        ('initial $writememh("x", m);', "$writememh is not"),
        ('`include "/etc/passwd"', 'includes "/etc/passwd", which is none of the files'),
        ("`include `FILE", "includes `FILE, which is none"),
        ('import "DPI-C" function integer sleep(integer);', "imports a function of C"),
        ("`define T(x) $``x", "$` is not for hardware"),
        ("`define T(a, b) a``b\n initial `T($write, memh)(m);", "`` and $write in one text"),
        ("initial $write(1); `define T(a) a``memh", "`` and $write in one text"),
        ('wire \\// ; initial $dumpfile("x");', "$dumpfile is not"),
        ('wire \\" ; initial $dumpfile("x"); wire \\" ;', "$dumpfile is not"),
        ('initial $display("//", 1); initial $fopen("x");', "$fopen is not"),
        ('initial $display("\\" // ", 1); initial $fopen("x");', "$fopen is not"),
        ('/* " */ initial $fopen(1); /* " */', "$fopen is not"),
        ("initial $root.top.x = 1;", "$root is not"),
        ("initial $\\fopen (1);", "is not for hardware"),
        ("wire a; \0", "holds a zero byte"),
    ],
)
def test_what_a_text_may_not_ask_for(text: str, words: str) -> None:
    with pytest.raises(CharacterizeError) as caught:
        check_text("x.v", f"module m;\n{text}\nendmodule", ["x.v"])
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '// $dumpfile("x.vcd") and `include "no.v"',
        '/* initial\n $system("x"); */',
        'initial $display("100 $ and $fopen(1)");',
        "wire \\$dumpfile ; assign \\$dumpfile = 1;",
        "localparam integer N = $clog2(9), M = $bits(x); wire a$fopen;",
        "\\$_AND_ g (.A(a), .B(b), .Y(y)); $_NOT_ n (.A(a), .Y(z));",
        '`include "other.v"',
        "specify $setup(d, posedge clk, 1); endspecify",
        "`define JOIN(a, b) a``b\nwire `JOIN(x, 1);",
        "generate if (INIT != 0) initial $readmemh(INIT, m); endgenerate",
        "`timescale 1ns/1ps\n`default_nettype none",
    ],
)
def test_what_hardware_may_hold(text: str) -> None:
    check_text("x.v", f"module m;\n{text}\nendmodule", ["x.v", "other.v"])


@pytest.mark.parametrize("top", ["m; exec touch x", "m\nexec -- touch x", "-x", "", "m x", "\\m "])
def test_a_name_is_no_script(tmp_path: Path, top: str) -> None:
    (tmp_path / "m.v").write_text("module m (input a, output y); assign y = a; endmodule\n")
    with pytest.raises(CharacterizeError, match="is no name of a module or parameter"):
        user_unit(Request((tmp_path / "m.v",), top))
    with pytest.raises(CharacterizeError, match="is no name of a module or parameter"):
        user_unit(Request((tmp_path / "m.v",), "m", parameters={top: 1}))


@pytest.mark.usefixtures("icarus")
def test_verilog_of_a_registry_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "m.v").write_text(
        "`default_nettype none\nmodule m (input wire x_i, output wire p_o);\n"
        '  initial $dumpfile("x.vcd");\n  assign p_o = x_i;\nendmodule\n'
    )
    port = {"width": "1", "role": "x"}
    table = {
        "family": "mac", "architecture": "m", "top": "m", "files": ["m.v"], "latency": 0,
        "source": "none", "parameters": {}, "default": "1", "quick": "1", "operator": "relu",
        "ports": {"x_i": port | {"direction": "input"},
                  "p_o": port | {"direction": "output", "role": "result"}},
        "parts": {"unit": {"instance": "", "group": "other"}},
    }  # fmt: skip
    with pytest.raises(CharacterizeError, match=r"m.v:3: \$dumpfile is not for hardware"):
        check_entries([Entry("m", table, tmp_path)])


def test_yosys_may_not_take_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("characterize.yosys._MOST_BYTES", 1 << 29)
    wide = "module m (input [1:0] x, output p);\n" + "".join(
        f"  wire [9999999:0] w{n}; assign w{n} = {{5000000{{x}}}};\n" for n in range(8)
    )
    files = {"m.v": wide + "  assign p = w0[1];\nendmodule\n",
             SCRIPT_FILE: "read_verilog m.v\nproc\nwrite_json m.json"}  # fmt: skip
    with pytest.raises(CharacterizeError, match="m: synthesis takes more than 0 GiB of memory"):
        run_yosys("m", files, ["m.json"])


@pytest.mark.usefixtures("icarus")
def test_verilog_that_does_not_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Yosys does not see the loop."""
    monkeypatch.setattr(observe, "_TIMEOUT_S", 2)
    (tmp_path / "m.v").write_text(
        "module m (input [1:0] a, output y); assign y = ^a;\n"
        "`ifdef __ICARUS__\n  integer i; initial forever i = 1;\n`endif\nendmodule\n"
    )
    unit = user_unit(Request((tmp_path / "m.v",), "m", ("y = a % 2 ^ a // 2",))).unit
    with pytest.raises(CharacterizeError, match=r"took more than 2 s: does a loop in it not end"):
        check_outputs(unit)
