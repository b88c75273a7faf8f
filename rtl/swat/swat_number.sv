// A code as a signed significand and the exponent of its lowest bit: value = significand * 2^(exponent - (Bias - 1) - ManBits) for
// floats, the significand alone for integers (ExpBits = 0, ManBits bits). Combinational; codes are finite.
module swat_number #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  localparam int unsigned Width = (ExpBits == 0) ? ManBits : 1 + ExpBits + ManBits,
  localparam int unsigned SigBits = (ExpBits == 0) ? ManBits : ManBits + 2,
  localparam int unsigned ExpPorts = (ExpBits == 0) ? 1 : ExpBits
) (
  input  logic [Width-1:0]          code_i,
  output logic signed [SigBits-1:0] significand_o,
  output logic [ExpPorts-1:0]       exponent_o
);

  if (ExpBits == 0) begin : g_integer
    assign significand_o = code_i;
    assign exponent_o = '0;
  end else begin : g_float
    logic sign, nan, inf;
    logic [ManBits:0] magnitude;
    fp_decode #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_decode (
      .code_i, .sign_o(sign), .exp_o(exponent_o), .sig_o(magnitude), .nan_o(nan), .inf_o(inf)
    );
    assign significand_o = sign ? -{1'b0, magnitude} : {1'b0, magnitude};
    logic unused_specials;
    assign unused_specials = nan | inf;
  end

endmodule
