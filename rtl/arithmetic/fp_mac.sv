// Fused multiply-accumulate a * b + c with one rounding (to nearest even), where a and b may be in other formats than c and the
// result: fp16 * fp16 + fp32, e4m3 * e2m1 + fp32, fp32 * fp32 + fp32, ... Subnormals, signed zeros, infinities and NaN as IEEE 754
// says (0 * infinity + c is NaN; NaN results are canonical: fp_round).
// Latency: Stages enabled clock edges (0: combinational), so Stages + 1 array cycles with the register of its user behind it.
// Throughput 1: operands every clock; all registers move when en_i is high, and only then.
// Registers stand, from one stage up: behind the sum; the product; normalisation; the alignment; the operands; then behind the result.
// Parameters: ExpBits, ManBits, Specials, Bias: format of c and the result, as in fp_decode; A*, B*: formats of a and b (ASigned,
// BSigned = 0: without a sign bit); Saturate: as in fp_round; Stages >= 0. Biases: at most 2^ExpBits of the widest format.
module fp_mac #(
  parameter int unsigned ExpBits = 8,
  parameter int unsigned ManBits = 23,
  parameter int unsigned Specials = 2,
  parameter int Bias = (Specials == 3) ? (1 << (ExpBits - 1)) : (1 << (ExpBits - 1)) - 1,
  parameter int unsigned AExpBits = ExpBits,
  parameter int unsigned AManBits = ManBits,
  parameter int unsigned ASpecials = Specials,
  parameter int ABias = (ASpecials == 3) ? (1 << (AExpBits - 1)) : (1 << (AExpBits - 1)) - 1,
  parameter bit ASigned = 1'b1,
  parameter int unsigned BExpBits = AExpBits,
  parameter int unsigned BManBits = AManBits,
  parameter int unsigned BSpecials = ASpecials,
  parameter int BBias = (BSpecials == 3) ? (1 << (BExpBits - 1)) : (1 << (BExpBits - 1)) - 1,
  parameter bit BSigned = 1'b1,
  parameter bit Saturate = 1'b0,
  parameter int unsigned Stages = 0,
  localparam int unsigned Width = 1 + ExpBits + ManBits,
  localparam int unsigned AWidth = AExpBits + AManBits + (ASigned ? 1 : 0),
  localparam int unsigned BWidth = BExpBits + BManBits + (BSigned ? 1 : 0)
) (
  input  logic              clk_i,
  input  logic              en_i,
  input  logic [AWidth-1:0] a_i,
  input  logic [BWidth-1:0] b_i,
  input  logic [Width-1:0]  c_i,
  output logic [Width-1:0]  result_o
);

  localparam int unsigned CutOperands = (Stages >= 5) ? 1 : 0;
  localparam int unsigned CutProduct = (Stages >= 2) ? 1 : 0;
  localparam int unsigned CutAlign = (Stages >= 4) ? 1 : 0;
  localparam int unsigned CutSum = (Stages >= 1) ? 1 : 0;
  localparam int unsigned CutNormal = (Stages >= 3) ? 1 : 0;
  localparam int unsigned CutResult = (Stages >= 6) ? Stages - 5 : 0;

  localparam int unsigned MaxExpBits = (AExpBits > BExpBits)
      ? ((AExpBits > ExpBits) ? AExpBits : ExpBits) : ((BExpBits > ExpBits) ? BExpBits : ExpBits);
  localparam int unsigned SigBits = ManBits + 1;
  localparam int unsigned ASigBits = AManBits + 1;
  localparam int unsigned BSigBits = BManBits + 1;
  localparam int unsigned ProductBits = ASigBits + BSigBits;
  // The aligned operand keeps all bits that cancellation can bring up, or that rounding can see.
  localparam int unsigned Window = (ProductBits + 3 > SigBits + 4) ? ProductBits + 3 : SigBits + 4;
  localparam int unsigned DistanceBits = $clog2(Window + 1);
  localparam int unsigned XBits = ((MaxExpBits > DistanceBits) ? MaxExpBits : DistanceBits) + 4;  // signed

  // Subnormal factors must have their leading zeros shifted out, for a product with zeros at the top would have too few bits
  // left in the window; not if they are as precise as the result and the product of two subnormals is below all of its numbers.
  localparam bit SameFormat = AExpBits == ExpBits && AManBits == ManBits && ABias == Bias
      && BExpBits == ExpBits && BManBits == ManBits && BBias == Bias && Bias > 2;

  // Operands -----------------------------------------------------------------------------------------------------------------
  logic a_sign, b_sign, c_sign, a_nan, b_nan, c_nan, a_inf, b_inf, c_inf;
  logic [XBits-1:0] a_exp, b_exp;
  logic [ExpBits-1:0] c_exp;
  logic [ASigBits-1:0] a_sig;
  logic [BSigBits-1:0] b_sig;
  logic [SigBits-1:0] c_sig;
  logic a_zero, b_zero, p_sign, zero, nan, inf, inf_sign;

  fp_factor #(
    .ExpBits(AExpBits), .ManBits(AManBits), .Specials(ASpecials), .Signed(ASigned),
    .Normalise(!SameFormat), .XBits(XBits)
  ) u_a (
    .code_i(a_i), .sign_o(a_sign), .exp_o(a_exp), .sig_o(a_sig), .zero_o(a_zero), .nan_o(a_nan), .inf_o(a_inf)
  );
  fp_factor #(
    .ExpBits(BExpBits), .ManBits(BManBits), .Specials(BSpecials), .Signed(BSigned),
    .Normalise(!SameFormat), .XBits(XBits)
  ) u_b (
    .code_i(b_i), .sign_o(b_sign), .exp_o(b_exp), .sig_o(b_sig), .zero_o(b_zero), .nan_o(b_nan), .inf_o(b_inf)
  );
  fp_decode #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_c (
    .code_i(c_i), .sign_o(c_sign), .exp_o(c_exp), .sig_o(c_sig), .nan_o(c_nan), .inf_o(c_inf)
  );
  assign p_sign = a_sign ^ b_sign;
  assign zero = a_zero | b_zero;
  assign inf = a_inf | b_inf | c_inf;
  assign nan = a_nan | b_nan | c_nan | (a_inf & b_zero) | (b_inf & a_zero)
             | ((a_inf | b_inf) & c_inf & (p_sign ^ c_sign));
  assign inf_sign = c_inf ? c_sign : p_sign;

  logic p_sign_1, c_sign_1, zero_1, nan_1, inf_1, inf_sign_1;
  logic [XBits-1:0] a_exp_1, b_exp_1;
  logic [ExpBits-1:0] c_exp_1;
  logic [ASigBits-1:0] a_sig_1;
  logic [BSigBits-1:0] b_sig_1;
  logic [SigBits-1:0] c_sig_1;
  fp_delay #(.Width(6 + 2 * XBits + ExpBits + ProductBits + SigBits), .Cycles(CutOperands)) u_cut_operands (
    .clk_i, .en_i,
    .d_i({p_sign, c_sign, zero, nan, inf, inf_sign, a_exp, b_exp, c_exp, a_sig, b_sig, c_sig}),
    .q_o({p_sign_1, c_sign_1, zero_1, nan_1, inf_1, inf_sign_1, a_exp_1, b_exp_1, c_exp_1,
          a_sig_1, b_sig_1, c_sig_1})
  );

  // Product, beside it which of product and c has the higher top bit: that one is x, of exponent x_exp --------------------------
  logic [ProductBits-1:0] product, product_2;
  logic signed [XBits-1:0] p_exp, lead;
  logic c_is_x, c_is_x_2, p_sign_2, c_sign_2, nan_2, inf_2, inf_sign_2;
  logic [XBits-1:0] span;
  logic [DistanceBits-1:0] distance, distance_2;
  logic [XBits-1:0] x_exp, x_exp_2;
  logic [SigBits-1:0] c_sig_2;

  // Of the product's top bit, counted from the exponent of the result's subnormals: they are 2^(1 - Bias), so the factors'
  // exponents bring 1 - ABias and 1 - BBias along; one more for a product in [2, 4).
  localparam int ProductExp = (1 - ABias) + (1 - BBias) - (1 - Bias) + 1;
  assign product = ProductBits'(a_sig_1) * ProductBits'(b_sig_1);
  always_comb begin
    p_exp = a_exp_1 + b_exp_1 + XBits'(ProductExp);
    lead = XBits'(c_exp_1) - p_exp;
    c_is_x = zero_1 || lead > 0;
    x_exp = c_is_x ? XBits'(c_exp_1) : p_exp;
    span = (lead > 0) ? lead : -lead;
    distance = (span > XBits'(Window)) ? DistanceBits'(Window) : DistanceBits'(span);
  end
  fp_delay #(.Width(6 + ProductBits + DistanceBits + XBits + SigBits), .Cycles(CutProduct)) u_cut_product (
    .clk_i, .en_i,
    .d_i({c_is_x, p_sign_1, c_sign_1, nan_1, inf_1, inf_sign_1, product, distance, x_exp, c_sig_1}),
    .q_o({c_is_x_2, p_sign_2, c_sign_2, nan_2, inf_2, inf_sign_2, product_2, distance_2, x_exp_2, c_sig_2})
  );

  // Alignment ------------------------------------------------------------------------------------------------------------------
  logic [Window-1:0] p_high, c_high, x, y, y_aligned, x_3, y_3;
  logic subtract, subtract_3, x_sign, x_sign_3, nan_3, inf_3, inf_sign_3;
  logic [XBits-1:0] x_exp_3;
  assign p_high = {product_2, {(Window - ProductBits){1'b0}}};
  assign c_high = {c_sig_2, {(Window - SigBits){1'b0}}};
  assign x = c_is_x_2 ? c_high : p_high;
  assign y = c_is_x_2 ? p_high : c_high;
  assign x_sign = c_is_x_2 ? c_sign_2 : p_sign_2;
  assign subtract = p_sign_2 ^ c_sign_2;
  fp_shift_right #(.Width(Window), .AmountBits(DistanceBits)) u_align (
    .value_i(y), .amount_i(distance_2), .value_o(y_aligned)
  );
  fp_delay #(.Width(5 + XBits + 2 * Window), .Cycles(CutAlign)) u_cut_align (
    .clk_i, .en_i,
    .d_i({x_sign, subtract, nan_2, inf_2, inf_sign_2, x_exp_2, x, y_aligned}),
    .q_o({x_sign_3, subtract_3, nan_3, inf_3, inf_sign_3, x_exp_3, x_3, y_3})
  );

  // Sum. x may be the smaller one if its top bits are zeros: then y - x is the magnitude. The top bit weighs 2^(x_exp + 1) --------
  logic [Window:0] forward, sum, sum_4;
  logic [Window-1:0] backward;
  logic negative, sign, sign_4, nan_4, inf_4;
  logic [XBits-1:0] sum_exp, sum_exp_4;
  assign forward = {1'b0, x_3} + ({1'b0, y_3} ^ {(Window + 1){subtract_3}}) + (Window + 1)'(subtract_3);
  assign backward = y_3 - x_3;
  assign negative = subtract_3 & forward[Window];
  assign sum = negative ? {1'b0, backward} : forward;
  assign sign = inf_3 ? inf_sign_3 : (subtract_3 & (x_3 == y_3)) ? 1'b0 : x_sign_3 ^ negative;
  assign sum_exp = x_exp_3 + 1'b1;
  fp_delay #(.Width(3 + XBits + Window + 1), .Cycles(CutSum)) u_cut_sum (
    .clk_i, .en_i,
    .d_i({sign, nan_3, inf_3, sum_exp, sum}),
    .q_o({sign_4, nan_4, inf_4, sum_exp_4, sum_4})
  );

  // Normalisation ----------------------------------------------------------------------------------------------------------------
  logic [XBits-1:0] exp, exp_5;
  logic [SigBits+1:0] sig, sig_5;
  logic sign_5, nan_5, inf_5;
  fp_normalise #(.Width(Window + 1), .ExpBits(XBits), .OutBits(SigBits + 2)) u_normalise (
    .exp_i(sum_exp_4), .value_i(sum_4), .exp_o(exp), .sig_o(sig)
  );
  fp_delay #(.Width(3 + XBits + SigBits + 2), .Cycles(CutNormal)) u_cut_normal (
    .clk_i, .en_i,
    .d_i({sign_4, nan_4, inf_4, exp, sig}),
    .q_o({sign_5, nan_5, inf_5, exp_5, sig_5})
  );

  logic [Width-1:0] result;
  fp_round #(
    .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate), .ExpInBits(XBits)
  ) u_round (
    .sign_i(sign_5), .exp_i(exp_5), .sig_i(sig_5), .nan_i(nan_5), .inf_i(inf_5), .code_o(result)
  );
  fp_delay #(.Width(Width), .Cycles(CutResult)) u_cut_result (
    .clk_i, .en_i, .d_i(result), .q_o(result_o)
  );

endmodule
