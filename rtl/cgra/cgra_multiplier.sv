// Low word of a product. Latency: Latency - 1 array cycles (the result register behind it makes it Latency); throughput 1.
// The registers stand behind the product, where synthesis can move them into DSP blocks.
// Parameters: Width >= 1; Latency >= 1.
module cgra_multiplier #(
  parameter int unsigned Width = 32,
  parameter int unsigned Latency = 2
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  output logic [Width-1:0] result_o
);

  logic [Width-1:0] product;
  assign product = a_i * b_i;

  cgra_delay #(.Width(Width), .Cycles(Latency - 1)) u_delay (
    .clk_i, .en_i, .d_i(product), .q_o(result_o)
  );

endmodule
