// Product of two operands of which at least one is a float, as a fixed-point number addend_o + carry_o modulo 2^OutBits in units of
// the product of the formats' smallest steps: significands are multiplied, exponents added, the product is shifted to its place
// and inverted if negative, with the carry for two's complement. special_o: {NaN, +infinity, -infinity}; addend_o is then
// unspecified.
// Latency: ProductReg (behind product and sum of exponents) + AlignReg (behind the shift) clocks with en_i high; throughput: one a
// clock. Parameters: of the operands as in mac_operand.sv; OutBits >= 2; Architecture as in mul_integer.sv.
module mac_float_product #(
  parameter int unsigned AExpBits = 4,
  parameter int unsigned AManBits = 3,
  parameter bit ASigned = 1'b1,
  parameter int unsigned ASpecials = 0,
  parameter bit ASubnormals = 1'b1,
  parameter int unsigned BExpBits = 4,
  parameter int unsigned BManBits = 3,
  parameter bit BSigned = 1'b1,
  parameter int unsigned BSpecials = 0,
  parameter bit BSubnormals = 1'b1,
  parameter int unsigned OutBits = 50,
  parameter int unsigned Architecture = 1,
  parameter bit ProductReg = 1'b1,
  parameter bit AlignReg = 1'b0,
  localparam int unsigned ABits = (AExpBits == 0) ? AManBits : AExpBits + AManBits + (ASigned ? 1 : 0),
  localparam int unsigned BBits = (BExpBits == 0) ? BManBits : BExpBits + BManBits + (BSigned ? 1 : 0)
) (
  input  logic               clk_i,
  input  logic               en_i,
  input  logic [ABits-1:0]   a_i,
  input  logic [BBits-1:0]   b_i,
  output logic [OutBits-1:0] addend_o,
  output logic               carry_o,
  output logic [2:0]         special_o
);

  localparam int unsigned ASig = (AExpBits == 0) ? AManBits : AManBits + 1;
  localparam int unsigned BSig = (BExpBits == 0) ? BManBits : BManBits + 1;
  localparam int unsigned AExp = (AExpBits == 0) ? 1 : AExpBits;
  localparam int unsigned BExp = (BExpBits == 0) ? 1 : BExpBits;
  // Exponents of one bit are always 1 and shift nothing; others are 1 to their largest, and 1 of each is dropped from the shift.
  localparam bit AShifts = AExp > 1;
  localparam bit BShifts = BExp > 1;
  localparam int unsigned AMax = AShifts ? 2 ** AExp - (ASpecials == 2 ? 2 : 1) : 0;
  localparam int unsigned BMax = BShifts ? 2 ** BExp - (BSpecials == 2 ? 2 : 1) : 0;
  localparam int unsigned MaxShift = AMax + BMax;
  localparam int unsigned Drop = (AShifts ? 1 : 0) + (BShifts ? 1 : 0);
  localparam int unsigned ShiftBits = (AShifts && BShifts) ? (AExp > BExp ? AExp : BExp) + 1 : AShifts ? AExp : BExp;
  // A factor of one bit does not widen the product.
  localparam int unsigned ProductBits = (ASig == 1) ? BSig : (BSig == 1) ? ASig : ASig + BSig;

  logic a_negative, b_negative, a_nan, b_nan, a_infinity, b_infinity;
  logic [ASig-1:0] a_significand;
  logic [BSig-1:0] b_significand;
  logic [AExp-1:0] a_exponent;
  logic [BExp-1:0] b_exponent;
  mac_operand #(
    .ExpBits(AExpBits), .ManBits(AManBits), .Signed(ASigned), .Specials(ASpecials), .Subnormals(ASubnormals)
  ) u_a (
    .code_i(a_i), .negative_o(a_negative), .significand_o(a_significand), .exponent_o(a_exponent), .nan_o(a_nan),
    .infinity_o(a_infinity)
  );
  mac_operand #(
    .ExpBits(BExpBits), .ManBits(BManBits), .Signed(BSigned), .Specials(BSpecials), .Subnormals(BSubnormals)
  ) u_b (
    .code_i(b_i), .negative_o(b_negative), .significand_o(b_significand), .exponent_o(b_exponent), .nan_o(b_nan),
    .infinity_o(b_infinity)
  );

  logic [ASig+BSig-1:0] product_rows, full_product;
  logic product_carry;
  mul_integer #(
    .AWidth(ASig), .BWidth(BSig), .ASigned(1'b0), .BSigned(1'b0), .Architecture(Architecture)
  ) u_mul (
    .a_i(a_significand), .b_i(b_significand), .product_o(product_rows), .carry_o(product_carry)
  );
  assign full_product = product_rows + (ASig + BSig)'(product_carry);

  logic [ShiftBits-1:0] shift;
  if (AShifts && BShifts) begin : g_two_exponents
    assign shift = ShiftBits'(a_exponent) + ShiftBits'(b_exponent);
  end else if (AShifts) begin : g_exponent_a
    assign shift = a_exponent;
    logic unused_exponent;
    assign unused_exponent = ^b_exponent;
  end else if (BShifts) begin : g_exponent_b
    assign shift = b_exponent;
    logic unused_exponent;
    assign unused_exponent = ^a_exponent;
  end else begin : g_no_exponent
    assign shift = '0;
    logic unused_exponent;
    assign unused_exponent = ^{a_exponent, b_exponent};
  end

  logic unused_product;  // a factor of one bit leaves the top bit 0
  assign unused_product = full_product[ASig+BSig-1];

  logic negative, nan, infinity;
  assign negative = a_negative ^ b_negative;
  assign nan = a_nan | b_nan | (a_infinity & ~(|b_significand)) | (b_infinity & ~(|a_significand));
  assign infinity = (a_infinity | b_infinity) & ~nan;
  logic [2:0] special;
  assign special = {nan, infinity & ~negative, infinity & negative};

  logic negative_q;
  logic [2:0] special_q;
  logic [ShiftBits-1:0] shift_q;
  logic [ProductBits-1:0] product_q;
  mac_stage #(.Width(4 + ShiftBits + ProductBits), .Enable(ProductReg)) u_product (
    .clk_i, .rst_ni(1'b1), .en_i, .d_i({negative, special, shift, full_product[ProductBits-1:0]}),
    .q_o({negative_q, special_q, shift_q, product_q})
  );

  localparam int unsigned AlignedBits = ProductBits + MaxShift - Drop;
  localparam int unsigned FineBits = (ProductBits <= 3) ? (ShiftBits <= 4 ? 2 : 3) : $clog2(ProductBits - 1);
  logic [AlignedBits-1:0] magnitude;
  if (MaxShift == 0) begin : g_fixed
    assign magnitude = product_q;
    logic unused_shift;
    assign unused_shift = ^shift_q;
  end else begin : g_align
    mac_align #(
      .ProductBits(ProductBits), .ShiftBits(ShiftBits), .MaxShift(MaxShift), .Drop(Drop), .FineBits(FineBits)
    ) u_align (
      .product_i(product_q), .shift_i(shift_q), .magnitude_o(magnitude)
    );
  end

  logic [OutBits-1:0] addend;
  if (OutBits <= AlignedBits) begin : g_narrow
    assign addend = magnitude[OutBits-1:0] ^ {OutBits{negative_q}};
  end else begin : g_wide
    assign addend = {{(OutBits - AlignedBits){1'b0}}, magnitude} ^ {OutBits{negative_q}};
  end
  mac_stage #(.Width(OutBits + 4), .Enable(AlignReg)) u_align_stage (
    .clk_i, .rst_ni(1'b1), .en_i, .d_i({addend, negative_q, special_q}), .q_o({addend_o, carry_o, special_o})
  );

endmodule
