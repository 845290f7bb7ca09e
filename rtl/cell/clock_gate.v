// SPDX-License-Identifier: Apache-2.0
// Clock gate: clk_o pulses with clk_i in the cycles that en_i enables.
//
// Algorithm: a latch, open while the clock is low, holds the enable during the
// high phase, and an AND lets the pulse through. en_i may change at the rising
// edge (a register's output) or at any time in the low phase: neither cuts a
// pulse short nor makes one. This is the circuit of the integrated clock gates
// of cell libraries, which synthesis may put in its place.
//
//     en_i  --[latch, open at clk_i = 0]--+
//                                        [and]-- clk_o
//     clk_i --------------------+---------+
//
// In simulation without delays clk_o rises in the same time step as clk_i,
// before any non-blocking assignment takes effect: gated registers see the
// same operands as the others.
// Area: a latch and an AND. Depth: 1 gate in the clock. Latency: en_i of the
// cycle that ends with a rising edge gates that edge. Parameters: none.
`default_nettype none

module clock_gate (
    input  wire clk_i,
    input  wire en_i,
    output wire clk_o
);
  reg en_q;

  // A latch is meant, so there is no else.
  // verilator lint_off LATCH
  always @* begin
    if (!clk_i) en_q = en_i;
  end
  // verilator lint_on LATCH

  assign clk_o = clk_i & en_q;
endmodule

`default_nettype wire
