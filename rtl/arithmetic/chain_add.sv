// sum_o = a_i + b_i + carry_i, for FPGAs with carry chains: a_i goes straight to the chain, so that the logic which makes b_i
// shares the LUT of each bit with the adder. a_i should therefore come from a register or another chain. Plain `a + b` leaves the
// choice of the operand that needs a LUT of its own to the tool, and Yosys chooses by name.
// Latency: 0 (combinational). Parameters: Width >= 1.
module chain_add #(
  parameter int unsigned Width = 8
) (
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  input  logic             carry_i,
  output logic [Width-1:0] sum_o
);

  // A difference is never commuted. The bit below carries if carry_i: 2a + c - (2(2^W - 1 - b) + 1) = 2(a + b) + c + 1 mod 2^(W+1).
  logic unused_bit;
  assign {sum_o, unused_bit} = {a_i, carry_i} - {~b_i, 1'b1};

endmodule
