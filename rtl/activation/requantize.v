// SPDX-License-Identifier: Apache-2.0
// Requantizer: r_o = (x_i * m_i + c_i) >> places_i, clipped to the range of r_o.
//
// Algorithm: product and sum as the synthesizer builds `*` and `+`, then
// shift_clip. With c_i = 2^(places_i-1) halves are rounded up; a network's offset
// and zero point go into c_i as well, and rounding needs no adder of its own.
// m_i and c_i change with each channel and places_i with each layer: they are
// operands, for a circuit that serves many.
//
//     x_i --[*]--[+]--[>> places_i]--[clip]-- r_o
//     m_i ---+    |
//     c_i --------+
//
// Source: B. Jacob et al., Quantization and Training of Neural Networks for
// Efficient Integer-Arithmetic-Only Inference, CVPR 2018, section 2.2.
// Area: O(WIDTH_X * WIDTH_M). Depth: the synthesizer's choice.
// Latency: combinational.
// Parameters: WIDTH_X 8..32; WIDTH_M 8..16; SIGNED 0 or 1 (x_i, m_i and c_i);
// WIDTH_PLACES 5 or 6; WIDTH_R 2..16; SIGNED_R 0 or 1; where SIGNED is 0, WIDTH_X is
// at most 16 and WIDTH_R at least 8.
`default_nettype none

module requantize #(
    parameter integer WIDTH_X      = 32,
    parameter integer WIDTH_M      = 16,
    parameter integer SIGNED       = 1,
    parameter integer WIDTH_PLACES = 6,
    parameter integer WIDTH_R      = 8,
    parameter integer SIGNED_R     = 0
) (
    input  wire [        WIDTH_X-1:0] x_i,
    input  wire [        WIDTH_M-1:0] m_i,
    input  wire [WIDTH_X+WIDTH_M-1:0] c_i,
    input  wire [   WIDTH_PLACES-1:0] places_i,
    output wire [        WIDTH_R-1:0] r_o
);
  generate
    if (WIDTH_X < 8 || WIDTH_X > 32 || WIDTH_M < 8 || WIDTH_M > 16) begin : gen_bad_width
      ERROR_width_x_must_be_8_to_32_and_width_m_8_to_16 u_error ();
    end
    if (SIGNED == 0 && (WIDTH_X > 16 || WIDTH_R < 8)) begin : gen_bad_scale
      ERROR_without_signs_width_x_must_be_8_to_16_and_width_r_8_to_16 u_error ();
    end
    if (SIGNED != 0 && SIGNED != 1) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  // The sum of product and c_i has a bit more than either, and a sign.
  localparam WIDTH_V = WIDTH_X + WIDTH_M + 2;

  wire fill_x = (SIGNED == 1) ? x_i[WIDTH_X-1] : 1'b0;
  wire fill_m = (SIGNED == 1) ? m_i[WIDTH_M-1] : 1'b0;
  wire fill_c = (SIGNED == 1) ? c_i[WIDTH_X+WIDTH_M-1] : 1'b0;
  wire signed [WIDTH_V-1:0] x = {{(WIDTH_V - WIDTH_X) {fill_x}}, x_i};
  wire signed [WIDTH_V-1:0] m = {{(WIDTH_V - WIDTH_M) {fill_m}}, m_i};
  wire signed [WIDTH_V-1:0] c = {{2{fill_c}}, c_i};

  shift_clip #(
      .WIDTH_V     (WIDTH_V),
      .WIDTH_PLACES(WIDTH_PLACES),
      .WIDTH_R     (WIDTH_R),
      .SIGNED_R    (SIGNED_R)
  ) u_shift_clip (
      .v_i     (x * m + c),
      .places_i(places_i),
      .r_o     (r_o)
  );
endmodule

`default_nettype wire
