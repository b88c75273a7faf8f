// The window-attention array: groups, one stream of loads that writes many groups at once, one of runs, one of finished rows.
// docs/attention.md describes it. All streams: a transfer in each clock with valid and ready.
//
// Loads: a vector of dim_i elements is dim_i / StreamElements words; what stands beside a word holds for the whole vector. It is
// taken when each of its groups has finished load_after_i beats.
module swat_array #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int Bias = 15,
  parameter int unsigned OutExpBits = 5,
  parameter int unsigned OutManBits = 10,
  parameter int unsigned OutSpecials = 2,
  parameter int OutBias = 15,
  parameter int unsigned Groups = 2,
  parameter int unsigned Rows = 4,
  parameter int unsigned HeadDim = 64,
  parameter int unsigned Slots = 64,
  parameter int unsigned QueueDepth = 4,
  parameter int unsigned StreamElements = 4,
  localparam int unsigned Width = (ExpBits == 0) ? ManBits : 1 + ExpBits + ManBits,
  localparam int unsigned OutWidth = 1 + OutExpBits + OutManBits,
  localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1,
  localparam int unsigned RowBits = (Rows > 1) ? $clog2(Rows) : 1,
  localparam int unsigned SlotBits = $clog2(Slots),
  localparam int unsigned ElementBits = $clog2(HeadDim),
  localparam int unsigned LaneBits = $clog2(StreamElements),
  localparam int unsigned LinePorts = (ElementBits == LaneBits) ? 1 : ElementBits - LaneBits,
  localparam int unsigned RunBits = SlotBits + 16 + 32 + 2 + Rows * 32
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic                               start_i,         // a new program: forgets counts and queues
  input  logic [ElementBits:0]               dim_i,           // elements of a vector; constant during a program, as the two below
  input  logic [16:0]                        factor_i,
  input  logic [7:0]                         factor_shift_i,  // signed
  input  logic                               load_valid_i,
  output logic                               load_ready_o,
  input  logic [1:0]                         load_kind_i,     // 0 query, 1 key, 2 value
  input  logic [Groups-1:0]                  load_groups_i,
  input  logic [SlotBits-1:0]                load_slot_i,
  input  logic [RowBits-1:0]                 load_row_i,
  input  logic                               load_bank_i,
  input  logic [31:0]                        load_after_i,
  input  logic [StreamElements*Width-1:0]    load_word_i,
  input  logic                               run_valid_i,
  output logic                               run_ready_o,
  input  logic [GroupBits-1:0]               run_group_i,
  input  logic [RunBits-1:0]                 run_i,
  output logic                               out_valid_o,
  input  logic                               out_ready_i,
  output logic [GroupBits-1:0]               out_group_o,
  output logic [RowBits-1:0]                 out_row_o,
  output logic [LinePorts-1:0]               out_line_o,
  output logic [StreamElements*OutWidth-1:0] out_word_o
);

  localparam int unsigned OutBits = RowBits + LinePorts + StreamElements * OutWidth;

  // Loads -------------------------------------------------------------------------------------------------------------------------------
  logic [LinePorts-1:0] line_q, last_line;
  logic [31:0] loads_done_q;
  logic [Groups-1:0] free, run_ready, out_valid, out_ready;
  logic [Groups*OutBits-1:0] outs;
  logic taken, vector_done;
  assign last_line = LinePorts'((dim_i >> LaneBits) - 1'b1);
  assign load_ready_o = (line_q != '0) | ((load_groups_i & ~free) == '0);
  assign taken = load_valid_i & load_ready_o;
  assign vector_done = taken & (line_q == last_line);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      line_q <= '0;
      loads_done_q <= '0;
    end else if (start_i) begin
      line_q <= '0;
      loads_done_q <= '0;
    end else if (taken) begin
      line_q <= vector_done ? '0 : line_q + 1'b1;
      loads_done_q <= loads_done_q + 32'(vector_done);
    end
  end
  assign run_ready_o = run_ready[run_group_i];

  for (genvar g = 0; g < Groups; g++) begin : g_group
    logic [31:0] beats_done;
    logic write;
    assign free[g] = beats_done >= load_after_i;
    assign write = taken & load_groups_i[g];
    swat_group #(
      .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Bias(Bias), .OutExpBits(OutExpBits), .OutManBits(OutManBits),
      .OutSpecials(OutSpecials), .OutBias(OutBias), .Rows(Rows), .HeadDim(HeadDim), .Slots(Slots), .QueueDepth(QueueDepth),
      .StreamElements(StreamElements)
    ) u_group (
      .clk_i, .rst_ni, .start_i, .dim_i, .factor_i, .factor_shift_i,
      .query_we_i(write & (load_kind_i == 2'd0)), .key_we_i(write & (load_kind_i == 2'd1)),
      .value_we_i(write & (load_kind_i == 2'd2)), .load_row_i, .load_bank_i, .load_slot_i, .load_line_i(line_q), .load_word_i,
      .loads_done_i(loads_done_q), .beats_done_o(beats_done),
      .run_valid_i(run_valid_i & (run_group_i == GroupBits'(g))), .run_ready_o(run_ready[g]), .run_i,
      .valid_o(out_valid[g]), .ready_i(out_ready[g]), .row_o(outs[g*OutBits+StreamElements*OutWidth+LinePorts+:RowBits]),
      .line_o(outs[g*OutBits+StreamElements*OutWidth+:LinePorts]), .word_o(outs[g*OutBits+:StreamElements*OutWidth])
    );
  end

  // Finished rows, word by word: the first group that has one, from the one behind the last that was served --------------------------------
  logic [GroupBits-1:0] next_q, group;
  logic [Groups-1:0] later;
  logic any, room;
  assign later = out_valid & ({Groups{1'b1}} << next_q);
  assign any = |out_valid;
  assign room = ~out_valid_o | out_ready_i;
  always_comb begin
    group = '0;
    for (int unsigned g = Groups; g-- > 0;) begin
      if (later[g] | ((later == '0) & out_valid[g])) group = GroupBits'(g);
    end
  end
  for (genvar g = 0; g < Groups; g++) begin : g_ready
    assign out_ready[g] = room & (group == GroupBits'(g)) & any;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_q <= '0;
      out_valid_o <= 1'b0;
    end else if (start_i) begin
      next_q <= '0;
      out_valid_o <= 1'b0;
    end else if (room) begin
      out_valid_o <= any;
      if (any) next_q <= (group == GroupBits'(Groups - 1)) ? '0 : group + 1'b1;
    end
  end
  always_ff @(posedge clk_i) begin
    if (room) begin
      {out_row_o, out_line_o, out_word_o} <= outs[OutBits*group+:OutBits];
      out_group_o <= group;
    end
  end

endmodule
