// SPDX-License-Identifier: Apache-2.0
// Slopes and bases of 2^-f, f from 0 to 1,
// in 8 segments, for results of 8 bits and 2 below them.
//
// Written by `python -m characterize.activation_tables`; sim/segments.py says how
// each line is found.
// Area: O(segments). Depth: the synthesizer's choice. Latency: combinational.
// Parameters: none.
`default_nettype none

module table_power_8 (
    input  wire [2:0] segment_i,
    output reg  [6:0] slope_o,
    output reg  [9:0] base_o
);
  always @* begin
    case (segment_i)
      3'd0: {slope_o, base_o} = {7'd85, 10'd1021};
      3'd1: {slope_o, base_o} = {7'd78, 10'd939};
      3'd2: {slope_o, base_o} = {7'd71, 10'd861};
      3'd3: {slope_o, base_o} = {7'd66, 10'd790};
      3'd4: {slope_o, base_o} = {7'd60, 10'd724};
      3'd5: {slope_o, base_o} = {7'd55, 10'd664};
      3'd6: {slope_o, base_o} = {7'd51, 10'd609};
      default: {slope_o, base_o} = {7'd46, 10'd558};
    endcase
  end
endmodule

`default_nettype wire
