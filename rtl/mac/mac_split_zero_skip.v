// SPDX-License-Identifier: Apache-2.0
// Zero-skipping split multiply-accumulate unit: the function of mac_split, one
// cycle later; an operand pair with a zero moves nothing behind the operand
// registers, and clocks neither them nor a sum.
//
// Algorithm: operand registers behind a clock_gate, an unsigned multiplier_array,
// accumulator_split with clock gates. A pair loads the operand registers if it is
// enabled and neither operand is 0; otherwise they hold, the multiplier is still,
// and in the next cycle no sum is enabled. clear_i takes effect whatever the
// operands are: with a product that is skipped it leaves 0 in both sums.
//
//     x_i ----+--[reg x_q]--+
//             |             [multiplier]--product--[accumulator_split]-- pos_o
//     w_i ----+--[reg w_q]--+                       |    |    |      +-- neg_o
//     sign_i ----[reg sign_q]-----------------------+    |    |
//          not zero? and en_i ---[reg en_q]--------------+    |
//          clear_i --------------[reg clear_q]----------------+
//
// Source: Y.-H. Chen et al., Eyeriss, IEEE J. Solid-State Circuits 52 (2017),
// which gates on zero inputs; here a zero weight does the same. The split is
// that of M. Spingarn Eliezer et al., arXiv 2202.02783.
// Area: that of mac_split, WIDTH_X + WIDTH_W + 3 flip-flops, the zero detection
// and a clock gate. Depth: that of mac_split. Latency: 2 cycles.
// Parameters: WIDTH_X, WIDTH_W 2..8; WIDTH_ACC 8..32, not below WIDTH_X +
// WIDTH_W.
`default_nettype none

module mac_split_zero_skip #(
    parameter integer WIDTH_X   = 8,
    parameter integer WIDTH_W   = 8,
    parameter integer WIDTH_ACC = 32
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
  reg [WIDTH_X-1:0] x_q;
  reg [WIDTH_W-1:0] w_q;
  reg sign_q;
  reg clear_q;
  reg en_q;
  wire load = en_i & (|x_i) & (|w_i);
  wire load_clk;
  wire [WIDTH_X+WIDTH_W-1:0] product;

  clock_gate u_load_gate (
      .clk_i(clk_i),
      .en_i (load),
      .clk_o(load_clk)
  );

  always @(posedge clk_i) begin
    clear_q <= clear_i;
    en_q    <= load;
  end

  always @(posedge load_clk) begin
    x_q    <= x_i;
    w_q    <= w_i;
    sign_q <= sign_i;
  end

  multiplier_array #(
      .WIDTH_X (WIDTH_X),
      .WIDTH_W (WIDTH_W),
      .SIGNED_X(0),
      .SIGNED_W(0)
  ) u_multiplier (
      .x_i(x_q),
      .w_i(w_q),
      .p_o(product)
  );

  accumulator_split #(
      .WIDTH_X  (WIDTH_X + WIDTH_W),
      .WIDTH_ACC(WIDTH_ACC),
      .GATED    (1),
      .SEGMENT  (0)
  ) u_accumulator (
      .clk_i  (clk_i),
      .clear_i(clear_q),
      .en_i   (en_q),
      .sign_i (sign_q),
      .x_i    (product),
      .pos_o  (pos_o),
      .neg_o  (neg_o)
  );
endmodule

`default_nettype wire
