// Shifts value_i left until its top bit is one, but no further than to exponent 0, where subnormals are. Combinational.
// The top bit of value_i weighs 2^exp_i and that of sig_o 2^exp_o (exponents counted from that of subnormals). The lowest bit of
// sig_o is sticky: it holds a one if any bit of the shifted value at or below its place is one.
// Parameters: Width >= 2; ExpBits >= 1; OutBits 2..Width.
module fp_normalise #(
  parameter int unsigned Width = 15,
  parameter int unsigned ExpBits = 6,
  parameter int unsigned OutBits = 13
) (
  input  logic [ExpBits-1:0] exp_i,
  input  logic [Width-1:0]   value_i,
  output logic [ExpBits-1:0] exp_o,
  output logic [OutBits-1:0] sig_o
);

  localparam int unsigned CountBits = $clog2(Width + 1);

  // A one at the place where exponent 0 is reached ends the count of zeros.
  logic [Width-1:0] stop, shifted;
  logic [CountBits-1:0] count;
  assign stop = {1'b1, {(Width-1){1'b0}}} >> exp_i;
  fp_lzc #(.Width(Width)) u_count (.value_i(value_i | stop), .count_o(count));
  assign shifted = value_i << count;
  assign exp_o = exp_i - ExpBits'(count);
  assign sig_o = {shifted[Width-1-:OutBits-1], |shifted[Width-OutBits:0]};

endmodule
