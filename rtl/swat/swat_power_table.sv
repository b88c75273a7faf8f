// 2^(index_i / 64) with 20 fractional bits, rounded to nearest, and the step to the next entry. Combinational.
// tests/swat compares it with compiler/attention/datapath.cpp, through every weight.
module swat_power_table (
  input  logic [5:0]  index_i,
  output logic [20:0] base_o,
  output logic [14:0] step_o
);

  always_comb begin
    unique case (index_i)
      6'd0: {base_o, step_o} = {21'd1048576, 15'd11418};
      6'd1: {base_o, step_o} = {21'd1059994, 15'd11543};
      6'd2: {base_o, step_o} = {21'd1071537, 15'd11668};
      6'd3: {base_o, step_o} = {21'd1083205, 15'd11795};
      6'd4: {base_o, step_o} = {21'd1095000, 15'd11924};
      6'd5: {base_o, step_o} = {21'd1106924, 15'd12054};
      6'd6: {base_o, step_o} = {21'd1118978, 15'd12185};
      6'd7: {base_o, step_o} = {21'd1131163, 15'd12317};
      6'd8: {base_o, step_o} = {21'd1143480, 15'd12452};
      6'd9: {base_o, step_o} = {21'd1155932, 15'd12587};
      6'd10: {base_o, step_o} = {21'd1168519, 15'd12725};
      6'd11: {base_o, step_o} = {21'd1181244, 15'd12862};
      6'd12: {base_o, step_o} = {21'd1194106, 15'd13003};
      6'd13: {base_o, step_o} = {21'd1207109, 15'd13145};
      6'd14: {base_o, step_o} = {21'd1220254, 15'd13288};
      6'd15: {base_o, step_o} = {21'd1233542, 15'd13432};
      6'd16: {base_o, step_o} = {21'd1246974, 15'd13579};
      6'd17: {base_o, step_o} = {21'd1260553, 15'd13726};
      6'd18: {base_o, step_o} = {21'd1274279, 15'd13876};
      6'd19: {base_o, step_o} = {21'd1288155, 15'd14027};
      6'd20: {base_o, step_o} = {21'd1302182, 15'd14180};
      6'd21: {base_o, step_o} = {21'd1316362, 15'd14334};
      6'd22: {base_o, step_o} = {21'd1330696, 15'd14491};
      6'd23: {base_o, step_o} = {21'd1345187, 15'd14648};
      6'd24: {base_o, step_o} = {21'd1359835, 15'd14807};
      6'd25: {base_o, step_o} = {21'd1374642, 15'd14969};
      6'd26: {base_o, step_o} = {21'd1389611, 15'd15132};
      6'd27: {base_o, step_o} = {21'd1404743, 15'd15297};
      6'd28: {base_o, step_o} = {21'd1420040, 15'd15463};
      6'd29: {base_o, step_o} = {21'd1435503, 15'd15632};
      6'd30: {base_o, step_o} = {21'd1451135, 15'd15802};
      6'd31: {base_o, step_o} = {21'd1466937, 15'd15973};
      6'd32: {base_o, step_o} = {21'd1482910, 15'd16148};
      6'd33: {base_o, step_o} = {21'd1499058, 15'd16324};
      6'd34: {base_o, step_o} = {21'd1515382, 15'd16501};
      6'd35: {base_o, step_o} = {21'd1531883, 15'd16681};
      6'd36: {base_o, step_o} = {21'd1548564, 15'd16863};
      6'd37: {base_o, step_o} = {21'd1565427, 15'd17047};
      6'd38: {base_o, step_o} = {21'd1582474, 15'd17232};
      6'd39: {base_o, step_o} = {21'd1599706, 15'd17419};
      6'd40: {base_o, step_o} = {21'd1617125, 15'd17610};
      6'd41: {base_o, step_o} = {21'd1634735, 15'd17801};
      6'd42: {base_o, step_o} = {21'd1652536, 15'd17995};
      6'd43: {base_o, step_o} = {21'd1670531, 15'd18191};
      6'd44: {base_o, step_o} = {21'd1688722, 15'd18388};
      6'd45: {base_o, step_o} = {21'd1707110, 15'd18590};
      6'd46: {base_o, step_o} = {21'd1725700, 15'd18791};
      6'd47: {base_o, step_o} = {21'd1744491, 15'd18997};
      6'd48: {base_o, step_o} = {21'd1763488, 15'd19203};
      6'd49: {base_o, step_o} = {21'd1782691, 15'd19412};
      6'd50: {base_o, step_o} = {21'd1802103, 15'd19624};
      6'd51: {base_o, step_o} = {21'd1821727, 15'd19837};
      6'd52: {base_o, step_o} = {21'd1841564, 15'd20053};
      6'd53: {base_o, step_o} = {21'd1861617, 15'd20272};
      6'd54: {base_o, step_o} = {21'd1881889, 15'd20492};
      6'd55: {base_o, step_o} = {21'd1902381, 15'd20716};
      6'd56: {base_o, step_o} = {21'd1923097, 15'd20941};
      6'd57: {base_o, step_o} = {21'd1944038, 15'd21169};
      6'd58: {base_o, step_o} = {21'd1965207, 15'd21400};
      6'd59: {base_o, step_o} = {21'd1986607, 15'd21633};
      6'd60: {base_o, step_o} = {21'd2008240, 15'd21868};
      6'd61: {base_o, step_o} = {21'd2030108, 15'd22106};
      6'd62: {base_o, step_o} = {21'd2052214, 15'd22348};
      default: {base_o, step_o} = {21'd2074562, 15'd22590};
    endcase
  end

endmodule
