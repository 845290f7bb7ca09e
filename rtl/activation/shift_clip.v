// SPDX-License-Identifier: Apache-2.0
// Right shift and clipping: r_o = v_i >> places_i, rounded down, then clipped to
// the range of r_o. v_i is two's complement.
//
// Algorithm: a shifter as the synthesizer builds `>>>`. What the shifted number
// has above r_o must be its sign only; else r_o takes the extreme value of that
// side.
//
//     v_i --[>>> places_i]--+-- low bits --[mux]-- r_o
//                           +-- high bits: all alike?
//
// Source: none; the structure is the synthesizer's.
// Area: O(WIDTH_V * WIDTH_PLACES). Depth: WIDTH_PLACES multiplexers and the
// comparison of the high bits. Latency: combinational.
// Parameters: WIDTH_V 18..50; WIDTH_PLACES 5 or 6; WIDTH_R 2..16; SIGNED_R 0 or 1.
`default_nettype none

module shift_clip #(
    parameter integer WIDTH_V      = 48,
    parameter integer WIDTH_PLACES = 6,
    parameter integer WIDTH_R      = 8,
    parameter integer SIGNED_R     = 0
) (
    input  wire [     WIDTH_V-1:0] v_i,
    input  wire [WIDTH_PLACES-1:0] places_i,
    output wire [     WIDTH_R-1:0] r_o
);
  generate
    if (WIDTH_V < 18 || WIDTH_V > 50 || WIDTH_R < 2 || WIDTH_R > 16) begin : gen_bad_width
      ERROR_width_v_must_be_18_to_50_and_width_r_2_to_16 u_error ();
    end
    if (WIDTH_PLACES < 5 || WIDTH_PLACES > 6) begin : gen_bad_places
      ERROR_width_places_must_be_5_or_6 u_error ();
    end
    if (SIGNED_R != 0 && SIGNED_R != 1) begin : gen_bad_signed
      ERROR_signed_r_must_be_0_or_1 u_error ();
    end
  endgenerate

  wire signed [WIDTH_V-1:0] v = v_i;
  wire [WIDTH_V-1:0] shifted = v >>> places_i;
  wire negative = shifted[WIDTH_V-1];

  generate
    if (SIGNED_R == 1) begin : gen_signed
      wire outside = shifted[WIDTH_V-1:WIDTH_R-1] != {(WIDTH_V - WIDTH_R + 1) {negative}};
      assign r_o = outside ? {negative, {(WIDTH_R - 1) {~negative}}} : shifted[WIDTH_R-1:0];
    end else begin : gen_unsigned
      wire above = |shifted[WIDTH_V-1:WIDTH_R];
      assign r_o = (shifted[WIDTH_R-1:0] | {WIDTH_R{above}}) & {WIDTH_R{~negative}};
    end
  endgenerate
endmodule

`default_nettype wire
