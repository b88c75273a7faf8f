// Scratchpad: banks, the crossbar from the memory PEs, arbitration in rounds, and the host's access while the array is idle.
// Function: docs/execution_model.md, section 6. Every clock each bank serves up to BankPorts of the array cycle's requests,
// lowest PE first; stall_o is high while some remain after this clock. PEs hold their requests while stalled.
// Latency: a load's line is on its PE's rdata_o in the last clock of the next array cycle. Throughput: BankPorts lines per bank
// and clock. Host: one 32-bit word per clock, read data in the next clock.
// Parameters: Requests: memory PEs (>= 1); Banks, BankBytes: powers of two; Ports 1 or 2; Width 16, 32, 64;
// Interleaved: consecutive words lie in consecutive banks. A line is a word, but 32 bits for blocked 16-bit scratchpads, so
// that the host reaches 32 bits at once.
`include "cgra_assert.svh"
module cgra_spm #(
  parameter int unsigned Width = 32,
  parameter int unsigned Requests = 4,
  parameter int unsigned Banks = 4,
  parameter int unsigned BankBytes = 8192,
  parameter int unsigned Ports = 1,
  parameter bit Interleaved = 1'b0,
  localparam int unsigned LineBits = (Width == 16 && (!Interleaved || Banks == 1)) ? 32 : Width,
  localparam int unsigned LineBytes = LineBits / 8,
  localparam int unsigned AddrBits = $clog2(Banks * BankBytes)
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  // Memory PEs.
  input  logic                          en_i,
  input  logic                          first_i,
  input  logic [Requests-1:0]           req_i,
  input  logic [Requests-1:0]           we_i,
  input  logic [Requests*AddrBits-1:0]  addr_i,
  input  logic [Requests*LineBytes-1:0] be_i,
  input  logic [Requests*LineBits-1:0]  wdata_i,
  output logic [Requests*LineBits-1:0]  rdata_o,
  output logic                          stall_o,
  // Host; only while no PE requests.
  input  logic                          host_req_i,
  input  logic                          host_we_i,
  input  logic [AddrBits-1:0]           host_addr_i,
  input  logic [31:0]                   host_wdata_i,
  output logic [31:0]                   host_rdata_o
);

  localparam int unsigned Depth = BankBytes / LineBytes;
  localparam int unsigned IndexBits = (Depth > 1) ? $clog2(Depth) : 1;
  localparam int unsigned BankBits = (Banks > 1) ? $clog2(Banks) : 1;
  localparam int unsigned OffsetBits = $clog2(LineBytes);
  localparam int unsigned BankLsb = Interleaved ? OffsetBits : $clog2(BankBytes);
  localparam int unsigned IndexLsb = (Interleaved && Banks > 1) ? OffsetBits + BankBits : OffsetBits;
  localparam bit NeverStalls = Requests <= Ports;

  // Addresses of requesters (the host is number `Requests`) taken apart.
  logic [(Requests+1)*BankBits-1:0] bank;
  logic [(Requests+1)*IndexBits-1:0] index;
  for (genvar m = 0; m <= Requests; m++) begin : g_address
    logic [31:0] address;
    logic unused_address;
    if (m == Requests) begin : g_host
      assign address = 32'(host_addr_i);
    end else begin : g_pe
      assign address = 32'(addr_i[m*AddrBits+:AddrBits]);
    end
    assign unused_address = ^address;
    assign bank[m*BankBits+:BankBits] = (Banks > 1) ? address[BankLsb+:BankBits] : '0;
    assign index[m*IndexBits+:IndexBits] = (Depth > 1) ? address[IndexLsb+:IndexBits] : '0;
  end

  // Rounds: requests served in earlier clocks of this array cycle are not made again.
  logic [Requests-1:0] served_q, pending, granted;
  assign pending = req_i & ~served_q;
  assign stall_o = |(pending & ~granted);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) served_q <= '0;
    else served_q <= stall_o ? (served_q | granted) : '0;
  end

  logic [Banks*Ports*Requests-1:0] grants;
  logic [Banks*Ports*LineBits-1:0] bank_rdata;

  for (genvar b = 0; b < Banks; b++) begin : g_bank
    logic [Requests-1:0] wanted;
    logic [Ports*Requests-1:0] grant;
    for (genvar m = 0; m < Requests; m++) begin : g_wanted
      assign wanted[m] = pending[m] && bank[m*BankBits+:BankBits] == BankBits'(b);
    end
    cgra_spm_arbiter #(.Requests(Requests), .Ports(Ports)) u_arbiter (
      .request_i(wanted), .grant_o(grant)
    );
    assign grants[b*Ports*Requests+:Ports*Requests] = grant;

    // The host uses port 0. A 16-bit interleaved line is half of its word, so two neighbouring banks answer.
    logic host_hit;
    logic [LineBytes-1:0] host_be;
    logic [LineBits-1:0] host_wdata;
    if (LineBits == 64) begin : g_host64
      assign host_be = host_addr_i[2] ? 8'hF0 : 8'h0F;
      assign host_wdata = {host_wdata_i, host_wdata_i};
    end else if (LineBits == 32) begin : g_host32
      assign host_be = 4'hF;
      assign host_wdata = host_wdata_i;
    end else begin : g_host16
      assign host_be = 2'b11;
      assign host_wdata = host_wdata_i[(b%2)*16+:16];
    end
    if (LineBits == 16) begin : g_hit16
      assign host_hit = host_req_i
          && bank[Requests*BankBits+:BankBits] >> 1 == BankBits'(b) >> 1;
    end else begin : g_hit
      assign host_hit = host_req_i && bank[Requests*BankBits+:BankBits] == BankBits'(b);
    end

    logic [Ports-1:0] port_req, port_we;
    logic [Ports*IndexBits-1:0] port_index;
    logic [Ports*LineBytes-1:0] port_be;
    logic [Ports*LineBits-1:0] port_wdata;
    always_comb begin
      for (int unsigned p = 0; p < Ports; p++) begin
        port_req[p] = |grant[p*Requests+:Requests];
        port_we[p] = |(grant[p*Requests+:Requests] & we_i);
        port_index[p*IndexBits+:IndexBits] = '0;
        port_be[p*LineBytes+:LineBytes] = '0;
        port_wdata[p*LineBits+:LineBits] = '0;
        for (int unsigned m = 0; m < Requests; m++) begin
          if (grant[p*Requests+m]) begin
            port_index[p*IndexBits+:IndexBits] = index[m*IndexBits+:IndexBits];
            port_be[p*LineBytes+:LineBytes] = be_i[m*LineBytes+:LineBytes];
            port_wdata[p*LineBits+:LineBits] = wdata_i[m*LineBits+:LineBits];
          end
        end
      end
      if (host_hit) begin
        port_req[0] = 1'b1;
        port_we[0] = host_we_i;
        port_index[0+:IndexBits] = index[Requests*IndexBits+:IndexBits];
        port_be[0+:LineBytes] = host_be;
        port_wdata[0+:LineBits] = host_wdata;
      end
    end

    cgra_spm_bank #(.LineBits(LineBits), .Depth(Depth), .Ports(Ports)) u_bank (
      .clk_i, .req_i(port_req), .we_i(port_we), .index_i(port_index), .be_i(port_be),
      .wdata_i(port_wdata), .rdata_o(bank_rdata[b*Ports*LineBits+:Ports*LineBits])
    );
  end

  // Lines back to the PEs.
  for (genvar m = 0; m < Requests; m++) begin : g_response
    logic [Banks*Ports-1:0] server, from_q;  // bank and port that serve this PE's request; its load
    logic [LineBits-1:0] line;
    for (genvar k = 0; k < Banks * Ports; k++) begin : g_server
      assign server[k] = grants[k*Requests+m];
    end
    assign granted[m] = |server;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) from_q <= '0;
      else from_q <= we_i[m] ? '0 : server;
    end
    always_comb begin
      line = '0;
      for (int unsigned k = 0; k < Banks * Ports; k++) begin
        line = line | ({LineBits{from_q[k]}} & bank_rdata[k*LineBits+:LineBits]);
      end
    end
    cgra_spm_response #(.LineBits(LineBits), .NeverStalls(NeverStalls)) u_response (
      .clk_i, .rst_ni, .en_i, .first_i, .arrived_i(|from_q), .line_i(line),
      .line_o(rdata_o[m*LineBits+:LineBits])
    );
  end

  // Host read data.
  logic [BankBits-1:0] host_bank_q;
  logic host_high_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      host_bank_q <= '0;
      host_high_q <= 1'b0;
    end else if (host_req_i) begin
      host_bank_q <= bank[Requests*BankBits+:BankBits];
      host_high_q <= host_addr_i[2];
    end
  end
  if (LineBits == 64) begin : g_rdata64
    logic [63:0] line;
    assign line = bank_rdata[host_bank_q*(Ports*LineBits)+:64];
    assign host_rdata_o = host_high_q ? line[63:32] : line[31:0];
  end else if (LineBits == 32) begin : g_rdata32
    assign host_rdata_o = bank_rdata[host_bank_q*(Ports*LineBits)+:32];
    logic unused_high;
    assign unused_high = host_high_q;
  end else begin : g_rdata16
    logic [BankBits-1:0] odd, even;
    assign odd = host_bank_q | BankBits'(1);
    assign even = host_bank_q & ~(BankBits'(1));
    assign host_rdata_o = {bank_rdata[odd*(Ports*LineBits)+:16], bank_rdata[even*(Ports*LineBits)+:16]};
    logic unused_high;
    assign unused_high = host_high_q;
  end

  `HEDDLE_ASSERT(HostOnlyWhenIdle, !(host_req_i && |req_i))
  `HEDDLE_ASSERT(StallImpliesProgress, !(stall_o && granted == '0))

endmodule
