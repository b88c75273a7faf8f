// A processing element: configuration memory, operand selection, functional unit with RES, registers, live-out registers.
// The multiplexers of its outgoing links stand in the top module (see cgra_link_mux); this module hands out what they select from.
// Function and timing: docs/execution_model.md, sections 4 and 5. The layout of the configuration word is computed from the
// parameters, in the order of section 5; ConfigBits is the width that compiler/codegen/layout computed, checked at elaboration.
// Latency: that of each operation (OpLatency, see cgra_fu). Throughput: one operation per array cycle.
// Parameters: Width 16, 32, 64; Generators > 0 needs Constants >= 2 + LoopLevels; the others >= 0, but ConfigDepth, ConfigBits >= 1.
module cgra_pe #(
  parameter int unsigned Width = 32,
  parameter int unsigned Inputs = 4,
  parameter int unsigned Outputs = 4,
  parameter int unsigned Registers = 4,
  parameter int unsigned ReadPorts = 2,
  parameter int unsigned WritePorts = 1,
  parameter int unsigned Constants = 2,
  parameter int unsigned LiveOuts = 2,
  parameter int unsigned MaxStages = 32,
  parameter int unsigned ConfigDepth = 32,
  parameter int unsigned ConfigBits = 1,
  parameter int unsigned LineBits = 32,
  parameter int unsigned AddrBits = 15,
  parameter logic [1023:0] OpLatency = '0,
  parameter int unsigned DivInterval = 1,
  parameter int unsigned Generators = 0,
  parameter int unsigned LoopLevels = 0,
  localparam int unsigned SrcBits = cgra_pkg::select_bits(2 + ReadPorts + Inputs + Constants),
  localparam int unsigned InWords = cgra_pkg::at_least_1(Inputs),
  localparam int unsigned OutWords = cgra_pkg::at_least_1(Outputs),
  localparam int unsigned Reads = cgra_pkg::at_least_1(ReadPorts),
  localparam int unsigned Places = MaxStages + 2,  // of a loop in ends_o of cgra_loop_unit
  localparam int unsigned StartedBits = MaxStages + 1 + LoopLevels * Places
) (
  input  logic                        clk_i,
  input  logic                        rst_ni,
  // Loop control.
  input  logic                        clear_i,
  input  logic                        en_i,
  input  logic                        fetch_i,
  input  logic [7:0]                  fetch_slot_i,
  input  logic [StartedBits-1:0]      started_i,  // above started_o of the loop control: ends_o of the loop unit
  input  logic [MaxStages:0]          ended_i,
  // Host.
  input  logic                        config_we_i,
  input  logic [7:0]                  config_slot_i,
  input  logic [5:0]                  config_chunk_i,
  input  logic [31:0]                 config_wdata_i,
  input  logic                        live_out_sel_i,
  input  logic [5:0]                  live_out_index_i,
  output logic [31:0]                 live_out_rdata_o,
  // Links.
  input  logic [InWords*Width-1:0]    links_i,
  output logic [Width-1:0]            res_o,
  output logic [Reads*Width-1:0]      rf_o,
  output logic [OutWords*SrcBits-1:0] link_src_o,
  // Scratchpad.
  output logic                        mem_req_o,
  output logic                        mem_we_o,
  output logic [AddrBits-1:0]         mem_addr_o,
  output logic [LineBits/8-1:0]       mem_be_o,
  output logic [LineBits-1:0]         mem_wdata_o,
  input  logic [LineBits-1:0]         mem_rdata_i
);

  // Layout of the configuration word.
  localparam int unsigned InitBits = cgra_pkg::select_bits(Constants + 1);
  localparam int unsigned StageBits = cgra_pkg::select_bits(MaxStages + 1);
  localparam int unsigned LiveOutBits = (LiveOuts == 0) ? 0 : cgra_pkg::select_bits(LiveOuts + 1);
  localparam int unsigned RegBits = cgra_pkg::select_bits(Registers);
  localparam int unsigned OpLsb = Constants * Width;
  localparam int unsigned ShiftLsb = OpLsb + cgra_pkg::OpBits;
  localparam int unsigned SrcLsb = ShiftLsb + 3;
  localparam int unsigned InitLsb = SrcLsb + 3 * SrcBits;
  localparam int unsigned StageLsb = InitLsb + 3 * InitBits;
  localparam int unsigned InitStageLsb = StageLsb + StageBits;
  localparam int unsigned LiveOutLsb = InitStageLsb + StageBits;
  localparam int unsigned ReadLsb = LiveOutLsb + LiveOutBits;
  localparam int unsigned WriteLsb = ReadLsb + ReadPorts * RegBits;
  localparam int unsigned LinkLsb = WriteLsb + WritePorts * (SrcBits + RegBits);
  localparam int unsigned GeneratorLsb = LinkLsb + Outputs * SrcBits;
  localparam int unsigned GeneratorBits = (Generators == 0) ? 0 : cgra_pkg::select_bits(Generators + 1);
  localparam int unsigned LevelLsb = GeneratorLsb + GeneratorBits;  // of operands a, b, c, and the gate
  localparam int unsigned LevelBits = (LoopLevels == 0) ? 0 : cgra_pkg::select_bits(2 * LoopLevels + 1);
  localparam int unsigned StepsLsb = LevelLsb + 4 * LevelBits;
  localparam int unsigned StepsBits = (LoopLevels == 0 || Generators == 0) ? 0 : cgra_pkg::select_bits(LoopLevels + 1);
  localparam int unsigned Bits = StepsLsb + StepsBits;
  if (Bits != ConfigBits) begin : g_layout_mismatch
    $error("configuration word: the layout here differs from compiler/codegen/layout");
  end

  logic [Bits-1:0] word;
  cgra_config_mem #(.Bits(Bits), .Depth(ConfigDepth)) u_config_mem (
    .clk_i, .we_i(config_we_i), .wslot_i(config_slot_i), .wchunk_i(config_chunk_i),
    .wdata_i(config_wdata_i), .fetch_i, .slot_i(fetch_slot_i), .word_o(word)
  );

  // Registers --------------------------------------------------------------------------------------------------------
  localparam int unsigned Writes = cgra_pkg::at_least_1(WritePorts);
  localparam int unsigned Transits = 1 + ReadPorts + Inputs;  // values that move within the PE: RES, reads, links
  logic [Transits*Width-1:0] transits;
  assign transits[0+:Width] = res_o;
  if (ReadPorts > 0) begin : g_transit_reads
    assign transits[Width+:ReadPorts*Width] = rf_o;
  end
  if (Inputs > 0) begin : g_transit_links
    assign transits[(1+ReadPorts)*Width+:Inputs*Width] = links_i;
  end else begin : g_no_links
    logic unused_links;
    assign unused_links = ^links_i;
  end

  if (Registers > 0 && ReadPorts > 0 && WritePorts > 0) begin : g_registers
    logic [Writes-1:0] rf_we;
    logic [Writes*RegBits-1:0] rf_waddr;
    logic [Writes*Width-1:0] rf_wdata;
    for (genvar k = 0; k < WritePorts; k++) begin : g_write
      logic [SrcBits-1:0] src;
      assign src = word[WriteLsb+k*(SrcBits+RegBits)+:SrcBits];
      assign rf_we[k] = src != '0;
      assign rf_waddr[k*RegBits+:RegBits] = word[WriteLsb+k*(SrcBits+RegBits)+SrcBits+:RegBits];
      cgra_operand_mux #(.Width(Width), .Sources(Transits), .SrcBits(SrcBits)) u_source (
        .src_i(src), .init_i('0), .started_i(1'b1), .sources_i(transits), .constants_i('0),
        .operand_o(rf_wdata[k*Width+:Width])
      );
    end
    cgra_regfile #(
      .Width(Width), .Registers(Registers), .ReadPorts(ReadPorts), .WritePorts(WritePorts)
    ) u_regfile (
      .clk_i, .rst_ni, .clear_i, .en_i,
      .raddr_i(word[ReadLsb+:ReadPorts*RegBits]), .rdata_o(rf_o),
      .we_i(rf_we), .waddr_i(rf_waddr), .wdata_i(rf_wdata)
    );
  end else begin : g_no_registers
    assign rf_o = '0;
  end

  // Operands ---------------------------------------------------------------------------------------------------------
  localparam int unsigned Sources = Transits + Constants;
  localparam int unsigned ConstWords = cgra_pkg::at_least_1(Constants);
  logic [Sources*Width-1:0] sources;
  logic [ConstWords*Width-1:0] constants;
  assign sources[0+:Transits*Width] = transits;
  if (Constants > 0) begin : g_constants
    assign constants = word[0+:Constants*Width];
    assign sources[Transits*Width+:Constants*Width] = constants;
  end else begin : g_no_constants
    assign constants = '0;
  end

  logic [StageBits-1:0] stage, init_stage;
  logic valid, initialised;
  logic [MaxStages:0] started;
  logic [2:0] available;  // operands that are read from their source
  logic gate;
  assign stage = word[StageLsb+:StageBits];
  assign init_stage = word[InitStageLsb+:StageBits];
  assign started = started_i[MaxStages:0];
  assign valid = started[stage] & ~ended_i[stage];
  assign initialised = started[init_stage];

  // What the loop unit says of the operation's iteration. Code 1 + 2l: loop l begins with it; 2 + 2l: it ends with it.
  localparam int unsigned LevelWords = cgra_pkg::at_least_1(LoopLevels);
  logic [LevelWords-1:0] ends;
  if (LoopLevels > 0) begin : g_levels
    logic [(1<<LevelBits)-1:0] holds;
    localparam int unsigned PlaceBits = cgra_pkg::select_bits(Places);
    logic [PlaceBits-1:0] now, earlier;
    assign now = PlaceBits'(stage);
    assign earlier = now + PlaceBits'(1);
    for (genvar l = 0; l < LoopLevels; l++) begin : g_level
      logic [Places-1:0] places;
      assign places = started_i[MaxStages+1+l*Places+:Places];
      assign ends[l] = places[now];
      assign holds[1+2*l] = places[earlier];
      assign holds[2+2*l] = places[now];
    end
    assign holds[0] = 1'b0;
    if (2 * LoopLevels + 1 < (1 << LevelBits)) begin : g_no_code
      assign holds[(1<<LevelBits)-1:2*LoopLevels+1] = '0;
    end
    for (genvar i = 0; i < 3; i++) begin : g_reset
      logic [LevelBits-1:0] code;
      assign code = word[LevelLsb+i*LevelBits+:LevelBits];
      assign available[i] = (code == '0) ? initialised : ~holds[code];
    end
    logic [LevelBits-1:0] gate_code;
    assign gate_code = word[LevelLsb+3*LevelBits+:LevelBits];
    assign gate = (gate_code == '0) | holds[gate_code];
  end else begin : g_no_levels
    assign ends = '0;
    assign available = {3{initialised}};
    assign gate = 1'b1;
  end

  logic [3*Width-1:0] operands;
  for (genvar i = 0; i < 3; i++) begin : g_operand
    cgra_operand_mux #(
      .Width(Width), .Sources(Sources), .Constants(ConstWords), .SrcBits(SrcBits),
      .InitBits(InitBits)
    ) u_operand (
      .src_i(word[SrcLsb+i*SrcBits+:SrcBits]), .init_i(word[InitLsb+i*InitBits+:InitBits]),
      .started_i(available[i]), .sources_i(sources), .constants_i(constants),
      .operand_o(operands[i*Width+:Width])
    );
  end

  logic predicate_absent, predicate;
  assign predicate_absent = word[SrcLsb+2*SrcBits+:SrcBits] == '0
                         && word[InitLsb+2*InitBits+:InitBits] == '0;
  assign predicate = gate & (predicate_absent | (|operands[2*Width+:Width]));

  // The base address of a memory operation, moved by the address generator that it names.
  logic [Width-1:0] base;
  if (Generators > 0) begin : g_generators
    logic [Width-1:0] offset, step;
    if (LoopLevels > 0) begin : g_steps
      // The step of the outermost loop that ends, if the operation has one for it.
      always_comb begin
        step = constants[Width+:Width];
        for (int unsigned l = 0; l < LoopLevels; l++) begin
          if (ends[l] && word[StepsLsb+:StepsBits] > StepsBits'(l)) step = constants[(2+l)*Width+:Width];
        end
      end
    end else begin : g_step
      assign step = constants[Width+:Width];
      logic unused_ends;
      assign unused_ends = ^ends;
    end
    cgra_address_generator #(
      .Width(Width), .Generators(Generators), .CodeBits(GeneratorBits)
    ) u_generators (
      .clk_i, .rst_ni, .clear_i, .step_en_i(en_i & valid),
      .code_i(word[GeneratorLsb+:GeneratorBits]), .step_i(step), .offset_o(offset)
    );
    assign base = constants[0+:Width] + offset;
  end else begin : g_no_generators
    assign base = constants[0+:Width];
    logic unused_ends;
    assign unused_ends = ^ends;
  end

  // Execution --------------------------------------------------------------------------------------------------------
  localparam int unsigned CaptureBits = cgra_pkg::at_least_1(LiveOutBits);
  logic [CaptureBits-1:0] live_out, captured;
  logic [Width-1:0] res_d;
  if (LiveOuts > 0) begin : g_live_out
    assign live_out = word[LiveOutLsb+:LiveOutBits];
    cgra_live_out #(.Width(Width), .LiveOuts(LiveOuts), .CodeBits(CaptureBits)) u_live_out (
      .clk_i, .rst_ni, .clear_i, .en_i, .capture_i(captured), .value_i(res_d),
      .rsel_i(live_out_sel_i), .rindex_i(live_out_index_i), .rdata_o(live_out_rdata_o)
    );
  end else begin : g_no_live_out
    assign live_out = '0;
    assign live_out_rdata_o = '0;
    logic unused_live_out;
    assign unused_live_out = ^{captured, res_d, live_out_sel_i, live_out_index_i};
  end

  cgra_fu #(
    .Width(Width), .LineBits(LineBits), .AddrBits(AddrBits), .LiveOutBits(CaptureBits),
    .OpLatency(OpLatency), .DivInterval(DivInterval)
  ) u_fu (
    .clk_i, .rst_ni, .clear_i, .en_i,
    .op_i(word[OpLsb+:cgra_pkg::OpBits]),
    .a_i(operands[0+:Width]), .b_i(operands[Width+:Width]), .c_i(operands[2*Width+:Width]),
    .predicate_i(predicate), .valid_i(valid), .imm_i(base),
    .mem_shift_i(word[ShiftLsb+:3]), .live_out_i(live_out),
    .mem_req_o, .mem_we_o, .mem_addr_o, .mem_be_o, .mem_wdata_o, .mem_rdata_i,
    .res_o, .res_d_o(res_d), .live_out_o(captured)
  );

  if (Outputs > 0) begin : g_link_src
    assign link_src_o = word[LinkLsb+:Outputs*SrcBits];
  end else begin : g_no_link_src
    assign link_src_o = '0;
  end

endmodule
