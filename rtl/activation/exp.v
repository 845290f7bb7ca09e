// SPDX-License-Identifier: Apache-2.0
// Exponential of what is not positive: y_o = e^-x in straight pieces. x_i is
// unsigned with WIDTH - 4 bits of fraction, from 0 to 16; y_o is unsigned, all
// fraction, its largest value stands for 1.
//
// Algorithm: e^-x = 2^-(x log2 e) = 2^-n 2^-f. x_i times a constant gives n and
// f; 2^-f is one of 8 or 32 straight pieces; it is shifted by n places, and
// halves are rounded up.
//
//     x_i --[* log2 e]--+-- n ----------------------[>>]--[round]-- y_o
//                       +-- f --[table, pieces]------+
//
// Source: J. Stevens et al., Softermax: Hardware/Software Co-Design of an
// Efficient Softmax for Transformers, DAC 2021.
// Area: O(WIDTH^2). Depth: the synthesizer's choice. Latency: combinational.
// Parameters: WIDTH 8 or 16.
`default_nettype none

module exp #(
    parameter integer WIDTH = 8
) (
    input  wire [WIDTH-1:0] x_i,
    output wire [WIDTH-1:0] y_o
);
  // Of f two bits more than of y_o are kept.
  localparam WIDTH_F = WIDTH + 2;
  localparam WIDTH_SEGMENT = (WIDTH == 16) ? 5 : 3;
  localparam WIDTH_SLOPE = (WIDTH == 16) ? 13 : 7;
  localparam WIDTH_LOW = WIDTH_F - WIDTH_SEGMENT;
  // log2 e in steps of 2^-WIDTH.
  localparam [16:0] LOG2_E = (WIDTH == 16) ? 17'd94548 : 17'd369;

  // verilator lint_off UNUSEDSIGNAL
  wire [2*WIDTH:0] power = {{(WIDTH + 1) {1'b0}}, x_i} * {{WIDTH{1'b0}}, LOG2_E[WIDTH:0]};
  wire [WIDTH+1:0] rounded;
  // verilator lint_on UNUSEDSIGNAL
  wire [4:0] n = power[2*WIDTH:2*WIDTH-4];
  wire [WIDTH_F-1:0] f = power[2*WIDTH-5:WIDTH-6];
  wire [WIDTH_SLOPE-1:0] slope;
  wire [WIDTH+1:0] base;
  wire [WIDTH+1:0] mantissa;

  generate
    if (WIDTH == 8) begin : gen_8
      table_power_8 u_table (
          .segment_i(f[WIDTH_F-1:WIDTH_LOW]),
          .slope_o  (slope),
          .base_o   (base)
      );
    end else if (WIDTH == 16) begin : gen_16
      table_power_16 u_table (
          .segment_i(f[WIDTH_F-1:WIDTH_LOW]),
          .slope_o  (slope),
          .base_o   (base)
      );
    end else begin : gen_bad_width
      ERROR_width_must_be_8_or_16 u_error ();
    end
  endgenerate

  pieces #(
      .WIDTH_BASE (WIDTH + 2),
      .WIDTH_SLOPE(WIDTH_SLOPE),
      .WIDTH_LOW  (WIDTH_LOW),
      .FALLING    (1)
  ) u_pieces (
      .base_i (base),
      .slope_i(slope),
      .low_i  (f[WIDTH_LOW-1:0]),
      .y_o    (mantissa)
  );

  assign rounded = (mantissa >> n) + {{WIDTH{1'b0}}, 2'd2};
  assign y_o = rounded[WIDTH+1:2];
endmodule

`default_nettype wire
