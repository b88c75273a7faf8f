// Conversions, order and extremes of every kind, without registers. Sources in the low bits of a_i and b_i.
module convert_bench (
  input  logic        flag_i,       // integers are signed; the larger one
  input  logic [31:0] a_i,
  input  logic [31:0] b_i,
  output logic [15:0] fp32_fp16_o,
  output logic [15:0] fp32_bf16_o,
  output logic [31:0] fp16_fp32_o,
  output logic [31:0] bf16_fp32_o,
  output logic [15:0] fp16_bf16_o,
  output logic [15:0] bf16_fp16_o,
  output logic [7:0]  fp32_e4m3fn_o,
  output logic [7:0]  fp32_e5m2ieee_o,
  output logic [7:0]  fp32_e4m3fnuz_o,
  output logic [7:0]  fp16_e4m3fn_o,
  output logic [31:0] e4m3fn_fp32_o,
  output logic [31:0] int_fp32_o,
  output logic [15:0] int_fp16_o,
  output logic [15:0] int_bf16_o,
  output logic [31:0] fp32_int_o,
  output logic [31:0] fp16_int_o,
  output logic [31:0] bf16_int_o,
  output logic [7:0]  fp16_int8_o,
  output logic [2:0]  fp16_order_o,  // less, less or equal, equal
  output logic [2:0]  bf16_order_o,
  output logic [2:0]  fp32_order_o,
  output logic [2:0]  e4m3fn_order_o,
  output logic [15:0] fp16_extreme_o,
  output logic [15:0] bf16_extreme_o,
  output logic [31:0] fp32_extreme_o,
  output logic [7:0]  e4m3fn_extreme_o
);

  logic clk, en;
  assign clk = 1'b0;
  assign en = 1'b0;

  fp_convert u_fp32_fp16 (.clk_i(clk), .en_i(en), .a_i, .result_o(fp32_fp16_o));
  fp_convert #(.DstExpBits(8), .DstManBits(7)) u_fp32_bf16 (
    .clk_i(clk), .en_i(en), .a_i, .result_o(fp32_bf16_o)
  );
  fp_convert #(.SrcExpBits(5), .SrcManBits(10), .DstExpBits(8), .DstManBits(23)) u_fp16_fp32 (
    .clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(fp16_fp32_o)
  );
  fp_convert #(.SrcExpBits(8), .SrcManBits(7), .DstExpBits(8), .DstManBits(23)) u_bf16_fp32 (
    .clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(bf16_fp32_o)
  );
  fp_convert #(.SrcExpBits(5), .SrcManBits(10), .DstExpBits(8), .DstManBits(7)) u_fp16_bf16 (
    .clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(fp16_bf16_o)
  );
  fp_convert #(.SrcExpBits(8), .SrcManBits(7)) u_bf16_fp16 (
    .clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(bf16_fp16_o)
  );
  fp_convert #(.DstExpBits(4), .DstManBits(3), .DstSpecials(1)) u_fp32_e4m3fn (
    .clk_i(clk), .en_i(en), .a_i, .result_o(fp32_e4m3fn_o)
  );
  fp_convert #(.DstExpBits(5), .DstManBits(2)) u_fp32_e5m2ieee (
    .clk_i(clk), .en_i(en), .a_i, .result_o(fp32_e5m2ieee_o)
  );
  fp_convert #(.DstExpBits(4), .DstManBits(3), .DstSpecials(3)) u_fp32_e4m3fnuz (
    .clk_i(clk), .en_i(en), .a_i, .result_o(fp32_e4m3fnuz_o)
  );
  fp_convert #(.SrcExpBits(5), .SrcManBits(10), .DstExpBits(4), .DstManBits(3), .DstSpecials(1)) u_fp16_e4m3fn (
    .clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .result_o(fp16_e4m3fn_o)
  );
  fp_convert #(.SrcExpBits(4), .SrcManBits(3), .SrcSpecials(1), .DstExpBits(8), .DstManBits(23)) u_e4m3fn_fp32 (
    .clk_i(clk), .en_i(en), .a_i(a_i[7:0]), .result_o(e4m3fn_fp32_o)
  );

  fp_from_int u_int_fp32 (.clk_i(clk), .en_i(en), .signed_i(flag_i), .a_i, .result_o(int_fp32_o));
  fp_from_int #(.ExpBits(5), .ManBits(10)) u_int_fp16 (
    .clk_i(clk), .en_i(en), .signed_i(flag_i), .a_i, .result_o(int_fp16_o)
  );
  fp_from_int #(.ExpBits(8), .ManBits(7)) u_int_bf16 (
    .clk_i(clk), .en_i(en), .signed_i(flag_i), .a_i, .result_o(int_bf16_o)
  );
  fp_to_int u_fp32_int (.clk_i(clk), .en_i(en), .signed_i(flag_i), .a_i, .result_o(fp32_int_o));
  fp_to_int #(.ExpBits(5), .ManBits(10)) u_fp16_int (
    .clk_i(clk), .en_i(en), .signed_i(flag_i), .a_i(a_i[15:0]), .result_o(fp16_int_o)
  );
  fp_to_int #(.ExpBits(8), .ManBits(7)) u_bf16_int (
    .clk_i(clk), .en_i(en), .signed_i(flag_i), .a_i(a_i[15:0]), .result_o(bf16_int_o)
  );
  fp_to_int #(.IntBits(8), .ExpBits(5), .ManBits(10)) u_fp16_int8 (
    .clk_i(clk), .en_i(en), .signed_i(flag_i), .a_i(a_i[15:0]), .result_o(fp16_int8_o)
  );

  fp_compare #(.ExpBits(5), .ManBits(10)) u_fp16_order (
    .clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .b_i(b_i[15:0]),
    .lt_o(fp16_order_o[2]), .le_o(fp16_order_o[1]), .eq_o(fp16_order_o[0])
  );
  fp_compare #(.ExpBits(8), .ManBits(7)) u_bf16_order (
    .clk_i(clk), .en_i(en), .a_i(a_i[15:0]), .b_i(b_i[15:0]),
    .lt_o(bf16_order_o[2]), .le_o(bf16_order_o[1]), .eq_o(bf16_order_o[0])
  );
  fp_compare #(.ExpBits(8), .ManBits(23)) u_fp32_order (
    .clk_i(clk), .en_i(en), .a_i, .b_i,
    .lt_o(fp32_order_o[2]), .le_o(fp32_order_o[1]), .eq_o(fp32_order_o[0])
  );
  fp_compare #(.ExpBits(4), .ManBits(3), .Specials(1)) u_e4m3fn_order (
    .clk_i(clk), .en_i(en), .a_i(a_i[7:0]), .b_i(b_i[7:0]),
    .lt_o(e4m3fn_order_o[2]), .le_o(e4m3fn_order_o[1]), .eq_o(e4m3fn_order_o[0])
  );
  fp_minmax #(.ExpBits(5), .ManBits(10)) u_fp16_extreme (
    .clk_i(clk), .en_i(en), .max_i(flag_i), .a_i(a_i[15:0]), .b_i(b_i[15:0]), .result_o(fp16_extreme_o)
  );
  fp_minmax #(.ExpBits(8), .ManBits(7)) u_bf16_extreme (
    .clk_i(clk), .en_i(en), .max_i(flag_i), .a_i(a_i[15:0]), .b_i(b_i[15:0]), .result_o(bf16_extreme_o)
  );
  fp_minmax #(.ExpBits(8), .ManBits(23)) u_fp32_extreme (
    .clk_i(clk), .en_i(en), .max_i(flag_i), .a_i, .b_i, .result_o(fp32_extreme_o)
  );
  fp_minmax #(.ExpBits(4), .ManBits(3), .Specials(1)) u_e4m3fn_extreme (
    .clk_i(clk), .en_i(en), .max_i(flag_i), .a_i(a_i[7:0]), .b_i(b_i[7:0]), .result_o(e4m3fn_extreme_o)
  );

endmodule
