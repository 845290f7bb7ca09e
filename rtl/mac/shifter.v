// SPDX-License-Identifier: Apache-2.0
// Left shifter: y_o = x_i * 2^shift_i modulo 2^WIDTH.
//
// Algorithm: a level of multiplexers for each bit of shift_i, bit k moving the
// word by 2^k places; zeros come in from below.
//
//     x_i --[by 0 or 1]--[by 0 or 2]--[by 0 or 4]-- y_o
//                |            |            |
//           shift_i[0]   shift_i[1]   shift_i[2]
//
// Source: none; the logarithmic shifter of every textbook.
// Area: O(WIDTH * WIDTH_SHIFT). Depth: WIDTH_SHIFT multiplexers.
// Latency: combinational.
// Parameters: WIDTH 8..32; WIDTH_SHIFT 1..4.
`default_nettype none

module shifter #(
    parameter integer WIDTH       = 32,
    parameter integer WIDTH_SHIFT = 3
) (
    input  wire [      WIDTH-1:0] x_i,
    input  wire [WIDTH_SHIFT-1:0] shift_i,
    output wire [      WIDTH-1:0] y_o
);
  genvar k;

  generate
    if (WIDTH < 8 || WIDTH > 32 || WIDTH_SHIFT < 1 || WIDTH_SHIFT > 4) begin : gen_bad_width
      ERROR_width_must_be_8_to_32_and_width_shift_1_to_4 u_error ();
    end
  endgenerate

  generate
    for (k = 0; k <= WIDTH_SHIFT; k = k + 1) begin : gen_level
      wire [WIDTH-1:0] word;
      if (k == 0) begin : gen_first
        assign word = x_i;
      end else begin : gen_shift
        assign word = shift_i[k-1] ? gen_level[k-1].word << 2 ** (k - 1) : gen_level[k-1].word;
      end
    end
  endgenerate

  assign y_o = gen_level[WIDTH_SHIFT].word;
endmodule

`default_nettype wire
