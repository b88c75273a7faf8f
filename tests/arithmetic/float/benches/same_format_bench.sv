// Adder, multiplier and fused multiply-add of one format, without registers.
module same_format_bench #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10
) (
  input  logic                     sub_i,
  input  logic [ExpBits+ManBits:0] a_i,
  input  logic [ExpBits+ManBits:0] b_i,
  input  logic [ExpBits+ManBits:0] c_i,
  output logic [ExpBits+ManBits:0] sum_o,
  output logic [ExpBits+ManBits:0] product_o,
  output logic [ExpBits+ManBits:0] fused_o
);

  fp_add #(.ExpBits(ExpBits), .ManBits(ManBits)) u_add (
    .clk_i(1'b0), .en_i(1'b0), .sub_i, .a_i, .b_i, .result_o(sum_o)
  );
  fp_mul #(.ExpBits(ExpBits), .ManBits(ManBits)) u_mul (
    .clk_i(1'b0), .en_i(1'b0), .a_i, .b_i, .result_o(product_o)
  );
  fp_mac #(.ExpBits(ExpBits), .ManBits(ManBits)) u_mac (
    .clk_i(1'b0), .en_i(1'b0), .a_i, .b_i, .c_i, .result_o(fused_o)
  );

endmodule
