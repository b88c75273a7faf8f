// Takes a floating-point code apart. Combinational.
// value = (-1)^sign * sig * 2^(exp - (Bias - 1) - ManBits): exp is counted from that of subnormals, which have a zero in the top bit
// of sig and exp = 0. Of NaN and infinity sig and exp say nothing.
// Parameters: ExpBits 1..8; ManBits 0..23; Specials: 0 every code is finite, 1 the all-ones magnitude is NaN (OCP E4M3),
// 2 IEEE 754 infinity and NaN, 3 negative zero is NaN (fnuz); Signed: 0 has no sign bit.
module fp_decode #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter bit Signed = 1'b1,
  localparam int unsigned Width = ExpBits + ManBits + (Signed ? 1 : 0)
) (
  input  logic [Width-1:0]   code_i,
  output logic               sign_o,
  output logic [ExpBits-1:0] exp_o,
  output logic [ManBits:0]   sig_o,
  output logic               nan_o,
  output logic               inf_o
);

  localparam int unsigned MagBits = ExpBits + ManBits;
  logic [MagBits-1:0] magnitude;
  logic [ExpBits-1:0] field;
  logic normal, top;

  assign magnitude = code_i[MagBits-1:0];
  assign field = magnitude[MagBits-1:ManBits];
  assign normal = |field;
  assign exp_o = field - ExpBits'(normal);
  always_comb begin
    sig_o = (ManBits + 1)'(magnitude);
    sig_o[ManBits] = normal;
  end

  if (Signed) begin : g_signed
    assign sign_o = code_i[Width-1];
  end else begin : g_unsigned
    assign sign_o = 1'b0;
  end

  assign top = &field;
  if (Specials == 0) begin : g_none
    assign nan_o = 1'b0;
    assign inf_o = 1'b0;
    logic unused_top;
    assign unused_top = top;
  end else if (Specials == 1) begin : g_fn
    assign nan_o = &magnitude;
    assign inf_o = 1'b0;
    logic unused_top;
    assign unused_top = top;
  end else if (Specials == 2) begin : g_ieee
    logic fraction;
    assign fraction = (magnitude & ~({MagBits{1'b1}} << ManBits)) != '0;
    assign nan_o = top & fraction;
    assign inf_o = top & ~fraction;
  end else begin : g_fnuz
    assign nan_o = sign_o & (magnitude == '0);
    assign inf_o = 1'b0;
    logic unused_top;
    assign unused_top = top;
  end

  if (ExpBits < 1 || ExpBits > 8 || ManBits > 23 || Specials > 3) begin : g_illegal
    $error("fp: ExpBits must be 1..8, ManBits 0..23, Specials 0..3");
  end
  if (Specials == 3 && !Signed) begin : g_impossible
    $error("fp: fnuz formats have a sign");
  end

endmodule
