// The integer half of convert_back: clamp(round(+-product_i * 2^-(MinShift + shift_i)) + zero_point_i).
// Latency: ShiftReg enabled clocks (behind the shift); throughput 1. Parameters as those of convert_back; MinShift may be negative.
module convert_to_int #(
  parameter int unsigned PBits = 48,
  parameter int MinShift = 8,
  parameter int unsigned ShiftBits = 5,
  parameter int unsigned OutBits = 8,
  parameter bit OutSigned = 1'b1,
  parameter bit OutNarrow = 1'b0,
  parameter bit ZeroPoint = 1'b0,
  parameter int unsigned Rounding = 0,
  parameter bit ShiftReg = 1'b1,
  localparam int unsigned ShiftPorts = (ShiftBits == 0) ? 1 : ShiftBits
) (
  input  logic                  clk_i,
  input  logic                  en_i,
  input  logic [PBits-1:0]      product_i,
  input  logic                  sign_i,
  input  logic                  nan_i,
  input  logic                  infinity_i,
  input  logic [ShiftPorts-1:0] shift_i,
  input  logic [OutBits:0]      zero_point_i,
  output logic [OutBits-1:0]    code_o
);

  // The product with Fraction bits behind the point when shift_i is 0, of which the last is sticky.
  localparam int unsigned Left = (MinShift < 0) ? 32'(-MinShift) : 0;
  localparam int unsigned Right = (MinShift < 0) ? 0 : 32'(MinShift);
  localparam int unsigned WideBits = PBits + Left + 2;
  logic [WideBits-1:0] scaled, shifted;
  if (Right == 0) begin : g_left
    assign scaled = {product_i, {(Left + 2){1'b0}}};
  end else begin : g_right
    // A constant shift: of the dropped bits only whether there is a one counts.
    localparam int unsigned Kept = (Right > PBits + 1) ? PBits + 1 : Right;
    logic [WideBits+Kept-1:0] extended;
    assign extended = {{Kept{1'b0}}, product_i, 2'b00};
    assign scaled = {extended[WideBits+Kept-1:Kept+1], |extended[Kept:0]};
  end
  if (ShiftBits == 0) begin : g_constant
    assign shifted = scaled;
    logic unused_shift;
    assign unused_shift = ^shift_i;
  end else begin : g_variable
    fp_shift_right #(.Width(WideBits), .AmountBits(ShiftPorts)) u_shift (
      .value_i(scaled), .amount_i(shift_i), .value_o(shifted)
    );
  end

  // Magnitudes of more than QBits bits saturate whatever the zero point is.
  localparam int unsigned QBits = OutBits + (ZeroPoint ? 2 : 0);
  localparam int unsigned IntegerBits = WideBits - 2;
  logic beyond;
  logic [QBits-1:0] whole;
  if (IntegerBits > QBits) begin : g_beyond
    assign beyond = |shifted[WideBits-1:QBits+2];
    assign whole = shifted[QBits+1:2];
  end else begin : g_small
    assign beyond = 1'b0;
    assign whole = QBits'(shifted[WideBits-1:2]);
  end

  logic beyond_q, half_q, rest_q, sign_q, nan_q;
  logic [QBits-1:0] whole_q;
  logic [OutBits:0] zero_point_q;
  fp_delay #(.Width(5 + QBits + OutBits + 1), .Cycles(ShiftReg ? 1 : 0)) u_shifted (
    .clk_i, .en_i, .d_i({beyond | infinity_i, whole, shifted[1:0], sign_i, nan_i, zero_point_i}),
    .q_o({beyond_q, whole_q, half_q, rest_q, sign_q, nan_q, zero_point_q})
  );

  logic up;
  assign up = (Rounding == 0) ? half_q & (rest_q | whole_q[0]) : (Rounding == 1) ? half_q : 1'b0;
  if (Rounding == 2) begin : g_unused
    logic unused_fraction;
    assign unused_fraction = half_q | rest_q;
  end else if (Rounding == 1) begin : g_unused
    logic unused_fraction;
    assign unused_fraction = rest_q;
  end

  // As signed numbers with room for the carry of rounding and the zero point.
  localparam int unsigned SBits = QBits + 3;
  localparam logic signed [SBits-1:0] Max = OutSigned ? SBits'(2 ** (OutBits - 1) - 1) : SBits'({1'b0, {OutBits{1'b1}}});
  localparam logic signed [SBits-1:0] Min = !OutSigned ? '0 : OutNarrow ? -Max : -Max - 1;
  logic [QBits:0] rounded;
  logic signed [SBits-1:0] value;
  logic above, below;
  chain_add #(.Width(QBits + 1)) u_round (.a_i({1'b0, whole_q}), .b_i({(QBits + 1){1'b0}}), .carry_i(up), .sum_o(rounded));
  logic signed [SBits-1:0] positive;
  assign positive = SBits'(rounded);
  if (ZeroPoint) begin : g_zero_point
    logic signed [SBits-1:0] offset;
    assign offset = SBits'(signed'(zero_point_q));
    assign value = (sign_q ? -positive : positive) + offset;
  end else begin : g_no_zero_point
    assign value = sign_q ? -positive : positive;
    logic unused_zero_point;
    assign unused_zero_point = ^zero_point_q;
  end
  assign above = (beyond_q & ~sign_q) | (~beyond_q & (value > Max));
  assign below = (beyond_q & sign_q) | (~beyond_q & (value < Min));
  assign code_o = nan_q ? '0 : above ? Max[OutBits-1:0] : below ? Min[OutBits-1:0] : value[OutBits-1:0];

endmodule
