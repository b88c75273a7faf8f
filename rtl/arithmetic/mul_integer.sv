// Product of two integers in a chosen architecture: a_i * b_i = product_o + carry_o modulo 2^(AWidth+BWidth). carry_o is 0 for
// every architecture but Booth.
// Latency: 0 (combinational); throughput: one product a cycle.
// Parameters: AWidth, BWidth 1 to 32; ASigned, BSigned: two's complement or unsigned; Architecture:
//   0  `*`, the tool's choice: DSP blocks where it may use them
//   1  row pairs on carry chains (mul_row_pairs)
//   2  radix-4 Booth (mul_booth)
//   3  table (mul_table): AWidth + BWidth <= 10
// 1 and 2 take as multiplier the operand that costs fewer LUTs.
module mul_integer #(
  parameter int unsigned AWidth = 8,
  parameter int unsigned BWidth = 8,
  parameter bit ASigned = 1'b1,
  parameter bit BSigned = 1'b1,
  parameter int unsigned Architecture = 2
) (
  input  logic [AWidth-1:0]        a_i,
  input  logic [BWidth-1:0]        b_i,
  output logic [AWidth+BWidth-1:0] product_o,
  output logic                     carry_o
);

  localparam int unsigned Bits = AWidth + BWidth;

  // Rows of the multiplier times bits of the multiplicand, either way round.
  localparam int unsigned Odd = (Architecture == 2) ? 1 : 0;
  localparam int unsigned CostB = (AWidth + 2) * ((BWidth + (BSigned ? 0 : Odd) + 1) / 2);
  localparam int unsigned CostA = (BWidth + 2) * ((AWidth + (ASigned ? 0 : Odd) + 1) / 2);
  localparam bit Swap = CostA < CostB;

  if (Architecture == 0) begin : g_naive
    // Signed or unsigned as the operands are, since tools size a multiplier by them.
    if (ASigned && BSigned) assign product_o = signed'(a_i) * signed'(b_i);
    else if (!ASigned && !BSigned) assign product_o = a_i * b_i;
    else assign product_o = signed'({ASigned ? a_i[AWidth-1] : 1'b0, a_i}) * signed'({BSigned ? b_i[BWidth-1] : 1'b0, b_i});
    assign carry_o = 1'b0;
  end else if (Architecture == 1) begin : g_row_pairs
    if (Swap) begin : g_swap
      mul_row_pairs #(.AWidth(BWidth), .BWidth(AWidth), .ASigned(BSigned), .BSigned(ASigned)) u_mul (
        .a_i(b_i), .b_i(a_i), .product_o
      );
    end else begin : g_straight
      mul_row_pairs #(.AWidth(AWidth), .BWidth(BWidth), .ASigned(ASigned), .BSigned(BSigned)) u_mul (
        .a_i, .b_i, .product_o
      );
    end
    assign carry_o = 1'b0;
  end else if (Architecture == 2) begin : g_booth
    if (Swap) begin : g_swap
      mul_booth #(.AWidth(BWidth), .BWidth(AWidth), .ASigned(BSigned), .BSigned(ASigned)) u_mul (
        .a_i(b_i), .b_i(a_i), .product_o, .carry_o
      );
    end else begin : g_straight
      mul_booth #(.AWidth(AWidth), .BWidth(BWidth), .ASigned(ASigned), .BSigned(BSigned)) u_mul (
        .a_i, .b_i, .product_o, .carry_o
      );
    end
  end else if (Architecture == 3 && Bits <= 10) begin : g_table
    mul_table #(.AWidth(AWidth), .BWidth(BWidth), .ASigned(ASigned), .BSigned(BSigned)) u_mul (.a_i, .b_i, .product_o);
    assign carry_o = 1'b0;
  end else begin : g_illegal
    $error("mul_integer: Architecture %0d is none for %0d x %0d bits", Architecture, AWidth, BWidth);
  end

endmodule
