// SPDX-License-Identifier: Apache-2.0
// Behavioural adder: sum_o = x_i + y_i, one bit wider than its operands, as
// the synthesizer builds `+`; the twin of the structural adders.
//
// Algorithm: both operands are extended by one bit, their sign where SIGNED,
// and added; the signs are explicit, for a mixed expression would be unsigned.
// Source: none; the structure is the synthesizer's.
// Area, depth: the synthesizer's choice. Latency: combinational.
// Parameters: WIDTH 2..32; SIGNED 0 (unsigned) or 1 (two's complement).
`default_nettype none

module adder_behavioural #(
    parameter integer WIDTH  = 8,
    parameter integer SIGNED = 0
) (
    input  wire [WIDTH-1:0] x_i,
    input  wire [WIDTH-1:0] y_i,
    output wire [  WIDTH:0] sum_o
);
  generate
    if (WIDTH < 2 || WIDTH > 32) begin : gen_bad_width
      ERROR_width_must_be_2_to_32 u_error ();
    end
    if (SIGNED != 0 && SIGNED != 1) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
    if (SIGNED == 1) begin : gen_signed
      assign sum_o = {x_i[WIDTH-1], x_i} + {y_i[WIDTH-1], y_i};
    end else begin : gen_unsigned
      assign sum_o = {1'b0, x_i} + {1'b0, y_i};
    end
  endgenerate
endmodule

`default_nettype wire
