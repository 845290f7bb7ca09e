// SPDX-License-Identifier: Apache-2.0
// Slopes and bases of 1 / (1 + e^-x), x from -8 to 8,
// in 32 segments, for results of 8 bits and 2 below them.
//
// Written by `python -m characterize.activation_tables`; sim/segments.py says how
// each line is found.
// Area: O(segments). Depth: the synthesizer's choice. Latency: combinational.
// Parameters: none.
`default_nettype none

module table_sigmoid_8 (
    input  wire [4:0] segment_i,
    output reg  [6:0] slope_o,
    output reg  [9:0] base_o
);
  always @* begin
    case (segment_i)
      5'd0: {slope_o, base_o} = {7'd0, 10'd2};
      5'd1: {slope_o, base_o} = {7'd0, 10'd3};
      5'd2: {slope_o, base_o} = {7'd1, 10'd3};
      5'd3: {slope_o, base_o} = {7'd1, 10'd4};
      5'd4: {slope_o, base_o} = {7'd2, 10'd4};
      5'd5: {slope_o, base_o} = {7'd3, 10'd6};
      5'd6: {slope_o, base_o} = {7'd4, 10'd9};
      5'd7: {slope_o, base_o} = {7'd7, 10'd13};
      5'd8: {slope_o, base_o} = {7'd12, 10'd20};
      5'd9: {slope_o, base_o} = {7'd19, 10'd31};
      5'd10: {slope_o, base_o} = {7'd29, 10'd50};
      5'd11: {slope_o, base_o} = {7'd44, 10'd79};
      5'd12: {slope_o, base_o} = {7'd65, 10'd123};
      5'd13: {slope_o, base_o} = {7'd89, 10'd187};
      5'd14: {slope_o, base_o} = {7'd111, 10'd276};
      5'd15: {slope_o, base_o} = {7'd125, 10'd388};
      5'd16: {slope_o, base_o} = {7'd125, 10'd515};
      5'd17: {slope_o, base_o} = {7'd111, 10'd641};
      5'd18: {slope_o, base_o} = {7'd89, 10'd752};
      5'd19: {slope_o, base_o} = {7'd65, 10'd841};
      5'd20: {slope_o, base_o} = {7'd44, 10'd905};
      5'd21: {slope_o, base_o} = {7'd29, 10'd949};
      5'd22: {slope_o, base_o} = {7'd19, 10'd978};
      5'd23: {slope_o, base_o} = {7'd12, 10'd996};
      5'd24: {slope_o, base_o} = {7'd7, 10'd1008};
      5'd25: {slope_o, base_o} = {7'd4, 10'd1015};
      5'd26: {slope_o, base_o} = {7'd3, 10'd1019};
      5'd27: {slope_o, base_o} = {7'd2, 10'd1022};
      5'd28: {slope_o, base_o} = {7'd1, 10'd1023};
      5'd29: {slope_o, base_o} = {7'd1, 10'd1023};
      5'd30: {slope_o, base_o} = {7'd0, 10'd1023};
      default: {slope_o, base_o} = {7'd0, 10'd1023};
    endcase
  end
endmodule

`default_nettype wire
