// SPDX-License-Identifier: Apache-2.0
// Carry-save adder: sum_o + carry_o = a_i + b_i + c_i modulo 2^WIDTH.
//
// Algorithm: a full adder for each column, no carry handed on; carry_o is
// already moved one column up, and the carry out of the top column is dropped.
//
//     column     3       2       1       0
//             a b c   a b c   a b c   a b c
//              [FA]    [FA]    [FA]    [FA]
//     sum_o     s       s       s       s
//     carry_o   c  <-'  c  <-'  c  <-'  0
//
// Source: I. Koren, Computer Arithmetic Algorithms, 2nd ed. 2002, chapter 5.
// Area: O(WIDTH). Depth: one full adder. Latency: combinational.
// Parameters: WIDTH 2..32.
`default_nettype none

module carry_save_adder #(
    parameter integer WIDTH = 16
) (
    input  wire [WIDTH-1:0] a_i,
    input  wire [WIDTH-1:0] b_i,
    input  wire [WIDTH-1:0] c_i,
    output wire [WIDTH-1:0] sum_o,
    output wire [WIDTH-1:0] carry_o
);
  genvar i;

  generate
    if (WIDTH < 2 || WIDTH > 32) begin : gen_bad_width
      ERROR_width_must_be_2_to_32 u_error ();
    end
  endgenerate

  // The carry out is dropped: modulo 2^WIDTH.
  // verilator lint_off UNUSEDSIGNAL
  wire [WIDTH:0] carry;
  // verilator lint_on UNUSEDSIGNAL
  assign carry[0] = 1'b0;

  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : gen_bit
      full_adder u_fa (
          .a_i    (a_i[i]),
          .b_i    (b_i[i]),
          .c_i    (c_i[i]),
          .sum_o  (sum_o[i]),
          .carry_o(carry[i+1])
      );
    end
  endgenerate

  assign carry_o = carry[WIDTH-1:0];
endmodule

`default_nettype wire
