// SPDX-License-Identifier: Apache-2.0
// Multiply-accumulate unit: sum_o becomes sum_o + x_i * w_i at each enabled
// rising edge, modulo 2^WIDTH_ACC. One MAC of a neural network's layer.
//
// Algorithm: the multiplier that MULTIPLIER names (multiplier.v has the list),
// then accumulator; the product is signed as soon as one operand is. clear_i
// with en_i loads the product: a neuron's first MAC.
//
//     x_i --+
//           [multiplier]--product--[accumulator]-- sum_o
//     w_i --+
//
// The operands come from registers outside, which are not part of the unit.
// Area, depth: those of the two parts in a row. Latency: 1 cycle.
// Parameters: MULTIPLIER 0..3; WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1;
// WIDTH_ACC 8..32, not below WIDTH_X + WIDTH_W.
`default_nettype none

module mac #(
    parameter integer MULTIPLIER = 0,
    parameter integer WIDTH_X    = 8,
    parameter integer WIDTH_W    = 8,
    parameter integer SIGNED_X   = 0,
    parameter integer SIGNED_W   = 0,
    parameter integer WIDTH_ACC  = 32
) (
    input  wire                 clk_i,
    input  wire                 clear_i,
    input  wire                 en_i,
    input  wire [  WIDTH_X-1:0] x_i,
    input  wire [  WIDTH_W-1:0] w_i,
    output wire [WIDTH_ACC-1:0] sum_o
);
  localparam integer SIGNED_P = (SIGNED_X == 1 || SIGNED_W == 1) ? 1 : 0;
  wire [WIDTH_X+WIDTH_W-1:0] product;

  multiplier #(
      .MULTIPLIER(MULTIPLIER),
      .WIDTH_X   (WIDTH_X),
      .WIDTH_W   (WIDTH_W),
      .SIGNED_X  (SIGNED_X),
      .SIGNED_W  (SIGNED_W)
  ) u_multiplier (
      .x_i(x_i),
      .w_i(w_i),
      .p_o(product)
  );

  accumulator #(
      .WIDTH_X  (WIDTH_X + WIDTH_W),
      .SIGNED   (SIGNED_P),
      .WIDTH_ACC(WIDTH_ACC)
  ) u_accumulator (
      .clk_i  (clk_i),
      .clear_i(clear_i),
      .en_i   (en_i),
      .x_i    (product),
      .sum_o  (sum_o)
  );
endmodule

`default_nettype wire
