// SPDX-License-Identifier: Apache-2.0
// Step counter: the control of a unit that takes STEPS cycles per operation.
//
// Algorithm: a down counter. start_i, itself the first step, loads the number
// of steps that follow; each cycle takes one off until none is left. A start
// at any time begins anew. Without a reset, the outputs are unknown before the
// first start.
//
//     cycle    0     1     2     3     4        STEPS = 4
//     start_i  1     0     0     0     .
//     left     .     3     2     1     0
//     last_o   .     0     0     1     0        this cycle is the last step
//     done_o   .     0     0     0     1        the steps are over
//
// Area: O(log STEPS). Depth: O(log STEPS). Latency: STEPS cycles from start_i
// to done_o, which then stays until the cycle after the next start.
// Parameters: STEPS 2..8.
`default_nettype none

module step_counter #(
    parameter integer STEPS = 8
) (
    input  wire clk_i,
    input  wire start_i,
    output wire last_o,
    output wire done_o
);
  localparam integer WIDTH = $clog2(STEPS);
  localparam integer FIRST_INTEGER = STEPS - 1;
  localparam [WIDTH-1:0] FIRST = FIRST_INTEGER[WIDTH-1:0];
  localparam [WIDTH-1:0] ONE = 1;

  generate
    if (STEPS < 2 || STEPS > 8) begin : gen_bad_steps
      ERROR_steps_must_be_2_to_8 u_error ();
    end
  endgenerate

  reg [WIDTH-1:0] left_q;

  always @(posedge clk_i) begin
    if (start_i) left_q <= FIRST;
    else if (!done_o) left_q <= left_q - ONE;
  end

  assign last_o = left_q == ONE;
  assign done_o = left_q == {WIDTH{1'b0}};
endmodule

`default_nettype wire
