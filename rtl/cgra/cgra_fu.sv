// Functional unit and result register (RES) of a PE.
// Function: executes the operation of the current array cycle and writes RES when it completes; stores write nothing.
// Latency: byte i of OpLatency is the latency of opcode i in array cycles (0 = the PE lacks it and op i does nothing); all
// division opcodes share one latency, and so do all loads (>= 2), all operations on packed integers, and the operations of each lane of
// cgra_number. Throughput: one issue per array cycle, divisions one per
// DivInterval. The schedule guarantees that no two operations complete in one cycle (asserted).
// Parameters: Width, LineBits, AddrBits as in cgra_load_store; LiveOutBits: width of a live-out code, at least 1.
`include "cgra_assert.svh"
module cgra_fu #(
  parameter int unsigned Width = 32,
  parameter int unsigned LineBits = 32,
  parameter int unsigned AddrBits = 15,
  parameter int unsigned LiveOutBits = 2,
  parameter logic [1023:0] OpLatency = '0,
  parameter int unsigned DivInterval = 1
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   clear_i,      // a run starts
  input  logic                   en_i,         // the array cycle ends
  // Operation of this array cycle.
  input  logic [6:0]             op_i,
  input  logic [Width-1:0]       a_i,
  input  logic [Width-1:0]       b_i,
  input  logic [Width-1:0]       c_i,
  input  logic                   predicate_i,  // of a memory operation
  input  logic                   valid_i,      // the iteration is one of the loop's
  input  logic [Width-1:0]       imm_i,
  input  logic [2:0]             mem_shift_i,
  input  logic [LiveOutBits-1:0] live_out_i,   // 0: none
  // Scratchpad.
  output logic                   mem_req_o,
  output logic                   mem_we_o,
  output logic [AddrBits-1:0]    mem_addr_o,
  output logic [LineBits/8-1:0]  mem_be_o,
  output logic [LineBits-1:0]    mem_wdata_o,
  input  logic [LineBits-1:0]    mem_rdata_i,
  // Result: res_o is the register, live_out_o/res_d_o what is written at the end of this array cycle.
  output logic [Width-1:0]       res_o,
  output logic [Width-1:0]       res_d_o,
  output logic [LiveOutBits-1:0] live_out_o
);

  localparam logic [127:0] OpMask = ~cgra_pkg::ops_of_latency(OpLatency, 0);
  localparam logic [127:0] AluMask = OpMask & ~(cgra_pkg::MulMask | cgra_pkg::DivMask
                                                | cgra_pkg::LoadMask | cgra_pkg::StoreMask
                                                | cgra_packed_pkg::PackedMask | cgra_pkg::NumberMask);
  localparam bit HasNumbers = |(OpMask & cgra_pkg::NumberMask);
  localparam bit HasPacked = |(OpMask & cgra_packed_pkg::PackedMask);
  localparam int unsigned LanePacked = HasNumbers ? 7 : 4;
  localparam int unsigned Lanes = LanePacked + (HasPacked ? 1 : 0);
  localparam int unsigned LaneBits = (HasNumbers || HasPacked) ? 3 : 2;
  localparam int unsigned MaxLatency = cgra_pkg::max_latency(OpLatency, ~cgra_pkg::StoreMask);
  localparam int unsigned AluLatency = cgra_pkg::max_latency(OpLatency, AluMask);
  localparam int unsigned MulLatency = cgra_pkg::max_latency(OpLatency, cgra_pkg::MulMask);
  localparam int unsigned DivLatency = cgra_pkg::max_latency(OpLatency, cgra_pkg::DivMask);
  localparam int unsigned LoadLatency = cgra_pkg::max_latency(OpLatency, cgra_pkg::LoadMask);
  localparam int unsigned PackedLatency = cgra_pkg::max_latency(OpLatency, cgra_packed_pkg::PackedMask);
  localparam int unsigned MacLatency = cgra_pkg::max_latency(OpLatency, cgra_pkg::MacMask);
  localparam int unsigned CompareLatency = cgra_pkg::max_latency(OpLatency, cgra_pkg::CompareMask);
  localparam int unsigned ConvertLatency = cgra_pkg::max_latency(OpLatency, cgra_pkg::ConvertMask);

  // Six bits tell integer operations apart, and one look-up table reads six bits: the seventh is looked at once.
  logic [6:0] int_op, op;
  assign int_op = {1'b0, op_i[5:0] & {6{~op_i[6]}}};
  if (HasNumbers) begin : g_all_ops
    assign op = op_i;
  end else begin : g_int_ops
    assign op = int_op;
  end

  // Units ------------------------------------------------------------------------------------------------------------
  logic [Width-1:0] alu_result;
  logic [Lanes*Width-1:0] lane_value;  // result that completes in this array cycle, by lane, for operations issued earlier
  logic [Width-1:0] issue_value;   // result of an operation of latency 1

  cgra_alu #(.Width(Width), .OpMask(AluMask)) u_alu (.op_i(int_op), .a_i, .b_i, .c_i, .result_o(alu_result));

  // The delay line of ALU operations with latency above 1 (rare): entry k completes k - 1 array cycles from now.
  if (AluLatency > 1) begin : g_alu_delay
    logic [AluLatency*Width-1:0] line;
    assign line[(AluLatency-1)*Width+:Width] = '0;
    for (genvar k = 1; k < AluLatency; k++) begin : g_entry
      localparam logic [127:0] Ops = cgra_pkg::ops_of_latency(OpLatency, k + 1) & AluMask;
      logic [Width-1:0] value_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) value_q <= '0;
        else if (en_i) value_q <= Ops[int_op] ? alu_result : line[k*Width+:Width];
      end
      assign line[(k-1)*Width+:Width] = value_q;
    end
    assign lane_value[cgra_pkg::LaneAlu*Width+:Width] = line[0+:Width];
  end else begin : g_no_alu_delay
    assign lane_value[cgra_pkg::LaneAlu*Width+:Width] = '0;
  end

  // Registers behind the product, for the synthesiser to move into the multiplier.
  logic [Width-1:0] product;
  if (MulLatency > 0) begin : g_multiplier
    cgra_multiplier #(.Width(Width), .Latency(MulLatency)) u_multiplier (
      .clk_i, .en_i, .a_i, .b_i, .result_o(product)
    );
  end else begin : g_no_multiplier
    assign product = '0;
  end
  assign lane_value[cgra_pkg::LaneMul*Width+:Width] = product;

  logic [Width-1:0] quotient;
  if (DivLatency > 0) begin : g_divider
    cgra_divider #(.Width(Width), .Latency(DivLatency), .Interval(DivInterval)) u_divider (
      .clk_i, .rst_ni, .en_i,
      .start_i(cgra_pkg::DivMask[int_op]),
      .signed_i(int_op == cgra_pkg::OpSdiv || int_op == cgra_pkg::OpSrem),
      .remainder_i(int_op == cgra_pkg::OpSrem || int_op == cgra_pkg::OpUrem),
      .a_i, .b_i, .result_o(quotient)
    );
  end else begin : g_no_divider
    assign quotient = '0;
  end
  assign lane_value[cgra_pkg::LaneDiv*Width+:Width] = quotient;

  if (|(OpMask & (cgra_pkg::LoadMask | cgra_pkg::StoreMask))) begin : g_load_store
    logic [Width-1:0] loaded;
    cgra_load_store #(
      .Width(Width), .LineBits(LineBits), .AddrBits(AddrBits), .OpMask(OpMask)
    ) u_load_store (
      .clk_i, .rst_ni, .en_i, .op_i(int_op),
      .access_i(predicate_i & valid_i),
      .index_i(a_i), .data_i(b_i), .imm_i, .shift_i(mem_shift_i),
      .req_o(mem_req_o), .we_o(mem_we_o), .addr_o(mem_addr_o), .be_o(mem_be_o),
      .wdata_o(mem_wdata_o), .rdata_i(mem_rdata_i), .value_o(loaded)
    );
    cgra_delay #(.Width(Width), .Cycles(LoadLatency > 2 ? LoadLatency - 2 : 0)) u_delay (
      .clk_i, .en_i, .d_i(loaded),
      .q_o(lane_value[cgra_pkg::LaneLoad*Width+:Width])
    );
  end else begin : g_no_load_store
    assign mem_req_o = 1'b0;
    assign mem_we_o = 1'b0;
    assign mem_addr_o = '0;
    assign mem_be_o = '0;
    assign mem_wdata_o = '0;
    assign lane_value[cgra_pkg::LaneLoad*Width+:Width] = '0;
    logic unused_memory;
    assign unused_memory = ^{mem_rdata_i, imm_i, mem_shift_i, predicate_i};
  end

  logic [Width-1:0] mac_value, compare_value, convert_value;
  if (HasNumbers) begin : g_numbers
    cgra_number #(
      .Width(Width), .OpMask(OpMask & cgra_pkg::NumberMask), .MacLatency(MacLatency),
      .CompareLatency(CompareLatency), .ConvertLatency(ConvertLatency)
    ) u_number (
      .clk_i, .en_i, .op_i, .a_i, .b_i, .c_i, .mac_o(mac_value), .compare_o(compare_value),
      .convert_o(convert_value)
    );
    assign lane_value[cgra_pkg::LaneMac*Width+:Width] = mac_value;
    assign lane_value[cgra_pkg::LaneCompare*Width+:Width] = compare_value;
    assign lane_value[cgra_pkg::LaneConvert*Width+:Width] = convert_value;
  end else begin : g_no_numbers
    assign mac_value = '0;
    assign compare_value = '0;
    assign convert_value = '0;
  end

  logic [Width-1:0] packed_value;
  if (HasPacked) begin : g_packed
    cgra_packed #(.Width(Width), .OpMask(OpMask & cgra_packed_pkg::PackedMask), .Latency(PackedLatency)) u_packed (
      .clk_i, .en_i, .op_i(int_op), .a_i, .b_i, .c_i, .result_o(packed_value)
    );
    assign lane_value[LanePacked*Width+:Width] = packed_value;
  end else begin : g_no_packed
    assign packed_value = '0;
  end

  // Completion -------------------------------------------------------------------------------------------------------
  localparam logic [127:0] Ops1 = cgra_pkg::ops_of_latency(OpLatency, 1) & ~cgra_pkg::StoreMask;
  logic [LiveOutBits-1:0] capture;
  logic complete_now, pending, complete;
  logic [LaneBits-1:0] pending_lane, issue_lane;
  logic [LiveOutBits-1:0] pending_capture;

  assign capture = valid_i ? live_out_i : '0;
  assign complete_now = Ops1[op];
  assign issue_lane = LaneBits'(
      (int_op == cgra_pkg::OpMul) ? cgra_pkg::LaneMul
      : cgra_pkg::DivMask[int_op] ? cgra_pkg::LaneDiv
      : cgra_pkg::LoadMask[int_op] ? cgra_pkg::LaneLoad
      : (HasPacked && cgra_packed_pkg::PackedMask[int_op]) ? 3'(LanePacked)
      : (HasNumbers && cgra_pkg::MacMask[op_i]) ? cgra_pkg::LaneMac
      : (HasNumbers && cgra_pkg::CompareMask[op_i]) ? cgra_pkg::LaneCompare
      : (HasNumbers && cgra_pkg::ConvertMask[op_i]) ? cgra_pkg::LaneConvert : cgra_pkg::LaneAlu);

  // What is in flight: entry k completes k - 1 array cycles from now; {completes, lane, live-out code}.
  localparam int unsigned EntryBits = 1 + LaneBits + LiveOutBits;
  if (MaxLatency > 1) begin : g_flight
    logic [MaxLatency*EntryBits-1:0] line;
    assign line[(MaxLatency-1)*EntryBits+:EntryBits] = '0;
    for (genvar k = 1; k < MaxLatency; k++) begin : g_entry
      localparam logic [127:0] Ops =
          cgra_pkg::ops_of_latency(OpLatency, k + 1) & ~cgra_pkg::StoreMask;
      logic [EntryBits-1:0] entry_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) entry_q <= '0;
        else if (clear_i) entry_q <= '0;
        else if (en_i) begin
          entry_q <= Ops[op] ? {1'b1, issue_lane, capture} : line[k*EntryBits+:EntryBits];
        end
      end
      assign line[(k-1)*EntryBits+:EntryBits] = entry_q;
      `HEDDLE_ASSERT(NoTwoResultsInOneEntry, !(en_i && Ops[op] && line[(k+1)*EntryBits-1]))
    end
    assign {pending, pending_lane, pending_capture} = line[0+:EntryBits];
  end else begin : g_no_flight
    assign {pending, pending_lane, pending_capture} = '0;
    logic unused_lane;
    assign unused_lane = ^issue_lane;
  end

  assign issue_value = (MulLatency == 1 && int_op == cgra_pkg::OpMul) ? product
                     : (DivLatency == 1 && cgra_pkg::DivMask[int_op]) ? quotient
                     : (PackedLatency == 1 && cgra_packed_pkg::PackedMask[int_op]) ? packed_value
                     : (MacLatency == 1 && cgra_pkg::MacMask[op_i]) ? mac_value
                     : (CompareLatency == 1 && cgra_pkg::CompareMask[op_i]) ? compare_value
                     : (ConvertLatency == 1 && cgra_pkg::ConvertMask[op_i]) ? convert_value
                     : alu_result;
  assign complete = complete_now | pending;
  assign res_d_o = pending ? lane_value[pending_lane*Width+:Width] : issue_value;
  assign live_out_o = !complete ? '0 : pending ? pending_capture : capture;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) res_o <= '0;
    else if (clear_i) res_o <= '0;
    else if (en_i && complete) res_o <= res_d_o;
  end

  `HEDDLE_ASSERT(OneResultACycle, !(en_i && complete_now && pending))

endmodule
