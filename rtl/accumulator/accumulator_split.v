// SPDX-License-Identifier: Apache-2.0
// Split accumulator: adds x_i to pos_o or, where sign_i is 1, to neg_o, at each
// enabled rising edge, modulo 2^WIDTH_ACC. All numbers are unsigned.
//
// Algorithm: two registers share one ripple adder; sign_i chooses the one that
// is added to and enabled, the other holds. clear_i comes before en_i: it makes
// the addend 0 and both sums 0, so that clear with enable loads x_i in one
// register and 0 in the other, and clear alone loads 0 in both.
//
//     x_i --extend--+
//                 [adder]--+--[reg]-- pos_o --+
//                   |      +--[reg]-- neg_o --+
//     clear ? 0 : --+------[choose sign_i]----+
//
// GATED = 0: both registers are clocked every cycle. GATED = 1: a clock_gate
// for each, so that a register that holds has no clock edge either. SEGMENT > 0:
// clock gates, and each register in two segments: the SEGMENT lower bits, which
// take every addend, and those above, clocked only by a clear or where a carry
// comes out of the lower ones. Adder and function stay the same.
//
// Source: the split W = W+ - W- of M. Spingarn Eliezer et al., Energy awareness
// in low precision neural networks, arXiv 2202.02783.
// Area: O(WIDTH_ACC). Depth: O(WIDTH_ACC). Latency: 1 cycle.
// Parameters: WIDTH_X 2..32, not above WIDTH_ACC 8..32; GATED 0 or 1; SEGMENT 0
// (whole registers), or WIDTH_X to WIDTH_ACC - 1 with GATED 1.
`default_nettype none

module accumulator_split #(
    parameter integer WIDTH_X   = 16,
    parameter integer WIDTH_ACC = 32,
    parameter integer GATED     = 0,
    parameter integer SEGMENT   = 0
) (
    input  wire                 clk_i,
    input  wire                 clear_i,
    input  wire                 en_i,
    input  wire                 sign_i,
    input  wire [  WIDTH_X-1:0] x_i,
    output wire [WIDTH_ACC-1:0] pos_o,
    output wire [WIDTH_ACC-1:0] neg_o
);
  generate
    if (WIDTH_ACC < 8 || WIDTH_ACC > 32 || WIDTH_X < 2 || WIDTH_X > WIDTH_ACC) begin : gen_bad_width
      ERROR_width_x_must_be_2_to_width_acc_and_width_acc_8_to_32 u_error ();
    end
    if (GATED != 0 && GATED != 1) begin : gen_bad_gated
      ERROR_gated_must_be_0_or_1 u_error ();
    end
    if (SEGMENT != 0 && (GATED == 0 || SEGMENT < WIDTH_X || SEGMENT >= WIDTH_ACC)) begin : gen_bad_segment
      ERROR_segment_needs_gated_and_must_be_width_x_to_width_acc_minus_1 u_error ();
    end
  endgenerate

  reg  [WIDTH_ACC-1:0] pos_q;
  reg  [WIDTH_ACC-1:0] neg_q;
  wire [WIDTH_ACC-1:0] extended;
  wire [WIDTH_ACC-1:0] addressed = sign_i ? neg_q : pos_q;
  wire [WIDTH_ACC-1:0] addend = clear_i ? {WIDTH_ACC{1'b0}} : addressed;
  // The carry is dropped: modulo 2^WIDTH_ACC.
  // verilator lint_off UNUSEDSIGNAL
  wire [  WIDTH_ACC:0] next;
  // verilator lint_on UNUSEDSIGNAL

  generate
    if (WIDTH_X == WIDTH_ACC) begin : gen_full
      assign extended = x_i;
    end else begin : gen_extend
      assign extended = {{(WIDTH_ACC - WIDTH_X) {1'b0}}, x_i};
    end
  endgenerate

  adder_ripple #(
      .WIDTH (WIDTH_ACC),
      .SIGNED(0)
  ) u_adder (
      .x_i  (addend),
      .y_i  (extended),
      .sum_o(next)
  );

  wire pos_add = en_i & ~sign_i;
  wire neg_add = en_i & sign_i;

  generate
    if (SEGMENT > 0) begin : gen_segmented
      localparam integer HIGH = WIDTH_ACC - SEGMENT;
      // The addend ends below: a higher bit changes only where this one does.
      wire carry = next[SEGMENT] ^ addend[SEGMENT];
      wire [3:0] enable = {
        neg_add & carry | clear_i, neg_add | clear_i, pos_add & carry | clear_i, pos_add | clear_i
      };
      wire [3:0] clk;
      reg [SEGMENT-1:0] pos_low_q;
      reg [SEGMENT-1:0] neg_low_q;
      reg [HIGH-1:0] pos_high_q;
      reg [HIGH-1:0] neg_high_q;
      clock_gate u_pos_low_gate (
          .clk_i(clk_i),
          .en_i (enable[0]),
          .clk_o(clk[0])
      );
      clock_gate u_pos_high_gate (
          .clk_i(clk_i),
          .en_i (enable[1]),
          .clk_o(clk[1])
      );
      clock_gate u_neg_low_gate (
          .clk_i(clk_i),
          .en_i (enable[2]),
          .clk_o(clk[2])
      );
      clock_gate u_neg_high_gate (
          .clk_i(clk_i),
          .en_i (enable[3]),
          .clk_o(clk[3])
      );
      always @(posedge clk[0]) pos_low_q <= pos_add ? next[SEGMENT-1:0] : {SEGMENT{1'b0}};
      always @(posedge clk[1]) pos_high_q <= pos_add ? next[WIDTH_ACC-1:SEGMENT] : {HIGH{1'b0}};
      always @(posedge clk[2]) neg_low_q <= neg_add ? next[SEGMENT-1:0] : {SEGMENT{1'b0}};
      always @(posedge clk[3]) neg_high_q <= neg_add ? next[WIDTH_ACC-1:SEGMENT] : {HIGH{1'b0}};
      always @* begin
        pos_q = {pos_high_q, pos_low_q};
        neg_q = {neg_high_q, neg_low_q};
      end
    end else if (GATED == 1) begin : gen_gated
      wire pos_clk;
      wire neg_clk;
      clock_gate u_pos_gate (
          .clk_i(clk_i),
          .en_i (pos_add | clear_i),
          .clk_o(pos_clk)
      );
      clock_gate u_neg_gate (
          .clk_i(clk_i),
          .en_i (neg_add | clear_i),
          .clk_o(neg_clk)
      );
      always @(posedge pos_clk) pos_q <= pos_add ? next[WIDTH_ACC-1:0] : {WIDTH_ACC{1'b0}};
      always @(posedge neg_clk) neg_q <= neg_add ? next[WIDTH_ACC-1:0] : {WIDTH_ACC{1'b0}};
    end else begin : gen_enabled
      always @(posedge clk_i) begin
        if (pos_add) pos_q <= next[WIDTH_ACC-1:0];
        else if (clear_i) pos_q <= {WIDTH_ACC{1'b0}};
        if (neg_add) neg_q <= next[WIDTH_ACC-1:0];
        else if (clear_i) neg_q <= {WIDTH_ACC{1'b0}};
      end
    end
  endgenerate

  assign pos_o = pos_q;
  assign neg_o = neg_q;
endmodule

`default_nettype wire
