// SPDX-License-Identifier: Apache-2.0
// Partial sum of a stationary multiply-accumulate unit: sum_o becomes
// addend_i + x_i at each rising edge, modulo 2^WIDTH_ACC.
//
// Algorithm: the accumulator without its loop: x_i is extended (by its sign
// where SIGNED) and added to what a neighbour hands on. The register has no
// enable and is never cleared.
//
//     x_i ------+
//               [adder_extend]--[reg]-- sum_o
//     addend_i -+
//
// Source: H. T. Kung, Why systolic architectures?, IEEE Computer 15 (1982).
// Area, depth: those of adder_extend, and WIDTH_ACC flip-flops. Latency: 1 cycle.
// Parameters: WIDTH_X 2..32, not above WIDTH_ACC 8..32; SIGNED, PREFIX 0 or 1.
`default_nettype none

module partial_sum #(
    parameter integer WIDTH_X   = 16,
    parameter integer SIGNED    = 0,
    parameter integer PREFIX    = 0,
    parameter integer WIDTH_ACC = 32
) (
    input  wire                 clk_i,
    input  wire [  WIDTH_X-1:0] x_i,
    input  wire [WIDTH_ACC-1:0] addend_i,
    output wire [WIDTH_ACC-1:0] sum_o
);
  reg  [WIDTH_ACC-1:0] sum_q;
  wire [WIDTH_ACC-1:0] next;

  adder_extend #(
      .WIDTH_X  (WIDTH_X),
      .SIGNED   (SIGNED),
      .PREFIX   (PREFIX),
      .WIDTH_ACC(WIDTH_ACC)
  ) u_adder (
      .x_i     (x_i),
      .addend_i(addend_i),
      .sum_o   (next)
  );

  always @(posedge clk_i) sum_q <= next;

  assign sum_o = sum_q;
endmodule

`default_nettype wire
