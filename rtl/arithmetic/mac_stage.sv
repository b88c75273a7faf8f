// A pipeline register, or wires. Latency: Enable clocks with en_i high.
// Parameters: Width >= 1; Enable: is a register; Reset: it has an asynchronous reset to 0.
module mac_stage #(
  parameter int unsigned Width = 1,
  parameter bit Enable = 1'b1,
  parameter bit Reset = 1'b0
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             en_i,
  input  logic [Width-1:0] d_i,
  output logic [Width-1:0] q_o
);

  if (Enable && Reset) begin : g_reset
    logic [Width-1:0] data_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) data_q <= '0;
      else if (en_i) data_q <= d_i;
    end
    assign q_o = data_q;
  end else if (Enable) begin : g_register
    logic [Width-1:0] data_q;
    logic unused_reset;
    assign unused_reset = rst_ni;
    always_ff @(posedge clk_i) begin
      if (en_i) data_q <= d_i;
    end
    assign q_o = data_q;
  end else begin : g_wires
    logic unused_controls;
    assign unused_controls = clk_i | rst_ni | en_i;
    assign q_o = d_i;
  end

endmodule
