// Product of two integers by radix-4 Booth recoding of the multiplier b: one row per two bits of b, each added to the sum of the
// rows before it on a carry chain. Choosing a row's bit and adding it fit one 6-input LUT (sum, two bits of a, three of b), and
// the "+1" of a negated row is its chain's carry-in, except that of the first row, which leaves by carry_o:
//   a_i * b_i = product_o + carry_o (modulo 2^(AWidth+BWidth))
// so that an accumulator behind it takes it as its carry-in too.
// Latency: 0 (combinational); throughput: one product a cycle.
// LUTs where they have 6 inputs: about (AWidth + 2) * ceil((BWidth + !BSigned) / 2).
// Parameters: AWidth, BWidth 1 to 32; ASigned, BSigned: two's complement or unsigned.
module mul_booth #(
  parameter int unsigned AWidth = 8,
  parameter int unsigned BWidth = 8,
  parameter bit ASigned = 1'b1,
  parameter bit BSigned = 1'b1
) (
  input  logic [AWidth-1:0]        a_i,
  input  logic [BWidth-1:0]        b_i,
  output logic [AWidth+BWidth-1:0] product_o,
  output logic                     carry_o
);

  localparam int unsigned Digits = (BWidth + (BSigned ? 0 : 1) + 1) / 2;
  localparam int unsigned SumBits = AWidth + (ASigned ? 0 : 1) + 2;  // a row, or a sum without its final bits

  logic signed [SumBits-1:0] a;
  logic [2*Digits:0] b;  // sign-extended; below bit 0 a zero
  assign a = SumBits'(signed'({ASigned ? a_i[AWidth-1] : 1'b0, a_i}));
  assign b = {(2*Digits)'(signed'({BSigned ? b_i[BWidth-1] : 1'b0, b_i})), 1'b0};

  logic signed [SumBits-1:0] row, sum;
  logic unused_bit;
  logic [2*Digits+SumBits-1:0] product;
  always_comb begin
    sum = '0;
    row = '0;
    unused_bit = 1'b0;
    product = '0;
    for (int unsigned k = 0; k < Digits; k++) begin
      if (b[2*k+2]) row = (b[2*k+1] & b[2*k]) ? '1 : (b[2*k+1] | b[2*k]) ? ~a : ~(a <<< 1);
      else row = (b[2*k+1] & b[2*k]) ? a <<< 1 : (b[2*k+1] | b[2*k]) ? a : '0;
      // sum + row + b[2*k+2], written so that the sum is the operand that need not pass a LUT (see chain_add)
      if (k == 0) sum = row;
      else {sum, unused_bit} = {sum, b[2*k+2]} - {~row, 1'b1};
      product[2*k+:2] = sum[1:0];
      sum = sum >>> 2;
    end
    product[2*Digits+:SumBits] = sum;
  end
  assign product_o = product[AWidth+BWidth-1:0];
  assign carry_o = b[2];

  logic unused_product;
  assign unused_product = ^product[2*Digits+SumBits-1:AWidth+BWidth] ^ unused_bit;

endmodule
