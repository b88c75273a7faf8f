// The host's port: address map of docs/execution_model.md, section 7.
// Latency: a write takes effect at the end of its clock; read data follow in the next clock. Throughput: one access per clock.
// The array must be idle, except for reads of STATUS and the counters; a start while busy is ignored.
// Parameters: NumPes 1 .. 4096; AddrBits: log2 of the scratchpad's bytes.
module cgra_host_if #(
  parameter int unsigned NumPes = 16,
  parameter int unsigned AddrBits = 15
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  // Host.
  input  logic                host_req_i,
  input  logic                host_we_i,
  input  logic [31:0]         host_addr_i,
  input  logic [31:0]         host_wdata_i,
  output logic [31:0]         host_rdata_o,
  // Loop control.
  input  logic                busy_i,
  input  logic [31:0]         run_cycles_i,
  input  logic [31:0]         stall_cycles_i,
  output logic                start_o,
  output logic [7:0]          ii_minus_1_o,
  output logic [31:0]         trip_count_o,
  output logic [32:0]         last_it_o,
  output logic [7:0]          last_slot_o,
  // Configuration memories: write enable by PE.
  output logic [NumPes-1:0]   config_we_o,
  output logic [7:0]          config_slot_o,
  output logic [5:0]          config_chunk_o,
  output logic [31:0]         config_wdata_o,
  // Live-out registers: registered select by PE.
  output logic [NumPes-1:0]   live_out_sel_o,
  output logic [5:0]          live_out_index_o,
  input  logic [31:0]         live_out_rdata_i,
  // Scratchpad.
  output logic                spm_req_o,
  output logic                spm_we_o,
  output logic [AddrBits-1:0] spm_addr_o,
  output logic [31:0]         spm_wdata_o,
  input  logic [31:0]         spm_rdata_i
);

  localparam logic [5:0] Control = 6'h00;
  localparam logic [5:0] Status = 6'h04;
  localparam logic [5:0] IiMinus1 = 6'h08;
  localparam logic [5:0] TripCount = 6'h0C;
  localparam logic [5:0] LastIt = 6'h10;
  localparam logic [5:0] LastSlot = 6'h14;
  localparam logic [5:0] LastItHigh = 6'h18;
  localparam logic [5:0] RunCycles = 6'h1C;
  localparam logic [5:0] StallCycles = 6'h20;

  logic write, in_control, in_config, in_live_outs, in_spm;
  logic [5:0] register;
  assign write = host_req_i & host_we_i;
  assign in_control = host_addr_i[31:6] == '0;
  assign in_config = host_addr_i[31:28] == 4'h1;
  assign in_live_outs = host_addr_i[31:28] == 4'h2;
  assign in_spm = host_addr_i[31:30] == 2'b01;
  assign register = host_addr_i[5:0];

  assign start_o = write & in_control & register == Control & host_wdata_i[0] & ~busy_i;

  logic [7:0] ii_minus_1_q, last_slot_q;
  logic [31:0] trip_count_q;
  logic [32:0] last_it_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ii_minus_1_q <= '0;
      trip_count_q <= '0;
      last_it_q <= '0;
      last_slot_q <= '0;
    end else if (write && in_control) begin
      case (register)
        IiMinus1: ii_minus_1_q <= host_wdata_i[7:0];
        TripCount: trip_count_q <= host_wdata_i;
        LastIt: last_it_q[31:0] <= host_wdata_i;
        LastSlot: last_slot_q <= host_wdata_i[7:0];
        LastItHigh: last_it_q[32] <= host_wdata_i[0];
        default: ;
      endcase
    end
  end
  assign ii_minus_1_o = ii_minus_1_q;
  assign trip_count_o = trip_count_q;
  assign last_it_o = last_it_q;
  assign last_slot_o = last_slot_q;

  // Where the data of the last read come from.
  localparam logic [1:0] SourceNone = 2'd0;
  localparam logic [1:0] SourceRegister = 2'd1;
  localparam logic [1:0] SourceLiveOut = 2'd2;
  localparam logic [1:0] SourceSpm = 2'd3;
  logic [1:0] source_d, source_q;

  localparam int unsigned PeBits = (NumPes > 1) ? $clog2(NumPes) : 1;
  logic [PeBits-1:0] config_pe, live_out_pe_q;
  assign config_pe = host_addr_i[16+:PeBits];
  for (genvar i = 0; i < NumPes; i++) begin : g_select
    assign config_we_o[i] = write & in_config & config_pe == PeBits'(i);
    assign live_out_sel_o[i] = source_q == SourceLiveOut && live_out_pe_q == PeBits'(i);
  end
  assign config_slot_o = host_addr_i[15:8];
  assign config_chunk_o = host_addr_i[7:2];
  assign config_wdata_o = host_wdata_i;

  assign spm_req_o = host_req_i & in_spm & ~busy_i;
  assign spm_we_o = host_we_i;
  assign spm_addr_o = host_addr_i[AddrBits-1:0];
  assign spm_wdata_o = host_wdata_i;

  // Reads: the source is noted in the clock of the address, the data are put together in the next.
  logic [31:0] register_value, register_value_q;
  logic [5:0] live_out_index_q;
  assign source_d = in_control ? SourceRegister : in_live_outs ? SourceLiveOut
                  : in_spm ? SourceSpm : SourceNone;

  always_comb begin
    case (register)
      Status: register_value = {31'd0, busy_i};
      IiMinus1: register_value = {24'd0, ii_minus_1_q};
      TripCount: register_value = trip_count_q;
      LastIt: register_value = last_it_q[31:0];
      LastSlot: register_value = {24'd0, last_slot_q};
      LastItHigh: register_value = {31'd0, last_it_q[32]};
      RunCycles: register_value = run_cycles_i;
      StallCycles: register_value = stall_cycles_i;
      default: register_value = '0;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      source_q <= SourceNone;
      register_value_q <= '0;
      live_out_pe_q <= '0;
      live_out_index_q <= '0;
    end else if (host_req_i) begin
      source_q <= host_we_i ? SourceNone : source_d;
      register_value_q <= register_value;
      live_out_pe_q <= host_addr_i[8+:PeBits];
      live_out_index_q <= host_addr_i[7:2];
    end
  end
  assign live_out_index_o = live_out_index_q;

  always_comb begin
    case (source_q)
      SourceRegister: host_rdata_o = register_value_q;
      SourceLiveOut: host_rdata_o = live_out_rdata_i;
      SourceSpm: host_rdata_o = spm_rdata_i;
      default: host_rdata_o = '0;
    endcase
  end

endmodule
