// Drives one outgoing link: RES, a register, or an incoming link that may be passed on in the same cycle.
// One instance per link, in the top module, with only the inputs that the architecture allows, so that neither the netlist
// nor any vector in it forms a combinational loop. Latency: combinational.
// Parameters: Width; SrcBits; ReadPorts; Bypasses: number of words in bypass_i; BypassCodes: source code of word k in byte k.
module cgra_link_mux #(
  parameter int unsigned Width = 32,
  parameter int unsigned SrcBits = 4,
  parameter int unsigned ReadPorts = 2,
  parameter int unsigned Bypasses = 0,
  parameter logic [8*cgra_pkg::at_least_1(Bypasses)-1:0] BypassCodes = '0,
  localparam int unsigned Reads = cgra_pkg::at_least_1(ReadPorts),
  localparam int unsigned Ins = cgra_pkg::at_least_1(Bypasses)
) (
  input  logic [SrcBits-1:0]     src_i,
  input  logic [Width-1:0]       res_i,
  input  logic [Reads*Width-1:0] rf_i,
  input  logic [Ins*Width-1:0]   bypass_i,
  output logic [Width-1:0]       link_o
);

  always_comb begin
    link_o = '0;
    if (src_i == SrcBits'(1)) link_o = res_i;
    for (int unsigned k = 0; k < Reads; k++) begin
      if (ReadPorts != 0 && src_i == SrcBits'(k + 2)) link_o = rf_i[k*Width+:Width];
    end
    for (int unsigned k = 0; k < Ins; k++) begin
      if (Bypasses != 0 && src_i == BypassCodes[8*k+:SrcBits]) link_o = bypass_i[k*Width+:Width];
    end
  end

  if (ReadPorts == 0) begin : g_no_rf
    logic unused_rf;
    assign unused_rf = ^rf_i;
  end
  if (Bypasses == 0) begin : g_no_bypass
    logic unused_bypass;
    assign unused_bypass = ^bypass_i;
  end

endmodule
