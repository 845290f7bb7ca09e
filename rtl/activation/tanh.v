// SPDX-License-Identifier: Apache-2.0
// Hyperbolic tangent: y_o = tanh x in straight pieces. x_i is two's complement
// with WIDTH - 3 bits of fraction, from -4 to 4; y_o is two's complement with
// WIDTH - 1 bits of fraction.
//
// Algorithm: tanh x = 2 sigmoid(2 x) - 1. The sigmoid's operand has one bit of
// fraction less, so the integers are the same; of y_o only the top bit differs.
// Source: the identity follows from the definitions; else that of `sigmoid`.
// Area: that of `sigmoid` and an inverter. Depth: the same.
// Latency: combinational.
// Parameters: WIDTH 8 or 16.
`default_nettype none

module tanh #(
    parameter integer WIDTH = 8
) (
    input  wire [WIDTH-1:0] x_i,
    output wire [WIDTH-1:0] y_o
);
  wire [WIDTH-1:0] sigmoid_of_2x;

  sigmoid #(
      .WIDTH(WIDTH)
  ) u_sigmoid (
      .x_i(x_i),
      .y_o(sigmoid_of_2x)
  );

  assign y_o = {~sigmoid_of_2x[WIDTH-1], sigmoid_of_2x[WIDTH-2:0]};
endmodule

`default_nettype wire
