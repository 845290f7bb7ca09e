// SPDX-License-Identifier: Apache-2.0
// Carry-save array multiplier: p_o = x_i * w_i, each operand unsigned or
// two's complement on its own; Baugh-Wooley where signed.
//
// Algorithm: one row of full adders for each bit of w_i, carries saved to the
// next row, a ripple adder at the bottom. A partial product x_j w_i has
// negative weight when exactly one of its two bits is a sign bit. With
// -b = ~b - 1, such a bit enters inverted, and the constants -2^(i+j) are
// collected into CORRECTION, whose bits enter at the inputs that the array
// leaves free: the carries of the first row (columns 1 to WIDTH_X - 1) and the
// top of each row (columns WIDTH_X and up).
//
// 4 x 4, both signed (o plain, ~ inverted, 1 correction):
//
//     column   7 6 5 4 3 2 1 0
//     row 0            ~ o o o
//     row 1          ~ o o o
//     row 2        ~ o o o
//     row 3      o ~ ~ ~
//     constant 1     1
//
// Source: C. Baugh, B. Wooley, A Two's Complement Parallel Array
// Multiplication Algorithm, IEEE Trans. Computers C-22 (1973), with the
// inverted-bit form that became standard; mixed signs by the same rule.
// Area: O(WIDTH_X * WIDTH_W). Depth: O(WIDTH_X + WIDTH_W).
// Latency: combinational.
// Parameters: WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1.
`default_nettype none

module multiplier_array #(
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

  // -(sum of the weights that are negative) modulo 2^WIDTH_P. A signed x_i
  // alone makes the column j = WIDTH_X - 1 of every row negative, and so on;
  // where both are signed the corner (sign times sign) is positive again.
  localparam integer NEG_X = 2 ** (WIDTH_X - 1) * (2 ** (WIDTH_W - SIGNED_W) - 1);
  localparam integer NEG_W = 2 ** (WIDTH_W - 1) * (2 ** (WIDTH_X - SIGNED_X) - 1);
  localparam integer CORRECTION_INTEGER = 2 ** WIDTH_P - SIGNED_X * NEG_X - SIGNED_W * NEG_W;
  localparam [WIDTH_P-1:0] CORRECTION = CORRECTION_INTEGER[WIDTH_P-1:0];

  genvar i, j;

  generate
    if (WIDTH_X < 2 || WIDTH_X > 8 || WIDTH_W < 2 || WIDTH_W > 8) begin : gen_bad_width
      ERROR_width_must_be_2_to_8 u_error ();
    end
    if ((SIGNED_X != 0 && SIGNED_X != 1) || (SIGNED_W != 0 && SIGNED_W != 1)) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  // Row i adds w_i[i]'s partial products; its bit j stands at column i + j, its
  // carry j one column higher.
  generate
    for (i = 0; i < WIDTH_W; i = i + 1) begin : gen_row
      wire [WIDTH_X-1:0] sum;
      wire [WIDTH_X-1:0] carry;

      for (j = 0; j < WIDTH_X; j = j + 1) begin : gen_column
        localparam integer NEGATIVE = ((SIGNED_X == 1 && j == WIDTH_X - 1) ? 1 : 0)
                                    + ((SIGNED_W == 1 && i == WIDTH_W - 1) ? 1 : 0);
        wire product;  // inverted where its weight is negative

        if (NEGATIVE == 1) begin : gen_inverted
          assign product = ~(x_i[j] & w_i[i]);
        end else begin : gen_plain
          assign product = x_i[j] & w_i[i];
        end

        if (i == 0) begin : gen_first
          assign sum[j]   = product;
          assign carry[j] = (j + 1 < WIDTH_X) ? CORRECTION[j+1] : 1'b0;
        end else begin : gen_adder
          wire from_above;
          if (j == WIDTH_X - 1) begin : gen_top
            assign from_above = CORRECTION[i+j];
          end else begin : gen_inner
            assign from_above = gen_row[i-1].sum[j+1];
          end
          full_adder u_fa (
              .a_i    (product),
              .b_i    (from_above),
              .c_i    (gen_row[i-1].carry[j]),
              .sum_o  (sum[j]),
              .carry_o(carry[j])
          );
        end
      end
      assign p_o[i] = sum[0];  // the lowest column of a row is finished
    end
  endgenerate

  // What is left, columns WIDTH_W and up: a sum and a carry vector.
  wire [WIDTH_X-1:0] last_sum = {CORRECTION[WIDTH_P-1], gen_row[WIDTH_W-1].sum[WIDTH_X-1:1]};
  wire [WIDTH_X-1:0] last_carry = gen_row[WIDTH_W-1].carry;
  // The carry is dropped: modulo 2^WIDTH_P.
  // verilator lint_off UNUSEDSIGNAL
  wire [  WIDTH_X:0] upper;
  // verilator lint_on UNUSEDSIGNAL

  adder_ripple #(
      .WIDTH (WIDTH_X),
      .SIGNED(0)
  ) u_merge (
      .x_i  (last_sum),
      .y_i  (last_carry),
      .sum_o(upper)
  );
  assign p_o[WIDTH_P-1:WIDTH_W] = upper[WIDTH_X-1:0];
endmodule

`default_nettype wire
