// One query row: its two multipliers, its query (two banks), its output (two banks). Keys and values pass through registers to the
// next core. docs/attention.md says what and when.
module swat_core #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int Bias = 15,
  parameter int unsigned HeadDim = 64,
  parameter int unsigned Rows = 8,
  parameter int unsigned StreamElements = 4,
  parameter int unsigned SumBits = 61,
  localparam int unsigned Width = (ExpBits == 0) ? ManBits : 1 + ExpBits + ManBits,
  localparam int unsigned ElementBits = $clog2(HeadDim),
  localparam int unsigned WordBits = StreamElements * Width,
  localparam int unsigned LaneBits = $clog2(StreamElements),
  localparam int unsigned LinePorts = (ElementBits == LaneBits) ? 1 : ElementBits - LaneBits,
  localparam int unsigned Lines = HeadDim / StreamElements
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,
  // a word of the query
  input  logic                      query_we_i,
  input  logic                      query_bank_i,
  input  logic [LinePorts-1:0]      query_line_i,
  input  logic [WordBits-1:0]       query_i,
  // keys
  input  logic                      key_valid_i,
  input  logic                      key_last_i,   // element of its key
  input  logic                      key_task_i,   // the first key of a task
  input  logic                      key_bank_i,
  input  logic [Rows-1:0]           key_sees_i,   // bit 0: this core's row sees the key
  input  logic [ElementBits-1:0]    key_element_i,
  input  logic [Width-1:0]          key_i,
  output logic                      key_valid_o,
  output logic                      key_last_o,
  output logic                      key_task_o,
  output logic                      key_bank_o,
  output logic [Rows-1:0]           key_sees_o,
  output logic [ElementBits-1:0]    key_element_o,
  output logic [Width-1:0]          key_o,
  // the score of a key, in one clock
  output logic                      score_valid_o,
  output logic                      score_task_o,
  output logic                      score_bank_o,
  output logic                      score_sees_o,
  output logic signed [SumBits-1:0] score_o,
  // values; the weight of a value's key comes with its first element
  input  logic                      value_valid_i,
  input  logic                      value_bank_i,
  input  logic [ElementBits-1:0]    value_element_i,
  input  logic [Width-1:0]          value_i,
  output logic                      value_valid_o,
  output logic                      value_bank_o,
  output logic [ElementBits-1:0]    value_element_o,
  output logic [Width-1:0]          value_o,
  input  logic [20:0]               weight_i,
  input  logic [3:0]                shift_i,
  input  logic                      clear_i,
  // the output row
  input  logic [ElementBits:0]      drain_i,
  output logic signed [63:0]        drain_o
);

  // Query -----------------------------------------------------------------------------------------------------------------------
  (* ram_style = "distributed" *)
  logic [WordBits-1:0] query_memory [2 * Lines];
  logic [WordBits-1:0] query_word;
  logic [Width-1:0] query;
  always_ff @(posedge clk_i) begin
    if (query_we_i) query_memory[($clog2(2 * Lines))'({query_bank_i, query_line_i})] <= query_i;
  end
  if (LaneBits == 0) begin : g_lane
    assign query_word = query_memory[{key_bank_o, key_element_o}];
    assign query = query_word;
  end else if (ElementBits == LaneBits) begin : g_one_line
    assign query_word = query_memory[key_bank_o];
    assign query = query_word[Width*key_element_o+:Width];
  end else begin : g_lanes
    assign query_word = query_memory[{key_bank_o, key_element_o[ElementBits-1:LaneBits]}];
    assign query = query_word[Width*key_element_o[LaneBits-1:0]+:Width];
  end

  // Keys --------------------------------------------------------------------------------------------------------------------------
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) key_valid_o <= 1'b0;
    else key_valid_o <= key_valid_i;
  end
  always_ff @(posedge clk_i) begin
    key_last_o <= key_last_i;
    key_task_o <= key_task_i;
    key_bank_o <= key_bank_i;
    key_sees_o <= key_sees_i >> 1;
    key_element_o <= key_element_i;
    key_o <= key_i;
  end
  // Bit 0 of what came in, beside the registers above.
  logic sees_q;
  always_ff @(posedge clk_i) sees_q <= key_sees_i[0];

  swat_score #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Bias(Bias), .SumBits(SumBits)) u_score (
    .clk_i, .first_i(key_element_o == '0), .q_i(query), .k_i(key_o), .sum_o(score_o)
  );
  logic [3:0] ends_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) ends_q <= '0;
    else ends_q <= {ends_q[2:0], key_valid_o & key_last_o};
  end
  logic [11:0] flags_q;
  always_ff @(posedge clk_i) flags_q <= {flags_q[8:0], key_task_o, key_bank_o, sees_q};
  assign score_valid_o = ends_q[3];
  assign {score_task_o, score_bank_o, score_sees_o} = flags_q[11:9];

  // Values --------------------------------------------------------------------------------------------------------------------------
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) value_valid_o <= 1'b0;
    else value_valid_o <= value_valid_i;
  end
  always_ff @(posedge clk_i) begin
    value_bank_o <= value_bank_i;
    value_element_o <= value_element_i;
    value_o <= value_i;
  end
  logic first, clear, clear_q;
  logic [20:0] weight, weight_q;
  logic [3:0] shift, shift_q;
  assign first = value_element_o == '0;
  assign weight = first ? weight_i : weight_q;
  assign shift = first ? shift_i : shift_q;
  assign clear = first ? clear_i : clear_q;
  always_ff @(posedge clk_i) begin
    weight_q <= weight;
    shift_q <= shift;
    clear_q <= clear;
  end

  swat_mix #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .Bias(Bias), .HeadDim(HeadDim)) u_mix (
    .clk_i, .valid_i(value_valid_o), .address_i({value_bank_o, value_element_o}), .clear_i(clear), .shift_i(shift),
    .weight_i(weight), .value_i(value_o), .drain_i, .drain_o
  );

endmodule
