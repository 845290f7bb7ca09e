// SPDX-License-Identifier: Apache-2.0
// Dadda multiplier: p_o = x_i * w_i, each operand unsigned or two's complement
// on its own; Baugh-Wooley where signed.
//
// Algorithm: the dots of column c are the partial products x_j w_i with
// i + j = c, inverted where of negative weight, and the bits of CORRECTION
// (both as in multiplier_array). Stages lower the highest column to 6, 4, 3
// and 2 dots, with as few adders as possible: a column takes from its height,
// the carries that arrive in the same stage included, only what exceeds the
// stage's limit; a full adder takes 2 dots off, a half adder 1. A stage whose
// limit no column exceeds is wires. A ripple adder adds the two rows left.
//
// 4 x 4, both signed (o dot, 1 constant; heights):
//
//     column     7 6 5 4 3 2 1 0
//     dots       1 1 2 4 4 3 2 1
//     limit 6, 4 1 1 2 4 4 3 2 1     wires
//     limit 3    1 1 3 3 3 3 2 1     a half adder in column 3, a full in 4
//     limit 2    1 2 2 2 2 2 2 1     a half adder in column 2, full in 3 to 5
//
// The numbers of adders are the result of the constant function `plan`, which
// walks the columns upwards and keeps the carries of each stage.
//
// Source: L. Dadda, Some Schemes for Parallel Multipliers, Alta Frequenza 34
// (1965); C. Baugh, B. Wooley, IEEE Trans. Computers C-22 (1973).
// Area: O(WIDTH_X * WIDTH_W). Depth: O(log min(WIDTH_X, WIDTH_W)) full adders,
// and the ripple adder. Latency: combinational.
// Parameters: WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1.
`default_nettype none

module multiplier_dadda #(
    parameter integer WIDTH_X  = 8,
    parameter integer WIDTH_W  = 8,
    parameter integer SIGNED_X = 0,
    parameter integer SIGNED_W = 0
) (
    input  wire [        WIDTH_X-1:0] x_i,
    input  wire [        WIDTH_W-1:0] w_i,
    output wire [WIDTH_X+WIDTH_W-1:0] p_o
);
  localparam integer WIDTH_P = WIDTH_X + WIDTH_W;

  // The negative weights, as in multiplier_array.
  localparam integer NEG_X = 2 ** (WIDTH_X - 1) * (2 ** (WIDTH_W - SIGNED_W) - 1);
  localparam integer NEG_W = 2 ** (WIDTH_W - 1) * (2 ** (WIDTH_X - SIGNED_X) - 1);
  localparam integer CORRECTION_INTEGER = 2 ** WIDTH_P - SIGNED_X * NEG_X - SIGNED_W * NEG_W;
  localparam [WIDTH_P-1:0] CORRECTION = CORRECTION_INTEGER[WIDTH_P-1:0];

  localparam integer STAGES = 4;
  localparam integer DIGIT = 32;  // bits of a number in the plan: an integer
  localparam integer WIDTH_PLAN = (STAGES + 1) * WIDTH_P * DIGIT;

  genvar stage, c, k;

  generate
    if (WIDTH_X < 2 || WIDTH_X > 8 || WIDTH_W < 2 || WIDTH_W > 8) begin : gen_bad_width
      ERROR_width_must_be_2_to_8 u_error ();
    end
    if ((SIGNED_X != 0 && SIGNED_X != 1) || (SIGNED_W != 0 && SIGNED_W != 1)) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  // A number for each stage and column: with excess = 0 the height of the
  // column before the stage, with excess = 1 what the stage takes off. Stage
  // STAGES is the result, from which nothing is taken.
  function [WIDTH_PLAN-1:0] plan;
    input excess;
    integer column;
    integer step;
    integer height;
    integer limit;
    integer total;
    integer above;
    reg [STAGES*DIGIT-1:0] carries;  // that arrive in this column, by stage
    begin
      plan = {WIDTH_PLAN{1'b0}};
      carries = {(STAGES * DIGIT) {1'b0}};
      for (column = 0; column < WIDTH_P; column = column + 1) begin
        height = ((column < WIDTH_X) ? column : WIDTH_X - 1)
               - ((column < WIDTH_W) ? 0 : column - WIDTH_W + 1) + 1;
        if (CORRECTION[column]) height = height + 1;
        for (step = 0; step < STAGES; step = step + 1) begin
          limit = (step == 0) ? 6 : (step == 1) ? 4 : (step == 2) ? 3 : 2;
          total = height + carries[step*DIGIT+:DIGIT];
          above = (total > limit) ? total - limit : 0;
          plan[(step*WIDTH_P+column)*DIGIT+:DIGIT] = excess ? above : height;
          carries[step*DIGIT+:DIGIT] = (above + 1) / 2;
          height = total - above;
        end
        plan[(STAGES*WIDTH_P+column)*DIGIT+:DIGIT] = excess ? 0 : height;
      end
    end
  endfunction

  localparam [WIDTH_PLAN-1:0] HEIGHTS = plan(1'b0);
  localparam [WIDTH_PLAN-1:0] EXCESSES = plan(1'b1);

  // A column's dots, and the carries that the stage sends to the column above.
  // Both vectors have a 0 on top, so that none is ever empty.
  generate
    for (stage = 0; stage <= STAGES; stage = stage + 1) begin : gen_stage
      for (c = 0; c < WIDTH_P; c = c + 1) begin : gen_column
        // The stage before takes EXCESS off its column c, and receives BELOW
        // carries; before stage 0 there is nothing to do.
        localparam integer OLD = ((stage == 0) ? 0 : stage - 1) * WIDTH_P + c;
        localparam integer HEIGHT = HEIGHTS[(stage*WIDTH_P+c)*DIGIT+:DIGIT];
        localparam integer BEFORE = HEIGHTS[OLD*DIGIT+:DIGIT];
        localparam integer EXCESS = (stage == 0) ? 0 : EXCESSES[OLD*DIGIT+:DIGIT];
        localparam integer FULL = EXCESS / 2;
        localparam integer HALF = EXCESS % 2;
        localparam integer TAKEN = 3 * FULL + 2 * HALF;
        localparam integer KEPT = BEFORE - TAKEN;
        localparam integer BELOW = HEIGHT - KEPT - FULL - HALF;

        // Nothing reads the 0 on top, nor carries out of the highest column.
        // verilator lint_off UNUSEDSIGNAL
        wire [   HEIGHT:0] dot;
        wire [FULL+HALF:0] carry;
        // verilator lint_on UNUSEDSIGNAL
        assign dot[HEIGHT] = 1'b0;
        assign carry[FULL+HALF] = 1'b0;

        if (stage == 0) begin : gen_products
          localparam integer LOWEST = (c < WIDTH_X) ? 0 : c - WIDTH_X + 1;  // first i
          localparam integer PRODUCTS = HEIGHT - (CORRECTION[c] ? 1 : 0);
          for (k = 0; k < PRODUCTS; k = k + 1) begin : gen_dot
            localparam integer I = LOWEST + k;
            localparam integer J = c - I;
            localparam integer NEGATIVE = ((SIGNED_X == 1 && J == WIDTH_X - 1) ? 1 : 0)
                                        + ((SIGNED_W == 1 && I == WIDTH_W - 1) ? 1 : 0);
            if (NEGATIVE == 1) begin : gen_inverted
              assign dot[k] = ~(x_i[J] & w_i[I]);
            end else begin : gen_plain
              assign dot[k] = x_i[J] & w_i[I];
            end
          end
          if (CORRECTION[c]) begin : gen_correction
            assign dot[PRODUCTS] = 1'b1;
          end
        end else begin : gen_reduce
          // First the dots that no adder takes, then sums, then carries.
          for (k = 0; k < KEPT; k = k + 1) begin : gen_kept
            assign dot[k] = gen_stage[stage-1].gen_column[c].dot[TAKEN+k];
          end
          for (k = 0; k < FULL; k = k + 1) begin : gen_full
            full_adder u_fa (
                .a_i    (gen_stage[stage-1].gen_column[c].dot[3*k]),
                .b_i    (gen_stage[stage-1].gen_column[c].dot[3*k+1]),
                .c_i    (gen_stage[stage-1].gen_column[c].dot[3*k+2]),
                .sum_o  (dot[KEPT+k]),
                .carry_o(carry[k])
            );
          end
          if (HALF == 1) begin : gen_half
            half_adder u_ha (
                .a_i    (gen_stage[stage-1].gen_column[c].dot[3*FULL]),
                .b_i    (gen_stage[stage-1].gen_column[c].dot[3*FULL+1]),
                .sum_o  (dot[KEPT+FULL]),
                .carry_o(carry[FULL])
            );
          end
          for (k = 0; k < BELOW; k = k + 1) begin : gen_below
            assign dot[HEIGHT-BELOW+k] = gen_stage[stage].gen_column[c-1].carry[k];
          end
        end
      end
    end
  endgenerate

  wire [WIDTH_P-1:0] first;
  wire [WIDTH_P-1:0] second;
  generate
    for (c = 0; c < WIDTH_P; c = c + 1) begin : gen_rows
      localparam integer HEIGHT = HEIGHTS[(STAGES*WIDTH_P+c)*DIGIT+:DIGIT];
      assign first[c] = gen_stage[STAGES].gen_column[c].dot[0];
      if (HEIGHT == 2) begin : gen_two
        assign second[c] = gen_stage[STAGES].gen_column[c].dot[1];
      end else begin : gen_one
        assign second[c] = 1'b0;
      end
    end
  endgenerate

  // The carry is dropped: modulo 2^WIDTH_P.
  // verilator lint_off UNUSEDSIGNAL
  wire [WIDTH_P:0] total;
  // verilator lint_on UNUSEDSIGNAL
  adder_ripple #(
      .WIDTH (WIDTH_P),
      .SIGNED(0)
  ) u_merge (
      .x_i  (first),
      .y_i  (second),
      .sum_o(total)
  );
  assign p_o = total[WIDTH_P-1:0];
endmodule

`default_nettype wire
