// Integer to floating point, rounded to nearest even; too large a value becomes what fp_round makes of overflow.
// Latency: Stages enabled clock edges (0: combinational). Throughput 1; all registers move when en_i is high, and only then.
// Registers stand, from one stage up: behind normalisation; the magnitude; then behind the result.
// Parameters: IntBits 2..64; ExpBits, ManBits, Specials, Bias: the format, as in fp_decode; Saturate: as in fp_round; Stages >= 0.
module fp_from_int #(
  parameter int unsigned IntBits = 32,
  parameter int unsigned ExpBits = 8,
  parameter int unsigned ManBits = 23,
  parameter int unsigned Specials = 2,
  parameter int Bias = (Specials == 3) ? (1 << (ExpBits - 1)) : (1 << (ExpBits - 1)) - 1,
  parameter bit Saturate = 1'b0,
  parameter int unsigned Stages = 0,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic               clk_i,
  input  logic               en_i,
  input  logic               signed_i,  // a_i is in two's complement; else unsigned
  input  logic [IntBits-1:0] a_i,
  output logic [Width-1:0]   result_o
);

  localparam int unsigned CutMagnitude = (Stages >= 2) ? 1 : 0;
  localparam int unsigned CutNormal = (Stages >= 1) ? 1 : 0;
  localparam int unsigned CutResult = (Stages >= 3) ? Stages - 2 : 0;

  localparam int unsigned OutBits = ManBits + 3;
  localparam int unsigned Window = (IntBits > OutBits) ? IntBits : OutBits;
  // Exponent of the top bit, counted from that of subnormals.
  localparam int unsigned TopExp = IntBits - 2 + Bias;
  localparam int unsigned XBits = ($clog2(TopExp + 2) > ExpBits) ? $clog2(TopExp + 2) : ExpBits;

  logic sign, sign_1, sign_2;
  logic [IntBits-1:0] magnitude, magnitude_1;
  logic [XBits-1:0] exp, exp_2;
  logic [OutBits-1:0] sig, sig_2;
  logic [Width-1:0] result;

  assign sign = signed_i & a_i[IntBits-1];
  assign magnitude = sign ? -a_i : a_i;
  fp_delay #(.Width(1 + IntBits), .Cycles(CutMagnitude)) u_cut_magnitude (
    .clk_i, .en_i, .d_i({sign, magnitude}), .q_o({sign_1, magnitude_1})
  );

  fp_normalise #(.Width(Window), .ExpBits(XBits), .OutBits(OutBits)) u_normalise (
    .exp_i(XBits'(TopExp)), .value_i(Window'(magnitude_1) << (Window - IntBits)), .exp_o(exp), .sig_o(sig)
  );
  fp_delay #(.Width(1 + XBits + OutBits), .Cycles(CutNormal)) u_cut_normal (
    .clk_i, .en_i, .d_i({sign_1, exp, sig}), .q_o({sign_2, exp_2, sig_2})
  );

  fp_round #(
    .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Saturate(Saturate), .ExpInBits(XBits)
  ) u_round (
    .sign_i(sign_2), .exp_i(exp_2), .sig_i(sig_2), .nan_i(1'b0), .inf_i(1'b0), .code_o(result)
  );
  fp_delay #(.Width(Width), .Cycles(CutResult)) u_cut_result (
    .clk_i, .en_i, .d_i(result), .q_o(result_o)
  );

  if (IntBits < 2 || IntBits > 64 || Bias < 0) begin : g_illegal
    $error("fp_from_int: IntBits must be 2..64 and Bias not negative");
  end

endmodule
