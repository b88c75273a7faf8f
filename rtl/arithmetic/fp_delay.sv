// Registers of a pipeline of floating-point units: d_i delayed by `Cycles` enabled clock edges (0 = a wire). Throughput 1.
// Not reset, so that synthesis can move them into DSP blocks: what comes out before the first operation is undefined.
// Parameters: Width >= 1; Cycles >= 0.
module fp_delay #(
  parameter int unsigned Width = 16,
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
    logic [Cycles*Width-1:0] line_q;
    always_ff @(posedge clk_i) begin
      if (en_i) line_q <= (Cycles*Width)'({line_q, d_i});
    end
    assign q_o = line_q[(Cycles-1)*Width+:Width];
  end

endmodule
