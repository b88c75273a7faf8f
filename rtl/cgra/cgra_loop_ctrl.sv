// Loop control: counts slots and iterations, says which stages are in valid iterations, fetches configuration ahead, ends the run.
// Timing: start_i in clock k makes busy_o high from clock k + 1 on, with slot 0 and iteration 0; one array cycle is one clock
// unless stall_i holds everything. busy_o falls in the clock after the last array cycle.
// Parameters: MaxStages >= 0 (started_o[k] = iteration >= k, ended_o[k] = iteration - k >= trip count, k <= MaxStages).
`include "cgra_assert.svh"
module cgra_loop_ctrl #(
  parameter int unsigned MaxStages = 32
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  // Host.
  input  logic               start_i,
  input  logic [7:0]         ii_minus_1_i,
  input  logic [31:0]        trip_count_i,
  input  logic [32:0]        last_it_i,
  input  logic [7:0]         last_slot_i,
  output logic               busy_o,
  output logic [31:0]        run_cycles_o,
  output logic [31:0]        stall_cycles_o,
  // Array.
  input  logic               stall_i,
  output logic               en_o,      // an array cycle ends with this clock
  output logic               first_o,   // first clock of an array cycle
  output logic               fetch_o,   // configuration memories load the word of fetch_slot_o
  output logic [7:0]         fetch_slot_o,
  output logic [MaxStages:0] started_o,
  output logic [MaxStages:0] ended_o
);

  logic busy_q, first_q;
  logic [7:0] slot_q, next_slot_q;
  logic [32:0] it_q, next_it;
  logic last_slot_of_ii, done;
  logic [MaxStages:0] started_q, ended_q;
  logic [31:0] run_q, stall_q;

  assign en_o = busy_q & ~stall_i;
  assign done = (it_q == last_it_i) & (slot_q == last_slot_i);
  assign last_slot_of_ii = slot_q == ii_minus_1_i;
  assign next_it = it_q + 33'd1;
  assign fetch_o = start_i | en_o;
  assign fetch_slot_o = next_slot_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
      first_q <= 1'b0;
      slot_q <= '0;
      next_slot_q <= '0;
      it_q <= '0;
      started_q <= '0;
      ended_q <= '0;
      run_q <= '0;
      stall_q <= '0;
    end else if (start_i) begin
      busy_q <= 1'b1;
      first_q <= 1'b1;
      slot_q <= '0;
      next_slot_q <= (ii_minus_1_i == '0) ? 8'd0 : 8'd1;
      it_q <= '0;
      started_q <= (MaxStages + 1)'(1);
      ended_q <= '0;
      run_q <= '0;
      stall_q <= '0;
    end else if (busy_q) begin
      run_q <= run_q + 32'd1;
      first_q <= en_o;
      if (stall_i) begin
        stall_q <= stall_q + 32'd1;
      end else if (done) begin
        // Idle: no stage is valid, and the next fetch is of slot 0.
        busy_q <= 1'b0;
        next_slot_q <= '0;
        started_q <= '0;
      end else begin
        slot_q <= next_slot_q;
        next_slot_q <= (next_slot_q == ii_minus_1_i) ? 8'd0 : next_slot_q + 8'd1;
        if (last_slot_of_ii) begin
          it_q <= next_it;
          started_q <= (started_q << 1) | (MaxStages + 1)'(1);
          ended_q <= (ended_q << 1) | (MaxStages + 1)'(next_it >= {1'b0, trip_count_i});
        end
      end
    end
  end

  assign busy_o = busy_q;
  assign first_o = first_q;
  assign started_o = started_q;
  assign ended_o = ended_q;
  assign run_cycles_o = run_q;
  assign stall_cycles_o = stall_q;

  `HEDDLE_ASSERT(StallOnlyWhenBusy, !(stall_i && !busy_q))
  `HEDDLE_ASSERT(StartOnlyWhenIdle, !(start_i && busy_q))

endmodule
