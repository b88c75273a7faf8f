// Two products with a shared factor from one DSP multiplier of at least 25 x 18 bits: (a1 * 2^16 + a0) * b holds a1 * b above
// a0 * b; where the lower product is negative it has borrowed one from the upper, which is given back.
// Latency: ProductReg clocks with en_i high (behind the multiplier, where DSP blocks have a register); throughput 1: two products
// a clock. All factors are int8. Parameters: ProductReg 0 or 1.
module mul_dsp_pair #(
  parameter bit ProductReg = 1'b1
) (
  input  logic        clk_i,
  input  logic        en_i,
  input  logic [7:0]  a0_i,
  input  logic [7:0]  a1_i,
  input  logic [7:0]  b_i,
  output logic [15:0] product0_o,
  output logic [15:0] product1_o
);

  logic signed [24:0] packed_a;
  logic signed [17:0] b;
  logic signed [42:0] product;
  logic [31:0] product_q;
  assign packed_a = 25'(signed'({a1_i, 16'd0})) + 25'(signed'(a0_i));
  assign b = 18'(signed'(b_i));
  assign product = packed_a * b;
  mac_stage #(.Width(32), .Enable(ProductReg)) u_product (
    .clk_i, .rst_ni(1'b1), .en_i, .d_i(product[31:0]), .q_o(product_q)
  );
  assign product0_o = product_q[15:0];
  assign product1_o = product_q[31:16] + 16'(product_q[15]);

  logic unused_product;
  assign unused_product = ^product[42:32];

endmodule
