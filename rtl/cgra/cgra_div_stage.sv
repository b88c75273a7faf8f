// One stage of the divider: `Bits` steps of restoring division (each shifts a dividend bit into the remainder and, if the
// divisor fits, subtracts it; the quotient bit enters the dividend register from below). Combinational.
// Parameters: Width of divisor and remainder; Shift: width of the dividend/quotient register (>= Width); Bits >= 1.
// State: {3 flags, remainder, quotient/dividend, divisor}; flags and divisor pass through.
module cgra_div_stage #(
  parameter int unsigned Width = 32,
  parameter int unsigned Shift = 32,
  parameter int unsigned Bits = 1,
  localparam int unsigned StateBits = 3 + Width + Shift + Width
) (
  input  logic [StateBits-1:0] state_i,
  output logic [StateBits-1:0] state_o
);

  logic [2:0] flags;
  logic [Width-1:0] divisor, remainder;
  logic [Shift-1:0] quotient;
  logic [Width:0] partial;
  logic [Width:0] difference;

  always_comb begin
    {flags, remainder, quotient, divisor} = state_i;
    partial = '0;
    difference = '0;
    for (int unsigned i = 0; i < Bits; i++) begin
      partial = {remainder, quotient[Shift-1]};
      difference = partial - {1'b0, divisor};
      // Bit Width is the borrow: the remainder is below the divisor, or the divisor is 0 and the partial remainder below 2^Width.
      remainder = difference[Width] ? partial[Width-1:0] : difference[Width-1:0];
      quotient = {quotient[Shift-2:0], ~difference[Width]};
    end
    state_o = {flags, remainder, quotient, divisor};
  end

endmodule
