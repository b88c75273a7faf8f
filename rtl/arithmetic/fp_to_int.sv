// Floating point to integer: truncates toward zero, as C does, and saturates to the integer's range (infinities too; negative
// numbers become 0 if unsigned). NaN becomes 0.
// Latency: Stages enabled clock edges (0: combinational). Throughput 1; all registers move when en_i is high, and only then.
// Registers stand, from one stage up: behind the shift; the exponent; then behind the result.
// Parameters: IntBits 2..64; ExpBits, ManBits, Specials, Bias: the format, as in fp_decode; Stages >= 0.
module fp_to_int #(
  parameter int unsigned IntBits = 32,
  parameter int unsigned ExpBits = 8,
  parameter int unsigned ManBits = 23,
  parameter int unsigned Specials = 2,
  parameter int Bias = (Specials == 3) ? (1 << (ExpBits - 1)) : (1 << (ExpBits - 1)) - 1,
  parameter int unsigned Stages = 0,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic               clk_i,
  input  logic               en_i,
  input  logic               signed_i,  // result in two's complement; else unsigned
  input  logic [Width-1:0]   a_i,
  output logic [IntBits-1:0] result_o
);

  localparam int unsigned CutExp = (Stages >= 2) ? 1 : 0;
  localparam int unsigned CutShift = (Stages >= 1) ? 1 : 0;
  localparam int unsigned CutResult = (Stages >= 3) ? Stages - 2 : 0;

  localparam int unsigned SigBits = ManBits + 1;
  localparam int unsigned Window = (IntBits > SigBits) ? IntBits : SigBits;
  localparam int unsigned ShiftBits = $clog2(Window + 1);
  localparam int unsigned XBits = ((ExpBits > ShiftBits) ? ExpBits : ShiftBits) + 2;  // signed

  // The significand's top bit stands at the integer's top bit, and is shifted right from there.
  logic sign, nan, inf, beyond, sign_1, nan_1, beyond_1, signed_1;
  logic [ExpBits-1:0] field;
  logic [SigBits-1:0] sig, sig_1;
  logic signed [XBits-1:0] distance;
  logic [ShiftBits-1:0] shift, shift_1;
  fp_decode #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_a (
    .code_i(a_i), .sign_o(sign), .exp_o(field), .sig_o(sig), .nan_o(nan), .inf_o(inf)
  );
  always_comb begin
    distance = XBits'(IntBits - 2) + XBits'(Bias) - XBits'(field);
    beyond = inf || distance < 0;
    shift = (distance > XBits'(Window)) ? ShiftBits'(Window) : ShiftBits'(distance);
  end
  fp_delay #(.Width(4 + SigBits + ShiftBits), .Cycles(CutExp)) u_cut_exp (
    .clk_i, .en_i,
    .d_i({sign, nan, beyond, signed_i, sig, shift}),
    .q_o({sign_1, nan_1, beyond_1, signed_1, sig_1, shift_1})
  );

  logic [Window-1:0] shifted;
  logic [IntBits-1:0] magnitude_2;
  logic sign_2, nan_2, beyond_2, signed_2;
  assign shifted = (Window'(sig_1) << (Window - SigBits)) >> shift_1;
  fp_delay #(.Width(4 + IntBits), .Cycles(CutShift)) u_cut_shift (
    .clk_i, .en_i,
    .d_i({sign_1, nan_1, beyond_1, signed_1, shifted[Window-1-:IntBits]}),
    .q_o({sign_2, nan_2, beyond_2, signed_2, magnitude_2})
  );

  localparam logic [IntBits-1:0] Min = {1'b1, {(IntBits - 1){1'b0}}};
  logic [IntBits-1:0] result;
  always_comb begin
    if (nan_2) result = '0;
    else if (!signed_2) result = sign_2 ? '0 : beyond_2 ? '1 : magnitude_2;
    else if (beyond_2 || magnitude_2[IntBits-1]) result = sign_2 ? Min : ~Min;
    else result = sign_2 ? -magnitude_2 : magnitude_2;
  end
  fp_delay #(.Width(IntBits), .Cycles(CutResult)) u_cut_result (
    .clk_i, .en_i, .d_i(result), .q_o(result_o)
  );

  if (SigBits > IntBits) begin : g_unused
    logic unused_fraction;
    assign unused_fraction = ^shifted[Window-IntBits-1:0];
  end
  if (IntBits < 2 || IntBits > 64) begin : g_illegal
    $error("fp_to_int: IntBits must be 2..64");
  end

endmodule
