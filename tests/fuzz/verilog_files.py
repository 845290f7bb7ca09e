"""Verilog of others: what its text may not ask for, formulas of it, and what Yosys makes of it.

Programs are dear: of the inputs that pass our own checks one in a hundred goes to Yosys.
"""

import random
import re
from collections.abc import Mapping
from pathlib import Path

from characterize import yosys
from characterize.errors import CharacterizeError
from characterize.formulas import Formula
from characterize.unit_table import IDENTIFIER
from characterize.user_verilog import Request, assignments, user_unit
from characterize.user_verilog_design import texts_of
from tests.fuzz.mutate import mutated
from tests.fuzz.target import OUT, REPOSITORY

_TO_YOSYS = 100
_SECONDS_OF_YOSYS = 20
_RTL = REPOSITORY / "rtl"
_NETLIST = b"""
module top (clk, \\d , x, q);
  input clk; input [3:0] d; wire [3:0] d; input x;
  output [3:0] q; wire n1, n2;
  (* src = "top.v:3" *)
  NAND2x1_ASAP7_75t_R u0 (.A(d[0]), .B(x), .Y(n1));
  DFFHQNx1_ASAP7_75t_R u1 (.CLK(clk), .D(n1), .QN(q[0]));
  \\$_AND_ g (.A(d[1]), .B(d[2]), .Y(q[1]));
  assign q[2] = d[3], q[3] = 1'b0;
endmodule
"""
_BEHAVIOUR = b"""
`timescale 1ns / 1ps
`define WIDTH 4
module top #(parameter integer W = `WIDTH, parameter [3:0] K = 4'hA) (
  input clk, input rst_n, input signed [W-1:0] x, input [W-1:0] w, output reg [2*W-1:0] p);
  // a comment with $dumpfile("no.vcd") and `include "no.v"
  reg [7:0] m [0:3];
  integer i;
  function [3:0] f(input [3:0] a); begin f = a ^ K; for (i = 0; i < 4; i = i + 1) f = f + i; end
  endfunction
  genvar g;
  generate for (g = 0; g < W; g = g + 1) begin : gen wire t = x[g] & w[g]; end endgenerate
  always @(posedge clk or negedge rst_n)
    if (!rst_n) p <= 0; else case (w[1:0]) 2'd0: p <= x * w; 2'd1: p <= f(x); default: p <= ~p;
    endcase
  initial $display("%d \\" $system(", $clog2(W));
endmodule
"""
# What must never come through, put where the changes put it.
_HOSTILE = (
    b'initial $dumpfile("fuzzed.vcd");', b'initial $system("touch fuzzed");',
    b'`include "/etc/hostname"', b'import "DPI-C" function integer system(integer);',
    b'integer h; initial h = $fopen("fuzzed");', b"`define X $fwrite\n",
    b'initial $readmemh("/etc/hostname", m);', b'initial $writememh("fuzzed", m);',
    b"`define P(a) $``a\n initial `P(finish);", b'`ifdef __ICARUS__ initial $fopen("f"); `endif',
    b'wire \\// ; initial $dumpfile("fuzzed");', b"initial $ dumpfile;",
)  # fmt: skip
_FORBIDDEN = re.compile(rb"\$(dump|system|f(open|write|close)|writemem)")
_FORMULAS = (
    b"x * w", b"x * w if x > 1 else -w", b"signed(x + w, 8) ^ (w << 2)",
    b"unsigned(abs(x) // (w + 1), 4) % 7 | min(x, w) & ~max(x, 3)", b"(x == w) and not (x >> 1)",
)  # fmt: skip


class Verilog:
    """See `Target`."""

    def __init__(self) -> None:
        house = ("multiplier/multiplier_array.v", "adder/adder_kogge_stone.v", "mac/csd.v")
        self._seeds = (_NETLIST, _BEHAVIOUR, *((_RTL / file).read_bytes() for file in house))

    def make(self, chance: random.Random) -> Mapping[str, bytes]:
        """See `Target.make`."""
        if chance.random() < 0.2:
            return {"formula.txt": mutated(chance, _FORMULAS)}
        text = mutated(chance, self._seeds)
        if chance.random() < 0.3:
            place = chance.choice([match.end() for match in re.finditer(rb";", text)] or [0])
            text = text[:place] + b"\n" + chance.choice(_HOSTILE) + b"\n" + text[place:]
        yosys_too = {"yosys": b""} if chance.randrange(_TO_YOSYS) == 0 else {}
        return {"top.v": text, **yosys_too}

    def read(self, folder: Path, files: Mapping[str, bytes]) -> str:
        """See `Target.read`."""
        if "formula.txt" in files:
            return _read_formula(files["formula.txt"])
        path = folder / "top.v"
        ((name, text),) = texts_of([path]).items()
        assert name == path.name
        code = _without_comments(text.encode())
        assert _FORBIDDEN.search(code) is None, "it may start a program, or open a file"
        if "yosys" not in files:
            return "passed"
        found = re.search(rb"^\s*module\s+(\w+)", files["top.v"], re.MULTILINE)
        top = found[1].decode() if found else "top"
        yosys._TIMEOUT_S = _SECONDS_OF_YOSYS
        user_unit(Request((path,), top, roles={}))
        assert not (folder / OUT / "fuzzed").exists()
        return "elaborated"


def _without_comments(code: bytes) -> bytes:
    """Code as a reader sees it that knows comments, strings and escaped names."""
    known = re.compile(rb'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\\\S+', re.DOTALL)
    return known.sub(b" ", code)


def _read_formula(content: bytes) -> str:
    import numpy as np  # noqa: PLC0415 - of formulas only

    text = content.decode("utf-8", "replace")
    formula = Formula(text, "--reference")
    if not formula.names <= {"x", "w"}:
        raise CharacterizeError("operands are x, w")
    operands = {name: np.array([-8, -1, 0, 1, 7, 2**61]) for name in ("x", "w")}
    assert formula(operands).shape == (6,)
    assignments([f"p={text}"], "--reference")
    assert all(IDENTIFIER.fullmatch(name) for name in formula.names)
    return "formula"
