// Number of zeros above the highest one of value_i; Width if there is none. Combinational.
// Parameters: Width >= 1. CountBits follows from it.
module fp_lzc #(
  parameter int unsigned Width = 11,
  localparam int unsigned CountBits = $clog2(Width + 1)
) (
  input  logic [Width-1:0]     value_i,
  output logic [CountBits-1:0] count_o
);

  // Halving: if the upper half is empty, its size counts and the lower half is looked at. A one behind the last bit ends the count.
  localparam int unsigned Padded = 1 << CountBits;
  logic [Padded-1:0] rest;
  always_comb begin
    rest = {value_i, {(Padded - Width){1'b1}}};
    count_o = '0;
    for (int unsigned level = 0; level < CountBits; level++) begin
      if ((rest >> (Padded - (Padded >> (level + 1)))) == '0) begin
        count_o[CountBits-1-level] = 1'b1;
        rest = rest << (Padded >> (level + 1));
      end
    end
  end

endmodule
