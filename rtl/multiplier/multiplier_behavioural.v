// SPDX-License-Identifier: Apache-2.0
// Behavioural multiplier: p_o = x_i * w_i, each operand unsigned or two's
// complement on its own, as the synthesizer builds `*`; the twin of the
// structural multipliers.
//
// Algorithm: one `*`. An expression is signed only if all its operands are, so
// an unsigned operand beside a signed one gets a leading zero and becomes
// signed; without it the signed one would be extended with zeros.
// Source: none; the structure is the synthesizer's.
// Area, depth: the synthesizer's choice. Latency: combinational.
// Parameters: WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1.
`default_nettype none

module multiplier_behavioural #(
    parameter integer WIDTH_X  = 8,
    parameter integer WIDTH_W  = 8,
    parameter integer SIGNED_X = 0,
    parameter integer SIGNED_W = 0
) (
    input  wire [        WIDTH_X-1:0] x_i,
    input  wire [        WIDTH_W-1:0] w_i,
    output wire [WIDTH_X+WIDTH_W-1:0] p_o
);
  generate
    if (WIDTH_X < 2 || WIDTH_X > 8 || WIDTH_W < 2 || WIDTH_W > 8) begin : gen_bad_width
      ERROR_width_must_be_2_to_8 u_error ();
    end
    if ((SIGNED_X != 0 && SIGNED_X != 1) || (SIGNED_W != 0 && SIGNED_W != 1)) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
    if (SIGNED_X == 1 && SIGNED_W == 1) begin : gen_both_signed
      assign p_o = $signed(x_i) * $signed(w_i);
    end else if (SIGNED_X == 1) begin : gen_x_signed
      assign p_o = $signed(x_i) * $signed({1'b0, w_i});
    end else if (SIGNED_W == 1) begin : gen_w_signed
      assign p_o = $signed({1'b0, x_i}) * $signed(w_i);
    end else begin : gen_unsigned
      assign p_o = x_i * w_i;
    end
  endgenerate
endmodule

`default_nettype wire
