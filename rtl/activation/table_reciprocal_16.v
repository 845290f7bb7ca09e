// SPDX-License-Identifier: Apache-2.0
// Slopes and bases of 1 / (1 + f), f from 0 to 1,
// in 64 segments, for results of 16 bits and 2 below them.
//
// Written by `python -m characterize.activation_tables`; sim/segments.py says how
// each line is found.
// Area: O(segments). Depth: the synthesizer's choice. Latency: combinational.
// Parameters: none.
`default_nettype none

module table_reciprocal_16 (
    input  wire [5:0] segment_i,
    output reg  [11:0] slope_o,
    output reg  [17:0] base_o
);
  always @* begin
    case (segment_i)
      6'd0: {slope_o, base_o} = {12'd4033, 18'd262138};
      6'd1: {slope_o, base_o} = {12'd3911, 18'd258106};
      6'd2: {slope_o, base_o} = {12'd3794, 18'd254195};
      6'd3: {slope_o, base_o} = {12'd3682, 18'd250401};
      6'd4: {slope_o, base_o} = {12'd3576, 18'd246719};
      6'd5: {slope_o, base_o} = {12'd3474, 18'd243144};
      6'd6: {slope_o, base_o} = {12'd3376, 18'd239671};
      6'd7: {slope_o, base_o} = {12'd3282, 18'd236295};
      6'd8: {slope_o, base_o} = {12'd3192, 18'd233013};
      6'd9: {slope_o, base_o} = {12'd3106, 18'd229822};
      6'd10: {slope_o, base_o} = {12'd3023, 18'd226716};
      6'd11: {slope_o, base_o} = {12'd2943, 18'd223693};
      6'd12: {slope_o, base_o} = {12'd2867, 18'd220750};
      6'd13: {slope_o, base_o} = {12'd2793, 18'd217883};
      6'd14: {slope_o, base_o} = {12'd2723, 18'd215090};
      6'd15: {slope_o, base_o} = {12'd2655, 18'd212368};
      6'd16: {slope_o, base_o} = {12'd2589, 18'd209713};
      6'd17: {slope_o, base_o} = {12'd2526, 18'd207124};
      6'd18: {slope_o, base_o} = {12'd2465, 18'd204598};
      6'd19: {slope_o, base_o} = {12'd2406, 18'd202133};
      6'd20: {slope_o, base_o} = {12'd2350, 18'd199727};
      6'd21: {slope_o, base_o} = {12'd2295, 18'd197378};
      6'd22: {slope_o, base_o} = {12'd2242, 18'd195083};
      6'd23: {slope_o, base_o} = {12'd2191, 18'd192840};
      6'd24: {slope_o, base_o} = {12'd2142, 18'd190649};
      6'd25: {slope_o, base_o} = {12'd2095, 18'd188507};
      6'd26: {slope_o, base_o} = {12'd2049, 18'd186413};
      6'd27: {slope_o, base_o} = {12'd2004, 18'd184364};
      6'd28: {slope_o, base_o} = {12'd1961, 18'd182360};
      6'd29: {slope_o, base_o} = {12'd1919, 18'd180400};
      6'd30: {slope_o, base_o} = {12'd1879, 18'd178481};
      6'd31: {slope_o, base_o} = {12'd1840, 18'd176602};
      6'd32: {slope_o, base_o} = {12'd1802, 18'd174763};
      6'd33: {slope_o, base_o} = {12'd1765, 18'd172961};
      6'd34: {slope_o, base_o} = {12'd1729, 18'd171196};
      6'd35: {slope_o, base_o} = {12'd1695, 18'd169467};
      6'd36: {slope_o, base_o} = {12'd1661, 18'd167772};
      6'd37: {slope_o, base_o} = {12'd1629, 18'd166111};
      6'd38: {slope_o, base_o} = {12'd1597, 18'd164483};
      6'd39: {slope_o, base_o} = {12'd1566, 18'd162886};
      6'd40: {slope_o, base_o} = {12'd1536, 18'd161319};
      6'd41: {slope_o, base_o} = {12'd1507, 18'd159783};
      6'd42: {slope_o, base_o} = {12'd1479, 18'd158276};
      6'd43: {slope_o, base_o} = {12'd1452, 18'd156797};
      6'd44: {slope_o, base_o} = {12'd1425, 18'd155345};
      6'd45: {slope_o, base_o} = {12'd1399, 18'd153920};
      6'd46: {slope_o, base_o} = {12'd1374, 18'd152521};
      6'd47: {slope_o, base_o} = {12'd1350, 18'd151147};
      6'd48: {slope_o, base_o} = {12'd1326, 18'd149797};
      6'd49: {slope_o, base_o} = {12'd1302, 18'd148471};
      6'd50: {slope_o, base_o} = {12'd1280, 18'd147169};
      6'd51: {slope_o, base_o} = {12'd1258, 18'd145890};
      6'd52: {slope_o, base_o} = {12'd1236, 18'd144632};
      6'd53: {slope_o, base_o} = {12'd1215, 18'd143396};
      6'd54: {slope_o, base_o} = {12'd1195, 18'd142181};
      6'd55: {slope_o, base_o} = {12'd1175, 18'd140986};
      6'd56: {slope_o, base_o} = {12'd1155, 18'd139811};
      6'd57: {slope_o, base_o} = {12'd1137, 18'd138656};
      6'd58: {slope_o, base_o} = {12'd1118, 18'd137519};
      6'd59: {slope_o, base_o} = {12'd1100, 18'd136401};
      6'd60: {slope_o, base_o} = {12'd1082, 18'd135301};
      6'd61: {slope_o, base_o} = {12'd1065, 18'd134219};
      6'd62: {slope_o, base_o} = {12'd1048, 18'd133153};
      default: {slope_o, base_o} = {12'd1032, 18'd132105};
    endcase
  end
endmodule

`default_nettype wire
