// cgra_spm with ports of fixed width: up to 8 requesters, 32-bit addresses, 64-bit lines.
module spm_bench #(
  parameter int unsigned Width = 32,
  parameter int unsigned Requests = 4,
  parameter int unsigned Banks = 4,
  parameter int unsigned BankBytes = 64,
  parameter int unsigned Ports = 1,
  parameter bit Interleaved = 1'b0
) (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic         first_i,
  input  logic         busy_i,
  input  logic [7:0]   req_i,
  input  logic [7:0]   we_i,
  input  logic [255:0] addr_i,
  input  logic [63:0]  be_i,
  input  logic [511:0] wdata_i,
  output logic [511:0] rdata_o,
  output logic         stall_o,
  input  logic         host_req_i,
  input  logic         host_we_i,
  input  logic [31:0]  host_addr_i,
  input  logic [31:0]  host_wdata_i,
  output logic [31:0]  host_rdata_o,
  output logic [31:0]  line_bits_o
);

  localparam int unsigned LineBits = (Width == 16 && (!Interleaved || Banks == 1)) ? 32 : Width;
  localparam int unsigned AddrBits = $clog2(Banks * BankBytes);

  logic [Requests*AddrBits-1:0] addr;
  logic [Requests*LineBits/8-1:0] be;
  logic [Requests*LineBits-1:0] wdata, rdata;
  for (genvar m = 0; m < 8; m++) begin : g_requester
    if (m < Requests) begin : g_used
      assign addr[m*AddrBits+:AddrBits] = addr_i[32*m+:AddrBits];
      assign be[m*LineBits/8+:LineBits/8] = be_i[8*m+:LineBits/8];
      assign wdata[m*LineBits+:LineBits] = wdata_i[64*m+:LineBits];
      assign rdata_o[64*m+:64] = 64'(rdata[m*LineBits+:LineBits]);
    end else begin : g_unused
      assign rdata_o[64*m+:64] = '0;
    end
  end

  cgra_spm #(
    .Width(Width), .Requests(Requests), .Banks(Banks), .BankBytes(BankBytes), .Ports(Ports),
    .Interleaved(Interleaved)
  ) u_spm (
    .clk_i, .rst_ni, .en_i(busy_i & ~stall_o), .first_i, .req_i(req_i[Requests-1:0]),
    .we_i(we_i[Requests-1:0]), .addr_i(addr), .be_i(be), .wdata_i(wdata), .rdata_o(rdata), .stall_o,
    .host_req_i, .host_we_i, .host_addr_i(host_addr_i[AddrBits-1:0]), .host_wdata_i, .host_rdata_o
  );
  assign line_bits_o = LineBits;

endmodule
