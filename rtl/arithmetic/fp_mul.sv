// Floating-point product, rounded to nearest even; subnormals, signed zeros, infinities and NaN as IEEE 754 says (0 * infinity is
// NaN; NaN results are canonical: fp_round).
// Latency: Stages enabled clock edges (0: combinational), so Stages + 1 array cycles with the register of its user behind it.
// Throughput 1: operands every clock; all registers move when en_i is high, and only then.
// Registers stand, from one stage up: behind the product; normalisation; the operands; then behind the result.
// Parameters: ExpBits, ManBits, Specials: the format, as in fp_decode; Bias; Saturate: as in fp_round; Stages >= 0.
module fp_mul #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int Bias = (Specials == 3) ? (1 << (ExpBits - 1)) : (1 << (ExpBits - 1)) - 1,
  parameter bit Saturate = 1'b0,
  parameter int unsigned Stages = 0,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  output logic [Width-1:0] result_o
);

  localparam int unsigned CutOperands = (Stages >= 3) ? 1 : 0;
  localparam int unsigned CutProduct = (Stages >= 1) ? 1 : 0;
  localparam int unsigned CutNormal = (Stages >= 2) ? 1 : 0;
  localparam int unsigned CutResult = (Stages >= 4) ? Stages - 3 : 0;

  localparam int unsigned SigBits = ManBits + 1;
  localparam int unsigned ProductBits = 2 * SigBits;
  localparam int unsigned CountBits = $clog2(SigBits + 1);
  localparam int unsigned XBits = ((ExpBits > CountBits) ? ExpBits : CountBits) + 4;  // signed

  // Operands: what is to be shifted is known from them, beside the multiplication -------------------------------------------
  logic a_sign, b_sign, a_nan, b_nan, a_inf, b_inf;
  logic [ExpBits-1:0] a_exp, b_exp;
  logic [SigBits-1:0] a_sig, b_sig;
  logic [CountBits-1:0] a_zeros, b_zeros;
  logic sign, nan, inf;

  fp_decode #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_a (
    .code_i(a_i), .sign_o(a_sign), .exp_o(a_exp), .sig_o(a_sig), .nan_o(a_nan), .inf_o(a_inf)
  );
  fp_decode #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_b (
    .code_i(b_i), .sign_o(b_sign), .exp_o(b_exp), .sig_o(b_sig), .nan_o(b_nan), .inf_o(b_inf)
  );
  fp_lzc #(.Width(SigBits)) u_a_zeros (.value_i(a_sig), .count_o(a_zeros));
  fp_lzc #(.Width(SigBits)) u_b_zeros (.value_i(b_sig), .count_o(b_zeros));
  assign sign = a_sign ^ b_sign;
  assign nan = a_nan | b_nan | (a_inf & (b_sig == '0)) | (b_inf & (a_sig == '0));
  assign inf = a_inf | b_inf;

  logic sign_1, nan_1, inf_1;
  logic [ExpBits-1:0] a_exp_1, b_exp_1;
  logic [SigBits-1:0] a_sig_1, b_sig_1;
  logic [CountBits-1:0] a_zeros_1, b_zeros_1;
  fp_delay #(.Width(3 + 2 * (ExpBits + SigBits + CountBits)), .Cycles(CutOperands)) u_cut_operands (
    .clk_i, .en_i,
    .d_i({sign, nan, inf, a_exp, b_exp, a_sig, b_sig, a_zeros, b_zeros}),
    .q_o({sign_1, nan_1, inf_1, a_exp_1, b_exp_1, a_sig_1, b_sig_1, a_zeros_1, b_zeros_1})
  );

  // Product. The significands are in [1, 2) once their zeros are shifted out; `exp` is the exponent of the product's bit below its
  // top bit then. Below exponent 0 it is shifted right instead, until everything is lost. The shift to the left of {zeros, product}
  // says both: ShiftZero leaves the product where it is.
  localparam int unsigned ShiftZero = SigBits + 2;
  localparam int unsigned FieldBits = ShiftZero + ProductBits;
  localparam int unsigned ShiftBits = $clog2(FieldBits);
  logic [ProductBits-1:0] product, product_2;
  logic signed [XBits-1:0] exp_product, lift, right;
  logic [XBits-1:0] exp, exp_2;
  logic [ShiftBits-1:0] shift, shift_2;
  logic sign_2, nan_2, inf_2;

  assign product = a_sig_1 * b_sig_1;
  always_comb begin
    lift = XBits'(a_zeros_1) + XBits'(b_zeros_1);
    exp_product = XBits'(a_exp_1) + XBits'(b_exp_1) + XBits'(1 - Bias) - lift;
    right = (exp_product < 0) ? -exp_product : '0;
    if (right > XBits'(ShiftZero)) right = XBits'(ShiftZero);
    exp = (exp_product < 0) ? '0 : exp_product;
    shift = ShiftBits'(XBits'(ShiftZero) + lift - right);
  end
  fp_delay #(.Width(3 + ProductBits + XBits + ShiftBits), .Cycles(CutProduct)) u_cut_product (
    .clk_i, .en_i,
    .d_i({sign_1, nan_1, inf_1, product, exp, shift}),
    .q_o({sign_2, nan_2, inf_2, product_2, exp_2, shift_2})
  );

  // Normalisation ----------------------------------------------------------------------------------------------------------
  logic [FieldBits-1:0] field;
  logic top, sticky;
  logic [SigBits+1:0] sig, sig_3;
  logic [XBits-1:0] exp_normal, exp_3;
  logic sign_3, nan_3, inf_3;
  assign field = FieldBits'(product_2) << shift_2;
  assign top = field[FieldBits-1];
  assign sticky = |field[FieldBits-SigBits-3:0];
  assign sig = top ? {field[FieldBits-1-:SigBits+1], field[FieldBits-SigBits-2] | sticky}
                   : {field[FieldBits-2-:SigBits+1], sticky};
  assign exp_normal = exp_2 + XBits'(top);
  fp_delay #(.Width(3 + XBits + SigBits + 2), .Cycles(CutNormal)) u_cut_normal (
    .clk_i, .en_i,
    .d_i({sign_2, nan_2, inf_2, exp_normal, sig}),
    .q_o({sign_3, nan_3, inf_3, exp_3, sig_3})
  );

  logic [Width-1:0] result;
  fp_round #(
    .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate), .ExpInBits(XBits)
  ) u_round (
    .sign_i(sign_3), .exp_i(exp_3), .sig_i(sig_3), .nan_i(nan_3), .inf_i(inf_3), .code_o(result)
  );
  fp_delay #(.Width(Width), .Cycles(CutResult)) u_cut_result (
    .clk_i, .en_i, .d_i(result), .q_o(result_o)
  );

endmodule
