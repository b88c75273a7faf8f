// Live-out registers of a PE: capture results, are read by the host.
// Latency: a capture is readable in the next clock; rdata_o is combinational and 0 unless selected, so that PEs can be ORed.
// Parameters: Width 16, 32 or 64; LiveOuts >= 1; CodeBits: width of a capture code (0 none, k+1 register k).
module cgra_live_out #(
  parameter int unsigned Width = 32,
  parameter int unsigned LiveOuts = 2,
  parameter int unsigned CodeBits = 2
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                clear_i,
  input  logic                en_i,
  input  logic [CodeBits-1:0] capture_i,
  input  logic [Width-1:0]    value_i,
  // Host: 32-bit half `rindex_i[0]` of register `rindex_i[5:1]`.
  input  logic                rsel_i,
  input  logic [5:0]          rindex_i,
  output logic [31:0]         rdata_o
);

  logic [LiveOuts*Width-1:0] registers_q;
  logic [Width-1:0] value;
  assign value = clear_i ? '0 : value_i;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) registers_q <= '0;
    else begin
      for (int unsigned k = 0; k < LiveOuts; k++) begin
        if (clear_i || (en_i && capture_i == CodeBits'(k + 1))) registers_q[k*Width+:Width] <= value;
      end
    end
  end

  // Padded to all indices of IndexBits bits; numbers beyond read as 0 or alias.
  localparam int unsigned IndexBits = (LiveOuts > 1) ? $clog2(LiveOuts) : 1;
  logic [(1<<IndexBits)*Width-1:0] padded;
  logic [63:0] selected;
  assign padded = ((1 << IndexBits) * Width)'(registers_q);
  assign selected = rsel_i ? 64'(padded[rindex_i[IndexBits:1]*Width+:Width]) : '0;
  logic unused_index;
  assign unused_index = ^rindex_i;
  assign rdata_o = rindex_i[0] ? selected[63:32] : selected[31:0];

endmodule
