// Multiply-accumulate unit for integers and small floats with an exact fixed-point accumulator: acc += a * b.
//
// Meaning. acc_o is a two's complement number of AccBits bits in units of the product of the two formats' smallest steps: 1 for an
// integer, 2^(1 - bias - ManBits) for a float. Products and sums are exact modulo 2^AccBits. nan_o, positive_inf_o and
// negative_inf_o say, until the next clear, that a NaN (or infinity times zero), +infinity or -infinity was among the products;
// acc_o is then unspecified. All three are constant 0 for formats without special codes.
//
// Pipeline. All registers move in clocks with en_i high; otherwise nothing changes. A slot with valid_i adds its product; a slot
// with clear_i starts a new sum: 0 if ClearLoads is 0 (its operands are ignored), its product (0 if not valid_i) if ClearLoads is 1.
// Latency: InputReg + ProductReg + AlignReg + 1 enabled clocks from a slot to acc_o with it, when valid_o (= valid_i or clear_i
// that long ago) is high. Throughput: one slot a clock. The sum is unknown until the first clear; reset (rst_ni, asynchronous)
// only clears what is on its way.
//
// Parameters, for A and B alike (mac_operand.sv):
//   ExpBits 0: an integer of ManBits bits (2 to 16); ExpBits 1 to 8: a float with ManBits (0 to 15) mantissa bits
//   Signed, Specials (0 none, 1 fn, 2 ieee, 3 fnuz; 0 for integers), Subnormals
// AccBits: 2 to 1024, any width. Architecture: of the multiplier of integers or significands (mul_integer.sv): 0 `*`, 1 row pairs,
// 2 Booth, 3 table (significands of at most 10 bits together). ClearLoads, InputReg, ProductReg, AlignReg: 0 or 1.
module mac_unit #(
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
  parameter int unsigned AccBits = 50,
  parameter int unsigned Architecture = 1,
  parameter bit ClearLoads = 1'b0,
  parameter bit InputReg = 1'b1,
  parameter bit ProductReg = 1'b1,
  parameter bit AlignReg = 1'b0,
  localparam int unsigned ABits = (AExpBits == 0) ? AManBits : AExpBits + AManBits + (ASigned ? 1 : 0),
  localparam int unsigned BBits = (BExpBits == 0) ? BManBits : BExpBits + BManBits + (BSigned ? 1 : 0)
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               en_i,
  input  logic               valid_i,
  input  logic               clear_i,
  input  logic [ABits-1:0]   a_i,
  input  logic [BBits-1:0]   b_i,
  output logic               valid_o,
  output logic [AccBits-1:0] acc_o,
  output logic               nan_o,
  output logic               positive_inf_o,
  output logic               negative_inf_o
);

  // Slots on their way: {valid, clear}.
  logic [1:0] slot_operand, slot_product, slot_align;
  logic [ABits-1:0] a;
  logic [BBits-1:0] b;
  mac_stage #(.Width(2), .Enable(InputReg), .Reset(1'b1)) u_slot_operand (
    .clk_i, .rst_ni, .en_i, .d_i({valid_i, clear_i}), .q_o(slot_operand)
  );
  mac_stage #(.Width(2), .Enable(ProductReg), .Reset(1'b1)) u_slot_product (
    .clk_i, .rst_ni, .en_i, .d_i(slot_operand), .q_o(slot_product)
  );
  mac_stage #(.Width(2), .Enable(AlignReg), .Reset(1'b1)) u_slot_align (
    .clk_i, .rst_ni, .en_i, .d_i(slot_product), .q_o(slot_align)
  );
  mac_stage #(.Width(ABits + BBits), .Enable(InputReg), .Reset(1'b0)) u_operands (
    .clk_i, .rst_ni, .en_i, .d_i({a_i, b_i}), .q_o({a, b})
  );

  // addend + carry is the product.
  logic [AccBits-1:0] addend;
  logic carry;
  logic [2:0] special;  // {NaN, +infinity, -infinity}

  if (AExpBits == 0 && BExpBits == 0) begin : g_integer
    mac_integer_product #(
      .ABits(ABits), .BBits(BBits), .ASigned(ASigned), .BSigned(BSigned), .OutBits(AccBits),
      .Architecture(Architecture), .ProductReg(ProductReg), .AlignReg(AlignReg)
    ) u_product (
      .clk_i, .en_i, .a_i(a), .b_i(b), .addend_o(addend), .carry_o(carry)
    );
    assign special = '0;
  end else begin : g_float
    mac_float_product #(
      .AExpBits(AExpBits), .AManBits(AManBits), .ASigned(ASigned), .ASpecials(ASpecials), .ASubnormals(ASubnormals),
      .BExpBits(BExpBits), .BManBits(BManBits), .BSigned(BSigned), .BSpecials(BSpecials), .BSubnormals(BSubnormals),
      .OutBits(AccBits), .Architecture(Architecture), .ProductReg(ProductReg), .AlignReg(AlignReg)
    ) u_product (
      .clk_i, .en_i, .a_i(a), .b_i(b), .addend_o(addend), .carry_o(carry), .special_o(special)
    );
  end

  logic valid, clear;
  assign {valid, clear} = slot_align;
  mac_stage #(.Width(1), .Enable(1'b1), .Reset(1'b1)) u_valid (
    .clk_i, .rst_ni, .en_i, .d_i(valid | clear), .q_o(valid_o)
  );

  // The accumulator has no reset, so that clear can use the flip-flops' synchronous one.
  logic [AccBits-1:0] acc_q, base, sum;
  logic [2:0] special_q;
  if (ClearLoads) begin : g_clear_loads
    assign base = clear ? '0 : acc_q;
    always_ff @(posedge clk_i) begin
      if (en_i && clear && !valid) acc_q <= '0;
      else if (en_i && valid) acc_q <= sum;
    end
    always_ff @(posedge clk_i) begin
      if (en_i && (clear || valid)) special_q <= (clear ? '0 : special_q) | (valid ? special : '0);
    end
  end else begin : g_clear_zeroes
    assign base = acc_q;
    always_ff @(posedge clk_i) begin
      if (en_i && clear) acc_q <= '0;
      else if (en_i && valid) acc_q <= sum;
    end
    always_ff @(posedge clk_i) begin
      if (en_i && clear) special_q <= '0;
      else if (en_i && valid) special_q <= special_q | special;
    end
  end

  if (AExpBits == 0 && BExpBits == 0 && Architecture == 0) begin : g_plain_add
    // A plain sum, which tools fold into the DSP block of the product.
    assign sum = base + addend;
    logic unused_carry;
    assign unused_carry = carry;
  end else begin : g_chain_add
    chain_add #(.Width(AccBits)) u_add (.a_i(base), .b_i(addend), .carry_i(carry), .sum_o(sum));
  end

  localparam bit AnySpecial = ASpecials != 0 || BSpecials != 0;
  assign acc_o = acc_q;
  assign {nan_o, positive_inf_o, negative_inf_o} = AnySpecial ? special_q : '0;

  if (AccBits < 2 || AccBits > 1024) begin : g_bad_width
    $error("mac_unit: AccBits is %0d, not in 2 to 1024", AccBits);
  end
  if ((AExpBits == 0 && (AManBits < 2 || AManBits > 16 || ASpecials != 0)) || AExpBits > 8 || AManBits > 16) begin : g_bad_a
    $error("mac_unit: A cannot have %0d exponent bits, %0d mantissa bits, specials %0d", AExpBits, AManBits, ASpecials);
  end
  if ((BExpBits == 0 && (BManBits < 2 || BManBits > 16 || BSpecials != 0)) || BExpBits > 8 || BManBits > 16) begin : g_bad_b
    $error("mac_unit: B cannot have %0d exponent bits, %0d mantissa bits, specials %0d", BExpBits, BManBits, BSpecials);
  end

endmodule
