// A floating-point product rounded to the same format, to nearest even, with subnormals; combinational. With Ieee = 0 all
// codes are finite and results saturate, with Ieee = 1 the largest exponent holds infinities and NaN. `fault_i` picks a
// planted fault: 0 none, 1 ties go away from zero, 2 subnormal operands are read as zero, 3 the bias is off by one,
// 4 zeros are always positive, 5 subnormal results are flushed, 6 overflow wraps into the next code, 7 sticky is lost.
module fp_mul #(
  parameter int unsigned ExpBits = 4,
  parameter int unsigned ManBits = 3,
  parameter bit Ieee = 1'b0,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic [2:0]       fault_i,
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  output logic [Width-1:0] y_o
);

  localparam int Bias = (1 << (ExpBits - 1)) - 1;
  localparam int unsigned SigBits = ManBits + 1;
  localparam int unsigned ProductBits = 2 * SigBits;
  localparam int MaxExp = (1 << ExpBits) - 1;
  localparam logic [Width-2:0] MaxCode =
      Ieee ? {{(ExpBits - 1){1'b1}}, 1'b0, {ManBits{1'b1}}} : {(Width - 1){1'b1}};

  logic sign, a_nan, b_nan, a_inf, b_inf, a_zero, b_zero, guard, sticky, up;
  logic [SigBits-1:0] a_sig, b_sig;
  logic [ProductBits-1:0] product;
  logic [ProductBits+SigBits+1:0] shifted;
  int a_exp, b_exp, exp, shift;
  logic [Width-1:0] magnitude;

  function automatic logic [SigBits-1:0] significand(input logic [Width-1:0] code, input logic flush);
    logic normal;
    normal = code[Width-2:ManBits] != '0;
    significand = (flush && !normal) ? '0 : {normal, code[ManBits-1:0]};
  endfunction

  always_comb begin
    sign = a_i[Width-1] ^ b_i[Width-1];
    a_sig = significand(a_i, fault_i == 3'd2);
    b_sig = significand(b_i, fault_i == 3'd2);
    a_zero = a_sig == '0;
    b_zero = b_sig == '0;
    a_nan = Ieee && (&a_i[Width-2:ManBits]) && a_i[ManBits-1:0] != '0;
    b_nan = Ieee && (&b_i[Width-2:ManBits]) && b_i[ManBits-1:0] != '0;
    a_inf = Ieee && (&a_i[Width-2:ManBits]) && a_i[ManBits-1:0] == '0;
    b_inf = Ieee && (&b_i[Width-2:ManBits]) && b_i[ManBits-1:0] == '0;
    a_exp = (a_i[Width-2:ManBits] == '0) ? 1 : int'(a_i[Width-2:ManBits]);
    b_exp = (b_i[Width-2:ManBits] == '0) ? 1 : int'(b_i[Width-2:ManBits]);

    // The product's top bit goes to the top of `shifted`; exp is the biased exponent of that bit.
    product = ProductBits'(a_sig) * ProductBits'(b_sig);
    exp = a_exp + b_exp - Bias + 1 + ((fault_i == 3'd3) ? 1 : 0);
    for (int i = 0; i < ProductBits; ++i) begin
      if (!product[ProductBits-1]) begin
        product = product << 1;
        exp = exp - 1;
      end
    end
    shift = (exp < 1) ? 1 - exp : 0;
    if (shift > SigBits + 1) shift = SigBits + 1;
    shifted = {product, {(SigBits + 2){1'b0}}} >> shift;
    magnitude = Width'(shifted[ProductBits+SigBits+1-:SigBits]);
    guard = shifted[ProductBits+1];
    sticky = shifted[ProductBits:0] != '0 && fault_i != 3'd7;
    up = guard && (sticky || magnitude[0] || fault_i == 3'd1);
    // Exponent and mantissa as one number: a carry out of the mantissa steps the exponent.
    if (exp >= 1) magnitude = magnitude + (Width'(exp - 1) << ManBits);
    magnitude = magnitude + Width'(up);
    if (fault_i == 3'd5 && magnitude[Width-2:ManBits] == '0) magnitude = '0;
    if ((exp > MaxExp || magnitude > Width'(MaxCode)) && fault_i != 3'd6)
      magnitude = Ieee ? {1'b0, {ExpBits{1'b1}}, {ManBits{1'b0}}} : {1'b0, MaxCode};
    if (a_zero || b_zero) magnitude = '0;
    if (a_inf || b_inf) magnitude = {1'b0, {ExpBits{1'b1}}, {ManBits{1'b0}}};

    y_o = {sign, magnitude[Width-2:0]};
    if (fault_i == 3'd4 && magnitude == '0) y_o = '0;
    if (a_nan || b_nan || (a_inf && b_zero) || (b_inf && a_zero))
      y_o = {1'b0, {ExpBits{1'b1}}, {ManBits{1'b0}}} | (Width'(1) << (ManBits - 1));
  end

endmodule
