// SPDX-License-Identifier: Apache-2.0
// Sign-magnitude multiply-accumulate unit: sum_o becomes sum_o + x_i * w_i at
// each enabled rising edge, modulo 2^WIDTH_ACC; the operands are coded as a
// sign bit on top of a magnitude, the sum in two's complement.
//
// Algorithm: the magnitudes meet in an unsigned multiplier_array; the exclusive
// or of the signs adds or subtracts their product, which no sign extends. Minus
// zero is taken as zero. clear_i comes before en_i: it makes the addend 0, so
// that clear with enable loads the product and clear alone loads 0.
//
//     x_i  sign | magnitude --+
//           |               [array]--product--+
//     w_i  sign | magnitude --+             [+ / -]--[reg]--+-- sum_o
//           +-----[xor]-----------------------+             |
//                                 clear ? 0 : --------------+
//
// A magnitude of one bit gets a leading zero, as the array begins at two bits;
// its gates disappear in synthesis.
//
// Source: I. Koren, Computer Arithmetic Algorithms, 2nd ed. 2002, chapter 1.
// Area: O(WIDTH_X * WIDTH_W + WIDTH_ACC). Depth: O(WIDTH_X + WIDTH_W +
// WIDTH_ACC). Latency: 1 cycle.
// Parameters: WIDTH_X, WIDTH_W 2..8, the sign bit included; WIDTH_ACC 8..32, not
// below WIDTH_X + WIDTH_W.
`default_nettype none

module mac_signmag #(
    parameter integer WIDTH_X   = 8,
    parameter integer WIDTH_W   = 8,
    parameter integer WIDTH_ACC = 32
) (
    input  wire                 clk_i,
    input  wire                 clear_i,
    input  wire                 en_i,
    input  wire [  WIDTH_X-1:0] x_i,
    input  wire [  WIDTH_W-1:0] w_i,
    output wire [WIDTH_ACC-1:0] sum_o
);
  localparam integer WIDTH_M = WIDTH_X + WIDTH_W - 2;
  localparam integer ARRAY_X = (WIDTH_X == 2) ? 2 : WIDTH_X - 1;
  localparam integer ARRAY_W = (WIDTH_W == 2) ? 2 : WIDTH_W - 1;

  generate
    if (WIDTH_X < 2 || WIDTH_X > 8 || WIDTH_W < 2 || WIDTH_W > 8) begin : gen_bad_width
      ERROR_width_must_be_2_to_8 u_error ();
    end
    if (WIDTH_ACC < 8 || WIDTH_ACC > 32 || WIDTH_X + WIDTH_W > WIDTH_ACC) begin : gen_bad_acc
      ERROR_width_acc_must_be_8_to_32_and_not_below_the_product u_error ();
    end
  endgenerate

  wire [        ARRAY_X-1:0] magnitude_x;
  wire [        ARRAY_W-1:0] magnitude_w;
  // Of a magnitude of one bit, made two, the product's top bits are 0.
  // verilator lint_off UNUSEDSIGNAL
  wire [ARRAY_X+ARRAY_W-1:0] product;
  // verilator lint_on UNUSEDSIGNAL
  wire [      WIDTH_ACC-1:0] next;
  reg  [      WIDTH_ACC-1:0] sum_q;
  wire [      WIDTH_ACC-1:0] addend = clear_i ? {WIDTH_ACC{1'b0}} : sum_q;

  generate
    if (WIDTH_X == 2) begin : gen_narrow_x
      assign magnitude_x = {1'b0, x_i[0]};
    end else begin : gen_x
      assign magnitude_x = x_i[WIDTH_X-2:0];
    end
    if (WIDTH_W == 2) begin : gen_narrow_w
      assign magnitude_w = {1'b0, w_i[0]};
    end else begin : gen_w
      assign magnitude_w = w_i[WIDTH_W-2:0];
    end
  endgenerate

  multiplier_array #(
      .WIDTH_X (ARRAY_X),
      .WIDTH_W (ARRAY_W),
      .SIGNED_X(0),
      .SIGNED_W(0)
  ) u_multiplier (
      .x_i(magnitude_x),
      .w_i(magnitude_w),
      .p_o(product)
  );

  add_subtract #(
      .WIDTH(WIDTH_ACC)
  ) u_adder (
      .subtract_i(x_i[WIDTH_X-1] ^ w_i[WIDTH_W-1]),
      .x_i       (addend),
      .y_i       ({{(WIDTH_ACC - WIDTH_M) {1'b0}}, product[WIDTH_M-1:0]}),
      .sum_o     (next)
  );

  always @(posedge clk_i) begin
    if (en_i) sum_q <= next;
    else if (clear_i) sum_q <= {WIDTH_ACC{1'b0}};
  end

  assign sum_o = sum_q;
endmodule

`default_nettype wire
