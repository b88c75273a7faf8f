// Splits an operand into sign, significand and exponent, so that a finite operand is
//   (-1)^negative_o * significand_o * 2^(exponent_o - 1) * (its format's smallest step)
// Minifloats: subnormals have exponent 1 like the smallest normals. Integers: exponent_o = 1, and the significand is the magnitude.
// Latency: 0 (combinational).
// Parameters:
//   ExpBits 0: an integer of ManBits bits (2 to 16), two's complement if Signed;
//   ExpBits 1 to 8: a float: sign (if Signed), exponent, ManBits (0 to 15) mantissa bits;
//   Specials 0 none, 1 fn, 2 ieee, 3 fnuz (see docs/arithmetic.md); Subnormals 0: codes with exponent 0 count as zero.
module mac_operand #(
  parameter int unsigned ExpBits = 4,
  parameter int unsigned ManBits = 3,
  parameter bit Signed = 1'b1,
  parameter int unsigned Specials = 0,
  parameter bit Subnormals = 1'b1,
  parameter int unsigned Bits = (ExpBits == 0) ? ManBits : ExpBits + ManBits + (Signed ? 1 : 0),
  parameter int unsigned SignificandBits = (ExpBits == 0) ? ManBits : ManBits + 1,
  parameter int unsigned ExponentBits = (ExpBits == 0) ? 1 : ExpBits
) (
  input  logic [Bits-1:0]            code_i,
  output logic                       negative_o,
  output logic [SignificandBits-1:0] significand_o,
  output logic [ExponentBits-1:0]    exponent_o,
  output logic                       nan_o,
  output logic                       infinity_o
);

  assign negative_o = Signed ? code_i[Bits-1] : 1'b0;

  if (ExpBits == 0) begin : g_integer
    // |code|, whose low bit is the code's: a conditional inversion with the sign as carry-in.
    logic [ManBits-1:0] inverted;
    assign inverted = code_i ^ {ManBits{negative_o}};
    if (Signed) begin : g_signed
      chain_add #(.Width(ManBits)) u_magnitude (
        .a_i('0), .b_i(inverted), .carry_i(negative_o), .sum_o(significand_o)
      );
    end else begin : g_unsigned
      assign significand_o = inverted;
    end
    assign exponent_o = 1'b1;
    assign nan_o = 1'b0;
    assign infinity_o = 1'b0;
  end else begin : g_float
    logic [ExpBits-1:0] exponent;
    logic normal;
    assign exponent = code_i[ManBits+:ExpBits];
    assign normal = |exponent;
    assign exponent_o = exponent | ExpBits'(!normal);

    logic [ManBits:0] significand;
    if (ManBits == 0) begin : g_no_mantissa
      assign significand = normal;
    end else begin : g_mantissa
      assign significand = {normal, Subnormals ? code_i[ManBits-1:0] : code_i[ManBits-1:0] & {ManBits{normal}}};
    end
    assign significand_o = significand;

    if (Specials == 0) begin : g_finite
      assign nan_o = 1'b0;
      assign infinity_o = 1'b0;
    end else if (Specials == 1) begin : g_fn
      assign nan_o = &code_i[ExpBits+ManBits-1:0];
      assign infinity_o = 1'b0;
    end else if (Specials == 2) begin : g_ieee
      assign infinity_o = (&exponent) && significand == (ManBits + 1)'(2 ** ManBits);
      assign nan_o = (&exponent) && significand != (ManBits + 1)'(2 ** ManBits);
    end else if (Specials == 3 && Signed) begin : g_fnuz
      assign nan_o = code_i == Bits'(2 ** (Bits - 1));
      assign infinity_o = 1'b0;
    end else begin : g_illegal
      $error("mac_operand: Specials %0d is none of this format", Specials);
    end
  end

endmodule
