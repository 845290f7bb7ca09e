// SPDX-License-Identifier: Apache-2.0
// CSD unit: a multiply-accumulate by shifted additions. A weight in canonical
// signed digits takes one enabled cycle for each digit that is not 0: sum_o
// becomes sum_o + x_i * 2^shift_i, or - where negative_i is 1, modulo
// 2^WIDTH_ACC.
//
// Algorithm: x_i is extended (by its sign where SIGNED_X), shifted, and added
// or subtracted by one add_subtract. clear_i comes before en_i: it makes the
// addend 0, so that clear with enable loads the shifted x_i or its negative,
// and clear alone loads 0. Of two neighbouring canonical digits one is 0: a
// signed weight of n bits needs at most ceil(n / 2) additions and shifts up to
// n - 1, an unsigned one ceil((n + 1) / 2) and shifts up to n.
//
//     weight 7 = 8 - 1: shift_i 3, then shift_i 0 with negative_i
//
//     x_i --extend--[shifter]--+
//                           [+ / -]--[reg]--+-- sum_o
//               clear ? 0 : ---+------------+
//
// Source: G. Reitwiesner, Binary Arithmetic, Advances in Computers 1 (1960).
// Area: O(WIDTH_ACC * WIDTH_SHIFT). Depth: O(WIDTH_ACC). Latency: 1 cycle.
// Parameters: WIDTH_X 2..8; SIGNED_X 0 or 1; WIDTH_SHIFT 1..4; WIDTH_ACC 8..32.
`default_nettype none

module csd #(
    parameter integer WIDTH_X     = 8,
    parameter integer SIGNED_X    = 0,
    parameter integer WIDTH_SHIFT = 3,
    parameter integer WIDTH_ACC   = 32
) (
    input  wire                   clk_i,
    input  wire                   clear_i,
    input  wire                   en_i,
    input  wire [    WIDTH_X-1:0] x_i,
    input  wire [WIDTH_SHIFT-1:0] shift_i,
    input  wire                   negative_i,
    output wire [  WIDTH_ACC-1:0] sum_o
);
  generate
    if (WIDTH_X < 2 || WIDTH_X > 8 || WIDTH_ACC < 8 || WIDTH_ACC > 32) begin : gen_bad_width
      ERROR_width_x_must_be_2_to_8_and_width_acc_8_to_32 u_error ();
    end
    if (SIGNED_X != 0 && SIGNED_X != 1) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  reg  [WIDTH_ACC-1:0] sum_q;
  wire [WIDTH_ACC-1:0] addend = clear_i ? {WIDTH_ACC{1'b0}} : sum_q;
  wire [WIDTH_ACC-1:0] extended;
  wire [WIDTH_ACC-1:0] shifted;
  wire [WIDTH_ACC-1:0] next;

  generate
    if (WIDTH_X == WIDTH_ACC) begin : gen_full
      assign extended = x_i;
    end else begin : gen_extend
      wire fill = (SIGNED_X == 1) ? x_i[WIDTH_X-1] : 1'b0;
      assign extended = {{(WIDTH_ACC - WIDTH_X) {fill}}, x_i};
    end
  endgenerate

  shifter #(
      .WIDTH      (WIDTH_ACC),
      .WIDTH_SHIFT(WIDTH_SHIFT)
  ) u_shifter (
      .x_i    (extended),
      .shift_i(shift_i),
      .y_o    (shifted)
  );

  add_subtract #(
      .WIDTH(WIDTH_ACC)
  ) u_adder (
      .subtract_i(negative_i),
      .x_i       (addend),
      .y_i       (shifted),
      .sum_o     (next)
  );

  always @(posedge clk_i) begin
    if (en_i) sum_q <= next;
    else if (clear_i) sum_q <= {WIDTH_ACC{1'b0}};
  end

  assign sum_o = sum_q;
endmodule

`default_nettype wire
