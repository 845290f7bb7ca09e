// SPDX-License-Identifier: Apache-2.0
// Half adder: the sum of two bits.
//
// Algorithm: sum = a ^ b, carry = a & b.
// Area: 2 two-input gates. Depth: 1 gate.
// Latency: combinational. Parameters: none.
`default_nettype none

module half_adder (
    input  wire a_i,
    input  wire b_i,
    output wire sum_o,
    output wire carry_o
);
  assign sum_o   = a_i ^ b_i;
  assign carry_o = a_i & b_i;
endmodule

`default_nettype wire
