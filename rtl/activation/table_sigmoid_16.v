// SPDX-License-Identifier: Apache-2.0
// Slopes and bases of 1 / (1 + e^-x), x from -8 to 8,
// in 128 segments, for results of 16 bits and 2 below them.
//
// Written by `python -m characterize.activation_tables`; sim/segments.py says how
// each line is found.
// Area: O(segments). Depth: the synthesizer's choice. Latency: combinational.
// Parameters: none.
`default_nettype none

module table_sigmoid_16 (
    input  wire [6:0] segment_i,
    output reg  [12:0] slope_o,
    output reg  [17:0] base_o
);
  always @* begin
    case (segment_i)
      7'd0: {slope_o, base_o} = {13'd12, 18'd90};
      7'd1: {slope_o, base_o} = {13'd13, 18'd102};
      7'd2: {slope_o, base_o} = {13'd15, 18'd115};
      7'd3: {slope_o, base_o} = {13'd17, 18'd130};
      7'd4: {slope_o, base_o} = {13'd19, 18'd147};
      7'd5: {slope_o, base_o} = {13'd22, 18'd166};
      7'd6: {slope_o, base_o} = {13'd25, 18'd188};
      7'd7: {slope_o, base_o} = {13'd28, 18'd213};
      7'd8: {slope_o, base_o} = {13'd32, 18'd241};
      7'd9: {slope_o, base_o} = {13'd36, 18'd272};
      7'd10: {slope_o, base_o} = {13'd41, 18'd308};
      7'd11: {slope_o, base_o} = {13'd46, 18'd349};
      7'd12: {slope_o, base_o} = {13'd52, 18'd395};
      7'd13: {slope_o, base_o} = {13'd59, 18'd448};
      7'd14: {slope_o, base_o} = {13'd67, 18'd507};
      7'd15: {slope_o, base_o} = {13'd76, 18'd574};
      7'd16: {slope_o, base_o} = {13'd86, 18'd650};
      7'd17: {slope_o, base_o} = {13'd97, 18'd736};
      7'd18: {slope_o, base_o} = {13'd110, 18'd833};
      7'd19: {slope_o, base_o} = {13'd125, 18'd943};
      7'd20: {slope_o, base_o} = {13'd141, 18'd1068};
      7'd21: {slope_o, base_o} = {13'd160, 18'd1209};
      7'd22: {slope_o, base_o} = {13'd181, 18'd1369};
      7'd23: {slope_o, base_o} = {13'd205, 18'd1550};
      7'd24: {slope_o, base_o} = {13'd232, 18'd1755};
      7'd25: {slope_o, base_o} = {13'd262, 18'd1986};
      7'd26: {slope_o, base_o} = {13'd296, 18'd2249};
      7'd27: {slope_o, base_o} = {13'd335, 18'd2545};
      7'd28: {slope_o, base_o} = {13'd379, 18'd2879};
      7'd29: {slope_o, base_o} = {13'd428, 18'd3258};
      7'd30: {slope_o, base_o} = {13'd483, 18'd3685};
      7'd31: {slope_o, base_o} = {13'd545, 18'd4168};
      7'd32: {slope_o, base_o} = {13'd615, 18'd4712};
      7'd33: {slope_o, base_o} = {13'd693, 18'd5327};
      7'd34: {slope_o, base_o} = {13'd781, 18'd6020};
      7'd35: {slope_o, base_o} = {13'd879, 18'd6800};
      7'd36: {slope_o, base_o} = {13'd989, 18'd7679};
      7'd37: {slope_o, base_o} = {13'd1112, 18'd8667};
      7'd38: {slope_o, base_o} = {13'd1248, 18'd9778};
      7'd39: {slope_o, base_o} = {13'd1399, 18'd11025};
      7'd40: {slope_o, base_o} = {13'd1567, 18'd12423};
      7'd41: {slope_o, base_o} = {13'd1752, 18'd13989};
      7'd42: {slope_o, base_o} = {13'd1956, 18'd15740};
      7'd43: {slope_o, base_o} = {13'd2179, 18'd17694};
      7'd44: {slope_o, base_o} = {13'd2422, 18'd19872};
      7'd45: {slope_o, base_o} = {13'd2687, 18'd22293};
      7'd46: {slope_o, base_o} = {13'd2973, 18'd24979};
      7'd47: {slope_o, base_o} = {13'd3280, 18'd27950};
      7'd48: {slope_o, base_o} = {13'd3607, 18'd31229};
      7'd49: {slope_o, base_o} = {13'd3954, 18'd34836};
      7'd50: {slope_o, base_o} = {13'd4317, 18'd38789};
      7'd51: {slope_o, base_o} = {13'd4695, 18'd43105};
      7'd52: {slope_o, base_o} = {13'd5082, 18'd47799};
      7'd53: {slope_o, base_o} = {13'd5475, 18'd52882};
      7'd54: {slope_o, base_o} = {13'd5868, 18'd58357};
      7'd55: {slope_o, base_o} = {13'd6254, 18'd64226};
      7'd56: {slope_o, base_o} = {13'd6625, 18'd70481};
      7'd57: {slope_o, base_o} = {13'd6975, 18'd77108};
      7'd58: {slope_o, base_o} = {13'd7294, 18'd84084};
      7'd59: {slope_o, base_o} = {13'd7575, 18'd91381};
      7'd60: {slope_o, base_o} = {13'd7810, 18'd98959};
      7'd61: {slope_o, base_o} = {13'd7993, 18'd106772};
      7'd62: {slope_o, base_o} = {13'd8118, 18'd114769};
      7'd63: {slope_o, base_o} = {13'd8181, 18'd122891};
      7'd64: {slope_o, base_o} = {13'd8181, 18'd131076};
      7'd65: {slope_o, base_o} = {13'd8118, 18'd139261};
      7'd66: {slope_o, base_o} = {13'd7993, 18'd147383};
      7'd67: {slope_o, base_o} = {13'd7810, 18'd155379};
      7'd68: {slope_o, base_o} = {13'd7575, 18'd163192};
      7'd69: {slope_o, base_o} = {13'd7294, 18'd170770};
      7'd70: {slope_o, base_o} = {13'd6975, 18'd178066};
      7'd71: {slope_o, base_o} = {13'd6625, 18'd185042};
      7'd72: {slope_o, base_o} = {13'd6254, 18'd191668};
      7'd73: {slope_o, base_o} = {13'd5868, 18'd197923};
      7'd74: {slope_o, base_o} = {13'd5475, 18'd203791};
      7'd75: {slope_o, base_o} = {13'd5082, 18'd209266};
      7'd76: {slope_o, base_o} = {13'd4695, 18'd214348};
      7'd77: {slope_o, base_o} = {13'd4317, 18'd219042};
      7'd78: {slope_o, base_o} = {13'd3954, 18'd223359};
      7'd79: {slope_o, base_o} = {13'd3607, 18'd227311};
      7'd80: {slope_o, base_o} = {13'd3280, 18'd230918};
      7'd81: {slope_o, base_o} = {13'd2973, 18'd234196};
      7'd82: {slope_o, base_o} = {13'd2687, 18'd237168};
      7'd83: {slope_o, base_o} = {13'd2422, 18'd239854};
      7'd84: {slope_o, base_o} = {13'd2179, 18'd242275};
      7'd85: {slope_o, base_o} = {13'd1956, 18'd244452};
      7'd86: {slope_o, base_o} = {13'd1752, 18'd246407};
      7'd87: {slope_o, base_o} = {13'd1567, 18'd248158};
      7'd88: {slope_o, base_o} = {13'd1399, 18'd249724};
      7'd89: {slope_o, base_o} = {13'd1248, 18'd251122};
      7'd90: {slope_o, base_o} = {13'd1112, 18'd252369};
      7'd91: {slope_o, base_o} = {13'd989, 18'd253480};
      7'd92: {slope_o, base_o} = {13'd879, 18'd254469};
      7'd93: {slope_o, base_o} = {13'd781, 18'd255347};
      7'd94: {slope_o, base_o} = {13'd693, 18'd256128};
      7'd95: {slope_o, base_o} = {13'd615, 18'd256821};
      7'd96: {slope_o, base_o} = {13'd545, 18'd257435};
      7'd97: {slope_o, base_o} = {13'd483, 18'd257980};
      7'd98: {slope_o, base_o} = {13'd428, 18'd258462};
      7'd99: {slope_o, base_o} = {13'd379, 18'd258890};
      7'd100: {slope_o, base_o} = {13'd335, 18'd259268};
      7'd101: {slope_o, base_o} = {13'd296, 18'd259603};
      7'd102: {slope_o, base_o} = {13'd262, 18'd259900};
      7'd103: {slope_o, base_o} = {13'd232, 18'd260161};
      7'd104: {slope_o, base_o} = {13'd205, 18'd260393};
      7'd105: {slope_o, base_o} = {13'd181, 18'd260598};
      7'd106: {slope_o, base_o} = {13'd160, 18'd260779};
      7'd107: {slope_o, base_o} = {13'd141, 18'd260939};
      7'd108: {slope_o, base_o} = {13'd125, 18'd261080};
      7'd109: {slope_o, base_o} = {13'd110, 18'd261205};
      7'd110: {slope_o, base_o} = {13'd97, 18'd261315};
      7'd111: {slope_o, base_o} = {13'd86, 18'd261412};
      7'd112: {slope_o, base_o} = {13'd76, 18'd261498};
      7'd113: {slope_o, base_o} = {13'd67, 18'd261574};
      7'd114: {slope_o, base_o} = {13'd59, 18'd261641};
      7'd115: {slope_o, base_o} = {13'd52, 18'd261701};
      7'd116: {slope_o, base_o} = {13'd46, 18'd261753};
      7'd117: {slope_o, base_o} = {13'd41, 18'd261799};
      7'd118: {slope_o, base_o} = {13'd36, 18'd261840};
      7'd119: {slope_o, base_o} = {13'd32, 18'd261875};
      7'd120: {slope_o, base_o} = {13'd28, 18'd261907};
      7'd121: {slope_o, base_o} = {13'd25, 18'd261935};
      7'd122: {slope_o, base_o} = {13'd22, 18'd261960};
      7'd123: {slope_o, base_o} = {13'd19, 18'd261982};
      7'd124: {slope_o, base_o} = {13'd17, 18'd262001};
      7'd125: {slope_o, base_o} = {13'd15, 18'd262018};
      7'd126: {slope_o, base_o} = {13'd13, 18'd262033};
      default: {slope_o, base_o} = {13'd12, 18'd262046};
    endcase
  end
endmodule

`default_nettype wire
