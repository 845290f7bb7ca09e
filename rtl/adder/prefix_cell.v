// SPDX-License-Identifier: Apache-2.0
// Prefix cell: joins two neighbouring groups of bits into one, the operator of
// every parallel-prefix adder here.
//
// Algorithm: a group generates a carry if its high half does, or if its low
// half does and the high half propagates it; it propagates if both halves do.
// Area: 3 two-input gates (2 where propagate_o is not used). Depth: 2 gates.
// Latency: combinational. Parameters: none.
`default_nettype none

module prefix_cell (
    input  wire high_generate_i,
    input  wire high_propagate_i,
    input  wire low_generate_i,
    input  wire low_propagate_i,
    output wire generate_o,
    output wire propagate_o
);
  assign generate_o  = high_generate_i | (high_propagate_i & low_generate_i);
  assign propagate_o = high_propagate_i & low_propagate_i;
endmodule

`default_nettype wire
