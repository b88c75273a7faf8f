// Product of two integers as addend_o + carry_o, modulo 2^OutBits.
// Latency: ProductReg + AlignReg clocks with en_i high; throughput: one a clock. Both registers stand behind the product.
// Parameters: ABits, BBits 2 to 16; ASigned, BSigned; OutBits >= 2; Architecture as in mul_integer.sv.
module mac_integer_product #(
  parameter int unsigned ABits = 8,
  parameter int unsigned BBits = 8,
  parameter bit ASigned = 1'b1,
  parameter bit BSigned = 1'b1,
  parameter int unsigned OutBits = 30,
  parameter int unsigned Architecture = 2,
  parameter bit ProductReg = 1'b1,
  parameter bit AlignReg = 1'b0
) (
  input  logic               clk_i,
  input  logic               en_i,
  input  logic [ABits-1:0]   a_i,
  input  logic [BBits-1:0]   b_i,
  output logic [OutBits-1:0] addend_o,
  output logic               carry_o
);

  // The redundant product of a Booth multiplier may be -1 (with a carry of 1), so it is signed even if both operands are not.
  localparam bit Widen = Architecture == 2 && !ASigned && !BSigned;
  localparam int unsigned AWidth = ABits + (Widen ? 1 : 0);
  localparam int unsigned ProductBits = AWidth + BBits;
  logic [ProductBits-1:0] product, product_q, product_q2;
  logic carry, carry_q;

  mul_integer #(
    .AWidth(AWidth), .BWidth(BBits), .ASigned(ASigned || Widen), .BSigned(BSigned), .Architecture(Architecture)
  ) u_mul (
    .a_i(AWidth'(a_i)), .b_i, .product_o(product), .carry_o(carry)
  );
  mac_stage #(.Width(ProductBits + 1), .Enable(ProductReg)) u_product (
    .clk_i, .rst_ni(1'b1), .en_i, .d_i({carry, product}), .q_o({carry_q, product_q})
  );
  mac_stage #(.Width(ProductBits + 1), .Enable(AlignReg)) u_align (
    .clk_i, .rst_ni(1'b1), .en_i, .d_i({carry_q, product_q}), .q_o({carry_o, product_q2})
  );

  if (OutBits <= ProductBits) begin : g_narrow
    assign addend_o = product_q2[OutBits-1:0];
    logic unused_product;
    assign unused_product = ^product_q2;
  end else begin : g_wide
    logic sign;
    assign sign = (ASigned || BSigned || Widen) ? product_q2[ProductBits-1] : 1'b0;
    assign addend_o = {{(OutBits - ProductBits){sign}}, product_q2};
  end

endmodule
