// Product of two integers by pairs of rows: two bits of the multiplier b choose 0, a, 2a or 3a (computed once), and each pair is
// added to the sum of those before it on a carry chain; choosing and adding fit one 6-input LUT. The top pair of a signed b
// chooses 0, a, -2a or -a.
// Latency: 0 (combinational); throughput: one product a cycle.
// LUTs where they have 6 inputs: about (AWidth + 2) * (ceil(BWidth / 2) + 1).
// Parameters: AWidth, BWidth 1 to 32; ASigned, BSigned: two's complement or unsigned.
module mul_row_pairs #(
  parameter int unsigned AWidth = 8,
  parameter int unsigned BWidth = 8,
  parameter bit ASigned = 1'b1,
  parameter bit BSigned = 1'b1
) (
  input  logic [AWidth-1:0]        a_i,
  input  logic [BWidth-1:0]        b_i,
  output logic [AWidth+BWidth-1:0] product_o
);

  localparam int unsigned Pairs = (BWidth + 1) / 2;
  localparam bit AnySigned = ASigned || BSigned;
  localparam int unsigned SumBits = AWidth + (AnySigned && !ASigned ? 1 : 0) + 2;

  logic [SumBits-1:0] a, a2, a3;
  logic [2*Pairs-1:0] b;
  assign a = ASigned ? SumBits'(signed'(a_i)) : SumBits'(a_i);
  assign b = BSigned ? (2*Pairs)'(signed'(b_i)) : (2*Pairs)'(b_i);
  assign a2 = {a[SumBits-2:0], 1'b0};
  chain_add #(.Width(SumBits)) u_triple (.a_i(a), .b_i(a2), .carry_i(1'b0), .sum_o(a3));

  logic [SumBits-1:0] row, sum;
  logic negate, unused_bit;
  logic [2*Pairs+SumBits-1:0] product;
  always_comb begin
    sum = '0;
    row = '0;
    negate = 1'b0;
    unused_bit = 1'b0;
    product = '0;
    for (int unsigned k = 0; k < Pairs; k++) begin
      negate = BSigned && k == Pairs - 1 && b[2*k+1];
      if (b[2*k+1]) row = b[2*k] ? a3 : a2;
      else row = b[2*k] ? a : '0;
      if (negate) row = b[2*k] ? ~a : ~a2;
      if (k == 0 && !BSigned) sum = row;
      else {sum, unused_bit} = {sum, negate} - {~row, 1'b1};  // sum + row + negate, as in chain_add
      product[2*k+:2] = sum[1:0];
      sum = AnySigned ? {{2{sum[SumBits-1]}}, sum[SumBits-1:2]} : sum >> 2;
    end
    product[2*Pairs+:SumBits] = sum;
  end
  assign product_o = product[AWidth+BWidth-1:0];

  logic unused_product;
  assign unused_product = ^product[2*Pairs+SumBits-1:AWidth+BWidth] ^ unused_bit;

endmodule
