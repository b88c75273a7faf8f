// The float half of convert_back, also of use behind other fixed-point sums: +-product_i * 2^(LowExponent - shift_i), where exponents
// count from that of subnormals and the smallest normals, rounded once to a float.
// Latency: ShiftReg enabled clocks (behind the normalising shift); throughput 1.
// Parameters: PBits >= 1; the rest as those of convert_back.
module convert_to_float #(
  parameter int unsigned PBits = 66,
  parameter int LowExponent = -12,
  parameter int unsigned ShiftBits = 5,
  parameter int unsigned ExpBits = 4,
  parameter int unsigned ManBits = 3,
  parameter bit Signed = 1'b1,
  parameter int unsigned Specials = 0,
  parameter bit Subnormals = 1'b1,
  parameter int unsigned Rounding = 0,
  parameter bit Saturate = 1'b1,
  parameter bit ShiftReg = 1'b1,
  localparam int unsigned OutBits = ExpBits + ManBits + (Signed ? 1 : 0),
  localparam int unsigned ShiftPorts = (ShiftBits == 0) ? 1 : ShiftBits
) (
  input  logic                  clk_i,
  input  logic                  en_i,
  input  logic [PBits-1:0]      product_i,
  input  logic                  sign_i,
  input  logic                  nan_i,
  input  logic                  infinity_i,
  input  logic [ShiftPorts-1:0] shift_i,
  output logic [OutBits-1:0]    code_o
);

  // Normalise: the highest one to the top, its exponent with it.
  localparam int unsigned Width = (PBits < ManBits + 3) ? ManBits + 3 : PBits;
  localparam int unsigned CountBits = $clog2(Width + 1);
  localparam int TopExponent = LowExponent + signed'(PBits) - 1;
  // Exponents from TopExponent - Width - 2^ShiftBits to TopExponent + 1.
  localparam int unsigned Span = (TopExponent < 0 ? 32'(-TopExponent) : 32'(TopExponent)) + Width + 2 ** ShiftBits + 2;
  localparam int unsigned EBits = $clog2(Span) + 1;

  logic [Width-1:0] wide, normal;
  logic [CountBits-1:0] count;
  logic signed [EBits-1:0] exponent;
  assign wide = Width'(product_i) << (Width - PBits);
  fp_lzc #(.Width(Width)) u_count (.value_i(wide), .count_o(count));
  assign normal = wide << count;
  if (ShiftBits == 0) begin : g_constant
    assign exponent = EBits'(TopExponent) - EBits'(count);
    logic unused_shift;
    assign unused_shift = ^shift_i;
  end else begin : g_variable
    assign exponent = EBits'(TopExponent) - EBits'(count) - EBits'(shift_i);
  end

  // {hidden, mantissa, half, sticky}
  localparam int unsigned SigBits = ManBits + 3;
  logic [SigBits-1:0] sig, sig_q;
  logic signed [EBits-1:0] exponent_q;
  logic sign_q, nan_q, infinity_q;
  assign sig = {normal[Width-1-:SigBits-1], |normal[Width-SigBits:0]};
  fp_delay #(.Width(SigBits + EBits + 3), .Cycles(ShiftReg ? 1 : 0)) u_normal (
    .clk_i, .en_i, .d_i({sig, exponent, sign_i, nan_i, infinity_i}),
    .q_o({sig_q, exponent_q, sign_q, nan_q, infinity_q})
  );

  // Below the exponent of subnormals the significand moves to the right.
  localparam int unsigned AmountBits = $clog2(SigBits + 1);
  logic below;
  logic [EBits-1:0] distance;
  logic [AmountBits-1:0] amount;
  logic [SigBits-1:0] placed;
  assign below = exponent_q[EBits-1];
  assign distance = -exponent_q;
  assign amount = !below ? '0 : (distance > EBits'(SigBits)) ? AmountBits'(SigBits) : AmountBits'(distance);
  fp_shift_right #(.Width(SigBits), .AmountBits(AmountBits)) u_subnormal (
    .value_i(sig_q), .amount_i(amount), .value_o(placed)
  );

  // fp_round rounds to nearest even; other roundings are that of changed half and sticky bits.
  logic half, sticky;
  assign half = (Rounding == 2) ? 1'b0 : placed[1];
  assign sticky = (Rounding == 2) ? 1'b0 : (Rounding == 1) ? 1'b1 : placed[0];
  if (Rounding != 0) begin : g_unused
    logic unused_fraction;
    assign unused_fraction = placed[1] ^ placed[0];
  end

  localparam int unsigned RoundBits = (EBits > ExpBits) ? EBits : ExpBits;
  logic [OutBits-1:0] code;
  logic [RoundBits-1:0] round_exponent;
  assign round_exponent = below ? '0 : RoundBits'(exponent_q);
  fp_round #(
    .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Signed(Signed), .Saturate(Saturate), .ExpInBits(RoundBits)
  ) u_round (
    .sign_i(sign_q), .exp_i(round_exponent), .sig_i({placed[SigBits-1:2], half, sticky}), .nan_i(nan_q),
    .inf_i(infinity_q), .code_o(code)
  );

  if (Subnormals) begin : g_subnormals
    assign code_o = code;
  end else begin : g_flush
    localparam logic [OutBits-1:0] Mantissa = OutBits'(2 ** ManBits - 1);
    logic flush;
    assign flush = code[ManBits+:ExpBits] == '0 && (code & Mantissa) != '0;
    assign code_o = !flush ? code : (Specials == 3) ? '0 : code & ~Mantissa;
  end

endmodule
