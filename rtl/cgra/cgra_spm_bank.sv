// One bank of the scratchpad: `Depth` lines, synchronous read, byte enables, one or two ports.
// Latency: rdata_o holds the line from the clock after the read until the port's next read. A read returns what the line held
// before any write of the same clock. If two ports write one byte in a clock, the higher port wins. Not cleared by reset.
// Parameters: LineBits (multiple of 8); Depth >= 1; Ports 1 or 2.
module cgra_spm_bank #(
  parameter int unsigned LineBits = 32,
  parameter int unsigned Depth = 2048,
  parameter int unsigned Ports = 1,
  localparam int unsigned LineBytes = LineBits / 8,
  localparam int unsigned IndexBits = (Depth > 1) ? $clog2(Depth) : 1
) (
  input  logic                       clk_i,
  input  logic [Ports-1:0]           req_i,
  input  logic [Ports-1:0]           we_i,
  input  logic [Ports*IndexBits-1:0] index_i,
  input  logic [Ports*LineBytes-1:0] be_i,
  input  logic [Ports*LineBits-1:0]  wdata_i,
  output logic [Ports*LineBits-1:0]  rdata_o
);

  (* ram_style = "block" *)
  logic [LineBits-1:0] memory [Depth];

  always_ff @(posedge clk_i) begin
    for (int unsigned p = 0; p < Ports; p++) begin
      if (req_i[p]) begin
        if (we_i[p]) begin
          for (int unsigned i = 0; i < LineBytes; i++) begin
            if (be_i[p*LineBytes+i]) begin
              memory[index_i[p*IndexBits+:IndexBits]][8*i+:8] <= wdata_i[p*LineBits+8*i+:8];
            end
          end
        end else begin
          rdata_o[p*LineBits+:LineBits] <= memory[index_i[p*IndexBits+:IndexBits]];
        end
      end
    end
  end

endmodule
