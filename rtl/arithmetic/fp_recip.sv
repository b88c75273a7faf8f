// 1 / x by piecewise linear interpolation, rounded to nearest even: exact for powers of two, and else above the true magnitude by at
// most a factor of 1 + 0.25 / Segments^2 before rounding.
// compiler/numerics/elementary.h (recip_pwl) is the same function, bit for bit, and states the measured errors.
// NaN gives NaN; 1/+-0 = +-inf, 1/+-inf = +-0. Overflow (of 1 / a small subnormal) as in fp_round; small results are subnormal.
// Latency: Stages enabled clock edges (0: combinational). Throughput 1; all registers move when en_i is high, and only then.
// Registers stand, from one stage up: behind the table; the interpolation; normalisation of x; the subnormal shift; then behind the result.
// Parameters: ExpBits, ManBits, Specials, Bias: the format, as in fp_decode; Saturate: as in fp_round; Segments: a power of two,
// 2 .. min(256, 2^(ManBits - 1)); Stages >= 0.
module fp_recip #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int Bias = (Specials == 3) ? (1 << (ExpBits - 1)) : (1 << (ExpBits - 1)) - 1,
  parameter bit Saturate = 1'b0,
  parameter int unsigned Segments = 64,
  parameter int unsigned Stages = 0,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic [Width-1:0] a_i,
  output logic [Width-1:0] result_o
);

  localparam int unsigned CutNormal = (Stages >= 3) ? 1 : 0;
  localparam int unsigned CutTable = (Stages >= 1) ? 1 : 0;
  localparam int unsigned CutSum = (Stages >= 2) ? 1 : 0;
  localparam int unsigned CutShift = (Stages >= 4) ? 1 : 0;
  localparam int unsigned CutResult = (Stages >= 5) ? Stages - 4 : 0;

  localparam int unsigned FracBits = ManBits + 4;  // of the table
  localparam int unsigned IndexBits = $clog2(Segments);
  localparam int unsigned RestBits = ManBits - IndexBits;
  localparam int unsigned StepBits = FracBits - IndexBits + 1;  // steps are at most 1 / Segments, which rounding can reach
  localparam int unsigned ValueBits = 1 + FracBits + RestBits;
  localparam int unsigned CountBits = $clog2(ManBits + 2);
  localparam int unsigned XBits = ((ExpBits > CountBits) ? ExpBits : CountBits) + 4;  // signed
  localparam int unsigned OutBits = ManBits + 3;
  localparam int unsigned ShiftBits = $clog2(OutBits + 1);

  // x = 1.m * 2^e ------------------------------------------------------------------------------------------------------------------
  logic sign, zero, nan, inf, sign_1, zero_1, nan_1, inf_1;
  logic [XBits-1:0] a_exp, a_exp_1;
  logic [ManBits:0] sig;
  logic [ManBits-1:0] mantissa_1;
  fp_factor #(
    .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Normalise(1'b1), .XBits(XBits)
  ) u_a (
    .code_i(a_i), .sign_o(sign), .exp_o(a_exp), .sig_o(sig), .zero_o(zero), .nan_o(nan), .inf_o(inf)
  );
  fp_delay #(.Width(4 + XBits + ManBits), .Cycles(CutNormal)) u_cut_normal (
    .clk_i, .en_i,
    .d_i({sign, zero, nan, inf, a_exp, sig[ManBits-1:0]}),
    .q_o({sign_1, zero_1, nan_1, inf_1, a_exp_1, mantissa_1})
  );
  logic unused_hidden;
  assign unused_hidden = sig[ManBits];

  // Table: 1 / (1 + i / Segments), and the step down to the next entry -----------------------------------------------------------
  function automatic logic [FracBits:0] entry(input int unsigned i);
    entry = (FracBits + 1)'(
        ((64'(Segments) << (FracBits + 1)) / (64'(Segments) + 64'(i)) + 64'h1) >> 1);
  endfunction

  logic [Segments*(FracBits+1)-1:0] bases;
  logic [Segments*StepBits-1:0] steps;
  for (genvar i = 0; i < Segments; i++) begin : g_table
    localparam logic [FracBits:0] Base = entry(i);
    localparam logic [FracBits:0] Next = entry(i + 1);
    assign bases[i*(FracBits+1)+:FracBits+1] = Base;
    assign steps[i*StepBits+:StepBits] = StepBits'(Base - Next);
  end

  logic [IndexBits-1:0] index;
  logic [RestBits-1:0] rest, rest_2;
  logic [FracBits:0] base, base_2;
  logic [StepBits-1:0] step, step_2;
  logic [XBits-1:0] a_exp_2;
  logic sign_2, zero_2, nan_2, inf_2;
  assign {index, rest} = mantissa_1;
  assign base = bases[index*(FracBits+1)+:FracBits+1];
  assign step = steps[index*StepBits+:StepBits];
  fp_delay #(.Width(4 + XBits + RestBits + FracBits + 1 + StepBits), .Cycles(CutTable)) u_cut_table (
    .clk_i, .en_i,
    .d_i({sign_1, zero_1, nan_1, inf_1, a_exp_1, rest, base, step}),
    .q_o({sign_2, zero_2, nan_2, inf_2, a_exp_2, rest_2, base_2, step_2})
  );

  // Interpolation, exact: in (1/2, 1], so the exponent is -e, or one less with the top bit shifted in ---------------------------------
  logic [ValueBits-1:0] value, normal, value_3;
  logic signed [XBits-1:0] exp, exp_3;
  logic sign_3, nan_3, inf_3;
  logic [StepBits+RestBits-1:0] fall;
  assign fall = step_2 * rest_2;
  assign value = {base_2, {RestBits{1'b0}}} - ValueBits'(fall);
  assign normal = inf_2 ? '0 : value[ValueBits-1] ? value : value << 1;
  assign exp = XBits'(2 * (Bias - 1) - 1) - a_exp_2 + XBits'(value[ValueBits-1]);
  fp_delay #(.Width(3 + XBits + ValueBits), .Cycles(CutSum)) u_cut_sum (
    .clk_i, .en_i,
    .d_i({sign_2, nan_2, zero_2, exp, normal}),
    .q_o({sign_3, nan_3, inf_3, exp_3, value_3})
  );

  // Below exponent 0 the result is subnormal --------------------------------------------------------------------------------------------
  logic [OutBits-1:0] narrow, sig_3, sig_4;
  logic signed [XBits-1:0] below;
  logic [ShiftBits-1:0] shift;
  logic [XBits-1:0] exp_normal, exp_4;
  logic sign_4, nan_4, inf_4;
  always_comb begin
    below = (exp_3 < 0) ? -exp_3 : '0;
    shift = (below > XBits'(OutBits)) ? ShiftBits'(OutBits) : ShiftBits'(below);
    exp_normal = (exp_3 < 0) ? '0 : exp_3;
  end
  assign narrow = {value_3[ValueBits-1-:OutBits-1], |value_3[ValueBits-OutBits:0]};
  fp_shift_right #(.Width(OutBits), .AmountBits(ShiftBits)) u_shift (
    .value_i(narrow), .amount_i(shift), .value_o(sig_3)
  );
  fp_delay #(.Width(3 + XBits + OutBits), .Cycles(CutShift)) u_cut_shift (
    .clk_i, .en_i,
    .d_i({sign_3, nan_3, inf_3, exp_normal, sig_3}),
    .q_o({sign_4, nan_4, inf_4, exp_4, sig_4})
  );

  logic [Width-1:0] result;
  fp_round #(
    .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate), .ExpInBits(XBits)
  ) u_round (
    .sign_i(sign_4), .exp_i(exp_4), .sig_i(sig_4), .nan_i(nan_4), .inf_i(inf_4), .code_o(result)
  );
  fp_delay #(.Width(Width), .Cycles(CutResult)) u_cut_result (
    .clk_i, .en_i, .d_i(result), .q_o(result_o)
  );

  if (Segments < 2 || Segments > 256 || (1 << IndexBits) != Segments || RestBits < 1) begin : g_illegal
    $error("fp_recip: Segments must be a power of two of 2..256 and at most 2^(ManBits - 1)");
  end

endmodule
