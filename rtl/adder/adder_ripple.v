// SPDX-License-Identifier: Apache-2.0
// Ripple-carry adder: sum_o = x_i + y_i, one bit wider than its operands.
//
// Algorithm: WIDTH full adders, the carry handed from bit to bit. Without a
// carry in, the first one is a half adder after optimization. The top bit is
// the carry where the operands are unsigned, and the sum of the two sign
// extensions where they are two's complement.
//
//     x3 y3   x2 y2   x1 y1   x0 y0
//      | |     | |     | |     | |
//     [FA] <- [FA] <- [FA] <- [FA] <- 0
//      | |     |       |       |
//     s4 s3    s2      s1      s0
//
// Source: I. Koren, Computer Arithmetic Algorithms, 2nd ed. 2002, section 5.1.
// Area: O(WIDTH). Depth: O(WIDTH). Latency: combinational.
// Parameters: WIDTH 2..32; SIGNED 0 (unsigned) or 1 (two's complement).
`default_nettype none

module adder_ripple #(
    parameter integer WIDTH  = 8,
    parameter integer SIGNED = 0
) (
    input  wire [WIDTH-1:0] x_i,
    input  wire [WIDTH-1:0] y_i,
    output wire [  WIDTH:0] sum_o
);
  genvar i;

  generate
    if (WIDTH < 2 || WIDTH > 32) begin : gen_bad_width
      ERROR_width_must_be_2_to_32 u_error ();
    end
    if (SIGNED != 0 && SIGNED != 1) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : gen_bit
      wire carry_in;
      wire carry;
      if (i == 0) begin : gen_first
        assign carry_in = 1'b0;
      end else begin : gen_next
        assign carry_in = gen_bit[i-1].carry;
      end
      full_adder u_fa (
          .a_i    (x_i[i]),
          .b_i    (y_i[i]),
          .c_i    (carry_in),
          .sum_o  (sum_o[i]),
          .carry_o(carry)
      );
    end
    if (SIGNED == 1) begin : gen_signed
      assign sum_o[WIDTH] = x_i[WIDTH-1] ^ y_i[WIDTH-1] ^ gen_bit[WIDTH-1].carry;
    end else begin : gen_unsigned
      assign sum_o[WIDTH] = gen_bit[WIDTH-1].carry;
    end
  endgenerate
endmodule

`default_nettype wire
