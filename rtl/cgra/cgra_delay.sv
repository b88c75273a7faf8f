// A word delayed by `Cycles` array cycles (0 = a wire). Throughput 1.
// The registers are not reset: who reads them knows by other means when they hold something.
module cgra_delay #(
  parameter int unsigned Width = 32,
  parameter int unsigned Cycles = 1
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic [Width-1:0] d_i,
  output logic [Width-1:0] q_o
);

  if (Cycles == 0) begin : g_wire
    assign q_o = d_i;
    logic unused_control;
    assign unused_control = clk_i | en_i;
  end else begin : g_registers
    logic [(Cycles+1)*Width-1:0] line;
    assign line[0+:Width] = d_i;
    for (genvar i = 0; i < Cycles; i++) begin : g_register
      logic [Width-1:0] value_q;
      always_ff @(posedge clk_i) begin
        if (en_i) value_q <= line[i*Width+:Width];
      end
      assign line[(i+1)*Width+:Width] = value_q;
    end
    assign q_o = line[Cycles*Width+:Width];
  end

endmodule
