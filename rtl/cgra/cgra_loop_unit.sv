// The loop unit: counts the inner loops of a flattened nest, and tells for the iteration in each stage which of them end with it.
// Function: docs/execution_model.md, section 3. Loop 0 is the innermost; loop l ends only where loops 0 .. l-1 end.
// ends_o[l*(MaxStages+2)+k]: loop l ends with iteration it - k. Its bit k + 1 also says whether loop l begins with iteration it - k.
// The host writes the last count (trip count - 1) of loop l to address 0x24 + 4*l while the array is idle.
// Latency: ends_o belongs to the iteration that next_i made the current one, from the clock after it. Throughput: one iteration per clock.
// Parameters: Levels 1 .. 4; MaxStages >= 0.
module cgra_loop_unit #(
  parameter int unsigned Levels = 3,
  parameter int unsigned MaxStages = 32,
  localparam int unsigned Places = MaxStages + 2
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  // Host.
  input  logic                     host_req_i,
  input  logic                     host_we_i,
  input  logic [31:0]              host_addr_i,
  input  logic [31:0]              host_wdata_i,
  // Loop control.
  input  logic                     start_i,
  input  logic                     next_i,  // the next iteration begins after this clock
  output logic [Levels*Places-1:0] ends_o
);

  localparam logic [31:0] LastCount = 32'h24;

  logic [Levels-1:0] at_end_q;  // the loop is in its last iteration
  for (genvar l = 0; l < Levels; l++) begin : g_level
    logic [31:0] last_q, rest_d, rest_q;
    logic inner, ends;  // the loops inside end with the current iteration; and so does this one
    logic [Places-2:0] past_q;  // of the iterations before; none ended a loop that had not begun, so the first begins all

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) last_q <= '0;
      else if (host_req_i && host_we_i && host_addr_i == LastCount + 32'(4 * l)) last_q <= host_wdata_i;
    end

    if (l == 0) begin : g_innermost
      assign inner = 1'b1;
    end else begin : g_outer
      assign inner = &at_end_q[l-1:0];
    end
    assign ends = inner & at_end_q[l];
    assign rest_d = (start_i || at_end_q[l]) ? last_q : rest_q - 32'd1;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        rest_q <= '0;
        at_end_q[l] <= 1'b1;
        past_q <= '1;
      end else begin
        if (start_i || (next_i && inner)) begin
          rest_q <= rest_d;
          at_end_q[l] <= rest_d == '0;
        end
        if (start_i) past_q <= '1;
        else if (next_i) past_q <= (past_q << 1) | (Places - 1)'(ends);
      end
    end
    assign ends_o[l*Places+:Places] = {past_q, ends};
  end

endmodule
