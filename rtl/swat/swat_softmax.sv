// A group's softmax unit: steps 2 to 5 of docs/attention.md, a score a clock. A row's scores must be at least `Rows` clocks apart.
// Latency: 7 clocks from a score to its weight. Sums are read by row and bank, at once.
// Parameters: IsFloat: of the operands; SumBits: of a score; Rows.
module swat_softmax #(
  parameter int unsigned SumBits = 61,
  parameter int unsigned Rows = 8,
  localparam int unsigned RowBits = (Rows > 1) ? $clog2(Rows) : 1
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,
  input  logic [16:0]               factor_i,       // of the logit's scale, constant while scores pass
  input  logic signed [7:0]         factor_shift_i, // to the right
  input  logic                      valid_i,
  input  logic [RowBits-1:0]        row_i,
  input  logic                      task_i,         // the first score of a task
  input  logic                      bank_i,
  input  logic                      sees_i,
  input  logic signed [SumBits-1:0] score_i,
  output logic [20:0]               weight_o,
  output logic [3:0]                shift_o,        // in steps of four
  output logic                      clear_o,
  input  logic [RowBits-1:0]        drain_row_i,
  input  logic                      drain_bank_i,
  output logic [35:0]               drain_sum_o
);

  localparam int unsigned FlagBits = RowBits + 4;
  typedef struct packed {
    logic valid;
    logic task_start;
    logic bank;
    logic sees;
    logic [RowBits-1:0] row;
  } flags_t;
  flags_t flags_0, flags_1, flags_2, flags_3, flags_4, flags_5, flags_6;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {flags_0, flags_1, flags_2, flags_3, flags_4, flags_5, flags_6} <= '0;
    end else begin
      flags_0 <= {valid_i, task_i, bank_i, sees_i, row_i};
      {flags_1, flags_2, flags_3, flags_4, flags_5, flags_6} <=
          (6 * FlagBits)'({flags_0, flags_1, flags_2, flags_3, flags_4, flags_5});
    end
  end

  // The logit: limit, multiply, align ------------------------------------------------------------------------------------------------
  logic signed [39:0] limited_q;
  logic signed [57:0] product_q;
  logic signed [29:0] logit, logit_q;
  if (SumBits > 40) begin : g_limit
    logic over;
    assign over = score_i[SumBits-1:39] != {(SumBits - 39){score_i[SumBits-1]}};
    always_ff @(posedge clk_i) limited_q <= over ? {score_i[SumBits-1], {39{~score_i[SumBits-1]}}} : score_i[39:0];
  end else begin : g_extend
    always_ff @(posedge clk_i) limited_q <= 40'(score_i);
  end
  swat_align #(.InBits(58), .OutBits(30), .Left(29), .ShiftBits(8)) u_align (
    .value_i(product_q), .shift_i(factor_shift_i), .value_o(logit)
  );
  always_ff @(posedge clk_i) begin
    product_q <= 58'(limited_q) * 58'(signed'({1'b0, factor_i}));
    logit_q <= logit;
  end

  // The running maximum, in steps of four: flags_2 goes with logit_q --------------------------------------------------------------------
  logic signed [14:0] maximum [Rows];
  logic [Rows-1:0] seen_q;
  logic signed [14:0] ceiling, former, latter;
  logic empty;
  logic signed [15:0] rise;
  logic signed [32:0] below, below_q;
  logic [3:0] shift_3;
  logic clear_3;
  logic signed [30:0] lifted;
  assign lifted = 31'(logit_q) + 31'h0FFFF;
  logic unused_lifted;
  assign unused_lifted = ^lifted[15:0];
  assign ceiling = lifted[30:16];
  assign former = maximum[flags_2.row];
  assign empty = flags_2.task_start | ~seen_q[flags_2.row];
  assign latter = (flags_2.sees & (empty | (ceiling > former))) ? ceiling : former;
  assign rise = 16'(latter) - 16'(former);
  assign below = 33'(logit_q) - (33'(latter) <<< 16);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) seen_q <= '0;
    else if (flags_2.valid) seen_q[flags_2.row] <= ~empty | flags_2.sees;
  end
  always_ff @(posedge clk_i) begin
    if (flags_2.valid) maximum[flags_2.row] <= latter;
    below_q <= below;
    shift_3 <= empty ? 4'd0 : rise[3:0];
    clear_3 <= empty | (rise > 16'sd15);
  end

  // The weight -----------------------------------------------------------------------------------------------------------------------------
  logic [20:0] base, base_q;
  logic [14:0] step, step_q;
  logic [7:0] rest_q;
  logic [28:0] power_q;
  logic signed [18:0] whole_4;
  logic [5:0] drop_5;
  logic [20:0] weight;
  logic [3:0] shift_4, shift_5;
  logic clear_4, clear_5;
  swat_power_table u_table (.index_i(below_q[13:8]), .base_o(base), .step_o(step));
  logic [28:0] dropped;
  assign dropped = (power_q >> drop_5) + 29'd1;
  assign weight = flags_5.sees ? dropped[21:1] : '0;
  logic unused_dropped;
  assign unused_dropped = ^{dropped[28:22], dropped[0], flags_6.task_start, flags_6.sees};
  always_ff @(posedge clk_i) begin
    base_q <= base;
    step_q <= step;
    rest_q <= below_q[7:0];
    whole_4 <= below_q[32:14];
    power_q <= {base_q, 8'd0} + 29'(step_q) * 29'(rest_q);
    // Shifted right by 8 - whole, less one for rounding; what is beyond 40 leaves nothing.
    drop_5 <= (whole_4 < -19'sd32) ? 6'd63 : 6'(19'sd7 - whole_4);
    {shift_5, shift_4} <= {shift_4, shift_3};
    {clear_5, clear_4} <= {clear_4, clear_3};
    weight_o <= weight;
    shift_o <= shift_5;
    clear_o <= clear_5;
  end

  // The sum -----------------------------------------------------------------------------------------------------------------------------------
  logic [35:0] sums [2 * Rows];
  logic [35:0] kept;
  // A task's sum stands in its bank; its first score clears what was there.
  assign kept = clear_o ? '0 : (sums[{flags_6.row, flags_6.bank}] >> {shift_o, 2'b00});
  always_ff @(posedge clk_i) begin
    if (flags_6.valid) sums[{flags_6.row, flags_6.bank}] <= kept + 36'(weight_o);
  end
  assign drain_sum_o = sums[{drain_row_i, drain_bank_i}];

endmodule
