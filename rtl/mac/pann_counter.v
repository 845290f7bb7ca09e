// SPDX-License-Identifier: Apache-2.0
// Repetition counter of the PANN unit: says which addition of a weight q is the
// last, so that the next weight can follow in the next cycle.
//
// Algorithm: left_q holds how many additions of the weight are still to come;
// where it is 0 a weight begins and q_i - 1 is loaded. clear_i begins one in any
// case. q_i stays while its weight is at work; a q_i of 0 adds nothing.
//
//     q_i      3   3   3   1   2   2
//     left_q   0   2   1   0   0   1
//     add_o    1   1   1   1   1   1
//     next_o   0   0   1   1   0   1
//
// Area: O(WIDTH_Q). Depth: O(WIDTH_Q). Latency: 0 cycles to add_o and next_o.
// Parameters: WIDTH_Q 2..8.
`default_nettype none

module pann_counter #(
    parameter integer WIDTH_Q = 5
) (
    input  wire               clk_i,
    input  wire               clear_i,
    input  wire               valid_i,
    input  wire [WIDTH_Q-1:0] q_i,
    output wire               add_o,
    output wire               next_o
);
  localparam [WIDTH_Q-1:0] ZERO = 0;
  localparam [WIDTH_Q-1:0] ONE = 1;

  generate
    if (WIDTH_Q < 2 || WIDTH_Q > 8) begin : gen_bad_width
      ERROR_width_q_must_be_2_to_8 u_error ();
    end
  endgenerate

  reg  [WIDTH_Q-1:0] left_q;
  wire               zero = q_i == ZERO;
  wire               first = clear_i | (left_q == ZERO);
  wire [WIDTH_Q-1:0] current = first ? q_i : left_q;
  wire [WIDTH_Q-1:0] rest = (first & zero) ? ZERO : current - ONE;

  always @(posedge clk_i) begin
    if (valid_i) left_q <= rest;
    else if (clear_i) left_q <= ZERO;
  end

  assign add_o  = valid_i & ~zero;
  assign next_o = valid_i & (rest == ZERO);
endmodule

`default_nettype wire
