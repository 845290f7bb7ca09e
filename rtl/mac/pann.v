// SPDX-License-Identifier: Apache-2.0
// PANN unit: a multiply-accumulate without a multiplier. A weight q adds its
// input |q| times, one addition per cycle with valid_i, to pos_o or, where
// sign_i is 1, to neg_o, modulo 2^WIDTH_ACC.
//
// Algorithm: pann_counter says when a weight is finished (next_o), so that the
// next x_i, sign_i, q_i can follow; accumulator_split adds. clear_i with valid_i
// loads x_i in the addressed sum and 0 in the other; clear_i alone, for a neuron
// whose weights are all 0, makes both 0. A weight 0 is not offered and takes no
// cycle. The subtraction at the end (split_subtract) is not part of the unit.
//
//     weights 2, -1, 0, 1 with inputs a, b, c, d:
//
//     cycle     0   1   2   3   4
//     clear_i   1   0   0   0   .
//     valid_i   1   1   1   1   .
//     sign_i    0   0   1   0   .
//     q_i       2   2   1   1   .
//     x_i       a   a   b   d   .
//     next_o    0   1   1   1   .
//     pos_o     .   a   2a  2a  2a+d
//     neg_o     .   0   0   b   b
//
// Source: M. Spingarn Eliezer et al., Energy awareness in low precision neural
// networks, arXiv 2202.02783.
// Area: O(WIDTH_ACC + WIDTH_Q). Depth: O(WIDTH_ACC). Latency: 1 cycle; next_o 0.
// Parameters: WIDTH_X 2..8; WIDTH_Q 2..8; WIDTH_ACC 8..32; GATED 0 (both sums
// clocked every cycle), 1 (clock gates) or 2 (clock gates for two segments of
// each sum, the lower one MARGIN 0..4 bits wider than x_i and not as wide as the
// sum).
`default_nettype none

module pann #(
    parameter integer WIDTH_X   = 8,
    parameter integer WIDTH_Q   = 5,
    parameter integer WIDTH_ACC = 32,
    parameter integer GATED     = 0,
    parameter integer MARGIN    = 0
) (
    input  wire                 clk_i,
    input  wire                 clear_i,
    input  wire                 valid_i,
    input  wire                 sign_i,
    input  wire [  WIDTH_Q-1:0] q_i,
    input  wire [  WIDTH_X-1:0] x_i,
    output wire                 next_o,
    output wire [WIDTH_ACC-1:0] pos_o,
    output wire [WIDTH_ACC-1:0] neg_o
);
  localparam integer SEGMENT = (GATED == 2) ? WIDTH_X + MARGIN : 0;

  generate
    if (WIDTH_X > 8) begin : gen_bad_width
      ERROR_width_x_must_be_2_to_8 u_error ();
    end
    if (GATED < 0 || GATED > 2 || MARGIN < 0 || MARGIN > 4) begin : gen_bad_gated
      ERROR_gated_must_be_0_to_2_and_margin_0_to_4 u_error ();
    end
  endgenerate

  wire add;

  pann_counter #(
      .WIDTH_Q(WIDTH_Q)
  ) u_control (
      .clk_i  (clk_i),
      .clear_i(clear_i),
      .valid_i(valid_i),
      .q_i    (q_i),
      .add_o  (add),
      .next_o (next_o)
  );

  accumulator_split #(
      .WIDTH_X  (WIDTH_X),
      .WIDTH_ACC(WIDTH_ACC),
      .GATED    ((GATED == 0) ? 0 : 1),
      .SEGMENT  (SEGMENT)
  ) u_accumulator (
      .clk_i  (clk_i),
      .clear_i(clear_i),
      .en_i   (add),
      .sign_i (sign_i),
      .x_i    (x_i),
      .pos_o  (pos_o),
      .neg_o  (neg_o)
  );
endmodule

`default_nettype wire
