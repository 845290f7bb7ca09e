// SPDX-License-Identifier: Apache-2.0
// Slopes and bases of 2^-f, f from 0 to 1,
// in 32 segments, for results of 16 bits and 2 below them.
//
// Written by `python -m characterize.activation_tables`; sim/segments.py says how
// each line is found.
// Area: O(segments). Depth: the synthesizer's choice. Latency: combinational.
// Parameters: none.
`default_nettype none

module table_power_16 (
    input  wire [4:0] segment_i,
    output reg  [12:0] slope_o,
    output reg  [17:0] base_o
);
  always @* begin
    case (segment_i)
      5'd0: {slope_o, base_o} = {13'd5617, 18'd262136};
      5'd1: {slope_o, base_o} = {13'd5497, 18'd256519};
      5'd2: {slope_o, base_o} = {13'd5379, 18'd251023};
      5'd3: {slope_o, base_o} = {13'd5264, 18'd245644};
      5'd4: {slope_o, base_o} = {13'd5151, 18'd240380};
      5'd5: {slope_o, base_o} = {13'd5041, 18'd235230};
      5'd6: {slope_o, base_o} = {13'd4933, 18'd230189};
      5'd7: {slope_o, base_o} = {13'd4827, 18'd225256};
      5'd8: {slope_o, base_o} = {13'd4723, 18'd220429};
      5'd9: {slope_o, base_o} = {13'd4622, 18'd215706};
      5'd10: {slope_o, base_o} = {13'd4523, 18'd211084};
      5'd11: {slope_o, base_o} = {13'd4426, 18'd206561};
      5'd12: {slope_o, base_o} = {13'd4331, 18'd202135};
      5'd13: {slope_o, base_o} = {13'd4239, 18'd197804};
      5'd14: {slope_o, base_o} = {13'd4148, 18'd193565};
      5'd15: {slope_o, base_o} = {13'd4059, 18'd189417};
      5'd16: {slope_o, base_o} = {13'd3972, 18'd185358};
      5'd17: {slope_o, base_o} = {13'd3887, 18'd181387};
      5'd18: {slope_o, base_o} = {13'd3804, 18'd177500};
      5'd19: {slope_o, base_o} = {13'd3722, 18'd173696};
      5'd20: {slope_o, base_o} = {13'd3642, 18'd169974};
      5'd21: {slope_o, base_o} = {13'd3564, 18'd166332};
      5'd22: {slope_o, base_o} = {13'd3488, 18'd162768};
      5'd23: {slope_o, base_o} = {13'd3413, 18'd159280};
      5'd24: {slope_o, base_o} = {13'd3340, 18'd155867};
      5'd25: {slope_o, base_o} = {13'd3268, 18'd152527};
      5'd26: {slope_o, base_o} = {13'd3198, 18'd149259};
      5'd27: {slope_o, base_o} = {13'd3130, 18'd146061};
      5'd28: {slope_o, base_o} = {13'd3063, 18'd142931};
      5'd29: {slope_o, base_o} = {13'd2997, 18'd139868};
      5'd30: {slope_o, base_o} = {13'd2933, 18'd136871};
      default: {slope_o, base_o} = {13'd2870, 18'd133938};
    endcase
  end
endmodule

`default_nettype wire
