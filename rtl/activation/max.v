// SPDX-License-Identifier: Apache-2.0
// Maximum: max_o is the larger of x_i and y_i, greater_o is 1 where y_i is the
// larger one. Pooling takes max_o; an argmax keeps the index where greater_o
// says so.
//
// Algorithm: a comparison, as the synthesizer builds `>`, and a multiplexer. Two's
// complement numbers are compared as unsigned ones with their sign bits inverted.
//
//     x_i --+--[ y > x ]--+-- greater_o
//     y_i --+             |
//     x_i, y_i --------[mux]-- max_o
//
// Source: none; the structure is the synthesizer's.
// Area, depth: the synthesizer's choice. Latency: combinational.
// Parameters: WIDTH 2..32; SIGNED 0 (unsigned) or 1 (two's complement).
`default_nettype none

module max #(
    parameter integer WIDTH  = 8,
    parameter integer SIGNED = 0
) (
    input  wire [WIDTH-1:0] x_i,
    input  wire [WIDTH-1:0] y_i,
    output wire [WIDTH-1:0] max_o,
    output wire             greater_o
);
  generate
    if (WIDTH < 2 || WIDTH > 32) begin : gen_bad_width
      ERROR_width_must_be_2_to_32 u_error ();
    end
    if (SIGNED != 0 && SIGNED != 1) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  wire invert = (SIGNED == 1) ? 1'b1 : 1'b0;

  assign greater_o = {y_i[WIDTH-1] ^ invert, y_i[WIDTH-2:0]} >
                     {x_i[WIDTH-1] ^ invert, x_i[WIDTH-2:0]};
  assign max_o = greater_o ? y_i : x_i;
endmodule

`default_nettype wire
