// Sum, difference, product and fused multiply-add of one small format, and conversions from and to fp32, in bytes.
module minifloat_units #(
  parameter int unsigned ExpBits = 4,
  parameter int unsigned ManBits = 3,
  parameter int unsigned Specials = 0,
  parameter bit Saturate = 1'b1
) (
  input  logic [7:0]  a_i,
  input  logic [7:0]  b_i,
  input  logic [7:0]  c_i,
  input  logic [31:0] single_i,
  output logic [7:0]  sum_o,
  output logic [7:0]  difference_o,
  output logic [7:0]  product_o,
  output logic [7:0]  fused_o,
  output logic [7:0]  narrowed_o,
  output logic [31:0] widened_o
);

  localparam int unsigned Width = 1 + ExpBits + ManBits;
  logic [Width-1:0] sum, difference, product, fused, narrowed;
  assign sum_o = 8'(sum);
  assign difference_o = 8'(difference);
  assign product_o = 8'(product);
  assign fused_o = 8'(fused);
  assign narrowed_o = 8'(narrowed);

  fp_add #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate)) u_sum (
    .clk_i(1'b0), .en_i(1'b0), .sub_i(1'b0), .a_i(a_i[Width-1:0]), .b_i(b_i[Width-1:0]), .result_o(sum)
  );
  fp_add #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate)) u_difference (
    .clk_i(1'b0), .en_i(1'b0), .sub_i(1'b1), .a_i(a_i[Width-1:0]), .b_i(b_i[Width-1:0]),
    .result_o(difference)
  );
  fp_mul #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate)) u_product (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[Width-1:0]), .b_i(b_i[Width-1:0]), .result_o(product)
  );
  fp_mac #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate)) u_fused (
    .clk_i(1'b0), .en_i(1'b0), .a_i(a_i[Width-1:0]), .b_i(b_i[Width-1:0]), .c_i(c_i[Width-1:0]),
    .result_o(fused)
  );
  fp_convert #(
    .DstExpBits(ExpBits), .DstManBits(ManBits), .DstSpecials(Specials), .Saturate(Saturate)
  ) u_narrow (.clk_i(1'b0), .en_i(1'b0), .a_i(single_i), .result_o(narrowed));
  fp_convert #(
    .SrcExpBits(ExpBits), .SrcManBits(ManBits), .SrcSpecials(Specials), .DstExpBits(8), .DstManBits(23)
  ) u_widen (.clk_i(1'b0), .en_i(1'b0), .a_i(a_i[Width-1:0]), .result_o(widened_o));

endmodule
