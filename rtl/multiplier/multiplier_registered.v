// SPDX-License-Identifier: Apache-2.0
// Array multiplier between operand and result registers, the form in which
// synthesis tools and papers usually report a multiplier.
//
// Algorithm: as multiplier_array; every register loads at every rising edge.
//
//     x_i --[reg]--+
//                  [array]--[reg]-- p_o
//     w_i --[reg]--+
//
// Area: the array and 2 (WIDTH_X + WIDTH_W) flip-flops. Depth: the array's.
// Latency: 2 cycles. No reset: the first two products are unknown.
// Parameters: WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1.
`default_nettype none

module multiplier_registered #(
    parameter integer WIDTH_X  = 8,
    parameter integer WIDTH_W  = 8,
    parameter integer SIGNED_X = 0,
    parameter integer SIGNED_W = 0
) (
    input  wire                       clk_i,
    input  wire [        WIDTH_X-1:0] x_i,
    input  wire [        WIDTH_W-1:0] w_i,
    output wire [WIDTH_X+WIDTH_W-1:0] p_o
);
  reg  [        WIDTH_X-1:0] x_q;
  reg  [        WIDTH_W-1:0] w_q;
  reg  [WIDTH_X+WIDTH_W-1:0] p_q;
  wire [WIDTH_X+WIDTH_W-1:0] product;

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

  always @(posedge clk_i) begin
    x_q <= x_i;
    w_q <= w_i;
    p_q <= product;
  end

  assign p_o = p_q;
endmodule

`default_nettype wire
