// SPDX-License-Identifier: Apache-2.0
// Sign-magnitude multiplier: p_o = x_i * w_i, each number coded as a sign bit
// on top of a magnitude.
//
// Algorithm: the magnitudes meet in an unsigned multiplier_array, the signs in
// an exclusive or. Minus zero is taken as zero; a zero product has sign 0.
//
//     x_i  sign | magnitude ---+
//           |               [array]-+------------ p_o magnitude
//     w_i  sign | magnitude ---+    +-- not 0? -+
//           +-----[xor]----------------------[and]- p_o sign
//
// A magnitude of one bit gets a leading zero, as the array begins at two bits;
// its gates disappear in synthesis.
//
// Source: I. Koren, Computer Arithmetic Algorithms, 2nd ed. 2002, chapter 1.
// Area: O(WIDTH_X * WIDTH_W). Depth: O(WIDTH_X + WIDTH_W).
// Latency: combinational.
// Parameters: WIDTH_X, WIDTH_W 2..8, the sign bit included; p_o has a sign and
// WIDTH_X - 1 + WIDTH_W - 1 bits of magnitude.
`default_nettype none

module multiplier_signmag #(
    parameter integer WIDTH_X = 8,
    parameter integer WIDTH_W = 8
) (
    input  wire [        WIDTH_X-1:0] x_i,
    input  wire [        WIDTH_W-1:0] w_i,
    output wire [WIDTH_X+WIDTH_W-2:0] p_o
);
  localparam integer WIDTH_M = WIDTH_X + WIDTH_W - 2;
  localparam integer ARRAY_X = (WIDTH_X == 2) ? 2 : WIDTH_X - 1;
  localparam integer ARRAY_W = (WIDTH_W == 2) ? 2 : WIDTH_W - 1;

  generate
    if (WIDTH_X < 2 || WIDTH_X > 8 || WIDTH_W < 2 || WIDTH_W > 8) begin : gen_bad_width
      ERROR_width_must_be_2_to_8 u_error ();
    end
  endgenerate

  wire [        ARRAY_X-1:0] magnitude_x;
  wire [        ARRAY_W-1:0] magnitude_w;
  // Of a magnitude of one bit, made two, the product's top bits are 0.
  // verilator lint_off UNUSEDSIGNAL
  wire [ARRAY_X+ARRAY_W-1:0] product;
  // verilator lint_on UNUSEDSIGNAL

  generate
    if (WIDTH_X == 2) begin : gen_narrow_x
      assign magnitude_x = {1'b0, x_i[0]};
    end else begin : gen_x
      assign magnitude_x = x_i[WIDTH_X-2:0];
    end
    if (WIDTH_W == 2) begin : gen_narrow_w
      assign magnitude_w = {1'b0, w_i[0]};
    end else begin : gen_w
      assign magnitude_w = w_i[WIDTH_W-2:0];
    end
  endgenerate

  multiplier_array #(
      .WIDTH_X (ARRAY_X),
      .WIDTH_W (ARRAY_W),
      .SIGNED_X(0),
      .SIGNED_W(0)
  ) u_multiplier (
      .x_i(magnitude_x),
      .w_i(magnitude_w),
      .p_o(product)
  );

  assign p_o[WIDTH_M-1:0] = product[WIDTH_M-1:0];
  assign p_o[WIDTH_M]     = (x_i[WIDTH_X-1] ^ w_i[WIDTH_W-1]) & (|product[WIDTH_M-1:0]);
endmodule

`default_nettype wire
