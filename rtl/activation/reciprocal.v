// SPDX-License-Identifier: Apache-2.0
// Reciprocal: 1 / x_i = r_o 2^-(places_o + WIDTH), about, r_o from half of its
// range up. half_o is 2^(places_o-1), which `requantize` takes to round; 0 where
// places_o is 0. An x_i of 0 counts as 1. All unsigned.
//
// Algorithm: the leading one of x_i is at places_o; what follows it, moved to
// the left, is f of 1 + f, and 1 / (1 + f) is one of 16 or 64 straight pieces.
//
//     x_i --[leading one]--+-- places_o, half_o
//       +----------------[<<]-- f --[table, pieces]-- r_o
//
// Source: J. Stevens et al., Softermax: Hardware/Software Co-Design of an
// Efficient Softmax for Transformers, DAC 2021.
// Area: O(WIDTH^2). Depth: the synthesizer's choice. Latency: combinational.
// Parameters: WIDTH 8 or 16; x_i is 8 bits wider, a sum of up to 256 numbers.
`default_nettype none

module reciprocal #(
    parameter integer WIDTH = 8
) (
    input  wire [WIDTH+7:0] x_i,
    output wire [WIDTH-1:0] r_o,
    output reg  [      4:0] places_o,
    output wire [WIDTH+7:0] half_o
);
  // Of f two bits more than of r_o are kept.
  localparam WIDTH_F = WIDTH + 2;
  localparam WIDTH_SEGMENT = (WIDTH == 16) ? 6 : 4;
  localparam WIDTH_SLOPE = (WIDTH == 16) ? 12 : 6;
  localparam WIDTH_LOW = WIDTH_F - WIDTH_SEGMENT;
  localparam [4:0] LAST = (WIDTH == 16) ? 5'd23 : 5'd15;

  integer place;
  genvar i;

  always @* begin
    places_o = 5'd0;
    for (place = 0; place < WIDTH + 8; place = place + 1) begin
      if (x_i[place]) places_o = place[4:0];
    end
  end

  generate
    for (i = 0; i < WIDTH + 7; i = i + 1) begin : gen_half
      if (i == WIDTH + 6) begin : gen_top
        assign half_o[i] = x_i[i+1];
      end else begin : gen_below
        assign half_o[i] = x_i[i+1] & ~(|x_i[WIDTH+7:i+2]);
      end
    end
  endgenerate
  assign half_o[WIDTH+7] = 1'b0;

  // The leading one itself, and what is behind f.
  // verilator lint_off UNUSEDSIGNAL
  wire [WIDTH+7:0] aligned = x_i << (LAST - places_o);
  wire [WIDTH+1:0] guarded;
  // verilator lint_on UNUSEDSIGNAL
  wire [WIDTH_F-1:0] f = aligned[WIDTH+6:5];
  wire [WIDTH_SLOPE-1:0] slope;
  wire [WIDTH+1:0] base;

  generate
    if (WIDTH == 8) begin : gen_8
      table_reciprocal_8 u_table (
          .segment_i(f[WIDTH_F-1:WIDTH_LOW]),
          .slope_o  (slope),
          .base_o   (base)
      );
    end else if (WIDTH == 16) begin : gen_16
      table_reciprocal_16 u_table (
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
      .y_o    (guarded)
  );

  assign r_o = guarded[WIDTH+1:2];
endmodule

`default_nettype wire
