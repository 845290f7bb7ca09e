// SPDX-License-Identifier: Apache-2.0
// Full adder: the one-bit cell of every structural unit here.
//
// Algorithm: sum = a ^ b ^ c, carry = majority(a, b, c), the propagate term
// shared between both.
// Area: 5 two-input gates. Depth: 2 gates to sum_o, 3 to carry_o.
// Latency: combinational. Parameters: none.
`default_nettype none

module full_adder (
    input  wire a_i,
    input  wire b_i,
    input  wire c_i,
    output wire sum_o,
    output wire carry_o
);
  wire propagate = a_i ^ b_i;

  assign sum_o   = propagate ^ c_i;
  assign carry_o = (a_i & b_i) | (propagate & c_i);
endmodule

`default_nettype wire
