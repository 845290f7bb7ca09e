// SPDX-License-Identifier: Apache-2.0
// Saturating adder: sum_o = x_i + y_i, clipped to the range of its operands; a
// residual addition of numbers that have one scale.
//
// Algorithm: the sum with one bit more, as the synthesizer builds `+`. Two's
// complement left the range where its two top bits differ, unsigned where the
// top bit is 1; then the extreme value of that side is taken.
// Source: none; the structure is the synthesizer's.
// Area, depth: the synthesizer's choice. Latency: combinational.
// Parameters: WIDTH 2..32; SIGNED 0 (unsigned) or 1 (two's complement).
`default_nettype none

module add_saturate #(
    parameter integer WIDTH  = 8,
    parameter integer SIGNED = 0
) (
    input  wire [WIDTH-1:0] x_i,
    input  wire [WIDTH-1:0] y_i,
    output wire [WIDTH-1:0] sum_o
);
  generate
    if (WIDTH < 2 || WIDTH > 32) begin : gen_bad_width
      ERROR_width_must_be_2_to_32 u_error ();
    end
    if (SIGNED != 0 && SIGNED != 1) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  wire [WIDTH:0] sum;

  generate
    if (SIGNED == 1) begin : gen_signed
      assign sum = {x_i[WIDTH-1], x_i} + {y_i[WIDTH-1], y_i};
      assign sum_o = (sum[WIDTH] != sum[WIDTH-1]) ? {sum[WIDTH], {(WIDTH - 1) {~sum[WIDTH]}}} :
                                                    sum[WIDTH-1:0];
    end else begin : gen_unsigned
      assign sum = {1'b0, x_i} + {1'b0, y_i};
      assign sum_o = sum[WIDTH-1:0] | {WIDTH{sum[WIDTH]}};
    end
  endgenerate
endmodule

`default_nettype wire
