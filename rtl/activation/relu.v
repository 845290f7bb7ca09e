// SPDX-License-Identifier: Apache-2.0
// ReLU: y_o = x_i where x_i is positive, else 0. x_i is two's complement, y_o
// unsigned and one bit narrower.
//
// Algorithm: the inverted sign bit gates each of the others.
// Source: none; the structure follows from the definition.
// Area: O(WIDTH). Depth: an inverter and an AND. Latency: combinational.
// Parameters: WIDTH 2..32.
`default_nettype none

module relu #(
    parameter integer WIDTH = 8
) (
    input  wire [WIDTH-1:0] x_i,
    output wire [WIDTH-2:0] y_o
);
  generate
    if (WIDTH < 2 || WIDTH > 32) begin : gen_bad_width
      ERROR_width_must_be_2_to_32 u_error ();
    end
  endgenerate

  assign y_o = x_i[WIDTH-2:0] & {(WIDTH - 1) {~x_i[WIDTH-1]}};
endmodule

`default_nettype wire
