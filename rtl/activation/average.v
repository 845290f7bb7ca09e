// SPDX-License-Identifier: Apache-2.0
// Average: an accumulator of up to N = 2^(WIDTH_ACC-WIDTH_X) numbers, whose mean
// mean_o is the upper WIDTH_X bits of the sum, halves rounded up.
//
// Algorithm: the sum begins with N / 2 instead of 0, and rounding needs no adder.
// clear_i comes before en_i: it makes the addend N / 2, so that clear with enable
// begins with x_i, and clear alone with nothing. More than N numbers wrap.
//
//     x_i --extend--[+]--[reg]--+-- upper bits: mean_o
//       clear ? N/2 : +---------+
//
// Source: none; the accumulator of every textbook.
// Area: O(WIDTH_ACC). Depth: the synthesizer's choice of `+`. Latency: 1 cycle.
// Parameters: WIDTH_X 2..16; WIDTH_ACC 3..24, WIDTH_X + 1 to WIDTH_X + 8; SIGNED
// 0 (unsigned) or 1 (two's complement).
`default_nettype none

module average #(
    parameter integer WIDTH_X   = 8,
    parameter integer SIGNED    = 0,
    parameter integer WIDTH_ACC = 16
) (
    input  wire               clk_i,
    input  wire               clear_i,
    input  wire               en_i,
    input  wire [WIDTH_X-1:0] x_i,
    output wire [WIDTH_X-1:0] mean_o
);
  localparam LOG_N = WIDTH_ACC - WIDTH_X;

  generate
    if (WIDTH_X < 2 || WIDTH_X > 16 || LOG_N < 1 || LOG_N > 8) begin : gen_bad_width
      ERROR_width_x_must_be_2_to_16_and_width_acc_1_to_8_more u_error ();
    end
    if (SIGNED != 0 && SIGNED != 1) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  wire [WIDTH_ACC-1:0] half = {{(WIDTH_ACC - 1) {1'b0}}, 1'b1} << (LOG_N - 1);
  wire fill = (SIGNED == 1) ? x_i[WIDTH_X-1] : 1'b0;

  reg [WIDTH_ACC-1:0] sum_q;
  wire [WIDTH_ACC-1:0] addend = clear_i ? half : sum_q;

  always @(posedge clk_i) begin
    if (en_i) sum_q <= addend + {{LOG_N{fill}}, x_i};
    else if (clear_i) sum_q <= half;
  end

  assign mean_o = sum_q[WIDTH_ACC-1:LOG_N];
endmodule

`default_nettype wire
