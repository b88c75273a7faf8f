// Registers of a PE, in flip-flops (a start clears them). Reads are combinational, writes take effect when the array cycle ends.
// If two ports write one register, the higher port wins.
// Parameters: Width; Registers, ReadPorts, WritePorts >= 0; RegBits: width of a register number, at least 1.
module cgra_regfile #(
  parameter int unsigned Width = 32,
  parameter int unsigned Registers = 4,
  parameter int unsigned ReadPorts = 2,
  parameter int unsigned WritePorts = 1,
  localparam int unsigned RegBits = cgra_pkg::at_least_1(cgra_pkg::select_bits(Registers)),
  localparam int unsigned Reads = cgra_pkg::at_least_1(ReadPorts),
  localparam int unsigned Writes = cgra_pkg::at_least_1(WritePorts)
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     clear_i,
  input  logic                     en_i,
  input  logic [Reads*RegBits-1:0] raddr_i,
  output logic [Reads*Width-1:0]   rdata_o,
  input  logic [Writes-1:0]        we_i,
  input  logic [Writes*RegBits-1:0] waddr_i,
  input  logic [Writes*Width-1:0]  wdata_i
);

  localparam int unsigned Words = 1 << RegBits;  // numbers without a register read as 0
  logic [Words*Width-1:0] words;

  for (genvar r = 0; r < Words; r++) begin : g_word
    if (r < Registers) begin : g_register
      logic [Writes-1:0] hit;
      logic [Width-1:0] value_d, value_q;
      for (genvar k = 0; k < Writes; k++) begin : g_hit
        assign hit[k] = we_i[k] && waddr_i[k*RegBits+:RegBits] == RegBits'(r);
      end
      always_comb begin
        value_d = wdata_i[0+:Width];
        for (int unsigned k = 1; k < Writes; k++) begin
          if (hit[k]) value_d = wdata_i[k*Width+:Width];
        end
        if (clear_i) value_d = '0;
      end
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) value_q <= '0;
        else if (clear_i || (en_i && |hit)) value_q <= value_d;
      end
      assign words[r*Width+:Width] = value_q;
    end else begin : g_absent
      assign words[r*Width+:Width] = '0;
    end
  end

  for (genvar k = 0; k < Reads; k++) begin : g_read
    assign rdata_o[k*Width+:Width] = words[raddr_i[k*RegBits+:RegBits]*Width+:Width];
  end

endmodule
