// SPDX-License-Identifier: Apache-2.0
// Radix-4 Booth multiplier: p_o = x_i * w_i, each operand unsigned or two's
// complement on its own; w_i is recoded.
//
// Algorithm: w_i becomes digits from -2 to 2, half as many as it has bits; an
// unsigned w_i is read with leading zeros, and if its width is even it needs
// one more digit for them. Row i is digit i times x_i, at column 2 i. Two
// pieces of a row are left to the others:
// - The 1 that completes a negative row (n) stands in the free low columns of
//   the next row; that of the last row is a row of its own, where w_i is
//   signed. (The last digit of an unsigned w_i is never negative.)
// - The sign s of a row, of weight -2^c, is not extended to the top:
//   -s 2^c = (1 - s) 2^c - 2^c, an inverted bit and a constant. Row 0 has
//   s s ~s from its sign upwards, which is -s 2^c + 4 2^c; every other row
//   has ~s 1, which is -s 2^c + 3 2^c. All constants together make
//   2^(2 DIGITS) times the first sign's weight, which is 0 modulo 2^WIDTH_P.
// Carry-save adders take in one row after the other (for at most five rows a
// tree would not be shallower), and a ripple adder adds what is left.
//
// 4 x 4, both signed (o bit of a row, s sign, ~ inverted sign, n see above):
//
//     column   7 6 5 4 3 2 1 0
//     row 0      ~ s s o o o o
//     row 1    1 ~ o o o o   n
//     row 2              n
//
// Source: O. MacSorley, High-Speed Arithmetic in Binary Computers, Proc. IRE
// 49 (1961), after A. Booth (1951).
// Area: O(WIDTH_X * WIDTH_W). Depth: O(WIDTH_X + WIDTH_W).
// Latency: combinational.
// Parameters: WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1.
`default_nettype none

module multiplier_booth #(
    parameter integer WIDTH_X  = 8,
    parameter integer WIDTH_W  = 8,
    parameter integer SIGNED_X = 0,
    parameter integer SIGNED_W = 0
) (
    input  wire [        WIDTH_X-1:0] x_i,
    input  wire [        WIDTH_W-1:0] w_i,
    output wire [WIDTH_X+WIDTH_W-1:0] p_o
);
  localparam integer WIDTH_P = WIDTH_X + WIDTH_W;
  localparam integer DIGITS = (WIDTH_W + 2 - SIGNED_W) / 2;
  localparam integer ROWS = DIGITS + SIGNED_W;
  localparam integer WIDTH_ROW = WIDTH_X + 2 - SIGNED_X;

  genvar i, c;

  generate
    if (WIDTH_X < 2 || WIDTH_X > 8 || WIDTH_W < 2 || WIDTH_W > 8) begin : gen_bad_width
      ERROR_width_must_be_2_to_8 u_error ();
    end
    if ((SIGNED_X != 0 && SIGNED_X != 1) || (SIGNED_W != 0 && SIGNED_W != 1)) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  // w_i extended to whole digits, with the 0 below its lowest bit.
  wire [2*DIGITS:0] recoded;
  generate
    if (SIGNED_W == 1) begin : gen_signed
      assign recoded = {{(2 * DIGITS - WIDTH_W + 1) {w_i[WIDTH_W-1]}}, w_i[WIDTH_W-2:0], 1'b0};
    end else begin : gen_unsigned
      assign recoded = {{(2 * DIGITS - WIDTH_W) {1'b0}}, w_i, 1'b0};
    end
  endgenerate

  wire [          DIGITS-1:0] negative;
  wire [DIGITS*WIDTH_ROW-1:0] multiple;  // digit i times x_i, from bit i * WIDTH_ROW
  generate
    for (i = 0; i < DIGITS; i = i + 1) begin : gen_digit
      wire one;
      wire two;
      booth_digit u_digit (
          .bits_i    (recoded[2*i+:3]),
          .one_o     (one),
          .two_o     (two),
          .negative_o(negative[i])
      );
      booth_row #(
          .WIDTH_X (WIDTH_X),
          .SIGNED_X(SIGNED_X)
      ) u_row (
          .x_i       (x_i),
          .one_i     (one),
          .two_i     (two),
          .negative_i(negative[i]),
          .row_o     (multiple[i*WIDTH_ROW+:WIDTH_ROW])
      );
    end
  endgenerate

  // The rows of the dot diagram. BIT is the row's own bit in column c.
  wire [ROWS*WIDTH_P-1:0] row;
  generate
    for (i = 0; i < ROWS; i = i + 1) begin : gen_row
      for (c = 0; c < WIDTH_P; c = c + 1) begin : gen_column
        localparam integer HERE = i * WIDTH_P + c;
        localparam integer BIT = c - 2 * i;
        localparam integer SIGN = (i + 1) * WIDTH_ROW - 1;

        if (BIT == -2) begin : gen_negative
          assign row[HERE] = negative[i-1];
        end else if (i == DIGITS || BIT < 0 || BIT > WIDTH_ROW + 1) begin : gen_empty
          assign row[HERE] = 1'b0;
        end else if (BIT < WIDTH_ROW - 1) begin : gen_bit
          assign row[HERE] = multiple[i*WIDTH_ROW+BIT];
        end else if (i == 0) begin : gen_first_sign
          assign row[HERE] = (BIT == WIDTH_ROW + 1) ? ~multiple[SIGN] : multiple[SIGN];
        end else if (BIT == WIDTH_ROW - 1) begin : gen_sign
          assign row[HERE] = ~multiple[SIGN];
        end else begin : gen_constant
          assign row[HERE] = (BIT == WIDTH_ROW) ? 1'b1 : 1'b0;
        end
      end
    end
  endgenerate

  generate
    for (i = 1; i < ROWS; i = i + 1) begin : gen_saved
      wire [WIDTH_P-1:0] sum;
      wire [WIDTH_P-1:0] carry;
      if (i == 1) begin : gen_first
        assign sum   = row[0+:WIDTH_P];
        assign carry = row[WIDTH_P+:WIDTH_P];
      end else begin : gen_adder
        carry_save_adder #(
            .WIDTH(WIDTH_P)
        ) u_adder (
            .a_i    (row[i*WIDTH_P+:WIDTH_P]),
            .b_i    (gen_saved[i-1].sum),
            .c_i    (gen_saved[i-1].carry),
            .sum_o  (sum),
            .carry_o(carry)
        );
      end
    end
  endgenerate

  // The carry is dropped: modulo 2^WIDTH_P.
  // verilator lint_off UNUSEDSIGNAL
  wire [WIDTH_P:0] total;
  // verilator lint_on UNUSEDSIGNAL
  adder_ripple #(
      .WIDTH (WIDTH_P),
      .SIGNED(0)
  ) u_merge (
      .x_i  (gen_saved[ROWS-1].sum),
      .y_i  (gen_saved[ROWS-1].carry),
      .sum_o(total)
  );
  assign p_o = total[WIDTH_P-1:0];
endmodule

`default_nettype wire
