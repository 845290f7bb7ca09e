// SPDX-License-Identifier: Apache-2.0
// Processing element of a weight-stationary systolic array: a MAC with its
// three registers. It holds a weight, hands its input on to the right (x_o) and
// its partial sum down (sum_o, modulo 2^WIDTH_ACC).
//
// Algorithm: load_i replaces the weight by w_i, en_i input and partial sum by
// x_i and addend_i; what is not replaced stays. Multiplier and adder stand
// behind the registers, so that they are still while nothing is valid; the next
// element registers the sum. An array of any size has the same registers as one
// with sum registers behind the adders.
//
//     x_i ----[reg x_q]--+----------------------- x_o
//                        [multiplier]--product--+
//     w_i ----[reg w_q]--+                    [adder]-- sum_o
//     addend_i --[reg addend_q]-----------------+
//
// GATED = 0: registers are clocked every cycle and hold by multiplexers.
// GATED = 1: a clock_gate for input and sum and one for the weight; and while
// the weight is 0 the multiplier's x is held at 0 (operand isolation), by a
// flip-flop that is loaded with the weight.
//
// Source: H. T. Kung, Why systolic architectures?, IEEE Computer 15 (1982); the
// gating of idle elements and zero weights after R. Petri et al., PowerPruning,
// arXiv 2303.13997.
// Area, depth: those of mac_stationary, and 2 WIDTH_X + WIDTH_W flip-flops and
// gates at most. Latency: 1 cycle.
// Parameters: WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1; WIDTH_ACC 8..32,
// not below WIDTH_X + WIDTH_W; GATED 0 or 1.
`default_nettype none

module pe_stationary #(
    parameter integer WIDTH_X   = 8,
    parameter integer WIDTH_W   = 8,
    parameter integer SIGNED_X  = 0,
    parameter integer SIGNED_W  = 0,
    parameter integer WIDTH_ACC = 32,
    parameter integer GATED     = 0
) (
    input  wire                 clk_i,
    input  wire                 load_i,
    input  wire                 en_i,
    input  wire [  WIDTH_X-1:0] x_i,
    input  wire [  WIDTH_W-1:0] w_i,
    input  wire [WIDTH_ACC-1:0] addend_i,
    output wire [  WIDTH_X-1:0] x_o,
    output wire [WIDTH_ACC-1:0] sum_o
);
  localparam integer WIDTH_P = WIDTH_X + WIDTH_W;
  localparam integer SIGNED_P = (SIGNED_X == 1 || SIGNED_W == 1) ? 1 : 0;

  generate
    if (WIDTH_ACC < 8 || WIDTH_ACC > 32 || WIDTH_P > WIDTH_ACC) begin : gen_bad_width
      ERROR_width_acc_must_be_8_to_32_and_not_below_the_product u_error ();
    end
    if (GATED != 0 && GATED != 1) begin : gen_bad_gated
      ERROR_gated_must_be_0_or_1 u_error ();
    end
  endgenerate

  reg  [  WIDTH_X-1:0] x_q;
  reg  [  WIDTH_W-1:0] w_q;
  reg  [WIDTH_ACC-1:0] addend_q;
  wire [  WIDTH_X-1:0] factor;
  wire [  WIDTH_P-1:0] product;

  generate
    if (GATED == 1) begin : gen_gated
      wire load_clk;
      wire en_clk;
      reg  nonzero_q;
      clock_gate u_load_gate (
          .clk_i(clk_i),
          .en_i (load_i),
          .clk_o(load_clk)
      );
      clock_gate u_en_gate (
          .clk_i(clk_i),
          .en_i (en_i),
          .clk_o(en_clk)
      );
      always @(posedge load_clk) begin
        w_q       <= w_i;
        nonzero_q <= |w_i;
      end
      always @(posedge en_clk) begin
        x_q      <= x_i;
        addend_q <= addend_i;
      end
      assign factor = x_q & {WIDTH_X{nonzero_q}};
    end else begin : gen_enabled
      always @(posedge clk_i) begin
        if (load_i) w_q <= w_i;
        if (en_i) begin
          x_q      <= x_i;
          addend_q <= addend_i;
        end
      end
      assign factor = x_q;
    end
  endgenerate

  multiplier_array #(
      .WIDTH_X (WIDTH_X),
      .WIDTH_W (WIDTH_W),
      .SIGNED_X(SIGNED_X),
      .SIGNED_W(SIGNED_W)
  ) u_multiplier (
      .x_i(factor),
      .w_i(w_q),
      .p_o(product)
  );

  adder_extend #(
      .WIDTH_X  (WIDTH_P),
      .SIGNED   (SIGNED_P),
      .WIDTH_ACC(WIDTH_ACC)
  ) u_adder (
      .x_i     (product),
      .addend_i(addend_q),
      .sum_o   (sum_o)
  );

  assign x_o = x_q;
endmodule

`default_nettype wire
