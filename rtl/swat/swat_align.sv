// value_i * 2^-shift_i, rounded half up and limited to OutBits: what brings products to one fixed point. Combinational.
// compiler/attention/datapath.cpp (aligned) is the same function.
// Parameters: InBits; Left: shifts to the left by more than this leave the range for any value but 0; ShiftBits: of shift_i, signed.
module swat_align #(
  parameter int unsigned InBits = 24,
  parameter int unsigned OutBits = 53,
  parameter int unsigned Left = 30,
  parameter int unsigned ShiftBits = 7
) (
  input  logic signed [InBits-1:0]    value_i,
  input  logic signed [ShiftBits-1:0] shift_i,
  output logic signed [OutBits-1:0]   value_o
);

  // Shifted left as far as it can be, with a bit for rounding, and then to the right.
  localparam int unsigned WideBits = InBits + Left + 1;
  localparam int unsigned AmountBits = $clog2(WideBits + 1);
  localparam int unsigned SumBits = ((ShiftBits > AmountBits) ? ShiftBits : AmountBits) + 2;

  logic signed [SumBits-1:0] sum;
  logic beyond;
  logic [AmountBits-1:0] amount;
  logic signed [WideBits-1:0] wide, shifted, rounded;
  assign sum = SumBits'(shift_i) + SumBits'(Left);
  assign beyond = sum[SumBits-1] & (value_i != '0);
  assign amount = sum[SumBits-1] ? '0 : (sum > SumBits'(WideBits)) ? AmountBits'(WideBits) : AmountBits'(sum);
  assign wide = {value_i, {(Left + 1){1'b0}}};
  assign shifted = wide >>> amount;
  assign rounded = (shifted + WideBits'(1)) >>> 1;

  if (OutBits >= WideBits - 1) begin : g_wide
    logic unused_beyond;
    assign unused_beyond = beyond;
    assign value_o = OutBits'(rounded);
  end else begin : g_limited
    logic sign, over;
    assign sign = value_i[InBits-1];
    assign over = beyond | (rounded[WideBits-1:OutBits-1] != {(WideBits - OutBits + 1){sign}} & rounded != '0);
    assign value_o = over ? {sign, {(OutBits - 1){~sign}}} : rounded[OutBits-1:0];
  end

endmodule
