// Conversion between floating-point formats: exact where the value is there, else rounded to nearest even. What NaN, infinity and
// values out of range become is fp_round's business (Saturate: the largest finite value instead of infinity or NaN).
// Latency: Stages enabled clock edges (0: combinational). Throughput 1; all registers move when en_i is high, and only then.
// Registers stand, from one stage up: behind the exponent; the shift; then behind the result.
// Parameters: Src*, Dst*: ExpBits, ManBits, Specials, Bias and Signed of the two formats as in fp_decode; biases at most 2^ExpBits of
// the wider one; Saturate: as in fp_round; Stages >= 0.
module fp_convert #(
  parameter int unsigned SrcExpBits = 8,
  parameter int unsigned SrcManBits = 23,
  parameter int unsigned SrcSpecials = 2,
  parameter int SrcBias = (SrcSpecials == 3) ? (1 << (SrcExpBits - 1)) : (1 << (SrcExpBits - 1)) - 1,
  parameter bit SrcSigned = 1'b1,
  parameter int unsigned DstExpBits = 5,
  parameter int unsigned DstManBits = 10,
  parameter int unsigned DstSpecials = 2,
  parameter int DstBias = (DstSpecials == 3) ? (1 << (DstExpBits - 1)) : (1 << (DstExpBits - 1)) - 1,
  parameter bit DstSigned = 1'b1,
  parameter bit Saturate = 1'b0,
  parameter int unsigned Stages = 0,
  localparam int unsigned SrcWidth = SrcExpBits + SrcManBits + (SrcSigned ? 1 : 0),
  localparam int unsigned DstWidth = DstExpBits + DstManBits + (DstSigned ? 1 : 0)
) (
  input  logic                clk_i,
  input  logic                en_i,
  input  logic [SrcWidth-1:0] a_i,
  output logic [DstWidth-1:0] result_o
);

  localparam int unsigned CutExp = (Stages >= 1) ? 1 : 0;
  localparam int unsigned CutShift = (Stages >= 2) ? 1 : 0;
  localparam int unsigned CutResult = (Stages >= 3) ? Stages - 2 : 0;

  localparam int unsigned SrcSigBits = SrcManBits + 1;
  localparam int unsigned OutBits = DstManBits + 3;
  localparam int unsigned Window = (SrcSigBits > OutBits) ? SrcSigBits : OutBits;
  localparam int unsigned ShiftBits = $clog2(Window + 1);
  localparam int unsigned WideExpBits = (SrcExpBits > DstExpBits) ? SrcExpBits : DstExpBits;
  localparam int unsigned XBits = ((WideExpBits > ShiftBits) ? WideExpBits : ShiftBits) + 3;  // signed

  // Exponent of the destination; what lies below its subnormals' is shifted out to the right.
  logic sign, zero, nan, inf, sign_1, nan_1, inf_1;
  logic [XBits-1:0] src_exp;
  logic [SrcSigBits-1:0] src_sig, src_sig_1;
  logic signed [XBits-1:0] rebased, below;
  logic [XBits-1:0] exp, exp_1;
  logic [ShiftBits-1:0] shift, shift_1;

  // Subnormals that may become normal numbers are normalised.
  fp_factor #(
    .ExpBits(SrcExpBits), .ManBits(SrcManBits), .Specials(SrcSpecials), .Signed(SrcSigned),
    .Normalise(DstBias > SrcBias), .XBits(XBits)
  ) u_source (
    .code_i(a_i), .sign_o(sign), .exp_o(src_exp), .sig_o(src_sig), .zero_o(zero), .nan_o(nan), .inf_o(inf)
  );
  always_comb begin
    rebased = src_exp + XBits'(DstBias - SrcBias);
    below = (rebased < 0) ? -rebased : '0;
    shift = (below > XBits'(Window)) ? ShiftBits'(Window) : ShiftBits'(below);
    exp = (rebased < 0 || zero) ? '0 : rebased;
  end
  fp_delay #(.Width(3 + SrcSigBits + XBits + ShiftBits), .Cycles(CutExp)) u_cut_exp (
    .clk_i, .en_i,
    .d_i({sign, nan, inf, src_sig, exp, shift}),
    .q_o({sign_1, nan_1, inf_1, src_sig_1, exp_1, shift_1})
  );

  logic [Window:0] shifted;
  logic [OutBits-1:0] sig, sig_2;
  logic [XBits-1:0] exp_2;
  logic sign_2, nan_2, inf_2;
  fp_shift_right #(.Width(Window + 1), .AmountBits(ShiftBits)) u_shift (
    .value_i({src_sig_1, {(Window + 1 - SrcSigBits){1'b0}}}), .amount_i(shift_1), .value_o(shifted)
  );
  assign sig = {shifted[Window-:OutBits-1], |shifted[Window+1-OutBits:0]};
  fp_delay #(.Width(3 + OutBits + XBits), .Cycles(CutShift)) u_cut_shift (
    .clk_i, .en_i,
    .d_i({sign_1, nan_1, inf_1, sig, exp_1}),
    .q_o({sign_2, nan_2, inf_2, sig_2, exp_2})
  );

  logic [DstWidth-1:0] result;
  fp_round #(
    .ExpBits(DstExpBits), .ManBits(DstManBits), .Specials(DstSpecials), .Signed(DstSigned), .Saturate(Saturate),
    .ExpInBits(XBits)
  ) u_round (
    .sign_i(sign_2), .exp_i(exp_2), .sig_i(sig_2), .nan_i(nan_2), .inf_i(inf_2), .code_o(result)
  );
  fp_delay #(.Width(DstWidth), .Cycles(CutResult)) u_cut_result (
    .clk_i, .en_i, .d_i(result), .q_o(result_o)
  );

endmodule
