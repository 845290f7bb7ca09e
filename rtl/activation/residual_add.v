// SPDX-License-Identifier: Apache-2.0
// Residual addition: r_o = (x_i * m_i + y_i * n_i + c_i) >> places_i, clipped to
// the range of r_o. x_i is the sum of a convolution, y_i a number of the shortcut;
// each has a multiplier of its own, for their scales differ. All but y_i and r_o
// are two's complement.
//
// Algorithm: products and sums as the synthesizer builds `*` and `+`, then
// shift_clip; rounding and offset are in c_i, as in `requantize`.
//
//     x_i --[*]--[+]--[+]--[>> places_i]--[clip]-- r_o
//     m_i ---+    |    |
//     y_i --[*]---+    |
//     n_i ---+         |
//     c_i -------------+
//
// Source: B. Jacob et al., Quantization and Training of Neural Networks for
// Efficient Integer-Arithmetic-Only Inference, CVPR 2018, appendix A.2.
// Area: O((WIDTH_X + WIDTH_Y) * WIDTH_M). Depth: the synthesizer's choice.
// Latency: combinational.
// Parameters: WIDTH_X 8..32; WIDTH_M 8..16; WIDTH_Y 8..16, not above WIDTH_X;
// SIGNED_Y 0 or 1; WIDTH_PLACES 5 or 6; WIDTH_R 2..16; SIGNED_R 0 or 1.
`default_nettype none

module residual_add #(
    parameter integer WIDTH_X      = 32,
    parameter integer WIDTH_M      = 16,
    parameter integer WIDTH_Y      = 8,
    parameter integer SIGNED_Y     = 0,
    parameter integer WIDTH_PLACES = 6,
    parameter integer WIDTH_R      = 8,
    parameter integer SIGNED_R     = 0
) (
    input  wire [        WIDTH_X-1:0] x_i,
    input  wire [        WIDTH_M-1:0] m_i,
    input  wire [        WIDTH_Y-1:0] y_i,
    input  wire [        WIDTH_M-1:0] n_i,
    input  wire [WIDTH_X+WIDTH_M-1:0] c_i,
    input  wire [   WIDTH_PLACES-1:0] places_i,
    output wire [        WIDTH_R-1:0] r_o
);
  generate
    if (WIDTH_X < 8 || WIDTH_X > 32 || WIDTH_M < 8 || WIDTH_M > 16) begin : gen_bad_width
      ERROR_width_x_must_be_8_to_32_and_width_m_8_to_16 u_error ();
    end
    if (WIDTH_Y < 8 || WIDTH_Y > 16 || WIDTH_Y > WIDTH_X) begin : gen_bad_shortcut
      ERROR_width_y_must_be_8_to_16_and_not_above_width_x u_error ();
    end
    if (SIGNED_Y != 0 && SIGNED_Y != 1) begin : gen_bad_signed
      ERROR_signed_y_must_be_0_or_1 u_error ();
    end
  endgenerate

  // Three numbers of at most WIDTH_X + WIDTH_M bits, signs included.
  localparam WIDTH_V = WIDTH_X + WIDTH_M + 2;

  wire fill_y = (SIGNED_Y == 1) ? y_i[WIDTH_Y-1] : 1'b0;
  wire signed [WIDTH_V-1:0] x = {{(WIDTH_V - WIDTH_X) {x_i[WIDTH_X-1]}}, x_i};
  wire signed [WIDTH_V-1:0] m = {{(WIDTH_V - WIDTH_M) {m_i[WIDTH_M-1]}}, m_i};
  wire signed [WIDTH_V-1:0] y = {{(WIDTH_V - WIDTH_Y) {fill_y}}, y_i};
  wire signed [WIDTH_V-1:0] n = {{(WIDTH_V - WIDTH_M) {n_i[WIDTH_M-1]}}, n_i};
  wire signed [WIDTH_V-1:0] c = {{2{c_i[WIDTH_X+WIDTH_M-1]}}, c_i};

  shift_clip #(
      .WIDTH_V     (WIDTH_V),
      .WIDTH_PLACES(WIDTH_PLACES),
      .WIDTH_R     (WIDTH_R),
      .SIGNED_R    (SIGNED_R)
  ) u_shift_clip (
      .v_i     (x * m + y * n + c),
      .places_i(places_i),
      .r_o     (r_o)
  );
endmodule

`default_nettype wire
