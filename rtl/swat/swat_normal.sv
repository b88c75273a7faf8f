// The leading OutBits bits of a number, and how far they stand from its end: value ~ leading_o * 2^exponent_o. Combinational.
// Zero gives zero. compiler/attention/datapath.cpp (leading) is the same function.
module swat_normal #(
  parameter int unsigned InBits = 64,
  parameter int unsigned OutBits = 24,
  localparam int unsigned CountBits = $clog2(InBits + 1)
) (
  input  logic [InBits-1:0]         value_i,
  output logic [OutBits-1:0]        leading_o,
  output logic signed [CountBits:0] exponent_o
);

  logic [CountBits-1:0] zeros;
  logic [InBits-1:0] shifted;
  fp_lzc #(.Width(InBits)) u_zeros (.value_i, .count_o(zeros));
  assign shifted = value_i << zeros;
  assign leading_o = shifted[InBits-1-:OutBits];
  logic unused_shifted;
  assign unused_shifted = ^shifted[InBits-OutBits-1:0];
  assign exponent_o = (CountBits + 1)'(InBits - OutBits) - (CountBits + 1)'(zeros);

endmodule
