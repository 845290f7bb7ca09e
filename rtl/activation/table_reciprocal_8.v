// SPDX-License-Identifier: Apache-2.0
// Slopes and bases of 1 / (1 + f), f from 0 to 1,
// in 16 segments, for results of 8 bits and 2 below them.
//
// Written by `python -m characterize.activation_tables`; sim/segments.py says how
// each line is found.
// Area: O(segments). Depth: the synthesizer's choice. Latency: combinational.
// Parameters: none.
`default_nettype none

module table_reciprocal_8 (
    input  wire [3:0] segment_i,
    output reg  [5:0] slope_o,
    output reg  [9:0] base_o
);
  always @* begin
    case (segment_i)
      4'd0: {slope_o, base_o} = {6'd60, 10'd1023};
      4'd1: {slope_o, base_o} = {6'd54, 10'd966};
      4'd2: {slope_o, base_o} = {6'd48, 10'd912};
      4'd3: {slope_o, base_o} = {6'd43, 10'd864};
      4'd4: {slope_o, base_o} = {6'd39, 10'd821};
      4'd5: {slope_o, base_o} = {6'd35, 10'd782};
      4'd6: {slope_o, base_o} = {6'd32, 10'd746};
      4'd7: {slope_o, base_o} = {6'd30, 10'd714};
      4'd8: {slope_o, base_o} = {6'd27, 10'd684};
      4'd9: {slope_o, base_o} = {6'd25, 10'd657};
      4'd10: {slope_o, base_o} = {6'd23, 10'd632};
      4'd11: {slope_o, base_o} = {6'd22, 10'd609};
      4'd12: {slope_o, base_o} = {6'd20, 10'd587};
      4'd13: {slope_o, base_o} = {6'd19, 10'd567};
      4'd14: {slope_o, base_o} = {6'd18, 10'd548};
      default: {slope_o, base_o} = {6'd17, 10'd531};
    endcase
  end
endmodule

`default_nettype wire
