// SPDX-License-Identifier: Apache-2.0
// Multiplier of a chosen structure: p_o = x_i * w_i, each operand unsigned or
// two's complement on its own.
//
// Algorithm: that of the module chosen by MULTIPLIER:
//
//     0 multiplier_array   1 multiplier_booth   2 multiplier_dadda
//     3 multiplier_behavioural
//
// Only the chosen one is elaborated, so only its files are needed.
// Source, area, depth: see there. Latency: combinational.
// Parameters: MULTIPLIER 0..3; WIDTH_X, WIDTH_W 2..8; SIGNED_X, SIGNED_W 0 or 1.
`default_nettype none

module multiplier #(
    parameter integer MULTIPLIER = 0,
    parameter integer WIDTH_X    = 8,
    parameter integer WIDTH_W    = 8,
    parameter integer SIGNED_X   = 0,
    parameter integer SIGNED_W   = 0
) (
    input  wire [        WIDTH_X-1:0] x_i,
    input  wire [        WIDTH_W-1:0] w_i,
    output wire [WIDTH_X+WIDTH_W-1:0] p_o
);
  generate
    if (MULTIPLIER == 0) begin : gen_array
      multiplier_array #(
          .WIDTH_X (WIDTH_X),
          .WIDTH_W (WIDTH_W),
          .SIGNED_X(SIGNED_X),
          .SIGNED_W(SIGNED_W)
      ) u_multiplier (
          .x_i(x_i),
          .w_i(w_i),
          .p_o(p_o)
      );
    end else if (MULTIPLIER == 1) begin : gen_booth
      multiplier_booth #(
          .WIDTH_X (WIDTH_X),
          .WIDTH_W (WIDTH_W),
          .SIGNED_X(SIGNED_X),
          .SIGNED_W(SIGNED_W)
      ) u_multiplier (
          .x_i(x_i),
          .w_i(w_i),
          .p_o(p_o)
      );
    end else if (MULTIPLIER == 2) begin : gen_dadda
      multiplier_dadda #(
          .WIDTH_X (WIDTH_X),
          .WIDTH_W (WIDTH_W),
          .SIGNED_X(SIGNED_X),
          .SIGNED_W(SIGNED_W)
      ) u_multiplier (
          .x_i(x_i),
          .w_i(w_i),
          .p_o(p_o)
      );
    end else if (MULTIPLIER == 3) begin : gen_behavioural
      multiplier_behavioural #(
          .WIDTH_X (WIDTH_X),
          .WIDTH_W (WIDTH_W),
          .SIGNED_X(SIGNED_X),
          .SIGNED_W(SIGNED_W)
      ) u_multiplier (
          .x_i(x_i),
          .w_i(w_i),
          .p_o(p_o)
      );
    end else begin : gen_bad_multiplier
      ERROR_multiplier_must_be_0_to_3 u_error ();
    end
  endgenerate
endmodule

`default_nettype wire
