// value_i >> amount_i, with a one in the lowest bit if any one was shifted out ("jamming"). Combinational.
// Rounding a jammed number is rounding the exact one, as long as the lowest bit is below the bit that decides.
// Parameters: Width >= 2; AmountBits >= 1 (amounts may exceed Width).
module fp_shift_right #(
  parameter int unsigned Width = 14,
  parameter int unsigned AmountBits = 5
) (
  input  logic [Width-1:0]      value_i,
  input  logic [AmountBits-1:0] amount_i,
  output logic [Width-1:0]      value_o
);

  logic [Width-1:0] rest;
  logic lost;
  always_comb begin
    rest = value_i;
    lost = 1'b0;
    for (int unsigned level = 0; level < AmountBits; level++) begin
      if (amount_i[level]) begin
        lost = lost | ((rest & ~({Width{1'b1}} << (1 << level))) != '0);
        rest = rest >> (1 << level);
      end
    end
    value_o = rest;
    value_o[0] = rest[0] | lost;
  end

endmodule
