// SPDX-License-Identifier: Apache-2.0
// Zero-skipping multiply-accumulate unit: the function of mac, one cycle later;
// an operand pair with a zero moves nothing behind the operand registers.
//
// Algorithm: operand registers, multiplier_array, accumulator. A pair loads the
// operand registers if it is enabled and neither operand is 0; otherwise they
// hold, the multiplier is still, and in the next cycle the accumulator is not
// enabled. clear_i takes effect whatever the operands are: with a product that
// is skipped it leaves 0, which is that product.
//
//     x_i --+--[reg x_q]--+
//           |             [multiplier]--product--[accumulator]-- sum_o
//     w_i --+--[reg w_q]--+                       |       |
//           |                                     |       |
//        not zero? and en_i ---[reg en_q]---------+       |
//        clear_i --------------[reg clear_q]--------------+
//
// Source: Y.-H. Chen et al., Eyeriss, IEEE J. Solid-State Circuits 52 (2017),
// which gates on zero inputs; here a zero weight does the same.
// Area: that of mac, WIDTH_X + WIDTH_W + 2 flip-flops and the zero detection.
// Depth: that of mac. Latency: 2 cycles.
// Parameters: WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1; WIDTH_ACC 8..32,
// not below WIDTH_X + WIDTH_W.
`default_nettype none

module mac_zero_skip #(
    parameter integer WIDTH_X   = 8,
    parameter integer WIDTH_W   = 8,
    parameter integer SIGNED_X  = 0,
    parameter integer SIGNED_W  = 0,
    parameter integer WIDTH_ACC = 32
) (
    input  wire                 clk_i,
    input  wire                 clear_i,
    input  wire                 en_i,
    input  wire [  WIDTH_X-1:0] x_i,
    input  wire [  WIDTH_W-1:0] w_i,
    output wire [WIDTH_ACC-1:0] sum_o
);
  localparam integer SIGNED_P = (SIGNED_X == 1 || SIGNED_W == 1) ? 1 : 0;

  reg [WIDTH_X-1:0] x_q;
  reg [WIDTH_W-1:0] w_q;
  reg clear_q;
  reg en_q;
  wire load = en_i & (|x_i) & (|w_i);
  wire [WIDTH_X+WIDTH_W-1:0] product;

  always @(posedge clk_i) begin
    clear_q <= clear_i;
    en_q    <= load;
    if (load) begin
      x_q <= x_i;
      w_q <= w_i;
    end
  end

  multiplier_array #(
      .WIDTH_X (WIDTH_X),
      .WIDTH_W (WIDTH_W),
      .SIGNED_X(SIGNED_X),
      .SIGNED_W(SIGNED_W)
  ) u_multiplier (
      .x_i(x_q),
      .w_i(w_q),
      .p_o(product)
  );

  accumulator #(
      .WIDTH_X  (WIDTH_X + WIDTH_W),
      .SIGNED   (SIGNED_P),
      .WIDTH_ACC(WIDTH_ACC)
  ) u_accumulator (
      .clk_i  (clk_i),
      .clear_i(clear_q),
      .en_i   (en_q),
      .x_i    (product),
      .sum_o  (sum_o)
  );
endmodule

`default_nettype wire
