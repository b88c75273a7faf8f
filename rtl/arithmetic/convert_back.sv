// From an accumulator to a number format: code_o = clamp(round(acc * multiplier * 2^(Lsb - s)) + zero point), s = Shift + shift_i,
// with one rounding, of the exact product. The contract is "Convert-back" of docs/numerics.md.
//
// Special sums (the flags of mac_unit: NaN, +infinity, -infinity among the products) become the format's NaN or infinity, the
// largest value where it saturates, and in integers 0 and the ends of the range.
//
// Latency: ProductReg (behind the product) + ShiftReg (behind the shift) + OutputReg enabled clocks; throughput 1. All registers move
// when en_i is high, and only then; they are not reset.
//
// Parameters: AccBits 2 to 512; Lsb: exponent of the accumulator's unit (acc_i stands for acc * 2^Lsb);
//   MulBits 0 (multiplier_i is not used: scale 2^-s) or 1 to 32; MulArchitecture: of the product (mul_integer.sv: 0 `*`, 1 row pairs);
//   Shift: constant part of s, any sign; ShiftBits 0 (shift_i is not used) to 9: unsigned variable part;
//   OutExpBits 0: an integer of OutManBits bits (2 to 32), two's complement if OutSigned, without its most negative code if
//   OutNarrow; else a float of up to 8 exponent and 23 mantissa bits with OutBias, OutSpecials (0 none, 1 fn, 2 ieee, 3 fnuz),
//   OutSubnormals (0: subnormal results become zero);
//   ZeroPoint 1: zero_point_i, a signed number, is added to an integer after rounding;
//   Rounding 0 nearest even, 1 nearest away from zero, 2 toward zero (with Saturate only);
//   Saturate 0: floats overflow as IEEE 754 says (infinity, NaN where there is none). Integers always saturate.
module convert_back #(
  parameter int unsigned AccBits = 50,
  parameter int Lsb = -18,
  parameter int unsigned MulBits = 16,
  parameter int unsigned MulArchitecture = 1,
  parameter int Shift = 0,
  parameter int unsigned ShiftBits = 5,
  parameter int unsigned OutExpBits = 4,
  parameter int unsigned OutManBits = 3,
  parameter bit OutSigned = 1'b1,
  parameter bit OutNarrow = 1'b0,
  parameter int OutBias = 7,
  parameter int unsigned OutSpecials = 0,
  parameter bit OutSubnormals = 1'b1,
  parameter bit ZeroPoint = 1'b0,
  parameter int unsigned Rounding = 0,
  parameter bit Saturate = 1'b1,
  parameter bit ProductReg = 1'b1,
  parameter bit ShiftReg = 1'b1,
  parameter bit OutputReg = 1'b1,
  localparam int unsigned OutBits = (OutExpBits == 0) ? OutManBits : OutExpBits + OutManBits + (OutSigned ? 1 : 0),
  localparam int unsigned MulPorts = (MulBits == 0) ? 1 : MulBits,
  localparam int unsigned ShiftPorts = (ShiftBits == 0) ? 1 : ShiftBits
) (
  input  logic                  clk_i,
  input  logic                  en_i,
  input  logic [AccBits-1:0]    acc_i,
  input  logic                  nan_i,
  input  logic                  positive_inf_i,
  input  logic                  negative_inf_i,
  input  logic [MulPorts-1:0]   multiplier_i,
  input  logic [ShiftPorts-1:0] shift_i,
  input  logic [OutBits:0]      zero_point_i,
  output logic [OutBits-1:0]    code_o
);

  // Magnitude of the accumulator times the multiplier.
  localparam int unsigned PBits = AccBits + MulBits;
  logic negative, scaled;
  logic [AccBits-1:0] inverted, magnitude;
  logic [PBits-1:0] product;
  assign negative = acc_i[AccBits-1];
  assign inverted = acc_i ^ {AccBits{negative}};
  chain_add #(.Width(AccBits)) u_magnitude (
    .a_i({AccBits{1'b0}}), .b_i(inverted), .carry_i(negative), .sum_o(magnitude)
  );
  if (MulBits == 0) begin : g_no_multiplier
    assign product = magnitude;
    assign scaled = 1'b1;
    logic unused_multiplier;
    assign unused_multiplier = ^multiplier_i;
  end else begin : g_multiplier
    logic unused_carry;
    assign scaled = |multiplier_i;  // 0 times a negative number is +0
    mul_integer #(
      .AWidth(AccBits), .BWidth(MulBits), .ASigned(1'b0), .BSigned(1'b0), .Architecture(MulArchitecture)
    ) u_mul (
      .a_i(magnitude), .b_i(multiplier_i), .product_o(product), .carry_o(unused_carry)
    );
  end

  // {NaN, infinity, sign, zero point, shift} travel with it.
  localparam int unsigned SideBits = 3 + OutBits + 1 + ShiftPorts;
  logic nan, infinity, sign;
  logic [SideBits-1:0] side, side_q;
  logic [PBits-1:0] product_q;
  assign nan = nan_i | (positive_inf_i & negative_inf_i);
  assign infinity = positive_inf_i ^ negative_inf_i;
  assign sign = infinity ? negative_inf_i : negative & scaled;
  assign side = {nan, infinity & ~nan, sign, zero_point_i, shift_i};
  fp_delay #(.Width(SideBits + PBits), .Cycles(ProductReg ? 1 : 0)) u_product (
    .clk_i, .en_i, .d_i({side, product}), .q_o({side_q, product_q})
  );

  logic nan_q, infinity_q, sign_q;
  logic [OutBits:0] zero_point_q;
  logic [ShiftPorts-1:0] shift_q;
  assign {nan_q, infinity_q, sign_q, zero_point_q, shift_q} = side_q;
  logic [OutBits-1:0] code;
  if (OutExpBits == 0) begin : g_integer
    convert_to_int #(
      .PBits(PBits), .MinShift(Shift - Lsb), .ShiftBits(ShiftBits), .OutBits(OutBits), .OutSigned(OutSigned),
      .OutNarrow(OutNarrow), .ZeroPoint(ZeroPoint), .Rounding(Rounding), .ShiftReg(ShiftReg)
    ) u_convert (
      .clk_i, .en_i, .product_i(product_q), .sign_i(sign_q), .nan_i(nan_q), .infinity_i(infinity_q), .shift_i(shift_q),
      .zero_point_i(zero_point_q), .code_o(code)
    );
  end else begin : g_float
    // LowExponent: of the product's lowest bit, counted from that of subnormals and the smallest normals, for shift_i = 0.
    convert_to_float #(
      .PBits(PBits), .LowExponent(Lsb - Shift - (1 - OutBias)), .ShiftBits(ShiftBits), .ExpBits(OutExpBits),
      .ManBits(OutManBits), .Signed(OutSigned), .Specials(OutSpecials), .Subnormals(OutSubnormals), .Rounding(Rounding),
      .Saturate(Saturate), .ShiftReg(ShiftReg)
    ) u_convert (
      .clk_i, .en_i, .product_i(product_q), .sign_i(sign_q), .nan_i(nan_q), .infinity_i(infinity_q), .shift_i(shift_q),
      .code_o(code)
    );
    logic unused_zero_point;
    assign unused_zero_point = ^zero_point_q;
  end
  fp_delay #(.Width(OutBits), .Cycles(OutputReg ? 1 : 0)) u_output (.clk_i, .en_i, .d_i(code), .q_o(code_o));

  if (AccBits < 2 || AccBits > 512 || MulBits > 32 || ShiftBits > 9 || Rounding > 2 || MulArchitecture > 1) begin : g_illegal
    $error("convert_back: AccBits %0d, MulBits %0d, ShiftBits %0d, Rounding %0d or MulArchitecture %0d is out of range", AccBits,
           MulBits, ShiftBits, Rounding, MulArchitecture);
  end
  if (Rounding == 2 && !Saturate && OutExpBits != 0) begin : g_no_such_overflow
    $error("convert_back: rounding toward zero never overflows; set Saturate");
  end
  if (OutExpBits > 8 || (OutExpBits == 0 && (OutManBits < 2 || OutManBits > 32)) || (ZeroPoint && OutExpBits != 0)) begin : g_bad_out
    $error("convert_back: there is no output of %0d exponent and %0d other bits with ZeroPoint %0d", OutExpBits, OutManBits,
           ZeroPoint);
  end

endmodule
