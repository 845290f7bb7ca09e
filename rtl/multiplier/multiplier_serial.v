// SPDX-License-Identifier: Apache-2.0
// Serial multiplier: p_o = x_i * w_i in WIDTH_W cycles, one addition a cycle;
// each operand unsigned or two's complement on its own; w_i is shifted.
//
// Algorithm: shift and add. p_q holds the sum in its upper WIDTH_X bits and
// what is left of w_i below; a step adds x where the lowest bit is 1, and
// shifts right, so that finished product bits push the used bits of w_i out.
// The first step needs no addition: it loads. Where w_i is signed, its last
// bit has negative weight, and the last step subtracts.
//
//     p_q      [ upper WIDTH_X | lower WIDTH_W ]      lowest bit of w_i -+
//                   |                  ^                                 |
//     x_q -[and]-[+ / -]---------------+ shifted right by one            |
//            ^-----------------------------------------------------------+
//
// Protocol: x_i and w_i are taken at the edge that ends a cycle with start_i.
// WIDTH_W cycles after that cycle valid_o is 1 and p_o is the product; both
// stay until the cycle after the next start. This first cycle with valid_o may
// be the next start: operations back to back take WIDTH_W cycles each. A start
// before then drops the running operation. No reset: before the first start
// p_o and valid_o are unknown.
//
//     cycle    0     1     2     3     4     5        WIDTH_W = 4
//     start_i  1     0     0     0     1     0
//     x_i w_i  a     .     .     .     b     .
//     valid_o  .     0     0     0     1     0
//     p_o      .     .     .     .     a     .
//
// Source: I. Koren, Computer Arithmetic Algorithms, 2nd ed. 2002, chapter 3.
// Area: O(WIDTH_X + WIDTH_W). Depth: O(WIDTH_X). Latency: WIDTH_W cycles.
// Parameters: WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1.
`default_nettype none

module multiplier_serial #(
    parameter integer WIDTH_X  = 8,
    parameter integer WIDTH_W  = 8,
    parameter integer SIGNED_X = 0,
    parameter integer SIGNED_W = 0
) (
    input  wire                       clk_i,
    input  wire                       start_i,
    input  wire [        WIDTH_X-1:0] x_i,
    input  wire [        WIDTH_W-1:0] w_i,
    output wire [WIDTH_X+WIDTH_W-1:0] p_o,
    output wire                       valid_o
);
  localparam integer WIDTH_P = WIDTH_X + WIDTH_W;

  generate
    if (WIDTH_X < 2 || WIDTH_X > 8 || WIDTH_W < 2 || WIDTH_W > 8) begin : gen_bad_width
      ERROR_width_must_be_2_to_8 u_error ();
    end
    if ((SIGNED_X != 0 && SIGNED_X != 1) || (SIGNED_W != 0 && SIGNED_W != 1)) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  reg  [WIDTH_X-1:0] x_q;
  reg  [WIDTH_P-1:0] p_q;
  wire               last;

  step_counter #(
      .STEPS(WIDTH_W)
  ) u_control (
      .clk_i  (clk_i),
      .start_i(start_i),
      .last_o (last),
      .done_o (valid_o)
  );

  // One bit more than x_i: the sum of two numbers of WIDTH_X bits. The bits of
  // x_i in the first step stand where a sum would.
  wire [WIDTH_X-1:0] upper = p_q[WIDTH_P-1:WIDTH_W];
  wire [WIDTH_X-1:0] chosen = x_q & {WIDTH_X{p_q[0]}};
  wire [WIDTH_X-1:0] loaded = x_i & {WIDTH_X{w_i[0]}};
  wire upper_sign = (SIGNED_X == 1) ? upper[WIDTH_X-1] : 1'b0;
  wire chosen_sign = (SIGNED_X == 1) ? chosen[WIDTH_X-1] : 1'b0;
  wire loaded_sign = (SIGNED_X == 1) ? loaded[WIDTH_X-1] : 1'b0;
  wire subtract = (SIGNED_W == 1) ? last : 1'b0;
  wire [WIDTH_X:0] sum;

  add_subtract #(
      .WIDTH(WIDTH_X + 1)
  ) u_adder (
      .subtract_i(subtract),
      .x_i       ({upper_sign, upper}),
      .y_i       ({chosen_sign, chosen}),
      .sum_o     (sum)
  );

  always @(posedge clk_i) begin
    if (start_i) begin
      x_q <= x_i;
      p_q <= {loaded_sign, loaded, w_i[WIDTH_W-1:1]};
    end else if (!valid_o) begin
      p_q <= {sum, p_q[WIDTH_W-1:1]};
    end
  end

  assign p_o = p_q;
endmodule

`default_nettype wire
