// SPDX-License-Identifier: Apache-2.0
// Adder-subtractor: sum_o = x_i + y_i, or x_i - y_i where subtract_i is 1,
// modulo 2^WIDTH.
//
// Algorithm: a ripple of full adders. -y = ~y + 1: subtract_i inverts each bit
// of y_i and is the carry into the lowest bit.
//
//     x2 (y2 ^ n)   x1 (y1 ^ n)   x0 (y0 ^ n)
//      |  |          |  |          |  |
//      [FA]   <---   [FA]   <---   [FA]   <--- n = subtract_i
//       |             |             |
//       s2            s1            s0
//
// Source: I. Koren, Computer Arithmetic Algorithms, 2nd ed. 2002, chapter 5.
// Area: O(WIDTH). Depth: O(WIDTH). Latency: combinational.
// Parameters: WIDTH 2..33 (the difference of two 32-bit sums has 33 bits).
`default_nettype none

module add_subtract #(
    parameter integer WIDTH = 8
) (
    input  wire             subtract_i,
    input  wire [WIDTH-1:0] x_i,
    input  wire [WIDTH-1:0] y_i,
    output wire [WIDTH-1:0] sum_o
);
  genvar i;

  generate
    if (WIDTH < 2 || WIDTH > 33) begin : gen_bad_width
      ERROR_width_must_be_2_to_33 u_error ();
    end
  endgenerate

  // The carry out is dropped: modulo 2^WIDTH.
  // verilator lint_off UNUSEDSIGNAL
  wire [WIDTH:0] carry;
  // verilator lint_on UNUSEDSIGNAL
  assign carry[0] = subtract_i;

  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : gen_bit
      full_adder u_fa (
          .a_i    (x_i[i]),
          .b_i    (y_i[i] ^ subtract_i),
          .c_i    (carry[i]),
          .sum_o  (sum_o[i]),
          .carry_o(carry[i+1])
      );
    end
  endgenerate
endmodule

`default_nettype wire
