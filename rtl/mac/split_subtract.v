// SPDX-License-Identifier: Apache-2.0
// Final subtraction of a split dot product: diff_o = pos_i - neg_i, the sums
// unsigned, the difference two's complement and one bit wider.
//
// Algorithm: both sums get a leading zero; add_subtract with subtract_i = 1.
//
//     0, pos_i --+
//                [-]-- diff_o
//     0, neg_i --+
//
// Source: I. Koren, Computer Arithmetic Algorithms, 2nd ed. 2002, chapter 5.
// Area: O(WIDTH_ACC). Depth: O(WIDTH_ACC). Latency: combinational.
// Parameters: WIDTH_ACC 8..32.
`default_nettype none

module split_subtract #(
    parameter integer WIDTH_ACC = 32
) (
    input  wire [WIDTH_ACC-1:0] pos_i,
    input  wire [WIDTH_ACC-1:0] neg_i,
    output wire [  WIDTH_ACC:0] diff_o
);
  generate
    if (WIDTH_ACC < 8 || WIDTH_ACC > 32) begin : gen_bad_width
      ERROR_width_acc_must_be_8_to_32 u_error ();
    end
  endgenerate

  add_subtract #(
      .WIDTH(WIDTH_ACC + 1)
  ) u_subtract (
      .subtract_i(1'b1),
      .x_i       ({1'b0, pos_i}),
      .y_i       ({1'b0, neg_i}),
      .sum_o     (diff_o)
  );
endmodule

`default_nettype wire
