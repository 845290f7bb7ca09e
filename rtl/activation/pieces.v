// SPDX-License-Identifier: Apache-2.0
// A straight piece of a function: y_o = base_i + slope_i * low_i / 2^WIDTH_LOW,
// or minus where FALLING, rounded down; unsigned.
//
// Algorithm: product and sum as the synthesizer builds `*`, `+` and `-`; the
// low bits of base_i's side are 0. Tables keep the result within its bits.
//
//     slope_i --[*]--[+-]-- y_o
//     low_i ----+     |
//     base_i ---------+
//
// Source: none; linear interpolation from a table of slopes.
// Area: O(WIDTH_SLOPE * WIDTH_LOW). Depth: the synthesizer's choice.
// Latency: combinational.
// Parameters: WIDTH_BASE 10 or 18; WIDTH_SLOPE and WIDTH_LOW, together at most
// WIDTH_BASE + WIDTH_LOW; FALLING 0 or 1.
`default_nettype none

module pieces #(
    parameter integer WIDTH_BASE  = 10,
    parameter integer WIDTH_SLOPE = 7,
    parameter integer WIDTH_LOW   = 3,
    parameter integer FALLING     = 0
) (
    input  wire [ WIDTH_BASE-1:0] base_i,
    input  wire [WIDTH_SLOPE-1:0] slope_i,
    input  wire [  WIDTH_LOW-1:0] low_i,
    output wire [ WIDTH_BASE-1:0] y_o
);
  generate
    if (WIDTH_BASE != 10 && WIDTH_BASE != 18) begin : gen_bad_width
      ERROR_width_base_must_be_10_or_18 u_error ();
    end
    if (FALLING != 0 && FALLING != 1) begin : gen_bad_falling
      ERROR_falling_must_be_0_or_1 u_error ();
    end
  endgenerate

  localparam WIDTH = WIDTH_BASE + WIDTH_LOW;

  wire [WIDTH-1:0] slope = {{(WIDTH - WIDTH_SLOPE) {1'b0}}, slope_i};
  wire [WIDTH-1:0] low = {{WIDTH_BASE{1'b0}}, low_i};
  wire [WIDTH-1:0] base = {base_i, {WIDTH_LOW{1'b0}}};
  // What is below y_o is cut off: half a step is in the table where it is to round.
  // verilator lint_off UNUSEDSIGNAL
  wire [WIDTH-1:0] sum;
  // verilator lint_on UNUSEDSIGNAL

  generate
    if (FALLING == 1) begin : gen_falling
      assign sum = base - slope * low;
    end else begin : gen_rising
      assign sum = base + slope * low;
    end
  endgenerate

  assign y_o = sum[WIDTH-1:WIDTH_LOW];
endmodule

`default_nettype wire
