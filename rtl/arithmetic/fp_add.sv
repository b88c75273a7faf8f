// Floating-point sum or difference, rounded to nearest even; subnormals, signed zeros, infinities and NaN as IEEE 754 says
// (x - x = +0, NaN results are canonical: fp_round).
// Latency: Stages enabled clock edges (0: combinational), so Stages + 1 array cycles with the register of its user behind it.
// Throughput 1: operands every clock; all registers move when en_i is high, and only then.
// Registers stand, from one stage up: behind the sum; the alignment; the swap; normalisation; then behind the result.
// Parameters: ExpBits, ManBits, Specials: the format, as in fp_decode; Saturate: as in fp_round; Stages >= 0.
module fp_add #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter bit Saturate = 1'b0,
  parameter int unsigned Stages = 0,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic             sub_i,  // a - b
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  output logic [Width-1:0] result_o
);

  localparam int unsigned CutSwap = (Stages >= 3) ? 1 : 0;
  localparam int unsigned CutAlign = (Stages >= 2) ? 1 : 0;
  localparam int unsigned CutSum = (Stages >= 1) ? 1 : 0;
  localparam int unsigned CutNormal = (Stages >= 4) ? 1 : 0;
  localparam int unsigned CutResult = (Stages >= 5) ? Stages - 4 : 0;

  localparam int unsigned SigBits = ManBits + 1;
  localparam int unsigned Window = SigBits + 3;  // guard, round and sticky bit
  localparam int unsigned XBits = ExpBits + 1;

  // The operand of larger magnitude is x, the other y --------------------------------------------------------------------
  logic a_sign, b_sign, a_nan, b_nan, a_inf, b_inf, swap, equal;
  logic [ExpBits-1:0] a_exp, b_exp, x_exp, distance;
  logic [SigBits-1:0] a_sig, b_sig, x_sig, y_sig;
  logic x_sign, subtract, nan, inf;

  fp_decode #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_a (
    .code_i(a_i), .sign_o(a_sign), .exp_o(a_exp), .sig_o(a_sig), .nan_o(a_nan), .inf_o(a_inf)
  );
  fp_decode #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_b (
    .code_i(b_i), .sign_o(b_sign), .exp_o(b_exp), .sig_o(b_sig), .nan_o(b_nan), .inf_o(b_inf)
  );
  assign swap = b_i[Width-2:0] > a_i[Width-2:0];
  assign equal = b_i[Width-2:0] == a_i[Width-2:0];
  assign x_exp = swap ? b_exp : a_exp;
  assign distance = swap ? b_exp - a_exp : a_exp - b_exp;
  assign x_sig = swap ? b_sig : a_sig;
  assign y_sig = swap ? a_sig : b_sig;
  assign subtract = a_sign ^ b_sign ^ sub_i;
  assign x_sign = (subtract & equal) ? 1'b0 : swap ? b_sign ^ sub_i : a_sign;
  assign nan = a_nan | b_nan | (a_inf & b_inf & subtract);
  assign inf = a_inf | b_inf;

  logic x_sign_1, subtract_1, nan_1, inf_1;
  logic [ExpBits-1:0] x_exp_1, distance_1;
  logic [SigBits-1:0] x_sig_1, y_sig_1;
  fp_delay #(.Width(4 + 2 * ExpBits + 2 * SigBits), .Cycles(CutSwap)) u_cut_swap (
    .clk_i, .en_i,
    .d_i({x_sign, subtract, nan, inf, x_exp, distance, x_sig, y_sig}),
    .q_o({x_sign_1, subtract_1, nan_1, inf_1, x_exp_1, distance_1, x_sig_1, y_sig_1})
  );

  // Alignment ------------------------------------------------------------------------------------------------------------
  logic [Window-1:0] aligned, aligned_2;
  logic x_sign_2, subtract_2, nan_2, inf_2;
  logic [ExpBits-1:0] x_exp_2;
  logic [SigBits-1:0] x_sig_2;
  fp_shift_right #(.Width(Window), .AmountBits(ExpBits)) u_align (
    .value_i({y_sig_1, 3'b0}), .amount_i(distance_1), .value_o(aligned)
  );
  fp_delay #(.Width(4 + ExpBits + SigBits + Window), .Cycles(CutAlign)) u_cut_align (
    .clk_i, .en_i,
    .d_i({x_sign_1, subtract_1, nan_1, inf_1, x_exp_1, x_sig_1, aligned}),
    .q_o({x_sign_2, subtract_2, nan_2, inf_2, x_exp_2, x_sig_2, aligned_2})
  );

  // Sum, never negative: its top bit weighs one exponent above x's -------------------------------------------------------
  logic [Window:0] sum, sum_3;
  logic x_sign_3, nan_3, inf_3;
  logic [XBits-1:0] sum_exp, sum_exp_3;
  assign sum_exp = XBits'(x_exp_2) + 1'b1;
  assign sum = {1'b0, x_sig_2, 3'b0}
             + ({1'b0, aligned_2} ^ {(Window + 1){subtract_2}}) + (Window + 1)'(subtract_2);
  fp_delay #(.Width(3 + XBits + Window + 1), .Cycles(CutSum)) u_cut_sum (
    .clk_i, .en_i,
    .d_i({x_sign_2, nan_2, inf_2, sum_exp, sum}),
    .q_o({x_sign_3, nan_3, inf_3, sum_exp_3, sum_3})
  );

  // Normalisation ----------------------------------------------------------------------------------------------------------
  logic [XBits-1:0] exp, exp_4;
  logic [SigBits+1:0] sig, sig_4;
  logic x_sign_4, nan_4, inf_4;
  fp_normalise #(.Width(Window + 1), .ExpBits(XBits), .OutBits(SigBits + 2)) u_normalise (
    .exp_i(sum_exp_3), .value_i(sum_3), .exp_o(exp), .sig_o(sig)
  );
  fp_delay #(.Width(3 + XBits + SigBits + 2), .Cycles(CutNormal)) u_cut_normal (
    .clk_i, .en_i,
    .d_i({x_sign_3, nan_3, inf_3, exp, sig}),
    .q_o({x_sign_4, nan_4, inf_4, exp_4, sig_4})
  );

  logic [Width-1:0] result;
  fp_round #(
    .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate), .ExpInBits(XBits)
  ) u_round (
    .sign_i(x_sign_4), .exp_i(exp_4), .sig_i(sig_4), .nan_i(nan_4), .inf_i(inf_4), .code_o(result)
  );
  fp_delay #(.Width(Width), .Cycles(CutResult)) u_cut_result (
    .clk_i, .en_i, .d_i(result), .q_o(result_o)
  );

endmodule
