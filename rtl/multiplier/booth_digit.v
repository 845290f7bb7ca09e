// SPDX-License-Identifier: Apache-2.0
// Radix-4 Booth recoder: two bits of the multiplier and the next lower one
// become a digit from -2 to 2.
//
// Algorithm: digit = -2 b2 + b1 + b0, b0 being the lower digit's top bit.
//
//     b2 b1 b0   digit  one two negative
//     0  0  0      0     0   0     0
//     0  0  1      1     1   0     0
//     0  1  0      1     1   0     0
//     0  1  1      2     0   1     0
//     1  0  0     -2     0   1     1
//     1  0  1     -1     1   0     1
//     1  1  0     -1     1   0     1
//     1  1  1      0     0   0     0
//
// 111 is made a plain zero: a negative zero would also be right, with a row
// of ones and a carry that runs through it, and would toggle for nothing.
// Source: O. MacSorley, High-Speed Arithmetic in Binary Computers, Proc. IRE
// 49 (1961).
// Area: some 6 gates. Depth: 3 gates. Latency: combinational. Parameters: none.
`default_nettype none

module booth_digit (
    input  wire [2:0] bits_i,
    output wire       one_o,
    output wire       two_o,
    output wire       negative_o
);
  assign one_o      = bits_i[1] ^ bits_i[0];
  assign two_o      = ~one_o & (bits_i[2] ^ bits_i[1]);
  assign negative_o = bits_i[2] & ~(bits_i[1] & bits_i[0]);
endmodule

`default_nettype wire
