// Units of fp_exp2 and fp_recip in several formats and table sizes, without registers.
module elementary_bench (
  input  logic [31:0] a_i,
  output logic [15:0] exp2_fp16_o,
  output logic [15:0] exp2_bf16_o,
  output logic [31:0] exp2_fp32_o,
  output logic [15:0] exp2_coarse_o,   // fp16, 8 segments
  output logic [7:0]  exp2_e4m3_o,     // all codes finite, 16 segments
  output logic [15:0] recip_fp16_o,
  output logic [15:0] recip_bf16_o,
  output logic [31:0] recip_fp32_o,
  output logic [15:0] recip_coarse_o,  // fp16, 16 segments
  output logic [7:0]  recip_e3m4_o     // all codes finite, 8 segments
);

  logic clk, en;
  assign clk = 1'b0;
  assign en = 1'b0;

  fp_exp2 u_exp2_fp16 (.clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(exp2_fp16_o));
  fp_exp2 #(.ExpBits(8), .ManBits(7), .Segments(16)) u_exp2_bf16 (
    .clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(exp2_bf16_o)
  );
  fp_exp2 #(.ExpBits(8), .ManBits(23), .Segments(256)) u_exp2_fp32 (
    .clk_i(clk), .en_i(en), .a_i, .result_o(exp2_fp32_o)
  );
  fp_exp2 #(.Segments(8)) u_exp2_coarse (.clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(exp2_coarse_o));
  fp_exp2 #(.ExpBits(4), .ManBits(3), .Specials(0), .Segments(16)) u_exp2_e4m3 (
    .clk_i(clk), .en_i(en), .a_i(a_i[7:0]), .result_o(exp2_e4m3_o)
  );

  fp_recip u_recip_fp16 (.clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(recip_fp16_o));
  fp_recip #(.ExpBits(8), .ManBits(7), .Segments(32)) u_recip_bf16 (
    .clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(recip_bf16_o)
  );
  fp_recip #(.ExpBits(8), .ManBits(23), .Segments(256)) u_recip_fp32 (
    .clk_i(clk), .en_i(en), .a_i, .result_o(recip_fp32_o)
  );
  fp_recip #(.Segments(16)) u_recip_coarse (.clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(recip_coarse_o));
  fp_recip #(.ExpBits(3), .ManBits(4), .Specials(0), .Segments(8)) u_recip_e3m4 (
    .clk_i(clk), .en_i(en), .a_i(a_i[7:0]), .result_o(recip_e3m4_o)
  );

endmodule
