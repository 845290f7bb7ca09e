// SPDX-License-Identifier: Apache-2.0
// Row of a Booth multiplier: row_o + negative_i = digit * x_i, the digit being
// given by one_i, two_i and negative_i as booth_digit makes them.
//
// Algorithm: choose 0, x or 2 x, and invert where negative: -x = ~x + 1, of
// which the 1 is left to the adders. row_o is two's complement and just wide
// enough: one bit more than x_i for 2 x, and a sign if x_i has none.
// Source: O. MacSorley, High-Speed Arithmetic in Binary Computers, Proc. IRE
// 49 (1961).
// Area: O(WIDTH_X). Depth: 3 gates. Latency: combinational.
// Parameters: WIDTH_X 2..8; SIGNED_X 0 or 1.
`default_nettype none

module booth_row #(
    parameter integer WIDTH_X  = 8,
    parameter integer SIGNED_X = 0
) (
    input  wire [           WIDTH_X-1:0] x_i,
    input  wire                          one_i,
    input  wire                          two_i,
    input  wire                          negative_i,
    output wire [WIDTH_X+1-SIGNED_X : 0] row_o
);
  localparam integer WIDTH_ROW = WIDTH_X + 2 - SIGNED_X;

  wire fill = (SIGNED_X == 1) ? x_i[WIDTH_X-1] : 1'b0;
  wire [WIDTH_ROW-1:0] once = {{(2 - SIGNED_X) {fill}}, x_i};
  wire [WIDTH_ROW-1:0] twice = {once[WIDTH_ROW-2:0], 1'b0};

  assign row_o = ((once & {WIDTH_ROW{one_i}}) | (twice & {WIDTH_ROW{two_i}}))
               ^ {WIDTH_ROW{negative_i}};
endmodule

`default_nettype wire
