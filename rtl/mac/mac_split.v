// SPDX-License-Identifier: Apache-2.0
// Split multiply-accumulate unit: the products of positive and of negative
// weights in a sum each, so that all arithmetic is unsigned: pos_o or, where
// sign_i is 1, neg_o grows by x_i * w_i at each enabled rising edge, modulo
// 2^WIDTH_ACC. w_i is the magnitude of the weight.
//
// Algorithm: an unsigned multiplier_array, then accumulator_split; clear_i with
// en_i loads the product in the addressed sum and 0 in the other. The result
// pos_o - neg_o is due once per dot product and is the unit split_subtract.
//
//     x_i --+                       sign_i
//           [multiplier]--product--[accumulator_split]-- pos_o, neg_o
//     w_i --+
//
// The operands come from registers outside, which are not part of the unit.
// Source: the split W = W+ - W- of M. Spingarn Eliezer et al., Energy awareness
// in low precision neural networks, arXiv 2202.02783.
// Area, depth: those of the two parts in a row. Latency: 1 cycle.
// Parameters: WIDTH_X, WIDTH_W 2..8; WIDTH_ACC 8..32, not below WIDTH_X +
// WIDTH_W; GATED 0 (both sums clocked every cycle), 1 (clock gates) or 2 (clock
// gates for two segments of each sum, the lower one MARGIN 0..4 bits wider than
// the product and not as wide as the sum).
`default_nettype none

module mac_split #(
    parameter integer WIDTH_X   = 8,
    parameter integer WIDTH_W   = 8,
    parameter integer WIDTH_ACC = 32,
    parameter integer GATED     = 0,
    parameter integer MARGIN    = 0
) (
    input  wire                 clk_i,
    input  wire                 clear_i,
    input  wire                 en_i,
    input  wire                 sign_i,
    input  wire [  WIDTH_X-1:0] x_i,
    input  wire [  WIDTH_W-1:0] w_i,
    output wire [WIDTH_ACC-1:0] pos_o,
    output wire [WIDTH_ACC-1:0] neg_o
);
  localparam integer SEGMENT = (GATED == 2) ? WIDTH_X + WIDTH_W + MARGIN : 0;

  generate
    if (GATED < 0 || GATED > 2 || MARGIN < 0 || MARGIN > 4) begin : gen_bad_gated
      ERROR_gated_must_be_0_to_2_and_margin_0_to_4 u_error ();
    end
  endgenerate

  wire [WIDTH_X+WIDTH_W-1:0] product;

  multiplier_array #(
      .WIDTH_X (WIDTH_X),
      .WIDTH_W (WIDTH_W),
      .SIGNED_X(0),
      .SIGNED_W(0)
  ) u_multiplier (
      .x_i(x_i),
      .w_i(w_i),
      .p_o(product)
  );

  accumulator_split #(
      .WIDTH_X  (WIDTH_X + WIDTH_W),
      .WIDTH_ACC(WIDTH_ACC),
      .GATED    ((GATED == 0) ? 0 : 1),
      .SEGMENT  (SEGMENT)
  ) u_accumulator (
      .clk_i  (clk_i),
      .clear_i(clear_i),
      .en_i   (en_i),
      .sign_i (sign_i),
      .x_i    (product),
      .pos_o  (pos_o),
      .neg_o  (neg_o)
  );
endmodule

`default_nettype wire
