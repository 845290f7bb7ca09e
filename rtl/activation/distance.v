// SPDX-License-Identifier: Apache-2.0
// Distance: d_o = x_i - y_i modulo 2^WIDTH, unsigned: how far y_i is below x_i,
// where it is not above. In a softmax x_i is the maximum.
//
// Algorithm: a subtraction, as the synthesizer builds `-`. Of two numbers of
// WIDTH bits, both unsigned or both two's complement, no difference that is not
// negative has more bits.
// Source: none; the structure is the synthesizer's.
// Area, depth: the synthesizer's choice. Latency: combinational.
// Parameters: WIDTH 2..32.
`default_nettype none

module distance #(
    parameter integer WIDTH = 8
) (
    input  wire [WIDTH-1:0] x_i,
    input  wire [WIDTH-1:0] y_i,
    output wire [WIDTH-1:0] d_o
);
  generate
    if (WIDTH < 2 || WIDTH > 32) begin : gen_bad_width
      ERROR_width_must_be_2_to_32 u_error ();
    end
  endgenerate

  assign d_o = x_i - y_i;
endmodule

`default_nettype wire
