// A factor of fp_mac: decoded and, if Normalise is set, with the leading zeros of subnormals shifted out and their exponent made
// negative accordingly. Combinational.
// Parameters: ExpBits, ManBits, Specials, Signed: as in fp_decode; XBits: of the (signed) exponent, at least ExpBits + 2.
module fp_factor #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter bit Signed = 1'b1,
  parameter bit Normalise = 1'b1,
  parameter int unsigned XBits = 9,
  localparam int unsigned Width = ExpBits + ManBits + (Signed ? 1 : 0)
) (
  input  logic [Width-1:0] code_i,
  output logic             sign_o,
  output logic [XBits-1:0] exp_o,
  output logic [ManBits:0] sig_o,
  output logic             zero_o,
  output logic             nan_o,
  output logic             inf_o
);

  logic [ExpBits-1:0] exp;
  logic [ManBits:0] sig;
  fp_decode #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Signed(Signed)) u_decode (
    .code_i, .sign_o, .exp_o(exp), .sig_o(sig), .nan_o, .inf_o
  );
  assign zero_o = sig == '0;

  if (Normalise) begin : g_normalise
    localparam int unsigned CountBits = $clog2(ManBits + 2);
    logic [CountBits-1:0] zeros;
    fp_lzc #(.Width(ManBits + 1)) u_zeros (.value_i(sig), .count_o(zeros));
    assign sig_o = sig << zeros;
    assign exp_o = XBits'(exp) - XBits'(zeros);
  end else begin : g_plain
    assign sig_o = sig;
    assign exp_o = XBits'(exp);
  end

endmodule
