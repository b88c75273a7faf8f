// A group's beats: takes runs in order, gives keys an element a clock, and their values `dim + 10` clocks later, when their weights
// are there. A run waits for the loads it needs; the first of a task also until the task before the last one is drained.
// Parameters: Rows; HeadDim; Slots.
module swat_issue #(
  parameter int unsigned Rows = 8,
  parameter int unsigned HeadDim = 64,
  parameter int unsigned Slots = 64,
  parameter int unsigned QueueDepth = 4,
  localparam int unsigned SlotBits = $clog2(Slots),
  localparam int unsigned ElementBits = $clog2(HeadDim),
  localparam int unsigned RunBits = SlotBits + 16 + 32 + 2 + Rows * 32
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   start_i,        // forgets everything
  input  logic [ElementBits:0]   dim_i,          // elements of a key
  input  logic                   run_valid_i,
  output logic                   run_ready_o,
  input  logic [RunBits-1:0]     run_i,          // {slot, count, need, first, last, rows: {last, first} from row Rows - 1 to 0}
  input  logic [31:0]            loads_done_i,
  input  logic                   drained_i,      // a task, in this clock
  output logic [31:0]            beats_done_o,   // values' products too
  output logic                   key_valid_o,
  output logic                   key_last_o,
  output logic                   key_task_o,
  output logic                   key_bank_o,
  output logic [Rows-1:0]        key_sees_o,
  output logic [SlotBits-1:0]    key_slot_o,
  output logic [ElementBits-1:0] key_element_o,
  output logic                   value_valid_o,
  output logic                   value_bank_o,
  output logic [SlotBits-1:0]    value_slot_o,
  output logic [ElementBits-1:0] value_element_o,
  output logic                   value_end_o     // the last element of a task
);

  typedef struct packed {
    logic [SlotBits-1:0] slot;
    logic [15:0] count;
    logic [31:0] need;
    logic first;
    logic last;
    logic [Rows*32-1:0] rows;
  } run_t;
  run_t head;
  logic [15:0] count_q;
  logic last_run_q;
  logic [Rows*32-1:0] rows_q;
  logic head_valid, take;
  swat_run_queue #(.Width(RunBits), .Depth(QueueDepth)) u_queue (
    .clk_i, .rst_ni, .clear_i(start_i), .push_i(run_valid_i & run_ready_o), .entry_i(run_i), .ready_o(run_ready_o),
    .pop_i(take), .head_o(head), .valid_o(head_valid)
  );

  // Keys ------------------------------------------------------------------------------------------------------------------------------
  logic active_q, boundary, more, task_q;
  logic [15:0] beat_q;
  logic [31:0] tasks_q, drained_q;  // begun, drained
  logic [ElementBits-1:0] last_element;
  assign last_element = ElementBits'(dim_i - 1'b1);
  assign boundary = ~active_q | (key_element_o == last_element);
  assign more = active_q & (beat_q + 16'd1 != count_q);
  assign take = boundary & ~more & head_valid & (loads_done_i >= head.need) & (~head.first | (drained_q + 32'd1 >= tasks_q));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      tasks_q <= '0;
      drained_q <= '0;
      key_bank_o <= 1'b1;
    end else if (start_i) begin
      active_q <= 1'b0;
      tasks_q <= '0;
      drained_q <= '0;
      key_bank_o <= 1'b1;
    end else begin
      if (boundary) active_q <= more | take;
      if (take & head.first) begin
        tasks_q <= tasks_q + 32'd1;
        key_bank_o <= ~key_bank_o;
      end
      drained_q <= drained_q + 32'(drained_i);
    end
  end
  always_ff @(posedge clk_i) begin
    if (boundary) begin
      key_element_o <= '0;
      beat_q <= more ? beat_q + 16'd1 : '0;
      key_slot_o <= more ? key_slot_o + 1'b1 : head.slot;
      task_q <= ~more & head.first;
      if (~more) begin
        count_q <= head.count;
        last_run_q <= head.last;
        rows_q <= head.rows;
      end
    end else begin
      key_element_o <= key_element_o + 1'b1;
    end
  end
  for (genvar r = 0; r < Rows; r++) begin : g_sees
    logic [15:0] first, last;
    assign {last, first} = rows_q[32*r+:32];
    assign key_sees_o[r] = (beat_q >= first) & (beat_q < last);
  end
  assign key_valid_o = active_q;
  assign key_last_o = key_element_o == last_element;
  assign key_task_o = task_q;

  // Values, from a queue of the beats that are under way --------------------------------------------------------------------------------
  localparam int unsigned BeatBits = SlotBits + 2 + 16;
  typedef struct packed {
    logic [SlotBits-1:0] slot;
    logic bank;
    logic last;
    logic [15:0] when;
  } beat_t;
  beat_t beat, next_beat, value_q;
  logic beat_valid, beat_ready, value_start, value_active_q;
  logic [15:0] now_q;
  assign beat.slot = key_slot_o;
  assign beat.bank = key_bank_o;
  assign beat.last = last_run_q & ~(beat_q + 16'd1 != count_q);
  assign beat.when = now_q + 16'(dim_i) + 16'd10;
  swat_run_queue #(.Width(BeatBits), .Depth(4)) u_beats (
    .clk_i, .rst_ni, .clear_i(start_i), .push_i(active_q & (key_element_o == '0)), .entry_i(beat), .ready_o(beat_ready),
    .pop_i(value_start), .head_o(next_beat), .valid_o(beat_valid)
  );
  logic unused_ready;
  assign unused_ready = beat_ready;
  assign value_start = beat_valid & (next_beat.when == now_q);
  logic [ElementBits-1:0] value_element_q;
  logic value_last;
  assign value_valid_o = value_start | value_active_q;
  assign value_element_o = value_start ? '0 : value_element_q;
  assign value_slot_o = value_start ? next_beat.slot : value_q.slot;
  assign value_bank_o = value_start ? next_beat.bank : value_q.bank;
  assign value_last = value_valid_o & (value_element_o == last_element);
  assign value_end_o = value_last & (value_start ? next_beat.last : value_q.last);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      value_active_q <= 1'b0;
      beats_done_o <= '0;
      now_q <= '0;
    end else if (start_i) begin
      value_active_q <= 1'b0;
      beats_done_o <= '0;
      now_q <= '0;
    end else begin
      value_active_q <= value_valid_o & ~value_last;
      beats_done_o <= beats_done_o + 32'(value_last);
      now_q <= now_q + 16'd1;
    end
  end
  always_ff @(posedge clk_i) begin
    value_element_q <= value_element_o + 1'b1;
    if (value_start) value_q <= next_beat;
  end
  logic unused_when;
  assign unused_when = ^value_q.when;

endmodule
