// Multiply-accumulates of narrow formats into fp32, without registers; factors in the low bits of a_i and b_i.
module mixed_mac_bench (
  input  logic [15:0] a_i,
  input  logic [15:0] b_i,
  input  logic [31:0] c_i,
  output logic [31:0] fp16_o,
  output logic [31:0] bf16_o,
  output logic [31:0] bf16_fp16_o,
  output logic [31:0] e4m3_o,
  output logic [31:0] e5m2_o,
  output logic [31:0] e4m3_e5m2_o,
  output logic [31:0] e4m3fn_o,
  output logic [31:0] e5m2ieee_o,
  output logic [31:0] e4m3fnuz_o,
  output logic [31:0] e3m2_o,
  output logic [31:0] e2m3_e3m2_o,
  output logic [31:0] e2m1_o,
  output logic [31:0] e1m6_e6m1_o,
  output logic [31:0] e3m0_ue2m2_o,
  output logic [31:0] e4m3b11_o
);

  fp_mac #(.AExpBits(5), .AManBits(10)) u_fp16 (
    .clk_i(1'b0), .en_i(1'b0), .a_i, .b_i, .c_i, .result_o(fp16_o)
  );
  fp_mac #(.AExpBits(8), .AManBits(7)) u_bf16 (
    .clk_i(1'b0), .en_i(1'b0), .a_i, .b_i, .c_i, .result_o(bf16_o)
  );
  fp_mac #(.AExpBits(8), .AManBits(7), .BExpBits(5), .BManBits(10)) u_bf16_fp16 (
    .clk_i(1'b0), .en_i(1'b0), .a_i, .b_i, .c_i, .result_o(bf16_fp16_o)
  );
  fp_mac #(.AExpBits(4), .AManBits(3), .ASpecials(0)) u_e4m3 (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[7:0]), .b_i(b_i[7:0]), .c_i, .result_o(e4m3_o)
  );
  fp_mac #(.AExpBits(5), .AManBits(2), .ASpecials(0)) u_e5m2 (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[7:0]), .b_i(b_i[7:0]), .c_i, .result_o(e5m2_o)
  );
  fp_mac #(.AExpBits(4), .AManBits(3), .ASpecials(0), .BExpBits(5), .BManBits(2)) u_e4m3_e5m2 (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[7:0]), .b_i(b_i[7:0]), .c_i, .result_o(e4m3_e5m2_o)
  );
  fp_mac #(.AExpBits(4), .AManBits(3), .ASpecials(1)) u_e4m3fn (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[7:0]), .b_i(b_i[7:0]), .c_i, .result_o(e4m3fn_o)
  );
  fp_mac #(.AExpBits(5), .AManBits(2), .ASpecials(2)) u_e5m2ieee (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[7:0]), .b_i(b_i[7:0]), .c_i, .result_o(e5m2ieee_o)
  );
  fp_mac #(.AExpBits(4), .AManBits(3), .ASpecials(3)) u_e4m3fnuz (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[7:0]), .b_i(b_i[7:0]), .c_i, .result_o(e4m3fnuz_o)
  );
  fp_mac #(.AExpBits(3), .AManBits(2), .ASpecials(0)) u_e3m2 (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[5:0]), .b_i(b_i[5:0]), .c_i, .result_o(e3m2_o)
  );
  fp_mac #(.AExpBits(2), .AManBits(3), .ASpecials(0), .BExpBits(3), .BManBits(2)) u_e2m3_e3m2 (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[5:0]), .b_i(b_i[5:0]), .c_i, .result_o(e2m3_e3m2_o)
  );
  fp_mac #(.AExpBits(2), .AManBits(1), .ASpecials(0)) u_e2m1 (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[3:0]), .b_i(b_i[3:0]), .c_i, .result_o(e2m1_o)
  );
  fp_mac #(.AExpBits(1), .AManBits(6), .ASpecials(0), .BExpBits(6), .BManBits(1)) u_e1m6_e6m1 (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[7:0]), .b_i(b_i[7:0]), .c_i, .result_o(e1m6_e6m1_o)
  );
  fp_mac #(.AExpBits(3), .AManBits(0), .ASpecials(0), .BExpBits(2), .BManBits(2), .BSigned(0)) u_e3m0_ue2m2 (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[3:0]), .b_i(b_i[3:0]), .c_i, .result_o(e3m0_ue2m2_o)
  );
  fp_mac #(.AExpBits(4), .AManBits(3), .ASpecials(0), .ABias(11)) u_e4m3b11 (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[7:0]), .b_i(b_i[7:0]), .c_i, .result_o(e4m3b11_o)
  );

endmodule
