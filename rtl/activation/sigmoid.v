// SPDX-License-Identifier: Apache-2.0
// Sigmoid: y_o = 1 / (1 + e^-x) in straight pieces. x_i is two's complement with
// WIDTH - 4 bits of fraction, from -8 to 8; y_o is unsigned, all fraction.
//
// Algorithm: the upper bits of x_i, its sign inverted, choose one of 32 or 128
// segments of one length from a table of slopes and bases; `pieces` does the
// rest. The tables come from `sim/segments.py`: each line is parallel to the
// chord of its segment, amid the function. Two bits below the lowest of y_o are
// cut off in the end.
//
//     x_i --+-- upper bits --[table]-- slope, base --[pieces]-- y_o
//           +-- lower bits -----------------------------+
//
// Source of the line: J.-M. Muller, Elementary Functions, 3rd ed. 2016, chapter 3.
// Area: O(segments * WIDTH). Depth: the synthesizer's choice.
// Latency: combinational.
// Parameters: WIDTH 8 or 16.
`default_nettype none

module sigmoid #(
    parameter integer WIDTH = 8
) (
    input  wire [WIDTH-1:0] x_i,
    output wire [WIDTH-1:0] y_o
);
  localparam WIDTH_SEGMENT = (WIDTH == 16) ? 7 : 5;
  localparam WIDTH_SLOPE = (WIDTH == 16) ? 13 : 7;
  localparam WIDTH_LOW = WIDTH - WIDTH_SEGMENT;

  wire [WIDTH_SEGMENT-1:0] segment = {~x_i[WIDTH-1], x_i[WIDTH-2:WIDTH_LOW]};
  wire [WIDTH_SLOPE-1:0] slope;
  wire [WIDTH+1:0] base;
  // verilator lint_off UNUSEDSIGNAL
  wire [WIDTH+1:0] guarded;
  // verilator lint_on UNUSEDSIGNAL

  generate
    if (WIDTH == 8) begin : gen_8
      table_sigmoid_8 u_table (
          .segment_i(segment),
          .slope_o  (slope),
          .base_o   (base)
      );
    end else if (WIDTH == 16) begin : gen_16
      table_sigmoid_16 u_table (
          .segment_i(segment),
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
      .FALLING    (0)
  ) u_pieces (
      .base_i (base),
      .slope_i(slope),
      .low_i  (x_i[WIDTH_LOW-1:0]),
      .y_o    (guarded)
  );

  assign y_o = guarded[WIDTH+1:2];
endmodule

`default_nettype wire
