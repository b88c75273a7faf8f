// 2^x by piecewise linear interpolation, rounded to nearest even: exact for integers x, nowhere decreasing, and above the true value
// by at most a factor of 1 + 0.0601 / Segments^2 (before rounding, and apart from x's own truncation to 2^-(ManBits + 4)).
// compiler/numerics/elementary.h (exp2_pwl) is the same function, bit for bit, and states the measured errors.
// NaN gives NaN; 2^+inf = +inf and 2^-inf = +0; 2^+-0 = 1. Overflow as in fp_round, small results are subnormal, then 0.
// Latency: Stages enabled clock edges (0: combinational). Throughput 1; all registers move when en_i is high, and only then.
// Registers stand, from one stage up: behind the table; the interpolation; x in fixed point; the subnormal shift; then behind the result.
// Parameters: ExpBits, ManBits, Specials, Bias: the format, as in fp_decode; Saturate: as in fp_round; Segments: a power of two,
// 2 .. min(256, 2^(ManBits + 3)); Stages >= 0.
module fp_exp2 #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int Bias = (Specials == 3) ? (1 << (ExpBits - 1)) : (1 << (ExpBits - 1)) - 1,
  parameter bit Saturate = 1'b0,
  parameter int unsigned Segments = 32,
  parameter int unsigned Stages = 0,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic [Width-1:0] a_i,
  output logic [Width-1:0] result_o
);

  localparam int unsigned CutFixed = (Stages >= 3) ? 1 : 0;
  localparam int unsigned CutTable = (Stages >= 1) ? 1 : 0;
  localparam int unsigned CutSum = (Stages >= 2) ? 1 : 0;
  localparam int unsigned CutShift = (Stages >= 4) ? 1 : 0;
  localparam int unsigned CutResult = (Stages >= 5) ? Stages - 4 : 0;

  localparam int unsigned SigBits = ManBits + 1;
  localparam int unsigned FracBits = ManBits + 4;              // of x, and of the table
  localparam int unsigned IndexBits = $clog2(Segments);
  localparam int unsigned RestBits = FracBits - IndexBits;
  localparam int unsigned StepBits = RestBits + 1;             // steps are below 2 ln(2) / Segments
  localparam int unsigned IntegerBits = $clog2(Bias + ManBits + 2);  // |x| of at least 2^this overflows, or underflows to 0
  localparam int unsigned FixedBits = IntegerBits + FracBits;
  localparam int unsigned MantissaBits = FracBits + RestBits;  // of the interpolated value
  localparam int unsigned XBits = ((ExpBits > IntegerBits) ? ExpBits : IntegerBits) + 3;  // signed
  localparam int unsigned OutBits = ManBits + 3;
  localparam int unsigned ShiftBits = $clog2(OutBits + 1);

  // x in two's complement fixed point, truncated toward zero -------------------------------------------------------------------
  logic sign, nan, inf, beyond, overflow, underflow;
  logic [ExpBits-1:0] field;
  logic [SigBits-1:0] sig;
  logic signed [XBits-1:0] distance;  // right, from where the significand's top bit weighs 2^(IntegerBits - 1)
  logic [FixedBits-1:0] magnitude;
  logic [FixedBits:0] fixed, fixed_1;
  logic nan_1, overflow_1, underflow_1;

  fp_decode #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_a (
    .code_i(a_i), .sign_o(sign), .exp_o(field), .sig_o(sig), .nan_o(nan), .inf_o(inf)
  );
  assign distance = XBits'(Bias + IntegerBits - 2) - XBits'(field);
  assign beyond = inf | (distance < 0);
  assign magnitude = {sig, {(FixedBits - SigBits){1'b0}}} >> distance[XBits-2:0];
  assign fixed = sign ? -{1'b0, magnitude} : {1'b0, magnitude};
  assign overflow = beyond & ~sign;
  assign underflow = beyond & sign;
  fp_delay #(.Width(3 + FixedBits + 1), .Cycles(CutFixed)) u_cut_fixed (
    .clk_i, .en_i, .d_i({nan, overflow, underflow, fixed}), .q_o({nan_1, overflow_1, underflow_1, fixed_1})
  );

  // Table: 2^(i / Segments) - 1, and the step to the next entry -----------------------------------------------------------------
  // 2^(2^-k) with 47 fractional bits.
  function automatic logic [95:0] root(input int unsigned k);
    case (k)
      1: root = 96'hB504F333F9DE;
      2: root = 96'h9837F0518DB9;
      3: root = 96'h8B95C1E3EA8C;
      4: root = 96'h85AAC367CC48;
      5: root = 96'h82CD8698AC2C;
      6: root = 96'h8164D1F3BC03;
      7: root = 96'h80B1ED4FD99A;
      default: root = 96'h8058D7D2D5E6;
    endcase
  endfunction

  function automatic logic [FracBits:0] entry(input int unsigned i);
    logic [95:0] power;
    power = 96'h1 << 47;
    for (int unsigned k = 1; k <= IndexBits; k++) begin
      if (i[IndexBits-k]) power = (power * root(k)) >> 47;
    end
    power = (power + (96'h1 << (46 - FracBits)) - (96'h1 << 47)) >> (47 - FracBits);
    entry = (i == Segments) ? {1'b1, {FracBits{1'b0}}} : power[FracBits:0];
  endfunction

  logic [Segments*FracBits-1:0] bases;
  logic [Segments*StepBits-1:0] steps;
  for (genvar i = 0; i < Segments; i++) begin : g_table
    localparam logic [FracBits:0] Base = entry(i);
    localparam logic [FracBits:0] Next = entry(i + 1);
    assign bases[i*FracBits+:FracBits] = Base[FracBits-1:0];
    assign steps[i*StepBits+:StepBits] = StepBits'(Next - Base);
  end

  logic [IndexBits-1:0] index;
  logic [RestBits-1:0] rest, rest_2;
  logic [FracBits-1:0] base, base_2;
  logic [StepBits-1:0] step, step_2;
  logic [IntegerBits:0] whole_2;
  logic nan_2, overflow_2, underflow_2;
  assign {index, rest} = fixed_1[FracBits-1:0];
  assign base = bases[index*FracBits+:FracBits];
  assign step = steps[index*StepBits+:StepBits];
  fp_delay #(.Width(3 + IntegerBits + 1 + RestBits + FracBits + StepBits), .Cycles(CutTable)) u_cut_table (
    .clk_i, .en_i,
    .d_i({nan_1, overflow_1, underflow_1, fixed_1[FixedBits:FracBits], rest, base, step}),
    .q_o({nan_2, overflow_2, underflow_2, whole_2, rest_2, base_2, step_2})
  );

  // Interpolation, exact --------------------------------------------------------------------------------------------------------
  logic [MantissaBits-1:0] mantissa;
  logic [MantissaBits:0] value, value_3;
  logic signed [XBits-1:0] exp, exp_3;
  logic nan_3, overflow_3;
  logic [StepBits+RestBits-1:0] rise;
  assign rise = step_2 * rest_2;
  assign mantissa = {base_2, {RestBits{1'b0}}} + MantissaBits'(rise);
  assign value = underflow_2 ? '0 : {1'b1, mantissa};
  assign exp = XBits'($signed(whole_2)) + XBits'(Bias - 1);
  fp_delay #(.Width(2 + XBits + MantissaBits + 1), .Cycles(CutSum)) u_cut_sum (
    .clk_i, .en_i, .d_i({nan_2, overflow_2, exp, value}), .q_o({nan_3, overflow_3, exp_3, value_3})
  );

  // Below exponent 0 the result is subnormal --------------------------------------------------------------------------------------
  logic [OutBits-1:0] narrow, sig_3, sig_4;
  logic signed [XBits-1:0] below;
  logic [ShiftBits-1:0] shift;
  logic [XBits-1:0] exp_normal, exp_4;
  logic nan_4, overflow_4;
  always_comb begin
    below = (exp_3 < 0) ? -exp_3 : '0;
    shift = (below > XBits'(OutBits)) ? ShiftBits'(OutBits) : ShiftBits'(below);
    exp_normal = (exp_3 < 0) ? '0 : exp_3;
  end
  assign narrow = {value_3[MantissaBits-:OutBits-1], |value_3[MantissaBits+1-OutBits:0]};
  fp_shift_right #(.Width(OutBits), .AmountBits(ShiftBits)) u_shift (
    .value_i(narrow), .amount_i(shift), .value_o(sig_3)
  );
  fp_delay #(.Width(2 + XBits + OutBits), .Cycles(CutShift)) u_cut_shift (
    .clk_i, .en_i, .d_i({nan_3, overflow_3, exp_normal, sig_3}), .q_o({nan_4, overflow_4, exp_4, sig_4})
  );

  logic [Width-1:0] result;
  fp_round #(
    .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate), .ExpInBits(XBits)
  ) u_round (
    .sign_i(1'b0), .exp_i(exp_4), .sig_i(sig_4), .nan_i(nan_4), .inf_i(overflow_4), .code_o(result)
  );
  fp_delay #(.Width(Width), .Cycles(CutResult)) u_cut_result (
    .clk_i, .en_i, .d_i(result), .q_o(result_o)
  );

  if (Segments < 2 || Segments > 256 || (1 << IndexBits) != Segments || RestBits < 1) begin : g_illegal
    $error("fp_exp2: Segments must be a power of two of 2..256 and at most 2^(ManBits + 3)");
  end

endmodule
