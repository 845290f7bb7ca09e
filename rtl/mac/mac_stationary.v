// SPDX-License-Identifier: Apache-2.0
// Stationary multiply-accumulate unit: sum_o becomes addend_i + x_i * w_i at
// each rising edge, modulo 2^WIDTH_ACC. One operand stays for a whole tile of
// operations, and the partial sum wanders: addend_i is that of a neighbour,
// sum_o goes to the next one.
//
// Algorithm: multiplier and adder of mac with the array multiplier, so that
// only the dataflow differs; the product is signed as soon as one operand is.
// Where PREFIX a Brent-Kung adder takes the ripple adder's place: the carry of
// the sum no longer outlasts the multiplier.
//
//     x_i --+
//           [multiplier]--product--[partial_sum]-- sum_o
//     w_i --+                           |
//     addend_i -------------------------+
//
// The operands come from registers outside, which are not part of the unit;
// pe_stationary has them.
// Source: H. T. Kung, Why systolic architectures?, IEEE Computer 15 (1982).
// Area, depth: those of the two parts in a row. Latency: 1 cycle.
// Parameters: WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1; WIDTH_ACC 8..32,
// not below WIDTH_X + WIDTH_W; PREFIX 0 or 1.
`default_nettype none

module mac_stationary #(
    parameter integer WIDTH_X   = 8,
    parameter integer WIDTH_W   = 8,
    parameter integer SIGNED_X  = 0,
    parameter integer SIGNED_W  = 0,
    parameter integer PREFIX    = 0,
    parameter integer WIDTH_ACC = 32
) (
    input  wire                 clk_i,
    input  wire [  WIDTH_X-1:0] x_i,
    input  wire [  WIDTH_W-1:0] w_i,
    input  wire [WIDTH_ACC-1:0] addend_i,
    output wire [WIDTH_ACC-1:0] sum_o
);
  localparam integer SIGNED_P = (SIGNED_X == 1 || SIGNED_W == 1) ? 1 : 0;
  wire [WIDTH_X+WIDTH_W-1:0] product;

  multiplier_array #(
      .WIDTH_X (WIDTH_X),
      .WIDTH_W (WIDTH_W),
      .SIGNED_X(SIGNED_X),
      .SIGNED_W(SIGNED_W)
  ) u_multiplier (
      .x_i(x_i),
      .w_i(w_i),
      .p_o(product)
  );

  partial_sum #(
      .WIDTH_X  (WIDTH_X + WIDTH_W),
      .SIGNED   (SIGNED_P),
      .PREFIX   (PREFIX),
      .WIDTH_ACC(WIDTH_ACC)
  ) u_accumulator (
      .clk_i   (clk_i),
      .x_i     (product),
      .addend_i(addend_i),
      .sum_o   (sum_o)
  );
endmodule

`default_nettype wire
