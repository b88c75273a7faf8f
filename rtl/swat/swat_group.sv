// Rows cores that share a stream of keys and values: docs/attention.md. Loads write it, runs move it, finished rows leave as words.
module swat_group #(
  parameter int unsigned ExpBits = 5,          // of queries, keys and values; 0: integers of ManBits bits
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int Bias = 15,
  parameter int unsigned OutExpBits = 5,
  parameter int unsigned OutManBits = 10,
  parameter int unsigned OutSpecials = 2,
  parameter int OutBias = 15,
  parameter int unsigned Rows = 8,
  parameter int unsigned HeadDim = 64,
  parameter int unsigned Slots = 64,
  parameter int unsigned QueueDepth = 4,
  parameter int unsigned StreamElements = 4,
  localparam int unsigned Width = (ExpBits == 0) ? ManBits : 1 + ExpBits + ManBits,
  localparam int unsigned OutWidth = 1 + OutExpBits + OutManBits,
  localparam int unsigned RowBits = (Rows > 1) ? $clog2(Rows) : 1,
  localparam int unsigned SlotBits = $clog2(Slots),
  localparam int unsigned ElementBits = $clog2(HeadDim),
  localparam int unsigned LaneBits = $clog2(StreamElements),
  localparam int unsigned LinePorts = (ElementBits == LaneBits) ? 1 : ElementBits - LaneBits,
  localparam int unsigned RunBits = SlotBits + 16 + 32 + 2 + Rows * 32
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic                               start_i,
  input  logic [ElementBits:0]               dim_i,
  input  logic [16:0]                        factor_i,
  input  logic [7:0]                         factor_shift_i,
  // loads
  input  logic                               query_we_i,
  input  logic                               key_we_i,
  input  logic                               value_we_i,
  input  logic [RowBits-1:0]                 load_row_i,
  input  logic                               load_bank_i,
  input  logic [SlotBits-1:0]                load_slot_i,
  input  logic [LinePorts-1:0]               load_line_i,
  input  logic [StreamElements*Width-1:0]    load_word_i,
  input  logic [31:0]                        loads_done_i,
  output logic [31:0]                        beats_done_o,
  // runs
  input  logic                               run_valid_i,
  output logic                               run_ready_o,
  input  logic [RunBits-1:0]                 run_i,
  // finished rows
  output logic                               valid_o,
  input  logic                               ready_i,
  output logic [RowBits-1:0]                 row_o,
  output logic [LinePorts-1:0]               line_o,
  output logic [StreamElements*OutWidth-1:0] word_o
);

  localparam int unsigned SumBits = ((ExpBits == 0) ? 2 * ManBits : 53) + $clog2(HeadDim);
  localparam int unsigned OutputFraction = (ExpBits == 0) ? 20 : 28;

  // Beats -------------------------------------------------------------------------------------------------------------------------------
  logic key_valid, key_last, key_task, key_bank, value_valid, value_bank, value_end, drained;
  logic [Rows-1:0] key_sees;
  logic [SlotBits-1:0] key_slot, value_slot;
  logic [ElementBits-1:0] key_element, value_element;
  swat_issue #(.Rows(Rows), .HeadDim(HeadDim), .Slots(Slots), .QueueDepth(QueueDepth)) u_issue (
    .clk_i, .rst_ni, .start_i, .dim_i, .run_valid_i, .run_ready_o, .run_i, .loads_done_i, .drained_i(drained), .beats_done_o,
    .key_valid_o(key_valid), .key_last_o(key_last), .key_task_o(key_task), .key_bank_o(key_bank), .key_sees_o(key_sees),
    .key_slot_o(key_slot), .key_element_o(key_element), .value_valid_o(value_valid), .value_bank_o(value_bank),
    .value_slot_o(value_slot), .value_element_o(value_element), .value_end_o(value_end)
  );

  // Stores, and what goes beside their elements --------------------------------------------------------------------------------------------
  // Between core r and r + 1, from the store before core 0 to what leaves the last core.
  logic [Rows:0] keys_valid, keys_last, keys_task, keys_bank, values_valid, values_bank;
  logic [(Rows+1)*Rows-1:0] keys_sees;
  logic [(Rows+1)*ElementBits-1:0] keys_element, values_element;
  logic [(Rows+1)*Width-1:0] keys, values;
  swat_store #(.Width(Width), .HeadDim(HeadDim), .Slots(Slots), .StreamElements(StreamElements)) u_keys (
    .clk_i, .we_i(key_we_i), .slot_i(load_slot_i), .line_i(load_line_i), .word_i(load_word_i), .read_slot_i(key_slot),
    .read_element_i(key_element), .element_o(keys[Width-1:0])
  );
  swat_store #(.Width(Width), .HeadDim(HeadDim), .Slots(Slots), .StreamElements(StreamElements)) u_values (
    .clk_i, .we_i(value_we_i), .slot_i(load_slot_i), .line_i(load_line_i), .word_i(load_word_i), .read_slot_i(value_slot),
    .read_element_i(value_element), .element_o(values[Width-1:0])
  );
  logic key_valid_q, key_last_q, key_task_q, key_bank_q, value_valid_q, value_bank_q;
  logic [Rows-1:0] key_sees_q;
  logic [ElementBits-1:0] key_element_q, value_element_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      key_valid_q <= 1'b0;
      value_valid_q <= 1'b0;
    end else begin
      key_valid_q <= key_valid;
      value_valid_q <= value_valid;
    end
  end
  always_ff @(posedge clk_i) begin
    key_last_q <= key_last;
    key_task_q <= key_task;
    key_bank_q <= key_bank;
    key_sees_q <= key_sees;
    key_element_q <= key_element;
    value_bank_q <= value_bank;
    value_element_q <= value_element;
  end
  assign keys_valid[0] = key_valid_q;
  assign keys_last[0] = key_last_q;
  assign keys_task[0] = key_task_q;
  assign keys_bank[0] = key_bank_q;
  assign keys_sees[Rows-1:0] = key_sees_q;
  assign keys_element[ElementBits-1:0] = key_element_q;
  assign values_valid[0] = value_valid_q;
  assign values_bank[0] = value_bank_q;
  assign values_element[ElementBits-1:0] = value_element_q;

  // Cores ----------------------------------------------------------------------------------------------------------------------------------------
  logic [Rows-1:0] score_valid, score_task, score_bank, score_sees;
  logic [Rows*SumBits-1:0] scores;
  logic [Rows*64-1:0] drains;
  logic [20:0] weight;
  logic [3:0] shift;
  logic clear, drain_bank;
  logic [ElementBits:0] drain_address;
  logic [RowBits-1:0] drain_row;
  for (genvar r = 0; r < Rows; r++) begin : g_core
    swat_core #(
      .ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Bias(Bias), .HeadDim(HeadDim), .Rows(Rows),
      .StreamElements(StreamElements), .SumBits(SumBits)
    ) u_core (
      .clk_i, .rst_ni,
      .query_we_i(query_we_i & (load_row_i == RowBits'(r))), .query_bank_i(load_bank_i), .query_line_i(load_line_i),
      .query_i(load_word_i),
      .key_valid_i(keys_valid[r]), .key_last_i(keys_last[r]), .key_task_i(keys_task[r]), .key_bank_i(keys_bank[r]),
      .key_sees_i(keys_sees[r*Rows+:Rows]), .key_element_i(keys_element[r*ElementBits+:ElementBits]),
      .key_i(keys[r*Width+:Width]),
      .key_valid_o(keys_valid[r+1]), .key_last_o(keys_last[r+1]), .key_task_o(keys_task[r+1]), .key_bank_o(keys_bank[r+1]),
      .key_sees_o(keys_sees[(r+1)*Rows+:Rows]), .key_element_o(keys_element[(r+1)*ElementBits+:ElementBits]),
      .key_o(keys[(r+1)*Width+:Width]),
      .score_valid_o(score_valid[r]), .score_task_o(score_task[r]), .score_bank_o(score_bank[r]), .score_sees_o(score_sees[r]),
      .score_o(scores[r*SumBits+:SumBits]),
      .value_valid_i(values_valid[r]), .value_bank_i(values_bank[r]),
      .value_element_i(values_element[r*ElementBits+:ElementBits]), .value_i(values[r*Width+:Width]),
      .value_valid_o(values_valid[r+1]), .value_bank_o(values_bank[r+1]),
      .value_element_o(values_element[(r+1)*ElementBits+:ElementBits]), .value_o(values[(r+1)*Width+:Width]),
      .weight_i(weight), .shift_i(shift), .clear_i(clear), .drain_i(drain_address), .drain_o(drains[64*r+:64])
    );
  end
  logic unused_ends;
  assign unused_ends = ^{keys_valid[Rows], keys_last[Rows], keys_task[Rows], keys_bank[Rows], keys_sees[Rows*Rows+:Rows],
                         keys_element[Rows*ElementBits+:ElementBits], keys[Rows*Width+:Width], values_valid[Rows],
                         values_bank[Rows], values_element[Rows*ElementBits+:ElementBits], values[Rows*Width+:Width]};

  // Scores: of one core at a time, in their order -----------------------------------------------------------------------------------------------
  logic [RowBits-1:0] row;
  logic signed [SumBits-1:0] score;
  always_comb begin
    row = '0;
    score = '0;
    for (int unsigned r = 0; r < Rows; r++) begin
      if (score_valid[r]) begin
        row = RowBits'(r);
        score = scores[r*SumBits+:SumBits];
      end
    end
  end
  logic [35:0] sum;
  swat_softmax #(.SumBits(SumBits), .Rows(Rows)) u_softmax (
    .clk_i, .rst_ni, .factor_i, .factor_shift_i, .valid_i(|score_valid), .row_i(row), .task_i(score_task[row]),
    .bank_i(score_bank[row]), .sees_i(score_sees[row]), .score_i(score), .weight_o(weight), .shift_o(shift), .clear_o(clear),
    .drain_row_i(drain_row), .drain_bank_i(drain_bank), .drain_sum_o(sum)
  );

  // Finished tasks: the last core writes its last element Rows + 5 clocks after it was asked for ---------------------------------------------------
  logic [Rows+4:0] ends_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) ends_q <= '0;
    else if (start_i) ends_q <= '0;
    else ends_q <= (Rows + 5)'({ends_q, value_end});
  end
  swat_drain #(
    .OutExpBits(OutExpBits), .OutManBits(OutManBits), .OutSpecials(OutSpecials), .OutBias(OutBias),
    .OutputFraction(OutputFraction), .Rows(Rows), .HeadDim(HeadDim), .StreamElements(StreamElements)
  ) u_drain (
    .clk_i, .rst_ni, .start_i, .dim_i, .task_i(ends_q[Rows+4]), .drained_o(drained), .row_o(drain_row), .address_o(drain_address),
    .bank_o(drain_bank), .z_i(drains[64*drain_row+:64]), .sum_i(sum), .valid_o, .ready_i, .word_row_o(row_o),
    .word_line_o(line_o), .word_o
  );

endmodule
